use reattempt::retry;

fn is_transient(_: &std::io::Error) -> bool {
    false
}

#[retry(on(is_transient))]
fn read(path: String) -> std::io::Result<String> {
    std::fs::read_to_string(&path)
}

fn main() {
    let _ = (read("x".to_owned()), is_transient);
}
