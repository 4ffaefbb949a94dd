use reattempt::retry;

struct Reader;

#[retry]
impl Reader {
    fn read(&self) -> std::io::Result<()> {
        Ok(())
    }
}

fn main() {
    let _ = Reader.read();
}
