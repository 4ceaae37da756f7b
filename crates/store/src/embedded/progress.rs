//! How far the log and the index have come: what the threads of a store tell each other and their readers.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::fail::lock;
use super::index::Indexer;
use super::wal::Position;
use crate::{Error, ErrorKind, Health};

#[derive(Debug, Default)]
struct State {
    /// Bytes of each segment of the log that count.
    segments: BTreeMap<u64, u64>,
    /// Behind the last record that survives a power loss.
    durable: Position,
    /// Behind the last record that can be found.
    searchable: Position,
    n_spans_durable: u64,
    n_spans_searchable: u64,
    /// How many callers wait for the index to catch up.
    n_settling: usize,
    /// How many tasks wait for the index thread.
    n_tasks: usize,
    is_log_closed: bool,
    /// When the index must have come to rest; set by closing.
    closing_by: Option<Instant>,
    is_index_closed: bool,
    disk_trouble: Option<String>,
    index_trouble: Option<String>,
    damage: Option<String>,
}

impl State {
    fn backlog_bytes(&self) -> u64 {
        let whole: u64 = self.segments.range(self.searchable.segment..).map(|(_, n_bytes)| n_bytes).sum();
        let done =
            self.segments.get(&self.searchable.segment).map_or(0, |n_bytes| self.searchable.offset.min(*n_bytes));
        whole - done
    }
}

/// Something to be done by the index thread between two rounds of commits.
pub(crate) type Task = Box<dyn FnOnce(&mut Indexer) + Send>;

#[derive(Default)]
struct Tasks(Mutex<Vec<Task>>);

impl std::fmt::Debug for Tasks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Tasks").field(&lock(&self.0).len()).finish()
    }
}

/// What the index writer finds when it looks for work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Work {
    /// Behind the last record that may be read.
    pub(crate) durable: Position,
    /// Whether somebody waits for the index to catch up.
    pub(crate) is_settling: bool,
    /// Whether somebody has a task for the index thread.
    pub(crate) has_tasks: bool,
    /// When the index must have come to rest.
    pub(crate) closing_by: Option<Instant>,
    /// Whether nothing more will become durable.
    pub(crate) is_log_closed: bool,
}

/// How far the log and the index have come.
#[derive(Debug)]
pub(crate) struct Progress {
    state: Mutex<State>,
    changed: Condvar,
    tasks: Tasks,
}

impl Progress {
    pub(crate) fn new(
        segments: BTreeMap<u64, u64>,
        durable: Position,
        searchable: Position,
        damage: Option<String>,
    ) -> Self {
        let state = State { segments, durable, searchable, damage, ..State::default() };
        Self { state: Mutex::new(state), changed: Condvar::new(), tasks: Tasks::default() }
    }

    pub(crate) fn advance_durable(&self, end: Position, n_spans: u64) {
        let mut state = lock(&self.state);
        state.durable = end;
        state.segments.insert(end.segment, end.offset);
        state.n_spans_durable += n_spans;
        state.disk_trouble = None;
        drop(state);
        self.changed.notify_all();
    }

    /// Notes that everything up to a position can be found, and takes the segments before it off the books; they are
    /// returned to be deleted.
    pub(crate) fn advance_searchable(&self, end: Position, n_spans: u64) -> Vec<u64> {
        let mut state = lock(&self.state);
        state.searchable = state.searchable.max(end);
        state.n_spans_searchable += n_spans;
        state.index_trouble = None;
        let kept = state.segments.split_off(&end.segment);
        let done = std::mem::replace(&mut state.segments, kept);
        drop(state);
        self.changed.notify_all();
        done.into_keys().collect()
    }

    /// Bytes of the log that are not in the index yet.
    pub(crate) fn backlog_bytes(&self) -> u64 {
        lock(&self.state).backlog_bytes()
    }

    /// The next segment that there is, at `number` or behind it, and how many bytes of it count.
    pub(crate) fn segment_at_or_after(&self, number: u64) -> Option<(u64, u64)> {
        lock(&self.state).segments.range(number..).next().map(|(number, n_bytes)| (*number, *n_bytes))
    }

    /// Waits until there is something to index behind `read`, somebody wants a commit, or the time is over.
    pub(crate) fn wait_for_work(&self, read: Position, has_uncommitted: bool, timeout: Duration) -> Work {
        let state = lock(&self.state);
        let is_idle = |state: &mut State| {
            let wants_commit = state.n_settling > 0 || state.closing_by.is_some();
            let is_closing_now = state.closing_by.is_some() && state.is_log_closed;
            state.durable <= read && !(has_uncommitted && wants_commit) && !is_closing_now && state.n_tasks == 0
        };
        let (state, _) =
            self.changed.wait_timeout_while(state, timeout, is_idle).unwrap_or_else(PoisonError::into_inner);
        Work {
            durable: state.durable,
            is_settling: state.n_settling > 0,
            has_tasks: state.n_tasks > 0,
            closing_by: state.closing_by,
            is_log_closed: state.is_log_closed,
        }
    }

    /// Hands a task to the index thread; `false` if it has ended.
    pub(crate) fn ask(&self, task: Task) -> bool {
        let mut state = lock(&self.state);
        if state.is_index_closed {
            return false;
        }
        lock(&self.tasks.0).push(task);
        state.n_tasks += 1;
        drop(state);
        self.changed.notify_all();
        true
    }

    /// Has the index thread do something between two rounds of commits, and waits for it.
    pub(crate) fn between_rounds<T: Send + 'static>(
        &self,
        operation: &'static str,
        run: impl FnOnce(&mut Indexer) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        let task = move |indexer: &mut Indexer| {
            let _ = sender.send(run(indexer));
        };
        let gone = || Error::new(ErrorKind::Unavailable, operation, "the index is closed or failed; try again");
        if !self.ask(Box::new(task)) {
            return Err(gone());
        }
        receiver.recv().map_err(|_| gone())?
    }

    /// The tasks that wait.
    pub(crate) fn take_tasks(&self) -> Vec<Task> {
        let mut state = lock(&self.state);
        state.n_tasks = 0;
        std::mem::take(&mut *lock(&self.tasks.0))
    }

    /// Waits in vain unless the store is being closed, and says whether it is; for pauses.
    pub(crate) fn pause(&self, timeout: Duration) -> bool {
        let state = lock(&self.state);
        let wait = self.changed.wait_timeout_while(state, timeout, |state| state.closing_by.is_none());
        wait.unwrap_or_else(PoisonError::into_inner).0.closing_by.is_some()
    }

    /// Waits until everything that is durable now can be found; `false` if that takes longer.
    pub(crate) fn settle(&self, timeout: Duration) -> bool {
        let mut state = lock(&self.state);
        let target = state.durable;
        state.n_settling += 1;
        self.changed.notify_all();
        let wait = self
            .changed
            .wait_timeout_while(state, timeout, |state| state.searchable < target && !state.is_index_closed);
        let (mut state, _) = wait.unwrap_or_else(PoisonError::into_inner);
        state.n_settling -= 1;
        state.searchable >= target
    }

    pub(crate) fn begin_closing(&self, timeout: Duration) {
        lock(&self.state).closing_by.get_or_insert(Instant::now() + timeout);
        self.changed.notify_all();
    }

    pub(crate) fn set_log_closed(&self) {
        lock(&self.state).is_log_closed = true;
        self.changed.notify_all();
    }

    pub(crate) fn set_index_closed(&self) {
        lock(&self.state).is_index_closed = true;
        // Whoever waits for one of them hears that it is gone.
        drop(self.take_tasks());
        self.changed.notify_all();
    }

    pub(crate) fn is_disk_failing(&self) -> bool {
        lock(&self.state).disk_trouble.is_some()
    }

    pub(crate) fn set_disk_trouble(&self, trouble: Option<String>) {
        lock(&self.state).disk_trouble = trouble;
    }

    pub(crate) fn set_index_trouble(&self, trouble: String) {
        lock(&self.state).index_trouble = Some(trouble);
    }

    /// Notes that something stored is lost; stays until the store is opened again.
    pub(crate) fn set_damage(&self, damage: String) {
        lock(&self.state).damage.get_or_insert(damage);
    }

    pub(crate) fn health(&self, is_backlog_full: impl FnOnce(u64) -> bool) -> Health {
        let state = lock(&self.state);
        let backlog_bytes = state.backlog_bytes();
        let is_full = is_backlog_full(backlog_bytes);
        let is_open = state.closing_by.is_none() && !state.is_log_closed;
        let full = is_full.then(|| format!("{backlog_bytes} bytes of the write-ahead log wait for the index"));
        Health {
            is_writable: is_open && !is_full && state.disk_trouble.is_none(),
            n_spans_durable: state.n_spans_durable,
            n_spans_searchable: state.n_spans_searchable,
            wal_bytes: backlog_bytes,
            trouble: state.disk_trouble.clone().or(full).or(state.index_trouble.clone()).or(state.damage.clone()),
        }
    }
}
