//! What the body of an attempt said about its error.

use core::time::Duration;

use crate::classify::{RetryKind, Retryability};

/// A mark. It is atomic, so that a future that holds a reference to it stays `Send`.
///
/// Where the processor has atomics of 64 bits it is a single one, so that two branches of a `join!` that mark
/// at once leave one mark or the other, and no mixture of both.
#[derive(Debug, Default)]
pub(super) struct Mark(Bits);

/// Nanoseconds, the kind, whether nothing was applied, whether there is a wait.
///
/// ```text
/// bits 63…7      6           5            4            3        2…0
///      wait   uncounted  has a wait  not applied  immediately  kind, 0 for no mark
/// ```
const WAIT_SHIFT: u32 = 7;
const UNCOUNTED: u64 = 1 << 6;
const HAS_WAIT: u64 = 1 << 5;
const NOT_APPLIED: u64 = 1 << 4;
const IMMEDIATELY: u64 = 1 << 3;
const KIND: u64 = 0b111;

impl Mark {
    pub(super) fn set(&self, retryability: Retryability) {
        let mut bits = match retryability.kind() {
            RetryKind::Permanent => 1,
            RetryKind::Transient => 2,
            RetryKind::Throttled => 3,
            RetryKind::Cancelled => 4,
        };
        if retryability.is_not_applied() {
            bits |= NOT_APPLIED;
        }
        if retryability.is_immediate() {
            bits |= IMMEDIATELY;
        }
        if retryability.is_uncounted() {
            bits |= UNCOUNTED;
        }
        if let Some(wait) = retryability.retry_after() {
            // A wait of more than four years is as good as one.
            const LONGEST: u128 = (u64::MAX >> WAIT_SHIFT) as u128;
            #[allow(clippy::cast_possible_truncation, reason = "it is at most 57 bits")]
            let nanoseconds = wait.as_nanos().min(LONGEST) as u64;
            bits |= HAS_WAIT | nanoseconds << WAIT_SHIFT;
        }
        self.0.store(bits);
    }

    pub(super) fn get(&self) -> Option<Retryability> {
        let bits = self.0.load();
        let mut retryability = match bits & KIND {
            1 => Retryability::permanent(),
            2 => Retryability::transient(),
            3 => Retryability::throttled(),
            4 => Retryability::cancelled(),
            _ => return None,
        };
        if bits & NOT_APPLIED != 0 {
            retryability = retryability.not_applied();
        }
        if bits & IMMEDIATELY != 0 {
            retryability = retryability.immediately();
        }
        if bits & UNCOUNTED != 0 {
            retryability = retryability.uncounted();
        }
        if bits & HAS_WAIT != 0 {
            retryability = retryability.after(Duration::from_nanos(bits >> WAIT_SHIFT));
        }
        Some(retryability)
    }
}

#[cfg(target_has_atomic = "64")]
#[derive(Debug, Default)]
pub(super) struct Bits(core::sync::atomic::AtomicU64);

#[cfg(target_has_atomic = "64")]
impl Bits {
    pub(super) fn store(&self, bits: u64) {
        self.0.store(bits, core::sync::atomic::Ordering::Relaxed);
    }

    pub(super) fn load(&self) -> u64 {
        self.0.load(core::sync::atomic::Ordering::Relaxed)
    }
}

/// Two halves. A processor without atomics of 64 bits is that of a small device, whose tasks mark from one
/// thread.
#[cfg(not(target_has_atomic = "64"))]
#[derive(Debug, Default)]
pub(super) struct Bits([core::sync::atomic::AtomicU32; 2]);

#[cfg(not(target_has_atomic = "64"))]
impl Bits {
    #[allow(clippy::cast_possible_truncation, reason = "these are the halves")]
    pub(super) fn store(&self, bits: u64) {
        let halves = [(bits >> 32) as u32, bits as u32];
        for (half, bits) in self.0.iter().zip(halves) {
            half.store(bits, core::sync::atomic::Ordering::Relaxed);
        }
    }

    pub(super) fn load(&self) -> u64 {
        self.0.iter().fold(0, |bits, half| {
            bits << 32 | u64::from(half.load(core::sync::atomic::Ordering::Relaxed))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Mark;
    use crate::classify::Retryability;
    use core::time::Duration;

    #[test]
    fn a_mark_is_what_was_set() {
        let mark = Mark::default();
        assert_eq!(mark.get(), None);
        for retryability in [
            Retryability::permanent(),
            Retryability::transient().not_applied(),
            Retryability::throttled().after(Duration::ZERO),
            Retryability::cancelled().after(Duration::new(86_400, 1)).not_applied(),
            Retryability::transient().immediately(),
            Retryability::transient().uncounted(),
            Retryability::throttled().uncounted().immediately().after(Duration::from_secs(1)),
        ] {
            mark.set(retryability);
            assert_eq!(mark.get(), Some(retryability));
        }
        mark.set(Retryability::throttled().after(Duration::MAX));
        let longest = mark.get().and_then(Retryability::retry_after).unwrap();
        assert!(longest > Duration::from_secs(4 * 365 * 86_400));
    }
}
