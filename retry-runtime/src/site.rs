//! What is the same for all the attempts of a call.

use core::num::NonZeroU32;
use core::time::Duration;

use crate::clock::Clock;
use crate::policy::{Backoff, Jitter, Policy};
use crate::schedule::{FailedAttempt, RetryPolicy, Window};
use crate::written;

/// What is the same for all the attempts of a call.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct Operation<'a> {
    /// What it is called in logs.
    pub name: &'a str,
    /// The policy it is retried under.
    pub policy: &'a dyn RetryPolicy,
    /// The clock it goes by.
    pub clock: Clock,
    /// Whether it may be applied twice.
    pub idempotent: bool,
}

/// The policy of an attribute that says it in literals, as a text without a name.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct Written<'a>(pub &'a str);

impl RetryPolicy for Written<'_> {
    fn max_attempts(&self) -> Option<NonZeroU32> {
        Read::from(self.0).policy.max_attempts()
    }

    fn wait(&self, failed: &FailedAttempt) -> Option<Window> {
        Read::from(self.0).policy.wait(failed)
    }

    fn max_retry_after(&self) -> Duration {
        Read::from(self.0).policy.max_retry_after()
    }
}

/// What a text says.
pub(crate) struct Read<'a> {
    pub(crate) name: &'a str,
    pub(crate) policy: Policy,
    pub(crate) clock: Clock,
    pub(crate) idempotent: bool,
}

impl<'a> Read<'a> {
    #[inline]
    pub(crate) fn from(text: &'a str) -> Read<'a> {
        let (mut policy, mut clock, mut idempotent) = (Policy::DEFAULT, Clock::Blocking, true);
        let name = written::read(text, |letter, number| match letter {
            written::ASYNC => clock = Clock::Async,
            written::NOT_IDEMPOTENT => idempotent = false,
            letter => policy.set(letter, number),
        });
        Read { name, policy, clock, idempotent }
    }
}

impl Policy {
    /// Takes over what an attribute says, of which the macro has seen that nothing is wrong with it.
    fn set(&mut self, letter: u8, number: u64) {
        let options = &mut self.options;
        let duration = || Some(Duration::from_nanos(number));
        match letter {
            written::MAX_ATTEMPTS => options.max_attempts = u32::try_from(number).ok(),
            written::EXPONENTIAL => options.backoff = Some(Backoff::Exponential),
            written::FIXED => options.backoff = Some(Backoff::Fixed),
            written::LINEAR => options.backoff = Some(Backoff::Linear),
            written::FIBONACCI => options.backoff = Some(Backoff::Fibonacci),
            written::NO_BACKOFF => options.backoff = Some(Backoff::None),
            written::INITIAL_DELAY => options.initial_delay = duration(),
            written::THROTTLED_DELAY => options.throttled_delay = duration(),
            written::MAX_DELAY => options.max_delay = duration(),
            written::MULTIPLIER => options.multiplier = Some(f64::from_bits(number)),
            written::NO_JITTER => options.jitter = Some(Jitter::None),
            written::FULL_JITTER => options.jitter = Some(Jitter::Full),
            written::EQUAL_JITTER => options.jitter = Some(Jitter::Equal),
            written::DECORRELATED_JITTER => options.jitter = Some(Jitter::Decorrelated),
            written::FRACTIONAL_JITTER => {
                options.jitter = Some(Jitter::Fraction(f64::from_bits(number)));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::Read;
    use crate::clock::Clock;
    use crate::policy::{Backoff, Jitter};

    #[test]
    fn a_text_says_what_the_attribute_did() {
        let text =
            "YOA7LI250000000T2000000000M9000000001X4609434218613702656R4598175219545276416 a b::c";
        let Read { name, policy, clock, idempotent } = Read::from(text);
        assert_eq!((name, idempotent), ("a b::c", false));
        assert!(matches!(clock, Clock::Async));
        assert_eq!(policy.max_attempts().unwrap().get(), 7);
        assert!(matches!(policy.backoff(), Backoff::Linear));
        assert_eq!(policy.initial_delay(), Duration::from_millis(250));
        assert_eq!(policy.throttled_delay(), Duration::from_secs(2));
        assert_eq!(policy.max_delay(), Duration::new(9, 1));
        assert!((policy.multiplier() - 1.5).abs() < f64::EPSILON);
        assert!(
            matches!(policy.jitter(), Jitter::Fraction(fraction) if (fraction - 0.25).abs() < f64::EPSILON)
        );
    }

    #[test]
    fn a_text_may_say_nothing_or_nonsense() {
        for (text, expected) in
            [(" f", "f"), ("", ""), ("A5", ""), ("A99999999999999999999 f", "f")]
        {
            let read = Read::from(text);
            assert_eq!(read.name, expected);
            assert!(read.idempotent && matches!(read.clock, Clock::Blocking));
        }
    }
}
