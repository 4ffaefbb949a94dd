use reattempt::retry;

#[retry]
fn read() -> std::io::Result<u32> {
    let number: u32 = "one";
    std::io::Result::<&str>::Ok("one")
}

#[retry]
async fn read_async() -> std::io::Result<u32> {
    let number: u32 = "one";
    std::io::Result::<&str>::Ok("one")
}

fn main() {
    let _ = (read(), read_async());
}
