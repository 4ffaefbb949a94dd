//! The rule of the brake, on cells that threads share.
//!
//! Each field is right for itself. A moment is stored before the state that it belongs to; on processors that reorder stores,
//! another thread may still read an older one, and then the share of those that try is off for a turn.

use super::cell::SharedCell;

/// What a brake knows of an operation. Moments are coarse: milliseconds that wrap around after 49 days, and zero for never.
#[derive(Debug, Default)]
#[allow(missing_docs, reason = "only this crate and its model see it")]
pub struct Rule<C> {
    /// How many retries failed in a row, whether it holds back until no retry fails any more, and how many turns were withheld
    /// since one tried: see [`State`].
    state: C,
    /// When it came on.
    closed_at: C,
    /// When the last retry tried while it was on.
    passed_at: C,
    /// When it went off the last time.
    released_at: C,
    /// Since when no retry has failed, while it holds back.
    hold_since: C,
}

/// Retries that fail in a row until the brake is on.
const RUN: u32 = 4;

/// Of the turns that come due, one in so many tries at least: more of them are let through at first.
const RAREST: u32 = 200;

/// One in 1 + 20·a tries, a seconds after it came on.
const MILLISECONDS_FOR_ONE_MORE: u32 = 50;

/// The time between two that try is at most 2a/3, within these.
const SHORTEST_GAP: u32 = 500;
const LONGEST_GAP: u32 = 20_000;

/// A closure that was shorter was an unlucky run.
const SHORTEST_CLOSURE: u32 = 1_000;

/// 16 bits for the withheld turns, one for holding back, and the rest for the run.
#[derive(Clone, Copy, PartialEq, Eq)]
struct State {
    run: u32,
    holds: bool,
    skipped: u32,
}

impl State {
    const OFF: State = State { run: 0, holds: false, skipped: 0 };

    const fn unpack(bits: u32) -> State {
        State { run: bits >> 17, holds: bits >> 16 & 1 == 1, skipped: bits & 0xFFFF }
    }

    const fn pack(self) -> u32 {
        let skipped = if self.skipped > 0xFFFF { 0xFFFF } else { self.skipped };
        self.run << 17 | (self.holds as u32) << 16 | skipped
    }

    const fn is_on(self) -> bool {
        self.run >= RUN
    }
}

/// The milliseconds from one moment to a later one; zero where the clock was read before another thread noted the first.
const fn between(earlier: u32, later: u32) -> u32 {
    let passed = later.wrapping_sub(earlier);
    if passed > u32::MAX / 2 { 0 } else { passed }
}

impl<C: SharedCell> Rule<C> {
    /// One that is off.
    pub const fn new(
        state: C,
        closed_at: C,
        passed_at: C,
        released_at: C,
        hold_since: C,
    ) -> Rule<C> {
        Rule { state, closed_at, passed_at, released_at, hold_since }
    }

    fn update(&self, make: impl Fn(State) -> Option<State>) -> Result<State, State> {
        let updated = self.state.update(|bits| make(State::unpack(bits)).map(State::pack));
        updated.map(State::unpack).map_err(State::unpack)
    }

    /// Whether only few may try.
    pub fn is_on(&self) -> bool {
        State::unpack(self.state.load()).is_on()
    }

    /// A retry has failed.
    pub fn retry_failed(&self, now: u32) {
        let state = State::unpack(self.state.load());
        if !state.is_on() && state.run + 1 == RUN {
            // Before it comes on, so that whoever sees it on sees when.
            self.closed_at.store(now);
            self.passed_at.store(now);
        }
        let counted = self.update(|state| {
            let run = state.run + 1;
            (!state.is_on()).then_some(State { run, ..State::OFF })
        });
        match counted {
            // Another thread's failures came in between.
            Ok(before) if before.run + 1 == RUN => {
                self.closed_at.store(now);
                self.passed_at.store(now);
            }
            Err(state) if state.holds => self.hold_since.store(now),
            _ => {}
        }
    }

    /// A retry has succeeded, or was answered with an error that shows that the server works. `schedule`: how long a call of
    /// this policy may wait in all.
    pub fn recovered(&self, now: u32, schedule: u32) {
        let state = State::unpack(self.state.load());
        let closed_at = self.closed_at.load();
        if state.is_on() && between(closed_at, now) >= SHORTEST_CLOSURE {
            let released_at = self.released_at.load();
            let is_relapse = released_at != 0 && between(released_at, closed_at) < schedule;
            if is_relapse {
                // One success is no sign any more: it holds until no retry has failed for a whole schedule.
                if !state.holds {
                    // Before the flag, so that whoever sees that sees since when.
                    self.hold_since.store(now);
                }
                let _ = self.update(|state| {
                    (state.is_on() && !state.holds).then_some(State { holds: true, ..state })
                });
                return;
            }
            self.released_at.store(now);
        }
        self.release();
    }

    fn release(&self) {
        let _ = self.update(|state| (state != State::OFF).then_some(State::OFF));
    }

    /// Whether a call whose wait is over may try; else its turn is withheld.
    pub fn may_try(&self, now: u32, schedule: u32) -> bool {
        let state = State::unpack(self.state.load());
        if !state.is_on() {
            return true;
        }
        if state.holds && between(self.hold_since.load(), now) >= schedule {
            self.released_at.store(now);
            self.release();
            return true;
        }
        let since_on = between(self.closed_at.load(), now);
        let gap = (since_on / 3).saturating_mul(2).clamp(SHORTEST_GAP, LONGEST_GAP);
        let is_overdue = between(self.passed_at.load(), now) >= gap;
        let passes = |skipped: u32| {
            let wanted = since_on.saturating_add(MILLISECONDS_FOR_ONE_MORE);
            is_overdue
                || skipped >= RAREST
                || skipped.saturating_mul(MILLISECONDS_FOR_ONE_MORE) >= wanted
        };
        let turn = self.update(|state| {
            let skipped = state.skipped + 1;
            let skipped = if passes(skipped) { 0 } else { skipped };
            state.is_on().then_some(State { skipped, ..state })
        });
        match turn {
            Ok(before) if passes(before.skipped + 1) => {
                self.passed_at.store(now);
                true
            }
            Ok(_) => false,
            // It went off in the meantime.
            Err(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::AtomicU32;

    use super::Rule;

    const SCHEDULE: u32 = 300;

    fn off() -> Rule<AtomicU32> {
        Rule::default()
    }

    /// One that came on at this moment.
    fn on(now: u32) -> Rule<AtomicU32> {
        let rule = off();
        for _ in 0..4 {
            rule.retry_failed(now);
        }
        assert!(rule.is_on());
        rule
    }

    #[test]
    fn it_comes_on_after_four_failed_retries_in_a_row() {
        let rule = off();
        for _ in 0..3 {
            rule.retry_failed(1);
        }
        assert!(!rule.is_on() && rule.may_try(1, SCHEDULE));
        rule.recovered(1, SCHEDULE);
        for _ in 0..3 {
            rule.retry_failed(1);
        }
        assert!(!rule.is_on());
        rule.retry_failed(1);
        assert!(rule.is_on());
    }

    #[test]
    fn one_in_so_many_tries() {
        // 1 + 20 · 0.05 = 2.
        let rule = on(1_000);
        assert!(!rule.may_try(1_050, SCHEDULE));
        assert!(rule.may_try(1_050, SCHEDULE));
        assert!(!rule.may_try(1_050, SCHEDULE));
        // 1 + 20 · 0.4 = 9.
        let rule = on(1_000);
        assert_eq!((0..90).filter(|_| rule.may_try(1_400, SCHEDULE)).count(), 10);
        // One in 200 at least.
        let rule = on(1_000);
        assert!(rule.may_try(601_000, SCHEDULE), "nobody has tried for ten minutes");
        assert_eq!((0..2_000).filter(|_| rule.may_try(601_000, SCHEDULE)).count(), 10);
    }

    #[test]
    fn whoever_comes_after_a_while_tries() {
        let rule = on(1_000);
        assert!(!rule.may_try(1_499, SCHEDULE));
        assert!(rule.may_try(1_500, SCHEDULE));
        // Two thirds of the four and a half seconds since it came on, after the one before.
        let rule = on(1_000);
        assert!(rule.may_try(2_500, SCHEDULE));
        assert!(!rule.may_try(5_490, SCHEDULE));
        assert!(rule.may_try(5_510, SCHEDULE));
        // 20 seconds at most.
        assert!(rule.may_try(1_000_000, SCHEDULE));
        assert!(!rule.may_try(1_019_999, SCHEDULE));
        assert!(rule.may_try(1_020_000, SCHEDULE));
    }

    #[test]
    fn the_first_recovery_takes_it_off() {
        let rule = on(1_000);
        rule.recovered(1_999, SCHEDULE);
        assert!(!rule.is_on());
        let rule = on(1_000);
        rule.recovered(9_000, SCHEDULE);
        assert!(!rule.is_on());
    }

    #[test]
    fn if_it_comes_on_again_soon_it_holds_until_no_retry_fails() {
        let rule = on(1_000);
        rule.recovered(9_000, SCHEDULE);
        for _ in 0..4 {
            rule.retry_failed(9_299);
        }
        rule.recovered(10_300, SCHEDULE);
        assert!(rule.is_on(), "it came on within a schedule");
        // A retry that fails begins the time anew.
        rule.retry_failed(10_500);
        rule.recovered(10_600, SCHEDULE);
        let tries = (0..5).filter(|_| rule.may_try(10_799, SCHEDULE)).count();
        assert!(tries <= 1 && rule.is_on());
        assert!(rule.may_try(10_800, SCHEDULE));
        assert!(!rule.is_on());

        // After a schedule it is another outage.
        let rule = on(1_000);
        rule.recovered(9_000, SCHEDULE);
        for _ in 0..4 {
            rule.retry_failed(9_300);
        }
        rule.recovered(10_400, SCHEDULE);
        assert!(!rule.is_on());
    }

    #[test]
    fn a_clock_that_was_read_a_little_early_does_no_harm() {
        let rule = on(10_000);
        assert!(!rule.may_try(9_999, SCHEDULE) || rule.is_on());
        rule.recovered(9_999, SCHEDULE);
        assert!(!rule.is_on());
        // It was no closure, so that the next one is no relapse.
        for _ in 0..4 {
            rule.retry_failed(10_100);
        }
        rule.recovered(11_500, SCHEDULE);
        assert!(!rule.is_on());
    }

    #[test]
    fn moments_wrap_around() {
        let before = u32::MAX - 99;
        let rule = on(before);
        assert!(!rule.may_try(before.wrapping_add(499), SCHEDULE));
        assert!(rule.may_try(before.wrapping_add(500), SCHEDULE));
        rule.recovered(before.wrapping_add(2_000), SCHEDULE);
        assert!(!rule.is_on());
    }
}
