//! Test what retries, without waiting for it.
//!
//! ```
//! use reattempt::{retry, testing};
//!
//! #[retry(max_attempts = 5)]
//! fn upload() -> std::io::Result<()> {
//!     Err(std::io::ErrorKind::ConnectionReset.into())
//! }
//!
//! let recording = testing::record();
//! assert!(upload().is_err());
//! assert_eq!(recording.attempts("upload"), 5);
//! ```
//!
//! More is in [the guide](https://docs.rs/reattempt/latest/reattempt/guide/testing/index.html).

mod recorded;
mod recording;

pub use recorded::RecordedEvent;
pub use recording::{Recording, record, record_in};

#[doc(no_inline)]
pub use crate::faults::{Script, Scriptable};
