//! An error as it is shown and handed to listeners.

use core::error::Error;
use core::fmt::{self, Display};

/// An error, as far as its type lets it be looked at.
#[derive(Clone, Copy)]
#[allow(unnameable_types, reason = "only this crate makes them")]
pub enum ErrorView<'a> {
    /// It implements `Error`.
    Error(&'a (dyn Error + 'a)),
    /// A report of an error that has its own way to show the chain of sources.
    Report(&'a dyn Display, &'a (dyn Error + 'a)),
    /// It only has a `Display`.
    Display(&'a dyn Display),
    /// It has neither. `Debug` is left alone, because it may show what is not meant to be read.
    TypeName(&'static str),
}

impl<'a> ErrorView<'a> {
    pub(crate) const fn as_error(self) -> Option<&'a (dyn Error + 'a)> {
        match self {
            ErrorView::Error(error) | ErrorView::Report(_, error) => Some(error),
            ErrorView::Display(_) | ErrorView::TypeName(_) => None,
        }
    }
}

impl fmt::Debug for ErrorView<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, formatter)
    }
}

/// With the chain of its sources.
impl Display for ErrorView<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorView::Error(error) => write_chain(*error, formatter),
            ErrorView::Report(report, _) => write!(formatter, "{report:#}"),
            // Reports show their whole chain so, and hardly any other error shows anything else.
            ErrorView::Display(error) => write!(formatter, "{error:#}"),
            ErrorView::TypeName(name) => formatter.write_str(name),
        }
    }
}

/// `outer: inner: innermost`. A source whose text is already the end of what was written is left out, because
/// many errors show their source themselves.
fn write_chain<'a>(error: &'a (dyn Error + 'a), formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    /// Some chains are cyclic.
    const DEEPEST: usize = 10;

    write!(formatter, "{error}")?;
    let mut shown = error;
    for _ in 1..DEEPEST {
        let Some(source) = shown.source() else { break };
        if !shows(shown, source) {
            write!(formatter, ": {source}")?;
        }
        shown = source;
    }
    Ok(())
}

/// Whether an error shows its source at the end of its own text. Nothing is allocated for it: both texts are
/// written past each other.
fn shows<'a>(error: &'a (dyn Error + 'a), source: &(dyn Error + 'static)) -> bool {
    let length = |error: &dyn Display| {
        let mut counter = Counter(0);
        let _ = fmt::Write::write_fmt(&mut counter, format_args!("{error}"));
        counter.0
    };
    let (whole, part) = (length(&error), length(&source));
    let Some(skipped) = whole.checked_sub(part) else { return false };
    let mut ending = Fingerprint { skipped, hash: Fingerprint::START };
    let mut alone = Fingerprint { skipped: 0, hash: Fingerprint::START };
    let _ = fmt::Write::write_fmt(&mut ending, format_args!("{error}"));
    let _ = fmt::Write::write_fmt(&mut alone, format_args!("{source}"));
    ending.hash == alone.hash
}

struct Counter(usize);

impl fmt::Write for Counter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.saturating_add(text.len());
        Ok(())
    }
}

/// FNV-1a of what is written behind the first so many bytes.
struct Fingerprint {
    skipped: usize,
    hash: u64,
}

impl Fingerprint {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
}

impl fmt::Write for Fingerprint {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let skipped = self.skipped.min(text.len());
        self.skipped -= skipped;
        for byte in text.bytes().skip(skipped) {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(())
    }
}
