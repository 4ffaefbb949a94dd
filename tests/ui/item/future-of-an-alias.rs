use std::future::Future;
use std::pin::Pin;

use reattempt::retry;

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[retry]
fn not_a_result(number: &u32) -> BoxFuture<'_, u32> {
    Box::pin(async move { *number })
}

#[retry]
fn forwarded(number: &u32) -> BoxFuture<'_, std::io::Result<u32>> {
    other(number)
}

fn other(number: &u32) -> BoxFuture<'_, std::io::Result<u32>> {
    Box::pin(async move { Ok(*number) })
}

fn main() {
    drop((not_a_result(&1), forwarded(&1)));
}
