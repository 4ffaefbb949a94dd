use reattempt::retry;

#[retry]
fn read() {}

fn main() {
    read();
}
