//! What each option costs, beside the loop written by hand that does the same.

use std::time::Duration;

use crate::{Failure, MAX_ATTEMPTS, Server, wait};

include!("option_functions.rs");

/// Those of async functions.
pub const ASYNC: &[&str] =
    &["max_elapsed", "deadline", "attempt_timeout", "cancel", "on_retry", "map_err"];
/// Those of blocking functions.
pub const BLOCKING: &[&str] = &["max_elapsed", "cancel", "on_retry", "map_err"];

pub mod asynchronous {
    use super::*;

    pub mod by_hand {
        use super::*;

        async_max_elapsed!(by_hand max_elapsed);
        async_deadline!(by_hand deadline);
        async_attempt_timeout!(by_hand attempt_timeout);
        async_cancel!(by_hand cancel);
        async_on_retry!(by_hand on_retry);
        async_map_err!(by_hand map_err);
    }

    pub mod reattempt {
        use super::*;

        async_max_elapsed!(reattempt max_elapsed);
        async_deadline!(reattempt deadline);
        async_attempt_timeout!(reattempt attempt_timeout);
        async_cancel!(reattempt cancel);
        async_on_retry!(reattempt on_retry);
        async_map_err!(reattempt map_err);
    }
}

pub mod blocking {
    use super::*;

    pub mod by_hand {
        use super::*;

        blocking_max_elapsed!(by_hand max_elapsed);
        blocking_cancel!(by_hand cancel);
        blocking_on_retry!(by_hand on_retry);
        blocking_map_err!(by_hand map_err);
    }

    pub mod reattempt {
        use super::*;

        blocking_max_elapsed!(reattempt max_elapsed);
        blocking_cancel!(reattempt cancel);
        blocking_on_retry!(reattempt on_retry);
        blocking_map_err!(reattempt map_err);
    }
}
