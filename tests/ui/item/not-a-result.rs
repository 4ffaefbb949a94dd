use reattempt::retry;

#[retry]
fn read(path: &str) -> usize {
    path.len()
}

#[retry]
async fn read_async(path: &str) -> usize {
    path.len()
}

fn main() {
    let _ = (read("x"), read_async("x"));
}
