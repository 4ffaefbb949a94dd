//! What an error says about another attempt.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::time::Duration;

/// What an error says about another attempt: whether it is worth it, how long to wait for it at
/// least, and whether the failed one is known to have done nothing.
///
/// ```
/// use core::time::Duration;
/// use reattempt::{Retryability, RetryKind};
///
/// let answer = Retryability::throttled().after(Duration::from_secs(2)).not_applied();
/// assert_eq!(answer.kind(), RetryKind::Throttled);
/// assert!(answer.is_retryable());
/// ```
#[derive(Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each is said by itself")]
pub struct Retryability {
    kind: RetryKind,
    not_applied: bool,
    immediately: bool,
    uncounted: bool,
    conflict: bool,
    retry_after: Option<Duration>,
    /// What found this out, if it was this crate. It is for the logs, and doesn't count in comparisons.
    classified_by: Option<&'static ClassifiedBy>,
}

/// What decided whether an error is worth another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClassifiedBy {
    /// An error of this type in the chain.
    #[cfg_attr(
        not(feature = "std"),
        allow(dead_code, reason = "without features no type is known")
    )]
    Type(&'static str),
    /// These words of a message.
    Words(&'static str),
    /// A script of a test, or of a rehearsal.
    #[cfg(feature = "faults")]
    Script,
    /// Nothing: no type and no words are known.
    Nothing,
}

impl fmt::Display for ClassifiedBy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClassifiedBy::Type(name) => formatter.write_str(name),
            ClassifiedBy::Words(words) => write!(formatter, "\"{words}\""),
            #[cfg(feature = "faults")]
            ClassifiedBy::Script => formatter.write_str("a script"),
            ClassifiedBy::Nothing => formatter.write_str("nothing"),
        }
    }
}

/// The kind of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryKind {
    /// The same call would fail again: bad input, no permission, not found.
    Permanent,
    /// The same call may well succeed: a lost connection, a restarting server.
    Transient,
    /// Transient, because there was too much load: worth a longer wait.
    Throttled,
    /// The caller no longer wants it. Never retried.
    Cancelled,
}

impl Retryability {
    /// The same call would fail again.
    pub const fn permanent() -> Retryability {
        Retryability::new(RetryKind::Permanent)
    }

    /// The same call may well succeed.
    pub const fn transient() -> Retryability {
        Retryability::new(RetryKind::Transient)
    }

    /// There was too much load: worth another attempt after a longer wait.
    pub const fn throttled() -> Retryability {
        Retryability::new(RetryKind::Throttled)
    }

    /// The caller no longer wants it.
    pub const fn cancelled() -> Retryability {
        Retryability::new(RetryKind::Cancelled)
    }

    pub(crate) const fn new(kind: RetryKind) -> Retryability {
        Retryability {
            kind,
            not_applied: false,
            immediately: false,
            uncounted: false,
            conflict: false,
            retry_after: None,
            classified_by: None,
        }
    }

    /// With a wait that the server asked for, such as HTTP's `Retry-After`. The next attempt never
    /// begins earlier; where it is longer than the policy allows, there is none.
    pub const fn after(mut self, wait: Duration) -> Retryability {
        self.retry_after = Some(wait);
        self
    }

    /// With the knowledge that the failed attempt has changed nothing: the connection was refused,
    /// the transaction was rolled back. Not to be said of a time-out.
    pub const fn not_applied(mut self) -> Retryability {
        self.not_applied = true;
        self
    }

    /// With no delay of ours before the attempt that follows: the token was stale and is a new one now, or the
    /// answer named the leader to ask. A delay that the server asked for is waited all the same. The next delay
    /// after it is the first of the backoff again.
    ///
    /// ```
    /// use reattempt::{Retryability, Retryable, retry};
    ///
    /// #[derive(Debug)]
    /// struct NotTheLeader;
    ///
    /// impl Retryable for NotTheLeader {
    ///     fn retryability(&self) -> Retryability {
    ///         Retryability::transient().immediately()
    ///     }
    /// }
    ///
    /// #[retry(max_attempts = 3)]
    /// fn write() -> Result<(), NotTheLeader> {
    ///     Err(NotTheLeader)
    /// }
    /// # let begun = std::time::Instant::now();
    /// # assert!(write().is_err());
    /// # assert!(begun.elapsed() < std::time::Duration::from_millis(90));
    /// ```
    pub const fn immediately(mut self) -> Retryability {
        self.immediately = true;
        self
    }

    /// Without using up one of the call's attempts. What bounds the call then is its time limit, `max_elapsed` or
    /// `deadline`; without one, a hundred of these are the most, unless the policy has no limit of attempts either.
    pub const fn uncounted(mut self) -> Retryability {
        self.uncounted = true;
        self
    }

    /// Because another call was at work on the same thing: a deadlock, a version that has changed in the meantime. It is no
    /// sign that the server is overloaded, so a [`Brake`](crate::Brake) leaves it aside.
    pub const fn conflict(mut self) -> Retryability {
        self.conflict = true;
        self
    }

    /// Without that knowledge: what made the error may have tried more than once.
    #[allow(dead_code, reason = "some crates do")]
    pub(crate) const fn forget_not_applied(mut self) -> Retryability {
        self.not_applied = false;
        self
    }

    /// The kind of failure.
    pub const fn kind(self) -> RetryKind {
        self.kind
    }

    /// Whether another attempt is worth it: transient or throttled.
    pub const fn is_retryable(self) -> bool {
        matches!(self.kind, RetryKind::Transient | RetryKind::Throttled)
    }

    /// The wait that the server asked for.
    pub const fn retry_after(self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether it is known that the failed attempt has changed nothing. `false` is "not known".
    pub const fn is_not_applied(self) -> bool {
        self.not_applied
    }

    /// Whether no delay of ours comes before the attempt that follows.
    pub const fn is_immediate(self) -> bool {
        self.immediately
    }

    /// Whether it uses up none of the call's attempts.
    pub const fn is_uncounted(self) -> bool {
        self.uncounted
    }

    /// Whether another call was at work on the same thing.
    pub const fn is_conflict(self) -> bool {
        self.conflict
    }

    /// Nothing is known about the error, which counts as permanent.
    pub(crate) const fn unclassified() -> Retryability {
        Retryability::permanent().by(&ClassifiedBy::Nothing)
    }

    /// Found out by this.
    pub(crate) const fn by(mut self, classified_by: &'static ClassifiedBy) -> Retryability {
        self.classified_by = Some(classified_by);
        self
    }

    /// What found this out, if it was this crate.
    pub(crate) fn classified_by(self) -> Option<ClassifiedBy> {
        self.classified_by.copied().filter(|by| *by != ClassifiedBy::Nothing)
    }

    pub(crate) fn is_unclassified(self) -> bool {
        matches!(self.classified_by, Some(ClassifiedBy::Nothing))
    }

    /// What counts in comparisons.
    fn key(self) -> (RetryKind, [bool; 4], Option<Duration>) {
        let said = [self.not_applied, self.immediately, self.uncounted, self.conflict];
        (self.kind, said, self.retry_after)
    }
}

impl PartialEq for Retryability {
    fn eq(&self, other: &Retryability) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Retryability {}

impl Hash for Retryability {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

#[allow(clippy::missing_fields_in_debug, reason = "what it goes by is no part of the answer")]
impl fmt::Debug for Retryability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Retryability");
        shown.field("kind", &self.kind).field("not_applied", &self.not_applied);
        for (name, is_set) in [
            ("immediately", self.immediately),
            ("uncounted", self.uncounted),
            ("conflict", self.conflict),
        ] {
            if is_set {
                shown.field(name, &true);
            }
        }
        shown.field("retry_after", &self.retry_after).finish()
    }
}

/// `true` is transient, `false` permanent.
impl From<bool> for Retryability {
    fn from(retryable: bool) -> Retryability {
        if retryable { Retryability::transient() } else { Retryability::permanent() }
    }
}
