//! The phrases that say something: a file for each place where they come from, with that place's own words.

#![allow(clippy::indexing_slicing, reason = "all of it is done when this crate is compiled")]

mod aws;
mod cloudflare;
mod curl;
mod go;
mod http;
mod http2;
mod mysql;
mod postgres;
mod redis;
mod rust;
mod settings;
mod sqlite;
mod unix;
mod windows;

use super::Rank;
use crate::classify::retryability::ClassifiedBy;

/// Words, and what they say.
#[derive(Clone, Copy)]
pub(super) struct Phrase {
    pub(super) text: &'static str,
    pub(super) rank: Rank,
    pub(super) classified_by: ClassifiedBy,
    /// A service's code, such as `SlowDown`: it counts in its own case only, because in another it is a word.
    pub(super) is_code: bool,
}

const fn phrase(text: &'static str, rank: Rank) -> Phrase {
    Phrase { text, rank, classified_by: ClassifiedBy::Words(text), is_code: is_code(text) }
}

/// Each is in the order of [`PHRASES`], which the tests hold.
const SOURCES: &[&[Phrase]] = &[
    aws::PHRASES,
    cloudflare::PHRASES,
    curl::PHRASES,
    go::PHRASES,
    http::PHRASES,
    http2::PHRASES,
    mysql::PHRASES,
    postgres::PHRASES,
    redis::PHRASES,
    rust::PHRASES,
    settings::PHRASES,
    sqlite::PHRASES,
    unix::PHRASES,
    windows::PHRASES,
];

/// All of them in the alphabetical order of their words in small letters, so that each word of a message is looked up
/// once. They are merged when this crate is compiled.
pub(super) static PHRASES: &[Phrase] = &MERGED;

const COUNT: usize = {
    let (mut count, mut source) = (0, 0);
    while source < SOURCES.len() {
        count += SOURCES[source].len();
        source += 1;
    }
    count
};

static MERGED: [Phrase; COUNT] = {
    let mut merged = [phrase("", Rank::Permanent); COUNT];
    let mut taken = [0; SOURCES.len()];
    let mut index = 0;
    while index < COUNT {
        let mut first: Option<usize> = None;
        let mut source = 0;
        while source < SOURCES.len() {
            if taken[source] < SOURCES[source].len() {
                let is_first = match first {
                    None => true,
                    Some(first) => {
                        let (one, other) = (taken[source], taken[first]);
                        is_before(SOURCES[source][one].text, SOURCES[first][other].text)
                    }
                };
                if is_first {
                    first = Some(source);
                }
            }
            source += 1;
        }
        if let Some(first) = first {
            merged[index] = SOURCES[first][taken[first]];
            taken[first] += 1;
        }
        index += 1;
    }
    merged
};

/// By their words in small letters.
const fn is_before(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let (mut at, mut other_at) = (0, 0);
    loop {
        let (left, right);
        (left, at) = next(one, at);
        (right, other_at) = next(other, other_at);
        if left != right {
            return left < right;
        }
        if left == 0 {
            return false;
        }
    }
}

/// The next byte of a word in small letters, a space between two words, or 0 at the end; and where to go on.
const fn next(text: &[u8], mut at: usize) -> (u8, usize) {
    let start = at;
    while at < text.len() && is_between_words(text[at]) {
        at += 1;
    }
    if at == text.len() {
        (0, at)
    } else if at > start && start > 0 {
        (b' ', at)
    } else {
        (text[at].to_ascii_lowercase(), at + 1)
    }
}

const fn is_between_words(byte: u8) -> bool {
    !byte.is_ascii_alphanumeric() && byte != b'_'
}

/// One word with capitals and small letters in it.
const fn is_code(text: &str) -> bool {
    let text = text.as_bytes();
    let (mut capitals, mut small, mut at) = (0, 0, 0);
    while at < text.len() {
        if text[at].is_ascii_uppercase() {
            capitals += 1;
        } else if text[at].is_ascii_lowercase() {
            small += 1;
        } else {
            return false;
        }
        at += 1;
    }
    capitals > 0 && small > 0
}
