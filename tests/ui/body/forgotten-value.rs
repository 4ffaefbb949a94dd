use reattempt::retry;

#[retry]
fn read() -> std::io::Result<u32> {
    call();
}

#[retry]
async fn read_async() -> std::io::Result<u32> {
    call();
}

fn call() -> std::io::Result<u32> {
    Ok(1)
}

fn main() {
    let _ = (read(), read_async());
}
