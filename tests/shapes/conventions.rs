//! `extern "C" fn`; `unsafe fn` has a test of its own, in a package that may have any.

use reattempt::retry;

use super::support::{Work, sleep};
use super::{Result, twice};

#[allow(improper_ctypes_definitions, reason = "only the convention is of interest")]
#[retry(sleep = sleep)]
extern "C" fn foreign_convention(work: &Work) -> Result<u32> {
    work.call()
}

#[test]
fn of_c() {
    assert_eq!(foreign_convention(&twice()), Ok(3));
    let pointer: extern "C" fn(&Work) -> Result<u32> = foreign_convention;
    assert_eq!(pointer(&twice()), Ok(3));
}
