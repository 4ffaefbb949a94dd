//! Unsafe functions, which the rest of the project has none of.

use std::sync::atomic::{AtomicU32, Ordering};

use reattempt::retry;

static CALLS: AtomicU32 = AtomicU32::new(0);

/// Fails twice.
fn call() -> std::io::Result<u32> {
    let call = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
    if [3, 6, 9].contains(&call) {
        Ok(call)
    } else {
        Err(std::io::ErrorKind::TimedOut.into())
    }
}

#[retry(backoff = "none")]
unsafe fn read(number: *const u32) -> std::io::Result<u32> {
    call()?;
    Ok(*number)
}

#[retry(backoff = "none")]
async unsafe fn read_async(number: &u32) -> std::io::Result<u32> {
    call()?;
    let number: *const u32 = number;
    Ok(*number)
}

#[allow(improper_ctypes_definitions)]
#[retry(backoff = "none")]
unsafe extern "C" fn read_foreign(number: *const u32) -> std::io::Result<u32> {
    call()?;
    Ok(*number)
}

#[tokio::test]
async fn unsafe_functions_stay_so_and_are_retried() {
    let number = 7;
    unsafe {
        assert_eq!(read(&number).unwrap(), 7);
        assert_eq!(read_async(&number).await.unwrap(), 7);
        assert_eq!(read_foreign(&number).unwrap(), 7);
    }
    assert_eq!(CALLS.load(Ordering::Relaxed), 9);
}
