use reattempt::{Policy, policy};

const ZERO: Policy = policy!(max_attempts = 0, initial_delay = 30);
const NOT_OF_A_POLICY: Policy = policy!(max_attempts = 5, on = is_transient);

fn main() {
    // Refused though it is not in a constant itself.
    let _ = policy!(initial_delay = 30s);
    let _ = (ZERO, NOT_OF_A_POLICY);
}
