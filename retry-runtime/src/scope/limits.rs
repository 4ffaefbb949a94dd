//! The part of a scope that is numbers. It is copied into every future that has one, so it is 24 bytes.

use crate::engine::GiveUpReason;
use crate::timer::clock::Clock;
use crate::timer::moment::Moment;

/// What a scope says in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(unnameable_types, reason = "only generated code sees it")]
pub struct Limits {
    /// A moment belongs to the clock that it was made by: a test may have paused tokio's, and not the system's.
    async_deadline: Moment,
    blocking_deadline: Moment,
    /// Of each call, the first included; `u32::MAX` for no limit.
    attempts: u32,
    /// Whether that is so because what surrounds it is being retried itself.
    is_nested: bool,
    skips_waits: bool,
    /// Whether it is anything but [`NONE`](Limits::NONE): where it isn't, nothing else is looked at.
    is_inside: bool,
    /// How many scopes these are, up to 255: those of two are never equal.
    depth: u8,
}

impl Limits {
    pub(crate) const NONE: Limits = Limits {
        async_deadline: Moment::NEVER,
        blocking_deadline: Moment::NEVER,
        attempts: u32::MAX,
        is_nested: false,
        skips_waits: false,
        is_inside: false,
        depth: 0,
    };

    /// Those of a scope that says nothing in numbers.
    #[cfg(feature = "std")]
    pub(super) const OF_SCOPE: Limits = Limits { is_inside: true, ..Limits::NONE };

    /// What `nested = "once"` says of an attempt after the first.
    pub(crate) const ONCE: Limits =
        Limits { attempts: 1, is_nested: true, is_inside: true, ..Limits::NONE };

    /// With a deadline by the clock of a call.
    #[inline]
    pub(crate) fn with_deadline(self, deadline: Moment, clock: Clock<'_>) -> Limits {
        match clock {
            Clock::Async => Limits {
                async_deadline: self.async_deadline.min(deadline),
                is_inside: true,
                ..self
            },
            Clock::Blocking => Limits {
                blocking_deadline: self.blocking_deadline.min(deadline),
                is_inside: true,
                ..self
            },
            // Nobody inside knows that clock; what is left is the same.
            Clock::Timer(_) => {
                let left = Moment::now(clock).until(deadline);
                let deadline =
                    Moment::now(Clock::Async).after(core::time::Duration::from_nanos(left));
                self.with_deadline(deadline, Clock::Async)
            }
        }
    }

    #[cfg(feature = "std")]
    pub(super) const fn with_attempts(self, attempts: u32) -> Limits {
        let attempts = if attempts == 0 { 1 } else { attempts };
        Limits { attempts, is_nested: false, ..self }
    }

    #[cfg(feature = "std")]
    pub(super) const fn without_waits(self) -> Limits {
        Limits { skips_waits: true, ..self }
    }

    /// These inside of others: what is stricter counts.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn inside(self, outer: Limits) -> Limits {
        // Most are inside of nothing: 30 instructions less.
        if outer.is_inside { self.inside_others(outer) } else { Limits { depth: 1, ..self } }
    }

    #[cfg(feature = "std")]
    #[inline(never)]
    fn inside_others(self, outer: Limits) -> Limits {
        let fewer = if self.attempts < outer.attempts { self } else { outer };
        Limits {
            async_deadline: self.async_deadline.min(outer.async_deadline),
            blocking_deadline: self.blocking_deadline.min(outer.blocking_deadline),
            attempts: fewer.attempts,
            is_nested: fewer.is_nested,
            skips_waits: self.skips_waits || outer.skips_waits,
            is_inside: self.is_inside || outer.is_inside,
            depth: outer.depth.saturating_add(1),
        }
    }

    /// What is left until the deadline, in nanoseconds. Clocks are read only where there is one.
    pub(crate) fn remaining(&self) -> Option<u64> {
        let left = |deadline: Moment, clock| {
            (deadline != Moment::NEVER).then(|| Moment::now(clock).until(deadline))
        };
        let of_async = left(self.async_deadline, Clock::Async);
        let of_blocking = left(self.blocking_deadline, Clock::Blocking);
        match (of_async, of_blocking) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// How many attempts a call may make, and why no more, if its policy would allow more.
    ///
    /// `is_poll`: the attempt did not fail. An answer that is not ready must not come back for one that is.
    pub(crate) fn most_attempts(
        &self,
        max_attempts: u32,
        is_poll: bool,
    ) -> Option<(u32, GiveUpReason)> {
        /// Without waits, a call without a limit of attempts would only end when its time is over, and be busy until then.
        const MOST_WITHOUT_WAITS: u32 = 1_000;

        let attempts = if is_poll { u32::MAX } else { self.attempts };
        let attempts = if self.skips_waits { attempts.min(MOST_WITHOUT_WAITS) } else { attempts };
        let reason = if self.is_nested { GiveUpReason::Nested } else { GiveUpReason::Scope };
        (attempts < max_attempts).then_some((attempts, reason))
    }

    /// The most attempts of each call; `u32::MAX` for no limit.
    pub(crate) const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether there is anything to it.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) const fn is_inside(&self) -> bool {
        self.is_inside
    }

    pub(crate) const fn skips_waits(&self) -> bool {
        self.skips_waits
    }
}
