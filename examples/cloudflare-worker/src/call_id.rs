//! The id of a call.

use std::convert::Infallible;

use reattempt::retry;

/// It serves where the caller has no id to choose. It is the same in all attempts, and another one in each call, whichever
/// isolate it is made in.
#[retry(context = cx)]
pub async fn call_id() -> Result<String, Infallible> {
    Ok(cx.call_id().to_string())
}
