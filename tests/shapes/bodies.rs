//! `?`, `return`, loops, labels and items mean what they mean without the attribute: they end the attempt.

use reattempt::retry;

use super::support::{Failure, Work, sleep};
use super::{Result, twice};

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
#[allow(unused_variables, reason = "an attribute below")]
fn inner_attribute(work: &Work) -> Result<u32> {
    #![allow(unused_assignments, reason = "an attribute inside")]
    let mut call = 0;
    call = work.call()?;
    Ok(call)
}

#[retry(sleep = sleep)]
fn exclusive(work: &Work, into: &mut Vec<u32>) -> Result<usize> {
    into.push(0);
    work.call()?;
    Ok(into.len())
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

macro_rules! wait_and_call {
    ($work:expr) => {{
        tokio::task::yield_now().await;
        $work.call()?
    }};
}

#[retry]
async fn await_in_a_macro(work: &Work) -> Result<u32> {
    Ok(wait_and_call!(work))
}

#[retry]
async fn async_loops_labels_and_items(work: &Work) -> Result<u32> {
    async fn nested(work: &Work) -> Result<u32> {
        tokio::task::yield_now().await;
        work.call()
    }
    'outer: loop {
        for number in 0.. {
            if number == 2 {
                break 'outer nested(work).await;
            }
        }
    }
}

#[test]
fn blocking() {
    assert_eq!(question_mark(&twice()), Ok(3));
    assert_eq!(early_return(&twice()), Ok(3));
    assert_eq!(question_mark_in_a_macro(&twice()).unwrap(), "3");
    assert_eq!(loops_labels_and_items(&twice()), Ok(3));
    assert_eq!(closures_inside(&twice()), Ok(3));
    assert_eq!(inner_attribute(&twice()), Ok(3));
    assert_eq!(exclusive(&twice(), &mut Vec::new()), Ok(3));
}

#[tokio::test(start_paused = true)]
async fn asynchronous() {
    assert_eq!(async_question_mark(&twice()).await.unwrap(), "3");
    assert_eq!(async_early_return(&twice()).await, Ok(3));
    assert_eq!(await_in_a_macro(&twice()).await, Ok(3));
    assert_eq!(async_loops_labels_and_items(&twice()).await, Ok(3));
}
