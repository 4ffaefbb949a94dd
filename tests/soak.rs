//! Thousands of calls at once on a paused clock, under all limits in time, against work that fails, hangs and dawdles:
//! no deadline is overrun, and every call comes back once.

mod support;

use std::cell::Cell;
use std::time::Duration;

use reattempt::{Budget, Retry, Retryability, Scope, TimedOut, policy, retry};
use support::{Failure, ms};
use tokio::time::{Instant, sleep, timeout};

/// What happens to a call, drawn from a seed.
struct Fate(Cell<u64>);

impl Fate {
    fn draw(&self, below: u64) -> u64 {
        // The finishing steps of `SplitMix64`.
        let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }

    async fn attempt(&self) -> Result<u64, Failure> {
        sleep(ms(self.draw(120))).await;
        let failure = |retryability| Failure { call: 0, retryability };
        match self.draw(10) {
            0 => Ok(7),
            1 => std::future::pending().await,
            2 => Err(failure(Retryability::throttled().after(ms(self.draw(500))))),
            3 => Err(failure(Retryability::transient().uncounted().immediately())),
            _ => Err(failure(Retryability::transient())),
        }
    }
}

const fn timed_out(_: TimedOut) -> Failure {
    Failure { call: 99, retryability: Retryability::transient() }
}

static BUDGET: Budget = Budget::builder().capacity(5_000.0).refund(1.0).build();

#[retry(
    max_attempts = unlimited, initial_delay = 20ms, max_delay = 200ms, deadline = limit,
    attempt_timeout = each, timed_out = timed_out, budget = BUDGET
)]
async fn limited(fate: &Fate, limit: Duration, each: Duration) -> Result<u64, Failure> {
    fate.attempt().await
}

#[retry(max_attempts = 4, initial_delay = 20ms, nested = "once", deadline = limit, timed_out = timed_out)]
async fn nested(fate: &Fate, limit: Duration) -> Result<u64, Failure> {
    limited(fate, Duration::from_secs(3600), ms(300)).await
}

/// No attempt begins past the limit; one that runs may last, so each is cut off.
#[retry(
    max_attempts = unlimited, initial_delay = 20ms, max_delay = 200ms, max_elapsed = 1s, attempt_timeout = 150ms,
    timed_out = timed_out, brake
)]
async fn elapsed(fate: &Fate) -> Result<u64, Failure> {
    fate.attempt().await
}

/// Tokio's timer counts in milliseconds.
const ROUNDED: Duration = ms(1);

/// Whether it succeeded.
async fn one(seed: u64) -> bool {
    let fate = &Fate(Cell::new(seed));
    let limit = ms(50 + fate.draw(3_000));
    let began_at = Instant::now();
    let outcome;
    let latest = match seed % 5 {
        0 => {
            outcome = limited(fate, limit, ms(1 + fate.draw(400))).await;
            limit
        }
        1 => {
            outcome = nested(fate, limit).await;
            limit
        }
        2 => {
            outcome = elapsed(fate).await;
            Duration::from_secs(1) + ms(150)
        }
        3 => {
            // The scope's deadline begins no retry past it, and the attempts have an end of their own.
            let retry = Retry::new(policy!(max_attempts = unlimited, initial_delay = 20ms))
                .attempt_timeout(ms(150))
                .timed_out(timed_out);
            let scope = Scope::new().deadline(limit).retries(20);
            outcome = scope.run_async(retry.call_async(|| fate.attempt())).await;
            limit + ms(150)
        }
        _ => {
            let retry = Retry::new(policy!(max_attempts = 50, initial_delay = 20ms))
                .deadline(limit)
                .timed_out(timed_out)
                .budget(&BUDGET);
            outcome = retry.call_async(|| fate.attempt()).await;
            limit
        }
    };
    let elapsed = began_at.elapsed();
    assert!(elapsed <= latest + ROUNDED, "call {seed} took {elapsed:?}, and had {latest:?}");
    outcome.is_ok()
}

#[test]
fn no_deadline_is_overrun() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    let tasks = tokio::task::LocalSet::new();
    runtime.block_on(tasks.run_until(async {
        let calls: Vec<_> = (0..5_000).map(|seed| tokio::task::spawn_local(one(seed))).collect();
        let mut succeeded = [0; 5];
        for (kind, call) in (0..5).cycle().zip(calls) {
            // A call that never came back would keep the clock from standing still, and then fail here.
            let outcome = timeout(Duration::from_secs(60), call).await.expect("a call is lost");
            succeeded[kind] += u32::from(outcome.unwrap());
        }
        // A call that gives up too early would overrun nothing. Of each thousand, 258 to 567 succeed, give or take ten: the waits are random.
        assert!(succeeded.iter().all(|succeeded| *succeeded > 200), "{succeeded:?}");
    }));
    assert!((0.0..=BUDGET.capacity()).contains(&BUDGET.available()));
}
