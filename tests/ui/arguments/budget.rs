use std::io;

use reattempt::Budget;

#[reattempt::retry(budget = true)]
fn flag() -> io::Result<()> {
    Ok(())
}

#[reattempt::retry(budget = 10)]
fn number() -> io::Result<()> {
    Ok(())
}


#[reattempt::retry(brake = OTHER)]
fn not_a_brake() -> io::Result<()> {
    Ok(())
}

#[reattempt::retry(budget = Budget::new())]
fn always_new() -> io::Result<()> {
    Ok(())
}

#[reattempt::retry(backoff = "none", brake)]
fn nothing_to_hold_back() -> io::Result<()> {
    Ok(())
}

static OTHER: Budget = Budget::new();

static NO_RETRY: Budget = Budget::builder().capacity(0.5).build();
static NEGATIVE: Budget = Budget::builder().refund(-0.1).build();

fn main() {}
