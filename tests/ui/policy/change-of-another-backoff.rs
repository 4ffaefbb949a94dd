use reattempt::{Policy, policy, retry};

const FIXED: Policy = policy!(backoff = "fixed", jitter = "none");

#[retry(policy = FIXED, multiplier = 4.0)]
fn grows() -> std::io::Result<()> {
    Ok(())
}

#[retry(policy = FIXED, jitter = "decorrelated")]
fn drifts() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (grows(), drifts());
}
