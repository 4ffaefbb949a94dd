//! Errors: which are worth another attempt.
//!
//! A call asks, in this order: a mark from the body ([`Context`](crate::Context)), `on`, and the error's own
//! [`Retryable`](crate::Retryable). The answer is a [`Retryability`](crate::Retryability): permanent, transient,
//! throttled (transient, because there was too much load) or cancelled, perhaps with a delay that the server asked
//! for, and whether it is known that nothing was applied.
//!
//! # Derive it
//!
//! ```
//! use reattempt::{Retryable, retry};
//! use std::time::Duration;
//!
//! #[derive(Debug, thiserror::Error, Retryable)]
//! enum QueryError {
//!     #[error("deadlock")]
//!     #[retry(transient, not_applied)]
//!     Deadlock,
//!     #[error("too many connections")]
//!     #[retry(throttled, after = retry_after)]
//!     TooManyConnections { retry_after: Option<Duration> },
//!     // The first one whose condition holds.
//!     #[error("refused with {code}")]
//!     #[retry(throttled, when = *code == 429)]
//!     #[retry(transient, when = *code >= 500)]
//!     #[retry(permanent)]
//!     Refused { code: u16 },
//!     // As the error in it says.
//!     #[error(transparent)]
//!     #[retry(forward)]
//!     Io(#[from] std::io::Error),
//! }
//!
//! #[retry(max_attempts = 4)]
//! fn query(sql: &str) -> Result<u64, QueryError> {
//!     if sql.is_empty() { Err(QueryError::Refused { code: 400 }) } else { Ok(1) }
//! }
//! # assert_eq!(query("SELECT 1").unwrap(), 1);
//! ```
//!
//! An error type for a client of an HTTP API, with a refusal of its own beside what a client and a status say, is in
//! `examples/third_party_api/payments.rs` in the repository.
//!
//! A variant that says nothing does not compile. If no `when` of a variant holds, the error is permanent.
//! The keywords are listed in the documentation of [the derive](derive@crate::Retryable). Implementing the trait by
//! hand takes one function.
//!
//! # Say it in the attribute
//!
//! ```
//! use reattempt::{Retryability, retry};
//! use std::io::{self, ErrorKind};
//!
//! // A function or a closure that answers `bool`.
//! #[retry(on = |error| error.kind() == ErrorKind::NotFound)]
//! fn read(path: &str) -> io::Result<String> {
//!     std::fs::read_to_string(path)
//! }
//!
//! // Or everything about it.
//! fn classify(error: &u16) -> Retryability {
//!     match error {
//!         429 => Retryability::throttled().not_applied(),
//!         500.. => Retryability::transient(),
//!         _ => Retryability::permanent(),
//!     }
//! }
//!
//! #[retry(on = classify)]
//! fn status() -> Result<(), u16> {
//!     Err(404)
//! }
//!
//! // A pattern, with a guard if you like. `on(_)` is every error.
//! #[retry(on(code if *code >= 500))]
//! fn other_status() -> Result<(), u16> {
//!     Err(404)
//! }
//! # assert!(read("/no/such/file").is_err() && status().is_err() && other_status().is_err());
//! ```
//!
//! # Boxed errors and reports
//!
//! `Box<dyn Error>`, `anyhow::Error` (feature `anyhow`) and `eyre::Report` (feature `eyre`) are classified by the types
//! in the chain of their sources, ten deep: [`detect::types`](crate::detect::types). An error whose type is not known
//! is permanent, and its event has the reason `unclassified`.
//!
//! Messages count only if you ask for it: `on = detect::error` goes by the types, else by words such as "connection
//! reset", "503 Service Unavailable" and `ThrottlingException`, of the innermost message that says anything; `on =
//! detect::message` is for errors that are only text. Words in an address, a path or a file's name say nothing. The
//! phrases that are known may change with every version. A function of your own that takes `&dyn Error` works
//! as well: `on = is_transient` hands it the error in the box or report. (An alias of such a
//! type has to begin with `Box` or `Dyn`, as `BoxError` does; for other names, write a closure.)
//! [`Retry::on`](crate::Retry::on) is handed the report itself: `.on(|error: &anyhow::Error| detect::error(error.as_ref()))`.
//!
//! Boxing your own error hides its `Retryable`, because its type is not known any more. Wrap it in
//! [`Marked`](crate::Marked) to keep its classification, `Marked::by_itself(error)`. One error of a function is marked in
//! passing, with [`MarkError`](crate::MarkError) in scope: `read(path).permanent()?`, `parse(text).transient()?`. A mark is
//! found anywhere in the chain, and counts for more than anything else. To get at your error again, downcast to `Marked`
//! and look into its [`get_ref`](crate::Marked::get_ref).
//!
//! # Errors of other crates
//!
//! `std::io::Error` is classified by its kind, by the number that the operating system gave, and by the error that it
//! wraps; tokio's `Elapsed` is transient. With a feature, so are:
//!
//! | feature | errors | by |
//! |---|---|---|
//! | `http` | `StatusCode`; responses, see [HTTP](super::http) | the status, `Retry-After` and its like |
//! | `reqwest-0_13`, `reqwest-0_12`, each with `-blocking` | `reqwest::Error`, responses | the phase that failed, the status, what is wrapped |
//! | `ureq-3` | `ureq::Error`; its responses by `http` | the variant, what is wrapped |
//! | `hyper` (1), `hyper-util-0_1` | `hyper::Error`, the pooled client's error | the same |
//! | `h2-0_4` | `h2::Error` | `REFUSED_STREAM` and the other reasons |
//! | `tonic-0_14`, `tonic-0_13` | `tonic::Status` | the code, `RetryInfo`, pushback, the transport's error |
//! | `tonic-0_14-transport`, `tonic-0_13-transport` | `tonic::transport::Error` | what connecting met |
//! | `sqlx-0_9`, `sqlx-0_8`, each with `-mysql` | `sqlx::Error` | SQLSTATE, SQLite's codes, MySQL's numbers |
//! | `tokio-postgres-0_7` | `tokio_postgres::Error`, which `postgres::Error` is | SQLSTATE, the connection |
//! | `diesel` (2) | `diesel::result::Error`, `ConnectionError` | the kind, else the words of the database's message |
//! | `rusqlite` (0.40 to 0.43) | `rusqlite::Error` | SQLite's extended codes |
//! | `redis` (1) | `redis::RedisError` | the server's code, the connection |
//! | `mongodb` (3) | `mongodb::error::Error` | the labels, the server's code, the connection |
//! | `object_store-0_14`, `object_store-0_13` | `object_store::Error` | the variant, what is wrapped, the words of the message |
//! | `aws-smithy` (1) | `SdkError` of the AWS SDK | the service's code, the status, `x-amz-retry-after` |
//! | `azure-core` (1) | `azure_core::Error` of the Azure SDK | the kind, the service's code, the status, `Retry-After` and `x-ms-retry-after-ms`, what is wrapped |
//! | `anyhow` (1), `eyre-0_6` | `anyhow::Error`, `eyre::Report` | the types in the chain |
//!
//! A crate that is not at 1.0 has its version in the feature's name. The bare name, such as `reqwest`, is the newest
//! version that is supported, and moves on to newer ones: semantic versioning doesn't cover it. SQLite can be linked once
//! only, so `rusqlite` is whichever version your build has. Features need the compiler that their crates need: sqlx 0.9
//! needs Rust 1.94, the Azure SDK 1.88. `mongodb` enables that driver's default TLS, rustls: it does not compile without a choice.
//!
//! An AWS client also has an error for all of its operations, such as `aws_sdk_s3::Error`. It takes one line:
//! `#[retry(on = reattempt::detect::aws)]`, and above a variant of the derive `#[retry(forward, on = reattempt::detect::aws)]`.
//! `examples/key-service` in the repository is a program with AWS's key service, by the SDK, and by a program whose words are read.
//!
//! If the error is in a box, write `on = |error| detect::aws(&**error)`. `examples/large-upload` does that.
//! It sends large files to S3 and to Azure Blob, and tells the errors of the file from those of the network. Its error has
//! `azure_core::Error` in a type that keeps a signed URL out of the logs, and forwards to it.
//!
//! For a driver that is not in the table, there are [`detect::sqlstate`](crate::detect::sqlstate),
//! [`detect::mysql_number`](crate::detect::mysql_number) and [`detect::sqlite_code`](crate::detect::sqlite_code). For
//! Cloudflare's runtime, `worker::Error`, there is a function to copy in `examples/cloudflare-worker/src/retryability.rs`.
//!
//! What an error says typed, it says in a box too. The exceptions: the wait of a boxed `SdkError` is lost, and where
//! diesel hides the database's code, its words decide.
//!
//! An end that nobody expected, `UnexpectedEof`, may be a connection that broke or an input in memory that is too short,
//! and the standard library's error is the same for both. It is taken for a connection, unless another library's error is
//! in it that doesn't speak of one, such as `serde_json::Error`. If your function decodes from memory, say
//! `permanent`: with `on`, or with `cx.permanent(error)`.
//!
//! Where a boxed error is classified by the types in its chain, more features never make this crate retry less: if a
//! feature makes a type known, and an error of that type says "permanent" while an error that it wraps is worth another
//! attempt, the call is retried, as it was without the feature. Words (`on = detect::error`) are asked only if no type
//! is known, so there a feature may replace a guess from words, either way.
//!
//! Some clients retry by themselves: object stores, the SDKs of AWS and Azure, Redis' `ConnectionManager`. Switch that off, or the
//! attempts multiply: five attempts here and the AWS SDK's three are fifteen requests. sqlx's pool goes on by itself
//! while a server refuses connections, for its `acquire_timeout`, 30 seconds by default: make that shorter if `max_elapsed` is.
//!
//! # Why was this not retried?
//!
//! The event says it, at the level DEBUG if it is the first attempt (see [See it](super::observability)): `reason` is
//! `permanent`, `unclassified` (nothing is known about this error), `not_idempotent` (it may have been applied),
//! `attempts`, `hint_too_long`, `cancelled`, `policy` or `no_timer`, and `classified_by` names the type or the words
//! that decided.
