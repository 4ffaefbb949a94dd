//! `#[derive(Retryable)]`: each variant says what it is.

#![allow(dead_code, reason = "fields and variants are there for what they are, not to be read")]

use std::cell::Cell;
use std::convert::Infallible;
use std::error::Error;
use std::fmt::{self, Debug};
use std::io;
use std::time::Duration;

use reattempt::{RetryKind, Retryability, Retryable, retry};

#[derive(Debug, Retryable)]
enum Words {
    #[retry(transient)]
    Transient,
    #[retry(throttled)]
    Throttled,
    #[retry(permanent)]
    Permanent,
    #[retry(cancelled)]
    Cancelled,
    #[retry(transient, not_applied)]
    NotApplied,
}

#[test]
fn each_word_is_its_kind() {
    assert_eq!(Words::Transient.retryability(), Retryability::transient());
    assert_eq!(Words::Throttled.retryability(), Retryability::throttled());
    assert_eq!(Words::Permanent.retryability(), Retryability::permanent());
    assert_eq!(Words::Cancelled.retryability(), Retryability::cancelled());
    assert_eq!(Words::NotApplied.retryability(), Retryability::transient().not_applied());
}

#[derive(Debug, Retryable)]
enum Waits {
    #[retry(throttled, after = wait)]
    Named { wait: Duration },
    #[retry(transient, after = 1, not_applied)]
    Numbered(u8, Option<Duration>),
}

#[test]
fn a_field_may_hold_the_wait() {
    let second = Duration::from_secs(1);
    let named = Waits::Named { wait: second }.retryability();
    assert_eq!(named, Retryability::throttled().after(second));
    let numbered = Waits::Numbered(0, Some(second)).retryability();
    assert_eq!(numbered, Retryability::transient().after(second).not_applied());
    assert_eq!(Waits::Numbered(0, None).retryability().retry_after(), None);
}

#[derive(Debug, Retryable)]
enum Conditions {
    #[retry(throttled, not_applied, when = *status == 429)]
    #[retry(transient, when = *status >= 500 && *status != 501)]
    Refused { status: u16, body: String },
    #[retry(permanent, when = _0.contains("syntax"))]
    #[retry(transient)]
    Query(String),
    #[retry(transient, when = matches!(kind, io::ErrorKind::Interrupted | io::ErrorKind::TimedOut))]
    Kind { kind: io::ErrorKind, r#type: u8 },
    #[retry(transient, when = self.is_in_luck())]
    Lucky,
    #[retry(transient, when = format!("{code}") == "503")]
    Formatted { code: u16 },
    #[retry(transient, when = match _0 { 500 => 1, _ => 2 } == 1)]
    Block(u16),
}

impl Conditions {
    fn is_in_luck(&self) -> bool {
        matches!(self, Conditions::Lucky)
    }
}

#[test]
fn the_first_condition_that_holds_decides() {
    let refused = |status| Conditions::Refused { status, body: String::new() }.retryability();
    assert_eq!(refused(429), Retryability::throttled().not_applied());
    assert_eq!(refused(503), Retryability::transient());
    assert_eq!(refused(501), Retryability::permanent(), "where none holds");
    assert!(!Conditions::Query("syntax error".to_owned()).retryability().is_retryable());
    assert!(Conditions::Query("lost connection".to_owned()).retryability().is_retryable());
    let kind = |kind| Conditions::Kind { kind, r#type: 0 }.retryability();
    assert!(kind(io::ErrorKind::TimedOut).is_retryable());
    assert!(!kind(io::ErrorKind::NotFound).is_retryable());
    assert!(Conditions::Lucky.retryability().is_retryable());
    assert!(Conditions::Formatted { code: 503 }.retryability().is_retryable());
    assert!(Conditions::Block(500).retryability().is_retryable());
    assert!(!Conditions::Block(404).retryability().is_retryable());
}

#[derive(Debug, thiserror::Error, Retryable)]
enum Wrapped {
    #[error("transport")]
    #[retry(forward)]
    From(#[from] io::Error),
    #[error("of two fields, {attempt}")]
    #[retry(forward)]
    Source { attempt: u32, source: Box<io::Error> },
    #[error("marked")]
    #[retry(forward)]
    Marked(u8, #[source] Inner),
    #[error("named")]
    #[retry(forward = 1)]
    Named(u8, Inner),
    #[error(transparent)]
    #[retry(forward, not_applied)]
    Transparent(Inner),
    #[error("never")]
    #[retry(forward)]
    Never(Infallible),
}

/// A struct says it of itself.
#[derive(Debug, thiserror::Error, Retryable)]
#[error("inner")]
#[retry(throttled, after = wait, when = *busy)]
struct Inner {
    busy: bool,
    wait: Option<Duration>,
}

#[test]
fn what_is_wrapped_is_asked() {
    let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
    let inner = |busy| Inner { busy, wait: None };
    assert_eq!(Wrapped::from(reset()).retryability(), Retryability::transient());
    let boxed = Wrapped::Source { attempt: 1, source: Box::new(reset()) };
    assert_eq!(boxed.retryability(), Retryability::transient());
    assert_eq!(boxed.source().unwrap().to_string(), reset().to_string());
    assert_eq!(Wrapped::Marked(1, inner(true)).retryability(), Retryability::throttled());
    assert_eq!(Wrapped::Marked(1, inner(false)).retryability(), Retryability::permanent());
    assert_eq!(Wrapped::Named(1, inner(true)).retryability(), Retryability::throttled());
    let transparent = Wrapped::Transparent(inner(true));
    assert_eq!(transparent.retryability(), Retryability::throttled().not_applied());
}

mod beside_snafu {
    use super::*;
    use snafu::{ResultExt as _, Snafu};

    #[derive(Debug, Snafu, Retryable)]
    enum Failure {
        #[snafu(display("can't read {path}"))]
        #[retry(forward)]
        Read { path: String, source: io::Error },
        #[snafu(display("can't parse"))]
        #[retry(forward)]
        Parse {
            line: u32,
            #[snafu(source)]
            cause: io::Error,
        },
        #[retry(permanent)]
        Missing,
        #[snafu(display("not by name"))]
        #[retry(forward)]
        Cause {
            #[snafu(source(false))]
            source: String,
            #[snafu(source)]
            cause: io::Error,
        },
    }

    #[test]
    fn its_source_is_asked() {
        let failed = |kind| Err::<(), _>(io::Error::from(kind));
        let read = failed(io::ErrorKind::TimedOut).context(ReadSnafu { path: "x" }).unwrap_err();
        assert_eq!(read.retryability(), Retryability::transient());
        let parse = failed(io::ErrorKind::NotFound).context(ParseSnafu { line: 1u32 }).unwrap_err();
        assert!(!parse.retryability().is_retryable());
        let cause =
            failed(io::ErrorKind::TimedOut).context(CauseSnafu { source: "x" }).unwrap_err();
        assert!(cause.retryability().is_retryable());
        assert_eq!(MissingSnafu.build().retryability().kind(), RetryKind::Permanent);
    }
}

#[derive(Debug, Retryable)]
#[retry(default = transient)]
enum WithDefault {
    Anything,
    #[retry(permanent)]
    But,
    #[retry(permanent, when = *_0 == 0)]
    Sometimes(u8),
}

#[test]
fn a_default_is_for_those_that_say_nothing() {
    assert!(WithDefault::Anything.retryability().is_retryable());
    assert!(!WithDefault::But.retryability().is_retryable());
    assert!(!WithDefault::Sometimes(0).retryability().is_retryable());
    assert!(WithDefault::Sometimes(1).retryability().is_retryable());
}

/// Generic, with a default, a lifetime, a constant and a `where`.
#[derive(Debug, Retryable)]
enum Generic<'a, T: Debug = io::Error, const N: usize = 1>
where
    T: 'a,
{
    #[retry(forward)]
    Inner(T),
    #[retry(transient, when = names.len() > N)]
    Names { names: &'a [&'a str] },
    #[retry(permanent)]
    Array([u8; N]),
}

#[derive(Debug, Retryable)]
#[retry(forward)]
struct Newtype<E>(pub(crate) E);

#[derive(Debug, Retryable)]
#[retry(transient)]
struct Unit;

#[test]
fn generic_types_ask_what_they_are_made_of() {
    let inner: Generic<'_> = Generic::Inner(io::ErrorKind::TimedOut.into());
    assert!(inner.retryability().is_retryable());
    let names = ["a", "b"];
    let one: Generic<'_, Unit> = Generic::Names { names: &names };
    assert!(one.retryability().is_retryable());
    let two: Generic<'_, Unit, 2> = Generic::Names { names: &names };
    assert!(!two.retryability().is_retryable());
    assert!(Newtype(Unit).retryability().is_retryable());
    assert!(Newtype(&Newtype(Unit)).retryability().is_retryable());
}

/// What a `#[cfg]` excludes needs no type that exists; what is left may be nothing.
#[derive(Debug, Retryable)]
enum Configured {
    #[cfg(any())]
    #[retry(forward)]
    Gone(no::such::Type),
    #[cfg_attr(test, retry(throttled))]
    Here = 1 << 2,
    #[deprecated]
    #[retry(permanent)]
    Old,
}

#[derive(Debug, Clone, Copy, Retryable)]
enum Nothing {}

#[test]
fn variants_may_be_configured_out() {
    fn is_retryable<E: Retryable>() {}
    is_retryable::<Nothing>();
    assert_eq!(Configured::Here.retryability().kind(), RetryKind::Throttled);
}

/// The derive in a macro, of names that it is handed.
macro_rules! error {
    ($name:ident { $($variant:ident ($ty:ty) => $word:ident,)* }) => {
        #[derive(Debug, Retryable)]
        enum $name { $(#[retry($word)] $variant($ty),)* }
    };
}
error!(Generated { Io(io::Error) => forward, Fatal(u8) => permanent, });

#[test]
fn macros_may_write_it() {
    assert!(Generated::Io(io::ErrorKind::TimedOut.into()).retryability().is_retryable());
    assert!(!Generated::Fatal(1).retryability().is_retryable());
}

/// With what a macro passes on: attributes, visibilities, conditions.
macro_rules! passed_on {
    ($name:ident { $($(#[$attribute:meta])* $variant:ident { $($vis:vis $field:ident: $ty:ty),* },)* }) => {
        #[derive(Debug, Retryable)]
        #[retry(default = transient)]
        enum $name { $($(#[$attribute])* $variant { $($field: $ty),* },)* }

        mod visible {
            #[derive(Debug, reattempt::Retryable)]
            #[retry(throttled, after = wait)]
            pub(super) struct Fields { $($($vis $field: $ty,)*)* pub(super) wait: std::time::Duration }
        }
    };
    (when $condition:expr) => {
        #[derive(Debug, Retryable)]
        enum Conditional {
            #[retry(transient, when = $condition)]
            Status(u16),
        }
    };
}
passed_on!(Passed { Lost {}, #[doc = "No."] #[retry(permanent)] CardDeclined { pub(super) code: u8 }, });
passed_on!(when * _0 == 503);

#[test]
fn what_a_macro_passes_on_is_read() {
    assert!(Passed::Lost {}.retryability().is_retryable());
    assert!(!Passed::CardDeclined { code: 1 }.retryability().is_retryable());
    let wait = Duration::from_secs(1);
    let fields = visible::Fields { code: 1, wait };
    assert_eq!(fields.retryability().retry_after(), Some(wait));
    assert!(Conditional::Status(503).retryability().is_retryable());
    assert!(!Conditional::Status(404).retryability().is_retryable());
}

/// Around itself, and around what it is generic over.
#[derive(Debug, Retryable)]
enum Nested<T> {
    #[retry(forward)]
    Outer(Box<Nested<T>>),
    #[retry(forward)]
    Inner(T),
    #[retry(throttled, after = _1)]
    Named(u8, Duration),
}

#[test]
fn an_error_may_be_around_itself() {
    let inner = Nested::Inner(io::Error::from(io::ErrorKind::TimedOut));
    assert!(Nested::Outer(Box::new(inner)).retryability().is_retryable());
    let named: Nested<Unit> = Nested::Named(1, Duration::from_secs(1));
    assert!(named.retryability().retry_after().is_some());
}

mod elsewhere {
    pub(crate) use reattempt as again;
}

#[derive(Debug, reattempt::Retryable)]
#[retry(crate = crate::elsewhere::again, default = permanent)]
enum Renamed {
    Only,
}

#[derive(Debug, reattempt::Retryable)]
#[retry(crate = crate::elsewhere::again)]
#[retry(transient)]
struct RenamedStruct;

#[test]
fn the_crate_may_be_elsewhere() {
    assert!(!Renamed::Only.retryability().is_retryable());
    assert!(RenamedStruct.retryability().is_retryable());
}

#[derive(Debug, Retryable)]
enum QueryError {
    #[retry(transient)]
    Deadlock,
    #[retry(permanent)]
    Syntax,
}

impl fmt::Display for QueryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(self, formatter)
    }
}

#[test]
fn the_attribute_asks_the_derived() {
    #[retry(sleep = |_| ())]
    fn query(calls: &Cell<u32>, error: fn() -> QueryError) -> Result<(), QueryError> {
        calls.set(calls.get() + 1);
        Err(error())
    }
    let calls = Cell::new(0);
    query(&calls, || QueryError::Deadlock).unwrap_err();
    assert_eq!(calls.replace(0), 3);
    query(&calls, || QueryError::Syntax).unwrap_err();
    assert_eq!(calls.get(), 1);
}

/// An error of another crate, which is not `Retryable`.
#[derive(Debug)]
struct Reply {
    code: u16,
}

fn by_code(reply: &Reply) -> Retryability {
    match reply.code {
        429 => Retryability::throttled().after(Duration::from_secs(2)).not_applied(),
        500.. => Retryability::transient(),
        _ => Retryability::permanent(),
    }
}

#[derive(Debug, Retryable)]
enum ClientError<T> {
    #[retry(forward, on = by_code)]
    Reply(Reply),
    #[retry(forward = reply, on = |reply| reply.code > 500)]
    Other { reply: Reply, at: Duration },
    /// Only here is it known that nothing was done.
    #[retry(forward, on = by_code, not_applied, when = *before)]
    #[retry(forward, on = by_code)]
    Sent { source: Reply, before: bool },
    #[retry(forward, on = reattempt::detect::error)]
    Boxed(Box<dyn Error>),
    #[retry(forward, on = |error: &(dyn Error + 'static)| error.is::<io::Error>())]
    Io(io::Error),
    /// `T` doesn't have to be `Retryable`.
    #[retry(forward, on = takes_room)]
    Generic(T),
}

fn takes_room<T: ?Sized>(value: &T) -> bool {
    size_of_val(value) > 0
}

#[test]
fn a_function_says_what_the_wrapped_error_is() {
    let of = |error: ClientError<String>| error.retryability();
    let reply = |code| Reply { code };
    let throttled = by_code(&reply(429));
    assert_eq!(of(ClientError::Reply(reply(429))), throttled);
    assert_eq!(of(ClientError::Reply(reply(500))), Retryability::transient());
    assert_eq!(of(ClientError::Reply(reply(400))), Retryability::permanent());
    let other = |code| ClientError::Other { reply: reply(code), at: Duration::ZERO };
    assert_eq!(of(other(501)), Retryability::transient());
    assert_eq!(of(other(500)), Retryability::permanent());
    let sent = |before| ClientError::Sent { source: reply(500), before };
    assert_eq!(of(sent(true)), Retryability::transient().not_applied());
    assert_eq!(of(sent(false)), Retryability::transient());
    let boxed = |words: &str| ClientError::Boxed(words.into());
    assert!(of(boxed("connection reset by peer")).is_retryable());
    assert!(!of(boxed("no such table")).is_retryable());
    assert!(of(ClientError::Io(io::ErrorKind::NotFound.into())).is_retryable());
    assert!(of(ClientError::Generic(String::new())).is_retryable());
}
