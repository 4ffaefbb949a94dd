//! What is the same for all the attempts of a call.

#[cfg(feature = "std")]
use core::cell::RefCell;
#[cfg(feature = "std")]
use core::ptr;
use core::time::Duration;

use reattempt_policy::__private::{Settings, parse_settings};
use reattempt_policy::{Log, Policy};

use super::context::attempt_limits;
use super::record::Record;
use crate::engine::{GiveUpReason, Timing};
use crate::observe::{Name, Observer};
use crate::overload::{Budget, Hold};
use crate::schedule::{RetryPolicy, is_timed};
#[cfg(feature = "std")]
use crate::scope::retrying::Retried;
use crate::timer::clock::{Clock, SystemClock};
use crate::timer::moment::Moment;

/// What is the same for all the attempts of a call.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    /// What it is called in logs.
    pub name: Name<'a>,
    /// The policy it is retried under.
    pub policy: PolicySource<'a>,
    /// The clock it goes by.
    pub clock: Clock<'a>,
    /// Whether it may be applied twice.
    pub idempotent: bool,
    /// An observer, in addition to `tracing`.
    pub observer: Option<&'a dyn Observer>,
    /// How loud its events are, if that is not the policy's to say.
    pub log: Option<Log>,
    /// When the call began, if it has a limit in time.
    pub began_at: Option<Moment>,
    /// When it has to be over.
    pub deadline: Option<Moment>,
    /// When the attempt began, if the policy may want to know.
    pub attempt_began_at: Option<Moment>,
    /// Why the call ends after this attempt, if the error is worth another.
    pub ends_by: Option<GiveUpReason>,
    /// Whether the attempt had a part of what it was to do, so that `reset_after` counts it as one that lasted.
    pub made_progress: bool,
    /// What its retries are paid from.
    pub budget: Option<&'a Budget>,
    /// A brake.
    pub brake: Option<&'a dyn Hold>,
    /// What is kept for the caller.
    pub record: Option<&'a Record>,
}

impl<'a> ResolvedPolicy<'a> {
    /// As any policy.
    pub(crate) fn as_any(self) -> &'a dyn RetryPolicy {
        match self {
            ResolvedPolicy::Read(policy) => policy,
            ResolvedPolicy::Any(policy) => policy,
        }
    }
}

/// Where a policy is.
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
#[derive(Clone, Copy)]
pub enum PolicySource<'a> {
    /// In its text form, with whatever else stands there: see [`parse_settings`]. It is read after each failed
    /// attempt.
    Text(&'static str),
    /// A value.
    Value(&'a dyn RetryPolicy),
}

impl Operation<'_> {
    /// One without a name, under the default policy, which goes by the clock of blocking calls unless the text of a
    /// policy says `async`.
    pub const NEW: Operation<'static> = Operation {
        name: Name::Static(""),
        policy: PolicySource::Text(""),
        clock: Clock::Blocking,
        idempotent: true,
        observer: None,
        log: None,
        began_at: None,
        deadline: None,
        attempt_began_at: None,
        ends_by: None,
        made_progress: false,
        budget: None,
        brake: None,
        record: None,
    };

    /// What the clock says about an attempt that has failed; it is read only where there is a limit in time.
    #[inline]
    pub(crate) fn timing(&self) -> Timing {
        if self.began_at.is_none() && self.deadline.is_none() {
            return Timing::default();
        }
        let now = Moment::now(self.clock);
        let lasted = self.attempt_began_at.map(|began_at| began_at.until(now));
        Timing {
            elapsed: self.began_at.map(|began_at| began_at.until(now)),
            remaining: self.deadline.map(|deadline| now.until(deadline)),
            lasted: lasted.map(|lasted| if self.made_progress { u64::MAX } else { lasted }),
        }
    }
}

impl PolicySource<'_> {
    /// See [`attempt_limits`].
    pub fn attempt_limits(&self) -> [u32; 2] {
        match self {
            PolicySource::Text(text) => {
                with_settings(text, |settings| attempt_limits(&settings.policy))
            }
            PolicySource::Value(policy) => attempt_limits(*policy),
        }
    }

    /// The time that a call may take.
    pub fn max_elapsed(&self) -> Option<Duration> {
        match self {
            PolicySource::Text(text) => {
                with_settings(text, |settings| settings.policy.max_elapsed())
            }
            PolicySource::Value(policy) => policy.max_elapsed(),
        }
    }

    /// How loud its events are.
    pub fn log(&self) -> Log {
        match self {
            PolicySource::Text(text) => with_settings(text, |settings| settings.policy.log()),
            PolicySource::Value(policy) => policy.log(),
        }
    }

    /// Whether a clock has to be read before the first attempt.
    pub fn is_timed(&self) -> bool {
        match self {
            PolicySource::Text(text) => with_settings(text, |settings| is_timed(&settings.policy)),
            PolicySource::Value(policy) => is_timed(*policy),
        }
    }
}

/// The time since a moment, by the clock that it was read from.
pub(crate) fn elapsed_since(began_at: Option<Moment>, clock: Clock<'_>) -> Option<Duration> {
    began_at.map(|began_at| Duration::from_nanos(began_at.until(Moment::now(clock))))
}

/// What a call goes by, where it can be said before anything has failed: an [`Operation`], or a text of its
/// settings and its name, `max_attempts=5; storage::upload`.
///
/// A text is what takes the compiler the least to check and to hand over: 0.07 ms less for each function than
/// a constant of a type of ours, where a loop by hand takes 0.2.
pub trait Site: Copy {
    /// What it is called in logs.
    fn name(&self) -> Name<'_>;

    /// Who is told.
    fn observer(&self) -> Option<&dyn Observer>;

    /// How loud.
    fn log(&self) -> Log;

    /// The time since the call began, if it has a limit in time.
    fn elapsed(&self) -> Option<Duration> {
        None
    }

    /// Hands over the operation, with its policy read.
    #[doc(hidden)]
    fn resolved<T>(self, action: impl FnOnce(Resolved<'_>) -> T) -> T;
}

/// What a failed attempt needs to know of its operation. Most of it only if somebody listens, so it is looked up
/// then.
#[allow(missing_debug_implementations, unnameable_types, reason = "only this crate sees it")]
#[derive(Clone, Copy)]
pub enum Resolved<'a> {
    /// All of it was a text.
    Text(&'a Settings<'static>),
    /// An operation, with its policy: one that was read from a text, or the operation's own.
    Operation(&'a Operation<'a>, ResolvedPolicy<'a>),
}

impl<'a> Resolved<'a> {
    #[inline]
    pub(crate) const fn policy(self) -> ResolvedPolicy<'a> {
        match self {
            Resolved::Text(settings) => ResolvedPolicy::Read(&settings.policy),
            Resolved::Operation(_, policy) => policy,
        }
    }

    #[inline]
    pub(crate) const fn is_idempotent(self) -> bool {
        match self {
            Resolved::Text(settings) => !settings.is_once,
            Resolved::Operation(operation, _) => operation.idempotent,
        }
    }

    #[inline]
    pub(crate) const fn observer(self) -> Option<&'a dyn Observer> {
        match self {
            Resolved::Text(_) => None,
            Resolved::Operation(operation, _) => operation.observer,
        }
    }

    pub(crate) const fn name(self) -> Name<'a> {
        match self {
            Resolved::Text(settings) => Name::Static(settings.name),
            Resolved::Operation(operation, _) => operation.name,
        }
    }

    /// The policy that counts: its own, unless what surrounds the call has another one in its place.
    #[inline]
    pub(crate) fn policy_or<'p>(self, in_its_place: Option<&'p Policy>) -> ResolvedPolicy<'p>
    where
        'a: 'p,
    {
        in_its_place.map_or(self.policy(), ResolvedPolicy::Read)
    }

    /// How loud its events are, under this policy.
    #[inline]
    pub(crate) fn log_under(self, policy: ResolvedPolicy<'_>) -> Log {
        match (self, policy) {
            (Resolved::Operation(Operation { log: Some(log), .. }, _), _) => *log,
            (_, ResolvedPolicy::Read(policy)) => policy.log(),
            (_, ResolvedPolicy::Any(policy)) => policy.log(),
        }
    }

    /// The operation, if it was not a text, which can say no more than its policy.
    #[inline]
    pub(crate) const fn operation(self) -> Option<&'a Operation<'a>> {
        match self {
            Resolved::Text(_) => None,
            Resolved::Operation(operation, _) => Some(operation),
        }
    }

    pub(crate) const fn clock(self) -> Clock<'a> {
        match self {
            Resolved::Text(Settings { has_timer: true, .. }) => Clock::Timer(&SystemClock),
            Resolved::Text(Settings { is_async: true, .. }) => Clock::Async,
            Resolved::Text(_) => Clock::Blocking,
            Resolved::Operation(operation, _) => operation.clock,
        }
    }
}

/// A policy that was read from a text, or one of any type. They are told apart because the compiler can inline the
/// methods of the former: a failed attempt takes a third fewer instructions.
#[allow(missing_debug_implementations, unnameable_types, reason = "only this crate sees it")]
#[derive(Clone, Copy)]
pub enum ResolvedPolicy<'a> {
    Read(&'a Policy),
    Any(&'a dyn RetryPolicy),
}

impl Site for &Operation<'_> {
    fn name(&self) -> Name<'_> {
        self.name
    }

    fn observer(&self) -> Option<&dyn Observer> {
        self.observer
    }

    fn log(&self) -> Log {
        match (self.log, self.policy) {
            (Some(log), _) => log,
            (None, policy) => policy.log(),
        }
    }

    fn elapsed(&self) -> Option<Duration> {
        elapsed_since(self.began_at, self.clock)
    }

    fn resolved<T>(self, action: impl FnOnce(Resolved<'_>) -> T) -> T {
        match self.policy {
            PolicySource::Value(policy) => {
                action(Resolved::Operation(self, ResolvedPolicy::Any(policy)))
            }
            PolicySource::Text(text) => with_settings(text, |settings| {
                action(Resolved::Operation(self, ResolvedPolicy::Read(&settings.policy)))
            }),
        }
    }
}

impl Site for &'static str {
    fn name(&self) -> Name<'_> {
        with_settings(self, |settings| Name::Static(settings.name))
    }

    fn observer(&self) -> Option<&dyn Observer> {
        None
    }

    fn log(&self) -> Log {
        with_settings(self, |settings| settings.policy.log())
    }

    fn resolved<T>(self, action: impl FnOnce(Resolved<'_>) -> T) -> T {
        with_settings(self, |settings| action(Resolved::Text(settings)))
    }
}

/// A text, and when the call began, whose policy has a limit in time. An [`Operation`] that says the same took the
/// compiler twice as long.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "only generated code sees it")]
pub struct TimedText {
    /// The settings and the name.
    pub text: &'static str,
    /// When the call began.
    pub began_at: Option<Moment>,
}

impl Site for TimedText {
    fn name(&self) -> Name<'_> {
        Site::name(&self.text)
    }

    fn observer(&self) -> Option<&dyn Observer> {
        None
    }

    fn log(&self) -> Log {
        Site::log(&self.text)
    }

    fn elapsed(&self) -> Option<Duration> {
        with_settings(self.text, |settings| {
            elapsed_since(self.began_at, Resolved::Text(settings).clock())
        })
    }

    fn resolved<T>(self, action: impl FnOnce(Resolved<'_>) -> T) -> T {
        with_settings(self.text, |settings| {
            let operation = Operation {
                name: Name::Static(settings.name),
                clock: Resolved::Text(settings).clock(),
                idempotent: !settings.is_once,
                began_at: self.began_at,
                ..Operation::NEW
            };
            action(Resolved::Operation(&operation, ResolvedPolicy::Read(&settings.policy)))
        })
    }
}

/// Whether calls inside of the attempts after the first run once, and whether to say so if they don't.
#[cfg(feature = "std")]
pub(crate) fn nesting(text: &'static str) -> (bool, bool) {
    with_settings(text, |settings| (settings.is_nested_once, !settings.is_nested_all))
}

/// The name of an operation that is being retried, and how many attempts it has.
#[cfg(feature = "std")]
pub(crate) fn of_retried(retried: Retried) -> (&'static str, u32) {
    match retried {
        Retried::Named { name, max_attempts } => (name, max_attempts),
        Retried::Text(text) => with_settings(text, |settings| {
            (settings.name, RetryPolicy::max_attempts(&settings.policy))
        }),
    }
}

/// Hands over what a text says. During an outage it is the same text again and again, so what was read last is
/// kept for each thread. A failed attempt under a policy of two options takes 259 instructions so, and 490 if the
/// text is read each time.
#[cfg(feature = "std")]
fn with_settings<T>(text: &'static str, action: impl FnOnce(&Settings<'static>) -> T) -> T {
    std::thread_local! {
        static LAST_READ: RefCell<(&'static str, Settings<'static>)> =
            const { RefCell::new(("", Settings::NONE)) };
    }
    LAST_READ.with(|last_read| {
        if let Ok(last_read) = last_read.try_borrow() {
            if ptr::eq(last_read.0, text) {
                return action(&last_read.1);
            }
        }
        let settings = parse_settings(text);
        // It is in use where an observer makes calls of its own.
        if let Ok(mut last_read) = last_read.try_borrow_mut() {
            *last_read = (text, settings);
        }
        action(&settings)
    })
}

#[cfg(not(feature = "std"))]
fn with_settings<T>(text: &'static str, action: impl FnOnce(&Settings<'static>) -> T) -> T {
    action(&parse_settings(text))
}
