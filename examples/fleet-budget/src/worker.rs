//! One process of the fleet: it calls the service again and again, until its input ends.

use std::error::Error;
use std::io::{self, Write as _};
use std::time::Duration;

use reattempt::{Budget, retry};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::lease::{Lease, Link};
use crate::{CAPACITY, KEY, REFUND, SHARE};

/// The retries of this process are paid from it. That others take part in it, no function has to know.
static UPSTREAM: Budget =
    Budget::builder().capacity(SHARE as f64).refund(REFUND as f64 / 1000.0).build();

/// Calls that are made at the same time.
const CALLERS: u32 = 4;

/// What a caller does between two calls.
const PAUSE: Duration = Duration::from_millis(20);

#[retry(max_attempts = 4, initial_delay = 5ms, budget = UPSTREAM, on(_), context = cx)]
async fn call(service: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect(service).await?;
    // It tells the service whether it is a retry, so that the service can count those.
    let attempt = u8::try_from(cx.attempt()).unwrap_or(u8::MAX);
    stream.write_all(&[attempt]).await?;
    match stream.read_u8().await? {
        b'+' => Ok(()),
        _ => Err(io::Error::other("the service has failed")),
    }
}

/// Runs until its input ends, which it does when whoever has started it has ended.
///
/// # Errors
///
/// If an address can't be read.
#[tokio::main]
pub async fn run(service: &str, redis: &str) -> Result<(), Box<dyn Error>> {
    let lease = Lease::new(redis, KEY, CAPACITY, &UPSTREAM)?;
    tokio::spawn(async move { lease.keep(say).await });
    for _ in 0..CALLERS {
        let service = service.to_owned();
        tokio::spawn(async move {
            let mut pauses = tokio::time::interval(PAUSE);
            pauses.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                pauses.tick().await;
                // Whoever would wait for the answer is told that there is none.
                let _ = call(&service).await;
            }
        });
    }
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    Ok(())
}

/// Whoever has started it reads this.
fn say(link: Link) {
    let mut output = io::stdout();
    let _ = writeln!(output, "{link:?}").and_then(|()| output.flush());
}
