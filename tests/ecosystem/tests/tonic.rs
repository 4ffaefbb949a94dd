//! A gRPC server in this process, and what it refuses.

mod support;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reattempt::{GiveUpReason, RetryKind, Retryability, Retryable, retry};
use support::{nobody, sleep, slept};
use tokio::net::TcpListener;
use tonic::transport::{Channel, Server, server::TcpIncoming};
use tonic::{Code, Request, Response, Status};
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_types::{ErrorDetails, StatusExt as _};

/// Fails its calls with these, in turn, and succeeds then.
#[derive(Clone)]
struct Failing(Arc<Mutex<VecDeque<Status>>>);

type Stream<T> = Pin<Box<dyn tokio_stream::Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl Health for Failing {
    type WatchStream = Stream<HealthCheckResponse>;

    async fn check(
        &self,
        _: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match self.0.lock().unwrap().pop_front() {
            Some(status) => Err(status),
            None => Ok(Response::new(HealthCheckResponse { status: 1 })),
        }
    }

    async fn watch(
        &self,
        _: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        Err(Status::unimplemented("watch"))
    }
}

async fn serving(failures: Vec<Status>) -> (SocketAddr, Failing) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = Failing(Arc::new(Mutex::new(failures.into())));
    let health = HealthServer::new(service.clone());
    let server = Server::builder().add_service(health);
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    (address, service)
}

#[retry(max_attempts = 4, sleep = sleep)]
async fn check(address: SocketAddr) -> Result<i32, Status> {
    let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect_lazy();
    let request = HealthCheckRequest { service: String::new() };
    Ok(HealthClient::new(channel).check(request).await?.into_inner().status)
}

fn in_three_seconds(code: Code) -> Status {
    let details = ErrorDetails::with_retry_info(Some(Duration::from_secs(3)));
    Status::with_error_details(code, "later", details)
}

#[tokio::test]
async fn an_unavailable_service_is_called_again() {
    let unavailable = || Status::unavailable("restarting");
    let (address, _) =
        serving(vec![unavailable(), Status::aborted("conflict"), unavailable()]).await;
    assert_eq!(check(address).await.unwrap(), 1);
    assert_eq!(slept().len(), 3);
}

#[tokio::test]
async fn retry_info_is_honoured() {
    let exhausted = in_three_seconds(Code::ResourceExhausted);
    let (address, _) = serving(vec![exhausted, in_three_seconds(Code::Unavailable)]).await;
    assert_eq!(check(address).await.unwrap(), 1);
    let waits = slept();
    assert!(waits.iter().all(|wait| *wait >= Duration::from_secs(3)), "{waits:?}");
}

#[tokio::test]
async fn a_permanent_status_is_not_tried_again() {
    for status in [
        Status::invalid_argument("no"),
        Status::unimplemented("no"),
        Status::permission_denied("no"),
        Status::resource_exhausted("the quota of this month"),
        Status::cancelled("by the caller"),
        Status::internal("bug"),
        Status::unknown("?"),
    ] {
        let (address, service) =
            serving(vec![status.clone(), Status::unavailable("never asked")]).await;
        assert_eq!(check(address).await.unwrap_err().code(), status.code());
        assert_eq!(service.0.lock().unwrap().len(), 1);
    }
    assert!(slept().is_empty());
}

#[tokio::test]
async fn pushback_is_honoured() {
    let pushed = |values: &[&'static str]| {
        let mut status = Status::unavailable("busy");
        for value in values {
            status.metadata_mut().append("grpc-retry-pushback-ms", value.parse().unwrap());
        }
        status
    };
    let (address, _) = serving(vec![pushed(&["1500"])]).await;
    assert_eq!(check(address).await.unwrap(), 1);
    assert!(slept()[0] >= Duration::from_millis(1500));
    for never in [&["-1"][..], &["soon"], &["10", "10"]] {
        let (address, _) = serving(vec![pushed(never)]).await;
        check(address).await.unwrap_err();
        assert!(slept().is_empty(), "{never:?}");
    }
}

#[tokio::test]
async fn a_refused_connection_has_carried_nothing() {
    let status = check(nobody()).await.unwrap_err();
    assert_eq!(status.retryability(), Retryability::transient().not_applied(), "{status:?}");
    assert_eq!(slept().len(), 3);
}

#[tokio::test]
async fn a_time_out_of_the_client_is_not_its_wish() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let endpoint = Channel::from_shared(url).unwrap().timeout(Duration::from_millis(20));
    let request = HealthCheckRequest { service: String::new() };
    let status = HealthClient::new(endpoint.connect_lazy()).check(request).await.unwrap_err();
    assert_eq!(status.code(), Code::Cancelled);
    assert_eq!(status.retryability(), Retryability::transient(), "{status:?}");
}

#[test]
fn what_each_code_says() {
    for code in 0..17 {
        let status = Status::new(Code::from(code), "");
        let kind = match Code::from(code) {
            Code::Unavailable | Code::Aborted | Code::DeadlineExceeded => RetryKind::Transient,
            Code::Cancelled => RetryKind::Cancelled,
            _ => RetryKind::Permanent,
        };
        assert_eq!(status.retryability().kind(), kind, "{status:?}");
    }
    let exhausted = in_three_seconds(Code::ResourceExhausted).retryability();
    assert_eq!(exhausted, Retryability::throttled().not_applied().after(Duration::from_secs(3)));
    assert!(!in_three_seconds(Code::NotFound).retryability().is_retryable());
}

/// A deadline in one line: a wait that would end past it is not begun, and the server's own status comes back.
#[tokio::test]
async fn a_wait_past_the_deadline_is_not_sat_out() {
    type Told = Mutex<Vec<(GiveUpReason, Duration, Code)>>;

    #[retry(
        max_attempts = 4, deadline = 2s,
        on_give_up = |call| told.lock().unwrap().push((call.reason(), call.waited(), call.error().code())),
    )]
    async fn check(address: SocketAddr, told: &Told) -> Result<i32, Status> {
        let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect_lazy();
        let request = HealthCheckRequest { service: String::new() };
        Ok(HealthClient::new(channel).check(request).await?.into_inner().status)
    }
    let details = ErrorDetails::with_retry_info(Some(Duration::from_secs(10)));
    let later = Status::with_error_details(Code::Unavailable, "later", details);
    let (address, _) = serving(vec![later]).await;
    let told = Told::default();
    let status = check(address, &told).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Unavailable, "later"));
    let expected = (GiveUpReason::Deadline, Duration::ZERO, Code::Unavailable);
    assert_eq!(told.into_inner().unwrap(), [expected]);
}
