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


#[reattempt::retry(brake = Budget::new())]
fn not_a_brake() -> io::Result<()> {
    Ok(())
}

static NO_RETRY: Budget = Budget::builder().capacity(0.5).build();
static NEGATIVE: Budget = Budget::builder().refund(-0.1).build();

fn main() {}
