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
