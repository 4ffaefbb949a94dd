//! The guide: one page for each subject.
//!
//! 1. [Choose by problem](choose): "I have …, so I write …".
//! 2. [The attribute](attribute): every key, and how a call decides.
//! 3. [Is it safe to run twice?](idempotency)
//! 4. [Errors](errors): the derive, marks, boxed errors, errors of other crates, "why was this not retried?"
//! 5. [Time](time): attempts, delays, hints from servers, clocks and timers.
//! 6. [Limits](limits): deadlines, time-outs, cancellation, reconnecting.
//! 7. [What surrounds a call](scopes): deadlines that pass down, retries inside of retries.
//! 8. [When the server is really down](outages).
//! 9. [Circuit breakers](breakers), and why there is none here.
//! 10. [Hedged requests](hedging), likewise.
//! 11. [HTTP and gRPC](http).
//! 12. [Databases](databases).
//! 13. [Polling, and what happens between attempts](polling).
//! 14. [What the caller is told](told): hooks, an error made anew, a report.
//! 15. [See it](observability): logs, observers, counts, metrics, `sites()`.
//! 16. [Test it](testing).
//! 17. [Policies](policies): shared, from configuration, of your own.
//! 18. [In the middle of a function](closures): `attempt!`, closures, waits, other stacks.
//! 19. [Why doesn't it compile?](compile_errors)
//! 20. [Coming from](coming_from) [backon](coming_from::backon), [backoff](coming_from::backoff),
//!     [tokio-retry](coming_from::tokio_retry), retry, tower, [tenacity](coming_from::tenacity),
//!     [resilience4j](coming_from::resilience4j).
//! 21. [Compare](compare) with other crates.
//! 22. [Why it is as it is](design): defaults, costs, the expansion, platforms.

pub mod attribute;
pub mod breakers;
pub mod choose;
pub mod closures;
pub mod coming_from;
#[doc = include_str!("../../COMPARE.md")]
pub mod compare {}
pub mod compile_errors;
pub mod databases;
#[doc = include_str!("../../DESIGN.md")]
pub mod design {}
pub mod errors;
pub mod hedging;
pub mod http;
pub mod idempotency;
pub mod limits;
pub mod observability;
pub mod outages;
pub mod policies;
pub mod polling;
pub mod scopes;
pub mod testing;
pub mod time;
pub mod told;
