//! When the server is really down.
//!
//! Retries help against failures that pass. Against a server that is down or overloaded they are more load: three attempts are
//! three times the calls while everything fails, and that can keep a server down that would have come back.
//!
//! # What it looks like
//!
//! A server does 1,000 requests a second, and gets 800. At second 30 something slows it down to 400, for ten seconds. A hundred
//! processes call it, and wait a second for an answer. These are the calls that succeed:
//!
#![doc = include_str!("brownout-80.svg")]
//!
//! Without retries the service is back six seconds after the trouble is over. With three attempts each it **never** is: what
//! is answered too late is asked for again, so that the server gets 2.7 times the calls, and does nothing but work that nobody
//! waits for any more. Jitter and backoff were on; they don't prevent it. With a budget or a brake it is back as if there were no
//! retries.
//!
//! The figures are of the simulator in the repository, which has this crate's own schedule, jitter, budget and brake inside. Try
//! yours: `cargo run --release -p simulator -- "max_attempts=5 initial_delay=50ms"`.
//!
//! | seconds until it is back, at 60 / 80 / 90 % load | 100 processes | 1,000 processes | 10,000 processes |
//! |---|---|---|---|
//! | no retries | 3 / 5–7 / 9–14 | 3 / 5–7 / 9–14 | 3 / 5–7 / 9–14 |
//! | three attempts | never | never | never |
//! | with a `Budget` | 3 / 5–7 / 9–14 | 7–8 / 8–10 / 12–16 | 99–103 / 101–105 / 111–119 |
//! | with a `Brake` | 3 / 5–7 / 10–16 | 4–6 / 9–13 / 18–27 | 74–80 / never / never |
//! | with both | 3 / 5–7 / 9–14 | 4–6 / 9–13 / 18–27 | 74–80 / never / never |
//! | two layers of three attempts, 100 and 20 processes | never | | |
//!
//! # What is there without asking
//!
//! - **Few attempts.** Three are where the AWS SDKs and Google's SRE book agree: more of them raise the share of calls that succeed
//!   by little, and the load on what is down by much. The section "Retries" in a function's documentation says how many calls it
//!   comes to.
//! - **Delays that grow and are spread out**, so that callers neither hammer nor come back all at once. The cap is applied before
//!   jitter, so that those at the cap are spread out too.
//! - **A longer first delay when throttled**, and a server's `Retry-After` is kept.
//! - **Permanent errors are not retried**, and what nothing is known about counts as permanent.
//!
//! # What you choose
//!
//! ```
//! use reattempt::{Brake, Budget, retry};
//!
//! static UPSTREAM: Budget = Budget::new();
//! static QUEUE: Brake = Brake::new();
//!
//! /// Somebody waits for the answer, and will ask again.
//! #[retry(max_attempts = 3, deadline = 2s, budget = UPSTREAM)]
//! async fn answer(question: &str) -> std::io::Result<String> {
//!     Ok(question.to_owned())
//! }
//!
//! /// It has to be done in the end.
//! #[retry(max_attempts = 10, initial_delay = 1s, brake = QUEUE)]
//! async fn deliver(message: &str) -> std::io::Result<()> {
//!     Ok(())
//! }
//! ```
//!
//! | | [`Budget`](crate::Budget) | [`Brake`](crate::Brake) |
//! |---|---|---|
//! | the rule | a retry takes a token, a success puts a tenth of one back | after four failed retries in a row, only a trickle goes on trying until one works |
//! | a call that may not retry | ends, with `reason=budget` | waits once more, as long as its policy may; then it ends, with `reason=withheld` |
//! | what a success costs | it reads one number | nothing |
//! | what is kept while a call waits | nothing | the error, which has to be `Send` if the future is |
//! | right for | requests that somebody waits for; fleets under high load | queues, bursts, jobs that are to outlast a restart |
//! | wrong for | those: a burst of 1,000 calls that each fail once loses 990 | thousands of processes that each call less than once in two seconds |
//!
//! One for each thing that fails by itself: `Budget::keyed()` and `Brake::keyed()` have one for each host. Both are numbers in a
//! `static`, to be shown as metrics: `available()` and `rejections()`, `is_on()` and `withheld()`.
//!
//! **Neither is on by default.** A budget ends work that would have been done later. A brake withholds attempts, so it has to hold the
//! error that the call may end with, which would make every future larger, and let none be `Send` whose error isn't. One that made a
//! last attempt in place of that was simulated as well: with three or five attempts no server came back, at any load, because
//! nearly every call then makes two attempts in a short time. And a test suite is a process in which the same operation fails again and again on purpose.
//!
//! **A budget is that of one process.** A fleet can share one: see [beyond one process](#beyond-one-process).
//!
//! ## What a brake doesn't do
//!
//! - **Thousands of nearly idle processes**: each lets one retry through in twenty seconds. With 10,000 at 80 % load it did not save
//!   the server. Nothing within a process does; give such programs few attempts.
//! - **Long time-outs**: what it acts on arrives a time-out late. With five seconds, 56 to 78 seconds at 90 % load, where a budget
//!   takes 11 to 20.
//! - **Many patient callers at high load** (ten attempts): 28 to 37 seconds at 80 %, 87 to 114 at 90 %, where without retries it is
//!   5 to 7 and 9 to 14. Without a limit of attempts, minutes. Give those a budget too.
//! - **A minority that never works**, such as a dead host, shares the state of the others. Give each host its own, and don't call lasting
//!   errors transient.
//! - **After an outage** an operation of few calls may wait up to twenty seconds for its first retry, until one recovers.
//!
//! In tests, run such functions in [`Scope::without_waits`](crate::Scope::without_waits): nothing is withheld there.
//!
//! # What is left to you
//!
//! - **Retry at one level only.** A function with `#[retry]` that calls another one with `#[retry]` makes nine calls for one while
//!   the server is down. Retry where the whole operation can be repeated, and not below; or write `nested = "once"` on the outer
//!   one: see [calls inside of calls](super::scopes#calls-inside-of-calls). Switch off the retries of the client below.
//! - **Give up in time.** Give requests that somebody waits for a `deadline` or `max_elapsed`, and let those inside know it by a
//!   [`Scope`](crate::Scope). `max_attempts = unlimited` is for connections that nothing works without.
//!
//! See it happen with a real server: `cargo run --example quickstart --features reqwest-blocking -- --storm`.
//!
//! # Beyond one process
//!
//! What is retried in a process ends with it, and what a process knows of a server is what its own calls have met. Two programs
//! in the repository's folder `examples` show what to do where that isn't enough. Each starts servers of its own, and ends within a
//! minute.
//!
//! **Work that has to be done in the end** belongs into a queue that survives the process. `examples/durable-queue` has jobs in
//! PostgreSQL, by apalis. Short retries are made in the worker, by `reattempt::tower::Retries`; what is longer, or the end of the
//! worker, is up to the queue. It shows what has to be said to the queue about an error that is final, and that each
//! effect needs a key of its own, because any part of a job may run again.
//!
//! **A fleet's budget** is what its processes have together, and must not grow with their number. `examples/fleet-budget` keeps
//! one in Redis. Each process has a small [`Budget`](crate::Budget), and a task beside the calls moves tokens, by
//! [`take_tokens`](crate::Budget::take_tokens) and [`add_tokens`](crate::Budget::add_tokens): what successes have paid too much
//! there, what is missing here. No call waits for Redis, and when it is down, each process goes on with what it has:
//!
//! ```
//! use reattempt::{Budget, Retryability};
//!
//! static UPSTREAM: Budget = Budget::builder().capacity(4.0).build();
//! /// Here it is Redis.
//! static FLEET: Budget = Budget::builder().capacity(20.0).build();
//!
//! fn give(from: &Budget, to: &Budget, tokens: f64) {
//!     let taken = from.take_tokens(tokens);
//!     // What doesn't fit there comes back.
//!     from.add_tokens(taken - to.add_tokens(taken));
//! }
//!
//! fn share() {
//!     let kept = UPSTREAM.capacity() / 2.0;
//!     let available = UPSTREAM.available();
//!     give(&UPSTREAM, &FLEET, available - kept);
//!     give(&FLEET, &UPSTREAM, kept - available);
//! }
//!
//! share();
//! assert_eq!((UPSTREAM.available(), FLEET.available()), (4.0, 20.0)); // Both are full.
//! while UPSTREAM.withdraw(Retryability::transient()) {}
//! share();
//! assert_eq!((UPSTREAM.available(), FLEET.available()), (2.0, 18.0));
//! ```
