//! A server of messages, on a loopback port: a client says which message it has, gets those after it, and acknowledges them.
//! The server hangs up, is killed, comes back, and goes silent, as it is told.
//!
//! ```text
//! client: RESUME 2
//! server: 3 the third message
//! client: ACK 3
//! server: PING
//! ```

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The connection is reset.
    Reset,
    /// The connection is closed in good order.
    HangsUp,
    /// It breaks in the middle of a line.
    HalfALine,
    /// Nothing comes any more, and the connection stays.
    Silence,
    /// A message is left out, and the next one comes.
    Gap,
    /// It does not end.
    Never,
}

/// What a session is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session {
    /// So many messages, or pings where there are none, and then the end.
    pub(crate) lines: u32,
    pub(crate) end: End,
}

/// One that goes on for as long as the server.
pub(crate) const HEALTHY: Session = Session { lines: u32::MAX, end: End::Never };

/// What a server that is killed leaves behind, as a database would.
#[derive(Debug, Clone)]
pub(crate) struct Messages {
    texts: Arc<Mutex<Vec<String>>>,
    acknowledged: Arc<watch::Sender<usize>>,
    pace: Duration,
}

impl Messages {
    /// One line is sent in so much time.
    pub(crate) fn new(pace: Duration) -> Messages {
        let acknowledged = Arc::new(watch::Sender::new(0));
        Messages { texts: Arc::default(), acknowledged, pace }
    }

    pub(crate) fn add(&self, texts: impl IntoIterator<Item = String>) {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).extend(texts);
    }

    /// The messages are counted from 1.
    fn get(&self, number: usize) -> Option<String> {
        let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        texts.get(number.checked_sub(1)?).cloned()
    }

    /// How many messages the client has acknowledged.
    pub(crate) fn acknowledged(&self) -> watch::Receiver<usize> {
        self.acknowledged.subscribe()
    }
}

/// It is killed when this is dropped: its connections are reset, and others are refused.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Server {
    /// Starts at an address, with a port of 0 for any. The sessions are of these kinds, one after the other, and then healthy.
    pub(crate) fn start(
        address: SocketAddr,
        messages: &Messages,
        sessions: &[Session],
    ) -> io::Result<Server> {
        let socket = TcpSocket::new_v4()?;
        // Its predecessor's connections may still be known to the system.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let listener = socket.listen(16)?;
        let address = listener.local_addr()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, messages.clone(), sessions.to_vec()));
        Ok(Server { address, _tasks: tasks })
    }
}

async fn accept(listener: TcpListener, messages: Messages, sessions: Vec<Session>) {
    let mut sessions = sessions.into_iter();
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let session = sessions.next().unwrap_or(HEALTHY);
        let messages = messages.clone();
        connections.spawn(async move {
            let _ = serve(stream, &messages, session).await;
        });
    }
}

async fn serve(stream: TcpStream, messages: &Messages, session: Session) -> io::Result<()> {
    // Whenever this is dropped, the client sees a reset, unless the connection was closed in good order before.
    stream.set_zero_linger()?;
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let resume = lines.next_line().await?.unwrap_or_default();
    let last = resume.strip_prefix("RESUME ").and_then(|last| last.parse::<usize>().ok());
    let last = last.ok_or(io::ErrorKind::InvalidData)?;
    println!("   Server: connected, goes on after message {last}");
    let acknowledgements = async {
        while let Some(line) = lines.next_line().await? {
            let number = line.strip_prefix("ACK ").and_then(|number| number.parse::<usize>().ok());
            let number = number.ok_or(io::ErrorKind::InvalidData)?;
            messages.acknowledged.send_if_modified(|acknowledged| {
                let is_new = number > *acknowledged;
                *acknowledged = number.max(*acknowledged);
                is_new
            });
        }
        Ok(())
    };
    tokio::select! {
        outcome = send(&mut writer, messages, last, session) => outcome,
        outcome = acknowledgements => outcome,
    }
}

async fn send(
    writer: &mut OwnedWriteHalf,
    messages: &Messages,
    last: usize,
    session: Session,
) -> io::Result<()> {
    let mut number = last + 1;
    for _ in 0..session.lines {
        tokio::time::sleep(messages.pace).await;
        match messages.get(number) {
            Some(text) => {
                writer.write_all(format!("{number} {text}\n").as_bytes()).await?;
                number += 1;
            }
            None => writer.write_all(b"PING\n").await?,
        }
    }
    println!("   Server: {:?}", session.end);
    match session.end {
        End::Reset => return Ok(()),
        End::HangsUp => writer.shutdown().await?,
        // The number alone would be another message.
        End::HalfALine => {
            writer.write_all(number.to_string().as_bytes()).await?;
            writer.shutdown().await?;
        }
        End::Gap => writer.write_all(format!("{} after a gap\n", number + 1).as_bytes()).await?,
        End::Silence | End::Never => {}
    }
    // The client is the one to close it now.
    std::future::pending().await
}
