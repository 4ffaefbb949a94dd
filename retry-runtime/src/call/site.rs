//! What is the same for all the attempts of a call.

use reattempt_policy::__private::{Settings, parse_settings};

use crate::observe::{Name, Observer};
use crate::schedule::RetryPolicy;
use crate::timer::clock::{Clock, SystemClock};

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

impl<'a> Operation<'a> {
    /// An operation by its name and its policy, which goes by the clock of blocking calls unless the text of
    /// the policy says `async`.
    pub const fn new(name: &'static str, policy: PolicySource<'a>) -> Operation<'a> {
        Operation {
            name: Name::Static(name),
            policy,
            clock: Clock::Blocking,
            idempotent: true,
            observer: None,
        }
    }
}

impl PolicySource<'_> {
    /// The number of attempts.
    pub fn max_attempts(&self) -> u32 {
        match self {
            PolicySource::Text(text) => RetryPolicy::max_attempts(&parse_settings(text).policy),
            PolicySource::Value(policy) => policy.max_attempts(),
        }
    }
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

    /// The operation, with its policy read. `settings`: room for those that are a text.
    #[doc(hidden)]
    fn resolve<'a>(&'a self, settings: &'a mut Settings<'static>) -> Resolved<'a>;
}

/// What a failed attempt needs to know of its operation.
#[allow(missing_debug_implementations, unnameable_types, reason = "only this crate sees it")]
pub struct Resolved<'a> {
    pub(crate) name: Name<'a>,
    pub(crate) policy: &'a dyn RetryPolicy,
    pub(crate) clock: Clock<'a>,
    pub(crate) idempotent: bool,
    pub(crate) observer: Option<&'a dyn Observer>,
}

impl Site for &Operation<'_> {
    fn name(&self) -> Name<'_> {
        self.name
    }

    fn observer(&self) -> Option<&dyn Observer> {
        self.observer
    }

    fn resolve<'a>(&'a self, settings: &'a mut Settings<'static>) -> Resolved<'a> {
        let &Operation { name, policy, clock, idempotent, observer } = *self;
        let policy: &dyn RetryPolicy = match policy {
            PolicySource::Value(policy) => policy,
            PolicySource::Text(text) => {
                settings.read(text);
                &settings.policy
            }
        };
        Resolved { name, policy, clock, idempotent, observer }
    }
}

impl Site for &'static str {
    fn name(&self) -> Name<'_> {
        Name::Static(parse_settings(self).name)
    }

    fn observer(&self) -> Option<&dyn Observer> {
        None
    }

    fn resolve<'a>(&'a self, settings: &'a mut Settings<'static>) -> Resolved<'a> {
        settings.read(self);
        Resolved {
            name: Name::Static(settings.name),
            policy: &settings.policy,
            clock: match (settings.has_timer, settings.is_async) {
                (true, _) => Clock::Timer(&SystemClock),
                (false, true) => Clock::Async,
                (false, false) => Clock::Blocking,
            },
            idempotent: !settings.is_once,
            observer: None,
        }
    }
}
