use reattempt::retry;

#[retry(context = path)]
fn read(path: String) -> std::io::Result<String> {
    std::fs::read_to_string(&path)
}

#[retry(context = cx)]
fn in_a_pattern((cx, other): (u32, u32)) -> std::io::Result<u32> {
    Ok(cx + other)
}

fn main() {
    let _ = in_a_pattern((1, 1));
    // One mistake, one error: the function is still there.
    let _ = read("x".to_owned());
}
