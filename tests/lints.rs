//! Nothing that is generated trips a lint: the whole file under everything that is usual, some of it
//! forbidden, so that not even an `allow` of ours would pass.

#![deny(warnings, clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(unsafe_code, future_incompatible, unused_qualifications)]

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use reattempt::{CancelToken, Policy, Retryable, attempt, policy, retry};

const SHARED: Policy = policy!(max_attempts = 4, backoff = "linear");

const fn is_transient(_: &io::Error) -> bool {
    true
}

/// Derived, with all that an attribute may say.
mod derived {
    #![allow(dead_code, reason = "nobody fails")]

    use super::{Retryable, io};

    #[derive(Debug, Retryable)]
    enum Failure<E> {
        #[retry(transient)]
        Lost,
        #[retry(throttled, not_applied, after = wait, when = *status == 429)]
        #[retry(transient, when = *status >= 500 || { *status == 408 })]
        Refused { status: u16, wait: Option<std::time::Duration> },
        #[retry(permanent, when = _0.is_empty())]
        #[retry(cancelled)]
        Text(String),
        #[retry(forward)]
        Other(E),
        #[deprecated = "there is a better one"]
        #[retry(permanent)]
        Old,
    }

    #[derive(Debug, Retryable)]
    #[retry(forward)]
    struct Wrapper(io::Error);

    #[derive(Debug, Retryable)]
    enum Nothing {}
}

// On one line each: some lints look only at these.
#[rustfmt::skip]
mod on_one_line {
    #![allow(unreachable_pub, reason = "nobody is outside")]
    #![forbid(unused, clippy::all)]

    use super::{SHARED, io, is_transient, retry};

    #[retry] pub fn sync() -> io::Result<u32> { Ok(1) }
    #[retry] pub fn sync_call() -> io::Result<u32> { sync() }
    #[retry] pub fn sync_of_an_argument(call: fn() -> io::Result<u32>) -> io::Result<u32> { call() }
    #[retry(on = is_transient)] pub fn sync_by_path() -> io::Result<u32> { sync() }
    #[retry] pub async fn asynchronous() -> io::Result<u32> { std::future::ready(Ok(1)).await }
    #[retry] pub async fn coerced() -> io::Result<Box<dyn Fn() -> u32>> { std::future::ready(()).await; Ok(Box::new(|| 2)) }
    #[retry] pub fn matched(number: u32) -> io::Result<u32> { match number { 0 => Ok(1), _ => Ok(2) } }
    #[retry(on = is_transient)] pub async fn by_path() -> io::Result<u32> { std::future::ready(Ok(1)).await }
    #[retry(on = |error| error.raw_os_error() == Some(4))] pub fn by_closure() -> io::Result<u32> { Ok(1) }
    #[retry(policy = SHARED, max_attempts = 3)] pub fn by_policy() -> io::Result<u32> { Ok(1) }
    #[retry(sleep = std::thread::sleep)] pub fn by_timer() -> io::Result<u32> { Ok(1) }
    #[retry(sleep = |delay| std::thread::sleep(delay * 2))] pub fn by_slow_timer() -> io::Result<u32> { Ok(1) }
    #[retry(sleep = tokio::time::sleep)] pub async fn by_async_timer() -> io::Result<u32> { std::future::ready(Ok(1)).await }
}

#[retry(clone(body, log), context = cx, on(_), until = |length| *length > 0)]
fn clones(body: String, mut log: Vec<String>) -> io::Result<usize> {
    log.push(format!("{body} {}", cx.attempt()));
    drop(body);
    Ok(log.len())
}

#[retry(clone(body), until = |length| *length > 0)]
async fn clones_async(body: String) -> Option<usize> {
    std::future::ready(()).await;
    Some(body.into_bytes().len())
}

#[retry(clone(body))]
fn boxed(body: String) -> Pin<Box<dyn Future<Output = io::Result<usize>> + Send>> {
    Box::pin(async move { Ok(body.into_bytes().len()) })
}

struct Service {
    policy: Policy,
    calls: u32,
}

type Callback = Box<dyn Fn(&str) -> Option<usize> + Send + Sync>;

impl Service {
    const LIMIT: u32 = 3;

    #[retry(policy = &self.policy)]
    fn shared(&self) -> io::Result<u32> {
        Ok(self.calls)
    }

    #[retry(max_attempts = Self::LIMIT)]
    fn exclusive(&mut self) -> io::Result<()> {
        self.calls += 1;
        Ok(())
    }

    #[retry(policy = self.policy)]
    async fn asynchronous(&mut self, text: String) -> io::Result<usize> {
        self.calls += 1;
        std::future::ready(()).await;
        Ok(text.len())
    }

    #[retry]
    fn shared_pointer(self: Arc<Self>) -> io::Result<u32> {
        Ok(self.calls)
    }

    #[retry]
    async fn pinned(self: Pin<&mut Self>, limit: usize) -> io::Result<usize> {
        std::future::ready(()).await;
        Ok(limit + self.calls as usize)
    }
}

#[retry]
async fn complex(
    text: &str,
) -> io::Result<Vec<Option<Box<dyn Fn(&str) -> Option<usize> + Send + Sync>>>> {
    let _ = text;
    std::future::ready(()).await;
    Ok(Vec::new())
}

#[retry]
async fn generic<T: AsRef<str> + Send + Sync, const N: usize>(
    (first, second): (T, T),
    third: [u32; N],
) -> io::Result<usize> {
    std::future::ready(()).await;
    Ok(first.as_ref().len() + second.as_ref().len() + third.len())
}

#[retry]
fn opaque(text: &str) -> io::Result<impl Iterator<Item = char> + '_> {
    Ok(text.chars())
}

#[retry]
#[must_use = "it is counted"]
#[inline]
fn attributes() -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::NotFound))
}

#[retry]
fn diverges(never: bool) -> io::Result<()> {
    assert!(!never);
    panic!("it does")
}

#[retry]
async fn diverges_async(never: bool) -> io::Result<()> {
    std::future::ready(()).await;
    assert!(!never);
    panic!("it does")
}

const fn fatal() -> ! {
    panic!("it is")
}

#[retry]
fn diverges_by_a_call() -> io::Result<()> {
    fatal()
}

#[retry]
async fn diverges_by_a_call_async(wait: bool) -> io::Result<()> {
    std::future::ready(wait).await;
    fatal()
}

// What an attribute must not hide from the compiler: the expectation fails where it does.
#[expect(dead_code, reason = "it is not called")]
#[retry]
fn unused() -> io::Result<()> {
    Ok(())
}

#[expect(unused_variables, reason = "the parameter is not used")]
#[retry]
async fn unused_parameter(parameter: u32) -> io::Result<()> {
    std::future::ready(()).await;
    Ok(())
}

#[expect(unused_parens, reason = "in the body")]
#[retry]
fn parentheses_in_the_body() -> io::Result<u32> {
    let number = (1);
    Ok(number)
}

/// The methods of a trait, documented.
#[async_trait::async_trait]
trait Store {
    /// Provided.
    ///
    /// # Errors
    ///
    /// As it pleases.
    #[retry]
    async fn provided(&self, name: &str) -> io::Result<usize>
    where
        Self: Sync,
    {
        std::future::ready(()).await;
        Ok(name.len())
    }

    async fn required(&mut self, name: String, limit: u32) -> io::Result<usize>;
}

#[async_trait::async_trait]
impl Store for Service {
    #[retry(clone(name), policy = self.policy, context = cx)]
    async fn required(&mut self, mut name: String, limit: u32) -> io::Result<usize> {
        std::future::ready(()).await;
        name.push('!');
        self.calls += limit + cx.attempt();
        Ok(name.len())
    }
}

trait Native {
    #[retry]
    fn blocking(&self) -> io::Result<u32> {
        Ok(1)
    }

    #[retry(until = |value| *value > 0)]
    fn future(&self) -> impl Future<Output = io::Result<u32>> + Send
    where
        Self: Sync,
    {
        async { Ok(std::future::ready(1).await) }
    }
}

impl Native for Service {}

#[retry(on(error if error.kind() == io::ErrorKind::TimedOut))]
#[allow(improper_ctypes_definitions, reason = "only the convention is of interest")]
extern "C" fn foreign(number: u32) -> io::Result<u32> {
    Ok(number)
}

#[retry]
fn recursive(depth: u32) -> Option<u32> {
    if depth == 0 { Some(0) } else { recursive(depth - 1) }
}

#[retry]
async fn recursive_async(depth: u32) -> io::Result<u32> {
    if depth == 0 { Ok(0) } else { Box::pin(recursive_async(depth - 1)).await }
}

#[retry(on = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut)]
fn borrowed<'text>(text: &'text str, _: &str) -> io::Result<&'text str> {
    Ok(text)
}

#[retry]
fn exclusive_argument(log: &mut Vec<u32>) -> io::Result<usize> {
    log.push(0);
    Ok(log.len())
}

#[tokio::test]
async fn all_of_it_runs() {
    use on_one_line as line;
    let delegated =
        (line::sync_call(), line::sync_of_an_argument(line::sync), line::sync_by_path());
    assert!(matches!(delegated, (Ok(1), Ok(1), Ok(1))));

    assert_eq!(foreign(1).unwrap() + recursive(2).unwrap(), 1);
    assert_eq!(recursive_async(2).await.unwrap(), 0);
    assert_eq!(borrowed("x", "").unwrap(), "x");
    assert_eq!(exclusive_argument(&mut Vec::new()).unwrap(), 1);
    let mut store = Service { policy: SHARED, calls: 0 };
    assert_eq!(store.provided("four").await.unwrap(), 4);
    assert_eq!(store.required("four".to_owned(), 1).await.unwrap(), 5);
    assert_eq!(store.blocking().unwrap() + store.future().await.unwrap(), 2);

    assert_eq!(line::sync().unwrap() + line::asynchronous().await.unwrap(), 2);
    assert_eq!(line::matched(1).unwrap() + line::coerced().await.unwrap()(), 4);
    assert_eq!(line::by_path().await.unwrap() + line::by_closure().unwrap(), 2);
    assert_eq!(line::by_policy().unwrap() + line::by_timer().unwrap(), 2);
    assert_eq!(line::by_slow_timer().unwrap() + line::by_async_timer().await.unwrap(), 2);
    assert_eq!(clones("x".to_owned(), Vec::new()).unwrap(), 1);
    assert_eq!(clones_async("x".to_owned()).await, Some(1));
    assert_eq!(boxed("x".to_owned()).await.unwrap(), 1);
    let mut service = Service { policy: SHARED, calls: 0 };
    service.exclusive().unwrap();
    assert_eq!(service.asynchronous("four".to_owned()).await.unwrap(), 4);
    assert_eq!(service.shared().unwrap(), 2);
    assert_eq!(Pin::new(&mut service).pinned(1).await.unwrap(), 3);
    assert_eq!(Arc::new(service).shared_pointer().unwrap(), 2);
    assert_eq!(complex("x").await.unwrap().len(), 0);
    let none: Vec<Option<Callback>> = complex("x").await.unwrap();
    assert!(none.is_empty());
    assert_eq!(generic(("a", "b"), [3]).await.unwrap(), 3);
    assert_eq!(opaque("abc").unwrap().count(), 3);
    assert!(attributes().is_err());
    assert!(std::panic::catch_unwind(|| diverges(false)).is_err());
    assert!(std::panic::catch_unwind(diverges_by_a_call).is_err());
    assert!(tokio::spawn(diverges_by_a_call_async(true)).await.unwrap_err().is_panic());
    assert!(tokio::spawn(diverges_async(false)).await.unwrap_err().is_panic());
    unused_parameter(1).await.unwrap();
    assert_eq!(parentheses_in_the_body().unwrap(), 1);
}

/// Limits, hooks, cancellation, and what stands in the middle of a function.
mod more {
    #![allow(unreachable_pub, clippy::unused_self, reason = "nobody is outside")]

    use std::future;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use reattempt::{GaveUp, TimedOut};

    use super::{CancelToken, Policy, SHARED, attempt, io, retry};

    /// As a token of tokio-util.
    pub struct Token;

    impl Token {
        pub fn cancelled(&self) -> future::Ready<()> {
            future::ready(())
        }
    }

    fn again(error: io::Error, call: &GaveUp) -> io::Error {
        if call.is_about_the_error() { error } else { io::Error::other(error) }
    }

    fn late(timed_out: TimedOut) -> io::Error {
        timed_out.into()
    }

    #[retry(
        max_attempts = unlimited, max_elapsed = 30s, reset_after = 60s, log = "debug",
        throttled(max_attempts = 8, initial_delay = 1s), cancel = stop, map_err = again,
        on_retry = |retry| counter.store(retry.attempt(), Ordering::Relaxed), on_give_up = |call| counter.store(call.attempts(), Ordering::Relaxed),
    )]
    pub fn blocking(counter: &AtomicU32, stop: &CancelToken) -> io::Result<u32> {
        Ok(counter.load(Ordering::Relaxed))
    }

    #[retry(
        deadline = until, attempt_timeout = 5s, stall_timeout = 2s, context = cx, timed_out = late, cancel = token,
        on_retry = |retry| counter.store(retry.attempt(), Ordering::Relaxed), on_give_up = |call| counter.store(call.attempts(), Ordering::Relaxed),
        map_err = |error, _| error, log(retry = "info", after = 3),
    )]
    pub async fn asynchronous(
        counter: &AtomicU32,
        until: Option<Duration>,
        token: &Token,
    ) -> io::Result<u32> {
        cx.progress();
        let number = future::ready(counter.load(Ordering::Relaxed)).await;
        Ok(number)
    }

    #[retry(cancel = token.cancelled(), until = |number| *number > 0, otherwise = |_| Err(io::Error::other("")))]
    pub async fn polled(token: &Token) -> io::Result<u32> {
        future::ready(Ok(1)).await
    }

    #[retry(policy = SHARED, log = "off", max_elapsed = 5s)]
    pub fn named(number: u32) -> io::Result<u32> {
        Ok(number)
    }

    #[retry(policy = policy, log = "off")]
    pub fn at_run_time(policy: &Policy) -> io::Result<bool> {
        Ok(policy.max_elapsed().is_some())
    }

    pub fn in_the_middle(text: &mut String) -> io::Result<usize> {
        let first = attempt!(policy = SHARED, {
            text.push('a');
            Ok::<_, io::Error>(text.len())
        })?;
        let second: io::Result<usize> =
            attempt!(max_attempts = 2, on(_), || -> io::Result<usize> { Ok(text.len()) });
        Ok(first + second?)
    }

    pub async fn in_the_middle_async(text: &mut String) -> io::Result<usize> {
        let first = attempt!(max_elapsed = 5s, attempt_timeout = 1s, async {
            text.push('a');
            future::ready(()).await;
            Ok::<_, io::Error>(text.len())
        })
        .await?;
        let second =
            attempt!(async { future::ready(Ok::<_, io::Error>(text.len())).await }).await?;
        Ok(first + second)
    }
}

#[test]
fn more_is_called() {
    let counter = std::sync::atomic::AtomicU32::new(1);
    assert_eq!(more::blocking(&counter, &CancelToken::new()).unwrap(), 1);
    assert_eq!(more::named(3).unwrap(), 3);
    assert!(!more::at_run_time(&SHARED).unwrap());
    assert_eq!(more::in_the_middle(&mut String::new()).unwrap(), 2);
    drop(more::asynchronous(&counter, None, &more::Token));
    drop(more::polled(&more::Token));
    drop(more::in_the_middle_async(&mut String::new()));
}
