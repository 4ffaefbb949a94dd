//! The state of one call: a failure goes in, "wait this long" or "give up because" comes out.
//!
//! It neither sleeps, logs, nor reads a clock. Every attribute, every closure and every test goes through it.

mod apart;
mod give_up_reason;
mod packed;

use core::num::NonZeroU32;
use core::time::Duration;

use reattempt_policy::__private::nanoseconds;
use reattempt_policy::Window;

use self::apart::Apart;
pub use self::give_up_reason::GiveUpReason;
use self::packed::{PackedDelay, ShortFloat};
use crate::classify::{RetryKind, Retryability};
use crate::error_view::ErrorView;
use crate::schedule::{FailedAttempt, RetryPolicy};
use crate::timer::began::Began;

/// The state of one call. A future holds it across its waits, so it is 20 bytes (40 with the feature `successes`). Until something has
/// failed there is nothing in it, so that starting one is a single store.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    failing: Option<Failing>,
    began: Began,
}

#[derive(Debug, Clone)]
struct Failing {
    /// Never zero, which makes room for there being none of this.
    failures: NonZeroU32,
    /// When the first attempt had failed, in coarse milliseconds; zero where nobody wants to know.
    first_failure_at: u32,
    delay: PackedDelay,
    /// What the policy itself drew last, where a server's hint has raised that; else it is the delay.
    own_draw: Option<ShortFloat>,
    apart: Apart,
}

/// What goes into a decision about a failed attempt.
pub(crate) struct Failure<'a> {
    pub(crate) retryability: Retryability,
    /// Whether the work may be done twice. If not, it is tried again only where it is known that nothing
    /// was applied.
    pub(crate) idempotent: bool,
    /// As it is: to look for an [`Error`](core::error::Error) in it is left to the policies that want one.
    pub(crate) error: Option<&'a ErrorView<'a>>,
    /// Of a call that has a limit in time.
    pub(crate) timing: Timing,
    /// Why the call ends whatever the policy says, if it is worth another attempt.
    pub(crate) ends_by: Option<GiveUpReason>,
    /// How many attempts there may be whatever the policy says, and why no more.
    pub(crate) most_attempts: Option<(u32, GiveUpReason)>,
}

/// What a clock says about a failed attempt, in nanoseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Timing {
    /// Since the call began.
    pub(crate) elapsed: Option<u64>,
    /// Until the call's deadline.
    pub(crate) remaining: Option<u64>,
    /// How long the attempt lasted.
    pub(crate) lasted: Option<u64>,
}

impl Timing {
    /// With a deadline that is not the call's own.
    #[inline]
    pub(crate) fn within(self, remaining: Option<u64>) -> Timing {
        let remaining = match (self.remaining, remaining) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Timing { remaining, ..self }
    }
}

/// What to do after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// In nanoseconds: a `Duration` costs a division, and is made only where somebody looks at it.
    Wait(u64),
    GiveUp(GiveUpReason),
}

impl Engine {
    /// Before the first attempt.
    #[inline]
    pub(crate) const fn start() -> Engine {
        Engine { failing: None, began: Began::UNKNOWN }
    }

    /// With when the call began.
    #[inline]
    pub(crate) const fn with_beginning(self, began: Began) -> Engine {
        Engine { began, ..self }
    }

    /// When the call began.
    pub(crate) const fn began(&self) -> Began {
        self.began
    }

    #[inline]
    pub(crate) const fn has_failed(&self) -> bool {
        self.failing.is_some()
    }

    /// The attempts that have failed, also those before `reset_after` had the count begin anew, as far as that is known.
    pub(crate) const fn all_failures(&self) -> u32 {
        self.began.failures(self.failures())
    }

    pub(crate) const fn failures(&self) -> u32 {
        match &self.failing {
            Some(failing) => failing.failures.get(),
            None => 0,
        }
    }

    /// Whether no other attempt follows this one if it fails, whatever with; errors that don't count at all left aside.
    ///
    /// `throttled`: the limit of attempts that fail with "throttled", where those are counted apart.
    pub(crate) fn is_last(&self, max_attempts: u32, throttled: Option<u32>) -> bool {
        let throttled = throttled.map(Apart::limit);
        let is_last = |failures: u32, limit: u32| limit < u32::MAX && failures + 1 >= limit;
        let (counted, of_throttled) = match &self.failing {
            Some(failing) => (failing.counted(throttled), failing.apart.throttled(throttled)),
            None => (0, 0),
        };
        is_last(counted, max_attempts) && throttled.is_none_or(|limit| is_last(of_throttled, limit))
    }

    /// The last delay that was decided on; zero before the first.
    // Out of line, because it is called by each function that has a timer of its own.
    #[inline(never)]
    pub(crate) const fn delay(&self) -> Duration {
        match &self.failing {
            Some(failing) => Duration::from_nanos(failing.delay.get()),
            None => Duration::ZERO,
        }
    }

    /// Waits this long in place of what was drawn, in nanoseconds. What the policy drew last stays what it was.
    pub(crate) fn wait_instead(&mut self, wait: u64) {
        if let Some(failing) = &mut self.failing {
            failing.own_draw.get_or_insert(ShortFloat::new(failing.delay.get()));
            failing.delay.set(wait);
        }
    }

    /// Takes note of when the first attempt had failed.
    pub(crate) const fn set_first_failure_at(&mut self, milliseconds: u32) {
        if let Some(failing) = &mut self.failing {
            failing.first_failure_at = milliseconds;
        }
    }

    /// That moment; zero where it was not noted.
    pub(crate) const fn first_failure_at(&self) -> u32 {
        match &self.failing {
            Some(failing) => failing.first_failure_at,
            None => 0,
        }
    }

    /// Takes note of a failed attempt and says what follows.
    ///
    /// `max_attempts`: of the policy, `u32::MAX` for no limit. `random` is asked once for each delay that is
    /// jittered. (Its state is the process's: in each call it would be four bytes more in every future.)
    #[inline]
    pub(crate) fn failed<P: RetryPolicy + ?Sized>(
        &mut self,
        policy: &P,
        max_attempts: u32,
        failure: &Failure<'_>,
        random: impl FnOnce() -> u64,
    ) -> Decision {
        self.began.attempt_failed();
        let timing = &failure.timing;
        if let (Some(reset_after), Some(lasted)) = (policy.reset_after(), timing.lasted) {
            if lasted >= nanoseconds(reset_after) {
                self.failing = None;
            }
        }
        let failing = match &mut self.failing {
            Some(failing) => {
                failing.failures = failing.failures.saturating_add(1);
                failing.delay.pass();
                failing
            }
            none => none.insert(Failing::FIRST),
        };
        let retryability = failure.retryability;
        match retryability.kind() {
            RetryKind::Permanent if retryability.is_unclassified() => {
                return Decision::GiveUp(GiveUpReason::Unclassified);
            }
            RetryKind::Permanent => return Decision::GiveUp(GiveUpReason::Permanent),
            RetryKind::Cancelled => return Decision::GiveUp(GiveUpReason::Cancelled),
            RetryKind::Transient | RetryKind::Throttled => {}
        }
        if !failure.idempotent && !retryability.is_not_applied() {
            return Decision::GiveUp(GiveUpReason::NotIdempotent);
        }
        if let Some(reason) = failure.ends_by {
            return Decision::GiveUp(reason);
        }
        if let Some((most, reason)) = failure.most_attempts {
            if failing.failures.get() >= most {
                return Decision::GiveUp(reason);
            }
        }
        let max_elapsed = policy.max_elapsed().filter(|_| timing.elapsed.is_some());
        let is_limited_in_time = max_elapsed.is_some() || timing.remaining.is_some();
        let (counted, is_used_up) = if failing.is_ordinary(retryability) {
            let counted = failing.failures.get();
            (counted, max_attempts < u32::MAX && counted >= max_attempts)
        } else {
            let throttled = policy.throttled_max_attempts();
            failing.count(max_attempts, throttled, retryability, is_limited_in_time)
        };
        if is_used_up {
            return Decision::GiveUp(GiveUpReason::Attempts);
        }
        let hint = retryability.retry_after();
        let failed = FailedAttempt::of_call(
            (failing.failures.get(), counted, failing.step()),
            retryability,
            failure.error.and_then(|error| error.as_error()),
            timing.elapsed,
            failing.previous_draw(),
        );
        let Some(mut own) = policy.wait(&failed) else {
            return Decision::GiveUp(GiveUpReason::Policy);
        };
        if retryability.is_immediate() {
            own = Window::exactly(Duration::ZERO);
        }
        let window = match hint.map(|hint| policy.hinted(own, hint)) {
            None => own,
            Some(Some(hinted)) => hinted,
            Some(None) => return Decision::GiveUp(GiveUpReason::HintTooLong),
        };
        let random = if window.is_exact() { 0 } else { random() };
        let delay = window.draw_nanoseconds(random);
        // At the deadline itself nothing is begun, not even without a wait.
        if timing.remaining.is_some_and(|remaining| remaining == 0 || delay > remaining) {
            return Decision::GiveUp(GiveUpReason::Deadline);
        }
        if let (Some(max_elapsed), Some(elapsed)) = (max_elapsed, timing.elapsed) {
            if elapsed.saturating_add(delay) > nanoseconds(max_elapsed) {
                return Decision::GiveUp(GiveUpReason::Elapsed);
            }
        }
        failing.delay.set(delay);
        failing.own_draw = hint.is_some().then(|| ShortFloat::new(own.draw_nanoseconds(random)));
        if retryability.is_immediate() {
            failing.begin_backoff_anew();
        }
        Decision::Wait(delay)
    }
}

impl Failing {
    const FIRST: Failing = Failing {
        failures: NonZeroU32::MIN,
        first_failure_at: 0,
        delay: PackedDelay::ZERO,
        own_draw: None,
        apart: Apart::NONE,
    };

    /// How many failures used up an attempt of the policy. `throttled`: the limit of those that say "throttled".
    const fn counted(&self, throttled: Option<u32>) -> u32 {
        self.failures.get().saturating_sub(self.apart.all(throttled))
    }

    /// The number of this delay since the backoff began.
    const fn step(&self) -> u32 {
        match self.delay.since_anew() {
            0 => self.failures.get(),
            // It stops counting at 254, where nearly every backoff is at its end.
            since => since as u32 - 1,
        }
    }

    /// What the policy itself drew last.
    const fn previous_draw(&self) -> u64 {
        match self.own_draw {
            Some(draw) => draw.get(),
            None => self.delay.get(),
        }
    }

    const fn begin_backoff_anew(&mut self) {
        self.delay.begin_anew();
        self.own_draw = Some(ShortFloat::ZERO);
    }

    /// Whether it counts as all the failures before it: then there is nothing to tell apart.
    #[inline]
    fn is_ordinary(&self, retryability: Retryability) -> bool {
        self.apart.is_none()
            && retryability.kind() == RetryKind::Transient
            && !retryability.is_uncounted()
    }

    /// Takes note of what this failure counts as: how many failures used up an attempt of the policy, and whether there
    /// are no attempts left. Out of line, because ordinary ones are told before.
    #[cold]
    #[inline(never)]
    fn count(
        &mut self,
        max_attempts: u32,
        throttled: Option<u32>,
        retryability: Retryability,
        is_limited_in_time: bool,
    ) -> (u32, bool) {
        let throttled = throttled.map(Apart::limit);
        let is_used_up = if retryability.is_uncounted() {
            self.count_apart(|apart| apart.add_uncounted(throttled));
            let is_unlimited = max_attempts == u32::MAX || throttled == Some(u32::MAX);
            let is_bounded = !is_limited_in_time && !is_unlimited;
            is_bounded && self.apart.uncounted(throttled) > MOST_UNCOUNTED
        } else if let (RetryKind::Throttled, Some(limit)) = (retryability.kind(), throttled) {
            self.count_apart(|apart| apart.add_throttled(throttled));
            limit < u32::MAX && self.apart.throttled(throttled) >= limit
        } else {
            max_attempts < u32::MAX && self.counted(throttled) >= max_attempts
        };
        (self.counted(throttled), is_used_up)
    }

    /// Where there is no room to tell it from others, a failure isn't counted at all.
    fn count_apart(&mut self, add: impl FnOnce(&mut Apart) -> bool) {
        if !add(&mut self.apart) {
            self.failures = NonZeroU32::new(self.failures.get() - 1).unwrap_or(NonZeroU32::MIN);
        }
    }
}

/// Failures that use up no attempt, where no time bounds the call and its attempts are limited.
const MOST_UNCOUNTED: u32 = 100;

#[cfg(test)]
mod tests {
    use core::cell::Cell;
    use core::num::NonZeroU32;
    use core::time::Duration;

    use reattempt_policy::{Jitter, Policy};

    use super::{Decision, Engine, Failure, GiveUpReason, Timing};
    use crate::classify::Retryability;
    use crate::schedule::RetryPolicy;

    std::thread_local! {
        static DRAWS: Cell<u32> = const { Cell::new(0) };
    }

    /// Counts how often it is asked.
    fn random() -> u64 {
        DRAWS.set(DRAWS.get() + 1);
        u64::from(DRAWS.get()) << 48
    }

    fn fail(engine: &mut Engine, policy: &Policy, retryability: Retryability) -> Decision {
        let failure = Failure {
            retryability,
            idempotent: true,
            error: None,
            timing: Timing::default(),
            ends_by: None,
            most_attempts: None,
        };
        engine.failed(policy, RetryPolicy::max_attempts(policy), &failure, random)
    }

    fn policy(jitter: Jitter) -> Policy {
        Policy::builder().max_attempts(100).jitter(jitter).build().unwrap()
    }

    #[test]
    fn each_delay_is_drawn_once() {
        let (mut engine, policy) = (Engine::start(), policy(Jitter::Full));
        let mut delays = [Duration::ZERO; 99];
        for delay in &mut delays {
            let decision = fail(&mut engine, &policy, Retryability::transient());
            let Decision::Wait(drawn) = decision else { panic!("{decision:?}") };
            *delay = Duration::from_nanos(drawn);
        }
        assert_eq!(DRAWS.get(), 99);
        delays.sort();
        assert!(delays.windows(2).all(|pair| pair[0] < pair[1]), "each delay is drawn anew");
    }

    #[test]
    fn nothing_is_drawn_without_jitter() {
        let mut engine = Engine::start();
        for _ in 0..5 {
            fail(&mut engine, &policy(Jitter::None), Retryability::transient());
        }
        fail(&mut Engine::start(), &policy(Jitter::Full), Retryability::permanent());
        let once = Policy::builder().max_attempts(1).build().unwrap();
        let decision = fail(&mut Engine::start(), &once, Retryability::transient());
        assert_eq!(decision, Decision::GiveUp(GiveUpReason::Attempts));
        assert_eq!(DRAWS.get(), 0);
    }

    #[test]
    fn attempts_without_a_limit_do_not_overflow() {
        let mut engine = Engine::start();
        let unlimited = Policy::builder().unlimited().build().unwrap();
        fail(&mut engine, &unlimited, Retryability::transient());
        engine.failing.as_mut().unwrap().failures = NonZeroU32::MAX;
        let decision = fail(&mut engine, &unlimited, Retryability::transient());
        assert!(matches!(decision, Decision::Wait(_)));
        assert_eq!(engine.failures(), u32::MAX);
    }

    #[test]
    fn a_hint_is_no_draw_of_the_policy() {
        let mut engine = Engine::start();
        let policy = policy(Jitter::Decorrelated);
        let throttled = Retryability::throttled().after(Duration::from_secs(30));
        let Decision::Wait(hinted) = fail(&mut engine, &policy, throttled) else { panic!() };
        assert!(hinted >= 30_000_000_000);
        // Three times the longest first draw.
        let Decision::Wait(next) = fail(&mut engine, &policy, Retryability::transient()) else {
            panic!()
        };
        assert!(next <= 900_000_000, "{next:?}");
    }

    #[test]
    fn a_call_holds_twenty_bytes() {
        // With when it began, for observers of every call.
        let bytes = if cfg!(feature = "successes") { 40 } else { 20 };
        assert_eq!(size_of::<Engine>(), bytes);
    }
}
