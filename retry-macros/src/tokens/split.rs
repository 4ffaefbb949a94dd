//! Tokens split at their commas.

use proc_macro2::{TokenStream, TokenTree};

use super::basics::{Tokens, is_punct, is_word};
use super::cursor::Cursor;

/// The pieces between the commas of the outermost level.
///
/// A comma inside brackets is inside a group already. Two others are no separators: those between
/// angle brackets, and those between the parameters of a closure. An angle bracket opens behind
/// `::`, or where an operand would begin; anywhere else it is "less than".
pub(crate) fn split_at_commas(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<TokenTree> = Vec::new();
    let mut angles = 0_usize;
    let mut in_parameters = false;
    for token in tokens {
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                ',' if angles == 0 && !in_parameters => {
                    // A comma that ends nothing is a piece itself, for somebody to complain about.
                    if piece.is_empty() {
                        piece.push(token);
                    }
                    pieces.push(core::mem::take(&mut piece));
                    continue;
                }
                '<' if angles > 0 || ends_with(&piece, "::") || awaits_operand(&piece) => {
                    angles += 1;
                }
                '>' if !ends_with(&piece, "-") => angles = angles.saturating_sub(1),
                '|' if in_parameters => in_parameters = false,
                '|' if starts_closure(&piece) => in_parameters = true,
                _ => {}
            }
        }
        piece.push(token);
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// Whether the last tokens are these marks.
fn ends_with(piece: &[TokenTree], marks: &str) -> bool {
    let mut before = piece.iter().rev();
    marks.chars().rev().all(|mark| before.next().is_some_and(|token| is_punct(token, mark)))
}

/// Whether what comes next is the beginning of an operand: behind an operator, but not behind a
/// `<`, which may be half of a shift.
fn awaits_operand(piece: &[TokenTree]) -> bool {
    matches!(piece.last(), Some(TokenTree::Punct(punct)) if !matches!(punct.as_char(), '<' | '>' | '?'))
}

/// After `key =` or `key = move`, a bar opens a closure's parameters.
fn starts_closure(piece: &[TokenTree]) -> bool {
    match piece {
        [_, equals] => is_punct(equals, '='),
        [_, equals, word] => is_punct(equals, '=') && is_word(word, "move"),
        _ => false,
    }
}

/// Splits at the commas outside of brackets, angle brackets included.
pub(crate) fn split_types(tokens: impl Into<Tokens>) -> Vec<Tokens> {
    let mut pieces = Vec::new();
    let mut cursor = Cursor::new(tokens);
    loop {
        let piece = cursor.until(|token| is_punct(token, ','));
        if !piece.is_empty() {
            pieces.push(piece);
        }
        if cursor.next().is_none() {
            return pieces;
        }
    }
}
