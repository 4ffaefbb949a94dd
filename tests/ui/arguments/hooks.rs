use reattempt::retry;
use std::io;

async fn notify(_: u32) {}

#[retry(on_retry = async |retry| notify(retry.attempt()).await)]
async fn an_async_closure() -> io::Result<()> {
    Ok(())
}

#[retry(until = |_| false, otherwise = Err(io::Error::other("not yet")))]
fn a_value() -> io::Result<()> {
    Ok(())
}

#[tokio::main]
#[retry(deadline = 1s)]
async fn main() -> io::Result<()> {
    Ok(())
}
