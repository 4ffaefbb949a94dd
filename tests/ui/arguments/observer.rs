use reattempt::retry;

#[retry(on_retry = |error, delay| println!("{error}"))]
fn two_arguments() -> std::io::Result<()> {
    Ok(())
}

#[retry(map_err = |error| error)]
fn one_argument() -> std::io::Result<()> {
    Ok(())
}

#[retry(map_err = |error, call| call)]
fn not_an_error() -> std::io::Result<()> {
    Ok(())
}

#[retry(observer = METRICS)]
fn observer() -> std::io::Result<()> {
    Ok(())
}

#[retry(map_err = |error, call| error)]
fn none() -> Option<()> {
    None
}

#[retry(otherwise = |value| Ok(value))]
fn no_until() -> std::io::Result<()> {
    Ok(())
}

#[retry(log(retries = "debug"))]
fn no_such_event() -> std::io::Result<()> {
    Ok(())
}

#[retry(log = "verbose")]
fn no_such_level() -> std::io::Result<()> {
    Ok(())
}

#[retry(log = debug)]
fn no_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(log("debug"))]
fn parentheses() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (two_arguments(), one_argument(), not_an_error(), observer(), none(), no_until());
    let _ = (no_such_event(), no_such_level(), no_quotes(), parentheses());
}
