//! How loud the events of a call are.

use core::fmt;

/// The level of an event, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogLevel {
    /// It is not logged. Observers are told all the same.
    Off,
    /// As `tracing::Level::TRACE`.
    Trace,
    /// As `tracing::Level::DEBUG`.
    Debug,
    /// As `tracing::Level::INFO`.
    Info,
    /// As `tracing::Level::WARN`.
    Warn,
    /// As `tracing::Level::ERROR`.
    Error,
}

/// The levels, as they are written.
pub const LOG_LEVELS: &[(&str, LogLevel)] = &[
    ("off", LogLevel::Off),
    ("trace", LogLevel::Trace),
    ("debug", LogLevel::Debug),
    ("info", LogLevel::Info),
    ("warn", LogLevel::Warn),
    ("error", LogLevel::Error),
];

impl LogLevel {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            LogLevel::Off => "off",
            LogLevel::Trace => "trace",
            LogLevel::Debug => "debug",
            LogLevel::Info => "info",
            LogLevel::Warn => "warn",
            LogLevel::Error => "error",
        }
    }

    /// The next level that is less loud. What is off stays off, and what is on stays on.
    #[must_use]
    pub const fn lower(self) -> LogLevel {
        match self {
            LogLevel::Off => LogLevel::Off,
            LogLevel::Trace | LogLevel::Debug => LogLevel::Trace,
            LogLevel::Info => LogLevel::Debug,
            LogLevel::Warn => LogLevel::Info,
            LogLevel::Error => LogLevel::Warn,
        }
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How loud the events of a call are: by default a retry is a warning, a success after one is information, and
/// giving up is an error.
///
/// An error that is permanent at the first attempt is logged at `DEBUG`, unless giving up is off: the caller gets
/// it, and nothing was retried. So is a call whose retries are switched off.
///
/// ```
/// use reattempt::{Log, LogLevel, Policy};
///
/// // Conflicts are ordinary: the first three retries are quieter than the later ones.
/// let log = Log::DEFAULT.retry(LogLevel::Info).after(3).give_up(LogLevel::Warn);
/// let policy = Policy::builder().log(log).build().unwrap();
/// assert_eq!(policy.to_string(), "log=retry:info,give_up:warn,after:3");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Log {
    retry: LogLevel,
    recovered: LogLevel,
    give_up: LogLevel,
    after: u32,
}

impl Log {
    /// `WARN`, `INFO` and `ERROR`.
    pub const DEFAULT: Log = Log {
        retry: LogLevel::Warn,
        recovered: LogLevel::Info,
        give_up: LogLevel::Error,
        after: 0,
    };

    /// Nothing is logged.
    pub const OFF: Log = Log::all(LogLevel::Off);

    /// All of them at this level.
    pub const fn all(level: LogLevel) -> Log {
        Log { retry: level, recovered: level, give_up: level, after: 0 }
    }

    /// The level of a failed attempt that another one follows. `WARN` by default.
    pub const fn retry(self, level: LogLevel) -> Log {
        Log { retry: level, ..self }
    }

    /// The level of a success after a retry. `INFO` by default.
    pub const fn recovered(self, level: LogLevel) -> Log {
        Log { recovered: level, ..self }
    }

    /// The level of a call that is given up after it was worth another attempt. `ERROR` by default.
    pub const fn give_up(self, level: LogLevel) -> Log {
        Log { give_up: level, ..self }
    }

    /// The first so many retries of a call are one level less loud. 0 by default.
    pub const fn after(self, retries: u32) -> Log {
        Log { after: retries, ..self }
    }

    /// The level of a retry, counted from 1.
    #[doc(hidden)]
    pub const fn of_retry(self, retry: u32) -> LogLevel {
        if retry <= self.after { self.retry.lower() } else { self.retry }
    }

    #[doc(hidden)]
    pub const fn base_of_retry(self) -> LogLevel {
        self.retry
    }

    #[doc(hidden)]
    pub const fn retries_before(self) -> u32 {
        self.after
    }

    #[doc(hidden)]
    pub const fn of_recovery(self) -> LogLevel {
        self.recovered
    }

    #[doc(hidden)]
    pub const fn of_giving_up(self) -> LogLevel {
        self.give_up
    }

    const fn levels(self) -> [(&'static str, LogLevel, LogLevel); 3] {
        let default = Log::DEFAULT;
        [
            ("retry:", self.retry, default.retry),
            ("recovered:", self.recovered, default.recovered),
            ("give_up:", self.give_up, default.give_up),
        ]
    }
}

impl Default for Log {
    fn default() -> Log {
        Log::DEFAULT
    }
}

/// `debug`, or those that differ from the default, `retry:debug,after:3`; the default itself in full.
impl fmt::Display for Log {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Log::all(self.retry) {
            return formatter.write_str(self.retry.as_str());
        }
        let in_full = *self == Log::DEFAULT;
        let mut separator = "";
        for (name, level, default) in self.levels() {
            if level != default || in_full {
                write!(formatter, "{separator}{name}{level}")?;
                separator = ",";
            }
        }
        if self.after > 0 {
            write!(formatter, "{separator}after:{}", self.after)?;
        }
        Ok(())
    }
}
