//! A hash that is the same in each run, and needs no operating system.

use core::hash::{Hash, Hasher};

/// The hash function FNV-1a of Fowler, Noll and Vo, in 64 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>.
struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    fn finish(&self) -> u64 {
        // The upper bits are mixed better than the lower ones.
        self.0 ^ (self.0 >> 32)
    }
}

/// The hash of a value.
pub(crate) fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = Fnv(0xCBF2_9CE4_8422_2325);
    value.hash(&mut hasher);
    hasher.finish()
}
