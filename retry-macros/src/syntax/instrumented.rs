//! Bodies that `#[instrument]` of the crate `tracing` has wrapped, because it stands above `#[retry]`. Each attempt then
//! has a span of its own. The names are those of `tracing-attributes` 0.1.20 to 0.1.31; the tests hold that they still are.
//!
//! It puts the body into `async move { … }`, or into `(move || { … })()`, which takes the arguments away with the first
//! attempt. Both are run where they stand, so they may as well borrow:
//!
//! ```text
//! let __tracing_instrument_future = async move { { body } };
//! ```
//! →
//! ```text
//! let __tracing_instrument_future = async { { body } };
//! ```

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

use crate::syntax::function::Function;
use crate::tokens::{Tokens, is_group, is_punct, is_word, mentions};

/// The future of an async body.
const FUTURE: &str = "__tracing_instrument_future";

/// What keeps the span of a blocking body entered.
const GUARD: &str = "__tracing_attr_guard";

/// Has the wrapper borrow the arguments, but for those of which each attempt has a clone of its own: it moves that, so
/// that the future is `Send` if the clone is, though it may not be `Sync`.
///
/// `capture`: a statement, never run, that takes a variable by value.
pub(crate) fn let_borrow(
    function: &mut Function,
    cloned: &[Ident],
    capture: &dyn Fn(&Ident) -> TokenStream,
) {
    if is_instrumented(function) {
        let captured: TokenStream = cloned.iter().map(capture).collect();
        let mut body = Group::new(Delimiter::Brace, borrowing(&function.statements, &captured));
        body.set_span(function.body.span());
        function.statements = body.stream().into();
        function.body = body;
    }
}

/// Each group of tokens has to be asked of the compiler, so only those are looked into that may hold the wrapper: of an
/// async function it is the body itself, else the future that the body ends in.
fn is_instrumented(function: &Function) -> bool {
    let is_word_of_wrapper = |word: &Ident| word == FUTURE || word == GUARD;
    let has_word = |words: &[&str]| {
        function.statements.iter().any(|token| words.iter().any(|word| is_word(token, word)))
    };
    has_word(&[FUTURE, GUARD])
        || !function.is_async
            && has_word(&["async", "pin"])
            && mentions(&function.statements, &is_word_of_wrapper)
}

/// The tokens around the wrapper, and those of the wrapper itself.
fn borrowing(tokens: &[TokenTree], captured: &TokenStream) -> TokenStream {
    let mut written: Vec<TokenTree> = Vec::new();
    let mut rest = tokens;
    while let [token, others @ ..] = rest {
        rest = others;
        match (token, others) {
            (
                TokenTree::Ident(name),
                [equals, word, by_value, TokenTree::Group(block), behind @ ..],
            ) if name == FUTURE && is_punct(equals, '=') && is_async_move(word, by_value) => {
                written.extend([token.clone(), equals.clone(), word.clone()]);
                written.push(with_tokens(block, future(&block.stream().into(), captured)));
                rest = behind;
            }
            // `(move || { … })()`
            (TokenTree::Group(closure), [TokenTree::Group(call), ..])
                if call.stream().is_empty() =>
            {
                let inside = Tokens::from(closure.stream());
                match &*inside {
                    [by_value, closure_itself @ ..] if is_word(by_value, "move") => {
                        written
                            .push(with_tokens(closure, closure_itself.iter().cloned().collect()));
                    }
                    _ => written.push(token.clone()),
                }
            }
            // `Box::pin(async move { … })`, the future of the function itself.
            (TokenTree::Group(group), _) if mentions(&group.stream(), &|word| word == FUTURE) => {
                let inside = borrowing(&Tokens::from(group.stream()), captured);
                written.push(with_tokens(group, inside));
            }
            _ => written.push(token.clone()),
        }
    }
    written.into_iter().collect()
}

/// With `err` or `ret`, the body is one level further down: `match async move { … }.await { … }`.
fn future(tokens: &Tokens, captured: &TokenStream) -> TokenStream {
    let start = match &**tokens {
        [keyword, ..] if is_word(keyword, "match") => 1,
        [keyword, name, equals, ..]
            if is_word(keyword, "let")
                && (is_word(name, "__match_scrutinee") || is_word(name, "x"))
                && is_punct(equals, '=') =>
        {
            3
        }
        _ => return arguments_borrowed(tokens, captured),
    };
    match tokens.split_at_checked(start) {
        Some((before, [word, by_value, TokenTree::Group(block), behind @ ..]))
            if is_async_move(word, by_value) =>
        {
            let block = with_tokens(block, arguments_borrowed(&block.stream().into(), captured));
            before.iter().chain([word, &block]).chain(behind).cloned().collect()
        }
        _ => arguments_borrowed(tokens, captured),
    }
}

/// What `#[async_trait]` has made of a body, without `let name = name;` for each argument, which would move it.
fn arguments_borrowed(tokens: &Tokens, captured: &TokenStream) -> TokenStream {
    let mut written: Vec<TokenTree> = captured.clone().into_iter().collect();
    if !tokens.iter().any(|token| is_word(token, "__ret")) {
        return written.into_iter().chain(tokens.iter().cloned()).collect();
    }
    let mut rest: &[TokenTree] = tokens;
    while let [token, others @ ..] = rest {
        rest = match rest {
            [keyword, TokenTree::Ident(name), equals, TokenTree::Ident(same), end, behind @ ..]
                if is_word(keyword, "let")
                    && name == same
                    && is_punct(equals, '=')
                    && is_punct(end, ';') =>
            {
                without_attributes(&mut written);
                behind
            }
            _ => {
                written.push(token.clone());
                others
            }
        };
    }
    written.into_iter().collect()
}

/// Takes away the attributes that the tokens end in.
fn without_attributes(tokens: &mut Vec<TokenTree>) {
    while let [.., hash, attribute] = tokens.as_slice() {
        if !is_punct(hash, '#') || !is_group(attribute, Delimiter::Bracket) {
            break;
        }
        tokens.truncate(tokens.len() - 2);
    }
}

fn is_async_move(word: &TokenTree, by_value: &TokenTree) -> bool {
    is_word(word, "async") && is_word(by_value, "move")
}

fn with_tokens(group: &Group, tokens: TokenStream) -> TokenTree {
    let mut with = Group::new(group.delimiter(), tokens);
    with.set_span(group.span());
    TokenTree::Group(with)
}
