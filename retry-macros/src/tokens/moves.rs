//! What a body does with a variable, as far as its tokens tell: whether it may move it out of its place, and whether it
//! surely does.

use proc_macro2::{Delimiter, Ident, TokenTree};
use quote::ToTokens as _;

use super::basics::{Tokens, Trees, is_group, is_punct, is_word};
use super::expressions::{is_of_macro, is_of_path};
use super::scan::mentions;

/// What stands around a variable where a body names it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// `name.method()`
    Method,
    /// `name.field`, `name[0]`, `name?`, `name(…)`: like a method, none of these moves a `&mut T`.
    Place,
    /// `function(&name)`, `let other = &name;`
    Borrowed,
    /// `function(name)`, `Ok(name)`, `let other = name;`, `for one in name`: the whole of an expression, where no pattern
    /// can stand.
    Whole,
    /// `&name` and `*name` anywhere else, where it might be a pattern.
    Referenced,
    /// In the arguments of a macro, or in the body of one.
    Macro,
    /// Anything else.
    Other,
}

/// Where a body names a variable.
struct Occurrence {
    name: Ident,
    used: Use,
    /// Whether that is within an `async move` block or a `move` closure.
    is_captured_by_value: bool,
    /// Whether that is in a block of which nobody knows whether it is run, and whether it is left by another way.
    is_in_branch: bool,
}

/// Whether a body may move this variable, a `&mut T`, out of its place. The compiler lends the receiver of a method
/// anew each time, and what is captured; anything else might take the variable itself.
pub(crate) fn may_move(body: &impl Trees, name: &Ident) -> bool {
    let takes = |used| matches!(used, Use::Whole | Use::Macro | Use::Other);
    occurrences(body, name).iter().any(|one| one.is_captured_by_value || takes(one.used))
}

/// Whether a body captures this variable by value, in an `async move` block or in a `move` closure.
pub(crate) fn may_capture(body: &impl Trees, name: &Ident) -> bool {
    occurrences(body, name).iter().any(|one| one.is_captured_by_value)
}

/// Whether a body names this variable in a macro.
pub(crate) fn is_in_macro(body: &impl Trees, name: &Ident) -> bool {
    occurrences(body, name).iter().any(|one| one.used == Use::Macro)
}

/// Where a body surely moves a variable out of its place, unless its type is `Copy`. There is no answer where the body
/// names it in any way that could be a pattern or an item's, or has attributes, by which the compiler may leave out a
/// part of it, or items of its own.
///
/// `may_diverge`: whether a branch may end the whole call without being an error of the compiler's.
pub(crate) fn moved_at(body: &impl Trees, name: &Ident, may_diverge: bool) -> Option<Ident> {
    let has_items = mentions(body, &|word| word == "use" || word == "macro_rules");
    if has_items || has_attributes(body) {
        return None;
    }
    let occurrences = occurrences(body, name);
    if occurrences.iter().any(|one| matches!(one.used, Use::Other | Use::Macro | Use::Referenced)) {
        return None;
    }
    let moved = |one: &&Occurrence| {
        let is_captured =
            one.is_captured_by_value && matches!(one.used, Use::Method | Use::Borrowed);
        (is_captured || one.used == Use::Whole) && !(may_diverge && one.is_in_branch)
    };
    occurrences.iter().find(moved).map(|one| one.name.clone())
}

fn has_attributes(body: &impl Trees) -> bool {
    body.trees().iter().any(|token| match token {
        TokenTree::Group(group) => has_attributes(&group.stream()),
        token => is_punct(token, '#'),
    })
}

fn occurrences(body: &impl Trees, name: &Ident) -> Vec<Occurrence> {
    let mut found = Vec::new();
    let around = Surroundings { kind: Kind::Block, is_by_value: false, is_branch: false };
    collect(&body.trees(), name, around, &mut found);
    found
}

#[derive(Clone, Copy)]
struct Surroundings {
    kind: Kind,
    is_by_value: bool,
    is_branch: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Block,
    /// The arguments of a call, or of a variant where no pattern can stand.
    Call,
    /// The fields of a struct that is such an argument.
    Fields,
    /// The arguments of a macro, at any depth.
    Macro,
    Other,
}

fn collect(trees: &[TokenTree], name: &Ident, around: Surroundings, found: &mut Vec<Occurrence>) {
    // Behind `move`, up to the end of the block or of the closure, with how many bars of its parameters were there.
    let mut bars: Option<u32> = None;
    for (index, token) in trees.iter().enumerate() {
        let before = trees.get(..index).unwrap_or_default();
        let behind = trees.get(index + 1..).unwrap_or_default();
        match token {
            // `use std::io::{self, Write}`, `pub(self)`
            TokenTree::Group(_) if is_of_path(before) => {}
            TokenTree::Group(group) => {
                let inside = Surroundings {
                    kind: kind(group.delimiter(), before, behind, around.kind),
                    is_by_value: around.is_by_value || bars.is_some(),
                    is_branch: around.is_branch || is_branch(group.delimiter(), before),
                };
                collect(&Tokens::from(group.stream()), name, inside, found);
                if group.delimiter() == Delimiter::Brace {
                    bars = None;
                }
            }
            TokenTree::Ident(word) if word == "move" => bars = Some(0),
            TokenTree::Punct(mark) => match (mark.as_char(), bars) {
                ('|', Some(count)) => bars = Some(count.saturating_add(1)),
                (',' | ';', Some(0 | 2..)) => bars = None,
                _ => {}
            },
            TokenTree::Ident(word) if is_same(word, name) && is_variable(before, behind) => {
                let is_captured_by_value = around.is_by_value || bars.is_some();
                let is_in_branch = around.is_branch;
                let used = used(before, behind, around.kind);
                found.push(Occurrence {
                    name: word.clone(),
                    used,
                    is_captured_by_value,
                    is_in_branch,
                });
            }
            _ => {}
        }
    }
}

/// What stands in a group.
fn kind(delimiter: Delimiter, before: &[TokenTree], behind: &[TokenTree], around: Kind) -> Kind {
    match (around, delimiter) {
        (Kind::Macro, _) => Kind::Macro,
        _ if is_of_macro(before) => Kind::Macro,
        // `function(Request { name })`, but not the body of a closure.
        (Kind::Call | Kind::Fields, Delimiter::Brace)
            if names_struct(before) && !in_closure(before) =>
        {
            Kind::Fields
        }
        (_, Delimiter::Brace) => Kind::Block,
        (_, Delimiter::Parenthesis) if calls(before) => Kind::Call,
        (Kind::Block, Delimiter::Parenthesis) if makes_result(before, behind) => Kind::Call,
        _ => Kind::Other,
    }
}

/// Braces that are neither an `async` block nor those of a struct.
fn is_branch(delimiter: Delimiter, before: &[TokenTree]) -> bool {
    delimiter == Delimiter::Brace
        && !names_struct(before)
        && !before.last().is_some_and(|last| is_word(last, "async") || is_word(last, "move"))
}

fn used(before: &[TokenTree], behind: &[TokenTree], around: Kind) -> Use {
    let next = behind.first();
    if around == Kind::Macro {
        return Use::Macro;
    }
    match next {
        Some(dot) if is_punct(dot, '.') && !is_range(behind) => {
            return match behind {
                [_, TokenTree::Ident(_), call, ..]
                    if is_group(call, Delimiter::Parenthesis) || is_punct(call, ':') =>
                {
                    Use::Method
                }
                _ => Use::Place,
            };
        }
        Some(next) if continues_place(next) => return Use::Place,
        _ => {}
    }
    let is_argument = matches!(around, Kind::Call) && !in_parameters(before);
    if is_argument && is_whole_argument(before, next)
        || around == Kind::Fields && is_field(before, next)
    {
        return Use::Whole;
    }
    if is_assigned(before, next) || is_looped_over(before, next) {
        return Use::Whole;
    }
    match borrowed(before) {
        Some(before) if is_argument && is_whole_argument(before, next) => Use::Borrowed,
        Some(before) if is_assigned(before, next) => Use::Borrowed,
        Some(_) => Use::Referenced,
        None if before.last().is_some_and(|last| is_punct(last, '*')) => Use::Referenced,
        None => Use::Other,
    }
}

fn is_same(word: &Ident, name: &Ident) -> bool {
    let (word, name) = (word.to_string(), name.to_string());
    word.trim_start_matches("r#") == name.trim_start_matches("r#")
}

/// Neither a field nor a lifetime nor a part of a path.
fn is_variable(before: &[TokenTree], behind: &[TokenTree]) -> bool {
    let is_field = match before {
        [.., dot, last] if is_punct(last, '.') => !is_punct(dot, '.'),
        [last] => is_punct(last, '.'),
        _ => false,
    };
    let is_of_path = |one: Option<&TokenTree>, other: Option<&TokenTree>| {
        one.is_some_and(|one| is_punct(one, ':')) && other.is_some_and(|other| is_punct(other, ':'))
    };
    let mut last = before.iter().rev();
    !is_field
        && !before.last().is_some_and(|last| is_punct(last, '\''))
        && !is_of_path(last.next(), last.next())
        && !is_of_path(behind.first(), behind.get(1))
}

/// `name[`, `name(`, `name?`
fn continues_place(next: &TokenTree) -> bool {
    is_punct(next, '?')
        || is_group(next, Delimiter::Bracket)
        || is_group(next, Delimiter::Parenthesis)
}

/// `name..end`
fn is_range(behind: &[TokenTree]) -> bool {
    matches!(behind, [one, other, ..] if is_punct(one, '.') && is_punct(other, '.'))
}

fn is_whole_argument(before: &[TokenTree], next: Option<&TokenTree>) -> bool {
    let is_comma = |token: &TokenTree| is_punct(token, ',');
    before.last().is_none_or(is_comma) && next.is_none_or(is_comma)
}

/// `Request { name }`, `Request { field: name }`
fn is_field(before: &[TokenTree], next: Option<&TokenTree>) -> bool {
    let before = match before {
        [before @ .., TokenTree::Ident(_), colon] if is_punct(colon, ':') => before,
        before => before,
    };
    is_whole_argument(before, next)
}

/// Between the bars of a closure.
fn in_parameters(before: &[TokenTree]) -> bool {
    before.iter().filter(|token| is_punct(token, '|')).count() % 2 == 1
}

/// Behind the bars of a closure.
fn in_closure(before: &[TokenTree]) -> bool {
    before.iter().any(|token| is_punct(token, '|'))
}

/// `let other = name;`, but neither a pattern that takes it apart, nor `let _`, which moves nothing.
fn is_assigned(before: &[TokenTree], next: Option<&TokenTree>) -> bool {
    let (keyword, other) = match before {
        [.., keyword, TokenTree::Ident(other), equals] if is_punct(equals, '=') => (keyword, other),
        _ => return false,
    };
    let is_let = is_word(keyword, "let") || is_word(keyword, "mut");
    is_let && other != "_" && next.is_some_and(|next| is_punct(next, ';'))
}

/// `for one in name { … }`
fn is_looped_over(before: &[TokenTree], next: Option<&TokenTree>) -> bool {
    before.last().is_some_and(|last| is_word(last, "in"))
        && next.is_some_and(|next| is_group(next, Delimiter::Brace))
}

/// What stands before `&name` and `&mut name`.
fn borrowed(before: &[TokenTree]) -> Option<&[TokenTree]> {
    match before {
        [before @ .., and, mutable] if is_punct(and, '&') && is_word(mutable, "mut") => {
            Some(before)
        }
        [before @ .., and] if is_punct(and, '&') => Some(before),
        _ => None,
    }
}

/// Whether the parentheses are those of a value at the end of a block or of a statement, `Ok(name)`. In a pattern, more
/// would follow.
fn makes_result(before: &[TokenTree], behind: &[TokenTree]) -> bool {
    let begins = match before {
        [TokenTree::Ident(_)] => true,
        [.., word, TokenTree::Ident(_)] => {
            is_punct(word, ';') || is_word(word, "return") || is_group(word, Delimiter::Brace)
        }
        _ => false,
    };
    begins && behind.first().is_none_or(|next| is_punct(next, ';'))
}

/// Whether what stands in front of parentheses is a function or a method by its usual name: what begins with a capital
/// may be the pattern of a variant.
fn calls(before: &[TokenTree]) -> bool {
    let [rest @ .., TokenTree::Ident(name)] = before else { return false };
    let is_item = rest.last().is_some_and(|last| is_word(last, "fn") || is_word(last, "let"));
    // A keyword is no name.
    let is_name = syn::parse2::<Ident>(name.to_token_stream()).is_ok();
    is_name
        && !is_item
        && !in_parameters(rest)
        && name.to_string().starts_with(|first: char| first.is_lowercase() || first == '_')
}

/// `Request` in front of braces.
fn names_struct(before: &[TokenTree]) -> bool {
    matches!(before.last(), Some(TokenTree::Ident(name))
        if name.to_string().starts_with(char::is_uppercase))
}
