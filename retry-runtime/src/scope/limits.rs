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
    flags: Flags,
    /// How many scopes these are, up to 255: those of two are never equal.
    depth: u8,
}

/// What a scope says by a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flags(pub(super) u8);

impl Flags {
    const NONE: Flags = Flags(0);
    /// Whether it is anything but [`Limits::NONE`]: where it isn't, nothing else is looked at.
    const IS_INSIDE: Flags = Flags(1);
    /// Whether there is one attempt because what surrounds the call is being retried itself.
    const IS_NESTED: Flags = Flags(1 << 1);
    const SKIPS_WAITS: Flags = Flags(1 << 2);
    /// Whether an observer is told of calls that succeed at once. Here, so that such a call has nothing else to look at.
    #[cfg(feature = "std")]
    pub(super) const WANTS_SUCCESSES: Flags = Flags(1 << 3);
    /// Whether there are scripts; likewise.
    #[cfg(feature = "faults")]
    pub(super) const HAS_SCRIPTS: Flags = Flags(1 << 4);

    pub(super) const fn has(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }

    const fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

impl Limits {
    pub(crate) const NONE: Limits = Limits {
        async_deadline: Moment::NEVER,
        blocking_deadline: Moment::NEVER,
        attempts: u32::MAX,
        flags: Flags::NONE,
        depth: 0,
    };

    /// Those of a scope that says nothing in numbers.
    #[cfg(feature = "std")]
    pub(super) const OF_SCOPE: Limits = Limits { flags: Flags::IS_INSIDE, ..Limits::NONE };

    /// What `nested = "once"` says of an attempt after the first.
    pub(crate) const ONCE: Limits =
        Limits { attempts: 1, flags: Flags::IS_INSIDE.with(Flags::IS_NESTED), ..Limits::NONE };

    /// With a deadline by the clock of a call.
    #[inline]
    pub(crate) fn with_deadline(self, deadline: Moment, clock: Clock<'_>) -> Limits {
        match clock {
            Clock::Async => Limits {
                async_deadline: self.async_deadline.min(deadline),
                flags: self.flags.with(Flags::IS_INSIDE),
                ..self
            },
            Clock::Blocking => Limits {
                blocking_deadline: self.blocking_deadline.min(deadline),
                flags: self.flags.with(Flags::IS_INSIDE),
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
        Limits { attempts, ..self }
    }

    #[cfg(feature = "std")]
    pub(super) const fn without_waits(self) -> Limits {
        self.with(Flags::SKIPS_WAITS)
    }

    #[cfg(feature = "std")]
    pub(super) const fn with(self, flags: Flags) -> Limits {
        Limits { flags: self.flags.with(flags), ..self }
    }

    /// These inside of others: what is stricter counts.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn inside(self, outer: Limits) -> Limits {
        // Most are inside of nothing: 30 instructions less.
        if outer.is_inside() { self.inside_others(outer) } else { Limits { depth: 1, ..self } }
    }

    #[cfg(feature = "std")]
    #[inline(never)]
    fn inside_others(self, outer: Limits) -> Limits {
        let fewer = if self.attempts < outer.attempts { self } else { outer };
        // Whether it is nested is said of the one whose attempts count.
        let others = self.flags.with(outer.flags).0 & !Flags::IS_NESTED.0;
        Limits {
            async_deadline: self.async_deadline.min(outer.async_deadline),
            blocking_deadline: self.blocking_deadline.min(outer.blocking_deadline),
            attempts: fewer.attempts,
            flags: Flags(others | fewer.flags.0 & Flags::IS_NESTED.0),
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
        let attempts = if self.skips_waits() { attempts.min(MOST_WITHOUT_WAITS) } else { attempts };
        let reason = if self.flags.has(Flags::IS_NESTED) {
            GiveUpReason::Nested
        } else {
            GiveUpReason::Scope
        };
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
        self.flags.has(Flags::IS_INSIDE)
    }

    pub(crate) const fn skips_waits(&self) -> bool {
        self.flags.has(Flags::SKIPS_WAITS)
    }

    #[cfg(any(feature = "successes", feature = "faults"))]
    #[inline]
    pub(super) const fn flags(&self) -> Flags {
        self.flags
    }
}
