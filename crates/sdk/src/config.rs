//! What a recorder is made with.

use std::fmt;
use std::sync::Arc;

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Of interest when looking for a fault.
    Debug,
    /// Good to know.
    Info,
    /// Something is lost or will not work.
    Warning,
}

/// Where log lines go; called on Tracewood's own threads, rarely, and must not wait for long.
pub type LogSink = Arc<dyn Fn(Level, &str) + Send + Sync>;

/// What a recorder is made with.
#[derive(Clone, Default)]
pub struct Config {
    /// Where log lines go; nowhere if absent.
    pub log: Option<LogSink>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("log", &self.log.is_some()).finish()
    }
}
