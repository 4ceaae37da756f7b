//! Keys: who may bring spans, read them, or see how the server does, and in which project.

use std::fmt;

use crate::Error;

/// What a key allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// To bring spans.
    Ingest,
    /// To read the spans of its project.
    Read,
    /// To read the numbers of the whole server, which count the spans of all projects together.
    Metrics,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Ingest, Self::Read, Self::Metrics];

    /// The word that stands for the scope.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Read => "read",
            Self::Metrics => "metrics",
        }
    }

    /// The scope that a word of [`as_str`](Self::as_str) stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A key as it is kept, which is all but its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The part of the key's text that may be shown, and by which it is revoked.
    pub id: String,
    /// The one project that it opens.
    pub project: String,
    /// What it allows, each once and in order.
    pub scopes: Vec<Scope>,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// When it was made, in nanoseconds since the Unix epoch.
    pub created_at_unix_nanos: u64,
    /// Since when it opens nothing any more, in nanoseconds since the Unix epoch.
    pub revoked_at_unix_nanos: Option<u64>,
}

impl Key {
    /// Whether it allows something now.
    pub fn allows(&self, scope: Scope) -> bool {
        self.revoked_at_unix_nanos.is_none() && self.scopes.contains(&scope)
    }
}

/// A place that knows keys.
pub trait Keys: Send + Sync + fmt::Debug {
    /// The key that a text is, unless it was revoked or never was one.
    ///
    /// Takes no longer for a text that is nearly a key than for one that is none.
    fn find(&self, text: &str) -> Result<Option<Key>, Error>;

    /// Whether a key was ever made here, revoked ones included.
    fn has_any(&self) -> Result<bool, Error>;
}
