//! The guide: one page for each subject.
//!
//! 1. [Choose by problem](choose): "I have …, so I write …".
//! 2. [The attribute](attribute): every key, and how a call decides.
//! 3. [Is it safe to run twice?](idempotency)
//! 4. [Errors](errors): the derive, marks, boxed errors, errors of other crates, "why was this not retried?"
//! 5. [Time](time): attempts, delays, hints from servers, clocks and timers.
//! 6. [When the server is really down](outages).
//! 7. [HTTP and gRPC](http).
//! 8. [Databases](databases).
//! 9. [Polling, and what happens between attempts](polling).
//! 10. [See it](observability): logs and observers.
//! 11. [Test it](testing).
//! 12. [Policies](policies): shared, from configuration, of your own; closures.
//! 13. [Why doesn't it compile?](compile_errors)
//! 14. [Compare](compare) with other crates.
//! 15. [Why it is as it is](design): defaults, costs, the expansion, platforms.

pub mod attribute;
pub mod choose;
#[doc = include_str!("../../COMPARE.md")]
pub mod compare {}
pub mod compile_errors;
pub mod databases;
#[doc = include_str!("../../DESIGN.md")]
pub mod design {}
pub mod errors;
pub mod http;
pub mod idempotency;
pub mod observability;
pub mod outages;
pub mod policies;
pub mod polling;
pub mod testing;
pub mod time;
