//! The clients of HTTP and gRPC in the versions that projects are on: whatever they wrap, the same failure says the same.

mod support;

use std::error::Error;
use std::io;
use std::time::Duration;

use reattempt::http::{HttpError, ReadBody, ReadBodyBlocking, RetryableStatus};
use reattempt::{RetryKind, Retryability, Retryable, retry};
use support::{Server, nobody, sleep, slept};

/// For each version of reqwest: a status is one word away, and its wait and body are kept.
macro_rules! versions_of_reqwest {
    ($($version:ident: $reqwest:ident,)+) => {$(
        mod $version {
            use super::*;

            type Failure = HttpError<$reqwest::Error>;

            #[retry(max_attempts = 4, sleep = sleep)]
            async fn fetch(url: &str) -> Result<String, Failure> {
                let client = $reqwest::Client::new();
                Ok(client.get(url).send().await?.retryable_status()?.text().await?)
            }

            #[retry(sleep = sleep)]
            async fn fetch_with_body(url: &str) -> Result<String, Failure> {
                Ok($reqwest::get(url).await?.require_success_or_body().await?.text().await?)
            }

            #[retry(sleep = support::note)]
            fn fetch_blocking(url: &str) -> Result<String, Failure> {
                Ok($reqwest::blocking::get(url)?.require_success_or_body()?.text()?)
            }

            #[tokio::test]
            async fn a_status_and_its_wait() {
                let server = Server::answering(&[(503, "2"), (429, ""), (500, "")]).await;
                assert_eq!(fetch(&server.url()).await.unwrap(), "body");
                let waits = slept();
                assert_eq!((server.left(), waits.len()), (0, 3));
                assert!(waits[0] >= Duration::from_secs(2), "{waits:?}");
            }

            #[tokio::test]
            async fn a_status_and_its_body() {
                let server = Server::answering(&[(503, ""), (404, "")]).await;
                let error = fetch_with_body(&server.url()).await.unwrap_err();
                assert_eq!((slept().len(), server.left()), (1, 0));
                let HttpError::Status(error) = error else { panic!("{error:?}") };
                assert_eq!((error.status().as_u16(), error.body()), (404, Some("body")));
            }

            #[tokio::test]
            async fn a_blocking_client() {
                let server = Server::answering(&[(503, ""), (404, "")]).await;
                let url = server.url();
                let (error, waits) = tokio::task::spawn_blocking(move || {
                    (fetch_blocking(&url).unwrap_err(), slept().len())
                })
                .await
                .unwrap();
                let HttpError::Status(error) = error else { panic!("{error:?}") };
                assert_eq!((error.body(), waits), (Some("body"), 1));
            }

            #[tokio::test]
            async fn connections() {
                let get = async |url: String| $reqwest::get(url).await.unwrap_err();
                let refused = get(format!("http://{}/", nobody())).await;
                assert_eq!(refused.retryability(), Retryability::transient(), "{refused:?}");
                // Without TLS there is no `https`, however often it is tried.
                let scheme = get(format!("https://{}/", nobody())).await;
                assert_eq!(scheme.retryability(), Retryability::permanent(), "{scheme:?}");
                let boxed: Box<dyn Error> = scheme.into();
                assert_eq!(boxed.retryability(), Retryability::permanent());
                let server = Server::answering(&[(503, "")]).await;
                let status = $reqwest::get(server.url()).await.unwrap().error_for_status();
                assert_eq!(status.unwrap_err().retryability(), Retryability::throttled());
            }
        }
    )+};
}

versions_of_reqwest! {
    reqwest_of_before: reqwest_0_12,
    reqwest_of_today: reqwest,
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

#[retry(max_attempts = 4, sleep = support::note)]
fn by_ureq(url: &str) -> Result<String, HttpError<ureq::Error>> {
    Ok(agent().get(url).call()?.retryable_status()?.body_mut().read_to_string()?)
}

#[tokio::test]
async fn ureq_without_a_runtime() {
    let server = Server::answering(&[(503, "2"), (500, "")]).await;
    let url = server.url();
    let blocking = move || (by_ureq(&url).unwrap(), slept());
    let (body, waits) = tokio::task::spawn_blocking(blocking).await.unwrap();
    assert_eq!((body.as_str(), waits.len(), server.left()), ("body", 2, 0));
    assert!(waits[0] >= Duration::from_secs(2), "{waits:?}");

    let server = Server::answering(&[(404, ""), (503, ""), (404, "")]).await;
    let url = server.url();
    tokio::task::spawn_blocking(move || {
        let response = agent().get(&url).call().unwrap();
        let error = HttpError::<ureq::Error>::from(response.require_success_or_body().unwrap_err());
        assert_eq!((error.body(), error.status().unwrap().as_u16()), (Some("body"), 404));
        // As it is without being asked: an error that has lost the headers.
        let said = |url: &str| ureq::get(url).call().unwrap_err().retryability();
        assert_eq!(said(&url), Retryability::throttled());
        assert_eq!(said(&url), Retryability::permanent());
        let refused = said(&format!("http://{}/", nobody()));
        assert_eq!(refused, Retryability::transient());
        assert_eq!(said("http://no-such-host.invalid/").is_retryable(), is_resolver_down());
        assert!(!said("no url").is_retryable());
    })
    .await
    .unwrap();
}

/// ureq follows redirects, and its response doesn't tell: what was posted may have been done, though the last answer
/// refuses it.
#[tokio::test]
async fn what_was_posted_and_redirected_is_not_posted_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/pay", listener.local_addr().unwrap());
    let posts = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let seen = std::sync::Arc::clone(&posts);
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap();
            let is_post = request[..length].starts_with(b"POST");
            seen.fetch_add(u32::from(is_post), std::sync::atomic::Ordering::SeqCst);
            let answer = if is_post { "303 See Other\r\nlocation: /receipt" } else { "429 Busy" };
            let answer =
                format!("HTTP/1.1 {answer}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });

    #[retry(idempotent = false, sleep = support::note)]
    fn pay(url: &str) -> Result<(), HttpError<ureq::Error>> {
        agent().post(url).send("x")?.require_success()?;
        Ok(())
    }
    let error = tokio::task::spawn_blocking(move || pay(&url).unwrap_err()).await.unwrap();
    assert_eq!(error.status().unwrap().as_u16(), 429);
    assert_eq!(posts.load(std::sync::atomic::Ordering::SeqCst), 1);
}

/// Without a name server, a name is not known for now.
fn is_resolver_down() -> bool {
    use std::net::ToSocketAddrs as _;

    let error = ("no-such-host.invalid", 80).to_socket_addrs().unwrap_err();
    error.retryability().is_retryable()
}

/// For each version of tonic: its statuses, and its transport, which an endpoint's errors are of.
macro_rules! versions_of_tonic {
    ($($version:ident: $tonic:ident,)+) => {$(
        #[tokio::test]
        async fn $version() {
            use $tonic::transport::Endpoint;
            use $tonic::{Code, Status};

            for (code, kind) in [
                (Code::Unavailable, Retryability::transient()),
                (Code::DeadlineExceeded, Retryability::transient()),
                (Code::Aborted, Retryability::transient().not_applied().conflict()),
                (Code::ResourceExhausted, Retryability::permanent()),
                (Code::Internal, Retryability::permanent()),
                (Code::NotFound, Retryability::permanent()),
            ] {
                assert_eq!(Status::new(code, "").retryability(), kind, "{code}");
            }
            let connect = async |endpoint: Endpoint| endpoint.connect().await.unwrap_err();
            let refused = connect(Endpoint::from_shared(format!("http://{}", nobody())).unwrap()).await;
            assert!(refused.retryability().is_retryable(), "{refused:?}");
            let boxed: Box<dyn Error> = refused.into();
            assert!(boxed.retryability().is_retryable());
            // An address that is none.
            let invalid = Endpoint::from_shared("http://").unwrap_err();
            assert!(!invalid.retryability().is_retryable(), "{invalid:?}");
        }
    )+};
}

versions_of_tonic! {
    tonic_0_13_and_its_transport: tonic_0_13,
    tonic_0_14_and_its_transport: tonic,
}

/// The layer below is the same: a connection that was lost says the same to whatever is above it.
#[test]
fn those_above_the_same_layer_agree() {
    let lost = || io::Error::from(io::ErrorKind::ConnectionReset);
    let boxed: Box<dyn Error> = lost().into();
    let said = [
        boxed.retryability(),
        tonic::Status::from_error(Box::new(lost())).retryability(),
        tonic_0_13::Status::from_error(Box::new(lost())).retryability(),
        sqlx::Error::Io(lost()).retryability(),
        sqlx_0_8::Error::Io(lost()).retryability(),
        redis::RedisError::from(lost()).retryability(),
        mongodb::error::Error::from(lost()).retryability(),
        ureq::Error::Io(lost()).retryability(),
        HttpError::Transport(lost()).retryability(),
        object_store::Error::Generic { store: "S3", source: lost().into() }.retryability(),
        object_store_0_13::Error::Generic { store: "S3", source: lost().into() }.retryability(),
        azure_core::Error::from(lost()).retryability(),
    ];
    assert_eq!(said, [Retryability::transient(); 12]);
}

/// An attempt that was cut off becomes an error of the client's own, which is worth another attempt to whoever is around.
#[tokio::test(start_paused = true)]
async fn what_is_cut_off_becomes_an_error_of_the_client() {
    macro_rules! each {
        ($($error:ty,)+) => {$({
            #[retry(max_attempts = 2, attempt_timeout = 10ms)]
            async fn hang() -> Result<(), $error> {
                std::future::pending().await
            }
            let error = hang().await.unwrap_err();
            let said = error.retryability();
            assert_eq!(said.kind(), RetryKind::Transient, "{error:?}");
            assert!(!said.is_not_applied(), "{error:?}");
            let mut shown = error.to_string();
            let mut source = Error::source(&error);
            while let Some(error) = source {
                shown = format!("{shown}: {error}");
                source = error.source();
            }
            assert!(shown.contains("the attempt took longer than 10ms"), "{shown}");
        })+};
    }
    each!(
        tonic::Status,
        tonic_0_13::Status,
        sqlx::Error,
        sqlx_0_8::Error,
        redis::RedisError,
        mongodb::error::Error,
        object_store::Error,
        object_store_0_13::Error,
        azure_core::Error,
    );
}
