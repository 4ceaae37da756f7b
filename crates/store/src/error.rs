//! What can go wrong in a store, and whether trying again can help.

use std::fmt;

/// What sort of trouble a store is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The disk is full, read-only or failing; later may be better.
    Disk,
    /// A file is not what this version wrote.
    Corrupt,
    /// The directory is in use by another process, or was made by a newer version.
    Unusable,
    /// The question was wrong: a broken cursor, a range that ends before it begins.
    Query,
    /// The store is closed or overloaded; later may be better.
    Unavailable,
}

/// Why a store could not do what it was asked.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    operation: &'static str,
    context: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of a kind, in an operation, with what a reader needs to know.
    pub fn new(kind: ErrorKind, operation: &'static str, context: impl Into<String>) -> Self {
        Self { kind, operation, context: context.into(), source: None }
    }

    /// The store does not know how to answer this.
    pub(crate) fn unanswered(operation: &'static str) -> Self {
        Self::new(ErrorKind::Unavailable, operation, "this store does not answer it")
    }

    /// The same error with the one that caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self.kind, ErrorKind::Disk | ErrorKind::Unavailable)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.context)?;
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
