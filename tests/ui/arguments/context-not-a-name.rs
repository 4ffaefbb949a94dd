use reattempt::retry;

#[retry(context = "cx")]
fn read(path: String) -> std::io::Result<String> {
    std::fs::read_to_string(&path)
}

#[retry(context = Some)]
fn read_constant(path: &str) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

#[retry(context = self)]
fn read_keyword(path: &str) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

fn main() {
    // One mistake, one error: the function is still there.
    let _ = read("x".to_owned());
    let _ = read_constant("x");
    let _ = read_keyword("x");
}
