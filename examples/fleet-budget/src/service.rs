//! The service that all processes call. It counts what it gets, so that the figures are those of somebody who can't be told
//! anything.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

/// What the service has got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// First attempts.
    pub calls: u32,
    /// Attempts after the first.
    pub retries: u32,
    /// Attempts that were answered well.
    pub successes: u32,
}

impl Counts {
    /// What came since then.
    pub(crate) fn since(self, earlier: Counts) -> Counts {
        Counts {
            calls: self.calls - earlier.calls,
            retries: self.retries - earlier.retries,
            successes: self.successes - earlier.successes,
        }
    }
}

#[derive(Debug, Default)]
struct State {
    works: AtomicBool,
    calls: AtomicU32,
    retries: AtomicU32,
    successes: AtomicU32,
}

#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) address: String,
    state: Arc<State>,
}

impl Service {
    /// It ends with the program.
    pub(crate) fn start() -> io::Result<Service> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            // What a caller has broken off is not counted.
            listener.incoming().flatten().for_each(|stream| _ = shared.answer(stream));
        });
        Ok(Service { address, state })
    }

    pub(crate) fn set_works(&self, works: bool) {
        self.state.works.store(works, Ordering::SeqCst);
    }

    pub(crate) fn counts(&self) -> Counts {
        // The retries first: a success counts here before anything can be paid from it.
        let retries = self.state.retries.load(Ordering::SeqCst);
        Counts {
            calls: self.state.calls.load(Ordering::SeqCst),
            retries,
            successes: self.state.successes.load(Ordering::SeqCst),
        }
    }
}

impl State {
    fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        // A process that was stopped between its connection and its byte would stop all others.
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        let mut attempt = [0];
        stream.read_exact(&mut attempt)?;
        let count = if attempt == [1] { &self.calls } else { &self.retries };
        count.fetch_add(1, Ordering::SeqCst);
        if !self.works.load(Ordering::SeqCst) {
            return stream.write_all(b"-");
        }
        self.successes.fetch_add(1, Ordering::SeqCst);
        stream.write_all(b"+")
    }
}
