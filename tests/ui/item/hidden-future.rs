use std::future::Future;
use std::pin::Pin;

use reattempt::retry;

#[retry]
fn forwarded() -> impl Future<Output = std::io::Result<()>> {
    inner()
}

#[retry]
fn boxed() -> Pin<Box<dyn Future<Output = std::io::Result<()>>>> {
    let future = inner();
    Box::pin(future)
}

async fn inner() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (forwarded(), boxed());
}
