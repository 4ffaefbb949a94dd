//! When the server is really down.
//!
//! Retries help against failures that pass. Against a server that is down or overloaded they are more load: three
//! attempts are three times the calls while everything fails. What keeps that bounded here:
//!
//! - **Few attempts by default.** Three are where the AWS SDKs and Google's SRE book agree: more of them raise the share
//!   of calls that succeed by little, and the load on what is down by much. The section "Retries" in a function's
//!   documentation says how many calls it comes to.
//! - **Delays that grow and are spread out**, so that callers neither hammer nor come back all at once.
//! - **A longer first delay when throttled**, and a server's `Retry-After` is kept.
//! - **Permanent errors are not retried**, and what nothing is known about counts as permanent.
//!
//! What is left to you:
//!
//! - **Retry at one level only.** A function with `#[retry]` that calls another one with `#[retry]` makes nine calls
//!   for one while the server is down. Retry where the whole operation can be repeated, and not below; or write
//!   `nested = "once"` on the outer one: see [calls inside of calls](super::scopes#calls-inside-of-calls). Switch off the
//!   retries of the client below.
//! - **Give up in time.** Give requests that somebody waits for a `deadline` or `max_elapsed`. `max_attempts = unlimited` is for connections that nothing works without, not for requests
//!   that somebody waits for.
//!
//! See it happen: `cargo run --example quickstart --features reqwest-blocking -- --storm` calls a server that stays down.
//!
//! Circuit breakers and hedged requests are not part of this crate: a breaker decides for all callers whether to call
//! at all, and belongs around the function, where its state can be seen; a second request before the first has
//! failed is another thing than a retry.
