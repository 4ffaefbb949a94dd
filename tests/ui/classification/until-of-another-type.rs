use reattempt::retry;

fn is_done(text: &str) -> bool {
    text.is_empty()
}

// A `&String` is lent where a `&str` is asked for.
#[retry(until = is_done)]
fn coerced() -> std::io::Result<String> {
    Ok(String::new())
}

#[retry(until = is_done)]
fn another_type() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(until = |number| number + 1)]
fn another_answer() -> std::io::Result<u32> {
    Ok(1)
}

fn main() {
    let _ = (coerced(), another_type(), another_answer());
}
