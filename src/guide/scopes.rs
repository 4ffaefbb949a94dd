//! What surrounds a call: deadlines that pass down, retries that are counted together, and retries inside of retries.
//!
//! # A request and all that it calls
//!
//! A server answers a request by calling a database, a cache and ten shards, each with retries of its own. No function of
//! those knows how long the caller still waits, or that there are nine others. A [`Scope`](crate::Scope) says it once, for
//! all retried calls that are made inside of it:
//!
//! ```
//! use std::time::Duration;
//!
//! use reattempt::{Scope, retry};
//!
//! #[retry(max_attempts = 3)]
//! async fn query(shard: u32) -> std::io::Result<u64> {
//!     Ok(u64::from(shard))
//! }
//!
//! # async fn example() {
//! let answer = Scope::new()
//!     .deadline(Duration::from_secs(2)) // no retry that could end later
//!     .retries(8)                       // of 32 shards together: 40 calls at most, and not 96
//!     .run_async(async {
//!         let mut sum = 0;
//!         for shard in 0..32 {
//!             sum += query(shard).await?;
//!         }
//!         Ok::<_, std::io::Error>(sum)
//!     })
//!     .await;
//! # assert!(answer.is_ok());
//! # }
//! ```
//!
//! | I want, for everything inside | I write |
//! |---|---|
//! | no retry that would end later | `.deadline(…)`: a `Duration`, an `Instant`, an `Option` of one |
//! | at most so many attempts of each call; with 1, no retries | `.max_attempts(1)` |
//! | at most so many retries of all calls together | `.retries(8)` |
//! | no waits | `.without_waits()` |
//! | to be told | `.observer(…)` |
//! | another policy for an operation | `.policy("storage::upload", policy)` |
//!
//! `.run(|| …)` is for blocking code, `.run_async(future)` for async code, `.enter()` for a guard on this thread, and
//! `.install()`, in `main`, for the whole process. Inner scopes add to outer ones, and the stricter limit counts.
//!
//! It is looked up after a failed attempt and then only. So it costs nothing where calls succeed, a first attempt is always
//! made, and no running attempt is cut off. To cut one off, give the outermost call a `deadline`. A value that `until` rejects is
//! no failure: polling goes on until its own limits, or a deadline.
//!
//! **The caller's own deadline** becomes a scope with one line: with the feature `http`,
//! `Scope::new().deadline(reattempt::http::time_left(request.headers()))` reads `grpc-timeout` and Envoy's header, and is no limit where there is none.
//! A first attempt is made even if that has passed. Where it matters, give the call itself `deadline = …`, as `examples/api-proxy` in
//! the repository does. It tells what is left to the services behind it, too.
//!
//! **What is spawned has none of it.** A new task or thread is outside, because it may outlive the request. Carry the scope
//! there with [`Scope::current`](crate::Scope::current): `tokio::spawn(Scope::current().run_async(work))`. Retries and
//! deadlines are then the same ones. (A runtime that is driven by `block_on` inside of `run` polls its tasks on this thread: those
//! are inside.)
//!
//! # Calls inside of calls
//!
//! A call with `deadline` or `max_elapsed` is a scope for the calls inside of its attempts: they begin no wait that would end
//! past its limit, and their `cx.remaining()` tells what is left. Where the outer one waits on a timer with a clock of its own, what
//! is left is counted by tokio's or the system's. (A policy that an expression or a method makes is not
//! looked at for that; a `deadline` beside it counts.)
//!
//! **Attempts multiply.** A function of three attempts that calls another one of three makes nine calls of one while the
//! server is down, and three such layers make 27. `nested = "once"` on the outer one makes them add up: while it is being
//! retried, annotated calls inside of its attempts run once. Three and three are then five calls: three in the first attempt,
//! which can't know yet that there will be others, and one in each of the others.
//!
//! ```
//! use reattempt::retry;
//! # use std::io;
//!
//! #[retry(max_attempts = 3, nested = "once")]
//! fn checkout(cart: &str) -> io::Result<()> {
//!     reserve(cart)?;
//!     charge(cart)
//! }
//!
//! #[retry(max_attempts = 3)]
//! fn reserve(cart: &str) -> io::Result<()> {
//!     # let _ = cart;
//!     Ok(())
//! }
//!
//! #[retry(max_attempts = 3, idempotent = false)]
//! fn charge(cart: &str) -> io::Result<()> {
//!     # let _ = cart;
//!     Ok(())
//! }
//! # checkout("a").unwrap();
//! ```
//!
//! It works across functions that have no attribute, and across awaits; what is spawned is outside. A call that ended so
//! says `reason=nested`, at the level DEBUG: the outer one tells the rest.
//!
//! **A retry inside of a retry that nobody asked for** is said once for each pair of operations, as a warning with both names
//! and the number of calls that they come to. It is found where that costs nothing on success: where the outer one is past its
//! first attempt, and is a blocking function with literal options of its policy other than limits in time, `on`, `idempotent` or
//! `name`, or a closure that [`Retry::call`](crate::Retry::call) retries. A function with a named policy or with other keys is
//! not found, and neither is a pair whose outer one is async, or one across threads, or inside of a client's own retries. Where it is meant so,
//! `nested = "all"` says it, and nothing is told.
