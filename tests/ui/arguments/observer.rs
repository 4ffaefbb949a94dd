use reattempt::retry;

#[retry(on_retry = |error| println!("{error}"))]
fn call() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = call();
}
