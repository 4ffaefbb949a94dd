use reattempt::retry;

#[retry(attempts = 3, tries = 3, times = 3, wait = "fixed", stop = 3)]
fn read(path: String) -> std::io::Result<String> {
    std::fs::read_to_string(&path)
}

fn main() {
    // One mistake, one error: the function is still there.
    let _ = read("x".to_owned());
}
