//! Coming from a retryer with a configuration, as services in Go have one: `RetryConfig`, `NewRetryer`, `Do`.
//!
//! | there | here |
//! |---|---|
//! | `RetryConfig{…}` | a [`Policy`](crate::Policy): [`policy!`](crate::policy) in code, or [from a file](#configurations) |
//! | `MaxAttempts: 3` | `max_attempts = 3`: both count the first call |
//! | `InitialDelay`, `MaxDelay`, `Multiplier` | `initial_delay`, `max_delay`, `multiplier` |
//! | `Jitter: true`, which adds up to 25 % | `jitter = 0.25`; `jitter = true` in a file is full jitter, which spreads more |
//! | `RetryableErrors: []error{…}` | [`#[derive(Retryable)]`](crate::Retryable), or [`on`](#errors) |
//! | `WithRetry(ctx, operation, "upload", log)` | [`#[retry]`](crate::retry) above a function, or [`Retry`](crate::Retry)`::new(Policy::DEFAULT).name("upload").call_async(…)` |
//! | `NewRetryer(config, log)` | [`Retry`](crate::Retry)`::new(policy)`, which is kept and called as often as you like |
//! | `retryer.Do(ctx, operation, "name")` | `retry.call_async(…)`, or `call_async_with(\|cx\| …)` with the number of the attempt |
//! | `retryer.DoWithResult(…)`, and a cast | the same: it returns what the closure returns, with its type |
//! | `IsNonRetryable(err)` | [`.permanent()?`](crate::MarkError) on a boxed error, [`cx.permanent(error)`](crate::Context::permanent) on any |
//! | `IsRetryable(err)` | [`.transient()?`](crate::MarkError), [`cx.transient(error)`](crate::Context::transient) |
//! | `retryer.isRetryable(err)`, to look | [`error.retryability()`](crate::Retryable::retryability), [`detect::error`](crate::detect::error), and `classified_by` in the log |
//! | the context's time-out | `deadline = 5m`, which also cuts off a running attempt |
//! | the context's cancellation | `cancel = token` |
//! | the logger | `tracing`, or `log` with the feature of that name; [how loud](crate::guide::observability#how-loud) |
//! | "Metrics to Track" | [`Counters`](#metrics) |
//!
//! # A function
//!
//! ```text
//! err := WithRetry(ctx, func(ctx context.Context, attempt int) error {
//!     return client.Upload(ctx, file)
//! }, "upload file", log)
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # struct Client;
//! # impl Client { async fn upload(&self, file: &str) -> io::Result<()> { Ok(()) } }
//! use reattempt::retry;
//!
//! #[retry(name = "upload file")]
//! async fn upload(client: &Client, file: &str) -> io::Result<()> {
//!     client.upload(file).await
//! }
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(upload(&Client, "x")).unwrap();
//! ```
//!
//! # A retryer that is kept
//!
//! ```text
//! retryer := NewRetryer(config, log)
//! result, err := retryer.DoWithResult(ctx, func(ctx context.Context, attempt int) (interface{}, error) {
//!     log.Info("attempting operation", "attempt", attempt)
//!     return fetchData()
//! }, "fetch data")
//! data := result.(MyDataType)
//! ```
//!
//! →
//!
//! ```
//! # use std::io;
//! # async fn fetch_data() -> io::Result<u32> { Ok(7) }
//! use reattempt::{Policy, Retry, policy};
//!
//! const CONFIG: Policy = policy!(max_attempts = 5, initial_delay = 500ms, max_delay = 60s);
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> io::Result<()> {
//! let retryer = Retry::new(CONFIG).name("fetch data");
//! let data: u32 = retryer
//!     .call_async_with(|cx| async move {
//!         println!("attempt {}", cx.attempt());
//!         fetch_data().await
//!     })
//!     .await?;
//! # assert_eq!(data, 7);
//! # Ok(())
//! # }
//! ```
//!
//! In a blocking program it is `call` and `call_with`, with nothing to await.
//!
//! # Configurations
//!
//! The default, one for what is critical, and one for what isn't:
//!
//! ```
//! use reattempt::{Policy, policy};
//!
//! const DEFAULT: Policy =
//!     policy!(max_attempts = 3, initial_delay = 1s, max_delay = 30s, multiplier = 2.0, jitter = 0.25);
//! const AGGRESSIVE: Policy =
//!     policy!(max_attempts = 5, initial_delay = 500ms, max_delay = 60s, multiplier = 2.5, jitter = 0.25);
//! const CONSERVATIVE: Policy = policy!(max_attempts = 2, initial_delay = 2s, max_delay = 10s, jitter = "none");
//!
//! // 4 s with a quarter more at most: from 4 s to 5 s.
//! let third = DEFAULT.window(3);
//! assert_eq!((third.low().as_secs(), third.high().as_secs_f64().round()), (4, 5.0));
//! # assert_eq!(AGGRESSIVE.window(2).low().as_millis(), 1250);
//! # assert_eq!(CONSERVATIVE.window(1).high().as_secs(), 2);
//! ```
//!
//! As a part of another configuration, where what isn't given has its default (feature `serde`):
//!
//! ```
//! # #[cfg(feature = "serde")]
//! # fn main() {
//! use reattempt::{Policy, Retry};
//!
//! #[derive(serde::Deserialize)]
//! struct CloudStorageConfig {
//!     provider: String,
//!     bucket: String,
//!     #[serde(default)]
//!     retry: Policy,
//! }
//!
//! let config: CloudStorageConfig = toml::from_str(r#"
//!     provider = "s3"
//!     bucket = "my-bucket"
//!     retry = { max_attempts = 5, initial_delay = "1s", max_delay = "30s", multiplier = 2.0, jitter = 0.25 }
//! "#).unwrap();
//! let retryer = Retry::new(config.retry).name("S3 upload");
//! # let _ = (retryer, config.provider, config.bucket);
//! # }
//! # #[cfg(not(feature = "serde"))]
//! # fn main() {}
//! ```
//!
//! # Errors
//!
//! An error of a file ends the call; what the network says is left to its type, and to the words where it has none:
//!
//! ```
//! # async fn upload_to_cloud(_: std::fs::File) -> Result<(), Box<dyn std::error::Error + Send + Sync>> { Ok(()) }
//! use reattempt::{MarkError as _, detect, retry};
//!
//! #[retry(max_attempts = 5, on = detect::error)]
//! async fn upload(path: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//!     let file = std::fs::File::open(path).permanent()?;
//!     upload_to_cloud(file).await
//! }
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # assert!(runtime.block_on(upload("/no/such/file")).is_err());
//! ```
//!
//! The words that such a retryer knows are known here as well:
//!
//! ```
//! use reattempt::detect;
//!
//! let says = |words: &str| {
//!     let error: Box<dyn std::error::Error> = words.into();
//!     detect::error(&*error)
//! };
//! for words in [
//!     "connection refused", "connection reset", "connection timeout", "network unreachable", "no such host", "timeout",
//!     "TLS handshake timeout", "i/o timeout", "broken pipe", "EOF", "500 Internal Server Error", "502 Bad Gateway",
//!     "503 Service Unavailable", "504 Gateway Timeout", "429 Too Many Requests", "RequestTimeout", "ServiceUnavailable",
//!     "InternalError", "SlowDown", "ThrottlingException", "RequestLimitExceeded",
//!     "ProvisionedThroughputExceededException", "TransactionInProgressException", "TooManyRequests",
//! ] {
//!     assert!(says(words).is_retryable(), "{words}");
//! }
//! for words in ["404 Not Found", "NoSuchKey", "file not found", "access denied", "403 Forbidden", "400 Bad Request"] {
//!     assert!(!says(words).is_retryable(), "{words}");
//! }
//! ```
//!
//! Errors of your own that are worth it, and those that are not:
//!
//! ```
//! use reattempt::{Retryable, retry};
//!
//! #[derive(Debug, Retryable)]
//! enum StorageError {
//!     #[retry(transient)]
//!     Busy,
//!     #[retry(permanent)]
//!     Invalid(String),
//! }
//!
//! #[retry]
//! fn store(text: &str) -> Result<(), StorageError> {
//!     if text.is_empty() { Err(StorageError::Invalid("empty".to_owned())) } else { Ok(()) }
//! }
//! # assert!(store("").is_err() && store("x").is_ok());
//! # let _ = StorageError::Busy;
//! // A list of them, as `RetryableErrors` is, is a pattern: `#[retry(on(StorageError::Busy))]`.
//! assert!(StorageError::Busy.retryability().is_retryable());
//! ```
//!
//! # Progress
//!
//! An attempt begins anew, and so does what it reports. A bar that must not run backwards keeps the most that was there:
//!
//! ```
//! # use std::io;
//! use reattempt::retry;
//!
//! #[retry(max_attempts = 3, initial_delay = 1ms)]
//! fn upload(parts: &[&str], fails_once: &mut bool, progress: &mut dyn FnMut(u64, u64)) -> io::Result<()> {
//!     let total = parts.iter().map(|part| part.len() as u64).sum();
//!     let mut transferred = 0;
//!     for part in parts {
//!         transferred += part.len() as u64;
//!         progress(transferred, total);
//!         if transferred > 4 && std::mem::take(fails_once) {
//!             return Err(io::ErrorKind::ConnectionReset.into());
//!         }
//!     }
//!     Ok(())
//! }
//!
//! let (mut shown, mut most) = (Vec::new(), 0);
//! upload(&["one", "two", "three"], &mut true, &mut |transferred, _total| {
//!     most = most.max(transferred);
//!     shown.push(most);
//! })
//! .unwrap();
//! assert_eq!(shown, [3, 6, 6, 6, 11]);
//! ```
//!
//! To send no part twice, put the attribute on the function that sends one part.
//!
//! # How long it takes at most
//!
//! All waits, and each attempt as long as it may be:
//!
//! ```
//! use std::time::Duration;
//!
//! use reattempt::{Policy, policy};
//!
//! const POLICY: Policy = policy!(max_attempts = 3, initial_delay = 1s, jitter = "none");
//! let attempt = Duration::from_secs(2); // `attempt_timeout = 2s`
//! let waits: Duration = (1..3).map(|retry| POLICY.window(retry).high()).sum();
//! assert_eq!((waits + 3 * attempt).as_secs(), 9);
//! ```
//!
//! `deadline = 9s` says it the other way round. [`sites()`](crate::guide::observability#what-a-program-retries-at-all) says it of every function.
//!
//! # Logs
//!
//! | there | here |
//! |---|---|
//! | `WARN: operation failed, retrying \| operation=S3 upload, attempt=1, max_attempts=3, delay=1s, error=…` | `WARN reattempt: operation failed, retrying operation="S3 upload" attempt=1 max_attempts=3 delay=1.0s …` |
//! | `INFO: operation succeeded after retry \| operation=S3 upload, attempt=3` | `INFO reattempt: operation succeeded after retry operation="S3 upload" attempt=3` |
//! | `ERROR`, when the attempts are used up | `ERROR reattempt: operation failed after 3 attempts operation="S3 upload" attempt=3 reason=attempts …` |
//!
//! ```sh
//! # How many retries?
//! grep -c "operation failed, retrying" logs.txt
//!
//! # Which calls failed after their last attempt?
//! grep "operation failed after .* attempts" logs.txt
//!
//! # Which operations are retried most?
//! grep "operation failed, retrying" logs.txt | grep -o 'operation="[^"]*"' | sort | uniq -c | sort -rn
//! ```
//!
//! # Metrics
//!
//! The feature `counters` counts in the process; `metrics` and `opentelemetry` are for what is scraped or sent.
//!
//! | there | of [`Counts`](crate::guide::observability#counts-and-metrics) |
//! |---|---|
//! | Retry Rate: `retries / total_operations` | `retry_rate()` |
//! | Success After Retry: `successful_retries / total_retries` | `success_after_retry()` |
//! | Max Attempts Exceeded: `failed_operations / total_operations` | `attempts_exceeded_rate()` |
//! | Average Retry Count: `total_retries / operations_with_retries` | `average_retries()` |
//!
//! # Tests
//!
//! ```text
//! operation := func(ctx context.Context, attempt int) error {
//!     attempts++
//!     if attempt < 3 { return fmt.Errorf("connection timeout") }
//!     return nil
//! }
//! err := WithRetry(ctx, operation, "test", log)
//! ```
//!
//! →
//!
//! ```
//! # #[cfg(feature = "testing")]
//! # fn main() {
//! # use std::io;
//! use reattempt::testing::Script;
//! use reattempt::{retry, testing};
//!
//! #[retry]
//! fn upload() -> io::Result<()> {
//!     Ok(())
//! }
//!
//! let recording = testing::record();
//! recording.script("upload", Script::new().fail(|| io::Error::from(io::ErrorKind::TimedOut)).times(2));
//! upload().unwrap();
//! assert_eq!(recording.attempts("upload"), 3);
//!
//! recording.clear();
//! recording.script("upload", Script::new().fail(|| io::Error::from(io::ErrorKind::NotFound)));
//! upload().unwrap_err();
//! assert_eq!(recording.attempts("upload"), 1);
//! # }
//! # #[cfg(not(feature = "testing"))]
//! # fn main() {}
//! ```
//!
//! # When something is odd
//!
//! - **It takes too long to fail:** fewer `max_attempts`, a shorter `max_delay`, and `deadline` or `max_elapsed` for the whole of it.
//! - **Nothing is retried:** look at `reason` and `classified_by` in the log at DEBUG. `unclassified` means that nothing is known about the
//!   error: enable the feature of its crate, derive `Retryable`, or give `on`. See
//!   [Errors](crate::guide::errors).
//! - **Delays are too long:** a server may have asked for them; `hint` of the [event](crate::Event::hint) tells, `max_retry_after` limits it.
