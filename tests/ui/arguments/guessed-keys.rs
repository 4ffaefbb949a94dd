use reattempt::{Policy, policy, retry};

const STORAGE: Policy = policy!(max_attempts = 5);

// As one guesses.
#[retry(delay_ms = 10, base_delay_secs = 2, retry_on = is_transient, if = is_transient)]
#[allow(unused)]
fn guessed() -> std::io::Result<()> {
    Ok(())
}

#[retry(exponential_backoff, hedge = 2, circuit_breaker = 5, fallback = 3, cancel = token, unlimited)]
fn other_things() -> std::io::Result<()> {
    Ok(())
}

#[retry(3)]
fn a_number() -> std::io::Result<()> {
    Ok(())
}

#[retry("max_attempts=3")]
fn a_text() -> std::io::Result<()> {
    Ok(())
}

#[retry(STORAGE)]
fn a_policy() -> std::io::Result<()> {
    Ok(())
}

#[retry(reattempt::Policy::DEFAULT)]
fn a_path() -> std::io::Result<()> {
    Ok(())
}

#[retry(max-attempts = 5, MAX_DELAY = 1s, initialDelay = 1s)]
fn in_another_spelling() -> std::io::Result<()> {
    Ok(())
}

fn is_transient(_: &std::io::Error) -> bool {
    true
}

fn main() {
    let _ = (guessed(), other_things(), a_number(), a_text(), a_policy(), a_path());
    let _ = in_another_spelling();
}
