//! Log lines, each sort of them at most once in a while.

use std::time::{Duration, Instant};

use crate::{Level, LogSink};

/// How long a line of the same sort is held back; a dead server would otherwise fill the log.
const PAUSE: Duration = Duration::from_mins(1);

/// The log of one thread.
pub(crate) struct Log {
    sink: Option<LogSink>,
    name: String,
    said: Vec<(&'static str, Instant)>,
}

impl Log {
    pub(crate) fn new(sink: Option<LogSink>, name: String) -> Self {
        Self { sink, name, said: Vec::new() }
    }

    /// Says something, unless something of the same sort was ever said.
    pub(crate) fn say_once(&mut self, level: Level, sort: &'static str, message: impl FnOnce() -> String) {
        if !self.said.iter().any(|(said, _)| *said == sort) {
            self.say(level, sort, message);
        }
    }

    /// Says something, unless something of the same sort was said a short while ago.
    pub(crate) fn say(&mut self, level: Level, sort: &'static str, message: impl FnOnce() -> String) {
        let Some(sink) = &self.sink else { return };
        let now = Instant::now();
        match self.said.iter_mut().find(|(said, _)| *said == sort) {
            Some((_, at)) if now.duration_since(*at) < PAUSE => return,
            Some((_, at)) => *at = now,
            None => self.said.push((sort, now)),
        }
        sink(level, &format!("{}: {}", self.name, message()));
    }
}
