//! A scope as users make one.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::sync::atomic::AtomicU32;
use core::time::Duration;
use std::sync::Mutex;

use reattempt_policy::__private::SplitMix64;
use reattempt_policy::Policy;

use super::around::Around;
use super::current::{self, EnteredScope};
use super::layer::Layers;
use super::limits::{Flags, Limits};
use super::part::Part;
#[cfg(feature = "faults")]
use super::part::Scripts;
use super::policies::Policies;
use super::surrounding::Surroundings;
#[cfg(feature = "faults")]
use crate::faults::Script;
#[cfg(feature = "faults")]
use crate::faults::script::Running;
use crate::observe::Observer;
use crate::timer::clock::Clock;
use crate::timer::deadline::{Deadline, GivenDeadline};
use crate::timer::moment::Moment;

/// Says something about all the retried calls that are made inside of it: on this thread, or while a future is polled.
///
/// ```
/// use std::time::Duration;
///
/// use reattempt::{Scope, retry};
///
/// #[retry(max_attempts = 5)]
/// fn read() -> std::io::Result<String> {
///     Err(std::io::ErrorKind::ConnectionReset.into())
/// }
///
/// // The caller waits for a second: no retry begins that could end later.
/// let scope = Scope::new().deadline(Duration::from_secs(1)).retries(8);
/// assert!(scope.run(|| read()).is_err());
/// ```
///
/// A scope inside another one adds to it, and of two limits the stricter one counts. It ends with the closure, the
/// future or the guard, also by a panic.
///
/// It is looked up after a failed attempt, and then only: where calls succeed it costs nothing, and a first attempt is
/// always made.
///
/// # What is spawned
///
/// A task, a thread or a `spawn_blocking` has none of it, unless you carry it there by [`Scope::current`]:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use std::time::Duration;
///
/// use reattempt::Scope;
///
/// let scope = Scope::new().deadline(Duration::from_secs(2));
/// scope
///     .run_async(async {
///         let here = Scope::current();
///         let task = tokio::spawn(here.run_async(async { Scope::current().remaining() }));
///         assert!(task.await.unwrap().is_some());
///
///         let here = Scope::current();
///         let work = move || here.run(|| Scope::current().remaining());
///         assert!(tokio::task::spawn_blocking(work).await.unwrap().is_some());
///     })
///     .await;
/// # }
/// ```
#[derive(Clone, Default)]
#[doc(alias = "deadline")]
#[doc(alias = "timeout")]
#[must_use = "it says nothing until something runs inside of it"]
pub struct Scope {
    deadlines: Vec<GivenDeadline>,
    max_attempts: Option<u32>,
    retries: Option<u32>,
    skips_waits: bool,
    observers: Vec<Arc<dyn Observer + Send + Sync>>,
    policies: Vec<(Box<str>, Policy)>,
    seed: Option<u64>,
    #[cfg(feature = "faults")]
    scripts: Vec<(Box<str>, Script)>,
    /// Those of a test, which go on while scopes come and go.
    #[cfg(feature = "faults")]
    of_test: Option<Scripts>,
    /// What was around where this was made by `current`.
    carried: Option<(Limits, Option<Surroundings>)>,
}

impl Scope {
    /// One that says nothing yet.
    pub fn new() -> Scope {
        Scope::default()
    }

    /// What surrounds this place, to be carried to a thread or a task: what is counted is counted together.
    pub fn current() -> Scope {
        Scope { carried: Some((current::limits(), current::layers())), ..Scope::new() }
    }

    /// When the calls have to be over: a `Duration`, which counts from where the scope is entered, an `Instant`, or
    /// an `Option` of one.
    ///
    /// After a failed attempt, no wait begins that would end later; the error comes back at once, and the reason is
    /// [`Deadline`](crate::GiveUpReason::Deadline). An attempt that runs is not cut off by it: the client's own time-out can be
    /// set by [`Context::remaining`](crate::Context::remaining) or [`Scope::remaining`].
    ///
    /// It goes by tokio's clock, which a test may have paused, or else by the system's. So do calls inside that wait on a timer
    /// with a clock of its own.
    ///
    /// Of several the earliest counts: `.deadline(MINE).deadline(the_callers)`.
    pub fn deadline(mut self, deadline: impl Deadline) -> Scope {
        self.deadlines.extend(deadline.given());
        self
    }

    /// The most attempts of each call, the first included; 1 switches retries off, and 0 counts as 1. A policy that allows
    /// fewer is kept to.
    pub fn max_attempts(self, max_attempts: u32) -> Scope {
        Scope { max_attempts: Some(max_attempts), ..self }
    }

    /// The most retries of all the calls together, for a request that fans out: 32 calls of 3 attempts each would be 96.
    /// They are counted anew each time the scope is entered.
    ///
    /// ```
    /// use reattempt::{Retry, Scope, policy};
    ///
    /// let mut calls = 0;
    /// Scope::new().retries(8).run(|| {
    ///     for _shard in 0..32 {
    ///         let _ = Retry::new(policy!(max_attempts = 3, backoff = "none")).call(|| {
    ///             calls += 1;
    ///             Err::<(), _>(std::io::Error::from(std::io::ErrorKind::TimedOut))
    ///         });
    ///     }
    /// });
    /// assert_eq!(calls, 32 + 8);
    /// ```
    pub fn retries(self, retries: u32) -> Scope {
        Scope { retries: Some(retries), ..self }
    }

    /// Calls don't wait: not for the backoff, and not for as long as a server asks. What they tell is as if they had. A call
    /// without a limit of attempts ends after a thousand.
    pub fn without_waits(self) -> Scope {
        Scope { skips_waits: true, ..self }
    }

    /// An observer of all the calls, in addition to their own: something that implements [`Observer`]. Of calls that it makes
    /// itself, observers of scopes are not told.
    pub fn observer(mut self, observer: impl Observer + Send + Sync + 'static) -> Scope {
        self.observers.push(Arc::new(observer));
        self
    }

    /// A policy for operations of this name, in place of their own.
    ///
    /// The name is that of the function, with as much of its path as you want: `upload`, `storage::upload` and
    /// `app::storage::upload` all mean the last. `storage::*` is everything in a module, and `*` is everything. If
    /// several of a scope's names fit, a function counts before a module, then the longer name, and of equal ones the last. An inner
    /// scope comes before an outer one. Of a method it is the name of the method and its module; the type is not in it, unless
    /// `name = "…"` says so.
    ///
    /// It is asked after each failed attempt, so calls that are on their way go by it too. Their own limits in time and
    /// hooks stay; the policy's `max_elapsed` and `reset_after` only count for calls that read a clock anyway.
    ///
    /// ```
    /// use reattempt::{Scope, policy, retry};
    ///
    /// #[retry(max_attempts = 5)]
    /// fn upload(calls: &mut u32) -> std::io::Result<()> {
    ///     *calls += 1;
    ///     Err(std::io::ErrorKind::ConnectionReset.into())
    /// }
    ///
    /// let mut calls = 0;
    /// let scope = Scope::new().policy("upload", policy!(max_attempts = 2, backoff = "none"));
    /// assert!(scope.run(|| upload(&mut calls)).is_err());
    /// assert_eq!(calls, 2);
    /// ```
    pub fn policy(mut self, name: impl Into<Box<str>>, policy: Policy) -> Scope {
        self.policies.push((name.into(), policy));
        self
    }

    /// The policies of a configuration: see [`Policies`]. It is as if [`policy`](Scope::policy) were called with each.
    pub fn policies(mut self, policies: Policies) -> Scope {
        self.policies.extend(policies.0);
        self
    }

    /// Draws the delays of the calls from this seed, in the order in which they fail, so that they are the same each time: for
    /// tests.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use reattempt::{Retry, Scope, policy};
    ///
    /// let waited = || {
    ///     let timer = |_: Duration| {};
    ///     let fail = || Err::<(), _>(std::io::Error::from(std::io::ErrorKind::TimedOut));
    ///     Retry::new(policy!(max_attempts = 5)).timer(timer).report().call(fail).1.waited()
    /// };
    /// assert_eq!(Scope::new().seed(7).run(waited), Scope::new().seed(7).run(waited));
    /// assert_ne!(Scope::new().seed(7).run(waited), Scope::new().seed(8).run(waited));
    /// ```
    pub fn seed(self, seed: u64) -> Scope {
        Scope { seed: Some(seed), ..self }
    }

    /// What the attempts of operations of this name come to, in place of running their bodies. The name is as in
    /// [`policy`](Scope::policy). Only annotated functions have scripts.
    ///
    /// That is for faults in a running program, such as a rehearsal of an outage; in tests, [`Recording::script`] fails the test
    /// as well if something is wrong with it.
    ///
    /// ```
    /// use std::io;
    ///
    /// use reattempt::faults::Script;
    /// use reattempt::{Scope, retry};
    ///
    /// #[retry(max_attempts = 2, initial_delay = 1ms)]
    /// fn upload() -> io::Result<()> {
    ///     Ok(())
    /// }
    ///
    /// // One attempt in twenty fails: `main` would say `.install()`.
    /// let faults = Script::new().fail(|| io::Error::from(io::ErrorKind::ConnectionReset)).forever().rate(0.05);
    /// Scope::new().script("upload", faults).run(|| upload())?;
    ///
    /// let outage = Script::new().fail(|| io::Error::from(io::ErrorKind::ConnectionReset)).forever();
    /// assert!(Scope::new().script("*", outage).run(|| upload()).is_err());
    /// # Ok::<_, io::Error>(())
    /// ```
    #[cfg_attr(
        feature = "testing",
        doc = "\n[`Recording::script`]: crate::testing::Recording::script"
    )]
    #[cfg_attr(
        not(feature = "testing"),
        doc = "\n[`Recording::script`]: https://docs.rs/reattempt/latest/reattempt/testing/struct.Recording.html"
    )]
    #[cfg(feature = "faults")]
    pub fn script(mut self, name: impl Into<Box<str>>, script: Script) -> Scope {
        self.scripts.push((name.into(), script));
        self
    }

    /// Those that were given, as the scripts of a test.
    #[cfg(feature = "testing")]
    pub(crate) fn take_scripts(&mut self) -> Vec<(Box<str>, Script)> {
        core::mem::take(&mut self.scripts)
    }

    /// With the scripts of a test.
    #[cfg(feature = "testing")]
    pub(crate) fn scripts_of_test(self, scripts: Scripts) -> Scope {
        Scope { of_test: Some(scripts), ..self }
    }

    /// Runs a closure inside of it. A future that the closure returns is not inside when it is polled later: for that there is
    /// [`run_async`](Scope::run_async). What is polled on this thread meanwhile, as by `block_on`, is inside.
    pub fn run<T>(&self, inside: impl FnOnce() -> T) -> T {
        let _entered = self.enter();
        inside()
    }

    /// Enters it on this thread until the guard is dropped.
    ///
    /// In async code write [`run_async`](Scope::run_async): while a task waits, its thread does other work, which would be inside
    /// as well.
    pub fn enter(&self) -> EnteredScope {
        let (limits, layers) = self.clone().parts();
        EnteredScope::new(limits, layers)
    }

    /// Makes it the outermost scope of the whole process, in place of what was installed before. That is for `main`.
    ///
    /// Calls that are on their way go by it after their next failure.
    pub fn install(self) {
        let limits = self.limits();
        let layers = self.into_layers(None);
        current::install(limits, layers);
    }

    /// The time that is left until the deadline, if this scope was made by [`current`](Scope::current) or has an
    /// `Instant` for a deadline, and also that of the process.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use reattempt::Scope;
    ///
    /// let time_out = || Scope::current().remaining().unwrap_or(Duration::from_secs(30));
    /// assert_eq!(time_out(), Duration::from_secs(30));
    /// assert!(Scope::new().deadline(Duration::from_secs(2)).run(time_out) <= Duration::from_secs(2));
    /// ```
    pub fn remaining(&self) -> Option<Duration> {
        self.limits().inside(current::installed().limits).remaining().map(Duration::from_nanos)
    }

    /// The numbers, if it is entered now.
    fn limits(&self) -> Limits {
        let mut limits = Limits::OF_SCOPE;
        for deadline in &self.deadlines {
            let deadline = deadline.moment(Moment::now(Clock::Async), Clock::Async);
            limits = limits.with_deadline(deadline, Clock::Async);
        }
        if let Some(max_attempts) = self.max_attempts {
            limits = limits.with_attempts(max_attempts);
        }
        if self.skips_waits {
            limits = limits.without_waits();
        }
        if self.observers.iter().any(Observer::wants_successes) {
            limits = limits.with(Flags::WANTS_SUCCESSES);
        }
        #[cfg(feature = "faults")]
        if !self.scripts.is_empty() || self.of_test.is_some() {
            limits = limits.with(Flags::HAS_SCRIPTS);
        }
        match self.carried {
            Some((carried, _)) => limits.inside(carried),
            None => limits,
        }
    }

    /// The counted part, with what it is inside of: nothing, where that stays what it is.
    fn into_layers(self, outer: Option<&Surroundings>) -> Option<Surroundings> {
        let says_nothing = self.observers.is_empty()
            && self.policies.is_empty()
            && self.retries.is_none()
            && self.seed.is_none();
        #[cfg(feature = "faults")]
        let says_nothing = says_nothing && self.scripts.is_empty() && self.of_test.is_none();
        let own = (!says_nothing).then(|| Part {
            observers: self.observers,
            policies: self.policies,
            retries: self.retries.map(AtomicU32::new),
            random: self.seed.map(|seed| Mutex::new(SplitMix64::new(seed))),
            #[cfg(feature = "faults")]
            scripts: self.of_test.unwrap_or_else(|| {
                let scripts = self.scripts.into_iter();
                let running =
                    scripts.map(|(name, script)| (name, Arc::new(Running::new(script, false))));
                Arc::new(Mutex::new(running.collect()))
            }),
        });
        let carried = self.carried.and_then(|(_, layers)| layers);
        let carried = carried.as_ref().map_or(&[][..], |layers| layers.parts());
        let outer = outer.map_or(&[][..], |layers| layers.parts());
        let layers: Surroundings = Arc::new(Layers::new(own, carried, outer)?);
        Some(layers)
    }

    /// What it comes to if it is entered now.
    pub(super) fn parts(self) -> (Limits, Option<Surroundings>) {
        let limits = self.limits();
        (limits, self.into_layers(current::layers().as_ref()))
    }
}

/// The time that is left until the deadline of what surrounds this place.
pub(crate) fn remaining() -> Option<u64> {
    Around::now().remaining()
}

impl fmt::Debug for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Scope")
            .field("deadlines", &self.deadlines)
            .field("carried", &self.carried.as_ref().map(|(limits, _)| limits))
            .field("max_attempts", &self.max_attempts)
            .field("retries", &self.retries)
            .field("without_waits", &self.skips_waits)
            .field("policies", &self.policies)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}
