//! What the words of a message say.

mod phrases;
mod spoken;
mod status;

use core::cmp::Ordering;

use self::phrases::{PHRASES, Phrase};
use self::spoken::segments;
use super::retryability::{ClassifiedBy, Retryability};

/// What a phrase says, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// A code of AWS's for too much load.
    ThrottlingCode,
    /// A code of AWS's for what may pass.
    TransientCode,
    /// Words for what the same call would meet again.
    Permanent,
    /// Words for too much load.
    Throttled,
    /// Words for what may pass.
    Transient,
    /// Words for what the same call would meet again, which stand in messages about outages as well: "not found",
    /// "must be positive".
    Mild,
    /// A word for what may pass that is as often the name of something: "timeout", "EOF".
    Noun,
}

static BY_STATUS: ClassifiedBy = ClassifiedBy::Words("an HTTP status");

/// What the weightiest phrase in a message says. The number of an HTTP status weighs less than the codes of
/// AWS, and more than words. Addresses, paths and names of files say nothing.
///
/// It never says that nothing was applied: that would be to repeat a payment on the strength of a word.
///
/// Each word of the message is looked up once, in a sorted table.
pub(super) fn classify(message: &str) -> Option<Retryability> {
    classify_by(message, &|_| true)
}

/// The same without words that are as often the name of something.
#[cfg(feature = "std")]
pub(super) fn classify_without_nouns(message: &str) -> Option<Retryability> {
    classify_by(message, &|rank| rank != Rank::Noun)
}

fn classify_by(message: &str, counts: &dyn Fn(Rank) -> bool) -> Option<Retryability> {
    let mut found: Option<&'static Phrase> = None;
    for segment in segments(message) {
        let mut rest = words(segment);
        loop {
            let here = rest.clone();
            let Some(first) = rest.next() else { break };
            for phrase in beginning_with(first) {
                let is_first = found.is_none_or(|found| phrase.rank < found.rank);
                if is_first && counts(phrase.rank) && phrase.begins(here.clone()) {
                    found = Some(phrase);
                }
            }
        }
    }
    if found.is_none_or(|found| found.rank >= Rank::Permanent) {
        if let Some(by_status) = segments(message).find_map(status::by_status) {
            return Some(by_status.forget_not_applied().by(&BY_STATUS));
        }
    }
    let found = found?;
    let said = match found.rank {
        Rank::ThrottlingCode | Rank::Throttled => Retryability::throttled(),
        Rank::TransientCode | Rank::Transient | Rank::Noun => Retryability::transient(),
        Rank::Permanent | Rank::Mild => Retryability::permanent(),
    };
    Some(said.by(&found.classified_by))
}

impl Phrase {
    /// Whether the words begin with those of the phrase.
    fn begins<'a>(&self, mut here: impl Iterator<Item = &'a str>) -> bool {
        if self.is_code { here.next() == Some(self.text) } else { begins(here, self.text) }
    }
}

/// The phrases whose first word is this one, in any case.
fn beginning_with(word: &str) -> &'static [Phrase] {
    let first = |phrase: &Phrase| words(phrase.text).next().unwrap_or_default();
    let start = PHRASES.partition_point(|phrase| compare(first(phrase), word) == Ordering::Less);
    let (_, rest) = PHRASES.split_at_checked(start).unwrap_or_default();
    let length = rest.partition_point(|phrase| compare(first(phrase), word) == Ordering::Equal);
    rest.split_at_checked(length).unwrap_or_default().0
}

/// By their small letters.
fn compare(one: &str, other: &str) -> Ordering {
    let small = |byte: u8| byte.to_ascii_lowercase();
    one.bytes().map(small).cmp(other.bytes().map(small))
}

/// Whether the words begin with those of a phrase, in any case.
fn begins<'a>(mut here: impl Iterator<Item = &'a str>, phrase: &str) -> bool {
    words(phrase).all(|word| here.next().is_some_and(|other| other.eq_ignore_ascii_case(word)))
}

/// Runs of letters, digits and underscores.
fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split(|character: char| !character.is_alphanumeric() && character != '_')
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{PHRASES, classify, words};
    use crate::classify::tables::resolver;

    #[test]
    fn the_phrases_are_sorted_and_each_is_there_once() {
        for pair in PHRASES.windows(2) {
            let [one, other] = [pair[0].text, pair[1].text];
            let small = |text| words(text).map(str::to_ascii_lowercase);
            assert!(small(one).lt(small(other)), "{one}, {other}");
        }
    }

    #[test]
    fn each_phrase_is_found() {
        for phrase in PHRASES {
            let said = classify(phrase.text).unwrap_or_else(|| panic!("{}", phrase.text));
            let permanent = [super::Rank::Permanent, super::Rank::Mild].contains(&phrase.rank);
            assert_eq!(said.is_retryable(), !permanent, "{}", phrase.text);
        }
    }

    /// A name that doesn't exist is as permanent in words as it is in an `io::Error`.
    #[test]
    fn the_resolvers_texts_are_phrases() {
        for text in resolver::UNKNOWN {
            assert!(classify(text).is_some_and(|said| !said.is_retryable()), "{text}");
        }
    }
}
