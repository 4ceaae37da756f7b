//! What is wrong with a filter, and where.

use std::fmt;
use std::ops::Range;

/// What is wrong with a filter, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    at: Range<usize>,
    message: String,
}

impl Error {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }

    /// Where the offending place begins, in bytes of the filter's text.
    pub fn offset(&self) -> usize {
        self.at.start
    }

    /// How many bytes the offending place has; none where something is missing.
    pub fn length(&self) -> usize {
        self.at.len()
    }

    /// What is wrong and what would be right, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {} of the filter)", self.message, self.at.start)
    }
}

impl std::error::Error for Error {}
