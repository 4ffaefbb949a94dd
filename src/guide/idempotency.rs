//! Is it safe to run twice?
//!
//! **The body may run more than once**, and an attempt that failed may have done its work: the request arrived, and
//! the answer was lost. If running the body again is harmless, you need nothing. If it isn't, choose one of these.
//!
//! # Let the server recognise the second request
//!
//! Many APIs take an idempotency key. [`Context::call_id`](crate::Context::call_id) is the same for all the attempts
//! of a call:
//!
//! ```
//! use reattempt::retry;
//!
//! #[retry(context = cx)]
//! fn pay(cents: u64) -> std::io::Result<String> {
//!     let key = cx.call_id().to_string();
//!     Ok(format!("paid {cents} with Idempotency-Key {key}"))
//! }
//! # assert!(pay(100).is_ok());
//! ```
//!
//! The key lives as long as the call. For a payment that has to survive the process, make it from what is stored, such as the
//! order's number. See it with a service that charges and then resets the connection:
//! `cargo run --example third_party_api --features reqwest` in the repository, and what is in its ledger in the end.
//!
//! Where the server knows a second request by what it is about, you need nothing more: a part of an upload has its number, an object its
//! name. But "only if there is none" is then refused because of the first attempt's own work. `examples/large-upload` and
//! `examples/cloudflare-worker` look at what is there.
//!
//! # Retry only if nothing was done
//!
//! With `idempotent = false`, a call is tried again only after errors that say that nothing was applied, such as a
//! refused connection. After a time-out it isn't.
//!
//! ```
//! use reattempt::retry;
//! use std::net::{SocketAddr, TcpStream};
//!
//! #[retry(idempotent = false)]
//! fn order(server: SocketAddr) -> std::io::Result<TcpStream> {
//!     TcpStream::connect(server)
//! }
//! ```
//!
//! `idempotent` also takes an expression, `idempotent = method.is_idempotent()`. A pattern (`on(…)`), or an `on` that
//! answers `bool`, can't say that nothing was applied. With these, a call for which the expression is `false` is never
//! retried.
//!
//! **Then the body must be a single operation.** The error speaks for the operation that failed, but the whole body runs
//! again: a payment, followed by a receipt that is refused, would be paid again.
//!
//! # Who says that nothing was applied
//!
//! - An `std::io::Error` that says that a connection was refused.
//! - A status that you say it of, [`StatusError::not_applied`](crate::http::StatusError::not_applied): 429, for example,
//!   from a client that follows no redirects. Of a response alone, nobody knows whether it answers a second request.
//! - gRPC's `ABORTED`, and `RESOURCE_EXHAUSTED` with a delay.
//! - A conflict in a database, which is about the whole transaction, and too many connections to it.
//! - Your own errors: `#[retry(transient, not_applied)]` in the derive, or
//!   [`Retryability::not_applied`](crate::Retryability::not_applied).
//!
//! It is never assumed for clients that redirect or retry by themselves (reqwest, Redis, object stores, the AWS SDK),
//! for errors wrapped in unknown types, or because of the words of a message.
//!
//! # COMMIT
//!
//! If the connection is lost during a database's `COMMIT`, nobody knows whether the transaction was committed. That
//! error is transient, so by default the transaction runs again, and may be applied twice. See
//! [Databases](super::databases).
