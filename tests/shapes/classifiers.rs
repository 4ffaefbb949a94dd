//! What `on` names: functions, methods, generic ones, variables, and what their argument coerces to.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, LazyLock};

use reattempt::retry;

use super::support::{Failure, Work, sleep};
use super::twice;

/// An error that is generic itself.
#[derive(Debug)]
struct Keyed<K>(#[allow(dead_code, reason = "it is an error's")] K);

impl<K> Keyed<K> {
    fn is_transient(&self) -> bool {
        true
    }
}

impl<K> fmt::Display for Keyed<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("keyed")
    }
}

fn keyed<K>(_: &Keyed<K>) -> bool {
    true
}

fn all<T>(failures: &[T]) -> bool {
    !failures.is_empty()
}

fn all_shown(failures: &[impl fmt::Display]) -> bool {
    !failures.is_empty()
}

trait Kind<K> {}
impl Kind<u8> for Failure {}

fn of_kind<K>(_: &dyn Kind<K>) -> bool {
    true
}

fn text(text: &str) -> bool {
    !text.is_empty()
}

fn any(_: &dyn Error) -> bool {
    true
}

static FUNCTION: fn(&Failure) -> bool = |_| true;
static LAZY: LazyLock<fn(&Failure) -> bool> = LazyLock::new(|| |_| true);

#[retry(on = Keyed::is_transient, sleep = sleep)]
fn a_method_of_what_is_in_a_box(work: &Work) -> Result<u32, Box<Keyed<String>>> {
    work.call().map_err(|failure| Box::new(Keyed(failure.to_string())))
}

#[retry(on = keyed, sleep = sleep)]
fn a_generic_function_of_what_is_shared(work: &Work) -> Result<u32, Arc<Keyed<u8>>> {
    work.call().map_err(|_| Arc::new(Keyed(1)))
}

#[retry(on = all, sleep = sleep)]
fn a_generic_function_of_a_slice(work: &Work) -> Result<u32, Vec<Failure>> {
    work.call().map_err(|failure| vec![failure])
}

#[retry(on = all_shown, sleep = sleep)]
fn an_impl_of_a_slice(work: &Work) -> Result<u32, Vec<Failure>> {
    work.call().map_err(|failure| vec![failure])
}

#[retry(on = of_kind, sleep = sleep)]
fn a_generic_trait(work: &Work) -> Result<u32, Failure> {
    work.call()
}

#[retry(on = text, sleep = sleep)]
fn a_string(work: &Work) -> Result<u32, String> {
    work.call().map_err(|failure| failure.to_string())
}

#[retry(on = FUNCTION, sleep = sleep)]
fn a_static(work: &Work) -> Result<u32, Failure> {
    work.call()
}

#[retry(on = LAZY, sleep = sleep)]
fn a_lazy_static(work: &Work) -> Result<u32, Failure> {
    work.call()
}

#[retry(on = on, sleep = sleep)]
fn an_argument(work: &Work, on: impl Fn(&Failure) -> bool) -> Result<u32, Failure> {
    work.call()
}

#[retry(on = on, until = |_| true, sleep = sleep)]
fn an_argument_that_changes(
    work: &Work,
    on: &mut dyn FnMut(&Failure) -> bool,
) -> Result<u32, Failure> {
    work.call()
}

macro_rules! by_path {
    ($on:path) => {
        #[retry(on = $on, sleep = sleep)]
        fn a_path_of_a_macro(work: &Work) -> Result<u32, Box<dyn Error>> {
            work.call().map_err(|failure| failure.to_string().into())
        }
    };
}
by_path!(any);

/// A pattern may be a constant or a text, anywhere in it: those are compared with the error itself.
mod patterns {
    use super::{Work, retry, sleep};

    const BUSY: u16 = 503;
    pub(super) const STOPPED: &str = "stopped";

    #[derive(Debug)]
    pub(super) enum Failed {
        Busy,
        Status(u16),
        Named { name: String, code: &'static str },
    }

    #[retry(on(BUSY), sleep = sleep)]
    pub(super) fn a_constant(work: &Work) -> Result<u32, u16> {
        work.call().map_err(|_| BUSY)
    }

    #[retry(on(400..=410 | BUSY), sleep = sleep)]
    pub(super) fn alternatives(work: &Work) -> Result<u32, u16> {
        work.call().map_err(|_| BUSY)
    }

    #[retry(on("busy" | STOPPED), sleep = sleep)]
    pub(super) fn a_text(work: &Work) -> Result<u32, &'static str> {
        work.call().map_err(|_| STOPPED)
    }

    #[retry(on(Failed::Busy | Failed::Status(BUSY) | Failed::Named { code: "busy", .. }), sleep = sleep)]
    pub(super) fn within_a_variant(work: &Work) -> Result<u32, Failed> {
        work.call().map_err(|failure| match failure.call {
            0 => Failed::Busy,
            1 => Failed::Status(BUSY),
            _ => Failed::Named { name: String::new(), code: "busy" },
        })
    }

    #[retry(on(Failed::Named { name, .. } if name.is_empty()), sleep = sleep)]
    pub(super) fn with_a_guard(work: &Work) -> Result<u32, Failed> {
        work.call().map_err(|_| Failed::Named { name: String::new(), code: "busy" })
    }
}

#[retry(on = |error: &dyn Error| error.to_string().contains("failed"), sleep = sleep)]
fn a_closure_of_any_error(work: &Work) -> Result<u32, std::io::Error> {
    work.call().map_err(|failure| std::io::Error::other(failure.to_string()))
}

#[retry(on = |error: &(dyn Error + 'static)| error.is::<fmt::Error>(), context = cx, sleep = sleep)]
fn a_closure_of_a_boxed_error(work: &Work) -> Result<u32, Box<dyn Error>> {
    let call = work.call().map_err(|_| fmt::Error)?;
    Ok(call.max(cx.attempt()))
}

#[test]
fn patterns_are_compared() {
    assert_eq!(patterns::a_constant(&twice()), Ok(3));
    assert_eq!(patterns::alternatives(&twice()), Ok(3));
    assert_eq!(patterns::a_text(&twice()), Ok(3));
    assert_eq!(patterns::within_a_variant(&twice()).unwrap(), 3);
    assert_eq!(patterns::with_a_guard(&twice()).unwrap(), 3);
    assert_eq!(a_closure_of_any_error(&twice()).unwrap(), 3);
    assert_eq!(a_closure_of_a_boxed_error(&twice()).unwrap(), 3);
}

#[test]
fn each_is_asked() {
    assert_eq!(a_method_of_what_is_in_a_box(&twice()).unwrap(), 3);
    assert_eq!(a_generic_function_of_what_is_shared(&twice()).unwrap(), 3);
    assert_eq!(a_generic_function_of_a_slice(&twice()).unwrap(), 3);
    assert_eq!(an_impl_of_a_slice(&twice()).unwrap(), 3);
    assert_eq!(a_generic_trait(&twice()).unwrap(), 3);
    assert_eq!(a_string(&twice()).unwrap(), 3);
    assert_eq!(a_static(&twice()).unwrap(), 3);
    assert_eq!(a_lazy_static(&twice()).unwrap(), 3);
    assert_eq!(an_argument(&twice(), |_| true).unwrap(), 3);
    let mut asked = 0;
    let mut count = |_: &Failure| {
        asked += 1;
        true
    };
    assert_eq!(an_argument_that_changes(&twice(), &mut count).unwrap(), 3);
    assert_eq!(asked, 2);
    assert_eq!(a_path_of_a_macro(&twice()).unwrap(), 3);
}
