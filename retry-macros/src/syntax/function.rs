//! The function under the attribute: its signature in parts, its body as it stands.
//!
//! The body is never looked into, so one that is half typed keeps its completions; and nothing of
//! the signature is parsed that isn't needed, so all that Rust allows in one passes through.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Error;

use crate::syntax::body::{Receiver, split_body};
use crate::syntax::parameters::{Parameter, PassedBy, names_lifetime};
use crate::tokens::{
    Angles, Cursor, Tokens, has_text, is_group, is_in_macro, is_punct, is_word, mentions,
    split_types,
};

#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attributes: Tokens,
    /// Visibility and the words up to `fn`.
    prefix: Tokens,
    pub(crate) name: Ident,
    generics: Tokens,
    pub(crate) parameters: Vec<Parameter>,
    /// Whether the parameters are not as they were written: see [`restore_mut`](crate::syntax::returned_future).
    pub(crate) has_restored_mut: bool,
    parentheses: Group,
    /// The type behind the arrow.
    pub(crate) output: Tokens,
    arrow: Tokens,
    where_clause: Tokens,
    pub(crate) body: Group,
    /// What the body holds, asked of the compiler once.
    pub(crate) statements: Tokens,
    pub(crate) is_async: bool,
    /// It stands for an async block in a function that returns a future.
    pub(crate) inside: Option<AsyncBlockContext>,
    /// It stands for the body of `attempt!`, in the middle of a function.
    pub(crate) is_attempt: bool,
}

/// What is different in an async block.
#[derive(Clone)]
pub(crate) struct AsyncBlockContext {
    /// What the block comes to, as far as that is written out.
    pub(crate) written_output: Tokens,
    /// What `self` is called.
    pub(crate) receiver: Option<Ident>,
    pub(crate) has_arguments_as_declared: bool,
    /// What of the user's stands before.
    pub(crate) prelude: TokenStream,
}

impl Function {
    /// The function, or what to say about something that is none, or can't be called twice.
    pub(crate) fn parse(item: TokenStream) -> Result<Function, Error> {
        let mut tokens = Cursor::new(item);
        let mut attributes = Vec::new();
        let mut prefix = Vec::new();
        let (mut is_async, mut constant) = (false, None);
        let fn_token = loop {
            match tokens.next() {
                Some(TokenTree::Ident(word)) => {
                    match word.to_string().as_str() {
                        "fn" => break word,
                        "async" => is_async = true,
                        "const" => constant = Some(word.span()),
                        other => {
                            if let Some(kind) = other_item(other) {
                                return Err(Error::new(word.span(), not_here(kind)));
                            }
                        }
                    }
                    prefix.push(TokenTree::Ident(word));
                }
                Some(other) if belongs_before_fn(&other) => {
                    if let Some(second) = second_retry(&other) {
                        return Err(Error::new(
                            second.span(),
                            "a second `#[retry]` would multiply the attempts of the first; \
                             keep one of them",
                        ));
                    }
                    let of_attribute =
                        is_punct(&other, '#') || is_group(&other, Delimiter::Bracket);
                    if of_attribute { &mut attributes } else { &mut prefix }.push(other);
                }
                Some(other) => return Err(Error::new(other.span(), NOT_A_FUNCTION)),
                None => return Err(Error::new(Span::call_site(), NOT_A_FUNCTION)),
            }
        };
        prefix.push(TokenTree::Ident(fn_token.clone()));
        if let Some(constant) = constant {
            return Err(Error::new(
                constant,
                "a `const fn` can't be retried: what may wait can't run at compile time; \
                 remove `const`",
            ));
        }
        let Some(TokenTree::Ident(name)) = tokens.next() else {
            return Err(Error::new(fn_token.span(), NOT_A_FUNCTION));
        };
        let generics = tokens.until(|token| is_group(token, Delimiter::Parenthesis));
        let Some(TokenTree::Group(parentheses)) = tokens.next() else {
            return Err(Error::new(name.span(), NOT_A_FUNCTION));
        };
        let arrow = tokens.arrow();
        let output = tokens.until(|token| {
            is_word(token, "where") || is_punct(token, ';') || body_group(token).is_some()
        });
        // A where clause may hold braces inside angle brackets; the body is what comes last.
        let rest = tokens.rest();
        let Some((body, where_clause)) = rest.split_last() else {
            return Err(Error::new(name.span(), NOT_A_FUNCTION));
        };
        let Some(body) = body_group(body) else {
            return Err(Error::new(
                body.span(),
                "a function without a body can't be retried from here; put `#[retry]` where it \
                 has one, such as the method in each `impl`",
            ));
        };
        if output.is_empty() {
            return Err(Error::new(
                parentheses.span(),
                "`#[retry]` needs a function that returns a `Result`, or nothing would tell \
                 that it failed; add `-> Result<(), …>`",
            ));
        }
        if let [bang] = &*output {
            if is_punct(bang, '!') {
                return Err(Error::new(
                    bang.span(),
                    "`#[retry]` needs a function that returns a `Result` or an `Option`, \
                     but this one never returns",
                ));
            }
        }
        Ok(Function {
            attributes: attributes.into_iter().collect(),
            prefix: prefix.into_iter().collect(),
            name,
            generics,
            parameters: Parameter::parse_all(&parentheses),
            has_restored_mut: false,
            parentheses,
            arrow,
            output,
            where_clause: where_clause.iter().cloned().collect(),
            statements: body.stream().into(),
            body,
            is_async,
            inside: None,
            is_attempt: false,
        })
    }

    /// The body of `attempt!`, as if it were a function whose arguments are the variables that each attempt has a clone
    /// of. Without a return type it is `_`.
    pub(crate) fn of_attempt(
        body: Group,
        output: Tokens,
        is_async: bool,
        cloned: &[Ident],
    ) -> Function {
        let arguments = quote!(#(#cloned: _),*);
        let parentheses = Group::new(Delimiter::Parenthesis, arguments);
        Function {
            attributes: Tokens::default(),
            prefix: Tokens::default(),
            name: Ident::new("attempt", Span::call_site()),
            generics: Tokens::default(),
            parameters: Parameter::parse_all(&parentheses),
            has_restored_mut: false,
            parentheses,
            arrow: Tokens::default(),
            output,
            where_clause: Tokens::default(),
            statements: body.stream().into(),
            body,
            is_async,
            inside: None,
            is_attempt: true,
        }
    }

    /// The async block in this function, as if it were a function.
    pub(crate) fn inside(
        &self,
        output: Tokens,
        body: Group,
        inside: AsyncBlockContext,
    ) -> Function {
        let (statements, inside) = (body.stream().into(), Some(inside));
        Function { output, body, statements, is_async: true, inside, ..self.clone() }
    }

    /// The same function with more attributes, other parameters if they change, and another body, in the
    /// place of the user's own braces: lints about the function as a whole then know that it is the user's.
    pub(crate) fn rebuild(
        &self,
        attributes: &TokenStream,
        parameters: Option<TokenStream>,
        body: TokenStream,
    ) -> TokenStream {
        let Function { attributes: own, prefix, name, generics, .. } = self;
        let Function { arrow, output, where_clause, .. } = self;
        let parentheses = parameters.map_or_else(
            || self.parentheses.clone(),
            |parameters| {
                let mut parentheses = Group::new(Delimiter::Parenthesis, parameters);
                parentheses.set_span(self.parentheses.span());
                parentheses
            },
        );
        let mut braces = Group::new(Delimiter::Brace, body);
        braces.set_span(self.body.span());
        quote!(#own #attributes #prefix #name #generics #parentheses #arrow #output #where_clause #braces)
    }

    /// Its body: see [`split_body`].
    pub(crate) fn split_body(
        &self,
        preface: TokenStream,
        receiver: Option<&Receiver>,
    ) -> (TokenStream, Group) {
        split_body(&self.body, &self.statements, preface, receiver)
    }

    /// The type behind the arrow where a type must be written out, which `impl Trait` can't be:
    /// `Result<impl Read, Error>` → `Result<_, Error>`.
    pub(crate) fn output_without_impl(&self) -> Tokens {
        if mentions(&self.output, &|word| word == "impl") {
            erase_impl(&self.output)
        } else {
            self.output.clone()
        }
    }

    /// Its name, without the mark of a raw identifier.
    pub(crate) fn unraw_name(&self) -> String {
        self.name.to_string().trim_start_matches("r#").to_owned()
    }

    /// Whether an expression names what the function is handed, or a part of it.
    pub(crate) fn names_argument(&self, expression: &Tokens) -> bool {
        self.parameters.iter().any(|parameter| parameter.is_named_in(expression))
    }

    /// Whether each attempt can be lent a reborrow of this parameter, a `&mut T` or an `Option` of one. It can't where its lifetime is
    /// `'static`, or is that of something else, which may then hold a part of it.
    pub(crate) fn can_be_reborrowed(&self, parameter: &Parameter) -> bool {
        let context = self.inside.as_ref();
        let is_exclusive = parameter.passed_by() == PassedBy::Exclusive;
        if !is_exclusive && !parameter.is_optional_exclusive() {
            return false;
        }
        let is_of_async_trait = mentions(&self.generics, &|word| word == "async_trait");
        // That has moved an `Option` into a variable that is not `mut`.
        let is_lost = !is_exclusive && is_of_async_trait;
        if is_lost || context.is_some_and(|context| !context.has_arguments_as_declared) {
            return false;
        }
        let Some(lifetime) = parameter.exclusive().and_then(|lent| lent.lifetime) else {
            return true;
        };
        // `#[async_trait]` gives each reference a lifetime of its own, and bounds it.
        let is_bounded = !is_of_async_trait
            && (names_lifetime(&self.where_clause, &lifetime) || self.bounds_lifetime(&lifetime));
        let output = context.map_or(&self.output, |context| &context.written_output);
        // One that the function doesn't declare may be that of anything in `Self`.
        let is_declared = names_lifetime(&self.generics, &lifetime);
        let is_stored = self.parameters.iter().any(|other| other.may_store(&lifetime));
        lifetime == "_"
            || is_declared && !is_bounded && !is_stored && !names_lifetime(output, &lifetime)
    }

    /// Whether the body can know `self` by the name of a variable: it has no function of its own in it, which would have
    /// another `self`, no macro that names it, which might write down that name, and no text that may format it.
    pub(crate) fn can_rename_receiver(&self) -> bool {
        let body = &self.statements;
        let receiver = Ident::new("self", Span::call_site());
        let is_renamed = self.inside.as_ref().is_some_and(|inside| inside.receiver.is_some());
        let has_items =
            mentions(body, &|word| word == "fn" || word == "impl" || word == "macro_rules");
        is_renamed || !has_items && !is_in_macro(body, &receiver) && !has_text(body, "{self")
    }

    /// Whether the generic parameters bound this lifetime, or anything by it: `<'a: 'b>`, `<T: Read<'a>>`.
    fn bounds_lifetime(&self, lifetime: &Ident) -> bool {
        let [_, parameters @ .., _] = &*self.generics else { return false };
        let parameters = split_types(parameters.iter().cloned().collect::<Tokens>());
        parameters
            .iter()
            .any(|parameter| parameter.len() > 2 && names_lifetime(parameter, lifetime))
    }

    /// The error's type, if it is to be seen: `io::Result<()>` doesn't show it.
    pub(crate) fn error_type(&self) -> Option<Tokens> {
        let open = self.output.iter().position(|token| is_punct(token, '<'))?;
        let close = self.output.iter().rposition(|token| is_punct(token, '>'))?;
        let arguments: Tokens = self.output.get(open + 1..close)?.iter().cloned().collect();
        match &mut *split_types(arguments) {
            [_, .., error] => Some(core::mem::take(error)),
            _ => None,
        }
    }

    /// The names of its generic parameters: `<'a, T: Into<U>, const N: usize>` → `a`, `T`, `N`.
    pub(crate) fn generic_names(&self) -> Vec<String> {
        let [_, parameters @ .., _] = &*self.generics else { return Vec::new() };
        let parameters = split_types(parameters.iter().cloned().collect::<Tokens>());
        let name = |parameter: Tokens| {
            parameter.into_iter().find_map(|token| match token {
                TokenTree::Ident(word) if word != "const" => Some(word.to_string()),
                _ => None,
            })
        };
        parameters.into_iter().filter_map(name).collect()
    }
}

const NOT_A_FUNCTION: &str = "`#[retry]` goes above a function";

fn not_here(kind: &str) -> String {
    match kind {
        "impl" => "`#[retry]` goes above a function; put it on each method in this `impl` that \
                   is to be retried"
            .to_owned(),
        "trait" => "`#[retry]` goes above a function; put it on methods of this trait that have \
                    a body, or on those of its `impl`s"
            .to_owned(),
        kind => format!("{NOT_A_FUNCTION}, not on `{kind}`"),
    }
}

/// The word that opens an item of another kind.
fn other_item(word: &str) -> Option<&'static str> {
    const OTHERS: &[&str] =
        &["enum", "impl", "let", "mod", "static", "struct", "trait", "type", "union", "use"];
    OTHERS.iter().find(|other| word == **other).copied()
}

/// Attributes, the scope of a visibility, the name of a foreign calling convention, and whatever
/// `macro_rules!` has put into a group without delimiters.
fn belongs_before_fn(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(punct) => matches!(punct.as_char(), '#' | '!'),
        TokenTree::Group(group) => group.delimiter() != Delimiter::Brace,
        TokenTree::Literal(_) => true,
        TokenTree::Ident(_) => false,
    }
}

/// `[retry(…)]` or `[reattempt::retry]`.
fn second_retry(attribute: &TokenTree) -> Option<Ident> {
    let TokenTree::Group(group) = attribute else { return None };
    if group.delimiter() != Delimiter::Bracket {
        return None;
    }
    let mut path = group.stream().into_iter().filter(|token| !is_punct(token, ':'));
    match path.next()? {
        TokenTree::Ident(word) if word == "reattempt" => match path.next()? {
            TokenTree::Ident(word) if word == "retry" => Some(word),
            _ => None,
        },
        TokenTree::Ident(word) if word == "retry" => Some(word),
        _ => None,
    }
}

/// A pair of braces, perhaps in the group without delimiters that `$body:block` makes.
pub(crate) fn body_group(token: &TokenTree) -> Option<Group> {
    let TokenTree::Group(group) = token else { return None };
    match group.delimiter() {
        Delimiter::Brace => Some(group.clone()),
        Delimiter::None => {
            let mut inner = group.stream().into_iter();
            match (inner.next(), inner.next()) {
                (Some(token), None) => body_group(&token),
                _ => None,
            }
        }
        Delimiter::Parenthesis | Delimiter::Bracket => None,
    }
}

/// Replaces each `impl Bounds`, up to the comma or bracket that ends it, by `_`.
fn erase_impl(tokens: &[TokenTree]) -> Tokens {
    let mut erased = Vec::new();
    let mut inside: Option<Angles> = None;
    for token in tokens {
        if let Some(angles) = &mut inside {
            let ends = matches!(token, TokenTree::Punct(punct)
                if angles.depth == 0 && angles.ends_type(punct));
            angles.pass(token);
            if !ends {
                continue;
            }
            inside = None;
        }
        match token {
            TokenTree::Ident(word) if word == "impl" => {
                let placeholder = Ident::new("_", word.span().resolved_at(Span::mixed_site()));
                erased.push(TokenTree::Ident(placeholder));
                inside = Some(Angles::default());
            }
            TokenTree::Group(group) => {
                let inner = erase_impl(&Tokens::from(group.stream()));
                let mut inner = Group::new(group.delimiter(), inner.into_token_stream());
                inner.set_span(group.span());
                erased.push(TokenTree::Group(inner));
            }
            other => erased.push(other.clone()),
        }
    }
    erased.into_iter().collect()
}
