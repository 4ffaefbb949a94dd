use reattempt::retry;

trait Read {
    #[retry]
    fn read(&self) -> std::io::Result<()>;
}

impl Read for () {
    fn read(&self) -> std::io::Result<()> {
        Ok(())
    }
}

fn main() {
    let _ = ().read();
}
