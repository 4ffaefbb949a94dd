//! Functions that return a future without being `async`: written so, or by `#[async_trait]`.

#![allow(
    clippy::manual_async_fn,
    clippy::question_mark,
    unused_qualifications,
    reason = "odd shapes are what is tested"
)]

mod support;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use reattempt::{Policy, policy, retry};
use support::{Failure, ms};

/// Fails twice, from whatever thread.
#[derive(Default)]
struct Server {
    calls: AtomicU32,
}

impl Server {
    fn call(&self) -> Result<u32, Failure> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        let retryability = reattempt::Retryability::transient();
        if call < 3 { Err(Failure { call, retryability }) } else { Ok(call) }
    }
}

fn assert_send<T: Send>(future: T) -> T {
    future
}

#[retry]
fn returned(server: &Server) -> impl Future<Output = Result<u32, Failure>> + Send + '_ {
    async move {
        let call = server.call()?;
        tokio::task::yield_now().await;
        Ok(call)
    }
}

#[retry]
fn with_a_prelude(
    server: Arc<Server>,
    name: &str,
) -> impl Future<Output = Result<usize, Failure>> + use<> {
    // Done once, when the function is called.
    let length = name.len();
    async move { Ok(server.call()? as usize + length) }
}

#[retry]
fn boxed<'a>(
    server: &'a Server,
) -> Pin<Box<dyn Future<Output = Result<u32, Failure>> + Send + 'a>> {
    Box::pin(async move {
        if let Err(failure) = server.call() {
            return Err(failure);
        }
        Ok(3)
    })
}

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[retry(clone(name))]
fn cloned(server: Arc<Server>, name: String) -> impl Future<Output = Result<usize, Failure>> {
    async move {
        let length = name.into_bytes().len();
        Ok(server.call()? as usize + length)
    }
}

// Not a future, but a `Result` that holds one.
#[retry(sleep = support::sleep)]
fn made(server: &Server) -> Result<Pin<Box<dyn Future<Output = u32> + Send>>, Failure> {
    let call = server.call()?;
    Ok(Box::pin(async move { call }))
}

macro_rules! by_macro {
    ($name:ident, $body:expr, $server:ident) => {
        #[retry]
        fn $name(
            $server: &Server,
        ) -> Pin<Box<dyn Future<Output = Result<u32, Failure>> + Send + '_>> {
            Box::pin($body)
        }
    };
}
by_macro!(of_a_macro, async move { server.call() }, server);

trait Fetch {
    fn fetch<'a>(&'a self, name: &'a str) -> impl Future<Output = Result<String, Failure>> + Send;
}

impl Fetch for Server {
    #[retry(max_attempts = 3, context = cx)]
    fn fetch<'a>(&'a self, name: &'a str) -> impl Future<Output = Result<String, Failure>> + Send {
        async move {
            let call = self.call()?;
            tokio::task::yield_now().await;
            Ok(format!("{name} {call} {}", cx.attempt()))
        }
    }
}

#[tokio::test(start_paused = true)]
async fn futures_that_a_body_ends_in() {
    assert_eq!(assert_send(returned(&Server::default())).await, Ok(3));
    assert_eq!(with_a_prelude(Arc::default(), "four").await, Ok(7));
    assert_eq!(assert_send(boxed(&Server::default())).await, Ok(3));
    assert_eq!(cloned(Arc::default(), "four".to_owned()).await, Ok(7));
    assert_eq!(made(&Server::default()).unwrap().await, 3);
    assert_eq!(of_a_macro(&Server::default()).await, Ok(3));
    let server = Server::default();
    let future: BoxFuture<'_, _> = boxed(&server);
    assert_eq!(future.await, Ok(3));
    assert_eq!(assert_send(Server::default().fetch("x")).await.unwrap(), "x 3 3");
}

fn is_transient(failure: &Failure) -> bool {
    failure.call < 9
}

#[async_trait]
trait Store {
    async fn read(&self, name: &str) -> Result<String, Failure>;
    async fn write(&mut self, name: String, bytes: Vec<u8>) -> Result<usize, Failure>;
    async fn patterns(
        &self,
        pair: (u32, u32),
        array: [u32; 2],
        ignored: u8,
    ) -> Result<u32, Failure>;
    async fn generic<T: Into<u32> + Send + Sync + Copy>(&self, value: T) -> Result<u32, Failure>;

    fn server(&self) -> &Server;

    #[retry]
    async fn provided(&self) -> Result<u32, Failure>
    where
        Self: Sync,
    {
        self.server().call()
    }
}

struct Bucket {
    server: Server,
    policy: Policy,
    log: Vec<u32>,
}

impl Bucket {
    fn new() -> Bucket {
        let policy = policy!(max_attempts = 3, jitter = "none");
        Bucket { server: Server::default(), policy, log: Vec::new() }
    }

    fn is_worth_it(&self, failure: &Failure) -> bool {
        self.log.len() < 9 && failure.call < 9
    }
}

#[async_trait]
impl Store for Bucket {
    #[retry(policy = &self.policy, on = |failure| self.is_worth_it(failure))]
    async fn read(&self, name: &str) -> Result<String, Failure> {
        let call = self.server.call()?;
        tokio::task::yield_now().await;
        Ok(format!("{name} {call}"))
    }

    #[retry(clone(bytes), context = cx, on = self::is_transient)]
    async fn write(&mut self, name: String, mut bytes: Vec<u8>) -> Result<usize, Failure> {
        self.log.push(cx.attempt());
        bytes.push(0);
        self.server.call()?;
        Ok(name.len() + bytes.len())
    }

    #[retry]
    async fn patterns(
        &self,
        (first, second): (u32, u32),
        [third, _]: [u32; 2],
        _: u8,
    ) -> Result<u32, Failure> {
        Ok(self.server.call()? + first + second + third)
    }

    #[retry]
    async fn generic<T: Into<u32> + Send + Sync + Copy>(&self, value: T) -> Result<u32, Failure> {
        let call = self.server.call()?;
        Ok(call + value.into())
    }

    fn server(&self) -> &Server {
        &self.server
    }
}

#[async_trait(?Send)]
trait Local {
    async fn local(&self) -> Result<u32, Failure>;
}

#[async_trait(?Send)]
impl Local for Server {
    #[retry(until = |call| *call > 4)]
    async fn local(&self) -> Result<u32, Failure> {
        let not_send = std::rc::Rc::new(());
        tokio::task::yield_now().await;
        drop(not_send);
        self.call()
    }
}

#[tokio::test(start_paused = true)]
async fn methods_of_async_traits() {
    let began = tokio::time::Instant::now();
    assert_eq!(assert_send(Bucket::new().read("x")).await.unwrap(), "x 3");
    assert_eq!(began.elapsed(), ms(300));
    let mut bucket = Bucket::new();
    // The bytes that were passed, and one more.
    assert_eq!(bucket.write("four".to_owned(), vec![1]).await, Ok(6));
    assert_eq!(bucket.log, [1, 2, 3]);
    assert_eq!(Bucket::new().patterns((1, 2), [3, 4], 5).await, Ok(9));
    assert_eq!(Bucket::new().generic(7_u8).await, Ok(10));
    assert_eq!(Bucket::new().provided().await, Ok(3));
    let local = Server { calls: AtomicU32::new(2) };
    assert_eq!(local.local().await, Ok(5));
}

mod beside_other_attributes {
    use super::{Failure, Future, Server, retry};

    #[tracing::instrument(skip_all)]
    #[retry]
    async fn span_for_each_attempt(server: &Server) -> Result<u32, Failure> {
        server.call()
    }

    #[retry]
    #[tracing::instrument(skip_all)]
    async fn span_for_all_attempts(server: &Server) -> Result<u32, Failure> {
        server.call()
    }

    #[retry(sleep = super::support::sleep)]
    #[tracing::instrument(skip_all)]
    fn blocking_span_for_all_attempts(server: &Server) -> Result<u32, Failure> {
        server.call()
    }

    /// Counts the spans that are made meanwhile.
    fn spans<T>(work: impl FnOnce() -> T) -> u32 {
        use std::sync::Arc;
        use std::sync::atomic::{AtomicU32, Ordering};
        use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

        struct Counter(Arc<AtomicU32>);
        impl<S: tracing::Subscriber> Layer<S> for Counter {
            fn on_new_span(
                &self,
                attributes: &tracing::span::Attributes<'_>,
                _: &tracing::span::Id,
                _: Context<'_, S>,
            ) {
                if attributes.metadata().name().contains("span_for") {
                    self.0.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        let count = Arc::new(AtomicU32::new(0));
        let subscriber = tracing_subscriber::registry().with(Counter(Arc::clone(&count)));
        let _ = tracing::subscriber::with_default(subscriber, work);
        count.load(Ordering::Relaxed)
    }

    fn in_paused_time<T>(future: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().unwrap().block_on(future)
    }

    #[test]
    fn above_instrument_the_call_has_a_span_and_below_it_each_attempt() {
        let server = Server::default;
        assert_eq!(spans(|| in_paused_time(span_for_each_attempt(&server())).unwrap()), 3);
        assert_eq!(spans(|| in_paused_time(span_for_all_attempts(&server())).unwrap()), 1);
        assert_eq!(spans(|| blocking_span_for_all_attempts(&server()).unwrap()), 1);
    }

    thread_local! {
        static RUNTIMES: std::cell::RefCell<Vec<tokio::runtime::Id>> = const {
            std::cell::RefCell::new(Vec::new())
        };
    }

    /// Fails twice, in whatever runtime.
    fn attempt() -> std::io::Result<()> {
        let runtime = tokio::runtime::Handle::current().id();
        let attempts = RUNTIMES.with_borrow_mut(|runtimes| {
            runtimes.push(runtime);
            runtimes.len()
        });
        if attempts < 3 { Err(std::io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    #[retry(backoff = "none")]
    #[tokio::main(flavor = "current_thread")]
    async fn one_runtime() -> std::io::Result<()> {
        attempt()
    }

    #[tokio::main(flavor = "current_thread")]
    #[retry(sleep = super::support::sleep)]
    async fn a_runtime_for_each_attempt() -> std::io::Result<()> {
        attempt()
    }

    #[test]
    fn above_main_all_attempts_share_a_runtime() {
        one_runtime().unwrap();
        let mut runtimes = RUNTIMES.take();
        runtimes.dedup();
        assert_eq!(runtimes.len(), 1);
        a_runtime_for_each_attempt().unwrap();
        let mut runtimes = RUNTIMES.take();
        runtimes.dedup();
        assert_eq!(runtimes.len(), 3);
    }

    #[retry(backoff = "none")]
    #[tokio::test]
    async fn above_test_it_is_a_test() -> std::io::Result<()> {
        attempt()
    }
}
