use reattempt::retry;

#[retry(on(|error| error.raw_os_error().is_some()))]
fn read(path: String) -> std::io::Result<String> {
    std::fs::read_to_string(&path)
}

fn main() {
    let _ = read("x".to_owned());
}
