//! What generic code of other crates does with what is lent to it by `&mut`, in annotated functions.

use std::io;

use reattempt::retry;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tower::{Service, ServiceExt as _};

/// Fails so often, and then goes on where it is.
#[derive(Default)]
struct Flaky {
    failures: u32,
}

impl Flaky {
    fn fail(&mut self) -> io::Result<()> {
        match self.failures.checked_sub(1) {
            Some(left) => {
                self.failures = left;
                Err(io::ErrorKind::ConnectionReset.into())
            }
            None => Ok(()),
        }
    }
}

async fn copy(from: impl AsyncRead, to: impl AsyncWrite) -> io::Result<u64> {
    let (from, to) = (std::pin::pin!(from), std::pin::pin!(to));
    let (mut from, mut to) = (from, to);
    tokio::io::copy(&mut from, &mut to).await
}

#[retry]
async fn read(source: &mut (impl AsyncRead + Unpin), flaky: &mut Flaky) -> io::Result<String> {
    let mut text = String::new();
    source.take(1).read_to_string(&mut text).await?;
    flaky.fail()?;
    Ok(text)
}

#[retry]
async fn write<W>(target: &mut W, flaky: &mut Flaky) -> io::Result<u64>
where
    W: AsyncWrite + Unpin + ?Sized,
{
    let written = copy(&b"xy"[..], target).await?;
    flaky.fail()?;
    Ok(written)
}

#[retry]
async fn write_to_anything(target: &mut (dyn AsyncWrite + Unpin + Send)) -> io::Result<()> {
    let mut buffered = tokio::io::BufWriter::new(target);
    buffered.write_all(b"z").await?;
    buffered.flush().await
}

#[retry]
fn sum(numbers: &mut impl Iterator<Item = u32>, flaky: &mut Flaky) -> io::Result<u32> {
    flaky.fail()?;
    let mut sum = 0;
    for number in numbers {
        sum += number;
    }
    Ok(sum)
}

#[retry]
fn first_two(numbers: &mut dyn Iterator<Item = u32>, flaky: &mut Flaky) -> io::Result<Vec<u32>> {
    let two = numbers.zip(0..2).map(|(number, _)| number).collect();
    flaky.fail()?;
    Ok(two)
}

#[retry(on(_))]
async fn call<S: Service<u32, Response = u32>>(service: &mut S) -> Result<u32, S::Error> {
    service.ready().await?.call(20).await
}

#[retry(on(_))]
async fn call_once<S>(service: &mut S) -> Result<u32, S::Error>
where
    S: Service<u32, Response = u32>,
{
    service.oneshot(20).await
}

#[tokio::test(start_paused = true)]
async fn readers_and_writers() {
    let mut source = &b"abcdef"[..];
    assert_eq!(read(&mut source, &mut Flaky { failures: 2 }).await.unwrap(), "c");
    let mut target = Vec::new();
    assert_eq!(write(&mut target, &mut Flaky { failures: 2 }).await.unwrap(), 2);
    write_to_anything(&mut target).await.unwrap();
    assert_eq!(target, b"xyxyxyz");
}

#[test]
fn iterators() {
    assert_eq!(sum(&mut (1..4), &mut Flaky { failures: 1 }).unwrap(), 6);
    let mut numbers = 0..;
    assert_eq!(first_two(&mut numbers, &mut Flaky::default()).unwrap(), [0, 1]);
}

#[tokio::test(start_paused = true)]
async fn services() {
    let mut left = 2;
    let mut service = tower::service_fn(|number: u32| {
        let fails = left > 0;
        left -= u32::from(fails);
        std::future::ready(if fails { Err("busy") } else { Ok(number + 1) })
    });
    assert_eq!(call(&mut service).await, Ok(21));
    assert_eq!(call_once(&mut service).await, Ok(21));
}
