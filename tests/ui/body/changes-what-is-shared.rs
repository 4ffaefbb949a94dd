use reattempt::retry;

struct Counter {
    calls: u32,
}

impl Counter {
    #[retry]
    fn read(&self) -> std::io::Result<u32> {
        self.calls += 1;
        Ok(self.calls)
    }

    #[retry]
    async fn read_async(&self) -> std::io::Result<u32> {
        self.calls += 1;
        Ok(self.calls)
    }
}

fn main() {
    let counter = Counter { calls: 0 };
    let _ = (counter.read(), counter.read_async());
}
