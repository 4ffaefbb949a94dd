//! The functions that the attribute can be put on. Each fails twice and then succeeds, through the
//! means that its shape has.

#![allow(
    clippy::boxed_local,
    clippy::multiple_bound_locations,
    clippy::question_mark,
    clippy::too_many_arguments,
    reason = "odd shapes are what is tested"
)]

mod support;

use std::borrow::Cow;
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use reattempt::retry;
use support::{Failure, Work, sleep};

type Result<T, E = Failure> = std::result::Result<T, E>;

/// An alias with another shape than `Result`'s.
type Numbered<T> = Result<(u32, T)>;

#[retry(sleep = sleep)]
fn question_mark(work: &Work) -> Result<u32> {
    let call = work.call()?;
    Ok(call)
}

#[retry(sleep = sleep)]
fn early_return(work: &Work) -> Result<u32> {
    if let Err(failure) = work.call() {
        return Err(failure);
    }
    Ok(3)
}

#[retry(sleep = sleep)]
fn question_mark_in_a_macro(work: &Work) -> Result<String> {
    Ok(format!("{}", work.call()?))
}

#[retry(sleep = sleep)]
fn loops_labels_and_items(work: &Work) -> Result<u32> {
    fn nested(work: &Work) -> Result<u32> {
        work.call()
    }
    const NONE: u32 = 0;
    'outer: loop {
        for number in NONE.. {
            if number == 2 {
                break 'outer nested(work);
            }
        }
    }
}

#[retry(sleep = sleep)]
fn closures_inside(work: &Work) -> Result<u32> {
    let twice = || -> Result<u32> { Ok(work.call()? * 2) };
    Ok(twice()? / 2)
}

#[retry(sleep = sleep)]
fn alias<T: Clone>(work: &Work, value: &T) -> Numbered<T> {
    Ok((work.call()?, value.clone()))
}

#[retry(sleep = sleep)]
fn patterns((work, _): (&Work, u8), [first, ..]: [u32; 3], _: ()) -> Result<u32> {
    Ok(work.call()? + first)
}

#[retry(sleep = sleep)]
fn generic<'a, T, const N: usize>(work: &Work, values: &'a [T; N]) -> Result<&'a [T]>
where
    T: Debug + 'a,
{
    work.call()?;
    Ok(&values[..])
}

#[retry(sleep = sleep)]
fn impl_trait(work: &Work, text: impl AsRef<str>) -> Result<impl Iterator<Item = char>> {
    work.call()?;
    Ok(text.as_ref().to_owned().into_bytes().into_iter().map(char::from))
}

#[retry(sleep = sleep)]
fn coerced(work: &Work) -> Result<Box<dyn Fn() -> u32>, Box<dyn CanRetry>> {
    let call = work.call().map_err(|failure| Box::new(failure) as Box<dyn CanRetry>)?;
    return Ok(Box::new(move || call));
}

trait CanRetry: reattempt::Retryable + std::fmt::Display {}
impl CanRetry for Failure {}

#[allow(improper_ctypes_definitions, reason = "only the convention is of interest")]
#[retry(sleep = sleep)]
extern "C" fn foreign_convention(work: &Work) -> Result<u32> {
    work.call()
}

#[retry(sleep = sleep)]
fn exclusive(work: &Work, into: &mut Vec<u32>) -> Result<usize> {
    into.push(0);
    work.call()?;
    Ok(into.len())
}

#[retry(sleep = sleep)]
fn recursive(work: &Work, depth: u32) -> Result<u32> {
    if depth == 0 { work.call() } else { recursive(work, depth - 1) }
}

#[retry(sleep = sleep)]
#[allow(unused_variables, reason = "an attribute below")]
fn inner_attribute(work: &Work) -> Result<u32> {
    #![allow(unused_assignments, reason = "an attribute inside")]
    let mut call = 0;
    call = work.call()?;
    Ok(call)
}

#[test]
fn free_functions() {
    let twice = || Work::failing(2);
    assert_eq!(question_mark(&twice()), Ok(3));
    assert_eq!(early_return(&twice()), Ok(3));
    assert_eq!(question_mark_in_a_macro(&twice()).unwrap(), "3");
    assert_eq!(loops_labels_and_items(&twice()), Ok(3));
    assert_eq!(closures_inside(&twice()), Ok(3));
    assert_eq!(alias(&twice(), &"x"), Ok((3, "x")));
    assert_eq!(patterns((&twice(), 0), [7, 8, 9], ()), Ok(10));
    assert_eq!(generic(&twice(), &[1, 2]), Ok(&[1, 2][..]));
    assert_eq!(impl_trait(&twice(), "abc").unwrap().count(), 3);
    assert_eq!(coerced(&twice()).map_err(|_| ()).unwrap()(), 3);
    assert_eq!(inner_attribute(&twice()), Ok(3));
    assert_eq!(foreign_convention(&twice()), Ok(3));
    assert_eq!(exclusive(&twice(), &mut Vec::new()), Ok(3));
    // Each of the two levels has three attempts.
    assert_eq!(recursive(&Work::failing(8), 1), Ok(9));
}

#[derive(Default)]
struct Service {
    calls: AtomicU32,
    log: Vec<u32>,
}

impl Service {
    const LIMIT: u32 = 3;

    fn call(&self) -> Result<u32> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if call == 3 { Ok(call) } else { Work::failing(1).call() }
    }

    #[retry(sleep = sleep, max_attempts = Self::LIMIT)]
    fn by_reference(&self) -> Result<u32> {
        self.call()
    }

    #[retry(sleep = sleep)]
    fn by_exclusive_reference(&mut self) -> Result<usize> {
        self.log.push(0);
        self.call()?;
        Ok(self.log.len())
    }

    #[retry(sleep = sleep)]
    fn by_value(self) -> Result<u32> {
        self.call()
    }

    #[retry(sleep = sleep)]
    fn by_arc(self: Arc<Self>) -> Result<u32> {
        self.call()
    }

    #[retry(sleep = sleep)]
    fn by_box(self: Box<Self>) -> Result<u32> {
        self.call()
    }

    #[retry(sleep = sleep)]
    fn by_pin(self: Pin<&mut Self>) -> Result<u32> {
        self.call()
    }

    #[retry(sleep = sleep)]
    fn borrowed(&self, text: &str) -> Result<&[u32]> {
        let _ = text;
        self.call()?;
        Ok(&self.log)
    }

    #[retry(max_attempts = Self::LIMIT)]
    async fn async_by_reference(&self) -> Result<u32> {
        tokio::task::yield_now().await;
        self.call()
    }

    #[retry]
    async fn async_by_exclusive_reference(&mut self) -> Result<usize> {
        self.log.push(0);
        tokio::task::yield_now().await;
        self.call()?;
        Ok(self.log.len())
    }

    #[retry]
    async fn async_by_arc(self: Arc<Self>) -> Result<u32> {
        self.call()
    }

    #[retry]
    async fn async_borrowed(&self) -> Result<Cow<'_, [u32]>> {
        self.call()?;
        Ok(Cow::Borrowed(&self.log))
    }
}

#[test]
fn methods() {
    assert_eq!(Service::default().by_reference(), Ok(3));
    assert_eq!(Service::default().by_exclusive_reference(), Ok(3));
    assert_eq!(Service::default().by_value(), Ok(3));
    assert_eq!(Arc::new(Service::default()).by_arc(), Ok(3));
    assert_eq!(Box::new(Service::default()).by_box(), Ok(3));
    assert_eq!(Pin::new(&mut Service::default()).by_pin(), Ok(3));
    assert_eq!(Service::default().borrowed("x").unwrap(), [0; 0]);
}

#[tokio::test(start_paused = true)]
async fn async_methods() {
    assert_eq!(Service::default().async_by_reference().await, Ok(3));
    assert_eq!(Service::default().async_by_exclusive_reference().await, Ok(3));
    assert_eq!(Arc::new(Service::default()).async_by_arc().await, Ok(3));
    assert_eq!(Service::default().async_borrowed().await.unwrap().len(), 0);
}

trait Fetch {
    fn work(&self) -> &Work;

    #[retry(sleep = sleep)]
    fn provided(&self) -> Result<u32> {
        self.work().call()
    }

    fn required(&self) -> Result<u32>;

    async fn asynchronous(&self) -> Result<u32>;
}

struct Fetcher<T> {
    work: Work,
    value: T,
}

impl<T: Copy + Into<u32>> Fetch for Fetcher<T> {
    fn work(&self) -> &Work {
        &self.work
    }

    #[retry(sleep = sleep)]
    fn required(&self) -> Result<u32> {
        Ok(self.work.call()? + self.value.into())
    }

    #[retry]
    async fn asynchronous(&self) -> Result<u32> {
        Ok(self.work.call()? + self.value.into())
    }
}

#[tokio::test(start_paused = true)]
async fn trait_methods() {
    let fetcher = || Fetcher { work: Work::failing(2), value: 10_u8 };
    assert_eq!(fetcher().provided(), Ok(3));
    assert_eq!(fetcher().required(), Ok(13));
    assert_eq!(fetcher().asynchronous().await, Ok(13));
}

#[retry]
async fn async_question_mark(work: &Work) -> Result<String, Failure> {
    let call = async { work.call() }.await?;
    Ok(format!("{call}"))
}

#[retry]
async fn async_early_return(work: &Work) -> Result<u32> {
    if let Err(failure) = work.call() {
        return Err(failure);
    }
    Ok(3)
}

#[retry]
async fn async_coerced(work: &Work) -> Result<Box<dyn Fn() -> u32>> {
    let call = work.call()?;
    return Ok(Box::new(move || call));
}

#[retry]
async fn async_generic<'a, T: Debug, const N: usize>(
    work: &Work,
    values: &'a mut [T; N],
) -> Result<usize>
where
    T: 'a,
{
    work.call()?;
    Ok(values.len())
}

#[retry]
async fn async_impl_trait(work: &Work, text: impl Into<String> + Clone) -> Result<impl Debug> {
    work.call()?;
    Ok(text.clone().into())
}

#[retry]
async fn async_recursive(work: &Work, depth: u32) -> Result<u32> {
    if depth == 0 { work.call() } else { Box::pin(async_recursive(work, depth - 1)).await }
}

#[retry(max_attempts = 4)]
#[cfg_attr(test, must_use = "it counts")]
#[doc = "Documented by an attribute."]
async fn async_attributes(
    work: &Work,
    #[cfg(test)] kept: u32,
    #[cfg(not(test))] dropped: Dropped,
) -> Result<u32> {
    #[cfg(not(test))]
    drop(dropped);
    Ok(work.call()? + kept)
}

#[tokio::test(start_paused = true)]
async fn async_functions() {
    // Each of the two levels has three attempts.
    assert_eq!(async_recursive(&Work::failing(8), 1).await, Ok(9));
    assert_eq!(async_attributes(&Work::failing(3), 10).await, Ok(14));
    let twice = || Work::failing(2);
    assert_eq!(async_question_mark(&twice()).await.unwrap(), "3");
    assert_eq!(async_early_return(&twice()).await, Ok(3));
    assert_eq!(async_coerced(&twice()).await.unwrap()(), 3);
    assert_eq!(async_generic(&twice(), &mut [1, 2]).await, Ok(2));
    assert_eq!(format!("{:?}", async_impl_trait(&twice(), "x").await.unwrap()), "\"x\"");
}

#[test]
fn other_attributes_in_any_order() {
    /// Its documentation.
    #[must_use = "it counts"]
    #[inline]
    #[retry(sleep = sleep)]
    #[deprecated = "an attribute below"]
    fn between(work: &Work) -> Result<u32> {
        work.call()
    }
    #[allow(deprecated, reason = "that it stayed so is tested")]
    let call = between(&Work::failing(2));
    assert_eq!(call, Ok(3));
}

#[test]
fn made_by_a_macro() {
    macro_rules! retried {
        ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),*)
            -> $output:ty $body:block, $attempts:literal, $delay:expr) => {
            #[retry(max_attempts = $attempts, initial_delay = $delay, sleep = sleep)]
            $(#[$attribute])*
            $visibility fn $name($($argument: $type),*) -> $output $body
        };
    }
    retried! {
        #[inline]
        pub(crate) fn generated(work: &Work) -> Result<u32> {
            work.call()
        },
        4,
        support::ms(1)
    }
    assert_eq!(generated(&Work::failing(3)), Ok(4));
}

mod hygiene {
    //! Names chosen to collide with ours.

    #![allow(
        dead_code,
        non_camel_case_types,
        clippy::upper_case_acronyms,
        reason = "the names of other things"
    )]

    use super::support::{Failure, Work, sleep};
    use reattempt::retry;

    mod core {}
    mod std {}
    mod reattempt_ {}
    struct Result;
    struct Option;
    struct Ok;
    struct Err;
    struct Some;
    struct None;
    struct str;
    struct Policy;
    struct Duration;
    struct Outcome;
    const POLICY: u32 = 4;
    const OPERATION: u32 = 3;

    #[retry(max_attempts = POLICY, sleep = sleep, context = __cx)]
    fn locals(
        __engine: u32,
        __delay: u32,
        __outcome: &Work,
        __error: u32,
        __retryability: u32,
        __operation: u32,
        __next: u32,
        __context: u32,
    ) -> ::core::result::Result<u32, Failure> {
        let call = __outcome.call()?;
        let sum = __engine + __delay + __error + __retryability + __operation + __next + __context;
        ::core::result::Result::Ok(call + sum + OPERATION + __cx.attempt() - call)
    }

    #[retry(max_attempts = POLICY, until = |__value| *__value > __delay)]
    async fn async_locals(
        __engine: u32,
        __delay: u32,
        __outcome: &Work,
        __failed: u32,
    ) -> ::core::result::Result<u32, Failure> {
        let call = __outcome.call()?;
        ::core::result::Result::Ok(call + __engine + __delay + __failed)
    }

    #[test]
    fn names_do_not_collide() {
        assert_eq!(locals(1, 1, &Work::failing(3), 1, 1, 1, 1, 1).unwrap(), 4 + 7 + 3);
    }

    #[tokio::test(start_paused = true)]
    async fn async_names_do_not_collide() {
        assert_eq!(async_locals(1, 1, &Work::failing(3), 1).await.unwrap(), 4 + 3);
    }
}
