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
        knows_keys: true,
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
    /// The same two of a loop by hand.
    pub by_hand: (usize, usize),
}

const QUERY: &str = r#"{"query": "{ item }"}"#;
const MUTATION: &str = r#"{"query": "mutation { pay }"}"#;

type Scene = (&'static str, &'static str, &'static [Trouble], RequestBuilder);

/// `rest` and `graph`: where the services are.
fn scenes(client: &Client, rest: &str, graph: &str) -> [Scene; 15] {
    use Trouble::{Code, Hang, LoseAnswer, Refuse, Reset};

    let get = || client.get(format!("{rest}/items/1"));
    let put = client.put(format!("{rest}/items/1")).body("wine");
    let put_new = client.put(format!("{rest}/items/2")).header("if-none-match", "*").body("gin");
    let order = || client.post(format!("{rest}/orders")).body("beer");
    let with_key = order().header(headers::IDEMPOTENCY_KEY, "7");
    let graph = |body: &'static str| client.post(format!("{graph}/graphql")).body(body);
    [
        ("GET", "two resets", &[Reset, Reset], get()),
        ("PUT", "the answer is lost", &[LoseAnswer], put),
        ("PUT if it is new", "the answer is lost", &[LoseAnswer], put_new),
        ("POST", "the answer is lost", &[LoseAnswer], order()),
        ("POST", "429", &[Refuse(429, 0)], order()),
        ("POST with a key", "the answer is lost", &[LoseAnswer], with_key),
        ("query", "503", &[Refuse(503, 0)], graph(QUERY)),
        ("query", "200, and UNAVAILABLE", &[Code("UNAVAILABLE")], graph(QUERY)),
        ("query", "200, and NOT_FOUND", &[Code("NOT_FOUND")], graph(QUERY)),
        ("mutation", "the answer is lost", &[LoseAnswer], graph(MUTATION)),
        ("mutation", "200, and UNAVAILABLE", &[Code("UNAVAILABLE")], graph(MUTATION)),
        ("GET", "three resets", &[Reset, Reset, Reset], get()),
        ("GET", "503, come back in 40 s", &[Refuse(503, 40)], get()),
        ("GET, itself a retry", "503", &[Refuse(503, 0)], get().header(headers::ATTEMPT, 2)),
        ("GET, waits 500 ms", "no answer", &[Hang], get().header(headers::TIMEOUT, 500)),
    ]
}

/// Sends each of the requests through the proxy, and once more with a loop.
///
/// # Errors
///
/// If something can't be started.
pub async fn run() -> Outcome<(Vec<Row>, Ledger)> {
    let (service, other) = (Service::start().await?, Service::start().await?);
    let upstreams = [
        ("rest", Arc::new(upstream(service.url(), Protocol::Rest)?)),
        ("graph", Arc::new(upstream(service.url(), GRAPHQL)?)),
    ];
    let proxy = Running::start(proxy::router(upstreams)).await?;
    let client = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?;
    let scenes_by_hand = scenes(&client, &other.url(), &other.url());
    let scenes = scenes(&client, &proxy.url("/rest"), &proxy.url("/graph"));
    let mut rows = Vec::new();
    for (scene, scene_by_hand) in scenes.into_iter().zip(scenes_by_hand) {
        let (request, trouble, troubles, sent) = scene;
        let (answer, attempts, writes) = watch(&service, troubles, sent.send()).await;
        let answer = answer?;
        let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let retry_after = retry_after.map(|seconds| format!(", Retry-After: {seconds}"));
        let answer = format!("{}{}", answer.status().as_u16(), retry_after.unwrap_or_default());
        let by_hand = send_by_hand(scene_by_hand.3.timeout(Duration::from_secs(1)));
        let (_, sent_by_hand, written_by_hand) = watch(&other, troubles, by_hand).await;
        let by_hand = (sent_by_hand, written_by_hand);
        rows.push(Row { request, trouble, attempts, answer, writes, by_hand });
    }
    Ok((rows, service.ledger()))
}

/// How often it arrives, and how often something is written.
async fn watch<T>(
    service: &Service,
    troubles: &[Trouble],
    work: impl Future<Output = T>,
) -> (T, usize, usize) {
    // So that each attempt has one, to be counted.
    let enough = [troubles, &[Trouble::Nothing; 3]].concat();
    service.next(&enough);
    let before = service.ledger().writes;
    let output = work.await;
    (output, enough.len() - service.remaining(), service.ledger().writes - before)
}

/// What is wrong with it is in the README.
async fn send_by_hand(request: RequestBuilder) -> Option<reqwest::Result<reqwest::Response>> {
    let mut last = None;
    for _ in 0..3 {
        let outcome = request.try_clone()?.send().await;
        if outcome.as_ref().is_ok_and(|answer| answer.status().as_u16() < 500) {
            return Some(outcome);
        }
        last = Some(outcome);
    }
    last
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
    println!("{:67}{:>17}{:>15}", "", "through the proxy", "with a loop");
    println!(
        "{:21}{:25}{:23}{:>7}{:>8}{:>7}{:>8}",
        "request", "what goes wrong", "the caller gets", "sent", "writes", "sent", "writes"
    );
    for Row { request, trouble, attempts, answer, writes, by_hand: (sent, written) } in
        run().await?.0
    {
        println!(
            "{request:21}{trouble:25}{answer:23}{attempts:>7}{writes:>8}{sent:>7}{written:>8}"
        );
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
