//! Failures that use up no attempt of the policy, counted in two bytes.

/// How many failures said "throttled", if those have a limit of their own, and how many don't count.
///
/// Such a limit is 255 at most: then each of the two has a byte. Without one there is only one kind to count, and it has
/// both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Apart(u16);

const THROTTLED: u16 = 0x00FF;
const ONE_UNCOUNTED: u16 = 0x0100;

/// `limit`: of attempts that fail with "throttled".
impl Apart {
    pub(super) const NONE: Apart = Apart(0);

    pub(super) const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// A limit as it can be counted: a policy of the user's may have a larger one.
    pub(super) const fn limit(given: u32) -> u32 {
        if given < u32::MAX && given > THROTTLED as u32 { THROTTLED as u32 } else { given }
    }

    const fn is_split(limit: Option<u32>) -> bool {
        matches!(limit, Some(limit) if limit < u32::MAX)
    }

    pub(super) const fn uncounted(self, limit: Option<u32>) -> u32 {
        if Apart::is_split(limit) { (self.0 / ONE_UNCOUNTED) as u32 } else { self.0 as u32 }
    }

    /// Zero where they have no limit.
    pub(super) const fn throttled(self, limit: Option<u32>) -> u32 {
        if Apart::is_split(limit) { (self.0 & THROTTLED) as u32 } else { 0 }
    }

    pub(super) const fn all(self, limit: Option<u32>) -> u32 {
        self.uncounted(limit) + self.throttled(limit)
    }

    /// Whether there was room.
    pub(super) const fn add_uncounted(&mut self, limit: Option<u32>) -> bool {
        self.add(if Apart::is_split(limit) { ONE_UNCOUNTED } else { 1 })
    }

    /// Whether there was room.
    pub(super) const fn add_throttled(&mut self, limit: Option<u32>) -> bool {
        if Apart::is_split(limit) && self.0 & THROTTLED == THROTTLED {
            return false;
        }
        self.add(1)
    }

    const fn add(&mut self, one: u16) -> bool {
        match self.0.checked_add(one) {
            Some(sum) => {
                self.0 = sum;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Apart;

    #[test]
    fn each_has_its_room() {
        let limit = Some(255);
        let mut apart = Apart::NONE;
        for count in 1..=255 {
            assert!(apart.add_uncounted(limit) && apart.add_throttled(limit));
            assert_eq!((apart.uncounted(limit), apart.throttled(limit)), (count, count));
        }
        assert!(!apart.add_uncounted(limit) && !apart.add_throttled(limit));
        assert_eq!(apart.all(limit), 510);
    }

    #[test]
    fn one_kind_has_all_the_room() {
        for limit in [None, Some(u32::MAX)] {
            let mut apart = Apart::NONE;
            for _ in 0..65_535 {
                assert!(apart.add_uncounted(limit));
            }
            assert!(!apart.add_throttled(limit));
            assert_eq!((apart.all(limit), apart.throttled(limit)), (65_535, 0));
        }
    }
}
