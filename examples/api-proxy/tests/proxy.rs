//! What services got, and what they hold in the end.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api_proxy::forward::{Protocol, Upstream};
use api_proxy::service::Trouble::{BreakOff, LoseAnswer, Refuse, Reset};
use api_proxy::service::{Service, Trouble};
use api_proxy::story::{Row, Running, budgets, run, upstream};
use api_proxy::{headers, proxy};
use reattempt::{Budget, policy};
use reqwest::{Client, Method, RequestBuilder, Response};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// A service behind the proxy.
struct Behind {
    service: Service,
    upstream: Arc<Upstream>,
    proxy: Running,
    client: Client,
}

impl Behind {
    async fn start(change: impl FnOnce(&mut Upstream, &Service)) -> Outcome<Behind> {
        let service = Service::start().await?;
        let mut upstream = upstream(service.url(), Protocol::Rest)?;
        upstream.policy = policy!(max_attempts = 3, initial_delay = 1ms, throttled_delay = 1ms);
        // No test waits for it.
        upstream.attempt_timeout = Duration::from_secs(20);
        change(&mut upstream, &service);
        let upstream = Arc::new(upstream);
        let proxy = Running::start(proxy::router([("rest", Arc::clone(&upstream))])).await?;
        Ok(Behind { service, upstream, proxy, client: Client::builder().no_proxy().build()? })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, self.proxy.url(&format!("/rest{path}")));
        request.header(headers::TIMEOUT, 20_000)
    }

    async fn ask(&self, method: Method, path: &str, body: Vec<u8>) -> reqwest::Result<Response> {
        self.request(method, path).body(body).send().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_do_harm_is_done_once() -> Outcome {
    let (rows, ledger) = run().await?;
    for row in &rows {
        println!("{row:?}");
    }
    let got = |row: &Row| (row.request, row.attempts, row.answer.clone(), row.writes);
    let got: Vec<_> = rows.iter().map(got).collect();
    let expected = [
        ("GET", 3, "200", 0),
        ("PUT", 2, "200", 2),
        ("PUT if it is new", 1, "502", 1),
        ("POST", 1, "502", 1),
        ("POST", 2, "200", 1),
        ("POST with a key", 2, "200", 1),
        ("query", 2, "200", 0),
        ("query", 2, "200", 0),
        ("query", 1, "200", 0),
        ("mutation", 1, "502", 1),
        ("mutation", 1, "200", 0),
        ("GET", 3, "502", 0),
        ("GET", 1, "503, Retry-After: 40", 0),
        ("GET, itself a retry", 1, "503, Retry-After: 0", 0),
        ("GET, waits 500 ms", 1, "504", 0),
    ];
    assert_eq!(
        got,
        expected.map(|(request, sent, answer, writes)| (request, sent, answer.to_owned(), writes))
    );
    let twice = rows.iter().filter(|row| row.by_hand.1 > 1).map(|row| row.request);
    assert!(twice.eq(["PUT", "POST", "mutation"]), "with a loop");
    assert_eq!(ledger.orders.len(), 4, "one for each that was asked for: {:?}", ledger.orders);
    assert_eq!(ledger.items.len(), 2);
    assert_eq!(
        (&*ledger.items["/items/1"], &*ledger.items["/items/2"]),
        (&b"wine"[..], &b"gin"[..])
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_down_uses_up_its_own_budget() -> Outcome {
    let budgets = budgets().await?;
    println!("{budgets:?}");
    assert_eq!(budgets.sent_to_down, budgets.asked + 10, "and ten retries");
    assert_eq!(budgets.left_to_down, 0.0);
    assert_eq!(budgets.good_answers, budgets.asked);
    assert!(budgets.sent_to_other > budgets.asked + 10, "each that was lost was asked for again");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_budget_it_gets_three_times_as_many() -> Outcome {
    let unlimited = Budget::builder().capacity(1_000_000.0).build();
    let behind = Behind::start(|upstream, _| upstream.budget = unlimited).await?;
    behind.service.next(&[Reset; 500]);
    for _ in 0..50 {
        let answer = behind.ask(Method::GET, "/", Vec::new()).await?;
        assert_eq!(answer.status(), 502);
    }
    assert_eq!(500 - behind.service.remaining(), 150);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_once_has_all_the_time_that_is_left() -> Outcome {
    const LIMIT: u64 = 500;

    let change = |upstream: &mut Upstream, service: &Service| {
        upstream.attempt_timeout = Duration::from_millis(LIMIT);
        upstream.url = service.direct_url();
    };
    let behind = Behind::start(change).await?;
    let told = || -> Outcome<u64> {
        let arrivals = behind.service.ledger().arrivals;
        let arrival = arrivals.last().ok_or("it has arrived")?;
        Ok(arrival.headers[headers::TIMEOUT].to_str()?.parse()?)
    };
    let long = vec![b'x'; proxy::REQUEST_LIMIT + 1];
    let payment = behind.request(Method::POST, "/slow").body("beer");
    let too_long = behind.request(Method::PUT, "/slow").body(long);
    let retry = behind.request(Method::PUT, "/slow").header(headers::ATTEMPT, 2);
    let new = behind.request(Method::PUT, "/slow/new").header("if-none-match", "*");
    for (number, request) in [payment, too_long, retry, new].into_iter().enumerate() {
        assert_eq!(request.send().await?.status(), 200, "{number}");
        assert!(told()? > LIMIT, "{number}");
        assert_eq!(behind.service.ledger().arrivals.len(), number + 1);
    }
    assert_eq!(behind.service.ledger().orders, ["beer"]);

    // Another attempt can follow.
    behind.request(Method::PUT, "/slow").send().await?;
    assert!(told()? <= LIMIT);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_depends_on_a_condition_is_done_once() -> Outcome {
    let behind = Behind::start(|_, _| {}).await?;
    let conditions =
        [("if-none-match", "*"), ("if-match", "\"1\""), ("if-unmodified-since", "now")];
    for (number, (name, value)) in (1..).zip(conditions) {
        behind.service.next(&[LoseAnswer]);
        let path = format!("/items/{number}");
        let put = behind.request(Method::PUT, &path).header(headers::IDEMPOTENCY_KEY, "7");
        assert_eq!(put.header(name, value).send().await?.status(), 502, "{name}: not 412");
        assert_eq!(behind.service.ledger().arrivals.len(), number);
        assert_eq!(behind.service.ledger().items.len(), number);
    }
    behind.service.next(&[Refuse(429, 0)]);
    let refused = behind.request(Method::PUT, "/items/9").header("if-none-match", "*");
    assert_eq!(refused.send().await?.status(), 200, "nothing was done");

    behind.service.next(&[LoseAnswer, LoseAnswer]);
    let get = behind.request(Method::GET, "/items/1").header("if-none-match", "\"1\"");
    assert_eq!(get.send().await?.status(), 200, "it only reads");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_counts_if_it_reaches_a_service_that_knows_it() -> Outcome {
    let key = |behind: &Behind, key: &'static str| {
        let order = behind.request(Method::POST, "/orders").body("beer");
        behind.service.next(&[LoseAnswer]);
        order.header(headers::IDEMPOTENCY_KEY, key)
    };
    let behind = Behind::start(|_, _| {}).await?;
    assert_eq!(key(&behind, "7").send().await?.status(), 200);
    assert_eq!(behind.service.ledger().arrivals.len(), 2);
    assert_eq!(key(&behind, "").send().await?.status(), 502);
    assert_eq!(behind.service.ledger().arrivals.len(), 3, "an empty key is none");
    let removed = key(&behind, "8").header("connection", "idempotency-key");
    assert_eq!(removed.send().await?.status(), 502);
    let ledger = behind.service.ledger();
    assert_eq!((ledger.arrivals.len(), ledger.orders.len()), (4, 3), "it was about the connection");

    let ignores = Behind::start(|upstream, _| upstream.knows_keys = false).await?;
    assert_eq!(key(&ignores, "7").send().await?.status(), 502);
    assert_eq!(ignores.service.ledger().arrivals.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn even_a_post_is_sent_again_where_no_connection_was_made() -> Outcome {
    let nobody = format!("http://127.0.0.1:{}", reattempt_servers::free_port());
    let behind = Behind::start(|upstream, _| upstream.url = nobody).await?;
    let answer = behind.ask(Method::POST, "/orders", b"beer".to_vec()).await?;
    assert_eq!(answer.status(), 502);
    assert_eq!(behind.upstream.budget.available(), 8.0, "it has paid for two retries");

    let behind = Behind::start(|_, _| {}).await?;
    behind.service.next(&[Reset; 3]);
    assert_eq!(behind.ask(Method::POST, "/orders", b"beer".to_vec()).await?.status(), 502);
    assert_eq!((behind.service.remaining(), behind.upstream.budget.available()), (2, 10.0));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_silent_has_seen_nothing() -> Outcome {
    // Its queue is full, so it doesn't answer.
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let silent = socket.listen(1)?;
    let address = silent.local_addr()?;
    let mut queue = Vec::new();
    while let Ok(connection) =
        timeout(Duration::from_millis(200), TcpStream::connect(address)).await
    {
        queue.push(connection?);
    }
    let behind = Behind::start(|upstream, _| upstream.url = format!("http://{address}")).await?;
    let answer = behind.ask(Method::POST, "/orders", b"beer".to_vec()).await?;
    assert_eq!(answer.status(), 504);
    assert_eq!(behind.upstream.budget.available(), 8.0, "it has paid for two retries");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_headers_are_those_of_a_proxy() -> Outcome {
    let behind = Behind::start(|_, _| {}).await?;
    behind.service.next(&[Refuse(503, 0), Refuse(503, 0)]);
    let request = behind.request(Method::PUT, "/items/1?a=b%20c&d=%2F").body("wine");
    let request = request.header("connection", "x-mine, close").header("x-mine", "1");
    let request =
        request.header("te", "trailers").header("x-yours", "1").header("grpc-timeout", "9S");
    let request = request.header("x-forwarded-for", "192.0.2.1");
    assert_eq!(request.header(headers::IDEMPOTENCY_KEY, "7").send().await?.status(), 200);

    let ledger = behind.service.ledger();
    assert_eq!(ledger.arrivals.len(), 3);
    for (arrival, attempt) in ledger.arrivals.iter().zip(1..) {
        let value = |name: &str| arrival.headers.get(name).and_then(|value| value.to_str().ok());
        assert_eq!((&arrival.method, &*arrival.path), (&Method::PUT, "/items/1?a=b%20c&d=%2F"));
        assert_eq!(arrival.body, "wine");
        assert_eq!(value("x-envoy-attempt-count"), Some(&*attempt.to_string()));
        let left: u64 = value("x-envoy-expected-rq-timeout-ms").ok_or("it has one")?.parse()?;
        assert!(left <= 9_000, "the shorter of the two, and a little less: {left}");
        assert_eq!(value("idempotency-key"), Some("7"));
        assert_eq!(value("x-yours"), Some("1"));
        assert_eq!(value("via"), Some("1.1 api-proxy"));
        assert_eq!(value("x-forwarded-for"), Some("192.0.2.1, 127.0.0.1"));
        assert_eq!(value("host"), behind.service.url().strip_prefix("http://"));
        for name in ["x-mine", "te", "grpc-timeout"] {
            assert_eq!(value(name), None, "{name}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_makes_no_sense_is_none() -> Outcome {
    // Its connection is there already when the last of these comes.
    let behind = Behind::start(|upstream, service| upstream.url = service.direct_url()).await?;
    let ask = |time: &'static str| {
        behind.client.get(behind.proxy.url("/rest/")).header(headers::TIMEOUT, time).send()
    };
    for time in ["", "soon", "-1", "1.5", "1e3", "18446744073709551615", "99999999999999999999999"]
    {
        assert_eq!(ask(time).await?.status(), 200, "{time}");
        let arrivals = behind.service.ledger().arrivals;
        let sent = arrivals.last().and_then(|arrival| arrival.headers.get(headers::TIMEOUT));
        let sent: u64 = sent.ok_or("it is said")?.to_str()?.parse()?;
        assert!((1..=20_000).contains(&sent), "{time}: {sent}");
    }
    let before = behind.service.ledger().arrivals.len();
    assert_eq!(ask("0").await?.status(), 504);
    assert_eq!(ask("soon").await?.status(), 200);
    assert_eq!(behind.service.ledger().arrivals.len(), before + 1, "nobody waits for the first");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_sent_again_if_it_is_short_enough_to_be_kept() -> Outcome {
    let behind = Behind::start(|_, _| {}).await?;
    let short = vec![b'x'; proxy::REQUEST_LIMIT];
    behind.service.next(&[Reset, Reset]);
    assert_eq!(behind.ask(Method::PUT, "/short", short.clone()).await?.status(), 200);

    let long = vec![b'x'; proxy::REQUEST_LIMIT + 1];
    behind.service.next(&[Reset]);
    assert_eq!(behind.ask(Method::PUT, "/long", long.clone()).await?.status(), 502);
    assert_eq!(behind.service.ledger().items.len(), 1);
    assert_eq!(behind.ask(Method::PUT, "/long", long.clone()).await?.status(), 200);

    let items = behind.service.ledger().items;
    assert!(items["/short"] == short && items["/long"] == long, "they are whole");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_off_is_asked_for_again_if_it_is_short_enough_to_be_kept() -> Outcome
{
    let behind = Behind::start(|_, _| {}).await?;
    let all = [Trouble::BreakOff(10_000), BreakOff(10_000), Trouble::Nothing];
    behind.service.next(&all);
    let answer = behind.ask(Method::GET, "/", Vec::new()).await?;
    assert_eq!((answer.status().as_u16(), &*answer.text().await?), (200, "beer"));
    assert_eq!(behind.service.ledger().arrivals.len(), 3);

    // A part of it has been passed on. The caller must not take it for the whole.
    behind.service.next(&[BreakOff(1_000_000)]);
    let answer = behind.ask(Method::GET, "/", Vec::new()).await?;
    assert_eq!(answer.status(), 200);
    assert!(answer.bytes().await.is_err());
    assert_eq!(behind.service.ledger().arrivals.len(), 4);

    let answer = behind.ask(Method::GET, "/long", Vec::new()).await?;
    assert_eq!(answer.bytes().await?.len(), 300_000);
    let answer = behind.ask(Method::HEAD, "/", Vec::new()).await?;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-length"]),
        (200, &"4".parse()?)
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_stalls_ends_with_the_callers_time() -> Outcome {
    let behind = Behind::start(|upstream, service| upstream.url = service.direct_url()).await?;
    let request = behind.client.get(behind.proxy.url("/rest/stalls"));
    let answer = request.header(headers::TIMEOUT, 3_000).send().await?;
    assert_eq!(answer.status(), 200);
    let body = timeout(Duration::from_secs(15), answer.bytes()).await?;
    assert!(body.is_err(), "it is not taken for the whole");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_for_a_caller_who_has_gone() -> Outcome {
    let forever = policy!(
        max_attempts = unlimited,
        initial_delay = 1ms,
        throttled_delay = 1ms,
        max_delay = 5ms
    );
    let unlimited = Budget::builder().capacity(1_000_000.0).build();
    let behind = Behind::start(|upstream, _| {
        (upstream.policy, upstream.budget) = (forever, unlimited);
    })
    .await?;
    behind.service.next(&vec![Reset; 1_000_000]);
    let in_vain = || 1_000_000 - behind.service.remaining();
    let idle = Arc::strong_count(&behind.upstream);
    let request = behind.request(Method::GET, "/").header(headers::TIMEOUT, 30_000).send();
    tokio::select! {
        answer = request => panic!("{answer:?}"),
        () = until(|| in_vain() > 5) => {}
    }
    // The request's own one goes away with it; by itself that would be in half a minute.
    until(|| Arc::strong_count(&behind.upstream) == idle).await;
    Ok(())
}

/// Panics long before what the caller's time would bring about by itself.
async fn until(happens: impl Fn() -> bool) {
    let began = Instant::now();
    while !happens() {
        assert!(began.elapsed() < Duration::from_secs(15), "it doesn't happen");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
