//! What waits, and by which clock.

mod support;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

#[cfg(not(any(feature = "async-io", feature = "futures-timer")))]
use reattempt::GiveUpReason;
use reattempt::timer::Timer;
use reattempt::{Event, EventKind, Observer, Policy, Retry, policy, retry};
use support::{Failure, Work, ms};

#[cfg(not(any(feature = "async-io", feature = "futures-timer")))]
const TWO: Policy = policy!(max_attempts = 2, jitter = "none");

/// An executor that is none of tokio's.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park();
    }
}

/// Keeps the reasons that it is told.
#[cfg(not(any(feature = "async-io", feature = "futures-timer")))]
#[derive(Default)]
struct Reasons(RefCell<Vec<Option<GiveUpReason>>>);

#[cfg(not(any(feature = "async-io", feature = "futures-timer")))]
impl Observer for Reasons {
    fn event(&self, event: &Event<'_>) {
        self.0.borrow_mut().push(event.reason());
    }
}

/// Without another timer there is nothing to wait with. It is no panic, and the error is not lost.
#[cfg(not(any(feature = "async-io", feature = "futures-timer")))]
#[test]
fn outside_of_any_runtime_a_call_gives_up_and_says_so() {
    let (work, reasons) = (Work::failing(9), Reasons::default());
    let retry = Retry::new(TWO).observer(&reasons);
    let error = block_on(retry.call_async(async || work.call())).unwrap_err();
    assert_eq!(error.call, 1);
    assert_eq!(reasons.0.take(), [Some(GiveUpReason::NoTimer)]);

    #[retry(max_attempts = 2, jitter = "none")]
    async fn annotated(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(block_on(annotated(&Work::failing(9))).unwrap_err().call, 1);
    assert_eq!(block_on(annotated(&Work::failing(0))).unwrap(), 1);
}

#[cfg(any(feature = "async-io", feature = "futures-timer"))]
#[test]
fn outside_of_any_runtime_another_timer_serves() {
    #[retry(initial_delay = 1us, jitter = "none")]
    async fn annotated(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(block_on(annotated(&Work::failing(2))).unwrap(), 3);
    let work = Work::failing(2);
    let policy: Policy = "initial_delay=1us".parse().unwrap();
    let retry = Retry::new(policy);
    assert_eq!(block_on(retry.call_async(async || work.call())).unwrap(), 3);
}

/// Whatever other timers are enabled, inside of tokio it is tokio's, whose time a test may pause.
#[tokio::test(start_paused = true)]
async fn inside_of_tokio_its_timer_serves() {
    let work = Work::failing(2);
    let retry =
        Retry::new(policy!(max_attempts = 3, initial_delay = 1h, max_delay = 2h, jitter = "none"));
    assert_eq!(retry.call_async(async || work.call()).await.unwrap(), 3);
    assert_eq!(work.gaps(), [ms(3_600_000), ms(7_200_000)]);
}

/// A wait of zero needs no timer.
#[test]
fn without_a_delay_no_timer_is_needed() {
    #[retry(backoff = "none")]
    async fn annotated(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(block_on(annotated(&Work::failing(2))).unwrap(), 3);
}

/// Time passes only when somebody waits.
#[derive(Default)]
struct Simulated(Cell<Duration>);

impl Timer for &Simulated {
    type Sleep = ();

    fn now(&self) -> Duration {
        self.0.get()
    }

    fn sleep(&self, delay: Duration) {
        self.0.set(self.0.get() + delay);
    }
}

struct FailingFor(RefCell<Vec<Duration>>);

impl Observer for FailingFor {
    fn event(&self, event: &Event<'_>) {
        self.0.borrow_mut().extend(event.failing_for());
    }
}

#[test]
fn a_timer_of_ones_own_brings_its_clock() {
    let (time, work) = (Simulated::default(), Work::failing(9));
    let times = FailingFor(RefCell::default());
    let retry =
        Retry::new(policy!(max_attempts = 4, jitter = "none")).timer(&time).observer(&times);
    retry.call(|| work.call()).unwrap_err();
    assert_eq!(time.0.get(), ms(700));
    assert_eq!(times.0.take(), [ms(100), ms(300), ms(700)]);
}

/// In an attribute as well: a path may be a function, or a value that is a timer.
#[test]
fn an_attribute_takes_a_timer() {
    #[retry(max_attempts = 3, jitter = "none", sleep = time)]
    fn annotated(work: &Work, time: &Simulated) -> Result<u32, Failure> {
        work.call()
    }
    let time = Simulated::default();
    annotated(&Work::failing(9), &time).unwrap_err();
    assert_eq!(time.0.get(), ms(300));
}

#[test]
fn an_async_timer_of_ones_own() {
    struct Yielding<'a>(&'a Simulated);
    impl Timer for Yielding<'_> {
        type Sleep = std::future::Ready<()>;
        fn now(&self) -> Duration {
            self.0.now()
        }
        fn sleep(&self, delay: Duration) -> std::future::Ready<()> {
            self.0.sleep(delay);
            std::future::ready(())
        }
    }
    #[retry(max_attempts = 3, jitter = "none", sleep = timer)]
    async fn annotated(work: &Work, timer: Yielding<'_>) -> Result<u32, Failure> {
        work.call()
    }
    let time = Simulated::default();
    let retry = Retry::new(policy!(max_attempts = 3, jitter = "none")).timer(Yielding(&time));
    let work = Work::failing(9);
    block_on(retry.call_async(async || work.call())).unwrap_err();
    assert_eq!(time.0.take(), ms(300));
    block_on(annotated(&Work::failing(9), Yielding(&time))).unwrap_err();
    assert_eq!(time.0.get(), ms(300));
}

#[derive(Default)]
struct Kinds(RefCell<Vec<EventKind>>);

impl Observer for Kinds {
    fn event(&self, event: &Event<'_>) {
        self.0.borrow_mut().push(event.kind());
    }
}

/// It is said once in the life of a process, so this is one test for all of it.
#[tokio::test]
async fn a_blocking_call_on_an_executors_thread_says_so_once() {
    use EventKind::{BlocksExecutor, Recovered, Retrying};
    let told = || {
        let (work, kinds) = (Work::failing(1), Kinds::default());
        let policy: Policy = "initial_delay=1ns jitter=none".parse().unwrap();
        Retry::new(policy).observer(&kinds).call(|| work.call()).unwrap();
        kinds.0.take()
    };
    // Where blocking is allowed, there is nothing to say.
    assert_eq!(tokio::task::spawn_blocking(told).await.unwrap(), [Retrying, Recovered]);
    assert_eq!(thread::spawn(told).join().unwrap(), [Retrying, Recovered]);
    assert_eq!(told(), [Retrying, BlocksExecutor, Recovered]);
    assert_eq!(told(), [Retrying, Recovered]);
}

/// Whatever waits, the attribute's own timers are not asked for anything.
#[test]
fn a_closure_that_waits_needs_no_runtime() {
    #[retry(jitter = "none", sleep = |delay| {
        waits.borrow_mut().push(delay);
        async {}
    })]
    async fn annotated(work: &Work, waits: &RefCell<Vec<Duration>>) -> Result<u32, Failure> {
        work.call()
    }
    let waits = RefCell::default();
    assert_eq!(block_on(annotated(&Work::failing(9), &waits)).unwrap_err().call, 3);
    assert_eq!(waits.take(), [ms(100), ms(200)]);
}

/// smol's timers come to the moment at which they went off.
#[test]
fn what_a_future_that_waits_comes_to_is_dropped() {
    async fn until(delay: Duration) -> std::time::Instant {
        std::time::Instant::now() + delay
    }
    #[retry(jitter = "none", sleep = until)]
    async fn annotated(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    assert_eq!(block_on(annotated(&Work::failing(2))).unwrap(), 3);
    let (retry, work) = (Retry::new(Policy::DEFAULT).timer(until), Work::failing(2));
    assert_eq!(block_on(retry.call_async(async || work.call())).unwrap(), 3);
}
