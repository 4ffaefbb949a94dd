//! Scripts: what the attempts of a function come to, in place of running its body.

#![allow(clippy::items_after_statements, reason = "where they are used")]

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::time::Duration;

use reattempt::faults::{Script, Scriptable};
use reattempt::{Retry, Retryable, Scope, policy, retry, testing};

fn reset() -> io::Error {
    ErrorKind::ConnectionReset.into()
}

#[retry(max_attempts = 4, initial_delay = 1h, max_delay = 24h, jitter = "none")]
fn fails() -> io::Result<()> {
    Err(reset())
}

#[retry]
fn succeeds() -> io::Result<u32> {
    Ok(7)
}

#[derive(Debug, PartialEq, Retryable)]
enum ChargeError {
    #[retry(throttled)]
    Busy,
    #[retry(permanent)]
    Declined,
}

thread_local! {
    static CHARGES: Cell<u32> = const { Cell::new(0) };
}

#[retry(max_attempts = 5, jitter = "none")]
fn charge(amount: u32) -> Result<u32, ChargeError> {
    CHARGES.set(CHARGES.get() + 1);
    Ok(amount)
}

#[retry(max_attempts = 5, jitter = "none")]
async fn charge_async(amount: u32) -> Result<u32, ChargeError> {
    CHARGES.set(CHARGES.get() + 1);
    tokio::task::yield_now().await;
    Ok(amount)
}

#[test]
fn the_body_runs_when_the_script_says_so() {
    let recording = testing::record();
    recording.script(
        "charge",
        Script::new()
            .fail(|| ChargeError::Busy)
            .fail_with_hint(Duration::from_secs(9), || ChargeError::Busy)
            .run(),
    );
    assert_eq!(charge(5), Ok(5));
    assert_eq!(CHARGES.get(), 1);
    assert_eq!(recording.attempts("charge"), 3);
    assert_eq!(recording.delays("charge"), [1, 9].map(Duration::from_secs));
    assert_eq!(recording.events()[1].hint(), Some(Duration::from_secs(9)));
}

#[tokio::test]
async fn the_same_of_an_async_body() {
    let recording = testing::record();
    recording.script("charge_async", Script::new().fail(|| ChargeError::Busy).times(2));
    assert_eq!(charge_async(5).await, Ok(5));
    assert_eq!(CHARGES.get(), 1);
    assert_eq!(recording.attempts("charge_async"), 3);
}

#[test]
fn a_body_that_is_never_told_to_run_does_not_run() {
    let recording = testing::record();
    recording.script("charge", Script::new().fail(|| ChargeError::Busy).forever());
    assert_eq!(charge(5), Err(ChargeError::Busy));
    assert_eq!(recording.attempts("charge"), 5);
    recording.script("charge", Script::new().fail(|| ChargeError::Declined).forever());
    assert_eq!(charge(5), Err(ChargeError::Declined));
    assert_eq!(recording.attempts("charge"), 6);
    assert_eq!(CHARGES.get(), 0);
}

#[test]
fn scripts_do_for_every_form_of_a_function() {
    #[derive(Debug)]
    struct Own;
    impl Scriptable for Own {}

    #[retry(on = |_: &Own| true)]
    fn by_on() -> Result<(), Own> {
        Ok(())
    }
    #[retry(max_elapsed = 30s)]
    fn limited(text: &str) -> io::Result<&str> {
        Ok(text)
    }
    #[retry(context = cx)]
    fn told() -> io::Result<u32> {
        Ok(cx.attempt())
    }
    #[retry]
    fn boxed() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(())
    }
    #[retry]
    fn some_iterator() -> io::Result<impl Iterator<Item = u8>> {
        Ok([1, 2].into_iter())
    }
    struct Client(u8);
    impl Client {
        #[retry(name = "client::get")]
        fn get<T: Default>(&self) -> io::Result<(T, u8)> {
            Ok((T::default(), self.0))
        }
    }

    let recording = testing::record();
    recording.script("by_on", Script::new().fail(|| Own));
    assert!(by_on().is_ok());
    for name in ["limited", "told", "some_iterator", "get"] {
        recording.script(name, Script::new().fail(reset));
    }
    recording.script(
        "boxed",
        Script::new().fail(|| Box::<dyn std::error::Error + Send + Sync>::from(reset())),
    );
    assert_eq!(limited("x").unwrap(), "x");
    assert_eq!(told().unwrap(), 2);
    assert!(boxed().is_ok());
    assert_eq!(some_iterator().unwrap().count(), 2);
    assert_eq!(Client(7).get::<u8>().unwrap(), (0, 7));
    for name in ["by_on", "limited", "told", "boxed", "some_iterator", "get"] {
        assert_eq!(recording.attempts(name), 2, "{name}");
    }
}

/// A recording skips waits. An attempt that hangs is cut off all the same, by the clock.
#[tokio::test]
async fn scripts_do_for_every_form_of_an_async_function() {
    #[retry(deadline = 30s, attempt_timeout = 1s)]
    async fn limited() -> io::Result<u32> {
        Ok(1)
    }
    #[retry]
    async fn leaves_early(text: &str) -> io::Result<u32> {
        let number = text.parse::<u32>().map_err(io::Error::other)?;
        Ok(number)
    }
    #[retry]
    #[allow(clippy::manual_async_fn, reason = "that is the form that is tested")]
    fn returned() -> impl Future<Output = io::Result<u32>> {
        async { Ok(1) }
    }

    let recording = testing::record();
    for name in ["limited", "leaves_early", "returned"] {
        recording.script(name, Script::new().fail(reset));
    }
    assert_eq!(limited().await.unwrap(), 1);
    assert_eq!(leaves_early("1").await.unwrap(), 1);
    assert_eq!(returned().await.unwrap(), 1);
    for name in ["limited", "leaves_early", "returned"] {
        assert_eq!(recording.attempts(name), 2, "{name}");
    }
}

fn message(panics: impl FnOnce()) -> String {
    let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(panics)).unwrap_err();
    unwound.downcast_ref::<String>().cloned().unwrap_or_default()
}

struct Unknown;

#[retry(on = |_: &Unknown| true)]
fn not_scriptable() -> Result<(), Unknown> {
    Err(Unknown)
}

#[test]
fn a_script_that_can_not_be_followed_fails_the_test() {
    let said = message(|| {
        let recording = testing::record();
        recording.script("charge", Script::new().fail(reset));
        let _ = charge(1);
    });
    assert!(
        said.contains("the script of `scripts::charge` fails with `std::io::error::Error`"),
        "{said}"
    );
    assert!(said.contains("returns `core::result::Result<u32, scripts::ChargeError>`"), "{said}");
    assert_eq!(CHARGES.get(), 0);

    let said = message(|| {
        let recording = testing::record();
        recording.script("not_scriptable", Script::new().fail(reset));
        let _ = not_scriptable();
    });
    assert!(said.contains("returns `core::result::Result<(), scripts::Unknown>`"), "{said}");
    assert!(said.contains("write `impl reattempt::faults::Scriptable` for it"), "{said}");

    let said = message(|| {
        let recording = testing::record();
        recording.script("chargee", Script::new().fail(|| ChargeError::Busy));
        let _ = charge(1);
    });
    assert!(said.contains("no attempt has asked the script of `chargee`"), "{said}");
    assert!(said.ends_with("What was called in this recording: `scripts::charge`"), "{said}");
    let said = message(|| {
        let recording =
            testing::record_in(Scope::new().script("charge", Script::new().fail(reset)));
        drop(recording);
    });
    assert!(
        said.contains("nothing was: what runs on another thread needs `recording.scope()`"),
        "{said}"
    );
}

#[test]
fn a_script_may_succeed() {
    let recording = testing::record();
    recording.script("charge", Script::new().fail(|| ChargeError::Busy).times(2).succeed(|| 7_u32));
    assert_eq!(charge(5), Ok(7));
    assert_eq!(CHARGES.get(), 0);
    assert_eq!(recording.attempts("charge"), 3);
    // An error and a value of one type are not mixed up.
    #[retry(on = |_: &String| true)]
    fn texts() -> Result<String, String> {
        Ok("body".to_owned())
    }
    recording
        .script("texts", Script::new().fail(|| "error".to_owned()).succeed(|| "value".to_owned()));
    assert_eq!(texts(), Ok("value".to_owned()));
    assert_eq!(recording.events()[3].error(), Some("error"));
    assert_eq!(recording.events()[3].classified_by(), Some("a script"));
    let said = message(|| {
        let recording = testing::record();
        recording.script("charge", Script::new().succeed(|| "a text".to_owned()));
        let _ = charge(1);
    });
    assert!(said.contains("succeeds with `alloc::string::String`"), "{said}");
    assert!(said.contains("by `.succeed(|| …)`"), "{said}");
}

/// Two types of the same name are two types.
#[test]
fn a_type_is_not_its_name() {
    fn one() -> impl Fn(Script) -> Script {
        #[derive(Debug)]
        struct E;
        impl Scriptable for E {}
        |script| script.fail(|| E)
    }
    fn other() -> fn() -> bool {
        #[derive(Debug)]
        struct E;
        impl Scriptable for E {}
        #[retry(on = |_: &E| true, backoff = "none")]
        fn runs() -> Result<(), E> {
            Ok(())
        }
        || runs().is_ok()
    }
    let scope = Scope::new().script("runs", one()(Script::new()).forever());
    assert!(scope.run(other()));
}

#[test]
fn steps_are_for_functions_that_they_fit() {
    let scope = Scope::new().script("*", Script::new().fail(reset).times(2));
    scope.run(|| {
        assert_eq!(charge(1), Ok(1));
        assert_eq!(charge(1), Ok(1));
        let outcome = Scope::new().max_attempts(1).run(succeeds);
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::ConnectionReset);
    });
}

#[test]
fn nothing_follows_a_step_for_ever() {
    let recording = testing::record();
    recording.script("charge", Script::new().fail(|| ChargeError::Busy).forever().run());
    assert_eq!(charge(5), Err(ChargeError::Busy));
    assert_eq!(CHARGES.get(), 0);
}

/// Closures of the user's run between an attempt and what is made of it. A hint of the script is not for calls that they make, and
/// not for whoever comes after a panic.
#[test]
fn a_hint_is_for_the_attempt_that_it_was_written_for() {
    fn fail_inside() -> bool {
        let inner = Retry::new(policy!(max_attempts = 2)).name("inner");
        inner.call(|| Err::<(), _>(reset())).is_err()
    }
    #[retry(max_attempts = 2, on = |_| fail_inside() && fails().is_err())]
    fn outer() -> io::Result<()> {
        Ok(())
    }
    #[retry(max_attempts = 2, on = |_: &io::Error| -> bool { panic!("of the test") })]
    fn panics() -> io::Result<()> {
        Ok(())
    }

    let recording = testing::record();
    let hint = Duration::from_secs(7);
    recording.script("outer", Script::new().fail_with_hint(hint, reset));
    recording.script("panics", Script::new().fail_with_hint(hint, reset));
    outer().unwrap();
    assert_eq!(recording.events().iter().filter(|event| event.hint().is_some()).count(), 1);
    assert!(recording.delays("outer")[0] >= hint);
    assert!(recording.delays("inner")[0] < hint);
    assert!(std::panic::catch_unwind(panics).is_err());
    recording.clear();
    fail_inside();
    assert!(recording.delays("inner")[0] < hint);
}

#[test]
fn scripts_may_stand_in_the_scope_of_a_recording() {
    let outage = Script::new().fail(|| ChargeError::Declined).forever();
    let recording = testing::record_in(Scope::new().script("charge", outage).seed(7));
    assert_eq!(charge(5), Err(ChargeError::Declined));
    assert_eq!(recording.attempts("charge"), 1);
}

/// What borrows has no script, and `'static` does not borrow.
#[test]
fn functions_without_a_script_ask_all_the_same() {
    type Boxed = Box<dyn std::error::Error + Send + Sync + 'static>;
    #[retry]
    fn boxed() -> Result<(), Box<dyn std::error::Error + Send + Sync + 'static>> {
        Ok(())
    }
    #[retry(on = |_: &&str| true)]
    fn borrows(text: &str) -> Result<(), &str> {
        Err(text)
    }
    #[retry]
    fn optional() -> Option<u32> {
        Some(1)
    }

    let recording = testing::record();
    recording.script("boxed", Script::new().fail(|| Boxed::from(reset())));
    assert!(boxed().is_ok());
    assert_eq!(recording.attempts("boxed"), 2);
    for call in [|| borrows("x").is_ok(), || optional().is_some()] {
        let said = message(|| {
            let recording = testing::record();
            recording.script("*", Script::new().fail(reset));
            call();
        });
        assert!(said.contains("What returns an `Option`, or borrows, has no script"), "{said}");
    }
    // One that draws lots has been asked, though it did nothing.
    let recording = testing::record();
    recording.script("charge", Script::new().fail(|| ChargeError::Busy).rate(0.0));
    assert_eq!(charge(5), Ok(5));
}

#[test]
fn faults_in_a_running_program_are_a_share_of_its_attempts() {
    let faults = Script::new().fail(|| ChargeError::Declined).forever();
    let failed = |rate| {
        let scope = Scope::new().script("charge", faults.clone().rate(rate));
        scope.run(|| (0..2_000).filter(|_| charge(1).is_err()).count())
    };
    assert_eq!(failed(0.0), 0);
    assert_eq!(failed(1.0), 2_000);
    // Of 2,000 attempts, 400 are expected, with a standard deviation of 18.
    assert!((250..550).contains(&failed(0.2)));
    // Lots are drawn from the seed, if there is one.
    let drawn = |seed| {
        let scope = Scope::new().script("charge", faults.clone().rate(0.5)).seed(seed);
        scope.run(|| (0..40).map(|_| charge(1).is_err()).collect::<Vec<_>>())
    };
    assert_eq!(drawn(7), drawn(7));
    assert_ne!(drawn(7), drawn(8));
    assert_eq!(failed(f64::NAN), 0);
    // One that does not fit leaves the program as it is.
    let other = Scope::new().script("charge", Script::new().fail(reset).forever());
    assert_eq!(other.run(|| charge(1)), Ok(1));
}
