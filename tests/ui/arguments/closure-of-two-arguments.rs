use reattempt::retry;

#[retry(on = |error, _| true)]
fn on() -> std::io::Result<()> {
    Ok(())
}

#[retry(until = || true)]
async fn until() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(sleep = || {})]
fn sleep() -> std::io::Result<()> {
    Ok(())
}

#[retry(sleep = tokio::time::sleep(tokio::time::Duration::from_secs(1)))]
async fn called() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (on(), until(), sleep(), called());
}
