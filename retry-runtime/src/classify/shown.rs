//! What an error shows of itself, without an allocation.

use core::error::Error;
use core::fmt::{self, Write as _};

/// Hands over the first KiB of what an error shows of itself.
pub(super) fn shown<T>(error: &dyn Error, reader: impl FnOnce(&str) -> T) -> T {
    let mut text = Text { bytes: [0; 1024], length: 0 };
    // What doesn't fit is cut off.
    let _ = write!(text, "{error}");
    reader(text.as_str())
}

/// Whether an error is nothing but a text, as that of `io::Error::new(kind, "text")` is: what it shows for debugging is the
/// text in quotation marks.
#[cfg(feature = "std")]
pub(super) fn is_text(error: &dyn Error) -> bool {
    struct FirstByte(Option<u8>);

    impl fmt::Write for FirstByte {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = text.bytes().next();
            if self.0.is_some() { Err(fmt::Error) } else { Ok(()) }
        }
    }
    let mut first = FirstByte(None);
    let _ = write!(first, "{error:?}");
    first.0 == Some(b'"')
}

/// A text without an allocation.
struct Text {
    bytes: [u8; 1024],
    length: usize,
}

impl Text {
    fn as_str(&self) -> &str {
        let written = self.bytes.get(..self.length).unwrap_or_default();
        match core::str::from_utf8(written) {
            Ok(text) => text,
            Err(error) => {
                let valid = written.get(..error.valid_up_to()).unwrap_or_default();
                core::str::from_utf8(valid).unwrap_or_default()
            }
        }
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let rest = self.bytes.get_mut(self.length..).unwrap_or_default();
        let taken = rest.len().min(text.len());
        if let (Some(rest), Some(text)) = (rest.get_mut(..taken), text.as_bytes().get(..taken)) {
            rest.copy_from_slice(text);
        }
        self.length += taken;
        if taken < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}
