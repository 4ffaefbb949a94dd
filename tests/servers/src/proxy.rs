//! A proxy before a server that speaks HTTP. It does to each request what a test wants to happen to it.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::SockRef;

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection is reset, and the server has not seen the request.
    Reset,
    /// The server has done what was asked, and the connection is reset in place of its answer.
    LoseAnswer,
    /// This status and this body come back, and the server has not seen the request.
    Answer(u16, String),
}

type Decide = dyn FnMut(&str) -> Option<Fault> + Send;

/// It ends when this is dropped.
pub struct Proxy {
    pub port: u16,
    is_over: Arc<AtomicBool>,
    accepts: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Before the server on this port of the same machine. The closure is asked about each request, which it gets as text,
    /// headers and all. Without a fault, the request goes on to the server; if that isn't there, a 502 comes back.
    pub fn start(server: u16, decide: impl FnMut(&str) -> Option<Fault> + Send + 'static) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        let port = listener.local_addr().expect("it listens").port();
        let is_over = Arc::new(AtomicBool::new(false));
        let decide: Arc<Mutex<Decide>> = Arc::new(Mutex::new(decide));
        let ends = Arc::clone(&is_over);
        let accepts = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                let decide = Arc::clone(&decide);
                // A caller that has gone away is no fault of the proxy's.
                thread::spawn(move || _ = serve(stream, server, &decide));
            }
        });
        Proxy { port, is_over, accepts: Some(accepts) }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // It waits for a connection.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(accepts) = self.accepts.take() {
            let _ = accepts.join();
        }
    }
}

/// One request for each connection.
fn serve(mut client: TcpStream, server: u16, decide: &Mutex<Decide>) -> io::Result<()> {
    // Whoever connects and says nothing would keep its thread.
    client.set_read_timeout(Some(Duration::from_secs(30)))?;
    let request = read_request(&mut client)?;
    let text = String::from_utf8_lossy(&request);
    let fault = decide.lock().unwrap_or_else(PoisonError::into_inner)(&text);
    match fault {
        None => {
            let unreachable = |_| answer(502, "there is no server");
            let answer = forward(&request, server).unwrap_or_else(unreachable);
            client.write_all(&answer)?;
            client.shutdown(Shutdown::Write)
        }
        Some(Fault::Answer(status, body)) => {
            client.write_all(&answer(status, &body))?;
            client.shutdown(Shutdown::Write)
        }
        Some(Fault::Reset) => reset(client),
        Some(Fault::LoseAnswer) => {
            // Without a server there is no answer to lose.
            let _ = forward(&request, server);
            reset(client)
        }
    }
}

/// Without this a connection ends in good order.
fn reset(client: TcpStream) -> io::Result<()> {
    SockRef::from(&client).set_linger(Some(Duration::ZERO))
}

fn answer(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Fault\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

/// The server's whole answer.
fn forward(request: &[u8], server: u16) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", server))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    // The end of the connection is that of the answer, if the server is asked for that.
    let end = head(request).ok_or(io::ErrorKind::InvalidData)?;
    let (lines, body) = request.split_at(end);
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let is_connection = line.to_ascii_lowercase().starts_with(b"connection:");
        if line == b"\r\n" {
            stream.write_all(b"connection: close\r\n\r\n")?;
        } else if !is_connection {
            stream.write_all(line)?;
        }
    }
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    if answer.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(answer) }
}

fn read_request(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut request = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        if let Some(end) = head(&request)
            && request.len() >= end + content_length(&request[..end])
        {
            return Ok(request);
        }
        let read = client.read(&mut buffer)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        request.extend_from_slice(&buffer[..read]);
    }
}

/// Where the headers end.
fn head(request: &[u8]) -> Option<usize> {
    request.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    length.and_then(|length| length.trim().parse().ok()).unwrap_or(0)
}
