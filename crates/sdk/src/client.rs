//! The recorder: start, end, flush and stop.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tracewood_span::{SpanId, Status, TraceId, Value};

use crate::context::{PathNode, SpanContext};
use crate::destination::{self, Wire};
use crate::open::Parts;
use crate::queue::{Queue, Starting};
use crate::redact::Redactor;
use crate::roster::Roster;
use crate::sampling::{self, Settings, Stage};
use crate::{Config, Error, Flushed, Level, OpenSpan, Site, Stats, clock, deliver, export, ids};

/// How long a destination that was replaced or taken away may go on delivering what it has.
const LEAVING_TIME: Duration = Duration::from_secs(30);

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
    n_sampled_out: AtomicU64,
    keeps_secrets: AtomicBool,
    sampling: Settings,
    n_destinations_ever: AtomicU64,
    config: Config,
    first: Generation,
}

/// Everything that has a lock. A forked child leaves that of its parent alone and puts a fresh one behind it.
#[derive(Debug, Default)]
struct Generation {
    queue: Arc<Queue>,
    tail: Stage,
    roster: Roster,
    next: OnceLock<Box<Generation>>,
}

impl Shared {
    /// The generation of this process.
    #[inline]
    fn now(&self) -> &Generation {
        let mut now = &self.first;
        while let Some(next) = now.next.get() {
            now = next;
        }
        now
    }
}

impl Drop for Shared {
    /// Lets the threads deliver what they have and end; waits for none of them.
    fn drop(&mut self) {
        self.now().queue.close_lanes(Instant::now() + LEAVING_TIME, |_| true);
    }
}

impl Recorder {
    /// A recorder without destinations; starts no thread.
    pub fn new(config: Config) -> Self {
        let shared = Shared {
            is_active: AtomicBool::new(false),
            wants_paths: AtomicBool::new(false),
            n_started: AtomicU64::new(0),
            n_inherited: AtomicU64::new(0),
            n_sampled_out: AtomicU64::new(0),
            keeps_secrets: AtomicBool::new(false),
            sampling: Settings::new(&sampling::Policy::default()),
            n_destinations_ever: AtomicU64::new(0),
            config,
            first: Generation::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Adds a destination, in the place of one of the same name, which still delivers what it has.
    ///
    /// # Errors
    ///
    /// If a setting cannot work: a URL that is none, a header that is none, a file that cannot be written.
    pub fn add_destination(&self, config: destination::Config) -> Result<destination::Id, Error> {
        export::check(&config)?;
        let id = destination::Id(self.shared.n_destinations_ever.fetch_add(1, Ordering::Relaxed));
        let config = Arc::new(config);
        let Generation { queue, roster, .. } = self.shared.now();
        let change = roster.change();
        let entries = change.apply(|entries| {
            entries.destinations.retain(|(_, other)| other.name != config.name);
            entries.destinations.push((id, Arc::clone(&config)));
        });
        queue.close_lanes(Instant::now() + LEAVING_TIME, |lane| lane.name() == config.name);
        queue.open_lane(id, Arc::clone(&config));
        self.set_active(&entries.destinations);
        if deliver::has_spooled(&config)
            && let Some(starting) = queue.start_lane(id)
        {
            self.start_thread(queue, &starting);
        }
        Ok(id)
    }

    /// Takes a destination away; it still delivers what it has.
    pub fn remove_destination(&self, id: destination::Id) {
        let Generation { queue, roster, .. } = self.shared.now();
        let change = roster.change();
        let entries = change.apply(|entries| entries.destinations.retain(|(other, _)| *other != id));
        self.set_active(&entries.destinations);
        queue.close_lanes(Instant::now() + LEAVING_TIME, |lane| lane.id() == id);
    }

    fn set_active(&self, entries: &[(destination::Id, Arc<destination::Config>)]) {
        let wants_paths = entries.iter().any(|(_, config)| matches!(config.wire, Wire::TraceRoot(_)));
        self.shared.wants_paths.store(wants_paths, Ordering::Relaxed);
        self.shared.is_active.store(!entries.is_empty(), Ordering::Relaxed);
    }

    /// Says which traces are kept; traces that wait for a decision are sent if there is none any more.
    pub fn set_sampling(&self, policy: &sampling::Policy) {
        self.shared.sampling.set(policy);
        if policy.tail.is_none() {
            self.release();
        }
    }

    /// Says whether texts that have the shape of a well-known secret (keys of providers, tokens, passwords in URLs,
    /// private keys) are written over before anything leaves the process. They are unless this is called with `false`.
    pub fn set_secrets_hidden(&self, are_hidden: bool) {
        self.shared.keeps_secrets.store(!are_hidden, Ordering::Relaxed);
        self.shared.now().queue.set_keeps_secrets(!are_hidden);
    }

    /// Has a function of the program look through every span that ends from now on, before it leaves the process; `None`
    /// ends it. What waits for the end of its trace counts as ended when that is decided.
    pub fn set_redactor(&self, redactor: Option<Redactor>) {
        let Generation { queue, roster, .. } = self.shared.now();
        let change = roster.change();
        change.apply(|entries| entries.redactor.clone_from(&redactor));
        queue.set_redactor(redactor);
    }

    /// Tells every destination more of the process than it was told when it was added; what has a key that was told
    /// already takes its place. It goes out with the next batch.
    pub fn tell_resource(&self, attributes: &[(String, Value)]) {
        let change = self.shared.now().roster.change();
        for (_, config) in change.apply(|_| {}).destinations {
            if let Some(resource) = config.wire.resource() {
                resource.tell(attributes);
            }
        }
    }

    /// Sends what waits for the end of its trace.
    fn release(&self) {
        for span in self.shared.now().tail.release() {
            self.push(span, false);
        }
    }

    /// Whether spans are worth making: one relaxed atomic.
    #[inline]
    pub fn is_active(&self) -> bool {
        self.shared.is_active.load(Ordering::Relaxed)
    }

    /// Starts a span: a child of `parent`, else the root of a new trace.
    pub fn start(&self, site: &Arc<Site>, parent: Option<&SpanContext>) -> OpenSpan {
        let mut open = self.prepare(site, parent);
        open.begin();
        open
    }

    /// A span as [`start`](Self::start) makes it, which begins when [`OpenSpan::begin`] is called: what is captured for
    /// it meanwhile is not part of its time, and need not be captured where it is not sampled.
    #[inline]
    pub fn prepare(&self, site: &Arc<Site>, parent: Option<&SpanContext>) -> OpenSpan {
        let Some(parent) = parent else {
            let trace_id = ids::trace_id();
            return self.open(site, (trace_id, self.shared.sampling.keeps(trace_id)), None, false, None);
        };
        let (trace_id, path) = (parent.trace_id(), parent.path().cloned());
        let is_sampled = parent.is_sampled().unwrap_or_else(|| self.shared.sampling.keeps(trace_id));
        self.open(site, (trace_id, is_sampled), Some(parent.span_id()), parent.is_remote(), path)
    }

    /// Starts a span in a trace that the caller names, under a parent of which only the id is known, or under none.
    pub fn start_in(&self, site: &Arc<Site>, trace_id: TraceId, parent_span_id: Option<SpanId>) -> OpenSpan {
        let mut open = self.open(site, (trace_id, self.shared.sampling.keeps(trace_id)), parent_span_id, false, None);
        open.begin();
        open
    }

    #[inline]
    fn open(
        &self,
        site: &Arc<Site>,
        (trace_id, is_sampled): (TraceId, bool),
        parent_span_id: Option<SpanId>,
        is_parent_remote: bool,
        path: Option<Arc<PathNode>>,
    ) -> OpenSpan {
        self.shared.n_started.fetch_add(1, Ordering::Relaxed);
        let parts = Parts {
            trace_id,
            span_id: ids::span_id(),
            parent_span_id,
            is_parent_remote,
            status: Status::Unset,
            is_sampled,
            clock_anchor_unix_nanos: 0,
            fork_epoch: ids::fork_epoch(),
            started_at_unix_nanos: 0,
            ended_at_unix_nanos: 0,
            path,
            keeps_path: self.shared.wants_paths.load(Ordering::Relaxed),
            trace: None,
            input: None,
            output: None,
            extra: None,
        };
        OpenSpan::new(Arc::clone(site), parts)
    }

    /// Ends a span: it is queued for every destination, or dropped and counted where there is no room.
    pub fn end(&self, mut span: OpenSpan) {
        if span.fork_epoch != ids::fork_epoch() {
            self.shared.n_inherited.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if span.ended_at_unix_nanos == 0 {
            span.ended_at_unix_nanos = span.now_unix_nanos();
        }
        span.ended_at_unix_nanos = span.ended_at_unix_nanos.max(span.started_at_unix_nanos);
        if !span.is_sampled {
            self.shared.n_sampled_out.fetch_add(1, Ordering::Relaxed);
            span.recycle();
            return;
        }
        if self.shared.sampling.has_tail() {
            self.end_with_tail(span);
            return;
        }
        self.push(span, true);
    }

    #[cold]
    fn end_with_tail(&self, span: OpenSpan) {
        let decided = self.shared.now().tail.end(span, &self.shared.sampling, Instant::now());
        self.shared.n_sampled_out.fetch_add(decided.left_out.len() as u64, Ordering::Relaxed);
        decided.left_out.into_iter().for_each(OpenSpan::recycle);
        // Nobody waits for room once per span of a trace.
        for (span, may_wait) in decided.kept.into_iter().zip(std::iter::once(true).chain(std::iter::repeat(false))) {
            self.push(span, may_wait);
        }
    }

    #[inline]
    fn push(&self, span: OpenSpan, may_wait: bool) {
        let queue = &self.shared.now().queue;
        for starting in queue.push(span, may_wait) {
            self.start_thread(queue, &starting);
        }
    }

    fn start_thread(&self, queue: &Arc<Queue>, starting: &Starting) {
        if deliver::start(queue, starting, self.shared.config.log.clone()).is_err() {
            queue.not_started(starting.id);
        }
    }

    /// Sends what waits, and waits until everything that ended before this call is delivered or lost, or time is over.
    ///
    /// Spans that wait for the end of their trace, as tail sampling has them do, are not part of it.
    pub fn flush(&self, timeout: Duration) -> Flushed {
        self.shared.now().queue.flush(clock::after(Instant::now(), timeout))
    }

    /// Flushes, then stops every destination and forgets them; what is not delivered in time is lost and
    /// counted, or waits in the spool of its destination.
    ///
    /// The recorder may be used again: [`add_destination`](Self::add_destination) brings it back.
    pub fn shutdown(&self, timeout: Duration) -> Flushed {
        self.release();
        let Generation { queue, roster, .. } = self.shared.now();
        let change = roster.change();
        change.apply(|entries| entries.destinations.clear());
        self.set_active(&[]);
        // Waiting would keep others from adding destinations, which is just what brings tracing back.
        drop(change);
        let flushed = queue.shutdown(clock::after(Instant::now(), timeout), deliver::save);
        self.say_loss(flushed);
        flushed
    }

    /// Says once at the end what was lost, by reason.
    fn say_loss(&self, flushed: Flushed) {
        let Some(log) = &self.shared.config.log else { return };
        if let Some(words) = self.stats().words_of_loss(flushed) {
            log(Level::Warning, &words);
        }
    }

    /// What was done so far, in numbers.
    pub fn stats(&self) -> Stats {
        let Generation { queue, tail, .. } = self.shared.now();
        let (numbers, n_undecided) = (queue.numbers(), tail.n_waiting() as u64);
        let n_sampled_out = self.shared.n_sampled_out.load(Ordering::Relaxed);
        Stats {
            n_started: self.shared.n_started.load(Ordering::Relaxed),
            n_ended: numbers.n_ended + n_sampled_out + n_undecided,
            n_sampled_out,
            n_undecided,
            n_inherited: self.shared.n_inherited.load(Ordering::Relaxed),
            lost: numbers.lost,
            destinations: numbers.destinations,
        }
    }

    /// Makes the recorder of a forked child its own: the queue is empty, ids are fresh, destinations are the same.
    ///
    /// To be called in the child, before anything else is done there; it takes no lock that another thread of the
    /// parent may have held. Spans that began before the fork are left to the parent.
    pub fn after_fork_in_child(&self) {
        ids::enter_fork_epoch();
        self.shared.n_started.store(0, Ordering::Relaxed);
        self.shared.n_sampled_out.store(0, Ordering::Relaxed);
        let parent = self.shared.now();
        let child = Generation::default();
        let entries = parent.roster.read_after_fork();
        child.roster.change().apply(|written| *written = entries.clone());
        child.queue.set_keeps_secrets(self.shared.keeps_secrets.load(Ordering::Relaxed));
        child.queue.set_redactor(entries.redactor);
        for (id, config) in entries.destinations {
            child.queue.open_lane(id, config);
        }
        // What the parent has stays where it is: its threads do not exist here, and it delivers its spans itself.
        let _ = parent.next.set(Box::new(child));
    }
}
