use reattempt::retry;

#[retry]
struct Reader;

fn main() {
    let _ = Reader;
}
