//! Requests to services that fail, one after the other: how often each was sent, and what the services did.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use reattempt::{Budget, Policy, policy};
use reqwest::{Client, RequestBuilder};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::forward::{Protocol, Upstream, client};
use crate::service::{Ledger, Service, Trouble};
use crate::{headers, proxy};

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Somebody waits, so delays are short.
const POLICY: Policy =
    policy!(max_attempts = 3, initial_delay = 20ms, throttled_delay = 50ms, max_delay = 500ms);

/// # Errors
///
/// If reqwest can't be set up.
pub fn upstream(url: String, protocol: Protocol) -> reqwest::Result<Upstream> {
    Ok(Upstream {
        url,
        client: client()?,
        policy: POLICY,
        attempt_timeout: Duration::from_secs(2),
        budget: Budget::new(),
        protocol,
    })
}

/// What the story's service says of its errors.
pub const GRAPHQL: Protocol = Protocol::GraphQl { transient: &["UNAVAILABLE"] };

/// A server that runs until it is dropped.
pub struct Running {
    pub address: SocketAddr,
    server: JoinHandle<()>,
}

impl Running {
    /// # Errors
    ///
    /// If there is no port for it.
    pub async fn start(router: Router) -> std::io::Result<Running> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move {
            // It never ends by itself.
            let _ = axum::serve(listener, service).await;
        });
        Ok(Running { address, server })
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What came of a request.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    pub request: &'static str,
    pub trouble: &'static str,
    /// How often the proxy has sent it.
    pub attempts: usize,
    /// What the caller got.
    pub answer: String,
    /// How often the service has written something.
    pub writes: usize,
}

const QUERY: &str = r#"{"query": "{ item }"}"#;
const MUTATION: &str = r#"{"query": "mutation { pay }"}"#;

type Scene<'a> = (&'static str, &'static str, &'a [Trouble], RequestBuilder);

/// Sends each of the requests by the proxy.
///
/// # Errors
///
/// If something can't be started.
pub async fn run() -> Outcome<(Vec<Row>, Ledger)> {
    use Trouble::{Code, Hang, LoseAnswer, Refuse, Reset};

    let service = Service::start().await?;
    let upstreams = [
        ("rest", Arc::new(upstream(service.url(), Protocol::Rest)?)),
        ("graph", Arc::new(upstream(service.url(), GRAPHQL)?)),
    ];
    let proxy = Running::start(proxy::router(upstreams)).await?;
    let client = Client::builder().no_proxy().build()?;
    let item = proxy.url("/rest/items/1");
    let order = || client.post(proxy.url("/rest/orders")).body("beer");
    let graph = |body: &'static str| client.post(proxy.url("/graph/graphql")).body(body);
    let again = [Reset; 3];
    let scenes: [Scene<'_>; 14] = [
        ("GET", "two resets", &again[..2], client.get(&item)),
        ("PUT", "the answer is lost", &[LoseAnswer], client.put(&item).body("wine")),
        ("POST", "the answer is lost", &[LoseAnswer], order()),
        ("POST", "429", &[Refuse(429, 0)], order()),
        (
            "POST with a key",
            "the answer is lost",
            &[LoseAnswer],
            order().header(headers::IDEMPOTENCY_KEY, "7"),
        ),
        ("query", "503", &[Refuse(503, 0)], graph(QUERY)),
        ("query", "200, and UNAVAILABLE", &[Code("UNAVAILABLE")], graph(QUERY)),
        ("query", "200, and NOT_FOUND", &[Code("NOT_FOUND")], graph(QUERY)),
        ("mutation", "the answer is lost", &[LoseAnswer], graph(MUTATION)),
        ("mutation", "200, and UNAVAILABLE", &[Code("UNAVAILABLE")], graph(MUTATION)),
        ("GET", "three resets", &again, client.get(&item)),
        ("GET", "503, come back in 40 s", &[Refuse(503, 40)], client.get(&item)),
        (
            "GET, itself a retry",
            "503",
            &[Refuse(503, 0)],
            client.get(&item).header(headers::ATTEMPT, 2),
        ),
        (
            "GET, waits 500 ms",
            "no answer",
            &[Hang],
            client.get(&item).header(headers::TIMEOUT, 500),
        ),
    ];
    let mut rows = Vec::new();
    for (request, trouble, troubles, sent) in scenes {
        // So that each has what it needs to be counted.
        let enough = [troubles, &[Trouble::Nothing; 3]].concat();
        service.next(&enough);
        let before = service.ledger().writes;
        let answer = sent.send().await?;
        let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let retry_after = retry_after.map(|seconds| format!(", Retry-After: {seconds}"));
        rows.push(Row {
            request,
            trouble,
            attempts: enough.len() - service.remaining(),
            answer: format!("{}{}", answer.status().as_u16(), retry_after.unwrap_or_default()),
            writes: service.ledger().writes - before,
        });
    }
    Ok((rows, service.ledger()))
}

/// What a service got that was down, and one beside it of whose answers every fifth was lost.
#[derive(Debug, PartialEq)]
pub struct Budgets {
    pub asked: usize,
    pub sent_to_down: usize,
    pub left_to_down: f64,
    pub good_answers: usize,
    pub sent_to_other: usize,
}

/// Asks both by turns.
///
/// # Errors
///
/// If something can't be started.
pub async fn budgets() -> Outcome<Budgets> {
    const ASKED: usize = 50;

    let (down, other) = (Service::start().await?, Service::start().await?);
    let troubles = 10 * ASKED;
    down.next(&vec![Trouble::Reset; troubles]);
    let fifth = |attempt| if attempt % 5 == 0 { Trouble::LoseAnswer } else { Trouble::Nothing };
    other.next(&(0..troubles).map(fifth).collect::<Vec<_>>());
    let upstreams = [&down, &other].map(|service| upstream(service.url(), Protocol::Rest));
    let [to_down, to_other] = upstreams.map(|upstream| upstream.map(Arc::new));
    let (to_down, to_other) = (to_down?, to_other?);
    let upstreams = [("down", Arc::clone(&to_down)), ("other", to_other)];
    let proxy = Running::start(proxy::router(upstreams)).await?;
    let client = Client::builder().no_proxy().build()?;
    let mut good_answers = 0;
    for _ in 0..ASKED {
        client.get(proxy.url("/down/")).send().await?;
        let answer = client.get(proxy.url("/other/")).send().await?;
        good_answers += usize::from(answer.status().is_success());
    }
    Ok(Budgets {
        asked: ASKED,
        sent_to_down: troubles - down.remaining(),
        left_to_down: to_down.budget.available(),
        good_answers,
        sent_to_other: troubles - other.remaining(),
    })
}

/// What the program prints.
///
/// # Errors
///
/// If something can't be started.
pub async fn show() -> Outcome {
    println!(
        "{:22}{:26}{:>5}  {:28}{:>7}",
        "request", "what goes wrong", "sent", "the caller gets", "writes"
    );
    for Row { request, trouble, attempts, answer, writes } in run().await?.0 {
        println!("{request:22}{trouble:26}{attempts:>5}  {answer:28}{writes:>7}");
    }
    let Budgets { sent_to_down, good_answers, sent_to_other, .. } = budgets().await?;
    println!("\n{:48}{:>5}  good answers", "asked for 50 times, with a budget each", "sent");
    println!("{:48}{sent_to_down:>5}{:>14}", "a service that is down", 0);
    println!(
        "{:48}{sent_to_other:>5}{good_answers:>14}\n",
        "one of whose answers every fifth is lost"
    );
    Ok(())
}
