//! Keys: who may bring spans, read them, or see how the server does, and in which project.

use std::fmt;

use crate::{Error, ErrorKind};

/// What a key allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// To bring spans.
    Ingest,
    /// To read the spans of its project.
    Read,
    /// To read the numbers of the whole server, which count the spans of all projects together.
    Metrics,
    /// To change how its project is kept: keys, prices, retention.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 4] = [Self::Ingest, Self::Read, Self::Metrics, Self::Admin];

    /// The word that stands for the scope.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Read => "read",
            Self::Metrics => "metrics",
            Self::Admin => "admin",
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

/// A key that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The key.
    pub key: Key,
    /// Its text, which is nowhere else and cannot be had again.
    pub text: String,
}

/// A place that knows keys.
pub trait Keys: Send + Sync + fmt::Debug {
    /// The key that a text is, unless it was revoked or never was one.
    ///
    /// Takes no longer for a text that is nearly a key than for one that is none.
    fn find(&self, text: &str) -> Result<Option<Key>, Error>;

    /// Whether a key was ever made here, revoked ones included.
    fn has_any(&self) -> Result<bool, Error>;

    /// The keys of a project, revoked ones included, the oldest first.
    fn of_project(&self, project: &str) -> Result<Vec<Key>, Error>;

    /// Makes a key for a project.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Query`] if a name cannot be used or no scope is given.
    fn make(&self, project: &str, scopes: &[Scope], name: &str) -> Result<NewKey, Error>;

    /// Revokes a key of a project by its id; `false` if the project has none of that id that still opens something.
    fn revoke_in(&self, project: &str, id: &str) -> Result<bool, Error>;
}

/// The longest id of a project: what fits into a line of a list.
const PROJECT_BYTES_MAX: usize = 64;

/// A project's id is part of URLs and file names.
pub(crate) fn check_project(operation: &'static str, id: &str) -> Result<(), Error> {
    let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    let starts_well = id.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if starts_well && id.len() <= PROJECT_BYTES_MAX && id.bytes().all(is_fine) {
        return Ok(());
    }
    let context = format!(
        "'{}' cannot be a project; use up to {PROJECT_BYTES_MAX} of a-z, 0-9, '-', '_' and '.', such as 'default'",
        id.escape_debug()
    );
    Err(Error::new(ErrorKind::Query, operation, context))
}
