use async_trait::async_trait;
use reattempt::retry;

#[async_trait]
trait Count {
    async fn count(&self) -> Option<u32>;
}

#[async_trait]
impl Count for u32 {
    #[retry]
    async fn count(mut self: &Self) -> Option<u32> {
        self = &7;
        (*self > 8).then_some(1)
    }
}

#[retry]
fn parts<'a>(mut words: &[u32], mut room: &'a mut [u32], kept: &mut Vec<&'a u32>) -> Option<u32> {
    words = &words[1..];
    room = &mut room[1..];
    kept.clear();
    words.first().copied()
}

fn main() {
    let _ = parts(&[], &mut [], &mut Vec::new());
}
