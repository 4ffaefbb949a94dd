//! What makes a set of options a policy: the defaults, and what is refused, in words.
//!
//! There is one copy of these rules. `retry-macros` compiles this very file (its `rules.rs` is a
//! symbolic link to it), so an attribute is refused while it expands for the reasons, and in the
//! words, that refuse a policy built at run time. That is why it imports nothing of this crate.

use core::time::Duration;

pub(crate) const MAX_ATTEMPTS: u32 = 3;
pub(crate) const INITIAL_DELAY: Duration = Duration::from_millis(100);
pub(crate) const THROTTLED_DELAY: Duration = Duration::from_secs(1);
pub(crate) const MAX_DELAY: Duration = Duration::from_secs(20);
pub(crate) const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);
pub(crate) const MULTIPLIER: f64 = 2.0;

/// What is known of an option's value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given<T> {
    No,
    Value(T),
    /// Given, but as an expression that only the compiler can evaluate.
    #[allow(dead_code, reason = "at run time every value is known")]
    Expression,
    /// Perhaps given, by a policy that is not known here.
    #[allow(dead_code, reason = "at run time every value is known")]
    Unknown,
}

/// The shape of the waits, as far as the rules care.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape<'a> {
    Exponential,
    /// Grows from `initial_delay`, and has no `multiplier`.
    Other,
    None,
    List(&'a [Duration]),
    Custom,
}

/// A kind of jitter.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Jittering {
    None,
    Full,
    Equal,
    Decorrelated,
    Fraction(f64),
}

/// An option of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    MaxAttempts,
    Backoff,
    InitialDelay,
    ThrottledDelay,
    MaxDelay,
    Multiplier,
    Jitter,
}

impl Field {
    pub(crate) const ALL: [Field; 7] = [
        Field::MaxAttempts,
        Field::Backoff,
        Field::InitialDelay,
        Field::ThrottledDelay,
        Field::MaxDelay,
        Field::Multiplier,
        Field::Jitter,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Field::MaxAttempts => "max_attempts",
            Field::Backoff => "backoff",
            Field::InitialDelay => "initial_delay",
            Field::ThrottledDelay => "throttled_delay",
            Field::MaxDelay => "max_delay",
            Field::Multiplier => "multiplier",
            Field::Jitter => "jitter",
        }
    }
}

/// The options of a policy before anyone has said that they make one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draft<'a> {
    pub(crate) max_attempts: Given<u32>,
    pub(crate) backoff: Given<Shape<'a>>,
    pub(crate) initial_delay: Given<Duration>,
    pub(crate) throttled_delay: Given<Duration>,
    pub(crate) max_delay: Given<Duration>,
    pub(crate) multiplier: Given<f64>,
    pub(crate) jitter: Given<Jittering>,
    /// Written in the code, where what has no effect is a mistake. Configuration may say, for
    /// instance, one attempt: that is how it switches retries off.
    pub(crate) written: bool,
}

impl Draft<'_> {
    /// The first thing that is wrong with an option: what, why, and what to write instead.
    ///
    /// A rule about two options is answered by one of them only, one that was given.
    pub(crate) const fn fault(&self, field: Field) -> Option<&'static str> {
        match field {
            Field::MaxAttempts => self.max_attempts(),
            Field::Backoff => self.backoff(),
            Field::InitialDelay => self.initial_delay(),
            Field::ThrottledDelay => self.throttled_delay(),
            Field::MaxDelay => self.max_delay(),
            Field::Multiplier => self.multiplier(),
            Field::Jitter => self.jitter(),
        }
    }

    const fn max_attempts(&self) -> Option<&'static str> {
        match self.max_attempts {
            Given::Value(0) if self.written => Some(
                "`max_attempts` counts the first call too, so zero would call nothing; \
                 write 2 or more",
            ),
            Given::Value(0) => Some(
                "`max_attempts` counts the first call too, so zero would call nothing; \
                 it must be at least 1",
            ),
            Given::Value(1) if self.written => Some(
                "`max_attempts = 1` never retries, because the first call is counted; \
                 write 2 or more",
            ),
            _ => None,
        }
    }

    const fn backoff(&self) -> Option<&'static str> {
        let Given::Value(Shape::List(list)) = self.backoff else {
            return None;
        };
        if list.is_empty() {
            return Some(
                "`backoff` is an empty list; give at least one wait, \
                 or write `backoff = \"none\"`",
            );
        }
        match self.max_attempts {
            // `max_attempts` calls wait one time less.
            Given::Value(attempts @ 2..)
                if self.written && list.len() as u128 >= attempts as u128 =>
            {
                Some(
                    "`backoff` lists more waits than there are retries, one fewer than \
                     `max_attempts`; raise `max_attempts`, shorten the list, or leave \
                     `max_attempts` out for one retry per wait",
                )
            }
            _ if any_above(list, self.max_delay_in_force()) => Some(
                "a wait in this list is above `max_delay` (20s unless given) and would be \
                 cut to it; shorten it or raise `max_delay`",
            ),
            _ => None,
        }
    }

    const fn initial_delay(&self) -> Option<&'static str> {
        match (self.initial_delay, self.backoff) {
            (
                Given::Value(_) | Given::Expression,
                Given::Value(Shape::None | Shape::List(_) | Shape::Custom),
            ) => Some(
                "this `backoff` says every wait itself and has no first wait to set; \
                 leave `initial_delay` out",
            ),
            (Given::Value(initial_delay), _) if above(initial_delay, self.max_delay_in_force()) => {
                Some(
                    "`initial_delay` is above `max_delay` (20s unless given), so it would never \
                     be waited; lower `initial_delay` or raise `max_delay`",
                )
            }
            _ => None,
        }
    }

    const fn throttled_delay(&self) -> Option<&'static str> {
        match (self.throttled_delay, self.backoff) {
            (Given::Value(_) | Given::Expression, Given::Value(Shape::None)) => Some(
                "`backoff = \"none\"` never waits; to wait only when throttled, \
                 write `initial_delay = 0s` in its place",
            ),
            (Given::Value(throttled_delay), _)
                if above(throttled_delay, self.max_delay_in_force()) =>
            {
                Some(
                    "`throttled_delay` is above `max_delay` (20s unless given), so it would \
                     never be waited; lower `throttled_delay` or raise `max_delay`",
                )
            }
            (Given::Value(throttled_delay), _)
                if self.has_initial_delay()
                    && above(self.initial_delay_in_force(), throttled_delay) =>
            {
                Some(
                    "`throttled_delay` is below `initial_delay` (100ms unless given) and would \
                     have no effect, as a throttled call never waits less than another; \
                     raise it or leave it out",
                )
            }
            _ => None,
        }
    }

    const fn max_delay(&self) -> Option<&'static str> {
        match (self.max_delay, self.backoff, self.initial_delay) {
            (Given::Value(_) | Given::Expression, Given::Value(Shape::None), _) => {
                Some("`backoff = \"none\"` never waits; leave `max_delay` out")
            }
            (Given::Value(max_delay), _, Given::No)
                if self.has_initial_delay() && above(INITIAL_DELAY, max_delay) =>
            {
                Some(
                    "`max_delay` is below `initial_delay`, which is 100ms unless given; \
                     give a shorter `initial_delay` as well",
                )
            }
            _ => None,
        }
    }

    const fn multiplier(&self) -> Option<&'static str> {
        match (self.multiplier, self.backoff) {
            (
                Given::Value(_) | Given::Expression,
                Given::Value(Shape::Other | Shape::None | Shape::List(_) | Shape::Custom),
            ) => Some(
                "`multiplier` shapes only `backoff = \"exponential\"`; \
                 leave one of the two out",
            ),
            (Given::Value(multiplier), _) if !multiplier.is_finite() => {
                Some("`multiplier` must be a finite number, such as 2.0")
            }
            (Given::Value(multiplier), _) if multiplier < 1.0 => Some(
                "`multiplier` below 1 would make each wait shorter than the one before; \
                 write 1.0 or more",
            ),
            _ => None,
        }
    }

    const fn jitter(&self) -> Option<&'static str> {
        match (self.jitter, self.backoff, self.multiplier) {
            (
                Given::Value(
                    Jittering::Full
                    | Jittering::Equal
                    | Jittering::Decorrelated
                    | Jittering::Fraction(_),
                )
                | Given::Expression,
                Given::Value(Shape::None),
                _,
            ) => Some(
                "`backoff = \"none\"` never waits, so there is nothing to jitter; \
                 leave `jitter` out",
            ),
            (
                Given::Value(Jittering::Decorrelated),
                Given::Value(Shape::Other | Shape::List(_) | Shape::Custom),
                _,
            )
            | (Given::Value(Jittering::Decorrelated), _, Given::Value(_) | Given::Expression) => {
                Some(
                    "`jitter = \"decorrelated\"` grows each wait out of the one before, in place \
                 of `backoff` and `multiplier`; leave those out or choose another jitter",
                )
            }
            // Written so that NaN is refused.
            (Given::Value(Jittering::Fraction(fraction)), ..)
                if !(fraction >= 0.0 && fraction <= 1.0) =>
            {
                Some(
                    "`jitter` as a number is the share of the wait that may be added, \
                     from 0.0 to 1.0; write `0.5` for up to half of it",
                )
            }
            _ => None,
        }
    }

    /// The longest wait that will be in force. An expression is checked once it has a value.
    const fn max_delay_in_force(&self) -> Duration {
        match self.max_delay {
            Given::No => MAX_DELAY,
            Given::Value(max_delay) => max_delay,
            Given::Expression | Given::Unknown => Duration::MAX,
        }
    }

    /// The first wait that will be in force. An expression is checked once it has a value.
    const fn initial_delay_in_force(&self) -> Duration {
        match self.initial_delay {
            Given::No => INITIAL_DELAY,
            Given::Value(initial_delay) => initial_delay,
            Given::Expression | Given::Unknown => Duration::ZERO,
        }
    }

    const fn has_initial_delay(&self) -> bool {
        matches!(self.backoff, Given::No | Given::Value(Shape::Exponential | Shape::Other))
    }
}

const fn any_above(mut list: &[Duration], limit: Duration) -> bool {
    while let [entry, rest @ ..] = list {
        if above(*entry, limit) {
            return true;
        }
        list = rest;
    }
    false
}

const fn above(one: Duration, other: Duration) -> bool {
    one.as_nanos() > other.as_nanos()
}
