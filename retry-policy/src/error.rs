//! The error of a policy that isn't valid.

use core::error::Error;
use core::fmt;

use crate::message::{Excerpt, Problem};

/// What is wrong with a policy that was built, or read, at run time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PolicyError {
    /// The option, or nothing.
    field: &'static str,
    problem: Problem,
    /// The word of the text that is wrong, if it is none of ours.
    word: Option<Excerpt>,
}

impl PolicyError {
    pub(crate) const fn new(field: &'static str, problem: Problem) -> PolicyError {
        PolicyError { field, problem, word: None }
    }

    /// At this word of a text.
    pub(crate) fn at(self, word: &str) -> PolicyError {
        PolicyError { word: Some(Excerpt::of(word)), ..self }
    }

    /// The option that is wrong, by the name of its method on [`PolicyBuilder`](crate::PolicyBuilder). It is empty if a text
    /// names no option at all.
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The message without its beginning, for a constant to panic with.
    #[doc(hidden)]
    pub const fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "invalid retry policy: {}", self.problem)?;
        match &self.word {
            Some(word) => write!(formatter, ", not `{word}`"),
            None => Ok(()),
        }
    }
}

/// The message: it is what `main` and `unwrap` show.
impl fmt::Debug for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PolicyError({self})")
    }
}

impl Error for PolicyError {}
