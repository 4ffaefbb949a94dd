use std::io::{self, ErrorKind};

use reattempt::retry;

enum Error {
    A,
    Status(u16),
}

#[retry(on = Error::Status(_))]
fn fields() -> Result<(), Error> {
    Err(Error::A)
}

#[retry(on = Error::A | Error::Status(_))]
fn alternatives() -> Result<(), Error> {
    Err(Error::Status(0))
}

#[retry(on = Error::A)]
fn variant() -> Result<(), Error> {
    Ok(())
}

#[retry(on = std::io::Error)]
fn of_a_type() -> io::Result<()> {
    Ok(())
}

#[retry(on(ErrorKind::TimedOut))]
fn kind() -> io::Result<()> {
    Ok(())
}

#[retry(on = ErrorKind::TimedOut | ErrorKind::WouldBlock)]
fn kinds() -> Result<(), io::Error> {
    Ok(())
}

#[retry(on = is_transient(error))]
fn called() -> io::Result<()> {
    Ok(())
}

#[retry(on = reattempt::detect::error)]
fn text() -> Result<(), String> {
    Ok(())
}

#[retry(on = reattempt::detect::message)]
fn no_text() -> io::Result<()> {
    Ok(())
}

fn is_transient(_: &io::Error) -> bool {
    true
}

fn main() {
    let _ = (fields(), alternatives(), variant(), of_a_type(), kind(), kinds(), called());
    let _ = (text(), no_text());
}
