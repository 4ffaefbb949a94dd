//! What a policy says by itself.

use core::time::Duration;

use reattempt::Policy;

/// The delay before a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delay {
    /// Counted from 1.
    pub retry: u32,
    /// The shortest it may be.
    pub low: Duration,
    /// The longest it may be.
    pub high: Duration,
    /// The longest that it and all the delays before it may be together.
    pub total: Duration,
}

/// The delays of a policy, of this many retries at most.
pub fn schedule(policy: &Policy, most: u32) -> Vec<Delay> {
    let retries = policy.max_attempts().map_or(u32::MAX, |attempts| attempts.get() - 1);
    let mut total = Duration::ZERO;
    let delay = |retry| {
        let window = policy.window(retry);
        total = total.saturating_add(window.high());
        Delay { retry, low: window.low(), high: window.high(), total }
    };
    (1..=retries.min(most)).map(delay).collect()
}

/// How long a call may wait in all, without what servers ask for. `None` is for ever.
pub fn longest_wait(policy: &Policy) -> Option<Duration> {
    /// Beyond it each delay is as the one there, or near it: to add up four billion of them would take minutes.
    const LOOKED_AT: u32 = 100_000;

    let retries = policy.max_attempts()?.get() - 1;
    let (mut total, mut last) = (Duration::ZERO, Duration::ZERO);
    for retry in 1..=retries.min(LOOKED_AT) {
        last = policy.window(retry).high();
        total = total.saturating_add(last);
    }
    let rest = last.saturating_mul(retries.saturating_sub(LOOKED_AT));
    Some(total.saturating_add(rest))
}

/// Attempts for a call, if each fails with this probability whatever happened before.
pub fn amplification(policy: &Policy, failing: f64) -> f64 {
    let attempts =
        policy.max_attempts().map_or(f64::INFINITY, |attempts| f64::from(attempts.get()));
    if failing >= 1.0 { attempts } else { (1.0 - failing.powf(attempts)) / (1.0 - failing) }
}
