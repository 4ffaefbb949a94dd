//! The words of the helper attribute, `#[retry(…)]` on a type or on a variant.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;

use super::ast::Attribute;
use crate::diagnostics::Diagnostics;
use crate::keys::{Key, nearest};
use crate::tokens::{is_assigned, is_keyword, split_at_commas};
use crate::tokens::{is_punct, is_word};

/// What an error may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Transient,
    Throttled,
    Permanent,
    Cancelled,
    /// What the error that it wraps is.
    Forward,
}

/// A word of the attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Kind(Kind),
    On,
    After,
    NotApplied,
    When,
    Default,
    Crate,
}

pub(super) struct Word {
    name: &'static str,
    pub(super) meaning: Meaning,
    /// What to write.
    pub(super) example: &'static str,
    takes: Takes,
    /// What others call it.
    known_as: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    /// A field, or nothing.
    OptionalField,
    Value,
}

const WORDS: &[Word] = &[
    Word {
        name: "transient",
        meaning: Meaning::Kind(Kind::Transient),
        example: "transient",
        takes: Takes::Nothing,
        known_as: &["retry", "retryable", "retriable", "temporary", "true", "auto"],
    },
    Word {
        name: "throttled",
        meaning: Meaning::Kind(Kind::Throttled),
        example: "throttled",
        takes: Takes::Nothing,
        known_as: &["rate_limited", "throttle", "throttling", "overloaded"],
    },
    Word {
        name: "permanent",
        meaning: Meaning::Kind(Kind::Permanent),
        example: "permanent",
        takes: Takes::Nothing,
        known_as: &["false", "fatal", "never", "no_retry"],
    },
    Word {
        name: "cancelled",
        meaning: Meaning::Kind(Kind::Cancelled),
        example: "cancelled",
        takes: Takes::Nothing,
        known_as: &["canceled", "aborted"],
    },
    Word {
        name: "forward",
        meaning: Meaning::Kind(Kind::Forward),
        example: "forward = source",
        takes: Takes::OptionalField,
        known_as: &["inherit", "transparent", "source", "from", "delegate"],
    },
    Word {
        name: "on",
        meaning: Meaning::On,
        example: "forward, on = reattempt::detect::aws",
        takes: Takes::Value,
        known_as: &["by", "with", "using", "classify", "classify_with"],
    },
    Word {
        name: "after",
        meaning: Meaning::After,
        example: "after = retry_after",
        takes: Takes::Value,
        known_as: &["retry_after", "delay", "wait", "hint"],
    },
    Word {
        name: "not_applied",
        meaning: Meaning::NotApplied,
        example: "not_applied",
        takes: Takes::Nothing,
        known_as: &["unapplied", "safe"],
    },
    Word {
        name: "when",
        meaning: Meaning::When,
        example: "when = *status == 503",
        takes: Takes::Value,
        known_as: &["if", "condition"],
    },
    Word {
        name: "default",
        meaning: Meaning::Default,
        example: "default = permanent",
        takes: Takes::Value,
        known_as: &["otherwise", "all"],
    },
    Word {
        name: "crate",
        meaning: Meaning::Crate,
        example: "crate = ::my_crate::reattempt",
        takes: Takes::Value,
        known_as: &["krate"],
    },
];

impl Word {
    fn named(name: &str) -> Option<&'static Word> {
        WORDS.iter().find(|word| word.name == name)
    }

    /// What to tell somebody who wrote a word that does not exist.
    fn unknown(name: &str) -> String {
        if name == "idempotent" {
            return "`idempotent` is about a function, and goes into its `#[retry(…)]`; what an error \
                    knows is `not_applied`"
                .to_owned();
        }
        if let Some(word) = WORDS.iter().find(|word| word.known_as.contains(&name)) {
            let example = if word.example == word.name {
                String::new()
            } else {
                format!(", as in `{}`", word.example)
            };
            return format!("unknown word `{name}`: here it is called `{}`{example}", word.name);
        }
        if Key::named(name).is_some() {
            return format!("`{name}` is about a function, and goes into its `#[retry(…)]`");
        }
        if let Some(near) = nearest(name, WORDS.iter().map(|word| word.name)) {
            return format!("unknown word `{name}`: did you mean `{near}`?");
        }
        let known: Vec<_> = WORDS.iter().map(|word| format!("`{}`", word.name)).collect();
        format!("unknown word `{name}`: the words are {}", known.join(", "))
    }
}

impl Kind {
    /// The kind of this name; `forward` is not one by itself.
    pub(super) fn named(name: &str) -> Option<Kind> {
        match Word::named(name)?.meaning {
            Meaning::Kind(kind) if kind != Kind::Forward => Some(kind),
            _ => None,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Kind::Transient => "transient",
            Kind::Throttled => "throttled",
            Kind::Permanent => "permanent",
            Kind::Cancelled => "cancelled",
            Kind::Forward => "forward",
        }
    }
}

/// A word as it was written, with what stands behind its `=`.
pub(super) struct ParsedWord {
    pub(super) word: &'static Word,
    pub(super) place: Span,
    pub(super) value: TokenStream,
}

/// The words of an attribute. What makes no sense is a mistake, and is left out.
pub(super) fn parse(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Vec<ParsedWord> {
    let stream = attribute.arguments.as_ref().map(Group::stream).unwrap_or_default();
    if stream.is_empty() || !attribute.is_list() {
        let message = "write what the error is, such as `#[retry(transient)]`, `#[retry(permanent)]` or \
                       `#[retry(forward)]`";
        diagnostics.at_span(attribute.name.span(), message);
        return Vec::new();
    }
    let mut words: Vec<ParsedWord> = Vec::new();
    for piece in split_at_commas(stream) {
        let Some(written) = parse_one(&piece, diagnostics) else { continue };
        if words.iter().any(|earlier| earlier.word.name == written.word.name) {
            diagnostics.at_span(written.place, given_twice(&written));
        } else {
            words.push(written);
        }
    }
    words
}

pub(super) fn given_twice(written: &ParsedWord) -> String {
    format!("`{}` is given twice; keep one of them", written.word.name)
}

fn parse_one(piece: &[TokenTree], diagnostics: &mut Diagnostics) -> Option<ParsedWord> {
    let (first, rest) = piece.split_first()?;
    let TokenTree::Ident(name) = first else {
        diagnostics.at_span(first.span(), "expected a word, such as `transient`");
        return None;
    };
    let Some(word) = Word::named(&name.to_string()) else {
        diagnostics.at_span(name.span(), Word::unknown(&name.to_string()));
        return None;
    };
    let place = name.span();
    let value = match rest {
        // Of a default there is more to say: where it goes.
        [] if word.takes == Takes::Value && word.meaning != Meaning::Default => {
            diagnostics.at_span(
                place,
                format_args!("`{}` has no value; write `{}`", word.name, word.example),
            );
            return None;
        }
        [] => TokenStream::new(),
        [second, ..] if word.takes == Takes::Nothing => {
            let message = if let TokenTree::Ident(next) = second {
                format!("expected a comma before `{next}`")
            } else if is_punct(second, ';') {
                "expected a comma, not a semicolon".to_owned()
            } else {
                format!("`{}` stands alone", word.name)
            };
            diagnostics.at_span(second.span(), message);
            return None;
        }
        [equals, value @ ..] if is_punct(equals, '=') && !value.is_empty() => {
            if let Some(next) = missing_comma(value) {
                diagnostics.at_span(next.span(), format_args!("expected a comma before `{next}`"));
                return None;
            }
            if let Some(keyword) = value.first().filter(|first| is_word(first, "let")) {
                let message = "a condition is an expression of type `bool`; in place of `let`, write \
                               `matches!(…)`, or a method such as `is_some()`";
                diagnostics.at_span(keyword.span(), message);
                return None;
            }
            value.iter().cloned().collect()
        }
        [TokenTree::Ident(next), ..] => {
            diagnostics.at_span(next.span(), format_args!("expected a comma before `{next}`"));
            return None;
        }
        [second, ..] => {
            let message =
                format!("expected `=` and a value after `{}`; write `{}`", word.name, word.example);
            diagnostics.at(second.to_token_stream(), message);
            return None;
        }
    };
    Some(ParsedWord { word, place, value })
}

/// A word that follows a value without a comma: `when = *status == 503 after = wait`.
fn missing_comma(value: &[TokenTree]) -> Option<&Ident> {
    value.windows(2).enumerate().find_map(|(index, pair)| {
        let [
            TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Group(_),
            TokenTree::Ident(word),
        ] = pair
        else {
            return None;
        };
        let is_word_of_ours = Word::named(&word.to_string()).is_some();
        // `if after.is_some()` and `after == wait` are expressions.
        let ends = is_assigned(value, index + 2);
        (is_word_of_ours && ends && !pair.first().is_some_and(is_keyword)).then_some(word)
    })
}

/// A word that stands for a field: its name, or its number.
pub(super) fn field_name(written: &ParsedWord, diagnostics: &mut Diagnostics) -> Option<TokenTree> {
    let tokens: Vec<TokenTree> = written.value.clone().into_iter().collect();
    match tokens.as_slice() {
        [name @ TokenTree::Ident(_)] => Some(name.clone()),
        [TokenTree::Literal(number)] if number.to_string().parse::<usize>().is_ok() => {
            Some(number.clone().into())
        }
        _ => {
            diagnostics.at(
                &written.value,
                format_args!(
                    "`{}` takes the name of a field, or its number; write `{}`",
                    written.word.name, written.word.example
                ),
            );
            None
        }
    }
}

/// The kind that `default` names.
pub(super) fn default_kind(written: &ParsedWord, diagnostics: &mut Diagnostics) -> Option<Kind> {
    let kind = syn::parse2::<Ident>(written.value.clone()).ok();
    let kind = kind.and_then(|kind| Kind::named(&kind.to_string()));
    if kind.is_none() {
        let message = "`default` is `transient`, `throttled`, `permanent` or `cancelled`";
        diagnostics.at(&written.value, message);
    }
    kind
}
