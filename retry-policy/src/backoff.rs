//! The shapes of delays, and the kinds of jitter.

use core::fmt;
use core::panic::RefUnwindSafe;
use core::time::Duration;

/// The shape of the delays: what grows from one retry to the next, before jitter.
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
    /// No delay at all, unless a server asks for one. For tests, and for work that fails without
    /// anything being overloaded, such as an optimistic update.
    None,
    /// These delays one after the other; the last one serves all the retries after it.
    List(&'static [Duration]),
    /// Whatever this says.
    Custom(&'static dyn CustomBackoff),
}

/// The shapes that have a name, as it is written.
pub const BACKOFFS: &[(&str, Backoff)] = &[
    ("exponential", Backoff::Exponential),
    ("fixed", Backoff::Fixed),
    ("linear", Backoff::Linear),
    ("fibonacci", Backoff::Fibonacci),
    ("none", Backoff::None),
];

impl Backoff {
    /// Whether the delays grow out of `initial_delay`.
    pub(crate) const fn has_initial_delay(&self) -> bool {
        matches!(self, Backoff::Exponential | Backoff::Fixed | Backoff::Linear | Backoff::Fibonacci)
    }

    /// Its name, if it has one.
    pub(crate) const fn name(&self) -> Option<&'static str> {
        Some(match self {
            Backoff::Exponential => "exponential",
            Backoff::Fixed => "fixed",
            Backoff::Linear => "linear",
            Backoff::Fibonacci => "fibonacci",
            Backoff::None => "none",
            Backoff::List(_) | Backoff::Custom(_) => return None,
        })
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

/// A backoff of your own, for `backoff = …`. Functions and closures from the number of a retry to a
/// `Duration` implement it.
///
/// Its delays are capped at `max_delay` and jittered like any other.
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
pub trait CustomBackoff: Send + Sync + RefUnwindSafe {
    /// The delay before a retry, before cap and jitter. Retries are counted from 1.
    fn delay(&self, retry: u32) -> Duration;
}

#[diagnostic::do_not_recommend]
impl<F: Fn(u32) -> Duration + Send + Sync + RefUnwindSafe> CustomBackoff for F {
    fn delay(&self, retry: u32) -> Duration {
        self(retry)
    }
}

/// How the delays of many callers are spread out, so that they don't come back all at once.
///
/// Each delay is drawn inside the capped window, so that callers stay apart at the cap, and no delay is
/// longer than the cap. In the formulae w is the delay that the backoff gives, c the cap and u a
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
    /// Uniform between the initial delay and min(c, 3·previous), where the first previous delay is the
    /// initial delay. It takes the place of [`Backoff::Exponential`].
    Decorrelated,
    /// v·(1 + f·u), where f, from 0 to 1, is this number and v = min(w, c/(1+f)).
    Fraction(f64),
}

/// The kinds of jitter that have a name, as it is written.
pub const JITTERS: &[(&str, Jitter)] = &[
    ("full", Jitter::Full),
    ("equal", Jitter::Equal),
    ("decorrelated", Jitter::Decorrelated),
    ("none", Jitter::None),
];

impl Jitter {
    /// Its name, if it has one.
    pub(crate) const fn name(&self) -> Option<&'static str> {
        Some(match self {
            Jitter::None => "none",
            Jitter::Full => "full",
            Jitter::Equal => "equal",
            Jitter::Decorrelated => "decorrelated",
            Jitter::Fraction(_) => return None,
        })
    }
}

/// What a call makes of a delay that a server asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryAfter {
    /// It is a floor under the call's own delay, with jitter upwards: whoever was told the same comes back
    /// later, and not all at once.
    Floor,
    /// It is waited as it is, in place of the call's own delay.
    Exact,
    /// As [`Exact`](RetryAfter::Exact), but cut to `max_delay`, however long it is.
    Capped,
}

/// What a call may make of it, as it is written.
pub const RETRY_AFTERS: &[(&str, RetryAfter)] =
    &[("floor", RetryAfter::Floor), ("exact", RetryAfter::Exact), ("capped", RetryAfter::Capped)];

/// A value of an option whose type only the compiler knows: one of those that have the method asked for.
///
/// These are inherent methods, because a method of a trait can't be called in a constant. So that a type
/// without the method is explained in our words, [`given_backoff`] and [`given_jitter`] require a trait first.
/// What they return depends on that trait, so the compiler says nothing more where it is missing.
#[derive(Debug, Clone, Copy)]
pub struct Given<T>(T);

/// A [`Backoff`], or a [`CustomBackoff`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be used as `backoff`",
    label = "not a shape of delays",
    note = "write one of \"exponential\", \"fixed\", \"linear\", \"fibonacci\" and \"none\", a list of \
            durations, a `reattempt::Backoff`, or something that implements \
            `reattempt::CustomBackoff`, such as a `fn(u32) -> Duration`"
)]
#[allow(unnameable_types, reason = "only constants of the macros need it")]
pub trait GivenBackoff {
    /// The same type.
    type This;
}

impl GivenBackoff for Backoff {
    type This = Backoff;
}

#[diagnostic::do_not_recommend]
impl<T: CustomBackoff> GivenBackoff for T {
    type This = T;
}

/// A value of `backoff`.
pub const fn given_backoff<T: GivenBackoff<This = T>>(
    value: &'static T,
) -> Given<&'static T::This> {
    Given(value)
}

/// A [`Jitter`], or a fraction.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be used as `jitter`",
    label = "neither a kind of jitter nor an `f64`",
    note = "write one of \"full\", \"equal\", \"decorrelated\" and \"none\", a `reattempt::Jitter`, or an \
            `f64` from 0.0 to 1.0"
)]
#[allow(unnameable_types, reason = "only constants of the macros need it")]
pub trait GivenJitter {
    /// The same type.
    type This;
}

impl GivenJitter for Jitter {
    type This = Jitter;
}

impl GivenJitter for f64 {
    type This = f64;
}

/// A value of `jitter`.
pub const fn given_jitter<T: GivenJitter<This = T> + Copy>(value: T) -> Given<T::This> {
    Given(value)
}

impl Given<f64> {
    /// A fraction of the delay.
    pub const fn jitter(self) -> Jitter {
        Jitter::Fraction(self.0)
    }
}

impl Given<Jitter> {
    /// A kind of jitter.
    pub const fn jitter(self) -> Jitter {
        self.0
    }
}

impl Given<&'static Backoff> {
    /// A shape of delays.
    pub const fn backoff(self) -> Backoff {
        *self.0
    }
}

impl<T: CustomBackoff> Given<&'static T> {
    /// A backoff of the user's own.
    pub const fn backoff(self) -> Backoff {
        Backoff::Custom(self.0)
    }
}

/// Tells the compiler the type of a closure's argument.
pub const fn infer_backoff_fn<F: Fn(u32) -> Duration>(closure: F) -> F {
    closure
}
