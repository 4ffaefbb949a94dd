//! What is the same for all the attempts of a call.

use core::num::NonZeroU32;
use core::time::Duration;

use crate::clock::Clock;
use crate::encoding;
use crate::policy::{Backoff, Jitter, Policy};
use crate::schedule::{FailedAttempt, RetryPolicy, Window};

/// What is the same for all the attempts of a call.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
#[derive(Clone, Copy)]
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

/// What a call goes by, where that can be said before anything has failed: an [`Operation`], or an encoded text.
pub trait Site {
    /// What it is called in logs.
    fn name(&self) -> &str;

    /// The operation. A policy that has to be decoded for it is put into `policy`, which is the default one.
    fn operation<'a>(&'a self, policy: &'a mut Policy) -> Operation<'a>;
}

impl Site for Operation<'_> {
    fn name(&self) -> &str {
        self.name
    }

    fn operation<'a>(&'a self, _: &'a mut Policy) -> Operation<'a> {
        *self
    }
}

impl Site for str {
    fn name(&self) -> &str {
        encoding::decode(self, |_, _| {})
    }

    fn operation<'a>(&'a self, policy: &'a mut Policy) -> Operation<'a> {
        let (mut clock, mut idempotent) = (Clock::Blocking, true);
        let name = encoding::decode(self, |letter, number| match letter {
            encoding::ASYNC => clock = Clock::Async,
            encoding::NOT_IDEMPOTENT => idempotent = false,
            letter => policy.set(letter, number),
        });
        Operation { name, policy, clock, idempotent }
    }
}

/// The policy in an encoded text.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct EncodedPolicy<'a>(pub &'a str);

impl RetryPolicy for EncodedPolicy<'_> {
    fn max_attempts(&self) -> Option<NonZeroU32> {
        self.0.operation(&mut { Policy::DEFAULT }).policy.max_attempts()
    }

    fn wait(&self, failed: &FailedAttempt) -> Option<Window> {
        self.0.operation(&mut { Policy::DEFAULT }).policy.wait(failed)
    }

    fn max_retry_after(&self) -> Duration {
        self.0.operation(&mut { Policy::DEFAULT }).policy.max_retry_after()
    }
}

impl Policy {
    /// Takes over what an attribute says, of which the macro has seen that nothing is wrong with it.
    fn set(&mut self, letter: u8, number: u64) {
        let options = &mut self.options;
        let duration = || Some(Duration::from_nanos(number));
        match letter {
            encoding::MAX_ATTEMPTS => options.max_attempts = u32::try_from(number).ok(),
            encoding::FIXED => options.backoff = Some(Backoff::Fixed),
            encoding::LINEAR => options.backoff = Some(Backoff::Linear),
            encoding::FIBONACCI => options.backoff = Some(Backoff::Fibonacci),
            encoding::NO_BACKOFF => options.backoff = Some(Backoff::None),
            encoding::INITIAL_DELAY => options.initial_delay = duration(),
            encoding::THROTTLED_DELAY => options.throttled_delay = duration(),
            encoding::MAX_DELAY => options.max_delay = duration(),
            encoding::MULTIPLIER => options.multiplier = Some(f64::from_bits(number)),
            encoding::NO_JITTER => options.jitter = Some(Jitter::None),
            encoding::FULL_JITTER => options.jitter = Some(Jitter::Full),
            encoding::EQUAL_JITTER => options.jitter = Some(Jitter::Equal),
            encoding::DECORRELATED_JITTER => options.jitter = Some(Jitter::Decorrelated),
            encoding::FRACTIONAL_JITTER => {
                options.jitter = Some(Jitter::Fraction(f64::from_bits(number)));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::{Operation, Site};
    use crate::clock::Clock;
    use crate::policy::{Backoff, Jitter, Policy};

    #[test]
    fn a_text_says_what_the_attribute_did() {
        let text = "YOA7LI250000000T2000000000M9000000001X4609434218613702656R4598175219545276416 \
                    a b::c";
        let mut policy = Policy::DEFAULT;
        let Operation { name, clock, idempotent, .. } = text.operation(&mut policy);
        assert_eq!((name, text.name(), idempotent), ("a b::c", "a b::c", false));
        assert!(matches!(clock, Clock::Async));
        assert_eq!(policy.max_attempts().unwrap().get(), 7);
        assert!(matches!(policy.backoff(), Backoff::Linear));
        assert_eq!(policy.initial_delay(), Duration::from_millis(250));
        assert_eq!(policy.throttled_delay(), Duration::from_secs(2));
        assert_eq!(policy.max_delay(), Duration::new(9, 1));
        assert_eq!(policy.multiplier().to_bits(), 1.5_f64.to_bits());
        assert!(matches!(policy.jitter(), Jitter::Fraction(0.25)));
    }

    #[test]
    fn a_text_may_say_nothing_or_nonsense() {
        for (text, expected) in
            [(" f", "f"), ("", ""), ("A5", ""), ("A99999999999999999999 f", "f"), ("?7 f", "f")]
        {
            let mut policy = Policy::DEFAULT;
            let Operation { name, clock, idempotent, .. } = text.operation(&mut policy);
            assert_eq!(name, expected);
            assert!(idempotent && matches!(clock, Clock::Blocking));
            assert_eq!(policy.initial_delay(), Policy::DEFAULT.initial_delay());
        }
    }
}
