//! The embedded store: a write-ahead log in front of one search index a day, with a small SQLite catalog.
//!
//! What is on disk, byte by byte, is written down in `docs/store.md`.

mod backup;
mod catalog;
mod codec;
mod day;
mod desk;
mod directory;
pub mod disk;
mod fail;
mod index;
mod keyring;
mod options;
mod partition;
mod progress;
mod query;
pub(crate) mod record;
mod retention;
mod room;
mod verify;
mod wal;
mod words;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tracewood_span::{SpanId, TraceId};

use crate::filter::{Field, Filter};
pub use crate::keys::NewKey;
use crate::{
    Client, DiskRoom, Durable, Error, ErrorKind, Export, GroupPage, GroupQuery, Health, Histogram, HistogramQuery,
    Metrics, MetricsQuery, Price, Project, Retained, Retention, Score, ScorePage, ScoreQuery, SpanPage, SpanQuery,
    Store, Stored, Trace, TracePage, TraceQuery, Tree, Values, ValuesQuery,
};
use backup::Backups;
use catalog::Catalog;
pub use catalog::DEFAULT_PROJECT;
use desk::{Desk, Request};
pub use desk::{backup_running, is_running};
use directory::Directory;
use fail::lock;
use index::{IndexThread, Indexer};
pub use keyring::Keyring;
pub use options::Options;
use partition::registry::Registry;
use progress::Progress;
pub use verify::verify;
use wal::log::Log;
use wal::queue::{Pending, Queue};
use wal::record::Record;
use wal::writer::answer;

const APPEND: &str = "append spans";
/// How far from each other the spans of a trace are looked for where a list of traces has a range of time.
const TRACE_NANOS: u64 = 7 * 86_400 * 1_000_000_000;

/// A store in a directory of its own.
pub struct Embedded {
    options: Options,
    wal: PathBuf,
    directory: Arc<Mutex<Directory>>,
    catalog: Arc<Catalog>,
    partitions: Arc<Registry>,
    queue: Arc<Queue>,
    progress: Arc<Progress>,
    backups: Arc<Backups>,
    remembered: query::Remembered,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Embedded {
    /// Opens the store in a directory, which is made where it is missing. What a crash left in the write-ahead log is
    /// indexed in the background; [`Store::settle`] waits for it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unusable`] if another process has the directory open, a newer version made it, or it holds
    /// something else; [`ErrorKind::Disk`] and [`ErrorKind::Corrupt`] as the disk is.
    pub fn open(root: &Path, options: Options) -> Result<Self, Error> {
        let directory = Directory::open(root)?;
        let catalog = Arc::new(Catalog::open(&directory.catalog(), now_unix_nanos())?);
        let desk = Desk::open(root)?;
        let partitions = Arc::new(Registry::open(&directory.partitions(), options.partitions_open_max)?);
        let wal = directory.wal();

        let opened = wal::scan::open(&wal, options.disk.as_ref())?;
        let payloads = index::payload::read_all(&partitions.paths())?;
        let from = index::payload::replay_from(&payloads);
        for (day, payload) in payloads {
            payload.started.into_iter().for_each(|started| partitions.note_started(day, started));
        }
        let end = opened.end.max(from);
        // Only behind what is indexed may anything be written, else it would count as indexed too.
        let current = opened.current.filter(|_| opened.end >= from);
        let progress = Arc::new(Progress::new(opened.segments, end, from, opened.trouble));
        let queue = Arc::new(Queue::new(options.queue_bytes_max));

        let next_number = opened.next_number.max(from.segment + 1);
        let log = Log::new(wal.clone(), Arc::clone(&options.disk), options.wal_segment_bytes, current, next_number);
        let indexer = Indexer::new(Arc::clone(&partitions), options.clone(), from);
        let index = IndexThread::new(Arc::clone(&progress), indexer, wal.clone(), from);
        let writer = {
            let (queue, progress) = (Arc::clone(&queue), Arc::clone(&progress));
            move || wal::writer::run(log, &queue, &progress)
        };
        let directory = Arc::new(Mutex::new(directory));
        let backups =
            Arc::new(Backups::new(wal.clone(), Arc::clone(&directory), Arc::clone(&catalog), Arc::clone(&progress)));
        let desk = {
            let (backups, progress) = (Arc::clone(&backups), Arc::clone(&progress));
            move || {
                while !progress.pause(Desk::interval()) {
                    desk.serve(|Request::Backup(to)| backups.make(&to));
                }
            }
        };
        let this = Self {
            options,
            wal,
            directory,
            catalog,
            partitions,
            queue,
            progress,
            backups,
            remembered: query::Remembered::default(),
            threads: Mutex::default(),
        };
        this.spawn("tracewood-wal", writer)?;
        this.spawn("tracewood-index", move || index.run())?;
        this.spawn("tracewood-desk", desk)?;
        Ok(this)
    }

    /// The ids of all projects.
    pub fn projects(&self) -> Result<Vec<String>, Error> {
        self.catalog.projects()
    }

    fn spawn(&self, name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), Error> {
        let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(run);
        let handle = spawned
            .map_err(|e| Error::new(ErrorKind::Unavailable, "open store", "cannot start a thread").caused_by(e))?;
        lock(&self.threads).push(handle);
        Ok(())
    }

    /// Why a batch would not be taken now.
    fn refusal(&self) -> Option<Error> {
        let n_bytes = self.progress.backlog_bytes();
        if n_bytes > self.options.wal_backlog_bytes_max {
            let context = format!("{n_bytes} bytes of the write-ahead log wait for the index; try again later");
            return Some(Error::new(ErrorKind::Unavailable, APPEND, context));
        }
        self.queue.refusal()
    }

    /// How long each project is kept that a rule concerns.
    fn keep_by_project(&self, rules: &[Retention]) -> Result<Vec<(String, Duration)>, Error> {
        let rule = |project: &String| {
            let own = rules.iter().find(|rule| rule.project.as_ref() == Some(project));
            own.or_else(|| rules.iter().find(|rule| rule.project.is_none())).map(|rule| rule.keep)
        };
        let projects = self.projects()?.into_iter();
        // Days are kept to their end.
        Ok(projects
            .filter_map(|project| Some((rule(&project)? + Duration::from_hours(24), project)))
            .map(|(keep, project)| (project, keep))
            .collect())
    }

    fn encode(&self, spans: &[Stored]) -> Result<Vec<Record>, Error> {
        let level = self.options.wal_zstd_level;
        codec::encode(spans).into_iter().map(|chunk| Record::new(chunk, level)).collect()
    }

    /// Removes the log if everything in it can be found, so that the next start has nothing to read.
    fn remove_indexed_log(&self) {
        if self.progress.backlog_bytes() == 0
            && let Ok(segments) = wal::list(&self.wal)
        {
            for segment in segments {
                let path = wal::path(&self.wal, segment);
                if let Err(error) = std::fs::remove_file(&path) {
                    tracing::warn!(%error, segment = %path.display(), "could not remove an indexed segment of the log");
                }
            }
        }
    }
}

impl crate::Catalog for Embedded {
    fn put_scores(&self, project: &str, scores: &[Score]) -> Result<(), Error> {
        self.catalog.put_scores(project, scores)
    }

    fn remove_score(&self, project: &str, id: &str) -> Result<bool, Error> {
        self.catalog.remove_score(project, id)
    }

    fn scores(&self, query: &ScoreQuery) -> Result<ScorePage, Error> {
        self.catalog.scores(query)
    }

    fn with_scores(&self, project: &str, filter: &Filter, traces: &[TraceId]) -> Result<Filter, Error> {
        self.catalog.resolved_of(project, filter, Some(traces))
    }

    fn list_projects(&self) -> Result<Vec<Project>, Error> {
        self.catalog.list_projects()
    }

    fn project(&self, id: &str) -> Result<Option<Project>, Error> {
        self.catalog.project(id)
    }

    fn put_project(&self, id: &str) -> Result<bool, Error> {
        self.catalog.put_project(id, now_unix_nanos())
    }

    fn set_keep(&self, project: &str, keep: Option<Duration>) -> Result<bool, Error> {
        self.catalog.set_keep(project, keep)
    }

    fn prices(&self, project: &str) -> Result<Vec<Price>, Error> {
        self.catalog.prices(project)
    }

    fn put_price(&self, project: &str, price: Price) -> Result<Price, Error> {
        self.catalog.put_price(project, price)
    }

    fn remove_price(&self, project: &str, id: &str) -> Result<bool, Error> {
        self.catalog.remove_price(project, id)
    }

    fn clients(&self) -> Result<Vec<(String, Client)>, Error> {
        self.catalog.clients()
    }

    fn put_clients(&self, clients: &[(String, Client)], forget_before_unix_nanos: u64) -> Result<(), Error> {
        self.catalog.put_clients(clients, forget_before_unix_nanos)
    }
}

impl Store for Embedded {
    fn append(&self, spans: Vec<Stored>, durable: Durable) {
        let n_spans = spans.len() as u64;
        if let Some(error) = self.refusal() {
            return answer(durable, Err(error));
        }
        if spans.is_empty() {
            return answer(durable, Ok(()));
        }
        match self.encode(&spans) {
            Err(error) => answer(durable, Err(error)),
            Ok(records) => {
                if let Err((batch, error)) = self.queue.push(Pending { records, n_spans, durable }) {
                    answer(batch.durable, Err(error));
                }
            }
        }
    }

    fn traces(&self, query: &TraceQuery) -> Result<TracePage, Error> {
        let (from, to) = (query.started_at_or_after_unix_nanos, query.started_before_unix_nanos);
        let query = TraceQuery { filter: self.catalog.resolved(&query.project, &query.filter)?, ..query.clone() };
        query::traces(&self.partitions.snapshots_of(&range(from, to, TRACE_NANOS))?, &query)
    }

    fn trace(&self, project: &str, trace_id: TraceId) -> Result<Option<Trace>, Error> {
        query::trace(&self.partitions.snapshots()?, project, trace_id)
    }

    fn tree(&self, project: &str, trace_id: TraceId) -> Result<Option<Tree>, Error> {
        query::tree(&self.partitions.snapshots()?, project, trace_id)
    }

    fn span(&self, project: &str, trace_id: TraceId, span_id: SpanId) -> Result<Option<Stored>, Error> {
        query::span(&self.partitions.snapshots()?, project, trace_id, span_id)
    }

    fn spans(&self, query: &SpanQuery) -> Result<SpanPage, Error> {
        let (from, to) = (query.started_at_or_after_unix_nanos, query.started_before_unix_nanos);
        let query = SpanQuery { filter: self.catalog.resolved(&query.project, &query.filter)?, ..query.clone() };
        query::spans(&self.partitions.snapshots_of(&range(from, to, 0))?, &query)
    }

    fn export(&self, query: &SpanQuery) -> Result<Export, Error> {
        let (from, to) = (query.started_at_or_after_unix_nanos, query.started_before_unix_nanos);
        let query = SpanQuery { filter: self.catalog.resolved(&query.project, &query.filter)?, ..query.clone() };
        Ok(Box::new(query::Export::new(&self.partitions.snapshots_of(&range(from, to, 0))?, &query)?))
    }

    fn sessions(&self, query: &GroupQuery) -> Result<GroupPage, Error> {
        let (from, to) = (query.started_at_or_after_unix_nanos, query.started_before_unix_nanos);
        let query = GroupQuery { filter: self.catalog.resolved(&query.project, &query.filter)?, ..query.clone() };
        query::sessions(&self.partitions.snapshots_of(&range(from, to, 0))?, &query)
    }

    fn users(&self, query: &GroupQuery) -> Result<GroupPage, Error> {
        let (from, to) = (query.started_at_or_after_unix_nanos, query.started_before_unix_nanos);
        let query = GroupQuery { filter: self.catalog.resolved(&query.project, &query.filter)?, ..query.clone() };
        query::users(&self.partitions.snapshots_of(&range(from, to, 0))?, &query)
    }

    fn metrics(&self, query: &MetricsQuery) -> Result<Metrics, Error> {
        let (from, to) = (query.started_at_or_after_unix_nanos, query.started_before_unix_nanos);
        let query = MetricsQuery { filter: self.catalog.resolved(&query.project, &query.filter)?, ..query.clone() };
        query::metrics(&self.partitions.snapshots_of(&range(from, to, 0))?, &query, &self.remembered)
    }

    fn values(&self, query: &ValuesQuery) -> Result<Values, Error> {
        if let Field::Score(name) = &query.field {
            return Ok(query::ranked(query, self.catalog.score_values(&query.project, name)?, true));
        }
        let (from, to) = (query.started_at_or_after_unix_nanos, query.started_before_unix_nanos);
        let query = ValuesQuery { filter: self.catalog.resolved(&query.project, &query.filter)?, ..query.clone() };
        query::values(&self.partitions.snapshots_of(&range(from, to, 0))?, &query)
    }

    fn histogram(&self, query: &HistogramQuery) -> Result<Histogram, Error> {
        let (from, to) = (query.started_at_or_after_unix_nanos, query.started_before_unix_nanos);
        let query = HistogramQuery { filter: self.catalog.resolved(&query.project, &query.filter)?, ..query.clone() };
        query::histogram(&self.partitions.snapshots_of(&range(from, to, TRACE_NANOS))?, &query)
    }

    fn retain(&self, rules: &[Retention], now_unix_nanos: u64) -> Result<Retained, Error> {
        for (project, keep) in self.keep_by_project(rules)? {
            // A score is never older than its span, so that one past its time has no span any more.
            self.catalog.forget_scores(&project, now_unix_nanos.saturating_sub(keep.as_nanos() as u64))?;
        }
        let rules = rules.to_vec();
        self.progress.between_rounds("retain spans", move |indexer| indexer.retain(&rules, now_unix_nanos))
    }

    fn backup(&self, to: &Path) -> Result<(), Error> {
        self.backups.make(to)
    }

    fn settle(&self, timeout: Duration) -> Result<(), Error> {
        if self.progress.settle(timeout) {
            return Ok(());
        }
        let context = format!("not everything could be found after {timeout:?}; it is kept and will be");
        Err(Error::new(ErrorKind::Unavailable, "settle store", context))
    }

    fn health(&self) -> Health {
        let health = self.progress.health(|n_bytes| n_bytes > self.options.wal_backlog_bytes_max);
        Health { trouble: health.trouble.or_else(|| self.partitions.trouble()), ..health }
    }

    fn room(&self) -> Option<DiskRoom> {
        let root = lock(&self.directory).root().to_owned();
        Some(room::look(&root))
    }

    fn close(&self) -> Result<(), Error> {
        let threads = std::mem::take(&mut *lock(&self.threads));
        self.queue.close();
        self.progress.begin_closing(self.options.close_timeout);
        let n_threads = threads.len();
        let n_ended = threads.into_iter().filter_map(|thread| thread.join().ok()).count();
        if n_threads > 0 {
            self.remove_indexed_log();
            lock(&self.directory).unlock();
        }
        if n_ended < n_threads {
            let context = "a thread of the store panicked; what was acknowledged is in the write-ahead log";
            return Err(Error::new(ErrorKind::Unavailable, "close store", context));
        }
        Ok(())
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::error!("{error}");
        }
    }
}

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Embedded").field("wal", &self.wal).field("progress", &self.progress).finish_non_exhaustive()
    }
}

/// Copies a backup, which stays as it is, to where a store can be opened on it.
///
/// # Errors
///
/// [`ErrorKind::Unusable`] if the target is not empty or the backup is not whole; [`ErrorKind::Disk`] as the disk is.
pub fn restore(backup: &Path, to: &Path) -> Result<(), Error> {
    if !backup.join(directory::FORMAT).is_file() {
        let context = format!("'{}' has no file 'FORMAT', so it is not a whole backup", backup.display());
        return Err(Error::new(ErrorKind::Unusable, "restore store", context));
    }
    backup::check_free(to)?;
    backup::copy_tree(backup, to)
}

/// The range of starts that a question is about, and so much before and after.
fn range(from: Option<u64>, to: Option<u64>, around: u64) -> std::ops::Range<u64> {
    from.unwrap_or(0).saturating_sub(around)..to.unwrap_or(u64::MAX).saturating_add(around)
}

fn now_unix_nanos() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}
