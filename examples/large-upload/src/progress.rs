//! How far an upload is.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use reattempt::{Event, EventKind, Observer};

use crate::store::Part;

/// Where it is shown.
#[derive(Debug, Clone)]
pub enum Show {
    /// On a terminal.
    Bars(MultiProgress),
    /// In a file, or in another program.
    Lines,
    /// Nowhere.
    Nothing,
}

impl Show {
    /// Bars if there is a terminal, else lines.
    pub fn here() -> Show {
        let bars = MultiProgress::new();
        if bars.is_hidden() { Show::Lines } else { Show::Bars(bars) }
    }
}

/// It counts the bytes that the store has confirmed. So a part that is sent again never takes it back, nor past the end.
#[derive(Debug)]
pub struct Progress {
    name: String,
    length: u64,
    bar: ProgressBar,
    has_lines: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    confirmed: BTreeSet<u32>,
    bytes: u64,
    counts: Counts,
    positions: Vec<u64>,
}

/// What it took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Attempts to send a part.
    pub parts: u64,
    /// What these had in them.
    pub bytes: u64,
    /// Attempts of all requests that were not the first.
    pub retries: u64,
}

impl Progress {
    /// Of a file of this name and length.
    pub fn new(name: &str, length: u64, show: &Show) -> Progress {
        let bar = match show {
            Show::Bars(bars) => bars.add(ProgressBar::new(length)),
            Show::Lines | Show::Nothing => ProgressBar::hidden(),
        };
        let style = "{prefix:12} {bar:20} {bytes:>10} of {total_bytes:10} {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_owned());
        let has_lines = matches!(show, Show::Lines);
        Progress { name: name.to_owned(), length, bar, has_lines, state: Mutex::default() }
    }

    /// An attempt begins to send a part.
    pub fn sending(&self, bytes: usize) {
        let mut state = self.state();
        state.counts.parts += 1;
        state.counts.bytes += bytes as u64;
    }

    /// The store has this part. It may have said so before.
    pub fn confirmed(&self, part: &Part) {
        let mut state = self.state();
        if state.confirmed.insert(part.number) {
            state.bytes += part.size;
            self.bar.set_position(state.bytes);
            state.positions.push(self.bar.position());
            self.bar.set_message("");
        }
    }

    /// The object is there.
    pub fn done(&self) {
        let mut state = self.state();
        if state.confirmed.is_empty() {
            // It was there before.
            state.bytes = self.length;
            self.bar.set_position(self.length);
        }
        // Before it is finished, which takes it to the end wherever it is.
        state.positions.push(self.bar.position());
        drop(state);
        self.bar.finish_with_message("stored");
        self.say("stored");
    }

    /// It is not there. How far it got can still be seen.
    pub fn failed(&self) {
        self.bar.abandon_with_message("not stored");
        self.say("not stored");
    }

    /// Where the bar was after each step.
    pub fn positions(&self) -> Vec<u64> {
        self.state().positions.clone()
    }

    /// How many parts the store has confirmed.
    pub fn confirmed_parts(&self) -> usize {
        self.state().confirmed.len()
    }

    /// So far.
    pub fn counts(&self) -> Counts {
        self.state().counts
    }

    fn say(&self, what: &str) {
        if self.has_lines {
            let bytes = self.state().bytes;
            println!("{}: {bytes} of {} bytes, {what}", self.name, self.length);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Progress {
    fn event(&self, event: &Event<'_>) {
        if let (EventKind::Retrying, Some(error)) = (event.kind(), event.error()) {
            self.state().counts.retries += 1;
            let function = event.operation().rsplit("::").next().unwrap_or_default();
            // The innermost cause stands last.
            let error = error.to_string();
            let cause = error.rsplit(": ").next().unwrap_or_default();
            let message = format!("{function} again: {cause}");
            self.say(&message);
            self.bar.set_message(message);
        }
    }
}
