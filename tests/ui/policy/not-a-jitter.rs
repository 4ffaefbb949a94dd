use reattempt::retry;

const MINE: f32 = 0.5;

// The type has to be one of those that the message names.
#[retry(jitter = MINE)]
fn read() -> std::io::Result<String> {
    std::fs::read_to_string("x")
}

fn main() {
    let _ = read();
}
