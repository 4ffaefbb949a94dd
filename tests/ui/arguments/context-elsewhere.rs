use reattempt::retry;

#[retry(context = cx, on = |_| cx.attempt() < 2)]
fn on() -> std::io::Result<u32> {
    Ok(cx.attempt())
}

#[retry(context = cx, idempotent = cx.attempt() < 2, max_attempts = 1)]
async fn idempotent() -> std::io::Result<u32> {
    Ok(cx.attempt())
}

#[retry(name = name)]
fn named(name: &'static str) -> std::io::Result<&'static str> {
    Ok(name)
}

fn main() {
    let _ = (on(), idempotent(), named("x"));
}
