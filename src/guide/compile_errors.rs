//! Why doesn't it compile?
//!
//! # "`body` is moved by the first attempt, and would not be there for the next"
//!
//! The body consumes an argument, and the second attempt would find nothing. Give each attempt a clone,
//! `#[retry(clone(body))]`, or borrow it in the body. Where the body moves it in a way that the macro doesn't
//! recognise, such as `body.into_iter()`, the compiler says "use of moved value" or "cannot move out … captured
//! variable in an `FnMut` closure", and means the same.
//!
//! ```
//! use reattempt::retry;
//!
//! fn send(body: Vec<u8>) -> std::io::Result<usize> {
//!     Ok(body.len())
//! }
//!
//! #[retry(clone(body))]
//! fn post(body: Vec<u8>) -> std::io::Result<usize> {
//!     send(body)
//! }
//! # assert_eq!(post(vec![1]).unwrap(), 1);
//! ```
//!
//! # The same about a `&mut T`
//!
//! An argument of type `&mut T` or `Option<&mut T>` is lent to each attempt anew, so you may pass it on, move it into an
//! `async move` block or loop over it. The macro can't see a `&mut T` in a pattern or behind an alias, and it
//! leaves `self` alone where both an `async move` block and a macro name it. There, reborrow it in the body: `&mut
//! *connection`.
//!
//! # "the next attempt would see what this one has changed in `x`"
//!
//! The argument is `mut`. With `#[retry(clone(x))]` each attempt changes a clone of its own. If attempts are meant to
//! share the changes, take the argument by `&mut`.
//!
//! # "`reattempt` doesn't know which `E` errors are worth another attempt"
//!
//! Say it: derive [`Retryable`](crate::Retryable) if the type is yours, enable the feature of its crate (and look at the
//! version in the feature's name), or write `on = …`. See [Errors](super::errors).
//!
//! # "can't return a part of what is borrowed exclusively"
//!
//! `fn next(&mut self) -> Result<&Item, E>`: for the borrow checker the attempt that failed still holds `self`. Return
//! something owned, or take it out of `self` after the call.
//!
//! # "future cannot be sent between threads safely", "`T` cannot be shared between threads safely"
//!
//! A future that was `Send` without the attribute is `Send` with it, even if its error is not. There are three exceptions:
//!
//! - An argument by value that is `Send` but not `Sync` (a `Cell`, a channel's `Receiver`), if the body has a `?`, a
//!   `return` or a macro in it: the attempt borrows it. Lend it by `&mut`, or list it in `clone(…)`.
//! - In a function that returns an `async` block with other statements before it, what the body borrows must be `Sync`.
//! - With `cancel` or `brake` the error must be `Send`, and with `until` beside it the value too: they are kept while the call waits, to
//!   be returned if the call ends then.
//!
//! # Beside other attributes
//!
//! - Put `#[retry]` above `#[instrument]` for one span around all the attempts, below it for one span each.
//! - Put it above `#[tokio::main]` and `#[tokio::test]`, or each attempt gets a runtime of its own.
//! - Put an attribute that rewrites the body above `#[retry]`: those below see the expanded macro call, with the body in
//!   it.
//! - Inside `#[async_trait]` it works as it stands.
//! - `#[track_caller]` has no effect on the body of a blocking function, which is in a closure.
//! - clippy's `result_large_err` finds an error over 128 bytes in the closure of a blocking function too; `allow` it on
//!   the function.
//!
//! # Values
//!
//! "attempt to use a non-constant value in a constant", in `policy!`: its values are constants. For one that is known at
//! run time, use `Policy::builder()`.
//!
//! A value that depends on `Self` or on a generic parameter of the function is checked where code is generated, by `cargo
//! build` and not by `cargo check`. A generic parameter of the `impl` can't be named: put the value into an associated
//! constant, `Self::LIMIT`. A value that is only known at run time goes into a `Policy`, and that into `policy = …`.
