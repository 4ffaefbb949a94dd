#![deny(warnings)]

use reattempt::retry;

#[retry(context = cx)]
fn read() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = read();
}
