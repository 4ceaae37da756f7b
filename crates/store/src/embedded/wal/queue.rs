//! Batches that wait for the disk, bounded by their bytes.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::record::Record;
use crate::embedded::fail::lock;
use crate::{Durable, Error, ErrorKind};

/// A batch that waits for the disk.
pub(crate) struct Pending {
    pub(crate) records: Vec<Record>,
    pub(crate) n_spans: u64,
    pub(crate) durable: Durable,
}

impl Pending {
    pub(crate) fn n_bytes(&self) -> usize {
        self.records.iter().map(Record::n_bytes).sum()
    }
}

/// What the writer finds when it looks for work.
pub(crate) enum Taken {
    /// Everything that waited.
    Group(Vec<Pending>),
    /// Nothing came in the time given.
    Nothing,
    /// Nothing is left and nothing will come.
    Closed,
}

#[derive(Default)]
struct State {
    waiting: Vec<Pending>,
    /// Bytes of the batches that wait and of those that are being written.
    n_bytes: usize,
    is_closed: bool,
}

/// Batches on their way to the disk.
pub(crate) struct Queue {
    n_bytes_max: usize,
    state: Mutex<State>,
    changed: Condvar,
}

impl Queue {
    pub(crate) fn new(n_bytes_max: usize) -> Self {
        Self { n_bytes_max, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Why the queue would not take a batch now, before anybody pays for encoding one.
    pub(crate) fn refusal(&self) -> Option<Error> {
        let state = lock(&self.state);
        self.refusal_of(&state, 0)
    }

    /// Takes a batch, or gives it back with the reason.
    pub(crate) fn push(&self, batch: Pending) -> Result<(), (Pending, Error)> {
        let n_bytes = batch.n_bytes();
        let mut state = lock(&self.state);
        if let Some(error) = self.refusal_of(&state, n_bytes) {
            return Err((batch, error));
        }
        state.n_bytes += n_bytes;
        state.waiting.push(batch);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Waits for batches and takes all there are. Those of the group before count as written.
    pub(crate) fn take(&self, n_bytes_done: usize, timeout: Duration) -> Taken {
        let mut state = lock(&self.state);
        state.n_bytes -= n_bytes_done.min(state.n_bytes);
        let wait =
            self.changed.wait_timeout_while(state, timeout, |state| state.waiting.is_empty() && !state.is_closed);
        let (mut state, _) = wait.unwrap_or_else(PoisonError::into_inner);
        if !state.waiting.is_empty() {
            Taken::Group(std::mem::take(&mut state.waiting))
        } else if state.is_closed {
            Taken::Closed
        } else {
            Taken::Nothing
        }
    }

    /// Takes nothing more; what waits is still written.
    pub(crate) fn close(&self) {
        lock(&self.state).is_closed = true;
        self.changed.notify_all();
    }

    fn refusal_of(&self, state: &State, n_bytes: usize) -> Option<Error> {
        let refuse = |why: String| Some(Error::new(ErrorKind::Unavailable, "append spans", why));
        if state.is_closed {
            refuse("the store is closed".to_owned())
        } else if state.n_bytes > 0 && state.n_bytes + n_bytes > self.n_bytes_max {
            // A batch larger than the bound passes when it is alone, else it could never pass.
            refuse(format!("{} bytes wait for the disk already; try again later", state.n_bytes))
        } else {
            None
        }
    }
}
