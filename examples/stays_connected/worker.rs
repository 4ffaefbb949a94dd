//! A worker that stays connected, and processes each message once.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use reattempt::{Policy, Retrying, policy, retry};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

/// What was done, and how far it got. In earnest both are rows of one database, and written in one transaction.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) processed: Vec<String>,
    pub(crate) last: usize,
}

impl Store {
    /// There is no await in it: an attempt that is cut off has either done both or nothing.
    fn process(&mut self, number: usize, text: &str) {
        self.processed.push(text.to_owned());
        self.last = number;
    }
}

/// It tries for ever, and not too often. An attempt that lasted a second was a session, so the next one begins with short
/// delays again; in earnest that is a minute, `reset_after = 60s`.
pub(crate) const STAY: Policy = policy!(
    max_attempts = unlimited,
    initial_delay = 100ms,
    max_delay = 1s,
    jitter = "equal",
    reset_after = 1s,
);

/// The server sends a line at least so often.
pub(crate) const SILENCE: Duration = Duration::from_millis(500);

/// Ends with `Ok` if it was told to stop during a session. If it was told so between two, what it ends with is why the last one
/// broke, and that is no reason to worry.
pub(crate) async fn work(
    address: SocketAddr,
    store: &mut Store,
    stop: &CancellationToken,
) -> io::Result<()> {
    match stay_connected(address, store, stop).await {
        Err(_) if stop.is_cancelled() => Ok(()),
        outcome => outcome,
    }
}

#[retry(
    policy = STAY,
    stall_timeout = SILENCE,
    cancel = stop,
    on_retry = say,
    context = cx,
)]
async fn stay_connected(
    address: SocketAddr,
    store: &mut Store,
    stop: &CancellationToken,
) -> io::Result<()> {
    let (reader, mut writer) = TcpStream::connect(address).await?.into_split();
    let mut reader = BufReader::new(reader);
    writer.write_all(format!("RESUME {}\n", store.last).as_bytes()).await?;
    let mut line = String::new();
    loop {
        line.clear();
        tokio::select! {
            // `cancel` leaves a running attempt alone, so the session has to look.
            () = stop.cancelled() => return Ok(()),
            read = reader.read_line(&mut line) => read?,
        };
        cx.progress();
        // An end in good order is no reason to stop, and half a line is none.
        let message = line.strip_suffix('\n').ok_or(io::ErrorKind::UnexpectedEof)?;
        let Some((number, text)) = message.split_once(' ') else {
            continue;
        };
        // Another protocol is permanent: connecting anew would not change it, and a person has to look.
        let number: usize = number.parse().map_err(io::Error::other)?;
        if number > store.last + 1 {
            // It is asked for what is missing by connecting anew.
            return Err(cx.transient(io::Error::other("a message is missing")));
        }
        if number == store.last + 1 {
            store.process(number, text);
        }
        // One that was processed before is acknowledged once more: the server has not heard of it.
        writer.write_all(format!("ACK {number}\n").as_bytes()).await?;
    }
}

fn say(retry: &Retrying<'_, io::Error>) {
    let (attempt, delay) = (retry.attempt(), retry.delay());
    println!("Worker: attempt {attempt}: {}; the next one in {delay:.0?}", retry.error());
}
