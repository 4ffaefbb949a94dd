//! Functions made by `macro_rules!`.

use reattempt::retry;

use super::Result;
use super::support::{self, Work, sleep};

#[test]
fn every_part_may_come_from_one() {
    macro_rules! retried {
        ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),*)
            -> $output:ty $body:block, $attempts:literal, $delay:expr) => {
            #[retry(max_attempts = $attempts, initial_delay = $delay, sleep = sleep)]
            $(#[$attribute])*
            $visibility fn $name($($argument: $type),*) -> $output $body
        };
    }
    retried! {
        #[inline]
        pub(crate) fn generated(work: &Work) -> Result<u32> {
            work.call()
        },
        4,
        support::ms(1)
    }
    assert_eq!(generated(&Work::failing(3)), Ok(4));
}
