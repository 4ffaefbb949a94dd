//! In place of what needs atomic numbers, on processors that have none, such as the Cortex-M0.

use crate::classify::Retryability;

/// There is none.
#[derive(Debug)]
#[allow(unnameable_types, reason = "nobody can make one")]
pub enum Budget {}

impl Budget {
    pub(crate) fn withdraw(&self, _: Retryability) -> bool {
        match *self {}
    }

    pub(crate) fn deposit(&self) {
        match *self {}
    }
}
