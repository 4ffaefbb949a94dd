use reattempt::attempt;
use std::io;

fn read() -> io::Result<u32> {
    Ok(1)
}

fn no_body() -> io::Result<u32> {
    attempt!(max_attempts = 5)
}

fn no_block() -> io::Result<u32> {
    attempt!(max_attempts = 5, read())
}

fn nothing() -> io::Result<u32> {
    attempt!()
}

fn a_closure_with_an_argument() -> io::Result<u32> {
    attempt!(max_attempts = 5, |cx| { read() })
}

fn a_wrong_key() -> io::Result<u32> {
    attempt!(max_retries = 5, { read() })
}

fn a_wrong_value() -> io::Result<u32> {
    attempt!(max_attempts = 1, jitter = 5, { read() })
}

fn documentation() -> io::Result<u32> {
    attempt!(doc = false, { read() })
}

fn blocking_deadline() -> io::Result<u32> {
    attempt!(deadline = 5s, { read() })
}

fn no_result() -> u32 {
    attempt!({ 5 })
}

fn a_type_that_nothing_tells() -> u32 {
    let number = attempt!({
        let number = read()?;
        Ok(number)
    });
    number.unwrap_or_default()
}

async fn a_loop_outside() -> io::Result<u32> {
    loop {
        let _ = attempt!(async { break }).await;
    }
}

fn moved(text: String) -> io::Result<usize> {
    attempt!(max_attempts = 2, {
        let moved = text;
        Ok(moved.len())
    })
}

fn not_retryable() -> Result<u32, std::num::ParseIntError> {
    attempt!(max_attempts = 2, { "5".parse::<u32>() })
}

fn main() {}
