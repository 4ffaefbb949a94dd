use reattempt::retry;

struct Buffer {
    bytes: Vec<u8>,
}

impl Buffer {
    #[retry]
    fn elided(&mut self) -> std::io::Result<&mut [u8]> {
        Ok(&mut self.bytes)
    }

    #[retry]
    async fn named<'a>(_: &str, buffer: &'a mut Buffer) -> std::io::Result<&'a [u8]> {
        Ok(&buffer.bytes)
    }

    // These return no part of it.
    #[retry]
    fn another<'a>(&mut self, text: &'a str) -> std::io::Result<&'a str> {
        self.bytes.clear();
        Ok(text)
    }

    #[retry]
    fn of_either<'a>(text: &'a str, buffer: &'a mut Buffer) -> std::io::Result<&'a str> {
        buffer.bytes.clear();
        Ok(text)
    }

    #[retry]
    fn from_self(&self, into: &mut Vec<u8>) -> std::io::Result<&[u8]> {
        into.extend(&self.bytes);
        Ok(&self.bytes)
    }

    #[retry]
    fn function(&mut self) -> std::io::Result<fn(&str) -> &str> {
        Ok(|text| text)
    }
}

fn main() {
    let mut buffer = Buffer { bytes: Vec::new() };
    let _ = buffer.elided().is_ok();
    let _ = Buffer::named("", &mut buffer);
    let _ = (buffer.another("").is_ok(), buffer.from_self(&mut Vec::new()).is_ok());
    let _ = buffer.function().is_ok();
    let _ = Buffer::of_either("", &mut buffer).is_ok();
}
