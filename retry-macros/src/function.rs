//! The function under the attribute: its signature in parts, its body as it stands.
//!
//! The body is never looked into, so one that is half typed keeps its completions; and nothing of
//! the signature is parsed that isn't needed, so all that Rust allows in one passes through.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::Error;

pub(crate) struct Function {
    /// Attributes, visibility and the words before `fn`.
    prefix: TokenStream,
    pub(crate) name: Ident,
    /// The names of its generic parameters.
    pub(crate) generics: Vec<String>,
    /// From the name to the body, all included.
    signature: TokenStream,
    /// The type behind the arrow.
    pub(crate) output: TokenStream,
    pub(crate) body: Group,
    pub(crate) is_async: bool,
}

impl Function {
    /// The function, or what to say about something that is none, or can't be called twice.
    pub(crate) fn parse(item: TokenStream) -> Result<Function, Error> {
        let mut tokens = Cursor::new(item);
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
                Some(
                    other @ (TokenTree::Punct(_) | TokenTree::Group(_) | TokenTree::Literal(_)),
                ) if belongs_before_fn(&other) => {
                    prefix.append(other);
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
        let mut signature = name.to_token_stream();
        let generics = tokens.until(&mut signature, |token| {
            matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
        });
        let generics = parameter_names(generics);
        let Some(arguments) = tokens.next() else {
            return Err(Error::new(name.span(), NOT_A_FUNCTION));
        };
        signature.append(arguments.clone());
        let arrow = tokens.take_arrow(&mut signature);
        let end_of_type = |token: &TokenTree| match token {
            TokenTree::Ident(word) => word == "where",
            TokenTree::Group(_) => body_group(token).is_some(),
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Literal(_) => false,
        };
        let output = if arrow { tokens.until(&mut signature, end_of_type) } else { Vec::new() };
        // A where clause may hold braces inside angle brackets; the body is what comes last.
        let rest: Vec<_> = tokens.rest();
        let Some((body, where_clause)) = rest.split_last() else {
            return Err(Error::new(name.span(), NOT_A_FUNCTION));
        };
        signature.extend(where_clause.iter().cloned());
        let Some(body) = body_group(body) else {
            return Err(Error::new(
                body.span(),
                "a method without a body can't be retried from here; put `#[retry]` on it in \
                 each `impl`, or give it a body",
            ));
        };
        if output.is_empty() {
            let span = if arrow { name.span() } else { arguments.span() };
            return Err(Error::new(
                span,
                "`#[retry]` needs a function that returns a `Result`, or nothing would tell \
                 that it failed; add `-> Result<(), …>`",
            ));
        }
        Ok(Function {
            prefix,
            name,
            generics,
            signature,
            output: output.into_iter().collect(),
            body,
            is_async,
        })
    }

    /// The same function with more attributes and another body, a block.
    pub(crate) fn rebuild(&self, attributes: &TokenStream, body: &TokenStream) -> TokenStream {
        let Function { prefix, signature, .. } = self;
        quote!(#attributes #prefix #signature #body)
    }

    /// The body's inner attributes, `#![…]`, turned into outer ones, and the body without them:
    /// it is about to become the block of an expression, which can't have any.
    ///
    /// The braces stay the user's own, because the edition that they carry decides when the
    /// temporaries of the last expression are dropped.
    pub(crate) fn split_inner_attributes(&self) -> (TokenStream, Group) {
        let mut attributes = TokenStream::new();
        let mut rest: Vec<TokenTree> = self.body.stream().into_iter().collect();
        while let [TokenTree::Punct(hash), TokenTree::Punct(bang), attribute, ..] = rest.as_slice()
        {
            if hash.as_char() != '#' || bang.as_char() != '!' {
                break;
            }
            attributes.append(hash.clone());
            attributes.append(attribute.clone());
            rest.drain(..3);
        }
        if attributes.is_empty() {
            return (attributes, self.body.clone());
        }
        let mut body = Group::new(Delimiter::Brace, rest.into_iter().collect());
        body.set_span(self.body.span());
        (attributes, body)
    }

    /// The type behind the arrow where a type must be written out, which `impl Trait` can't be:
    /// `Result<impl Read, Error>` → `Result<_, Error>`.
    pub(crate) fn output_without_impl(&self) -> TokenStream {
        erase_impl(self.output.clone())
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

/// `<'a, T: Into<U>, const N: usize>` → `T`, `N`
fn parameter_names(generics: Vec<TokenTree>) -> Vec<String> {
    let mut names = Vec::new();
    let mut angles = Angles::default();
    let mut starts_parameter = false;
    for token in generics {
        let outermost = angles.depth == 1;
        angles.pass(&token);
        match token {
            TokenTree::Punct(punct) => {
                starts_parameter = match punct.as_char() {
                    '<' => angles.depth == 1,
                    ',' => outermost,
                    _ => false,
                }
            }
            TokenTree::Ident(word) if starts_parameter && word == "const" => {}
            TokenTree::Ident(word) if starts_parameter => {
                names.push(word.to_string());
                starts_parameter = false;
            }
            _ => starts_parameter = false,
        }
    }
    names
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

/// How deep in angle brackets one is. The `>` of an arrow closes none.
#[derive(Default)]
struct Angles {
    depth: usize,
    after_dash: bool,
}

impl Angles {
    fn pass(&mut self, token: &TokenTree) {
        let TokenTree::Punct(punct) = token else {
            self.after_dash = false;
            return;
        };
        match punct.as_char() {
            '<' => self.depth += 1,
            '>' if !self.after_dash => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.after_dash = punct.as_char() == '-' && punct.spacing() == Spacing::Joint;
    }

    /// Whether this mark, met outside any brackets, is behind the type.
    fn ends_type(&self, punct: &Punct) -> bool {
        match punct.as_char() {
            ',' | ';' => true,
            '>' => !self.after_dash,
            _ => false,
        }
    }
}

struct Cursor {
    tokens: core::iter::Peekable<proc_macro2::token_stream::IntoIter>,
}

impl Cursor {
    fn new(tokens: TokenStream) -> Cursor {
        Cursor { tokens: tokens.into_iter().peekable() }
    }

    fn next(&mut self) -> Option<TokenTree> {
        self.tokens.next()
    }

    /// Takes the tokens, into `passed` as well, up to one outside of angle brackets that `ends`.
    fn until(
        &mut self,
        passed: &mut TokenStream,
        ends: impl Fn(&TokenTree) -> bool,
    ) -> Vec<TokenTree> {
        let mut taken = Vec::new();
        let mut angles = Angles::default();
        while let Some(token) = self.tokens.next_if(|token| angles.depth > 0 || !ends(token)) {
            angles.pass(&token);
            passed.append(token.clone());
            taken.push(token);
        }
        taken
    }

    fn take_arrow(&mut self, passed: &mut TokenStream) -> bool {
        let dash =
            self.tokens.next_if(|token| matches!(token, TokenTree::Punct(p) if p.as_char() == '-'));
        let arrow = dash.is_some();
        passed.extend(dash);
        if arrow {
            passed.extend(self.tokens.next());
        }
        arrow
    }

    fn rest(self) -> Vec<TokenTree> {
        self.tokens.collect()
    }
}
