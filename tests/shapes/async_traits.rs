//! Methods inside `#[async_trait]`, whatever the patterns of their arguments.

use std::sync::atomic::AtomicU32;

use async_trait::async_trait;
use reattempt::{Policy, policy, retry};

use super::support::{Failure, ms};
use super::{Server, assert_send};

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
