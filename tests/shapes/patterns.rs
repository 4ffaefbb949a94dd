//! Tuple, struct, reference, slice and `_` patterns, and `#[cfg]` on arguments.

use reattempt::retry;

use super::support::{Work, sleep};
use super::{Result, twice};

#[retry(sleep = sleep)]
fn patterns((work, _): (&Work, u8), [first, ..]: [u32; 3], _: ()) -> Result<u32> {
    Ok(work.call()? + first)
}

struct Place {
    name: &'static str,
    number: u32,
}

#[retry(sleep = sleep)]
fn structures(
    work: &Work,
    Place { name, number: n @ 1.. | n }: Place,
    &(first, ref second): &(u32, String),
) -> Result<(u32, String)> {
    let call = work.call()?;
    Ok((call + n + first, format!("{name}{second}")))
}

#[retry]
async fn async_structures(
    work: &Work,
    Place { name, number }: Place,
    (first, [.., last]): (u32, [u32; 3]),
    _: u8,
    #[cfg(any())] left_out: NoSuchType,
    #[cfg(not(any()))] kept: u32,
) -> Result<String> {
    let call = work.call()?;
    Ok(format!("{name}{}", call + number + first + last + kept))
}

/// A type's path may begin with two colons, and a pattern have some of its own.
#[retry(clone(name), sleep = sleep)]
fn absolute_paths(
    work: &Work,
    name: ::std::string::String,
    self::Place { number, .. }: self::Place,
) -> Result<usize> {
    let bytes = name.into_bytes();
    work.call()?;
    Ok(bytes.len() + usize::try_from(number).unwrap_or_default())
}

impl Place {
    #[retry]
    async fn pinned(mut self: ::core::pin::Pin<&mut Self>, work: &Work) -> Result<u32> {
        self.as_mut().number += 1;
        work.call()?;
        Ok(self.number)
    }
}

#[test]
fn blocking() {
    let place = Place { name: "x", number: 10 };
    assert_eq!(absolute_paths(&twice(), "four".to_owned(), place), Ok(14));
    assert_eq!(patterns((&twice(), 0), [7, 8, 9], ()), Ok(10));
    let place = Place { name: "x", number: 10 };
    let result = structures(&twice(), place, &(100, "y".to_owned()));
    assert_eq!(result, Ok((113, "xy".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn asynchronous() {
    let mut place = Place { name: "x", number: 0 };
    assert_eq!(std::pin::Pin::new(&mut place).pinned(&twice()).await, Ok(3));
    let place = Place { name: "x", number: 10 };
    let result = async_structures(&twice(), place, (100, [0, 0, 1000]), 0, 10_000).await;
    assert_eq!(result.unwrap(), "x11113");
}
