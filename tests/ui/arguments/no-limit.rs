use reattempt::retry;

#[retry(max_attempts = "unlimited")]
fn in_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts = infinite)]
fn by_another_word() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts(7))]
fn in_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(initial_delay: 250ms)]
fn behind_a_colon() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (in_quotes(), by_another_word(), in_parentheses(), behind_a_colon());
}
