use reattempt::retry;

struct MyError;

#[retry]
fn read() -> Result<String, MyError> {
    Err(MyError)
}

#[retry]
async fn read_async() -> Result<String, MyError> {
    Err(MyError)
}

fn main() {
    let _ = (read(), read_async());
}
