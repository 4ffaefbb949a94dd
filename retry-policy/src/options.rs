//! The table of a policy's options. What has to know all of them is made from it: the builder, its
//! merging, `Debug`, the text form, the list of checks, and the keys of the attribute with what is said
//! about them.

use core::fmt;
use core::time::Duration;

use crate::backoff::{Backoff, Jitter, RetryAfter};
use crate::log::Log;
use crate::message::Problem;
use crate::option_table::options;
use crate::value::{Kind, OptionType, Value};

/// The attempts of a policy that says nothing else.
pub(crate) const MAX_ATTEMPTS: u32 = 3;

// `limit`: it is kept when the delays are switched off. `delay`: it shapes the delays.
options! {
    /// The number of calls in all, the first included. If it is not given, a list of delays makes one call
    /// for each delay and one more.
    max_attempts MaxAttempts: u32 = MAX_ATTEMPTS;
        takes "an integer from 2 on, or `unlimited`", example "max_attempts = 5",
        known_as [
            "attempts", "max_calls", "max_retries", "max_times", "max_tries", "retries", "stop",
            "stop_after_attempt", "times", "tries"
        ],
        limit, check check_max_attempts,

    /// The shape of the delays. The last delay of a list serves all the retries after it.
    backoff Backoff: Backoff = Backoff::Exponential;
        takes "`\"exponential\"`, `\"fixed\"`, `\"linear\"`, `\"fibonacci\"`, `\"none\"`, a list of durations, a `Backoff`, or a `CustomBackoff` such as a `fn(u32) -> Duration`",
        example "backoff = \"exponential\"",
        known_as ["backoff_strategy", "backoff_type", "interval_function", "strategy", "wait"],
        delay, check check_backoff,

    /// The first delay, before jitter.
    initial_delay InitialDelay: Duration = Duration::from_millis(100);
        takes "a duration", example "initial_delay = 100ms",
        known_as [
            "base_delay", "base_interval", "delay", "first_delay", "initial_backoff", "initial_interval",
            "interval", "min_backoff", "min_delay", "min_interval", "retry_delay", "retry_interval",
            "start_delay", "wait_duration"
        ],
        delay, check check_initial_delay,

    /// The first delay after an error that says "throttled" and brings no hint from the server. It takes
    /// the place of a shorter `initial_delay` and grows like it. With a list or a `CustomBackoff` it
    /// counts only if it is given.
    throttled_delay ThrottledDelay: Duration = Duration::from_secs(1);
        takes "a duration", example "throttled_delay = 1s",
        known_as [],
        delay, check check_throttled_delay,

    /// The number of calls that may fail with errors that say "throttled". If it is given, those don't count
    /// for `max_attempts`. `throttled(max_attempts = 8)` is another way to write it.
    throttled_max_attempts ThrottledMaxAttempts: u32 = MAX_ATTEMPTS;
        takes "an integer from 2 to 255, or `unlimited`", example "throttled_max_attempts = 8",
        known_as [],
        limit, or "as `max_attempts`, and counted together", check check_throttled_max_attempts,

    /// The longest delay after an error that says "throttled" and brings no hint from the server.
    /// `throttled(max_delay = 60s)` is another way to write it.
    throttled_max_delay ThrottledMaxDelay: Duration = Duration::from_secs(20);
        takes "a duration", example "throttled_max_delay = 60s",
        known_as [],
        delay, or "as `max_delay`", check check_throttled_max_delay,

    /// The longest delay, jitter included. Only a server may ask for a longer one.
    max_delay MaxDelay: Duration = Duration::from_secs(20);
        takes "a duration", example "max_delay = 20s",
        known_as [
            "cap", "delay_cap", "exponential_max_wait_duration", "max_backoff", "max_interval", "max_wait"
        ],
        delay, check check_max_delay,

    /// The factor by which each delay is longer than the one before. Only for `"exponential"`.
    multiplier Multiplier: f64 = 2.0;
        takes "a number from 1 on", example "multiplier = 2.0",
        known_as [
            "backoff_factor", "backoff_multiplier", "exponent", "exponential_backoff_multiplier", "factor",
            "growth"
        ],
        delay, check check_multiplier,

    /// How delays are spread out within the capped window. A fraction adds up to that share of the delay.
    jitter Jitter: Jitter = Jitter::Full;
        takes "nothing (full), `\"full\"`, `\"equal\"`, `\"decorrelated\"`, `\"none\"`, or a fraction from 0 to 1",
        example "jitter = \"full\"",
        known_as [
            "jitter_factor", "randomization_factor", "randomize", "randomized_wait_factor", "use_jitter",
            "with_jitter"
        ],
        delay, check check_jitter,

    /// The longest delay that a server may ask for. A call that is asked to wait longer gives up at once,
    /// because an earlier attempt would ignore what the server said.
    max_retry_after MaxRetryAfter: Duration = Duration::from_secs(60);
        takes "a duration", example "max_retry_after = 60s",
        known_as [],
        limit, check check_max_retry_after,

    /// What a delay that a server asks for does: it is a floor under the call's own delay, it is waited
    /// exactly as it is, or it is cut to `max_delay`.
    retry_after RetryAfter: RetryAfter = RetryAfter::Floor;
        takes "`\"floor\"`, `\"exact\"` or `\"capped\"`", example "retry_after = \"floor\"",
        known_as ["respect_retry_after"],
        limit,

    /// The longest time that a call may take, from its beginning. No delay is begun that would end later: the call
    /// returns its error at once. A running attempt is not cut off.
    max_elapsed MaxElapsed: Duration = Duration::MAX;
        takes "a duration", example "max_elapsed = 30s",
        known_as [],
        limit, or "no limit", check check_max_elapsed,

    /// An attempt that lasted at least so long before it failed starts the count of attempts and the backoff anew:
    /// a connection that had held is not one of those that were never made. One that was cut off counts only if it
    /// made progress.
    reset_after ResetAfter: Duration = Duration::MAX;
        takes "a duration", example "reset_after = 60s",
        known_as [],
        limit, or "never", check check_reset_after,

    /// How loud the events are: one level for all of them, or `log(…)` with `retry`, `recovered`, `give_up`, and
    /// `after` for how many retries are one level less loud at first.
    log Log: Log = Log::DEFAULT;
        takes "`\"off\"`, `\"trace\"`, `\"debug\"`, `\"info\"`, `\"warn\"` or `\"error\"`, `log(retry = \"debug\", recovered = \"debug\", give_up = \"warn\", after = 3)`, or a `Log`",
        example "log = \"debug\"",
        known_as ["level", "log_level"],
        limit,

    /// Another policy, which follows when the attempts of this one are used up: its attempts and delays begin then.
    /// Its `max_attempts` counts attempts beyond those of this policy. Its delays, its backoff and its jitter are
    /// its own; everything else is as this policy says.
    then Then: &'static Policy = &Policy::DEFAULT;
        takes "a `const` policy", example "then = PATIENT",
        known_as [],
        limit, or "nothing", check check_then,
}

/// A retry policy: how many attempts, and how long to wait between them.
///
/// It is plain data: `Copy`, usable in a `const`, and valid by construction. In code, write it with
/// `policy!`, which refuses a mistake when the code is compiled. From configuration, build it with
/// [`Policy::builder`], or read it from its text form; both refuse a mistake with an error that names the
/// option.
///
/// ```
/// use core::time::Duration;
/// use reattempt::{Policy, PolicyError};
///
/// # fn main() -> Result<(), PolicyError> {
/// let policy = Policy::builder().max_attempts(5).max_delay(Duration::from_secs(5)).build()?;
/// assert_eq!(policy.window(1).high(), Duration::from_millis(100));
/// assert_eq!(policy.window(2).high(), Duration::from_millis(200));
///
/// let policy: Policy = "max_attempts=5 initial_delay=250ms jitter=none".parse()?;
/// assert_eq!(policy.window(1).low(), Duration::from_millis(250));
/// assert_eq!(policy.to_string(), "max_attempts=5 initial_delay=250ms jitter=none");
/// # Ok(())
/// # }
/// ```
#[doc(alias = "ExponentialBuilder")]
#[doc(alias = "FibonacciBuilder")]
#[doc(alias = "RetryConfig")]
#[derive(Clone, Copy)]
pub struct Policy {
    pub(crate) options: Options,
}

/// What is known of an option's value.
#[derive(Debug, Clone, Copy)]
pub enum Known<T> {
    /// It was not given.
    No,
    /// It was given as this.
    Value(T),
    /// It was given as an expression that only the compiler can evaluate. It is checked again then.
    Expression,
    /// It may have been given by a policy that is not known here.
    Unknown,
}

impl<T: Copy> Known<T> {
    const fn of(option: Option<T>) -> Known<T> {
        match option {
            Some(value) => Known::Value(value),
            None => Known::No,
        }
    }

    pub(crate) const fn is_given(&self) -> bool {
        matches!(self, Known::Value(_) | Known::Expression)
    }
}

impl Key {
    /// The option of this name.
    pub fn named(name: &str) -> Option<Key> {
        Key::ALL.iter().copied().find(|key| key.name() == name)
    }
}

/// Its name.
impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Builds a [`Policy`] out of values that are known only at run time, such as configuration.
///
/// Each method sets one option, and an option that isn't set keeps its default.
/// [`build`](PolicyBuilder::build) checks all of them. Everything is `const`, so constants can be built
/// as well.
///
/// ```
/// use core::time::Duration;
/// use reattempt::Policy;
///
/// let error = Policy::builder().initial_delay(Duration::from_secs(30)).build().unwrap_err();
/// assert_eq!(error.field(), "initial_delay");
/// ```
#[derive(Clone, Copy)]
pub struct PolicyBuilder {
    pub(crate) options: Options,
    /// Those of the policy that it started from.
    pub(crate) inherited: Options,
}

const fn first<T: Copy>(one: Option<T>, other: Option<T>) -> Option<T> {
    match one {
        Some(_) => one,
        None => other,
    }
}

pub(crate) const fn or<T: Copy>(option: Option<T>, default: T) -> T {
    match option {
        Some(value) => value,
        None => default,
    }
}
