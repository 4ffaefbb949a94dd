use reattempt::retry;

#[retry]
const fn read() -> Result<u32, std::io::Error> {
    Ok(1)
}

fn main() {
    let _ = read();
}
