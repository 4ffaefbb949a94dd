use reattempt::retry;

#[retry(context = path)]
fn read(path: String) -> std::io::Result<String> {
    std::fs::read_to_string(&path)
}

fn main() {
    // One mistake, one error: the function is still there.
    let _ = read("x".to_owned());
}
