//! `attempt!`: the keys of the attribute, and then what is to be retried, in the middle of a function.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens as _;

use crate::diagnostics::Diagnostics;
use crate::expand;
use crate::guesses::Target;
use crate::keys::Key;
use crate::limits;
use crate::model::Options;
use crate::syntax::function::{Function, body_group};
use crate::tokens::{Tokens, is_punct, is_word, split_at_commas};
use crate::valid;

/// What stands behind the keys.
pub(crate) struct Body {
    /// `async`, or `async move`.
    asynchronous: Option<(Ident, Option<Ident>)>,
    /// That of `|| -> R { … }`, else `_`.
    output: Tokens,
    block: Group,
}

const EXAMPLE: &str =
    "`attempt!(max_attempts = 5, async { … }).await`, or without `async` in blocking code";

/// The keys, and the body, which is the last argument, behind a comma or a semicolon.
fn split(arguments: TokenStream) -> Result<(TokenStream, Body), (TokenStream, String)> {
    let tokens: Vec<TokenTree> = arguments.into_iter().collect();
    let begins = |index: usize| match index.checked_sub(1).and_then(|before| tokens.get(before)) {
        None => true,
        Some(before) => is_punct(before, ',') || is_punct(before, ';'),
    };
    let is_body = |index: usize, token: &TokenTree| {
        let is_last = tokens
            .get(index + 1..)
            .is_some_and(|rest| rest.iter().all(|token| is_punct(token, ',')));
        is_word(token, "async")
            || is_word(token, "move")
            || is_punct(token, '|')
            || is_last && body_group(token).is_some()
    };
    let found = tokens
        .iter()
        .enumerate()
        .find(|(index, token)| begins(*index) && is_body(*index, token))
        .map(|(index, _)| index);
    let Some(at) = found else {
        let last = split_at_commas(tokens.into_iter().collect()).pop().unwrap_or_default();
        let is_key = match &*last {
            [TokenTree::Ident(name)] | [TokenTree::Ident(name), TokenTree::Group(_)] => {
                Key::named(&name.to_string()).is_some()
            }
            [_, second, ..] => is_punct(second, '='),
            _ => false,
        };
        let message = if last.is_empty() || is_key {
            format!("expected what is to be retried behind the keys; write {EXAMPLE}")
        } else {
            format!("what is to be retried stands in braces; write {EXAMPLE}")
        };
        return Err((last.into_iter().collect(), message));
    };
    let (keys, body) = tokens.split_at(at);
    let keys = match keys.split_last() {
        Some((separator, keys)) if is_punct(separator, ';') => keys,
        _ => keys,
    };
    Ok((keys.iter().cloned().collect(), parse_body(body)?))
}

/// `async move || -> R { … }`, with or without each of its parts but the last.
fn parse_body(body: &[TokenTree]) -> Result<Body, (TokenStream, String)> {
    let all = || body.iter().cloned().collect::<TokenStream>();
    let mut rest = body;
    while let [before @ .., comma] = rest {
        if !is_punct(comma, ',') {
            break;
        }
        rest = before;
    }
    let mut word = |name: &str| match rest {
        [TokenTree::Ident(word), others @ ..] if word == name => {
            rest = others;
            Some(word.clone())
        }
        _ => None,
    };
    let (is_async, moves) = (word("async"), word("move"));
    let mut output: Tokens =
        [TokenTree::Ident(Ident::new("_", Span::mixed_site()))].into_iter().collect();
    if let [one, others @ ..] = rest {
        if is_punct(one, '|') {
            let [other, others @ ..] = others else { return Err((all(), no_block())) };
            if !is_punct(other, '|') {
                return Err((
                    other.to_token_stream(),
                    "an attempt takes no argument; for the attempt's number and the like write `context = cx`"
                        .to_owned(),
                ));
            }
            rest = others;
            if let [minus, greater, others @ ..] = others {
                if is_punct(minus, '-') && is_punct(greater, '>') {
                    let (block, ty) = others.split_last().ok_or_else(|| (all(), no_block()))?;
                    output = ty.iter().cloned().collect();
                    rest = core::slice::from_ref(block);
                }
            }
        }
    }
    let [block] = rest else { return Err((all(), no_block())) };
    let Some(block) = body_group(block) else { return Err((block.to_token_stream(), no_block())) };
    let asynchronous = is_async.map(|word| (word, moves));
    Ok(Body { asynchronous, output, block })
}

fn no_block() -> String {
    format!("expected a block in braces behind the keys; write {EXAMPLE}")
}

impl Body {
    /// As it would stand without `attempt!`.
    fn plain(&self) -> TokenStream {
        let block = &self.block;
        debug_assert_eq!(block.delimiter(), Delimiter::Brace);
        if let Some((word, moves)) = &self.asynchronous {
            hygienic!(#word #moves #block)
        } else {
            hygienic!((|| #block)())
        }
    }
}

pub(crate) fn expand(arguments: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let (keys, body) = match split(arguments) {
        Ok(parts) => parts,
        Err((place, message)) => {
            diagnostics.at(Tokens::from(place), message);
            let errors = diagnostics.into_compile_errors();
            return hygienic!({ #errors });
        }
    };
    let plain = body.plain();
    let options = Options::parse(keys, Target::Function(&plain), &mut diagnostics);
    valid::check(&options, &mut diagnostics);
    let cloned = options.clone.as_ref().map_or(&[][..], |clone| clone.value.as_slice());
    let is_async = body.asynchronous.is_some();
    let function = Function::of_attempt(body.block.clone(), body.output.clone(), is_async, cloned);
    valid::check_on(&function, &options, &mut diagnostics);
    valid::check_idempotent(&function, &options, &mut diagnostics);
    valid::check_context(&options, &mut diagnostics);
    limits::check(&function, is_async, &options, &mut diagnostics);
    if let Some(doc) = &options.doc {
        diagnostics
            .at_span(doc.key.span(), "`doc` is about a function's documentation; remove it here");
    }
    if !diagnostics.is_empty() {
        let errors = diagnostics.into_compile_errors();
        return hygienic!({ #errors #plain });
    }
    let moves = body.asynchronous.as_ref().and_then(|(_, moves)| moves.as_ref());
    expand::attempt(&function, &options, moves)
}
