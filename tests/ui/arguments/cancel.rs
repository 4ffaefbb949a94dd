use reattempt::retry;
use std::sync::atomic::AtomicBool;

#[retry(cancel = "token")]
async fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(cancel = flag.load(std::sync::atomic::Ordering::Relaxed))]
async fn not_a_future(flag: &AtomicBool) -> std::io::Result<()> {
    Ok(())
}

#[retry(cancel = number)]
async fn not_a_token(number: u32) -> std::io::Result<()> {
    Ok(())
}

#[retry(cancel = flag)]
async fn a_flag(flag: &AtomicBool) -> std::io::Result<()> {
    Ok(())
}

#[retry(cancel = number)]
fn nothing_to_ask(number: u32) -> std::io::Result<()> {
    Ok(())
}

fn main() {}
