//! Policies: made at run time, written by the user, changed, shown.

mod support;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use reattempt::{FailedAttempt, Jitter, Policy, RetryPolicy, Retryability, Window, policy, retry};
use support::{Failure, Work, ms, sleep, slept};

#[test]
fn a_policy_made_at_run_time_is_read_after_a_failure() {
    struct Client {
        policy: Policy,
        work: Work,
    }
    impl Client {
        #[retry(policy = &self.policy, sleep = sleep)]
        fn by_reference(&self) -> Result<u32, Failure> {
            self.work.call()
        }
        // The body may borrow exclusively what the policy is a part of.
        #[retry(policy = self.policy, sleep = sleep)]
        fn by_value(&mut self) -> Result<u32, Failure> {
            self.policy = policy!(max_attempts = 2, backoff = [7ms], jitter = "none");
            self.work.call()
        }
    }
    let configured = Policy::builder().max_attempts(1).build().unwrap();
    let mut client = Client { policy: configured, work: Work::failing(9) };
    assert_eq!(client.by_reference().unwrap_err().call, 1);
    assert!(slept().is_empty());
    assert_eq!(client.by_value().unwrap_err().call, 3);
    assert_eq!(slept(), [ms(7)]);
}

#[test]
fn a_policy_of_ones_own() {
    struct TwiceWhenThrottled;
    impl RetryPolicy for TwiceWhenThrottled {
        fn max_attempts(&self) -> u32 {
            u32::MAX
        }
        fn delay_for(&self, attempt: u32) -> Option<Duration> {
            (attempt < 4).then_some(ms(10))
        }
        fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Window> {
            let wait = ms(10) + failed.previous_delay();
            (failed.number() < 4).then_some(Window::exactly(wait))
        }
    }
    #[retry(policy = TwiceWhenThrottled, sleep = sleep)]
    fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(call(&Work::failing(9)).unwrap_err().call, 4);
    assert_eq!(slept(), [ms(10), ms(20), ms(30)]);
}

#[test]
fn a_policy_behind_a_pointer() {
    struct Client {
        boxed: Box<dyn RetryPolicy>,
        shared: Arc<Policy>,
    }
    impl Client {
        #[retry(policy = &self.boxed, sleep = sleep)]
        fn boxed(&self, work: &Work) -> Result<u32, Failure> {
            work.call()
        }
        #[retry(policy = self.shared, sleep = sleep)]
        fn shared(&self, work: &Work) -> Result<u32, Failure> {
            work.call()
        }
    }
    #[retry(policy = policy, sleep = sleep)]
    fn borrowed(work: &Work, policy: &dyn RetryPolicy) -> Result<u32, Failure> {
        work.call()
    }
    let client = Client { boxed: Box::new(Policy::DEFAULT), shared: Arc::default() };
    assert_eq!(client.boxed(&Work::failing(9)).unwrap_err().call, 3);
    assert_eq!(client.shared(&Work::failing(9)).unwrap_err().call, 3);
    assert_eq!(borrowed(&Work::failing(9), &*client.boxed).unwrap_err().call, 3);
    assert_eq!(slept().len(), 6);
}

#[test]
fn a_policy_can_cross_threads_and_panics() {
    use std::panic::{RefUnwindSafe, UnwindSafe};
    fn check<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + Copy>() {}
    check::<Policy>();
    check::<Window>();
    check::<Retryability>();
}

#[test]
fn what_is_overridden_drops_what_no_longer_applies() {
    const BASE: Policy = policy!(max_attempts = 3, multiplier = 3.0, initial_delay = 50ms);
    const JITTER: Jitter = Jitter::None;
    macro_rules! waits {
        ($($change:tt)*) => {{
            const CHANGED: Policy = policy!(policy = BASE, $($change)*);
            (1..=2).map(|retry| CHANGED.window(retry).high().as_millis()).collect::<Vec<_>>()
        }};
    }
    assert_eq!(waits!(jitter = "none"), [50, 150]);
    assert_eq!(waits!(backoff = "fixed"), [50, 50]);
    assert_eq!(waits!(backoff = "linear"), [50, 100]);
    assert_eq!(waits!(backoff = "none"), [0, 0]);
    assert_eq!(waits!(backoff = [1ms, 2ms]), [1, 2]);
    assert_eq!(waits!(jitter = "decorrelated"), [150, 450]);
    assert_eq!(waits!(jitter = JITTER), waits!(jitter = "none"));
    assert_eq!(waits!(jitter = 1.0 / 4.0), waits!(jitter = 0.25));
    assert_eq!(waits!(multiplier = 4.0), [50, 200]);
    assert_eq!(format!("{:?}", BASE.to_builder().build()), format!("Ok({BASE:?})"));
}

#[test]
fn a_policy_may_have_the_name_of_one_of_ours() {
    const POLICY: Policy = policy!(initial_delay = 5ms);
    const CHANGED: Policy = policy!(policy = POLICY, max_attempts = 5);
    assert_eq!(CHANGED.initial_delay(), ms(5));
}

#[test]
fn the_debug_form_shows_what_is_in_force() {
    let text = format!("{:?}", Policy::DEFAULT);
    assert!(text.contains("initial_delay: 100ms"), "{text}");
    assert!(text.contains("jitter: Full"), "{text}");
}

/// It counts what it was asked.
struct Bounded {
    left: Cell<u32>,
}

impl Bounded {
    fn new(retries: u32) -> Bounded {
        Bounded { left: Cell::new(retries) }
    }
}

impl RetryPolicy for Bounded {
    fn max_attempts(&self) -> u32 {
        u32::MAX
    }

    fn delay_for(&self, _: u32) -> Option<Duration> {
        let left = self.left.get().checked_sub(1)?;
        self.left.set(left);
        Some(ms(1))
    }
}

fn generic<T: Default>(retries: u32) -> Bounded {
    let _ = T::default();
    Bounded::new(retries)
}

struct Makers {
    bounded: fn(u32) -> Bounded,
}

const MAKERS: Makers = Makers { bounded: Bounded::new };

impl Makers {
    #[allow(clippy::unused_self, reason = "it is a method")]
    fn itself(&self, bounded: Bounded) -> Bounded {
        bounded
    }

    fn or(bounded: Bounded) -> Bounded {
        bounded
    }
}

/// A policy with a state is one for the whole call, not one for each failure.
#[test]
fn a_policy_that_is_made_in_the_attribute_keeps_its_state() {
    #[retry(policy = Bounded::new(4), sleep = sleep)]
    fn by_value(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(policy = &Bounded::new(4), sleep = sleep)]
    fn by_reference(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(policy = { let retries = 2; Bounded::new(retries + 2) }, sleep = sleep)]
    fn by_block(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(policy = Bounded::new(4), context = cx, sleep = sleep)]
    fn with_context(work: &Work) -> Result<u32, Failure> {
        assert!(!cx.is_last());
        work.call()
    }
    #[retry(policy = generic::<u8>(4), sleep = sleep)]
    fn by_generic(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(policy = (MAKERS.bounded)(4), sleep = sleep)]
    fn by_value_of_a_field(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(policy = Makers::or(MAKERS.itself(Bounded::new(4))), sleep = sleep)]
    fn by_argument(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    macro_rules! by_path {
        ($make:path) => {
            #[retry(policy = $make(4), sleep = sleep)]
            fn by_path_of_a_macro(work: &Work) -> Result<u32, Failure> {
                work.call()
            }
        };
    }
    by_path!(Bounded::new);
    for call in [
        by_value,
        by_reference,
        by_block,
        with_context,
        by_generic,
        by_value_of_a_field,
        by_argument,
        by_path_of_a_macro,
    ] {
        assert_eq!(call(&Work::failing(50)).unwrap_err().call, 5);
        assert_eq!(slept(), [ms(1); 4]);
    }
}

/// A policy with a state that lives elsewhere is used where it is.
#[test]
fn a_policy_that_is_there_already_is_not_copied() {
    struct Client {
        budget: Bounded,
    }
    impl Client {
        fn budget(&self) -> &Bounded {
            &self.budget
        }
        #[retry(policy = self.budget(), sleep = sleep)]
        fn by_method(&self, work: &Work) -> Result<u32, Failure> {
            work.call()
        }
        #[retry(policy = self.budget, sleep = sleep)]
        fn by_field(&self, work: &Work) -> Result<u32, Failure> {
            work.call()
        }
        // The body borrows exclusively what the policy is a part of.
        #[retry(policy = self.budget(), sleep = sleep)]
        fn exclusively(&mut self, work: &Work) -> Result<u32, Failure> {
            self.budget.left.set(self.budget.left.get().min(2));
            work.call()
        }
    }
    let mut client = Client { budget: Bounded::new(6) };
    let work = Work::failing(50);
    client.by_method(&work).unwrap_err();
    assert_eq!(slept().len(), 6);
    client.by_field(&work).unwrap_err();
    assert_eq!(slept().len(), 0, "they share what is left");
    client.budget.left.set(6);
    client.exclusively(&work).unwrap_err();
    assert_eq!(slept().len(), 2);
}

#[test]
fn a_policy_may_be_a_place_that_is_looked_up() {
    struct Settings {
        policy: Bounded,
    }
    struct Client {
        all: Vec<Box<dyn RetryPolicy>>,
    }
    fn settings() -> &'static Settings {
        Box::leak(Box::new(Settings { policy: Bounded::new(1) }))
    }
    impl Client {
        #[retry(policy = &self.all[usize::from(index)], sleep = sleep)]
        fn by_index(&mut self, index: u8, work: &Work) -> Result<u32, Failure> {
            self.all.reserve(1);
            work.call()
        }
    }
    #[retry(policy = &settings().policy, sleep = sleep)]
    fn by_getter(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let mut client = Client { all: vec![Box::new(Bounded::new(0)), Box::new(Bounded::new(2))] };
    assert_eq!(client.by_index(1, &Work::failing(9)).unwrap_err().call, 3);
    assert_eq!(by_getter(&Work::failing(9)).unwrap_err().call, 2);
    slept();
}

#[test]
fn a_policy_may_be_any_expression() {
    struct Slow(bool);
    impl Slow {
        fn pick(&self, choose: impl FnOnce(bool) -> Policy) -> Policy {
            choose(self.0)
        }
    }
    // A closure in it, though the outcome is looked at in two places.
    #[retry(
        policy = slow.pick(|slow| if slow { policy!(max_attempts = 2) } else { Policy::DEFAULT }),
        until = |done| *done > 2,
        sleep = sleep,
    )]
    fn poll(work: &Work, slow: &Slow) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(poll(&Work::failing(9), &Slow(true)).unwrap_err().call, 2);
    assert_eq!(poll(&Work::failing(0), &Slow(false)).unwrap(), 3);
    slept();
}

#[tokio::test(start_paused = true)]
async fn a_policy_may_be_awaited() {
    async fn configured() -> Policy {
        tokio::task::yield_now().await;
        policy!(max_attempts = 5)
    }
    #[retry(policy = configured().await)]
    async fn call(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(call(&Work::failing(9)).await.unwrap_err().call, 5);
}
