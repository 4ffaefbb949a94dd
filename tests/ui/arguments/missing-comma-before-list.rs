use reattempt::retry;

#[retry(backoff = [1s, 2s] clone(a))]
fn after_a_list(a: String) -> std::io::Result<String> {
    Ok(a)
}

#[retry(clone(a) context = cx)]
fn after_names(a: String) -> std::io::Result<String> {
    Ok(a)
}

#[retry(on = is_transient clone(a))]
fn after_a_path(a: String) -> std::io::Result<String> {
    Ok(a)
}

#[retry(max_attempts = 4 initial_delay = 1s)]
fn after_a_number(a: &str) -> std::io::Result<&str> {
    Ok(a)
}

fn main() {
    let _ = after_a_list(String::new());
    let _ = after_names(String::new());
    let _ = after_a_path(String::new());
    let _ = after_a_number("");
}
