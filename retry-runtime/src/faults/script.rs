//! What the attempts of an operation come to, written down beforehand.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::{Any, TypeId, type_name};
use core::fmt;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::scriptable::Scriptable;

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
/// When its steps are used up, the body runs. It counts the attempts of all the calls that it is for together, and begins anew
/// each time its scope is entered.
///
/// The errors are made when they are needed, and classified like any other; the events of such attempts say that "a script" decided. Only
/// annotated functions have scripts, and only those that return a `Result` whose error is [`Scriptable`]. Closures given to
/// [`Retry`](crate::Retry) and the blocks of `attempt!` have none.
#[derive(Clone, Default)]
#[must_use = "it is for `Scope::script` or `Recording::script`"]
pub struct Script {
    steps: Vec<Step>,
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
    Come { make: Arc<dyn Make>, kind: Product },
}

/// What a step makes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Product {
    pub(crate) is_error: bool,
    pub(crate) type_id: TypeId,
    pub(crate) type_name: &'static str,
    pub(crate) hint: Option<Duration>,
}

/// A closure that makes an error or a value, whatever its type.
trait Make: Send + Sync {
    fn make(&self) -> Box<dyn Any>;
}

impl<T: Scriptable, F: Fn() -> T + Send + Sync> Make for F {
    fn make(&self) -> Box<dyn Any> {
        Box::new(self())
    }
}

impl Script {
    /// One without a step: the body runs.
    pub fn new() -> Script {
        Script::default()
    }

    /// An attempt fails with this error: the error itself, and not a `Result`.
    pub fn fail<E: Scriptable>(self, make: impl Fn() -> E + Send + Sync + 'static) -> Script {
        self.coming(make, true, None)
    }

    /// An attempt fails with this error, and the server asks for so long a wait.
    pub fn fail_with_hint<E: Scriptable>(
        self,
        hint: Duration,
        make: impl Fn() -> E + Send + Sync + 'static,
    ) -> Script {
        self.coming(make, true, Some(hint))
    }

    /// An attempt succeeds with this value: the value itself, and not a `Result`. Its type has to be [`Scriptable`] too.
    pub fn succeed<T: Scriptable>(self, make: impl Fn() -> T + Send + Sync + 'static) -> Script {
        self.coming(make, false, None)
    }

    fn coming<T: Scriptable>(
        self,
        make: impl Fn() -> T + Send + Sync + 'static,
        is_error: bool,
        hint: Option<Duration>,
    ) -> Script {
        let (type_id, type_name) = (TypeId::of::<T>(), type_name::<T>());
        let kind = Product { is_error, type_id, type_name, hint };
        self.then(Scripted::Come { make: Arc::new(make), kind })
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

    /// The last step for ever: steps after it are never reached.
    pub fn forever(self) -> Script {
        self.times(u32::MAX)
    }

    /// Only so large a share of the attempts goes by it, at random, and the last step goes on for ever; the other attempts run the
    /// body. That is for faults in a running program: see [`Scope::script`](crate::Scope::script). From 1 on, all of them go by it;
    /// from 0 down, and with NaN, none.
    pub fn rate(self, rate: f64) -> Script {
        Script { rate: Some(rate), ..self.forever() }
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps.iter().map(|step| match &step.outcome {
            Scripted::Run => (step.times, "run", None),
            Scripted::Come { kind, .. } => (step.times, kind.type_name, kind.hint),
        });
        formatter
            .debug_struct("Script")
            .field("steps", &steps.collect::<Vec<_>>())
            .field("rate", &self.rate)
            .finish()
    }
}

/// What an attempt comes to by a script.
pub(crate) struct Fault {
    pub(crate) made: Box<dyn Any>,
    pub(crate) kind: Product,
}

/// A script on its way.
#[derive(Debug)]
pub(crate) struct Running {
    script: Script,
    progress: Mutex<Progress>,
    /// Whether a mistake in it may panic, because a test is what it is for.
    pub(crate) is_of_test: bool,
}

#[derive(Debug, Default)]
struct Progress {
    /// How many attempts went by it.
    attempts: u32,
    /// Whether any attempt has asked it.
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "tests ask"))]
    was_asked: bool,
    /// The operations that it doesn't fit, which were told of.
    refused: Vec<&'static str>,
}

impl Running {
    pub(crate) fn new(script: Script, is_of_test: bool) -> Running {
        Running { script, progress: Mutex::default(), is_of_test }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an attempt has asked it.
    #[cfg(feature = "testing")]
    pub(crate) fn was_asked(&self) -> bool {
        self.progress().was_asked
    }

    /// What the next attempt comes to, if it doesn't run the body. `fits`: whether it can come to that; if not, no step is used up,
    /// and the step is the error.
    pub(crate) fn next(
        &self,
        random: impl FnOnce() -> u64,
        fits: impl Fn(&Product) -> bool,
    ) -> Result<Option<Fault>, Product> {
        let mut progress = self.progress();
        progress.was_asked = true;
        if self.script.rate.is_some_and(|rate| !is_drawn(rate, random())) {
            return Ok(None);
        }
        let Some(step) = self.step(progress.attempts) else { return Ok(None) };
        if let Scripted::Come { kind, .. } = step {
            if !fits(kind) {
                return Err(*kind);
            }
        }
        progress.attempts = progress.attempts.saturating_add(1);
        // It is made without the lock: whatever makes it may call annotated functions.
        drop(progress);
        Ok(match step {
            Scripted::Run => None,
            Scripted::Come { make, kind } => Some(Fault { made: make.make(), kind: *kind }),
        })
    }

    /// Whether this operation is refused for the first time.
    pub(crate) fn refuses_first(&self, operation: &'static str) -> bool {
        let refused = &mut self.progress().refused;
        let is_first = !refused.contains(&operation);
        if is_first {
            refused.push(operation);
        }
        is_first
    }

    fn step(&self, attempt: u32) -> Option<&Scripted> {
        let mut before = 0_u32;
        for step in &self.script.steps {
            before = before.saturating_add(step.times);
            // `u32::MAX` attempts are as many as there may be.
            if attempt < before || before == u32::MAX {
                return Some(&step.outcome);
            }
        }
        None
    }
}

/// Whether a random number is in this share of all.
fn is_drawn(rate: f64, random: u64) -> bool {
    // 53 bits are what a fraction holds.
    #[allow(clippy::cast_precision_loss, reason = "53 bits are exact")]
    let drawn = (random >> 11) as f64 / (1_u64 << 53) as f64;
    drawn < rate
}
