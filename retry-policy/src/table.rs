//! Policies in configuration files: a table of keys, or the text form, by `serde`.
//!
//! A value in a table becomes the text that it is in the text form, and is read from there. So both know the same options,
//! refuse the same, and say the same about it.

use core::fmt;
use std::string::{String, ToString as _};

use serde_core::Deserialize;
use serde_core::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{self, Serialize, Serializer};

use crate::backoff::Backoff;
use crate::error::PolicyError;
use crate::message::Problem;
use crate::options::{Key, Options, Policy, PolicyBuilder};
use crate::text::unknown;

/// With the feature `serde`. A policy is written as its text form, `max_attempts=5 initial_delay=250ms`.
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut policy = Some(self);
        while let Some(one) = policy {
            if matches!(one.backoff(), Backoff::Custom(_)) {
                return Err(ser::Error::custom("a backoff of a type of your own can't be written"));
            }
            policy = one.then();
        }
        serializer.collect_str(self)
    }
}

/// With the feature `serde`. A policy is read from a table of keys, or from its text form.
///
/// The keys are those of `policy!`. Durations are texts with units (`"1m 30s"`), `max_attempts` is a number or `"unlimited"`,
/// `jitter` may be `true` or `false`, a list of waits is one of texts, and `throttled`, `log` and `then` may be tables.
/// What is unknown or invalid is refused, with the key and the number that were given.
impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Policy, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(PolicyVisitor)
        } else {
            // Many of these don't say what comes next, so it is read as it is written: as a text.
            deserializer.deserialize_str(PolicyVisitor)
        }
    }
}

struct PolicyVisitor;

impl<'de> Visitor<'de> for PolicyVisitor {
    type Value = Policy;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "a table of retry options, or a text such as \"max_attempts=5 initial_delay=250ms\"",
        )
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Policy, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Policy, A::Error> {
        let mut given = Options::NONE;
        while let Some(name) = table.next_key_seed(OptionName(None))? {
            match name {
                Named::Group(group) => {
                    table.next_value_seed(InGroup { given: &mut given, group })?;
                }
                Named::Option(key) => {
                    table.next_value_seed(OptionValue { given: &mut given, key })?;
                }
            }
        }
        let policy = PolicyBuilder { options: given, inherited: Options::NONE }.build();
        policy.map_err(de::Error::custom)
    }
}

/// The name of an option, or of a group of them. It is refused here, so that the format can say where it stands.
struct OptionName(Option<Group>);

enum Named {
    Option(Key),
    Group(Group),
}

impl<'de> DeserializeSeed<'de> for OptionName {
    type Value = Named;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Named, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for OptionName {
    type Value = Named;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of an option")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Named, E> {
        let Some(group) = self.0 else {
            let key =
                || Key::named(name).map(Named::Option).ok_or_else(|| E::custom(unknown(name)));
            return Group::named(name).map(Named::Group).map_or_else(key, Ok);
        };
        let known = group.0.iter().find(|(known, _)| *known == name);
        known.map(|(_, key)| Named::Option(*key)).ok_or_else(|| {
            E::custom(std::format!(
                "errors that say \"throttled\" have no `{name}` of their own, only `max_attempts`, `initial_delay` and `max_delay`"
            ))
        })
    }
}

/// Keys whose values are tables of other keys: `throttled = { max_attempts = 8 }`.
#[derive(Clone, Copy)]
struct Group(&'static [(&'static str, Key)]);

impl Group {
    fn named(name: &str) -> Option<Group> {
        (name == "throttled").then_some(Group(&[
            ("max_attempts", Key::ThrottledMaxAttempts),
            ("initial_delay", Key::ThrottledDelay),
            ("max_delay", Key::ThrottledMaxDelay),
        ]))
    }
}

struct InGroup<'a> {
    given: &'a mut Options,
    group: Group,
}

impl<'de> DeserializeSeed<'de> for InGroup<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for InGroup<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a table with ")?;
        for (index, (name, _)) in self.group.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(formatter, "{separator}`{name}`")?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<(), A::Error> {
        while let Some(name) = table.next_key_seed(OptionName(Some(self.group)))? {
            if let Named::Option(key) = name {
                table.next_value_seed(OptionValue { given: self.given, key })?;
            }
        }
        Ok(())
    }
}

/// The value of an option.
struct OptionValue<'a> {
    given: &'a mut Options,
    key: Key,
}

impl<'de> DeserializeSeed<'de> for OptionValue<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl OptionValue<'_> {
    fn set<E: de::Error>(self, text: &str) -> Result<(), E> {
        let key = self.key;
        if self.given.has(key) {
            let problem =
                Problem::of_words("`{}` is given twice; keep one of them", key.name(), "");
            return Err(E::custom(PolicyError::new(key.name(), problem)));
        }
        self.given.set(key, text).map_err(|expected| {
            let problem = Problem::of_words("`{}` takes {}", key.name(), expected);
            E::custom(PolicyError::new(key.name(), problem).at(text))
        })
    }
}

impl<'de> Visitor<'de> for OptionValue<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a value of `{}`", self.key)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.set(text)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.set(if value { "true" } else { "false" })
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        self.set(&number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        self.set(&number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        self.set(&number.to_string())
    }

    /// A list of delays: `["100ms", "1s"]`.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut text = String::from("[");
        while let Some(Word(delay)) = list.next_element()? {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&delay);
        }
        text.push(']');
        self.set(&text)
    }

    /// Another policy, or levels of events: `{ retry = "debug", after = 3 }`.
    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<(), A::Error> {
        if self.key == Key::Then {
            let policy = PolicyVisitor.visit_map(table)?;
            let text = policy.to_string().replace(' ', ",");
            return self.set(&std::format!("({text})"));
        }
        let mut text = String::new();
        while let Some((name, level)) = table.next_entry::<String, Word>()? {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(&name);
            text.push(':');
            text.push_str(&level.0);
        }
        self.set(&text)
    }
}

/// A text or a number, as it is written.
struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
        deserializer.deserialize_any(WordVisitor)
    }
}

struct WordVisitor;

impl Visitor<'_> for WordVisitor {
    type Value = Word;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text or a number")
    }

    fn visit_str<E: de::Error>(self, level: &str) -> Result<Word, E> {
        Ok(Word(level.into()))
    }

    fn visit_u64<E: de::Error>(self, retries: u64) -> Result<Word, E> {
        Ok(Word(retries.to_string()))
    }

    fn visit_i64<E: de::Error>(self, retries: i64) -> Result<Word, E> {
        Ok(Word(retries.to_string()))
    }
}
