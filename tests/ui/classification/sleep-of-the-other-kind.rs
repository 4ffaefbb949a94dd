use reattempt::retry;

#[retry(sleep = tokio::time::sleep)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

#[retry(sleep = std::thread::sleep)]
async fn read_async() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = (read(), read_async());
}
