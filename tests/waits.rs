//! `Policy::waits`: the delays for those who make no call.

mod support;

use std::time::Duration;

use reattempt::{GiveUpReason, Policy, Retryability, Waits, policy};
use support::ms;

#[test]
fn a_state_machine_asks_for_the_next_wait() {
    const POLICY: Policy = policy!(max_attempts = 4, jitter = "none");
    let mut waits = POLICY.waits();
    let transient = Retryability::transient();
    assert_eq!(waits.attempts(), 0);
    assert_eq!(waits.next(transient), Some(ms(100)));
    assert_eq!(waits.next(Retryability::throttled().after(ms(700))), Some(ms(700)));
    assert_eq!(waits.next(transient), Some(ms(400)));
    assert_eq!((waits.next(transient), waits.reason()), (None, Some(GiveUpReason::Attempts)));
    assert_eq!(waits.attempts(), 4);
    waits.reset();
    assert_eq!((waits.attempts(), waits.reason()), (0, None));
    assert_eq!(waits.next(transient), Some(ms(100)));
    assert_eq!(waits.next(Retryability::permanent()), None);
    assert_eq!(waits.reason(), Some(GiveUpReason::Permanent));
    assert_eq!(
        waits.next_after(&std::io::Error::from(std::io::ErrorKind::TimedOut)),
        Some(ms(400))
    );
}

#[test]
fn the_time_may_be_handed_in() {
    let policy: Policy =
        "max_attempts=unlimited jitter=none max_elapsed=1s reset_after=1m".parse().unwrap();
    let mut waits = Waits::new(&policy);
    let second = Duration::from_secs(1);
    let transient = Retryability::transient();
    assert_eq!(waits.next_within(transient, ms(0), ms(0)), Some(ms(100)));
    assert_eq!(waits.next_within(transient, ms(800), ms(700)), Some(ms(200)));
    assert_eq!(waits.next_within(transient, ms(801), ms(1)), None);
    assert_eq!(waits.reason(), Some(GiveUpReason::Elapsed));
    let policy = policy.to_builder().max_elapsed(second * 3600).build().unwrap();
    let mut waits = policy.waits();
    assert_eq!(waits.next_within(transient, second, second), Some(ms(100)));
    assert_eq!(waits.next_within(transient, second * 2, second), Some(ms(200)));
    assert_eq!(waits.next_within(transient, second * 90, second * 60), Some(ms(100)));
}
