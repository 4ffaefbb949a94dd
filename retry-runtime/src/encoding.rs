//! How what an attribute says in literals stands in the program: in front of the function's name, as one
//! constant text, `A5I250000000 orders::submit` for `max_attempts = 5, initial_delay = 250ms`.
//!
//! For each setting there is a letter, and its decimal number if it has one, up to the first space. A text is
//! what takes the compiler the least to check and to hand over; a constant of a type of ours would cost it
//! nearly as much as the loop.
//!
//! `retry-macros` compiles this very file (its `encoding.rs` is a symbolic link to it): there it is encoded,
//! here it is decoded, after a failed attempt.

/// An async function.
pub(crate) const ASYNC: u8 = b'Y';
/// `max_attempts`
pub(crate) const MAX_ATTEMPTS: u8 = b'A';
/// `backoff = "fixed"`
pub(crate) const FIXED: u8 = b'C';
/// `backoff = "linear"`
pub(crate) const LINEAR: u8 = b'L';
/// `backoff = "fibonacci"`
pub(crate) const FIBONACCI: u8 = b'F';
/// `backoff = "none"`
pub(crate) const NO_BACKOFF: u8 = b'Z';
/// `initial_delay`, in nanoseconds
pub(crate) const INITIAL_DELAY: u8 = b'I';
/// `throttled_delay`, in nanoseconds
pub(crate) const THROTTLED_DELAY: u8 = b'T';
/// `max_delay`, in nanoseconds
pub(crate) const MAX_DELAY: u8 = b'M';
/// `multiplier`, as the bits of the number
pub(crate) const MULTIPLIER: u8 = b'X';
/// `jitter = "none"`
pub(crate) const NO_JITTER: u8 = b'N';
/// `jitter = "full"`
pub(crate) const FULL_JITTER: u8 = b'U';
/// `jitter = "equal"`
pub(crate) const EQUAL_JITTER: u8 = b'Q';
/// `jitter = "decorrelated"`
pub(crate) const DECORRELATED_JITTER: u8 = b'D';
/// `jitter = 0.25`, as the bits of the number
pub(crate) const FRACTIONAL_JITTER: u8 = b'R';
/// `idempotent = false`
pub(crate) const NOT_IDEMPOTENT: u8 = b'O';

/// The end of the settings.
pub(crate) const END: u8 = b' ';

/// Hands over each setting in a text with its number, or zero, and returns the name that stands behind them.
pub(crate) fn decode(text: &str, mut take: impl FnMut(u8, u64)) -> &str {
    let mut bytes = text.as_bytes();
    while let [letter, rest @ ..] = bytes {
        bytes = rest;
        if *letter == END {
            break;
        }
        let mut number = 0_u64;
        while let [digit @ b'0'..=b'9', rest @ ..] = bytes {
            number = number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            bytes = rest;
        }
        take(*letter, number);
    }
    text.get(text.len() - bytes.len()..).unwrap_or_default()
}
