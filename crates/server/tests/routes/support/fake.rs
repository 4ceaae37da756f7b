//! A store that does as it is told, for troubles that a real one cannot be brought into.

use std::sync::Mutex;
use std::time::Duration;

use tracewood_span::TraceId;
use tracewood_store::{Durable, Error, ErrorKind, Health, Store, Stored, Trace, TracePage, TraceQuery};

/// What becomes of batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// They fail in this way.
    Fails(ErrorKind),
    /// They wait for [`Fake::release`].
    Waits,
    /// The store forgets to say.
    Forgotten,
    /// The store panics.
    Panics,
}

/// A store that does as it is told.
pub(crate) struct Fake {
    fate: Fate,
    waiting: Mutex<Vec<Durable>>,
}

impl std::fmt::Debug for Fake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fake").field("fate", &self.fate).finish_non_exhaustive()
    }
}

impl Fake {
    pub(crate) fn new(fate: Fate) -> Self {
        Self { fate, waiting: Mutex::default() }
    }

    /// Says of every batch that waits that it is durable now, and how many these were.
    pub(crate) fn release(&self) -> usize {
        let waiting: Vec<Durable> = std::mem::take(&mut *self.waiting.lock().unwrap());
        let n_waiting = waiting.len();
        for durable in waiting {
            durable(Ok(()));
        }
        n_waiting
    }

    /// How many batches wait.
    pub(crate) fn n_waiting(&self) -> usize {
        self.waiting.lock().unwrap().len()
    }

    fn error(&self) -> Error {
        match self.fate {
            Fate::Fails(kind) => Error::new(kind, "fake", "told to fail with \"a secret\""),
            _ => Error::new(ErrorKind::Unavailable, "fake", "told to fail"),
        }
    }
}

impl tracewood_store::Catalog for Fake {}

impl Store for Fake {
    fn append(&self, _spans: Vec<Stored>, durable: Durable) {
        match self.fate {
            Fate::Fails(_) => durable(Err(self.error())),
            Fate::Waits => self.waiting.lock().unwrap().push(durable),
            Fate::Forgotten => drop(durable),
            Fate::Panics => panic!("told to panic"),
        }
    }

    fn traces(&self, _query: &TraceQuery) -> Result<TracePage, Error> {
        Err(self.error())
    }

    fn trace(&self, _project: &str, _trace_id: TraceId) -> Result<Option<Trace>, Error> {
        Err(self.error())
    }

    fn settle(&self, _timeout: Duration) -> Result<(), Error> {
        Ok(())
    }

    fn health(&self) -> Health {
        assert!(self.fate != Fate::Panics, "told to panic");
        Health {
            is_writable: false,
            n_spans_durable: 0,
            n_spans_searchable: 0,
            wal_bytes: 0,
            trouble: Some("the disk is full".to_owned()),
        }
    }

    fn close(&self) -> Result<(), Error> {
        Ok(())
    }
}
