use reattempt::retry;

const NONE: u32 = 0;

// One error, though the policy is asked twice.
#[retry(max_attempts = NONE, context = cx)]
fn read(path: &str) -> std::io::Result<String> {
    let _ = cx.attempt();
    std::fs::read_to_string(path)
}

fn main() {
    let _ = read("x");
}
