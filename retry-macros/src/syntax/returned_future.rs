//! Functions that are async without the word: they return a future that their body ends in.
//!
//! `#[async_trait]` leaves such functions behind, because it is expanded before the attributes inside
//! of it.

use std::borrow::Cow;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use crate::syntax::function::{AsyncBlockContext, Function, body_group};
use crate::syntax::parameters::PassedBy;
use crate::tokens::first_span;
use crate::tokens::{
    Angles, Cursor, Tokens, Trees, is_group, is_punct, is_word, mentions, split_types, ungrouped,
};

/// An async block in a function's body, and how to put another one in its place.
pub(crate) struct ReturnedFuture {
    /// What the future comes to.
    pub(crate) output: Tokens,
    /// As much of that as is written out: the type itself, or what an alias of futures is told.
    pub(crate) written_output: Tokens,
    /// The attempt: the block, or what in it `#[async_trait]` has made of the body.
    pub(crate) body: Group,
    /// What `self` is called in it.
    pub(crate) receiver: Option<Ident>,
    is_of_async_trait: bool,
    /// Where it stands: in each level the tokens, and which of them holds the next one.
    levels: Vec<(Group, usize)>,
}

/// Whether a function that is not `async` returns a future all the same.
pub(crate) fn returns_future(function: &Function) -> bool {
    !function.is_async
        && (is_future(&function.output) || ReturnedFuture::levels(function).is_some())
}

/// `impl Future<…>`, `Pin<Box<dyn Future<…>>>` or `BoxFuture<…>`, and not a `Result` that holds one.
fn is_future(output: &Tokens) -> bool {
    if !mentions(output, &|word| word.to_string().ends_with("Future")) {
        return false;
    }
    if is_alias(output) {
        return type_name(output).ends_with("Future");
    }
    mentions(output, &|word| word == "Future")
}

/// Neither `impl Future<…>` nor `Pin<…>`: if it is a future, then by another name.
fn is_alias(output: &Tokens) -> bool {
    let is_opaque = ungrouped(output).first().is_some_and(|first| is_word(first, "impl"));
    let is_pin = type_name(output) == "Pin" && mentions(output, &|word| word == "Future");
    !is_opaque && !is_pin
}

/// The last word of a type's path: `Pin` of `std::pin::Pin<Box<…>>`.
fn type_name(kind: &Tokens) -> String {
    let kind = ungrouped(kind);
    let path = kind.iter().take_while(|token| !is_punct(token, '<'));
    path.filter(|token| !is_punct(token, ':')).last().map(TokenTree::to_string).unwrap_or_default()
}

impl ReturnedFuture {
    /// The block that the body of a function ends in that is not `async` itself: `async { … }` or
    /// `Box::pin(async { … })`, with or without `move`.
    pub(crate) fn find(function: &Function) -> Option<ReturnedFuture> {
        if function.is_async {
            return None;
        }
        let (mut levels, block) = ReturnedFuture::levels(function)?;
        let block = without_mut(&block);
        let Some((index, output, body)) = of_async_trait(&block) else {
            let (output, written_output) = future_output(&function.output)?;
            let is_of_async_trait = false;
            let body = block;
            let receiver = None;
            return Some(ReturnedFuture {
                output,
                written_output,
                body,
                receiver,
                is_of_async_trait,
                levels,
            });
        };
        let receiver = renamed_self(&block);
        levels.push((block, index));
        let written_output = output.clone();
        let is_of_async_trait = true;
        Some(ReturnedFuture { output, written_output, body, receiver, is_of_async_trait, levels })
    }

    /// The levels down to the block, and the block.
    fn levels(function: &Function) -> Option<(Vec<(Group, usize)>, Group)> {
        let mut levels: Vec<(Group, usize)> = Vec::new();
        let (mut outer, mut trees) = (None, function.statements.trees());
        loop {
            let end = match &*trees {
                [.., last] if is_punct(last, ',') => trees.len() - 1,
                // `async { … }.boxed()`
                [.., dot, name, parentheses]
                    if is_punct(dot, '.')
                        && is_group(parentheses, Delimiter::Parenthesis)
                        && (is_word(name, "boxed") || is_word(name, "boxed_local")) =>
                {
                    trees.len() - 3
                }
                _ => trees.len(),
            };
            let (TokenTree::Group(inner), before) = trees.get(..end)?.split_last()? else {
                return None;
            };
            let is_async = match before {
                [.., word] if is_word(word, "async") => true,
                [.., word, by_value] => is_word(word, "async") && is_word(by_value, "move"),
                _ => false,
            };
            // `macro_rules!` may have handed it over as a `block`.
            let block = if is_async { body_group(&TokenTree::Group(inner.clone())) } else { None };
            let is_block = match (inner.delimiter(), before) {
                _ if block.is_some() => true,
                (Delimiter::Parenthesis, [.., colon, word])
                    if is_punct(colon, ':') && is_word(word, "pin") =>
                {
                    false
                }
                // What `macro_rules!` has made of an expression.
                (Delimiter::None, _) => false,
                _ => return None,
            };
            let (inner, index) = (block.unwrap_or_else(|| inner.clone()), before.len());
            levels.push((outer.unwrap_or_else(|| function.body.clone()), index));
            if is_block {
                return Some((levels, inner));
            }
            trees = Cow::Owned(inner.stream().into_iter().collect());
            outer = Some(inner);
        }
    }

    /// Whether the body ends in one at all, be it of a type that doesn't tell what it comes to.
    pub(crate) fn is_there(function: &Function) -> bool {
        ReturnedFuture::levels(function).is_some()
    }

    /// Whether an argument has in the block the type that it was declared with: nothing of the
    /// user's stands before.
    pub(crate) fn has_arguments_as_declared(&self) -> bool {
        self.is_of_async_trait || !self.has_prelude()
    }

    /// Whether something of the user's is done once, when the function is called.
    pub(crate) fn has_prelude(&self) -> bool {
        !self.prelude().is_empty()
    }

    /// What of the user's is done once, when the function is called.
    pub(crate) fn prelude(&self) -> TokenStream {
        let Some((body, index)) = self.levels.first().filter(|_| !self.is_of_async_trait) else {
            return TokenStream::new();
        };
        let mut before: Vec<TokenTree> = body.stream().into_iter().take(*index).collect();
        while let [hash, bang, _, ..] = before.as_slice() {
            if !is_punct(hash, '#') || !is_punct(bang, '!') {
                break;
            }
            before.drain(..3);
        }
        // The beginning of the last expression.
        while let Some(last) = before.last() {
            if is_punct(last, ';') || matches!(last, TokenTree::Group(_)) {
                break;
            }
            before.pop();
        }
        before.into_iter().collect()
    }

    /// The block as if it were a function.
    pub(crate) fn as_function(&self, function: &Function) -> Function {
        let context = AsyncBlockContext {
            written_output: self.written_output.clone(),
            receiver: self.receiver.clone(),
            has_arguments_as_declared: self.has_arguments_as_declared(),
            prelude: self.prelude(),
        };
        function.inside(self.output.clone(), self.body.clone(), context)
    }

    /// The function's body with other tokens in place of the block's.
    pub(crate) fn replace(&self, tokens: TokenStream) -> TokenStream {
        let mut replaced = Group::new(Delimiter::Brace, tokens);
        replaced.set_span(self.body.span());
        for (level, index) in self.levels.iter().rev() {
            let trees = level.stream().into_iter().enumerate().map(|(at, token)| {
                if at == *index { TokenTree::Group(replaced.clone()) } else { token }
            });
            let mut outer = Group::new(level.delimiter(), trees.collect());
            outer.set_span(level.span());
            replaced = outer;
        }
        replaced.stream()
    }
}

/// What `#[async_trait]` makes of a body:
///
/// ```text
/// if let Some(__ret) = None::<R> { return __ret; }
/// let __self = self;
/// let argument = argument;
/// let __ret: R = { body };
/// __ret
/// ```
///
/// Everything before has to happen once; only the initialiser is an attempt.
fn of_async_trait(block: &Group) -> Option<(usize, Tokens, Group)> {
    let trees: Vec<TokenTree> = block.stream().into_iter().collect();
    let start = trees.windows(3).rposition(|window| match window {
        [keyword, name, colon] => {
            is_word(keyword, "let") && is_word(name, "__ret") && is_punct(colon, ':')
        }
        _ => false,
    })?;
    let mut rest = Cursor::new(trees.iter().skip(start + 3).cloned().collect::<Tokens>());
    let output = rest.until(|token| is_punct(token, '='));
    let index = start + 3 + output.len() + 1;
    match trees.get(index)? {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
            Some((index, output, body.clone()))
        }
        _ => None,
    }
}

/// The `mut` of parameters, which `#[async_trait]` has moved from `mut name: T` in the signature to
/// `let mut name = name;` in the block, back where it was.
pub(crate) fn restore_mut(function: &mut Function) {
    let Some((_, block)) = ReturnedFuture::levels(function).filter(|_| !function.is_async) else {
        return;
    };
    for (keyword, name) in mutable_parameters(&block) {
        for parameter in &mut function.parameters {
            // That of `&mut self` it has left in place, and written here as well.
            let is_moved =
                parameter.is_typed_receiver() || parameter.passed_by() == PassedBy::Value;
            if is_moved && parameter.name().as_ref() == Some(&name) {
                parameter.restore_mut(&keyword);
                function.has_restored_mut = true;
            }
        }
    }
}

/// `mut` and `name` of each `let mut name = name;`
fn mutable_parameters(block: &Group) -> Vec<(Ident, Ident)> {
    let trees: Vec<TokenTree> = block.stream().into_iter().collect();
    let windows = trees.windows(6).filter_map(|window| match window {
        [
            keyword,
            TokenTree::Ident(mutable),
            TokenTree::Ident(name),
            equals,
            TokenTree::Ident(same),
            end,
        ] if is_word(keyword, "let")
            && mutable == "mut"
            && is_punct(equals, '=')
            && (name == same || same == "self")
            && is_punct(end, ';') =>
        {
            // `self` has another name inside.
            Some((mutable.clone(), same.clone()))
        }
        _ => None,
    });
    if of_async_trait(block).is_some() { windows.collect() } else { Vec::new() }
}

/// The block without them.
fn without_mut(block: &Group) -> Group {
    let parameters = mutable_parameters(block);
    if parameters.is_empty() {
        return block.clone();
    }
    let mut trees: Vec<TokenTree> = Vec::new();
    for token in block.stream() {
        let moved = matches!(&token, TokenTree::Ident(name)
            if parameters.iter().any(|(_, parameter)| parameter == name));
        if moved && trees.last().is_some_and(|last| is_word(last, "mut")) {
            trees.pop();
        }
        trees.push(token);
    }
    let mut group = Group::new(block.delimiter(), trees.into_iter().collect());
    group.set_span(block.span());
    group
}

/// `__self` of `let __self = self;`
fn renamed_self(block: &Group) -> Option<Ident> {
    let trees: Vec<TokenTree> = block.stream().into_iter().collect();
    trees.windows(4).find_map(|window| match window {
        [before, TokenTree::Ident(name), equals, word]
            if (is_word(before, "let") || is_word(before, "mut"))
                && is_punct(equals, '=')
                && is_word(word, "self") =>
        {
            Some(name.clone())
        }
        _ => None,
    })
}

/// What a future comes to, as a type that can be named, and as it is written:
/// `impl Future<Output = T> + Send` → `T`, `BoxFuture<'a, T>` → `<BoxFuture<'a, T> as Future>::Output`
/// and `T`.
fn future_output(tokens: &Tokens) -> Option<(Tokens, Tokens)> {
    if !is_alias(tokens) {
        let output = associated_output(tokens)?;
        return Some((output.clone(), output));
    }
    // In the alias's place, for whatever the compiler has to say about what it stands for.
    let first = first_span(tokens).resolved_at(Span::mixed_site());
    let last = tokens.last();
    let last = last.map_or(first, |token| token.span().resolved_at(Span::mixed_site()));
    let output = Ident::new("Output", last);
    let projection = quote_spanned!(first=> <#tokens as ::core::future::Future>::#output);
    let mut arguments = Cursor::new(ungrouped(tokens).into_owned());
    arguments.until(|token| is_punct(token, '<'));
    let arguments = split_types(arguments.rest().into_iter().skip(1).collect::<Tokens>());
    let is_type = |argument: &Tokens| !argument.first().is_some_and(|first| is_punct(first, '\''));
    let written = arguments.into_iter().filter(is_type).last().unwrap_or_default();
    Some((projection.into(), written))
}

/// `Output = T`, wherever it stands → `T`
fn associated_output(tokens: &Tokens) -> Option<Tokens> {
    let mut trees = tokens.iter().cloned().peekable();
    while let Some(token) = trees.next() {
        if is_word(&token, "Output") && trees.next_if(|next| is_punct(next, '=')).is_some() {
            let mut angles = Angles::default();
            let output = core::iter::from_fn(|| {
                let token = trees.next_if(|token| match token {
                    TokenTree::Punct(punct) => angles.depth > 0 || !angles.ends_type(punct),
                    _ => true,
                })?;
                angles.pass(&token);
                Some(token)
            });
            return Some(output.collect());
        }
        if let TokenTree::Group(group) = &token {
            if is_group(&token, Delimiter::None) {
                if let Some(output) = associated_output(&group.stream().into()) {
                    return Some(output);
                }
            }
        }
    }
    None
}

/// Whether what it comes to is an `Option`, as far as one can see.
pub(crate) fn returns_option(function: &Function) -> bool {
    let block = ReturnedFuture::find(function);
    let output = block.map_or_else(|| function.output.clone(), |block| block.written_output);
    let path = output.into_iter().take_while(|token| !is_punct(token, '<'));
    path.last().is_some_and(|last| is_word(&last, "Option"))
}
