//! Retries as a part of other crates' stacks: of tower's, and of reqwest-middleware's.

mod support;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use reattempt::reqwest_middleware::RetryMiddleware;
use reattempt::tower::Retries;
use reattempt::{Policy, Retryability, policy};
use support::{Server, nobody};
use tokio::time::Instant;
use tower::retry::RetryLayer;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn};

const EXACT: Policy = policy!(max_attempts = 3, jitter = "none");

/// A service that answers with the number of the call, once it has failed so often.
fn failing(
    failures: u32,
    calls: &Arc<AtomicU32>,
) -> impl Service<u32, Response = u32, Error = BoxError, Future: Send> + Clone + use<> {
    let calls = Arc::clone(calls);
    service_fn(move |_: u32| {
        let call = calls.fetch_add(1, Ordering::Relaxed) + 1;
        async move {
            if call > failures {
                Ok(call)
            } else {
                Err::<u32, BoxError>(io::Error::from(io::ErrorKind::ConnectionReset).into())
            }
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_service_of_tower_tries_again() {
    let calls = Arc::default();
    let mut service = ServiceBuilder::new()
        .layer(RetryLayer::new(Retries::new(EXACT)))
        .service(failing(2, &calls));
    let begun = Instant::now();
    assert_eq!(service.ready().await.unwrap().call(7).await.unwrap(), 3);
    assert_eq!(begun.elapsed(), Duration::from_millis(300));

    // Each request has a state of its own.
    let calls = Arc::default();
    let mut service = ServiceBuilder::new()
        .layer(RetryLayer::new(Retries::new(EXACT)))
        .service(failing(99, &calls));
    for _ in 0..2 {
        service.ready().await.unwrap().call(7).await.unwrap_err();
    }
    assert_eq!(calls.load(Ordering::Relaxed), 6);
}

#[tokio::test(start_paused = true)]
async fn a_limit_in_time_is_that_of_each_request() {
    let calls = Arc::default();
    let retries =
        Retries::new(policy!(max_attempts = unlimited, max_elapsed = 1s, jitter = "none"));
    let mut service =
        ServiceBuilder::new().layer(RetryLayer::new(retries)).service(failing(99, &calls));
    for _ in 0..2 {
        let begun = Instant::now();
        service.ready().await.unwrap().call(7).await.unwrap_err();
        assert_eq!(begun.elapsed(), Duration::from_millis(700));
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    assert_eq!(calls.load(Ordering::Relaxed), 8);
}

/// A request that took its time before it failed begins anew, and a policy that nobody clones knows the time as well.
#[tokio::test(start_paused = true)]
async fn the_length_of_an_attempt_counts() {
    use tower::retry::Policy as _;

    const RECONNECT: Policy = policy!(max_attempts = 2, reset_after = 1s, jitter = "none");

    let calls = Arc::new(AtomicU32::new(0));
    let service = service_fn(|_: u32| {
        let call = calls.fetch_add(1, Ordering::Relaxed);
        async move {
            tokio::time::sleep(Duration::from_secs(if call < 4 { 2 } else { 0 })).await;
            Err::<u32, BoxError>(io::Error::from(io::ErrorKind::ConnectionReset).into())
        }
    });
    let mut service =
        ServiceBuilder::new().layer(RetryLayer::new(Retries::new(RECONNECT))).service(service);
    service.ready().await.unwrap().call(7).await.unwrap_err();
    assert_eq!(calls.load(Ordering::Relaxed), 5);

    let mut retries = Retries::new(policy!(max_attempts = 99, max_elapsed = 1s, jitter = "none"));
    let _: Option<u32> =
        tower::retry::Policy::<u32, u32, io::Error>::clone_request(&mut retries, &7);
    let mut waits = 0;
    while let Some(wait) =
        retries.retry(&mut 7_u32, &mut Err::<u32, _>(io::Error::from(io::ErrorKind::TimedOut)))
    {
        wait.await;
        waits += 1;
    }
    // 100, 200 and 400 ms; 800 would be too long.
    assert_eq!(waits, 3);
}

#[tokio::test(start_paused = true)]
async fn a_hint_may_stand_in_the_answer() {
    let answers = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&answers);
    let busy = service_fn(move |_: u32| {
        let status = if counted.fetch_add(1, Ordering::Relaxed) < 2 { 429 } else { 200 };
        async move { Ok::<_, io::Error>(status) }
    });
    let retries = Retries::new(EXACT).until(|status: &u16| match status {
        429 => Retryability::throttled().after(Duration::from_secs(2)),
        _ => Retryability::permanent(),
    });
    let mut service = ServiceBuilder::new().layer(RetryLayer::new(retries)).service(busy);
    let begun = Instant::now();
    assert_eq!(service.ready().await.unwrap().call(1).await.unwrap(), 200);
    assert_eq!(begun.elapsed(), Duration::from_secs(4));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_cloned_is_sent_once() {
    struct Once(u32);

    let calls: Arc<AtomicU32> = Arc::default();
    let counted = Arc::clone(&calls);
    let service = service_fn(move |Once(number): Once| {
        counted.fetch_add(number, Ordering::Relaxed);
        async { Err::<(), _>(io::Error::from(io::ErrorKind::ConnectionReset)) }
    });
    let even = |once: &Once| once.0.is_multiple_of(2).then_some(Once(once.0));
    let retries = Retries::new(EXACT).clone_request(even).on(|_: &io::Error| true);
    let mut service = ServiceBuilder::new().layer(RetryLayer::new(retries)).service(service);
    service.ready().await.unwrap().call(Once(1)).await.unwrap_err();
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    service.ready().await.unwrap().call(Once(10)).await.unwrap_err();
    assert_eq!(calls.load(Ordering::Relaxed), 31);
}

macro_rules! middleware {
    ($name:ident: $reqwest:ident, $middleware:ident) => {
        #[tokio::test(start_paused = true)]
        async fn $name() {
            let retries = RetryMiddleware::new(EXACT).name("upstream");
            let client =
                $middleware::ClientBuilder::new($reqwest::Client::new()).with(retries).build();

            let server = Server::answering(&[(503, "2"), (429, "")]).await;
            let begun = Instant::now();
            let response = client.get(server.url()).send().await.unwrap();
            assert_eq!((response.status().as_u16(), server.left()), (200, 0));
            assert!(begun.elapsed() >= Duration::from_secs(2));

            // The last response is returned as it is, and what the client must not do is not tried again.
            let server = Server::answering(&[(503, ""); 4]).await;
            let response = client.get(server.url()).send().await.unwrap();
            assert_eq!((response.status().as_u16(), server.left()), (503, 1));
            let server = Server::answering(&[(404, "")]).await;
            assert_eq!(client.get(server.url()).send().await.unwrap().status().as_u16(), 404);

            // What isn't idempotent is sent once, unless it has a key.
            let server = Server::answering(&[(503, ""); 2]).await;
            let response = client.post(server.url()).body("order").send().await.unwrap();
            assert_eq!((response.status().as_u16(), server.left()), (503, 1));
            let post = client.post(server.url()).header("Idempotency-Key", "7").body("order");
            assert_eq!((post.send().await.unwrap().status().as_u16(), server.left()), (200, 0));

            let begun = Instant::now();
            client.get(format!("http://{}/", nobody())).send().await.unwrap_err();
            assert!(begun.elapsed() >= Duration::from_millis(300));
        }
    };
}

middleware!(a_client_of_reqwest_middleware: reqwest, reqwest_middleware);
middleware!(a_client_of_the_version_before: reqwest_0_12, reqwest_middleware_0_4);

/// `cancel` takes the token that most programs have.
#[tokio::test(start_paused = true)]
async fn the_token_of_tokio_util_cancels() {
    use tokio_util::sync::CancellationToken;

    #[reattempt::retry(max_attempts = 9, jitter = "none", cancel = token)]
    async fn by_name(token: &CancellationToken) -> io::Result<()> {
        Err(io::ErrorKind::ConnectionReset.into())
    }
    #[reattempt::retry(max_attempts = 9, jitter = "none", cancel = token.cancelled())]
    async fn by_future(token: CancellationToken) -> io::Result<()> {
        Err(io::ErrorKind::ConnectionReset.into())
    }
    let token = CancellationToken::new();
    let other = token.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(250)).await;
        other.cancel();
    });
    let begun = Instant::now();
    by_name(&token).await.unwrap_err();
    by_future(token).await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::from_millis(250));
}
