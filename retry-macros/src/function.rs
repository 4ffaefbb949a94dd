//! The function under the attribute: its signature in parts, its body as it stands.
//!
//! The body is never looked into, so one that is half typed keeps its completions; and nothing of
//! the signature is parsed that isn't needed, so all that Rust allows in one passes through.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{TokenStreamExt, quote};
use syn::Error;

use crate::parameters::Parameter;
use crate::tokens::{Angles, Cursor, is_group, is_punct, is_word};

#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attributes: TokenStream,
    /// Visibility and the words up to `fn`.
    prefix: TokenStream,
    pub(crate) name: Ident,
    generics: TokenStream,
    pub(crate) parameters: Vec<Parameter>,
    parentheses: Group,
    /// The type behind the arrow.
    pub(crate) output: TokenStream,
    arrow: TokenStream,
    where_clause: TokenStream,
    pub(crate) body: Group,
    pub(crate) is_async: bool,
    /// It stands for an async block in a function that returns a future.
    pub(crate) inside: Option<Inside>,
}

/// What is different in an async block.
#[derive(Clone)]
pub(crate) struct Inside {
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
        let mut attributes = TokenStream::new();
        let mut prefix = TokenStream::new();
        let mut qualifiers = Vec::new();
        let fn_token = loop {
            match tokens.next() {
                Some(TokenTree::Ident(word)) if word == "fn" => break word,
                Some(TokenTree::Ident(word)) => {
                    if let Some(kind) = other_item(&word) {
                        return Err(Error::new(word.span(), not_here(kind)));
                    }
                    prefix.append(word.clone());
                    qualifiers.push(word);
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
                    if of_attribute { &mut attributes } else { &mut prefix }.append(other);
                }
                Some(other) => return Err(Error::new(other.span(), NOT_A_FUNCTION)),
                None => return Err(Error::new(Span::call_site(), NOT_A_FUNCTION)),
            }
        };
        prefix.append(fn_token.clone());
        if let Some(word) = qualifiers.iter().find(|word| *word == "const") {
            return Err(Error::new(
                word.span(),
                "a `const fn` can't be retried: what may wait can't run at compile time; \
                 remove `const`",
            ));
        }
        let is_async = qualifiers.iter().any(|word| word == "async");
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
        if let [bang] = output.clone().into_iter().collect::<Vec<_>>().as_slice() {
            if is_punct(bang, '!') {
                return Err(Error::new(
                    bang.span(),
                    "`#[retry]` needs a function that returns a `Result` or an `Option`, \
                     but this one never returns",
                ));
            }
        }
        Ok(Function {
            attributes,
            prefix,
            name,
            generics,
            parameters: Parameter::parse_all(&parentheses),
            parentheses,
            arrow,
            output,
            where_clause: where_clause.iter().cloned().collect(),
            body,
            is_async,
            inside: None,
        })
    }

    /// The async block in this function, as if it were a function.
    pub(crate) fn inside(&self, output: TokenStream, body: Group, inside: Inside) -> Function {
        Function { output, body, is_async: true, inside: Some(inside), ..self.clone() }
    }

    /// The same function with more attributes, other parameters and another body, in the place of
    /// the user's own braces: lints about the function as a whole then know that it is the user's.
    pub(crate) fn rebuild(
        &self,
        attributes: &TokenStream,
        parameters: TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        let Function { attributes: own, prefix, name, generics, .. } = self;
        let Function { arrow, output, where_clause, .. } = self;
        let mut parentheses = Group::new(Delimiter::Parenthesis, parameters);
        parentheses.set_span(self.parentheses.span());
        let mut braces = Group::new(Delimiter::Brace, body);
        braces.set_span(self.body.span());
        quote!(#own #attributes #prefix #name #generics #parentheses #arrow #output #where_clause #braces)
    }

    /// The body's inner attributes, `#![…]`, turned into outer ones, and the body without them and
    /// with a preface: it is about to become the block of an expression, which can't have any.
    ///
    /// The braces stay the user's own, because the edition that they carry decides when the
    /// temporaries of the last expression are dropped.
    pub(crate) fn split_body(&self, preface: TokenStream) -> (TokenStream, Group) {
        let mut attributes = TokenStream::new();
        let mut rest: Vec<TokenTree> = self.body.stream().into_iter().collect();
        while let [hash, bang, attribute, ..] = rest.as_slice() {
            if !is_punct(hash, '#') || !is_punct(bang, '!') {
                break;
            }
            attributes.append(hash.clone());
            attributes.append(attribute.clone());
            rest.drain(..3);
        }
        let mut body = Group::new(Delimiter::Brace, preface.into_iter().chain(rest).collect());
        body.set_span(self.body.span());
        (attributes, body)
    }

    /// The type behind the arrow where a type must be written out, which `impl Trait` can't be:
    /// `Result<impl Read, Error>` → `Result<_, Error>`.
    pub(crate) fn output_without_impl(&self) -> TokenStream {
        erase_impl(self.output.clone())
    }

    /// The names of its generic parameters: `<'a, T: Into<U>, const N: usize>` → `a`, `T`, `N`.
    pub(crate) fn generic_names(&self) -> Vec<String> {
        let mut tokens = self.generics.clone().into_iter().skip(1).collect::<Vec<_>>();
        tokens.pop();
        let parameters = crate::tokens::split_types(tokens.into_iter().collect());
        let name = |parameter: TokenStream| {
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
fn other_item(word: &Ident) -> Option<&'static str> {
    const OTHERS: &[&str] =
        &["enum", "impl", "let", "mod", "static", "struct", "trait", "type", "union", "use"];
    OTHERS.iter().find(|other| word == *other).copied()
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
fn body_group(token: &TokenTree) -> Option<Group> {
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
fn erase_impl(tokens: TokenStream) -> TokenStream {
    let mut erased = TokenStream::new();
    let mut inside: Option<Angles> = None;
    for token in tokens {
        if let Some(angles) = &mut inside {
            let ends = matches!(&token, TokenTree::Punct(punct)
                if angles.depth == 0 && angles.ends_type(punct));
            angles.pass(&token);
            if !ends {
                continue;
            }
            inside = None;
        }
        match token {
            TokenTree::Ident(word) if word == "impl" => {
                erased.append(Ident::new("_", word.span().resolved_at(Span::mixed_site())));
                inside = Some(Angles::default());
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), erase_impl(group.stream()));
                inner.set_span(group.span());
                erased.append(inner);
            }
            other => erased.append(other),
        }
    }
    erased
}
