//! What a body does with a variable, as far as its tokens tell: whether it may move it out of its place, and whether it
//! surely does.

use proc_macro2::{Delimiter, Ident, Spacing, TokenTree};

use super::basics::{Tokens, Trees, is_group, is_punct, is_word};

/// What stands around a variable where a body names it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// `name.method()`, `name.field`, `name[0]`, `name?`, `name(…)`: none of these moves a `&mut T`.
    Place,
    /// `&name`, `&mut name`, `*name`
    Borrowed,
    /// `function(name)`, `Ok(name)`, `let other = name;`: the whole of an expression, where no pattern can stand.
    Whole,
    /// Anything else, the arguments of a macro included.
    Other,
}

/// Where a body names a variable.
struct Occurrence {
    name: Ident,
    used: Use,
    /// Whether that is within an `async move` block or a `move` closure.
    is_captured_by_value: bool,
}

/// Whether a body may move this variable, a `&mut T`, out of its place. The compiler lends the receiver of a method
/// anew each time, and what is captured; anything else might take the variable itself.
pub(crate) fn may_move(body: &impl Trees, name: &Ident) -> bool {
    occurrences(body, name)
        .iter()
        .any(|one| one.is_captured_by_value || matches!(one.used, Use::Whole | Use::Other))
}

/// Where a body surely moves a variable out of its place, unless its type is `Copy`. There is no answer where the body
/// names it in any way that could be a pattern or an item's, or has attributes, by which the compiler may leave out a
/// part of it.
pub(crate) fn moved_at(body: &impl Trees, name: &Ident) -> Option<Ident> {
    if has_attributes(body) {
        return None;
    }
    let occurrences = occurrences(body, name);
    if occurrences.iter().any(|one| one.used == Use::Other) {
        return None;
    }
    let moved = |one: &&Occurrence| one.is_captured_by_value || one.used == Use::Whole;
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
    let around = Surroundings { kind: Kind::Block, is_by_value: false };
    collect(&body.trees(), name, around, &mut found);
    found
}

#[derive(Clone, Copy)]
struct Surroundings {
    kind: Kind,
    is_by_value: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Block,
    /// The arguments of a call, or of a variant where no pattern can stand.
    Call,
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
            TokenTree::Group(group) => {
                let is_of_macro = before.last().is_some_and(|last| is_punct(last, '!'));
                let kind = match (around.kind, group.delimiter()) {
                    (Kind::Macro, _) => Kind::Macro,
                    _ if is_of_macro => Kind::Macro,
                    (_, Delimiter::Brace) => Kind::Block,
                    (_, Delimiter::Parenthesis) if calls(before) => Kind::Call,
                    (Kind::Block, Delimiter::Parenthesis) if makes_result(before, behind) => {
                        Kind::Call
                    }
                    _ => Kind::Other,
                };
                let is_by_value = around.is_by_value || bars.is_some();
                let inside = Surroundings { kind, is_by_value };
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
                let used = match behind.first() {
                    _ if around.kind == Kind::Macro => Use::Other,
                    Some(next) if continues_place(next) && !is_range(behind) => Use::Place,
                    next if around.kind == Kind::Call && is_whole_argument(before, next) => {
                        Use::Whole
                    }
                    next if is_assigned(before, next) => Use::Whole,
                    next if is_borrowed(before) && ends_expression(next) => Use::Borrowed,
                    _ => Use::Other,
                };
                let is_captured_by_value = around.is_by_value || bars.is_some();
                found.push(Occurrence { name: word.clone(), used, is_captured_by_value });
            }
            _ => {}
        }
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

/// `name.`, `name[`, `name(`, `name?`
fn continues_place(next: &TokenTree) -> bool {
    is_punct(next, '.')
        || is_punct(next, '?')
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

fn is_borrowed(before: &[TokenTree]) -> bool {
    match before {
        [.., and, mutable] if is_word(mutable, "mut") => is_punct(and, '&'),
        [.., last] => is_punct(last, '&') || is_punct(last, '*'),
        [] => false,
    }
}

/// What can't follow in a pattern: `|&name|`, `&name in`, `&name =>` and `&name @` could.
fn ends_expression(next: Option<&TokenTree>) -> bool {
    next.is_none_or(|next| match next {
        TokenTree::Punct(mark) => !matches!(mark.as_char(), '|' | '=' | ':' | '@'),
        TokenTree::Ident(word) => word != "in" && word != "if",
        TokenTree::Group(_) | TokenTree::Literal(_) => true,
    })
}

/// `= name;`
fn is_assigned(before: &[TokenTree], next: Option<&TokenTree>) -> bool {
    let is_single = match before {
        [.., TokenTree::Punct(other), TokenTree::Punct(equals)] => {
            equals.as_char() == '=' && other.spacing() == Spacing::Alone
        }
        [.., last] => is_punct(last, '='),
        [] => false,
    };
    is_single && next.is_some_and(|next| is_punct(next, ';'))
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
    match before {
        [.., keyword, TokenTree::Ident(_)] if is_word(keyword, "fn") => false,
        [.., TokenTree::Ident(name)] => {
            name.to_string().starts_with(|first: char| first.is_lowercase() || first == '_')
                && !super::expressions::is_keyword(&TokenTree::Ident(name.clone()))
        }
        _ => false,
    }
}
