use reattempt::{Retryability, Retryable, retry};
use std::cell::Cell;
#[derive(Debug)]
struct E(u32);
fn is_transient(e: &E) -> bool {
    e.0 > 0
}

#[retry(max_attempts = 5, backoff = "exponential", jitter, on = is_transient)]
fn sync(calls: &Cell<u32>) -> Result<u32, E> {
    calls.set(calls.get() + 1);
    if calls.get() < 3 {
        return Err(E(1));
    }
    Ok(calls.get())
}

#[retry(max_attempts = 5, backoff = "exponential", jitter, on = is_transient)]
async fn asynk(calls: &Cell<u32>) -> Result<u32, E> {
    calls.set(calls.get() + 1);
    if calls.get() < 3 {
        Err(E(1))?;
    }
    Ok(calls.get())
}
#[test]
fn a() {
    let c = Cell::new(0);
    assert_eq!(sync(&c).unwrap(), 3);
}
#[tokio::test(start_paused = true)]
async fn b() {
    let c = Cell::new(0);
    assert_eq!(asynk(&c).await.unwrap(), 3);
}

const LIMIT: u32 = 4;
struct S<const N: u32> {
    p: reattempt::Policy,
}
impl<const N: u32> S<N> {
    const FIRST: std::time::Duration = std::time::Duration::from_millis(1);
    #[retry(max_attempts = N, initial_delay = Self::FIRST, on = |e| e.0 > 1)]
    fn m(&self) -> Result<impl Iterator<Item = u32> + use<N>, E> {
        Err::<std::iter::Empty<u32>, _>(E(1))
    }
    #[retry(policy = self.p, name = "hello", sleep = |_| ())]
    fn m2(&mut self) -> std::io::Result<u32> {
        self.p = reattempt::Policy::DEFAULT;
        Ok(1)
    }
}
#[retry(max_attempts = LIMIT, backoff = [1ms, 2ms, FIRST], sleep = tokio::time::sleep)]
async fn c2(
    x: impl Into<String>,
    _: (),
    (a, b): (u8, u8),
) -> Result<Box<dyn Fn() + Send>, std::io::Error> {
    let _ = (a, b);
    return Ok(Box::new(|| ()));
}
const FIRST: std::time::Duration = std::time::Duration::from_millis(1);
#[retry(backoff = |n| std::time::Duration::from_millis(n as u64))]
fn cb() -> std::io::Result<()> {
    Ok(())
}
const P: reattempt::Policy =
    reattempt::policy!(max_attempts = 7, backoff = "fixed", initial_delay = 5s);
#[retry(policy = P, max_attempts = 4)]
fn cb2() -> std::io::Result<()> {
    Ok(())
}
#[test]
fn cc() {
    let s = S::<3> { p: P };
    assert!(s.m().is_err());
    let mut s = s;
    assert!(s.m2().is_ok());
    cb().unwrap();
    cb2().unwrap();
}
