use reattempt::retry;

#[retry]
fn send(body: String) -> std::io::Result<()> {
    take(body)?;
    Ok(())
}

#[retry]
async fn send_async(body: String) -> std::io::Result<()> {
    take(body)?;
    Ok(())
}

fn take(_: String) -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (send(String::new()), send_async(String::new()));
}
