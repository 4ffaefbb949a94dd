use reattempt::retry;

#[retry]
fn never() -> ! {
    loop {}
}

fn main() {
    never()
}
