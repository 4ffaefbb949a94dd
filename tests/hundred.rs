//! A test suite is one process, in which the same operation fails again and again on purpose, on many threads: tests that
//! count attempts must not depend on each other.

mod support;

use reattempt::{Scope, retry};
use support::{Failure, Work};

#[retry(max_attempts = 4, initial_delay = 1ms)]
fn plain(work: &Work) -> Result<u32, Failure> {
    work.call()
}

/// A brake remembers the failures of all of them. In a scope without waits nothing is withheld.
#[retry(max_attempts = 4, initial_delay = 1h, max_delay = 2h, brake)]
async fn braked(work: &Work) -> Result<u32, Failure> {
    work.call()
}

fn counts_attempts() {
    let work = Work::failing(99);
    assert_eq!(plain(&work).unwrap_err().call, 4);
    assert_eq!(plain(&Work::failing(3)), Ok(4));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(Scope::new().without_waits().run_async(async {
        let work = Work::failing(99);
        assert_eq!(braked(&work).await.unwrap_err().call, 4);
        assert_eq!(braked(&Work::failing(3)).await, Ok(4));
    }));
}

macro_rules! tests {
    ($($tens:ident)+) => {$(
        mod $tens {
            tests!(@ones $tens one two three four five six seven eight nine ten);
        }
    )+};
    (@ones $tens:ident $($ones:ident)+) => {$(
        #[test]
        fn $ones() {
            super::counts_attempts();
        }
    )+};
}

tests! { zero ten twenty thirty forty fifty sixty seventy eighty ninety }
