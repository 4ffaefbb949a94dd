//! A scope without waits, whose calls are recorded.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::recorded::RecordedEvent;
use crate::faults::Script;
use crate::faults::script::Running;
use crate::observe::{Event, Observer};
use crate::scope::part::{Scripts, matches};
use crate::scope::{EnteredScope, Scope};

/// Records what happens to calls on this thread until it is dropped, and lets them not wait: neither for the backoff, nor for
/// as long as a server asks.
///
/// The delays are recorded as they would have been. Calls in tasks on other threads are inside by [`Recording::scope`].
///
/// ```
/// use reattempt::{retry, testing};
///
/// #[retry(max_attempts = 5, jitter = "none")]
/// fn upload() -> std::io::Result<()> {
///     Err(std::io::ErrorKind::ConnectionReset.into())
/// }
///
/// let recording = testing::record();
/// assert!(upload().is_err());
/// assert_eq!(recording.attempts("upload"), 5);
/// let delays = recording.delays("upload");
/// assert_eq!(delays.iter().map(|delay| delay.as_millis()).collect::<Vec<_>>(), [100, 200, 400, 800]);
/// ```
pub fn record() -> Recording {
    record_in(Scope::new())
}

/// The same inside of a scope, which may say more: how many attempts there are, the seed of the delays, policies by name.
///
/// ```
/// use reattempt::{Scope, retry, testing};
///
/// #[retry(max_attempts = 5)]
/// fn upload() -> std::io::Result<()> {
///     Err(std::io::ErrorKind::ConnectionReset.into())
/// }
///
/// let delays = |seed| {
///     let recording = testing::record_in(Scope::new().seed(seed));
///     assert!(upload().is_err());
///     recording.delays("upload")
/// };
/// assert_eq!(delays(7), delays(7));
///
/// // No retries at all.
/// let recording = testing::record_in(Scope::new().max_attempts(1));
/// assert!(upload().is_err());
/// assert_eq!(recording.attempts("upload"), 1);
/// ```
pub fn record_in(mut scope: Scope) -> Recording {
    let recorder = Arc::new(Recorder::default());
    let of_test = |(name, script)| (name, Arc::new(Running::new(script, true)));
    let scripts: Scripts =
        Arc::new(Mutex::new(scope.take_scripts().into_iter().map(of_test).collect()));
    let scope =
        scope.without_waits().observer(Arc::clone(&recorder)).scripts_of_test(Arc::clone(&scripts));
    let entered = scope.enter();
    // As it is now: where it is entered once more, on this thread or on another, it is the same scope, and tells its recorder once.
    Recording { _entered: entered, scope: Scope::current(), recorder, scripts }
}

#[derive(Default)]
struct Recorder(Mutex<Vec<RecordedEvent>>);

impl Observer for Recorder {
    fn event(&self, event: &Event<'_>) {
        self.events().push(RecordedEvent::of(event));
    }

    fn wants_successes(&self) -> bool {
        true
    }
}

impl Recorder {
    fn events(&self) -> MutexGuard<'_, Vec<RecordedEvent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What [`record`] returns: it records until it is dropped.
///
/// Names of operations are as in [`Scope::policy`]: `upload`, `storage::upload` or the whole path mean a function, `storage::*`
/// a module, and `*` everything.
///
/// # Panics
///
/// When it is dropped, if no attempt has asked a [`script`](Recording::script): then the test did not test what it says.
#[must_use = "it ends at once if it is not kept: write `let recording = …`, and not `let _ = …`"]
pub struct Recording {
    _entered: EnteredScope,
    scope: Scope,
    recorder: Arc<Recorder>,
    scripts: Scripts,
}

impl Recording {
    /// How many attempts there were of operations of this name, in all their calls together.
    pub fn attempts(&self, name: &str) -> usize {
        self.of(name, RecordedEvent::is_of_attempt).len()
    }

    /// The delays before their retries, as they would have been waited.
    pub fn delays(&self, name: &str) -> Vec<Duration> {
        let delays = |event: &RecordedEvent| event.delay().is_some() && event.is_of_attempt();
        self.of(name, delays).iter().filter_map(RecordedEvent::delay).collect()
    }

    /// All that happened, in order.
    pub fn events(&self) -> Vec<RecordedEvent> {
        self.recorder.events().clone()
    }

    fn of(&self, name: &str, which: impl Fn(&RecordedEvent) -> bool) -> Vec<RecordedEvent> {
        let events = self.recorder.events();
        let mine = events.iter().filter(|event| matches(name, event.operation()) && which(event));
        mine.cloned().collect()
    }

    /// Forgets what happened until now.
    pub fn clear(&self) {
        self.recorder.events().clear();
    }

    /// What the attempts of operations of this name come to, in place of running their bodies: see [`Script`]. Another one for
    /// the same name takes its place.
    ///
    /// # Panics
    ///
    /// The call of a function panics whose error is of another type than the script's, or not
    /// [`Scriptable`](super::Scriptable).
    pub fn script(&self, name: impl Into<Box<str>>, script: Script) {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        let name = name.into();
        scripts.retain(|(known, _)| *known != name);
        scripts.push((name, Arc::new(Running::new(script, true))));
    }

    /// The same scope, for what runs on other threads: what happens there is recorded here.
    ///
    /// ```
    /// # #[tokio::main(flavor = "multi_thread")]
    /// # async fn main() {
    /// use reattempt::{retry, testing};
    ///
    /// #[retry(max_attempts = 5)]
    /// async fn upload() -> std::io::Result<()> {
    ///     Err(std::io::ErrorKind::ConnectionReset.into())
    /// }
    ///
    /// let recording = testing::record();
    /// let task = tokio::spawn(recording.scope().run_async(upload()));
    /// assert!(task.await.unwrap().is_err());
    /// assert_eq!(recording.attempts("upload"), 5);
    /// # }
    /// ```
    pub fn scope(&self) -> Scope {
        self.scope.clone()
    }
}

impl Drop for Recording {
    #[allow(clippy::panic, reason = "it is what tells a test that it is wrong")]
    fn drop(&mut self) {
        // A panic on top of another one would end the process.
        if std::thread::panicking() {
            return;
        }
        let scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        let never_asked = scripts.iter().filter(|(_, script)| !script.was_asked());
        let never_asked: Vec<_> = never_asked.map(|(name, _)| format!("`{name}`")).collect();
        drop(scripts);
        if never_asked.is_empty() {
            return;
        }
        let mut called: Vec<String> =
            self.recorder.events().iter().map(|event| format!("`{}`", event.operation())).collect();
        called.sort();
        called.dedup();
        let called = if called.is_empty() {
            "nothing was: what runs on another thread needs `recording.scope()`, and a future has to be awaited in it".into()
        } else {
            called.join(", ")
        };
        panic!(
            "no attempt has asked the script of {}. A script is for an annotated function, by its name or the end of its path, \
             without its type; `Retry` and `attempt!` have none. What was called in this recording: {called}",
            never_asked.join(", "),
        );
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recording").field("events", &self.events()).finish_non_exhaustive()
    }
}
