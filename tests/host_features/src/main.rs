//! It retries, with other features than its build script.

use reattempt::{retry, sites};

#[retry]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("Cargo.toml")
}

fn main() {
    let _ = read();
    assert_eq!(sites().len(), 1);
    print!("{}", sites());
}
