//! The attribute: every key, and how a call decides.
//!
//! Every key is optional, and a bare `#[retry]` is a good policy.
//!
#![doc = include_str!("../../retry-macros/src/keys.md")]
//!
//! A duration is a number with its unit (`250ms`, `1.5s`, `5m`; the units are `ns`, `us`, `ms`, `s`, `m` and `h`),
//! a string (`"1m 30s"`), or a constant expression of type `Duration`. Other values may be constant expressions
//! too. A single attempt switches retries off, which is for configuration: the attribute and `policy!` refuse it, the
//! builder and the text form accept it.
//!
//! Mistakes are compile errors, all of them at once, each at the value that is wrong:
//!
//! ```text
//! error: `initial_delay` is 30s, which is above `max_delay` (20s unless given), so it would never be waited; lower `initial_delay` or raise `max_delay`
//!  --> src/storage.rs:3:25
//!   |
//! 3 | #[retry(initial_delay = 30s)]
//!   |                         ^^^
//! ```
//!
//! # How a call decides
//!
//! After an attempt, in this order:
//!
//! 1. An `Ok` is returned, if `until` accepts its value.
//! 2. A permanent error is returned. A mark from the body decides, then `on`, then the error's own
//!    [`Retryable`](crate::Retryable).
//! 3. If the work is not `idempotent`, an error is returned unless it says that nothing was applied.
//! 4. If the body has said `cx.commit()`, or a blocking call was cancelled, the error is returned.
//! 5. After the last attempt the error is returned. Nothing is waited after it.
//! 6. The delay is the backoff's, with jitter. If the server asked for a longer one, the call waits at least that
//!    long, plus a little jitter. If the server asked for more than `max_retry_after`, the call gives up at once.
//! 7. If the delay would end past `deadline`, `max_elapsed`, or the deadline of what [surrounds the call](super::scopes), the
//!    error is returned now. So it is if what surrounds it allows no further retry, or if the `budget` is used up.
//! 8. The retry is reported, the call waits, unless it is cancelled, and the next attempt begins. A delay of zero still
//!    yields to the executor.
//!
//! The error that comes back is the function's own: that of the last attempt, never wrapped. An async call does
//! nothing before it is first polled, and dropping it ends it.
//!
//! # Which functions
//!
//! | shape | |
//! |---|---|
//! | free functions; `&self`, `&mut self`, `self`, `Arc<Self>`, `Box<Self>`, `Pin<&mut Self>` | yes |
//! | inherent methods, methods of `impl Trait for`, provided methods of traits; native `async fn` in traits | yes |
//! | methods inside `#[async_trait]`, whatever the patterns of their arguments | yes |
//! | `-> impl Future<Output = Result<…>>`, `-> Pin<Box<dyn Future<…>>>`, an alias such as `BoxFuture` | if the body ends in `async { … }`, `Box::pin(async { … })` or `async { … }.boxed()`. Statements before it run once |
//! | generics, const generics, `where`, lifetimes, `impl Trait` in arguments and inside the returned `Result` | yes |
//! | tuple, struct, reference, slice and `_` patterns; `#[cfg]` on arguments | yes |
//! | returned shared borrows; boxed closures returned through coercion | yes |
//! | `unsafe fn`, `extern "C" fn`; recursion, boxed if it is async | yes |
//! | a `Result`, an alias of one such as `io::Result`, an `Option` (`None` is retried) | yes |
//! | editions 2021 and 2024; functions made by `macro_rules!` | yes |
//! | an argument that is lent by `&mut`, whatever the body does with it | yes: each attempt is lent it anew |
//! | `#[instrument]` above (a span for each attempt) or below (one for the call), inside `#[async_trait]` too | yes |
//! | an argument that the body moves, or a `mut` argument | with `clone(argument)` |
//! | `const fn`; no `Result`; a method without a body; an `impl` or `trait` as a whole | refused |
//! | returning part of a `&mut` borrow, `&mut self -> Result<&mut T, E>` | refused: for the borrow checker the failed attempt still holds it |
//! | two `#[retry]` on one function | refused: they would multiply |
//!
//! `?`, `return`, loops and labels in the body mean what they mean without the attribute: they end the attempt.
//! What does not compile, and why, is on [a page of its own](super::compile_errors).
//!
//! # What the body knows
//!
//! `context = cx` gives the body the attempt's [`Context`](crate::Context): `cx.attempt()`, `cx.is_last()`,
//! `cx.elapsed()`, `cx.remaining()`, `cx.previous_delay()`, and `cx.call_id()`, an id that all the attempts of a call share.
//! `cx.permanent(error)`, `cx.transient(error)` and `cx.retry_after(delay, error)` mark the error of this attempt and
//! hand it back; `cx.mark(retryability, error)` says everything about it. A mark counts for more than `on`. `cx.commit()` says
//! that nothing may be tried again from here on, and `cx.progress()` that the attempt has got further: see
//! [Limits](super::limits).
//!
//! ```
//! use reattempt::retry;
//! use std::io;
//!
//! struct Client;
//!
//! impl Client {
//!     fn post(&self, order: String, key: &str) -> io::Result<usize> {
//!         Ok(order.len() + key.len())
//!     }
//!
//!     fn is_closed(&self) -> bool {
//!         false
//!     }
//! }
//!
//! #[retry(max_attempts = 4, context = cx, clone(order))]
//! fn submit(client: &Client, order: String) -> io::Result<usize> {
//!     match client.post(order, &cx.call_id().to_string()) {
//!         Err(error) if client.is_closed() => Err(cx.permanent(error)),
//!         result => result,
//!     }
//! }
//!
//! assert_eq!(submit(&Client, "beer".to_owned()).unwrap(), 36);
//! ```
//!
//! `examples/quickstart.rs` in the repository shows it with an async and a blocking function, and a server that fails in four ways.
//!
//! # What the documentation says
//!
//! A function with documentation gets a section "Retries": the schedule as a table, the longest total delay, what is
//! retried, and by how much an outage multiplies calls. `doc = false` leaves it out. The macro doesn't know the
//! numbers of a named policy or of a constant expression, so the section then lists what is written, without a table.
