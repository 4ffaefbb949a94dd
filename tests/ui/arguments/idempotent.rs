use reattempt::retry;
use std::io;

#[retry(idempotent = false, until = |_| true)]
fn polled() -> io::Result<u32> {
    Ok(1)
}

#[retry(idempotent = false)]
fn maybe() -> Option<u32> {
    Some(1)
}

#[retry(idempotent = false, on(_))]
fn by_pattern() -> io::Result<u32> {
    Ok(1)
}

#[retry(idempotent = "no")]
fn text() -> io::Result<u32> {
    Ok(1)
}

#[retry(is_idempotent = false)]
fn unknown() -> io::Result<u32> {
    Ok(1)
}

#[retry(idempotent = number)]
fn number(number: u32) -> io::Result<u32> {
    Ok(number)
}

#[retry(not_idempotent)]
fn the_other_way_round() -> io::Result<u32> {
    Ok(1)
}

#[retry(idempotent = |method| true)]
fn closure() -> io::Result<u32> {
    Ok(1)
}

#[retry(idempotent = false, on = |_| true)]
fn uncertain() -> io::Result<u32> {
    Ok(1)
}

fn is_transient(_: &io::Error) -> bool {
    true
}

#[retry(idempotent = false, on = is_transient)]
fn uncertain_path() -> io::Result<u32> {
    Ok(1)
}

#[retry(transient)]
fn of_a_variant() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
