//! Methods of traits: provided ones, those of an `impl`, and native `async fn`.

use std::future::Future;

use reattempt::retry;

use super::Result;
use super::support::{Failure, Work, sleep};

trait Fetch {
    fn work(&self) -> &Work;

    #[retry(sleep = sleep)]
    fn provided(&self) -> Result<u32> {
        self.work().call()
    }

    fn required(&self) -> Result<u32>;

    async fn asynchronous(&self) -> Result<u32>;

    #[retry]
    async fn provided_async(&self) -> Result<u32> {
        tokio::task::yield_now().await;
        self.work().call()
    }

    #[retry]
    fn provided_future(&self) -> impl Future<Output = Result<u32, Failure>> {
        async { self.work().call() }
    }

    #[retry(sleep = sleep)]
    fn of_the_trait(work: &Work) -> Result<u32>
    where
        Self: Sized,
    {
        work.call()
    }
}

struct Fetcher<T> {
    work: Work,
    value: T,
}

impl<T: Copy + Into<u32>> Fetch for Fetcher<T> {
    fn work(&self) -> &Work {
        &self.work
    }

    #[retry(sleep = sleep)]
    fn required(&self) -> Result<u32> {
        Ok(self.work.call()? + self.value.into())
    }

    #[retry]
    async fn asynchronous(&self) -> Result<u32> {
        Ok(self.work.call()? + self.value.into())
    }
}

#[tokio::test(start_paused = true)]
async fn trait_methods() {
    let fetcher = || Fetcher { work: Work::failing(2), value: 10_u8 };
    assert_eq!(fetcher().provided(), Ok(3));
    assert_eq!(fetcher().required(), Ok(13));
    assert_eq!(fetcher().asynchronous().await, Ok(13));
    assert_eq!(fetcher().provided_async().await, Ok(3));
    assert_eq!(fetcher().provided_future().await, Ok(3));
    assert_eq!(Fetcher::<u8>::of_the_trait(&Work::failing(2)), Ok(3));
}
