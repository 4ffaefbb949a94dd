//! `&self`, `&mut self`, `self`, `Arc<Self>`, `&Arc<Self>`, `Box<Self>`, `Pin<&mut Self>`.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use reattempt::retry;

use super::Result;
use super::support::{Work, sleep};

#[derive(Default)]
struct Service {
    calls: AtomicU32,
    log: Vec<u32>,
}

impl Service {
    const LIMIT: u32 = 3;

    fn call(&self) -> Result<u32> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if call == 3 { Ok(call) } else { Work::failing(1).call() }
    }

    #[retry(sleep = sleep, max_attempts = Self::LIMIT)]
    fn by_reference(&self) -> Result<u32> {
        self.call()
    }

    #[retry(sleep = sleep)]
    fn by_exclusive_reference(&mut self) -> Result<usize> {
        self.log.push(0);
        self.call()?;
        Ok(self.log.len())
    }

    /// What the body borrows exclusively is free again when the error is asked about.
    #[retry(backoff = "none", on = |_| self.log.len() < 2)]
    fn asked_about_itself(&mut self) -> Result<usize> {
        self.log.push(0);
        self.call()?;
        Ok(self.log.len())
    }

    #[retry(backoff = "none", on = |_| format!("{log:?}").len() < 5)]
    fn asked_about_an_argument_in_a_text(&mut self, r#log: &mut Vec<u8>) -> Result<usize> {
        log.push(0);
        self.call()?;
        Ok(log.len())
    }

    #[retry(backoff = "none", on = |_| self.log.len() < 2)]
    async fn asked_about_itself_async(&mut self) -> Result<usize> {
        self.log.push(0);
        self.call()?;
        Ok(self.log.len())
    }

    #[retry(sleep = sleep)]
    fn by_value(self) -> Result<u32> {
        self.call()
    }

    #[retry(sleep = sleep)]
    fn by_arc(self: Arc<Self>) -> Result<u32> {
        self.call()
    }

    #[retry(sleep = sleep)]
    fn by_borrowed_arc(self: &Arc<Self>) -> Result<u32> {
        Arc::clone(self).call()
    }

    #[retry(sleep = sleep)]
    fn by_value_beside_another(self, log: &mut Vec<u32>) -> Result<u32>
    where
        Self: Sized,
    {
        log.push(0);
        self.call()
    }

    #[retry(sleep = sleep)]
    fn by_box(self: Box<Self>) -> Result<u32> {
        self.call()
    }

    #[retry(sleep = sleep)]
    fn by_pin(self: Pin<&mut Self>) -> Result<u32> {
        self.call()
    }

    #[retry(sleep = sleep)]
    fn borrowed(&self, text: &str) -> Result<&[u32]> {
        let _ = text;
        self.call()?;
        Ok(&self.log)
    }

    #[retry(max_attempts = Self::LIMIT)]
    async fn async_by_reference(&self) -> Result<u32> {
        tokio::task::yield_now().await;
        self.call()
    }

    #[retry]
    async fn async_by_exclusive_reference(&mut self) -> Result<usize> {
        self.log.push(0);
        tokio::task::yield_now().await;
        self.call()?;
        Ok(self.log.len())
    }

    #[retry]
    async fn async_by_value(self) -> Result<u32> {
        self.call()
    }

    #[retry]
    async fn async_by_box(self: Box<Self>) -> Result<u32> {
        self.call()
    }

    #[retry(sleep = sleep)]
    fn by_mutable_pin(mut self: Pin<&mut Self>) -> Result<usize> {
        self.as_mut().get_mut().log.push(0);
        self.call()?;
        Ok(self.log.len())
    }

    #[retry]
    async fn async_by_mutable_pin(mut self: Pin<&mut Self>) -> Result<usize> {
        self.as_mut().get_mut().log.push(0);
        self.call()?;
        Ok(self.log.len())
    }

    #[retry]
    async fn async_by_pin(self: Pin<&mut Self>) -> Result<u32> {
        tokio::task::yield_now().await;
        self.call()
    }

    #[retry]
    async fn async_by_borrowed_arc(self: &Arc<Self>) -> Result<u32> {
        let held = Arc::clone(self);
        held.call()
    }

    #[retry]
    async fn async_by_arc(self: Arc<Self>) -> Result<u32> {
        self.call()
    }

    #[retry]
    async fn async_borrowed(&self) -> Result<Cow<'_, [u32]>> {
        self.call()?;
        Ok(Cow::Borrowed(&self.log))
    }
}

#[test]
fn blocking() {
    assert_eq!(Service::default().by_reference(), Ok(3));
    assert_eq!(Service::default().by_exclusive_reference(), Ok(3));
    let mut asked = Service::default();
    assert!(asked.asked_about_itself().is_err());
    assert_eq!(asked.log.len(), 2);
    let mut log = Vec::new();
    assert!(Service::default().asked_about_an_argument_in_a_text(&mut log).is_err());
    assert_eq!(log.len(), 2);
    assert_eq!(Service::default().by_value(), Ok(3));
    assert_eq!(Service::default().by_value_beside_another(&mut Vec::new()), Ok(3));
    assert_eq!(Arc::new(Service::default()).by_borrowed_arc(), Ok(3));
    assert_eq!(Arc::new(Service::default()).by_arc(), Ok(3));
    assert_eq!(Box::new(Service::default()).by_box(), Ok(3));
    assert_eq!(Pin::new(&mut Service::default()).by_pin(), Ok(3));
    assert_eq!(Pin::new(&mut Service::default()).by_mutable_pin(), Ok(3));
    assert_eq!(Service::default().borrowed("x").unwrap(), [0; 0]);
}

#[tokio::test(start_paused = true)]
async fn asynchronous() {
    assert_eq!(Service::default().async_by_reference().await, Ok(3));
    assert_eq!(Service::default().async_by_exclusive_reference().await, Ok(3));
    let mut asked = Service::default();
    assert!(asked.asked_about_itself_async().await.is_err());
    assert_eq!(asked.log.len(), 2);
    assert_eq!(Arc::new(Service::default()).async_by_arc().await, Ok(3));
    assert_eq!(Arc::new(Service::default()).async_by_borrowed_arc().await, Ok(3));
    assert_eq!(Service::default().async_by_value().await, Ok(3));
    assert_eq!(Box::new(Service::default()).async_by_box().await, Ok(3));
    assert_eq!(Pin::new(&mut Service::default()).async_by_pin().await, Ok(3));
    assert_eq!(Pin::new(&mut Service::default()).async_by_mutable_pin().await, Ok(3));
    assert_eq!(Service::default().async_borrowed().await.unwrap().len(), 0);
}
