//! What is refused, and in which words: for each row of the table of options, what is wrong with the
//! option.

use core::time::Duration;

use crate::backoff::{Backoff, Jitter, RetryAfter};
use crate::message::Problem;
use crate::options::{Draft, Known, Policy};

const DEFAULT: Policy = Policy::DEFAULT;

impl Draft {
    pub(crate) const fn check_max_attempts(&self) -> Option<Problem> {
        match self.max_attempts {
            Known::Value(0) if self.is_code => Some(Problem::new(
                "`max_attempts` counts the first call too, so zero would call nothing; \
                 write 2 or more",
            )),
            Known::Value(0) => Some(Problem::new(
                "`max_attempts` counts the first call too, so zero would call nothing; \
                 it must be at least 1",
            )),
            Known::Value(1) if self.is_code => Some(Problem::new(
                "`max_attempts = 1` never retries, because the first call is counted; \
                 write 2 or more",
            )),
            Known::Value(u32::MAX) if self.never_waits() => Some(Problem::new(
                "`max_attempts` is unlimited and no delay is longer than zero, so a call that keeps \
                 failing would keep a processor busy for ever; give a delay or a number of attempts",
            )),
            _ => None,
        }
    }

    /// Whether it is known that nothing is ever waited.
    const fn never_waits(&self) -> bool {
        if let Known::Value(max_delay) = self.max_delay {
            if max_delay.is_zero() {
                return true;
            }
        }
        match (self.backoff, self.initial_delay) {
            (Known::Value(Backoff::None), _) => true,
            (Known::Value(Backoff::List(list)), _) => last_is_zero(list),
            (Known::Value(Backoff::Custom(_)), _) => false,
            (_, Known::Value(initial_delay)) => initial_delay.is_zero(),
            _ => false,
        }
    }

    pub(crate) const fn check_backoff(&self) -> Option<Problem> {
        let Known::Value(Backoff::List(list)) = self.backoff else {
            return None;
        };
        if list.is_empty() {
            return Some(Problem::new(
                "`backoff` is an empty list; give at least one delay, or write `backoff = \"none\"`",
            ));
        }
        if let Known::Value(attempts @ 2..) = self.max_attempts {
            // `max_attempts` calls wait one time less.
            let retries = attempts as u64 - 1;
            let delays = list.len() as u64;
            if self.is_code && delays > retries {
                return Some(Problem::of_counts(
                    "`backoff` lists more delays ({}) than there are retries ({}), one fewer than \
                     `max_attempts`; raise `max_attempts`, shorten the list, or leave \
                     `max_attempts` out for one retry per delay",
                    delays,
                    retries,
                ));
            }
        }
        let Some(delay) = longer(list, self.max_delay_in_force()) else { return None };
        Some(self.above_max_delay(
            delay,
            "this list has a delay of {}, which is above `max_delay`, {}, and would be cut to it; \
             shorten it or raise `max_delay`",
            "this list has a delay of {}, which is above `max_delay` ({} unless given) and would be \
             cut to it; shorten it or raise `max_delay`",
        ))
    }

    pub(crate) const fn check_initial_delay(&self) -> Option<Problem> {
        if let Known::Value(Backoff::None | Backoff::List(_) | Backoff::Custom(_)) = self.backoff {
            return if self.initial_delay.is_given() {
                Some(Problem::new(
                    "this `backoff` gives every delay itself and has no first delay to set; \
                     leave `initial_delay` out",
                ))
            } else {
                None
            };
        }
        match self.initial_delay {
            Known::Value(delay) if above(delay, self.max_delay_in_force()) => {
                Some(self.above_max_delay(
                    delay,
                    "`initial_delay` is {}, which is above `max_delay`, {}, so it would never be \
                     waited; lower `initial_delay` or raise `max_delay`",
                    "`initial_delay` is {}, which is above `max_delay` ({} unless given), so it would \
                     never be waited; lower `initial_delay` or raise `max_delay`",
                ))
            }
            _ => None,
        }
    }

    pub(crate) const fn check_throttled_delay(&self) -> Option<Problem> {
        if self.throttled_delay.is_given() && matches!(self.backoff, Known::Value(Backoff::None)) {
            return Some(Problem::new(
                "`backoff = \"none\"` never waits; to wait only when throttled, \
                 write `initial_delay = 0s` in its place",
            ));
        }
        let Known::Value(delay) = self.throttled_delay else { return None };
        if let Known::Value(max_delay) = self.throttled_max_delay {
            if above(delay, max_delay) {
                return Some(Problem::of_durations(
                    "`throttled_delay` is {}, which is above `throttled_max_delay`, {}, so it would never be \
                     waited; lower `throttled_delay` or raise `throttled_max_delay`",
                    delay,
                    max_delay,
                ));
            }
        } else if above(delay, self.max_delay_in_force()) {
            return Some(self.above_max_delay(
                delay,
                "`throttled_delay` is {}, which is above `max_delay`, {}, so it would never be \
                 waited; lower `throttled_delay` or raise `max_delay`",
                "`throttled_delay` is {}, which is above `max_delay` ({} unless given), so it would \
                 never be waited; lower `throttled_delay` or raise `max_delay`",
            ));
        }
        let initial_delay = self.initial_delay_in_force();
        if self.has_initial_delay() && above(initial_delay, delay) {
            let template = if self.initial_delay.is_given() {
                "`throttled_delay` is {}, which is below `initial_delay`, {}, and would have no \
                 effect, because a throttled call never waits less than another; raise it or leave \
                 it out"
            } else {
                "`throttled_delay` is {}, which is below `initial_delay` ({} unless given), and would \
                 have no effect, because a throttled call never waits less than another; raise it or \
                 leave it out"
            };
            return Some(Problem::of_durations(template, delay, initial_delay));
        }
        None
    }

    pub(crate) const fn check_max_delay(&self) -> Option<Problem> {
        if self.max_delay.is_given() && matches!(self.backoff, Known::Value(Backoff::None)) {
            return Some(Problem::new("`backoff = \"none\"` never waits; leave `max_delay` out"));
        }
        match (self.max_delay, self.initial_delay) {
            (Known::Value(max_delay), Known::No)
                if self.has_initial_delay() && above(DEFAULT.initial_delay(), max_delay) =>
            {
                Some(Problem::of_durations(
                    "`max_delay` is {}, which is below `initial_delay` ({} unless given); give a \
                     shorter `initial_delay` as well",
                    max_delay,
                    DEFAULT.initial_delay(),
                ))
            }
            _ => None,
        }
    }

    pub(crate) const fn check_multiplier(&self) -> Option<Problem> {
        if let Known::Value(backoff) = self.backoff {
            if self.multiplier.is_given() && !matches!(backoff, Backoff::Exponential) {
                return Some(Problem::new(
                    "`multiplier` shapes only `backoff = \"exponential\"`; leave one of the two out",
                ));
            }
        }
        match self.multiplier {
            Known::Value(multiplier) if !multiplier.is_finite() => {
                Some(Problem::new("`multiplier` must be a finite number, such as 2.0"))
            }
            Known::Value(multiplier) if multiplier < 1.0 => Some(Problem::new(
                "`multiplier` below 1 would make each delay shorter than the one before; \
                 write 1.0 or more",
            )),
            _ => None,
        }
    }

    pub(crate) const fn check_jitter(&self) -> Option<Problem> {
        if matches!(self.backoff, Known::Value(Backoff::None))
            && self.jitter.is_given()
            && !matches!(self.jitter, Known::Value(Jitter::None))
        {
            return Some(Problem::new(
                "`backoff = \"none\"` never waits, so there is nothing to jitter; \
                 leave `jitter` out",
            ));
        }
        match self.jitter {
            Known::Value(Jitter::Decorrelated)
                if self.multiplier.is_given() || self.has_another_backoff() =>
            {
                Some(Problem::new(
                    "`jitter = \"decorrelated\"` grows each delay out of the one before, in place \
                     of `backoff` and `multiplier`; leave those out or choose another jitter",
                ))
            }
            // Written so that NaN is refused.
            Known::Value(Jitter::Fraction(fraction)) if !(fraction >= 0.0 && fraction <= 1.0) => {
                Some(Problem::new(
                    "`jitter` as a number is the share of the delay that may be added, \
                     from 0.0 to 1.0; write `0.5` for up to half of it",
                ))
            }
            _ => None,
        }
    }

    pub(crate) const fn check_max_retry_after(&self) -> Option<Problem> {
        if self.max_retry_after.is_given()
            && matches!(self.retry_after, Known::Value(RetryAfter::Capped))
        {
            return Some(Problem::new(
                "`retry_after = \"capped\"` cuts what a server asks for to `max_delay`, so no delay is \
                 too long; leave `max_retry_after` out",
            ));
        }
        None
    }

    pub(crate) const fn check_throttled_max_attempts(&self) -> Option<Problem> {
        match self.throttled_max_attempts {
            Known::Value(0) => Some(Problem::new(
                "`throttled(max_attempts = …)` counts the first call too, so it is at least 1",
            )),
            Known::Value(256..u32::MAX) => {
                Some(Problem::new("`throttled(max_attempts = …)` is at most 255, or `unlimited`"))
            }
            Known::Value(1) if self.is_code => Some(Problem::new(
                "`throttled(max_attempts = 1)` never retries after an error that says \"throttled\", because the \
                 first call is counted; write 2 or more",
            )),
            Known::Value(u32::MAX) if self.never_waits() && !self.throttled_delay.is_given() => {
                Some(Problem::new(
                    "`throttled(max_attempts = unlimited)` without any delay would keep a processor busy for ever; \
                     give a delay or a number of attempts",
                ))
            }
            _ => None,
        }
    }

    pub(crate) const fn check_throttled_max_delay(&self) -> Option<Problem> {
        if !self.throttled_max_delay.is_given() {
            return None;
        }
        if matches!(self.backoff, Known::Value(Backoff::None)) {
            return Some(Problem::new(
                "`backoff = \"none\"` never waits; leave `throttled(max_delay = …)` out",
            ));
        }
        match (self.throttled_max_delay, self.throttled_delay) {
            (Known::Value(max_delay), Known::No)
                if self.has_initial_delay() && above(DEFAULT.throttled_delay(), max_delay) =>
            {
                Some(Problem::of_durations(
                    "`throttled(max_delay = …)` is {}, which is below `throttled_delay` ({} unless given); give a \
                     shorter `throttled(initial_delay = …)` as well",
                    max_delay,
                    DEFAULT.throttled_delay(),
                ))
            }
            _ => None,
        }
    }

    /// A limit that ends before the first retry could begin.
    pub(crate) const fn check_max_elapsed(&self) -> Option<Problem> {
        let Known::Value(max_elapsed) = self.max_elapsed else { return None };
        if max_elapsed.is_zero() {
            return Some(Problem::new(
                "`max_elapsed` is zero, so there would never be a second attempt; give a longer time, or leave \
                 it out for no limit",
            ));
        }
        let first = self.shortest_first_delay();
        if self.is_code && above(first, max_elapsed) {
            return Some(Problem::of_durations(
                "`max_elapsed` is {}, which is over before the first retry, whose delay is at least {}; raise it, \
                 or give a shorter `initial_delay`",
                max_elapsed,
                first,
            ));
        }
        None
    }

    pub(crate) const fn check_reset_after(&self) -> Option<Problem> {
        match self.reset_after {
            Known::Value(reset_after) if reset_after.is_zero() => Some(Problem::new(
                "`reset_after` is zero, so each attempt would be the first and the call would never end; give the \
                 time after which an attempt counts as one that worked for a while, such as 60s",
            )),
            _ => None,
        }
    }

    pub(crate) const fn check_then(&self) -> Option<Problem> {
        if self.then.is_given() && matches!(self.max_attempts, Known::Value(u32::MAX)) {
            return Some(Problem::new(
                "`max_attempts` is unlimited, so `then` would never begin; give a number of attempts, or leave \
                 `then` out",
            ));
        }
        if let Known::Value(then) = self.then {
            if then.max_elapsed().is_some() || then.reset_after().is_some() {
                return Some(Problem::new(
                    "the policy in `then` has a limit in time, `max_elapsed` or `reset_after`, which has no effect there; \
                     give it beside `then`, where it counts for the whole call",
                ));
            }
        }
        None
    }

    /// The shortest delay that there can be before the first retry, as far as it is known.
    const fn shortest_first_delay(&self) -> Duration {
        let first = match self.backoff {
            Known::Value(Backoff::List([first, ..])) => *first,
            Known::No
            | Known::Value(
                Backoff::Exponential | Backoff::Fixed | Backoff::Linear | Backoff::Fibonacci,
            ) => self.initial_delay_in_force(),
            _ => Duration::ZERO,
        };
        match self.jitter {
            Known::Value(Jitter::None | Jitter::Decorrelated | Jitter::Fraction(_)) => first,
            Known::Value(Jitter::Equal) => match first.checked_div(2) {
                Some(half) => half,
                None => Duration::ZERO,
            },
            _ => Duration::ZERO,
        }
    }

    const fn has_another_backoff(&self) -> bool {
        match self.backoff {
            Known::Value(backoff) => !matches!(backoff, Backoff::Exponential | Backoff::None),
            _ => false,
        }
    }

    /// A delay above `max_delay`, in words for where that is given and for where it is not.
    const fn above_max_delay(
        &self,
        delay: Duration,
        given: &'static str,
        default: &'static str,
    ) -> Problem {
        let template = if self.max_delay.is_given() { given } else { default };
        Problem::of_durations(template, delay, self.max_delay_in_force())
    }

    /// The longest delay that will be in force. An expression is checked once it has a value.
    const fn max_delay_in_force(&self) -> Duration {
        match self.max_delay {
            Known::No => DEFAULT.max_delay(),
            Known::Value(max_delay) => max_delay,
            Known::Expression | Known::Unknown => Duration::MAX,
        }
    }

    /// The first delay that will be in force. An expression is checked once it has a value.
    const fn initial_delay_in_force(&self) -> Duration {
        match self.initial_delay {
            Known::No => DEFAULT.initial_delay(),
            Known::Value(initial_delay) => initial_delay,
            Known::Expression | Known::Unknown => Duration::ZERO,
        }
    }

    const fn has_initial_delay(&self) -> bool {
        match self.backoff {
            Known::No => true,
            Known::Value(backoff) => backoff.has_initial_delay(),
            Known::Expression | Known::Unknown => false,
        }
    }
}

/// The first delay of a list that is above a limit.
const fn longer(mut list: &[Duration], limit: Duration) -> Option<Duration> {
    while let [entry, rest @ ..] = list {
        if above(*entry, limit) {
            return Some(*entry);
        }
        list = rest;
    }
    None
}

const fn last_is_zero(list: &[Duration]) -> bool {
    matches!(list, [.., delay] if delay.is_zero())
}

const fn above(one: Duration, other: Duration) -> bool {
    one.as_nanos() > other.as_nanos()
}
