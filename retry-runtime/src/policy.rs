//! A retry policy: plain data, checked once, when it is built.

use core::error::Error;
use core::fmt;
use core::num::NonZeroU32;
use core::panic::RefUnwindSafe;
use core::time::Duration;

use crate::rules::{self, Draft, Field, Given, Jittering, Shape};

/// A retry policy: how many attempts, and how long to wait between them.
///
/// It is plain data: `Copy`, usable in a `const`, and valid by construction. In code, write it with
/// `policy!`, which refuses a mistake when it is compiled; from configuration, build it with
/// [`Policy::builder`], which refuses a mistake with an error that names the field.
///
/// ```
/// use core::time::Duration;
/// use reattempt::Policy;
///
/// # fn main() -> Result<(), reattempt::PolicyError> {
/// let policy = Policy::builder().max_attempts(5).max_delay(Duration::from_secs(5)).build()?;
/// assert_eq!(policy.window(1).high(), Duration::from_millis(100));
/// assert_eq!(policy.window(2).high(), Duration::from_millis(200));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Policy {
    pub(crate) options: Options,
}

/// What was said, each if it was.
#[derive(Clone, Copy)]
pub(crate) struct Options {
    pub(crate) max_attempts: Option<u32>,
    pub(crate) backoff: Option<Backoff>,
    pub(crate) initial_delay: Option<Duration>,
    pub(crate) throttled_delay: Option<Duration>,
    pub(crate) max_delay: Option<Duration>,
    pub(crate) max_retry_after: Option<Duration>,
    pub(crate) multiplier: Option<f64>,
    pub(crate) jitter: Option<Jitter>,
}

impl Policy {
    /// The policy of a bare `#[retry]`: three attempts, and an exponential backoff from 100 ms
    /// (1 s when throttled) that doubles, is capped at 20 s, and is spread out by full jitter.
    ///
    /// Three attempts are where the AWS SDKs and Google's SRE book agree: more of them raise the
    /// share of calls that succeed by little, and the load on what is down by much.
    pub const DEFAULT: Policy = Policy { options: Options::NONE };

    /// Starts from [`Policy::DEFAULT`].
    pub const fn builder() -> PolicyBuilder {
        PolicyBuilder { options: Options::NONE, inherited: Options::NONE }
    }

    /// Starts from this policy, to change a part of it. With another backoff, what shaped the old one
    /// is dropped: a multiplier, say. What is set beside the old one has to go with it.
    pub const fn to_builder(self) -> PolicyBuilder {
        PolicyBuilder { options: Options::NONE, inherited: self.options }
    }

    /// How many calls in all, the first included; `None` would be no limit.
    pub const fn max_attempts(&self) -> Option<NonZeroU32> {
        let written = match (self.options.max_attempts, self.options.backoff) {
            (Some(attempts), _) => attempts,
            // One retry for each wait.
            #[allow(clippy::cast_possible_truncation, reason = "no list has 2³² entries")]
            (None, Some(Backoff::List(list))) => (list.len() as u32).saturating_add(1),
            (None, _) => rules::MAX_ATTEMPTS,
        };
        NonZeroU32::new(written)
    }

    /// The shape of the waits.
    pub const fn backoff(&self) -> Backoff {
        or(self.options.backoff, Backoff::Exponential)
    }

    /// The first wait, before jitter.
    pub const fn initial_delay(&self) -> Duration {
        or(self.options.initial_delay, rules::INITIAL_DELAY)
    }

    /// The first wait after an error that says "throttled" and brings no hint. Where
    /// [`initial_delay`](Policy::initial_delay) is longer, that is waited.
    pub const fn throttled_delay(&self) -> Duration {
        or(self.options.throttled_delay, rules::THROTTLED_DELAY)
    }

    pub(crate) const fn says_throttled_delay(&self) -> bool {
        self.options.throttled_delay.is_some()
    }

    /// No wait is longer, jitter included, unless a server asks for it.
    pub const fn max_delay(&self) -> Duration {
        or(self.options.max_delay, rules::MAX_DELAY)
    }

    /// By how much each wait is longer than the one before, for [`Backoff::Exponential`].
    pub const fn multiplier(&self) -> f64 {
        or(self.options.multiplier, rules::MULTIPLIER)
    }

    /// How the waits of many callers are spread out.
    pub const fn jitter(&self) -> Jitter {
        or(self.options.jitter, Jitter::Full)
    }

    /// The longest wait that a server may ask for; a call that is asked for more gives up.
    pub const fn max_retry_after(&self) -> Duration {
        or(self.options.max_retry_after, rules::MAX_RETRY_AFTER)
    }
}

/// With the values that are in force.
impl fmt::Debug for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Policy")
            .field("max_attempts", &self.max_attempts())
            .field("backoff", &self.backoff())
            .field("initial_delay", &self.initial_delay())
            .field("throttled_delay", &self.throttled_delay())
            .field("max_delay", &self.max_delay())
            .field("max_retry_after", &self.max_retry_after())
            .field("multiplier", &self.multiplier())
            .field("jitter", &self.jitter())
            .finish()
    }
}

impl Default for Policy {
    fn default() -> Policy {
        Policy::DEFAULT
    }
}

/// Builds a [`Policy`] out of values that are known only at run time, such as configuration.
///
/// Each method sets one option; what isn't set keeps its default. [`build`](PolicyBuilder::build)
/// checks them all. Everything is `const`, so that constants can be built as well.
///
/// ```
/// use core::time::Duration;
/// use reattempt::Policy;
///
/// let error = Policy::builder()
///     .initial_delay(Duration::from_secs(30))
///     .build()
///     .unwrap_err();
/// assert_eq!(error.field(), "initial_delay");
/// ```
#[derive(Clone, Copy)]
pub struct PolicyBuilder {
    options: Options,
    /// Those of the policy that it started from.
    inherited: Options,
}

impl PolicyBuilder {
    /// How many calls in all, the first included; at least 1, which switches retries off.
    /// 3 by default; with a [list of waits](Backoff::List), one more than there are waits.
    pub const fn max_attempts(mut self, max_attempts: u32) -> PolicyBuilder {
        self.options.max_attempts = Some(max_attempts);
        self
    }

    /// The shape of the waits. [`Backoff::Exponential`] by default.
    pub const fn backoff(mut self, backoff: Backoff) -> PolicyBuilder {
        self.options.backoff = Some(backoff);
        self
    }

    /// The first wait, before jitter; at most `max_delay`. 100 ms by default.
    pub const fn initial_delay(mut self, initial_delay: Duration) -> PolicyBuilder {
        self.options.initial_delay = Some(initial_delay);
        self
    }

    /// The first wait after an error that says "throttled" and brings no hint; from
    /// `initial_delay` to `max_delay`. It takes the place of `initial_delay` and grows like it.
    /// 1 s by default, or what those two leave of it; with waits that are written out, a
    /// [`Backoff::List`] or [`Backoff::Custom`], none.
    pub const fn throttled_delay(mut self, throttled_delay: Duration) -> PolicyBuilder {
        self.options.throttled_delay = Some(throttled_delay);
        self
    }

    /// No wait is longer, jitter included, unless a server asks for it. 20 s by default.
    pub const fn max_delay(mut self, max_delay: Duration) -> PolicyBuilder {
        self.options.max_delay = Some(max_delay);
        self
    }

    /// The longest wait that a server may ask for; a call that is asked for more gives up at once,
    /// because coming back earlier would break the server's word. 60 s by default.
    pub const fn max_retry_after(mut self, max_retry_after: Duration) -> PolicyBuilder {
        self.options.max_retry_after = Some(max_retry_after);
        self
    }

    /// By how much each wait is longer than the one before; finite and at least 1, for
    /// [`Backoff::Exponential`] only. 2.0 by default.
    pub const fn multiplier(mut self, multiplier: f64) -> PolicyBuilder {
        self.options.multiplier = Some(multiplier);
        self
    }

    /// How the waits of many callers are spread out. [`Jitter::Full`] by default.
    pub const fn jitter(mut self, jitter: Jitter) -> PolicyBuilder {
        self.options.jitter = Some(jitter);
        self
    }

    /// Checks the options.
    ///
    /// # Errors
    ///
    /// Where an option is out of its range or contradicts another, an error that names it.
    pub const fn build(self) -> Result<Policy, PolicyError> {
        let options = self.merged();
        let draft = options.draft(false);
        let mut fields: &[Field] = &Field::ALL;
        while let [field, rest @ ..] = fields {
            if let Some(problem) = draft.fault(*field) {
                return Err(PolicyError { field: *field, problem });
            }
            fields = rest;
        }
        Ok(Policy { options })
    }

    /// What is wrong with an option that is written in the code.
    pub(crate) const fn fault(&self, field: Field) -> Option<&'static str> {
        self.merged().draft(true).fault(field)
    }

    /// What was set, over what still applies of what was inherited.
    const fn merged(self) -> Options {
        let (own, mut base) = (self.options, self.inherited);
        match own.backoff {
            None | Some(Backoff::Exponential) => {}
            Some(Backoff::Fixed | Backoff::Linear | Backoff::Fibonacci) => {
                base.multiplier = None;
                base.jitter = not_decorrelated(base.jitter);
            }
            Some(Backoff::List(_) | Backoff::Custom(_)) => {
                base.multiplier = None;
                base.initial_delay = None;
                base.jitter = not_decorrelated(base.jitter);
            }
            Some(Backoff::None) => {
                base = Options { max_attempts: base.max_attempts, ..Options::NONE };
            }
        }
        if let Some(Jitter::Decorrelated) = own.jitter {
            base.multiplier = None;
        }
        Options {
            max_attempts: first(own.max_attempts, base.max_attempts),
            backoff: first(own.backoff, base.backoff),
            initial_delay: first(own.initial_delay, base.initial_delay),
            throttled_delay: first(own.throttled_delay, base.throttled_delay),
            max_delay: first(own.max_delay, base.max_delay),
            max_retry_after: first(own.max_retry_after, self.inherited.max_retry_after),
            multiplier: first(own.multiplier, base.multiplier),
            jitter: first(own.jitter, base.jitter),
        }
    }
}

impl fmt::Debug for PolicyBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy = Policy { options: self.merged() };
        formatter.debug_tuple("PolicyBuilder").field(&policy).finish()
    }
}

impl Options {
    const NONE: Options = Options {
        max_attempts: None,
        backoff: None,
        initial_delay: None,
        throttled_delay: None,
        max_delay: None,
        max_retry_after: None,
        multiplier: None,
        jitter: None,
    };

    const fn draft(&self, written: bool) -> Draft<'_> {
        Draft {
            max_attempts: given(self.max_attempts),
            backoff: match &self.backoff {
                None => Given::No,
                Some(backoff) => Given::Value(backoff.shape()),
            },
            initial_delay: given(self.initial_delay),
            throttled_delay: given(self.throttled_delay),
            max_delay: given(self.max_delay),
            multiplier: given(self.multiplier),
            jitter: match self.jitter {
                None => Given::No,
                Some(jitter) => Given::Value(jitter.jittering()),
            },
            written,
        }
    }
}

/// What is wrong with a policy that was built at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyError {
    field: Field,
    problem: &'static str,
}

impl PolicyError {
    /// The option that is wrong, by the name of its method on [`PolicyBuilder`].
    pub const fn field(&self) -> &'static str {
        self.field.name()
    }

    pub(crate) const fn problem(&self) -> &'static str {
        self.problem
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "invalid retry policy: {}", self.problem)
    }
}

impl Error for PolicyError {}

/// The shape of the waits: what grows from one retry to the next, before jitter.
///
/// In the formulae n is the retry, counted from 1, b the initial delay, m the multiplier and c the
/// longest delay.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Backoff {
    /// min(c, b·mⁿ⁻¹)
    Exponential,
    /// min(c, b)
    Fixed,
    /// min(c, b·n)
    Linear,
    /// min(c, b·Fₙ), with F = 1, 1, 2, 3, 5, …
    Fibonacci,
    /// No wait at all, unless a server asks for one. For tests, and for work that fails without
    /// anything being overloaded, such as an optimistic update.
    None,
    /// These waits one after the other, the last one for all the retries after it.
    List(&'static [Duration]),
    /// Whatever this says.
    Custom(&'static dyn CustomBackoff),
}

impl Backoff {
    const fn shape(&self) -> Shape<'static> {
        match self {
            Backoff::Exponential => Shape::Exponential,
            Backoff::Fixed | Backoff::Linear | Backoff::Fibonacci => Shape::Other,
            Backoff::None => Shape::None,
            Backoff::List(list) => Shape::List(list),
            Backoff::Custom(_) => Shape::Custom,
        }
    }
}

impl fmt::Debug for Backoff {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Backoff::Exponential => formatter.write_str("Exponential"),
            Backoff::Fixed => formatter.write_str("Fixed"),
            Backoff::Linear => formatter.write_str("Linear"),
            Backoff::Fibonacci => formatter.write_str("Fibonacci"),
            Backoff::None => formatter.write_str("None"),
            Backoff::List(list) => formatter.debug_tuple("List").field(list).finish(),
            Backoff::Custom(_) => formatter.write_str("Custom(..)"),
        }
    }
}

/// A backoff of one's own, for `backoff = …`. Functions and closures of a retry's number are.
///
/// Its waits are capped at `max_delay` and jittered like any other.
///
/// ```
/// use core::time::Duration;
/// use reattempt::{Backoff, Policy};
///
/// # fn main() -> Result<(), reattempt::PolicyError> {
/// // Squares.
/// let backoff = Backoff::Custom(&|retry: u32| {
///     Duration::from_millis(10).saturating_mul(retry.saturating_pow(2))
/// });
/// let policy = Policy::builder().backoff(backoff).build()?;
/// assert_eq!(policy.window(3).high(), Duration::from_millis(90));
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be used as `backoff`",
    label = "not a shape of waits",
    note = "write one of \"exponential\", \"fixed\", \"linear\", \"fibonacci\" and \"none\", \
            a list of durations, or something that implements `reattempt::CustomBackoff`, \
            such as a `fn(u32) -> Duration`"
)]
pub trait CustomBackoff: Send + Sync + RefUnwindSafe {
    /// The wait before a retry, which is counted from 1, before cap and jitter.
    fn delay(&self, retry: u32) -> Duration;
}

impl<F: Fn(u32) -> Duration + Send + Sync + RefUnwindSafe> CustomBackoff for F {
    fn delay(&self, retry: u32) -> Duration {
        self(retry)
    }
}

/// How the waits of many callers are spread out, so that they don't come back all at once.
///
/// Each is drawn inside the capped window, so that callers stay apart at the cap, and nothing is
/// longer than the cap. In the formulae w is the wait that the backoff gives, c the cap and u a
/// uniformly random number from 0 to below 1.
///
/// Full jitter is the best default where many callers compete: see "Exponential Backoff And
/// Jitter", AWS Architecture Blog, 2015, whose simulation the others come from as well.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Jitter {
    /// w
    None,
    /// u·w
    Full,
    /// w/2 + u·w/2
    Equal,
    /// Uniform between the initial delay and min(c, 3·previous), the first previous wait being the
    /// initial delay. It stands in for [`Backoff::Exponential`].
    Decorrelated,
    /// v·(1 + f·u), where f, from 0 to 1, is this number and v = min(w, c/(1+f)).
    Fraction(f64),
}

impl Jitter {
    pub(crate) const fn jittering(self) -> Jittering {
        match self {
            Jitter::None => Jittering::None,
            Jitter::Full => Jittering::Full,
            Jitter::Equal => Jittering::Equal,
            Jitter::Decorrelated => Jittering::Decorrelated,
            Jitter::Fraction(fraction) => Jittering::Fraction(fraction),
        }
    }
}

const fn not_decorrelated(jitter: Option<Jitter>) -> Option<Jitter> {
    match jitter {
        Some(Jitter::Decorrelated) => None,
        jitter => jitter,
    }
}

const fn first<T: Copy>(one: Option<T>, other: Option<T>) -> Option<T> {
    match one {
        Some(_) => one,
        None => other,
    }
}

const fn given<T: Copy>(option: Option<T>) -> Given<T> {
    match option {
        Some(value) => Given::Value(value),
        None => Given::No,
    }
}

const fn or<T: Copy>(option: Option<T>, default: T) -> T {
    match option {
        Some(value) => value,
        None => default,
    }
}
