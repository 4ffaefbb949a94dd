use reattempt::retry;

#[retry(on = |_| true)]
fn first(names: &[String]) -> Option<&String> {
    names.first()
}

fn main() {
    let _ = first(&[]);
}
