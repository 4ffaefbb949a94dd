//! Keeps the budget of a process in touch with that of its fleet. This is the part to take along.

use std::io;
use std::time::Duration;

use reattempt::{Budget, retry};
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult, Script, ServerErrorKind,
};
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

/// How often a process asks Redis, at most.
pub const EVERY: Duration = Duration::from_millis(100);

/// Redis has so long to answer. After that the process goes on alone.
const TIME_OUT: Duration = Duration::from_millis(250);

/// A bucket in Redis, and the budget of this process that takes part in it.
#[derive(Debug)]
pub struct Lease {
    client: Client,
    script: Script,
    key: &'static str,
    /// What there may be in Redis, in thousandths of a token.
    capacity: u32,
    budget: &'static Budget,
}

/// Whether Redis answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The process shares its tokens.
    Shared,
    /// It goes on with what it has, and with what its own successes pay.
    Alone,
}

impl Lease {
    /// Nothing is sent yet, and Redis need not be there. `capacity`: the tokens that there may be in Redis.
    ///
    /// # Errors
    ///
    /// If the address can't be read.
    pub fn new(
        url: &str,
        key: &'static str,
        capacity: u32,
        budget: &'static Budget,
    ) -> RedisResult<Lease> {
        let client = Client::open(url)?;
        let script = Script::new(include_str!("lease.lua"));
        Ok(Lease { client, script, key, capacity: capacity * 1000, budget })
    }

    /// Shares tokens as long as it is polled, and tells whether Redis answers, each time that this changes. A call of an
    /// annotated function waits for nothing of it: it knows only the process's budget.
    pub async fn keep(&self, mut tell: impl FnMut(Link)) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Ok(connection) = self.connect().await else { continue };
            tell(Link::Shared);
            let _ = self.share(connection, &mut ticks).await;
            tell(Link::Alone);
        }
    }

    /// A connection that has answered. The delays are random, so that a fleet doesn't come back all at once.
    #[retry(max_attempts = unlimited, initial_delay = 100ms, max_delay = 1s, on(_))]
    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(TIME_OUT))
            .set_response_timeout(Some(TIME_OUT));
        let mut connection =
            self.client.get_multiplexed_async_connection_with_config(&config).await?;
        self.exchange(&mut connection, 0, 0).await?;
        Ok(connection)
    }

    /// Returns when Redis has failed.
    async fn share(
        &self,
        mut connection: MultiplexedConnection,
        ticks: &mut Interval,
    ) -> RedisResult<()> {
        // The rest is the room for what successes pay until the next time.
        let kept = self.budget.capacity() / 2.0;
        loop {
            ticks.tick().await;
            let available = self.budget.available();
            let surplus = thousandths(self.budget.take_tokens(available - kept));
            let wanted = thousandths(kept - available);
            if surplus == 0 && wanted == 0 {
                continue;
            }
            // If no answer comes, nobody knows whether the surplus has arrived. It is not put back: a token less is better
            // than one that is there twice.
            let granted = self.exchange(&mut connection, surplus, wanted).await?;
            self.budget.add_tokens(f64::from(granted) / 1000.0);
        }
    }

    /// One command: what was granted, in thousandths.
    async fn exchange(
        &self,
        connection: &mut MultiplexedConnection,
        surplus: u32,
        wanted: u32,
    ) -> RedisResult<u32> {
        let mut send = async |command: &str, script: &str| -> RedisResult<u32> {
            let mut command = redis::cmd(command);
            command.arg(script).arg(1).arg(self.key).arg(surplus).arg(wanted).arg(self.capacity);
            command.query_async(connection).await
        };
        let exchange = async {
            match send("EVALSHA", self.script.get_hash()).await {
                // It has done nothing, so the same may be sent again. A Redis that has started anew knows no script.
                Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                    send("EVAL", include_str!("lease.lua")).await
                }
                answer => answer,
            }
        };
        let late = |_| RedisError::from(io::Error::from(io::ErrorKind::TimedOut));
        timeout(TIME_OUT, exchange).await.map_err(late)?
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "nothing below zero")]
fn thousandths(tokens: f64) -> u32 {
    (tokens * 1000.0 + 0.5) as u32
}
