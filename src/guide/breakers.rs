//! Circuit breakers: why there is none here, and how to put one inside.
//!
//! # What a breaker is for
//!
//! A circuit breaker watches all the calls to something. When too many of them fail it opens: for a while it refuses calls at
//! once, without making them. Then it lets a few through, and closes if they succeed.
//!
//! It protects the *caller*: threads and connections don't pile up in front of a server that hangs, and a user gets an error
//! after a millisecond instead of a time-out. It protects the server as well, and bluntly: while it is open even the calls that
//! would have succeeded fail, and where one shard of ten is down, it either never opens or cuts off the other nine.
//!
//! # Why a budget and a brake, and no breaker
//!
//! What a *retry* adds to an outage is retries, and those can be held back alone. A [`Budget`](crate::Budget) or a
//! [`Brake`](crate::Brake) leaves first calls as they are. So a request that would have worked works, no threshold has to be
//! guessed at which a service is cut off from another, and what is measured is what is acted on.
//! [When the server is really down](super::outages) has the figures.
//!
//! A breaker has to be seen: somebody will ask at three in the morning why no call is made. It has a state that is shared, and
//! named, and shown on a page. That is another crate's work, and there are good ones: [recloser] and [failsafe].
//!
//! # Both together
//!
//! The breaker goes **inside** of the retried function, around the single call. So each attempt is a call that it counts, and
//! an attempt that it refuses has made none:
//!
//! ```
//! # mod recloser {
//! #     #[derive(Debug)]
//! #     pub enum Error<E> { Inner(E), Rejected }
//! #     pub struct Recloser;
//! #     impl Recloser {
//! #         pub fn call<T, E>(&self, call: impl FnOnce() -> Result<T, E>) -> Result<T, Error<E>> {
//! #             call().map_err(Error::Inner)
//! #         }
//! #     }
//! # }
//! use std::io;
//!
//! use reattempt::{Retryable as _, retry};
//! use recloser::{Error, Recloser};
//!
//! /// What the breaker refuses is not tried again: that is what it is for.
//! fn is_worth_it(error: &Error<io::Error>) -> bool {
//!     match error {
//!         Error::Inner(error) => error.retryability().is_retryable(),
//!         Error::Rejected => false,
//!     }
//! }
//!
//! #[retry(max_attempts = 3, on = is_worth_it)]
//! fn fetch(breaker: &Recloser, url: &str) -> Result<String, Error<io::Error>> {
//!     breaker.call(|| request(url))
//! }
//! # fn request(url: &str) -> io::Result<String> { Ok(url.to_owned()) }
//! # fetch(&Recloser, "").unwrap();
//! ```
//!
//! Outside of it, around the whole call, the breaker would see one failure where there were three, and would be asked once for
//! three requests.
//!
//! # Waiting an outage out
//!
//! Patient work, such as a queue's, wants the opposite of a breaker: to go on, slowly, until the server is back.
//! `then` says what follows when the quick attempts are used up, and [`reset_after`](super::limits) begins anew after a session
//! that held:
//!
//! ```
//! use reattempt::{Policy, policy, retry};
//!
//! const STEADY: Policy = policy!(max_attempts = unlimited, initial_delay = 30s, backoff = "fixed", max_delay = 30s);
//!
//! #[retry(max_attempts = 4, then = STEADY)]
//! async fn deliver(message: &str) -> std::io::Result<()> {
//!     Ok(())
//! }
//! ```
//!
//! Let what the breaker refuses count as transient there (`Error::Rejected => true`), and such a call waits until it closes.
//!
//! `examples/api-proxy` in the repository shows what a budget does in place of a breaker, under a load that doesn't wait for answers.
//!
//! [recloser]: https://docs.rs/recloser
//! [failsafe]: https://docs.rs/failsafe
