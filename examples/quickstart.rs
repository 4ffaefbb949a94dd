//! Retries against a real server that fails on purpose.
//!
//! `cargo run --example quickstart --features reqwest-blocking` shows calls that fail for a while and then succeed;
//! with `-- --storm` one whose server stays down.

#[path = "quickstart/server.rs"]
mod server;

use std::error::Error;
use std::fmt;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use reattempt::http::{RetryableStatus as _, StatusError};
use reattempt::{Policy, Retryable, policy, retry};
use server::Server;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// What can go wrong with a request. Both kinds of error classify themselves.
#[derive(Debug, thiserror::Error, Retryable)]
enum FetchError {
    /// No answer came, or one that is not worth another attempt.
    #[error(transparent)]
    #[retry(forward)]
    Transport(#[from] reqwest::Error),
    /// The server said "not now", and perhaps when.
    #[error(transparent)]
    #[retry(forward)]
    Status(#[from] StatusError),
}

const POLICY: Policy = policy!(max_attempts = 5, initial_delay = 200ms);

/// An async function, under a policy that others share.
#[retry(policy = POLICY)]
async fn fetch(client: &reqwest::Client, url: &str) -> Result<String, FetchError> {
    let response = client.get(url).send().await?;
    Ok(response.retryable_status()?.error_for_status()?.text().await?)
}

/// Whether a request is worth repeating whatever the answer was.
fn is_transient(error: &reqwest::Error) -> bool {
    error.is_connect() || error.is_request() || error.is_timeout()
}

/// A blocking function, with everything in its attribute.
#[retry(max_attempts = 5, backoff = "exponential", jitter, on = is_transient)]
fn fetch_blocking(client: &reqwest::blocking::Client, url: &str) -> Result<String, reqwest::Error> {
    client.get(url).send()?.error_for_status()?.text()
}

fn main() -> Result<(), Box<dyn Error>> {
    let log = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stdout().is_terminal())
        .with_timer(Uptime(Instant::now()));
    let only_ours = Targets::new().with_target("reattempt", tracing::Level::DEBUG);
    tracing_subscriber::registry().with(log).with(only_ours).init();
    if std::env::args().any(|argument| argument == "--storm") { storm() } else { recovery() }
}

/// The server fails a few times in each of three ways.
fn recovery() -> Result<(), Box<dyn Error>> {
    let server = Server::start()?;
    let runtime = runtime()?;

    title("Async: the connection is reset twice");
    let client = client()?;
    let text = runtime.block_on(fetch(&client, &server.url("/reset")))?;
    result(&text);

    title("Async: 503 with `Retry-After: 1`");
    let text = runtime.block_on(fetch(&client, &server.url("/busy")))?;
    result(&text);

    title("Async: 404 is not worth another attempt");
    let error = runtime.block_on(fetch(&client, &server.url("/missing"))).expect_err("404");
    result(&error);

    title("Blocking: too slow twice, then fast");
    let client = reqwest::blocking::Client::builder()
        .no_proxy()
        .timeout(Duration::from_millis(150))
        .build()?;
    let text = fetch_blocking(&client, &server.url("/slow"))?;
    result(&text);
    Ok(())
}

/// The server is down and stays down.
fn storm() -> Result<(), Box<dyn Error>> {
    let server = Server::start()?;
    let url = server.url("/");
    drop(server);

    title("Async: the server is down and stays down");
    let error = runtime()?.block_on(fetch(&client()?, &url)).expect_err("down");
    result(&error);
    println!("   It is the error of the last attempt: {:?}", root(&error).to_string());
    Ok(())
}

fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().no_proxy().build()
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// The time since the start, in a log.
struct Uptime(Instant);

impl FormatTime for Uptime {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        write!(writer, "   {:.3}s", self.0.elapsed().as_secs_f64())
    }
}

fn title(text: &str) {
    println!("\n── {text}");
}

fn result(outcome: &dyn fmt::Display) {
    println!("   Result: {outcome}");
}

fn root<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    error.source().map_or(error, root)
}
