//! `-> impl Future<…>`, `-> Pin<Box<dyn Future<…>>>`, and aliases of it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use reattempt::retry;

use super::support::Failure;
use super::{Server, assert_send, support};

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

/// As in the crate `futures`.
type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[retry(clone(name))]
fn cloned(server: Arc<Server>, name: String) -> impl Future<Output = Result<usize, Failure>> {
    async move {
        let length = name.into_bytes().len();
        Ok(server.call()? as usize + length)
    }
}

#[retry]
fn of_an_alias(server: &Server) -> BoxFuture<'_, Result<u32, Failure>> {
    Box::pin(async move { server.call() })
}

/// An alias that says nothing of what it comes to.
type Answer = Pin<Box<dyn Future<Output = Result<usize, Failure>> + Send>>;

/// What stands before the block may change an argument: it is done once.
#[retry(clone(name), context = cx)]
fn changed_before(server: Arc<Server>, mut name: String) -> Answer {
    name.push('!');
    Box::pin(async move {
        let _ = cx.attempt();
        server.call()?;
        Ok(name.into_bytes().len())
    })
}

#[retry]
fn used_before(server: Arc<Server>, mut name: String) -> Answer {
    name.push('!');
    let length = name.len();
    Box::pin(async move { Ok(server.call()? as usize + length) })
}

/// What `futures::FutureExt::boxed` does.
trait Boxed: Future + Sized {
    fn boxed<'a>(self) -> BoxFuture<'a, Self::Output>
    where
        Self: Send + 'a,
    {
        Box::pin(self)
    }
}

impl<F: Future> Boxed for F {}

/// What it comes to holds something that has an output of its own.
#[retry]
fn of_a_future_of_a_future(
    server: &Server,
) -> BoxFuture<'_, Result<BoxFuture<'static, u32>, Failure>> {
    Box::pin(async move {
        let call = server.call()?;
        let future: Pin<Box<dyn Future<Output = u32> + Send>> = Box::pin(async move { call });
        Ok(future)
    })
}

struct Holder {
    name: String,
}

/// A field called like an argument is not that argument.
#[retry]
fn beside_a_field(server: Arc<Server>, holder: Holder, mut name: String) -> Answer {
    #![allow(unused_assignments, reason = "an attribute inside")]
    name.push('!');
    drop(name);
    Box::pin(async move { Ok(server.call()? as usize + holder.name.len()) })
}

/// A `mut` that only what stands before needs, of an argument that each attempt consumes.
#[retry(clone(name))]
fn consumed(mut name: String) -> Answer {
    name.push('!');
    Box::pin(async move { Ok(name.into_bytes().len()) })
}

/// A `mut` that only the clones need, of an argument that what stands before reads.
#[retry(clone(name))]
fn read_before(server: Arc<Server>, mut name: String) -> Answer {
    let length = name.len();
    Box::pin(async move {
        name.push('!');
        server.call()?;
        Ok(name.len() + length)
    })
}

#[retry]
fn by_a_method(server: &Server) -> BoxFuture<'_, Result<u32, Failure>> {
    async move {
        let call = server.call()?;
        Ok(call)
    }
    .boxed()
}

/// Borrowed exclusively, by a block that says so or not.
#[retry]
fn exclusive(log: &mut Vec<u32>) -> impl Future<Output = Result<usize, Failure>> + Send + '_ {
    async {
        log.push(0);
        tokio::task::yield_now().await;
        if log.len() < 3 {
            super::Server::default().call()?
        } else {
            0
        };
        Ok(log.len())
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

macro_rules! by_block {
    ($name:ident, $body:block, $server:ident) => {
        #[retry]
        fn $name($server: &Server) -> impl Future<Output = Result<u32, Failure>> + Send + '_ {
            async move $body
        }
    };
}
by_block!(of_a_block, { server.call() }, server);

/// What the future comes to isn't told by the alias; its argument is no part of it.
type Own<'a> = Pin<Box<dyn Future<Output = Result<u32, Failure>> + Send + 'a>>;

#[retry]
fn of_an_alias_with_a_lifetime<'a>(server: &'a Server, log: &'a mut Vec<u32>) -> Own<'a> {
    Box::pin(async move {
        let own = log;
        own.push(1);
        server.call()
    })
}

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
    assert_eq!(of_a_block(&Server::default()).await, Ok(3));
    let mut log = Vec::new();
    assert_eq!(of_an_alias_with_a_lifetime(&Server::default(), &mut log).await, Ok(3));
    assert_eq!(log.len(), 3);
    let server = Server::default();
    let future: BoxFuture<'_, _> = boxed(&server);
    assert_eq!(future.await, Ok(3));
    assert_eq!(of_an_alias(&Server::default()).await, Ok(3));
    assert_eq!(changed_before(Arc::default(), "four".to_owned()).await, Ok(5));
    assert_eq!(used_before(Arc::default(), "four".to_owned()).await, Ok(8));
    assert_eq!(of_a_future_of_a_future(&Server::default()).await.unwrap().await, 3);
    let holder = Holder { name: "four".to_owned() };
    assert_eq!(beside_a_field(Arc::default(), holder, "x".to_owned()).await, Ok(7));
    assert_eq!(read_before(Arc::default(), "four".to_owned()).await, Ok(9));
    assert_eq!(consumed("four".to_owned()).await, Ok(5));
    assert_eq!(by_a_method(&Server::default()).await, Ok(3));
    assert_eq!(assert_send(exclusive(&mut Vec::new())).await, Ok(3));
    assert_eq!(assert_send(Server::default().fetch("x")).await.unwrap(), "x 3 3");
}
