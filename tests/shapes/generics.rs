//! Generics, const generics, `where`, lifetimes, `impl Trait` in arguments and results.

use std::fmt::Debug;

use reattempt::{Policy, retry};

use super::support::{Work, sleep};
use super::{Result, twice};

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

#[retry(sleep = sleep)]
fn elided_and_static(work: &Work, text: &'static str) -> Result<&'static str> {
    work.call()?;
    Ok(text)
}

#[retry(sleep = sleep)]
fn higher_ranked<F>(work: &Work, of: F) -> Result<usize>
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    work.call()?;
    Ok(of("four").len())
}

#[retry(max_attempts = N)]
async fn in_the_policy<const N: u32>(work: &Work) -> Result<u32> {
    work.call()
}

struct Pages<'a, T>(&'a Work, T);

impl<'a, T: Clone> Pages<'a, T> {
    #[retry]
    async fn of_the_impl(&self) -> Result<(&'a Work, T)> {
        self.0.call()?;
        Ok((self.0, self.1.clone()))
    }
}

// What the type is has to be found wherever a call is judged in another way.

#[retry(policy = policy, sleep = sleep)]
fn impl_trait_and_policy(work: &Work, policy: &Policy) -> Result<impl Iterator<Item = u32>> {
    Ok(std::iter::once(work.call()?))
}

#[retry(policy = policy, sleep = sleep)]
fn impl_trait_alone(work: &Work, policy: &Policy) -> Result<impl Debug> {
    work.call()
}

#[retry(until = |_| true)]
async fn async_impl_trait_until(work: &Work) -> Result<impl Debug> {
    work.call()
}

#[retry(context = cx)]
async fn async_impl_trait_and_context(work: &Work) -> Result<impl Debug> {
    let number = work.call()?;
    Ok(number + cx.attempt())
}

#[retry(idempotent = again, sleep = sleep)]
fn optional_impl_trait(work: &Work, again: bool) -> Option<impl Debug> {
    work.call().ok()
}

#[test]
fn blocking() {
    assert_eq!(impl_trait_and_policy(&twice(), &Policy::DEFAULT).unwrap().count(), 1);
    assert!(impl_trait_alone(&twice(), &Policy::DEFAULT).is_ok());
    assert!(optional_impl_trait(&twice(), true).is_some());
    assert!(optional_impl_trait(&twice(), false).is_none());
    assert_eq!(generic(&twice(), &[1, 2]), Ok(&[1, 2][..]));
    assert_eq!(impl_trait(&twice(), "abc").unwrap().count(), 3);
    assert_eq!(elided_and_static(&twice(), "x"), Ok("x"));
    assert_eq!(higher_ranked(&twice(), |text| &text[1..]), Ok(3));
}

#[tokio::test(start_paused = true)]
async fn asynchronous() {
    assert_eq!(async_generic(&twice(), &mut [1, 2]).await, Ok(2));
    assert_eq!(format!("{:?}", async_impl_trait(&twice(), "x").await.unwrap()), "\"x\"");
    assert!(async_impl_trait_until(&twice()).await.is_ok());
    assert!(async_impl_trait_and_context(&twice()).await.is_ok());
    assert_eq!(in_the_policy::<4>(&Work::failing(3)).await, Ok(4));
    assert!(in_the_policy::<3>(&Work::failing(3)).await.is_err());
    assert_eq!(Pages(&twice(), 7).of_the_impl().await.unwrap().1, 7);
}
