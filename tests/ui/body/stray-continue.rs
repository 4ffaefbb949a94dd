use reattempt::retry;

// Out of a loop of ours it must not lead.
#[retry]
fn again(number: u32) -> std::io::Result<u32> {
    if number == 0 {
        continue;
    }
    Ok(number)
}

#[retry]
async fn out(number: u32) -> std::io::Result<u32> {
    if number == 0 {
        break;
    }
    Ok(number)
}

fn main() {
    let _ = again(0);
    drop(out(0));
}
