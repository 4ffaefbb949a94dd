use std::io;

#[reattempt::retry(nested = "never")]
fn never() -> io::Result<()> {
    Ok(())
}

#[reattempt::retry(nested = once)]
fn unquoted() -> io::Result<()> {
    Ok(())
}

#[reattempt::retry(nested)]
fn alone() -> io::Result<()> {
    Ok(())
}

#[reattempt::retry(nested(once))]
fn in_parentheses() -> io::Result<()> {
    Ok(())
}

#[reattempt::retry(budget(10))]
fn budget_in_parentheses() -> io::Result<()> {
    Ok(())
}

fn main() {}
