//! Hedged requests: what they need, and why they aren't here.
//!
//! A hedged request is sent a second time *before the first has failed*: if no answer has come after, say, the 95th percentile
//! of the usual time, another server is asked too, and the faster answer counts. It cuts the longest waits of a service whose
//! servers are slow one at a time. (Dean and Barroso, "The Tail at Scale", Communications of the ACM 56(2), 2013.)
//!
//! # What it needs
//!
//! - **Work that may be done twice**, and not only after a failure: both requests may be carried out in full. A retry of
//!   something that was refused is harmless where a hedge is not.
//! - **Another server.** The same one is slow for the second request too. So it belongs where servers are chosen: in the load
//!   balancer, or in the client that has a list of them.
//! - **A delay that is measured**, by operation. A fixed one is wrong as soon as the server's times change; and below the median
//!   it doubles the load.
//! - **A cancellation that the server understands**, or both requests are paid for. To drop a future closes a connection at best.
//! - **A limit.** When all servers are slow, every request is hedged, which is the retry storm in another form: a hedge has to
//!   be paid for from the same budget as a retry.
//!
//! # Why it is not a retry
//!
//! A retry asks one question, once an attempt has failed: is this error worth another attempt? All of this crate is about
//! that question. A hedge never sees an error. It runs two attempts at once, so that a body with a `&mut` argument can't be
//! hedged at all, two errors may come back and one answer has to be thrown away.
//!
//! # What to do instead
//!
//! - Where one request hangs now and then: `attempt_timeout`. It cuts the slow one off and tries again, and costs one request
//!   more for each that was slow:
//!
//! ```
//! use std::io;
//!
//! use reattempt::{Budget, retry};
//!
//! static REPLICAS: Budget = Budget::new();
//!
//! /// A little above the 95th percentile. When everything is slow, the budget stops it.
//! #[retry(max_attempts = 2, backoff = "none", attempt_timeout = 80ms, budget = REPLICAS)]
//! async fn read(key: &str) -> io::Result<Vec<u8>> {
//!     Ok(key.into())
//! }
//! ```
//!
//! - Where the tail has to be cut without waiting: the hedging of what chooses the server. gRPC has `hedgingPolicy` in its
//!   service configuration, Envoy has `hedge_on_per_try_timeout`, and for tower there is `tower::hedge`. With it, write no
//!   `#[retry]` on the same call, or set its attempts to what the two come to.
