//! What becomes of the options that a builder was given. Its methods that set them come from the table.

use core::fmt;

use crate::backoff::{Backoff, Jitter};
use crate::error::PolicyError;
use crate::message::Problem;
use crate::options::{Key, Options, Policy, PolicyBuilder};

impl PolicyBuilder {
    /// No limit to the number of attempts: the call goes on until it succeeds, or fails permanently.
    pub const fn unlimited(self) -> PolicyBuilder {
        self.max_attempts(u32::MAX)
    }

    /// Checks the options.
    ///
    /// # Errors
    ///
    /// Where an option is out of its range or contradicts another, an error that names it.
    pub const fn build(self) -> Result<Policy, PolicyError> {
        let options = self.merged();
        let draft = options.draft(false);
        let mut keys = Key::ALL;
        while let [key, rest @ ..] = keys {
            if let Some(problem) = draft.problem(*key) {
                return Err(PolicyError::new(key.name(), problem));
            }
            keys = rest;
        }
        Ok(Policy { options })
    }

    /// The policy, whose options have been checked.
    #[doc(hidden)]
    pub const fn build_checked(self) -> Policy {
        Policy { options: self.merged() }
    }

    /// What is wrong with an option that is written in the code.
    #[doc(hidden)]
    pub const fn problem(&self, key: Key) -> Option<Problem> {
        self.merged().draft(true).problem(key)
    }

    /// What was set, over what still applies of what was inherited.
    pub(crate) const fn merged(self) -> Options {
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
            Some(Backoff::None) => base = base.without_delays(),
        }
        if let Some(Jitter::Decorrelated) = own.jitter {
            base.multiplier = None;
        }
        own.over(base)
    }
}

impl fmt::Debug for PolicyBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy = Policy { options: self.merged() };
        formatter.debug_tuple("PolicyBuilder").field(&policy).finish()
    }
}

const fn not_decorrelated(jitter: Option<Jitter>) -> Option<Jitter> {
    match jitter {
        Some(Jitter::Decorrelated) => None,
        jitter => jitter,
    }
}
