//! In place of what needs atomic numbers, on processors that have none, such as the Cortex-M0: nobody can make one.

use core::time::Duration;

use crate::classify::Retryability;

/// There is none.
#[derive(Debug)]
#[allow(unnameable_types, reason = "nobody can make one")]
pub enum Budget {}

impl Budget {
    pub(crate) fn withdraw(&self, _: Retryability) -> bool {
        match *self {}
    }

    pub(crate) fn give_back(&self, _: bool) {
        match *self {}
    }

    pub(crate) fn deposit(&self) {
        match *self {}
    }
}

/// There is none.
#[derive(Debug)]
#[allow(unnameable_types, reason = "nobody can make one")]
pub enum Brake {}

impl Brake {
    pub(crate) fn retry_failed(&self, _: Duration) {
        match *self {}
    }

    pub(crate) fn recovered(&self, _: Duration, _: Duration) {
        match *self {}
    }

    pub(crate) fn may_try(&self, _: Duration, _: Duration) -> bool {
        match *self {}
    }
}
