//! Messages with numbers in them, built without an allocator and in constants.
//!
//! A constant can only panic with a `&str`, so what is wrong with a policy that is checked when the code
//! is compiled is put together by a `const fn`, in a buffer.

use core::fmt;
use core::time::Duration;

/// What is wrong with an option, why, and what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    /// Each `{}` stands for the next insert.
    template: &'static str,
    inserts: [Insert; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Insert {
    None,
    Duration(Duration),
    Count(u64),
    Word(&'static str),
}

impl Problem {
    /// A message without inserts.
    pub const fn new(message: &'static str) -> Problem {
        Problem { template: message, inserts: [Insert::None; 2] }
    }

    /// A message with two durations in it.
    pub const fn of_durations(template: &'static str, one: Duration, other: Duration) -> Problem {
        Problem { template, inserts: [Insert::Duration(one), Insert::Duration(other)] }
    }

    /// A message with two counts in it.
    pub const fn of_counts(template: &'static str, one: u64, other: u64) -> Problem {
        Problem { template, inserts: [Insert::Count(one), Insert::Count(other)] }
    }

    /// A message with two words in it.
    pub const fn of_words(
        template: &'static str,
        one: &'static str,
        other: &'static str,
    ) -> Problem {
        Problem { template, inserts: [Insert::Word(one), Insert::Word(other)] }
    }

    /// The message in full.
    pub const fn message(&self) -> Message {
        let mut message = Message::EMPTY;
        let mut inserts: &[Insert] = &self.inserts;
        let mut rest = self.template.as_bytes();
        while let [byte, others @ ..] = rest {
            if let ([b'{', b'}', behind @ ..], [insert, more @ ..]) = (rest, inserts) {
                message.push_insert(*insert);
                (rest, inserts) = (behind, more);
            } else {
                message.push(*byte);
                rest = others;
            }
        }
        message
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.message().as_str())
    }
}

/// A text in a buffer. What does not fit is cut off.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    bytes: [u8; Message::CAPACITY],
    length: usize,
}

impl Message {
    const CAPACITY: usize = 320;
    const EMPTY: Message = Message { bytes: [0; Message::CAPACITY], length: 0 };

    /// The text.
    pub const fn as_str(&self) -> &str {
        let (written, _) = self.bytes.split_at(self.length);
        match core::str::from_utf8(written) {
            Ok(text) => text,
            // The end of a character is cut off.
            Err(_) => "",
        }
    }

    const fn push(&mut self, byte: u8) {
        if let (_, [next, ..]) = self.bytes.split_at_mut(self.length) {
            *next = byte;
            self.length += 1;
        }
    }

    const fn push_str(&mut self, text: &str) {
        let mut bytes = text.as_bytes();
        while let [byte, rest @ ..] = bytes {
            self.push(*byte);
            bytes = rest;
        }
    }

    const fn push_insert(&mut self, insert: Insert) {
        match insert {
            Insert::None => {}
            Insert::Word(word) => self.push_str(word),
            Insert::Count(count) => self.push_count(count as u128),
            Insert::Duration(duration) => {
                let (count, unit) = whole_units(duration);
                self.push_count(count);
                self.push_str(unit);
            }
        }
    }

    const fn push_count(&mut self, count: u128) {
        if count >= 10 {
            self.push_count(count / 10);
        }
        #[allow(clippy::cast_possible_truncation, reason = "it is a digit")]
        self.push(b'0' + (count % 10) as u8);
    }
}

/// The beginning of somebody else's text, kept without an allocator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Excerpt {
    bytes: [u8; Excerpt::CAPACITY],
    length: u8,
    is_cut_off: bool,
}

impl Excerpt {
    const CAPACITY: usize = 30;

    pub(crate) fn of(text: &str) -> Excerpt {
        let mut excerpt = Excerpt { bytes: [0; Excerpt::CAPACITY], length: 0, is_cut_off: false };
        for character in text.chars() {
            let start = usize::from(excerpt.length);
            let end = start + character.len_utf8();
            let Some(room) = excerpt.bytes.get_mut(start..end) else {
                excerpt.is_cut_off = true;
                break;
            };
            character.encode_utf8(room);
            excerpt.length = u8::try_from(end).unwrap_or(excerpt.length);
        }
        excerpt
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        formatter.write_str(core::str::from_utf8(written).unwrap_or_default())?;
        formatter.write_str(if self.is_cut_off { "…" } else { "" })
    }
}

/// A duration as a whole number of the largest unit that it is a multiple of: `90s`, `1500ms`, `2h`.
pub(crate) const fn whole_units(duration: Duration) -> (u128, &'static str) {
    const UNITS: [(u128, &str); 6] = [
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "us"),
        (1, "ns"),
    ];
    let nanoseconds = duration.as_nanos();
    if nanoseconds == 0 {
        return (0, "s");
    }
    let mut units: &[(u128, &str)] = &UNITS;
    while let [(size, unit), rest @ ..] = units {
        if nanoseconds % *size == 0 {
            return (nanoseconds / *size, unit);
        }
        units = rest;
    }
    (nanoseconds, "ns")
}

#[cfg(test)]
mod tests {
    use super::Problem;
    use core::time::Duration;
    use std::string::ToString as _;

    #[test]
    fn inserts_stand_where_the_template_has_room_for_them() {
        let problem = Problem::of_durations(
            "{} above {}.",
            Duration::from_millis(1_500),
            Duration::from_secs(120),
        );
        assert_eq!(problem.to_string(), "1500ms above 2m.");
        assert_eq!(
            Problem::of_counts("{}, {}", 0, u64::MAX).to_string(),
            "0, 18446744073709551615"
        );
        assert_eq!(Problem::new("none").to_string(), "none");
    }

    #[test]
    fn what_does_not_fit_is_cut_off() {
        let long = Problem::new(concat!(
            "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 ",
            "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 ",
            "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 ",
            "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 ",
        ));
        assert_eq!(long.to_string().len(), 320);
    }
}
