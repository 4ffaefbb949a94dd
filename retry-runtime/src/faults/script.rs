//! What the attempts of an operation come to, written down beforehand.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::{Any, type_name};
use core::fmt;
use core::time::Duration;
use std::sync::{Mutex, PoisonError};

use reattempt_policy::__private::SplitMix64;

use super::scriptable::Scriptable;
use crate::random;

/// What the attempts of an annotated function come to, one after the other, in place of running its body.
///
/// ```
/// # #[cfg(feature = "testing")]
/// # fn main() {
/// use std::io;
/// use std::time::Duration;
///
/// use reattempt::faults::Script;
/// use reattempt::{retry, testing};
///
/// #[retry(max_attempts = 5)]
/// fn upload() -> io::Result<()> {
///     Ok(())
/// }
///
/// let recording = testing::record();
/// recording.script(
///     "upload",
///     Script::new()
///         .fail(|| io::Error::from(io::ErrorKind::ConnectionReset))
///         .fail_with_hint(Duration::from_secs(2), || io::Error::from(io::ErrorKind::TimedOut))
///         .run(),
/// );
/// assert!(upload().is_ok());
/// assert_eq!(recording.attempts("upload"), 3);
/// assert!(recording.delays("upload")[1] >= Duration::from_secs(2));
/// # }
/// # #[cfg(not(feature = "testing"))]
/// # fn main() {}
/// ```
///
/// When its steps are used up, the body runs; with [`forever`](Script::forever), the last step goes on. It counts the attempts
/// of all the calls that it is for together, and begins anew each time its scope is entered.
///
/// The errors are made when they are needed, and classified like any other. Closures given to [`Retry`](crate::Retry) and
/// `attempt!` have no script, and neither has a function whose error type is not [`Scriptable`].
#[derive(Clone, Default)]
#[must_use = "it is for `Scope::script` or `Recording::script`"]
pub struct Script {
    steps: Vec<Step>,
    goes_on: bool,
    /// The share of the attempts that go by it.
    rate: Option<f64>,
}

#[derive(Clone)]
struct Step {
    outcome: Scripted,
    times: u32,
}

/// What one attempt comes to.
#[derive(Clone)]
enum Scripted {
    Run,
    Fail { make: Arc<dyn MakeError>, hint: Option<Duration>, type_name: &'static str },
}

/// A closure that makes an error, whatever its type.
trait MakeError: Send + Sync {
    fn make(&self) -> Box<dyn Any>;
}

impl<E: Scriptable, F: Fn() -> E + Send + Sync> MakeError for F {
    fn make(&self) -> Box<dyn Any> {
        Box::new(self())
    }
}

impl Script {
    /// One without a step: the body runs.
    pub fn new() -> Script {
        Script::default()
    }

    /// An attempt fails with this error.
    pub fn fail<E: Scriptable>(self, make: impl Fn() -> E + Send + Sync + 'static) -> Script {
        self.failing(make, None)
    }

    /// An attempt fails with this error, and the server asks for so long a wait.
    pub fn fail_with_hint<E: Scriptable>(
        self,
        hint: Duration,
        make: impl Fn() -> E + Send + Sync + 'static,
    ) -> Script {
        self.failing(make, Some(hint))
    }

    fn failing<E: Scriptable>(
        self,
        make: impl Fn() -> E + Send + Sync + 'static,
        hint: Option<Duration>,
    ) -> Script {
        self.then(Scripted::Fail { make: Arc::new(make), hint, type_name: type_name::<E>() })
    }

    /// An attempt runs the body.
    pub fn run(self) -> Script {
        self.then(Scripted::Run)
    }

    fn then(mut self, outcome: Scripted) -> Script {
        self.steps.push(Step { outcome, times: 1 });
        self
    }

    /// The last step so many times in all. 0 takes it back.
    pub fn times(mut self, times: u32) -> Script {
        if let Some(last) = self.steps.last_mut() {
            last.times = times;
        }
        self
    }

    /// The last step goes on for ever: the body is never run again after `fail`.
    pub fn forever(self) -> Script {
        Script { goes_on: true, ..self }
    }

    /// Only so large a share of the attempts, from 0 to 1, goes by it, at random; the others run the body. That is for faults in
    /// a running program: see [`Scope::script`](crate::Scope::script).
    pub fn rate(self, rate: f64) -> Script {
        Script { rate: Some(rate), ..self }
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps.iter().map(|step| match &step.outcome {
            Scripted::Run => (step.times, "run", None),
            Scripted::Fail { hint, type_name, .. } => (step.times, *type_name, *hint),
        });
        formatter
            .debug_struct("Script")
            .field("steps", &steps.collect::<Vec<_>>())
            .field("forever", &self.goes_on)
            .field("rate", &self.rate)
            .finish()
    }
}

/// An error that an attempt fails with, and the wait that is asked for.
pub(crate) struct Fault {
    pub(crate) error: Box<dyn Any>,
    pub(crate) hint: Option<Duration>,
    pub(crate) type_name: &'static str,
}

/// A script on its way.
#[derive(Debug)]
pub(crate) struct Running {
    script: Script,
    /// How many attempts went by it.
    attempts: Mutex<u32>,
    /// Whether a mistake in it may panic, because a test is what it is for.
    pub(crate) is_of_test: bool,
}

impl Running {
    pub(crate) fn new(script: Script, is_of_test: bool) -> Running {
        Running { script, attempts: Mutex::new(0), is_of_test }
    }

    /// Whether no attempt has asked it.
    #[cfg(feature = "testing")]
    pub(crate) fn was_never_asked(&self) -> bool {
        *self.attempts.lock().unwrap_or_else(PoisonError::into_inner) == 0
    }

    /// What the next attempt fails with, if it doesn't run the body.
    pub(crate) fn next(&self) -> Option<Fault> {
        if let Some(rate) = self.script.rate {
            if !is_drawn(rate) {
                return None;
            }
        }
        let attempt = {
            let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
            let attempt = *attempts;
            *attempts = attempts.saturating_add(1);
            attempt
        };
        // Errors are made without the lock: whatever makes one may call annotated functions.
        match self.step(attempt)? {
            Scripted::Run => None,
            Scripted::Fail { make, hint, type_name } => {
                Some(Fault { error: make.make(), hint: *hint, type_name })
            }
        }
    }

    fn step(&self, attempt: u32) -> Option<&Scripted> {
        let mut before = 0_u32;
        for step in &self.script.steps {
            before = before.saturating_add(step.times);
            if attempt < before {
                return Some(&step.outcome);
            }
        }
        let last = self.script.steps.iter().rfind(|step| step.times > 0);
        last.filter(|_| self.script.goes_on).map(|step| &step.outcome)
    }
}

/// With this probability.
fn is_drawn(rate: f64) -> bool {
    // 53 bits are what a fraction holds.
    #[allow(clippy::cast_precision_loss, reason = "53 bits are exact")]
    let drawn = (SplitMix64::new(random::random()).next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    drawn < rate
}
