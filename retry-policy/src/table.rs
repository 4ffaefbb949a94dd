//! Policies in configuration files: a table of keys, or the text form, by `serde`.
//!
//! A value in a table becomes the text that it is in the text form, and is read from there. So both know the same options,
//! refuse the same, and say the same about it.

use core::fmt;
use std::string::{String, ToString as _};

use serde_core::Deserialize;
use serde_core::de::{
    self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde_core::ser::{Serialize, Serializer};

use crate::error::PolicyError;
use crate::message::Problem;
use crate::options::{Key, Options, Policy, PolicyBuilder};
use crate::text::unknown;

/// With the feature `serde`. A policy is written as its text form, `max_attempts=5 initial_delay=250ms`.
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
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
            // Such a format doesn't say what comes next. This is what was written.
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
        while let Some(name) = table.next_key::<String>()? {
            if let Some(group) = Group::named(&name) {
                table.next_value_seed(InGroup { given: &mut given, group })?;
            } else {
                let key = Key::named(&name).ok_or_else(|| de::Error::custom(unknown(&name)))?;
                table.next_value_seed(OptionValue { given: &mut given, key })?;
            }
        }
        let policy = PolicyBuilder { options: given, inherited: Options::NONE }.build();
        policy.map_err(de::Error::custom)
    }
}

/// Keys whose values are tables of other keys: `throttled = { max_attempts = 8 }`.
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
        while let Some(name) = table.next_key::<String>()? {
            let known = self.group.0.iter().find(|(known, _)| *known == name);
            let Some(&(_, key)) = known else {
                return Err(de::Error::invalid_value(Unexpected::Str(&name), &self));
            };
            table.next_value_seed(OptionValue { given: self.given, key })?;
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
        match (self.key, value) {
            (Key::Jitter, true) => self.set("full"),
            (Key::Jitter, false) => self.set("none"),
            _ => self.set(if value { "true" } else { "false" }),
        }
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
        while let Some(delay) = list.next_element::<String>()? {
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
        while let Some((name, level)) = table.next_entry::<String, Level>()? {
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

/// A level, or a number of retries.
struct Level(String);

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Level, D::Error> {
        deserializer.deserialize_any(LevelVisitor)
    }
}

struct LevelVisitor;

impl Visitor<'_> for LevelVisitor {
    type Value = Level;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a level such as \"debug\", or a number of retries")
    }

    fn visit_str<E: de::Error>(self, level: &str) -> Result<Level, E> {
        Ok(Level(level.into()))
    }

    fn visit_u64<E: de::Error>(self, retries: u64) -> Result<Level, E> {
        Ok(Level(retries.to_string()))
    }

    fn visit_i64<E: de::Error>(self, retries: i64) -> Result<Level, E> {
        Ok(Level(retries.to_string()))
    }
}
