//! The shop, whoever calls it, and Prometheus.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::calls::{Shop, customer, order, report, reserve, stock};
use crate::exporter;
use crate::prometheus::Prometheus;
use crate::service::Service;

/// What the program consists of.
pub struct Stage {
    /// What is called.
    pub service: Service,
    /// By whom.
    pub shop: Shop,
    /// Who looks at it.
    pub prometheus: Prometheus,
    /// Where this program tells its metrics.
    pub metrics: SocketAddr,
    next: AtomicU32,
}

impl Stage {
    /// Starts everything. A process has one exporter, so this works once.
    ///
    /// # Errors
    ///
    /// If the operating system refuses.
    ///
    /// # Panics
    ///
    /// If Prometheus is not installed.
    pub async fn start() -> Result<Stage, Box<dyn Error>> {
        let metrics = SocketAddr::from((Ipv4Addr::LOCALHOST, reattempt_servers::free_port()));
        exporter::install(metrics)?;
        let service = Service::start().await?;
        let shop = Shop { url: service.url.clone(), client: reqwest::Client::new() };
        let prometheus = tokio::task::block_in_place(|| Prometheus::start(metrics));
        Ok(Stage { service, shop, prometheus, metrics, next: AtomicU32::new(1) })
    }

    /// Calls of all kinds for so long; then it waits until they have ended.
    ///
    /// # Errors
    ///
    /// If a call panics.
    pub async fn calls(&self, duration: Duration) -> Result<(), Box<dyn Error>> {
        let began = Instant::now();
        let mut ticks = interval(Duration::from_millis(50));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut calls = JoinSet::new();
        let url = self.shop.url.clone();
        // How they end is what the metrics are to tell.
        calls.spawn_blocking(move || _ = report(&url));
        while began.elapsed() < duration {
            ticks.tick().await;
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let shop = self.shop.clone();
            calls.spawn(async move { _ = stock(&shop, number).await });
            let shop = self.shop.clone();
            calls.spawn(async move { _ = reserve(&shop, number).await });
            let shop = self.shop.clone();
            match number % 10 {
                0 => calls.spawn(async move { _ = order(&shop, number).await }),
                5 => calls.spawn(async move { _ = customer(&shop, "nobody").await }),
                _ => continue,
            };
        }
        while let Some(ended) = calls.join_next().await {
            ended?;
        }
        Ok(())
    }
}
