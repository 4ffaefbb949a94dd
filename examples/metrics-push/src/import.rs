//! A program that counts what it does, and pushes that.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use prometheus::{IntCounterVec, Opts, Registry};
use tokio::time::{MissedTickBehavior, interval};

use crate::push::{EACH, Group, INTERVAL, LAST, PushError};

/// What has been counted, apart from any metrics.
#[derive(Debug, Default)]
pub struct Counts {
    /// The rows that it has stored.
    pub stored: AtomicU64,
    /// The rows that it has rejected.
    pub rejected: AtomicU64,
    /// The pushes that the gateway took.
    pub pushed: AtomicU64,
    /// The pushes that failed in all their attempts.
    pub failed: AtomicU64,
    /// Whether there are no more rows.
    pub is_over: AtomicBool,
}

impl Counts {
    /// What a gateway has to have: stored and rejected.
    pub fn rows(&self) -> (u64, u64) {
        (self.stored.load(Ordering::SeqCst), self.rejected.load(Ordering::SeqCst))
    }
}

/// The metric of this example.
///
/// # Errors
///
/// If the registry has it already.
pub fn register(registry: &Registry) -> prometheus::Result<IntCounterVec> {
    let options = Opts::new("imported_rows_total", "Rows by what became of them.");
    let rows = IntCounterVec::new(options, &["outcome"])?;
    registry.register(Box::new(rows.clone()))?;
    Ok(rows)
}

/// Imports rows until they are over, and then pushes for the last time.
///
/// # Errors
///
/// If the last push fails: then the gateway may not have all.
pub async fn run(group: &Group, counts: &Counts) -> Result<(), PushError> {
    let registry = Registry::new();
    let rows = register(&registry)?;
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !counts.is_over.load(Ordering::SeqCst) {
        ticks.tick().await;
        for row in 0..20 {
            let (outcome, count) = if row % 10 == 9 {
                ("rejected", &counts.rejected)
            } else {
                ("stored", &counts.stored)
            };
            rows.with_label_values(&[outcome]).inc();
            count.fetch_add(1, Ordering::SeqCst);
        }
        // No counter is set back, whatever comes of it: that is what makes the next push good.
        let ended = match group.push(&registry, EACH).await {
            Ok(()) => &counts.pushed,
            Err(_) => &counts.failed,
        };
        ended.fetch_add(1, Ordering::SeqCst);
    }
    group.push(&registry, LAST).await
}
