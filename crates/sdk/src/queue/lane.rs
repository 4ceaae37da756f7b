//! One destination's place in the queue.

use std::sync::{Arc, Condvar};
use std::time::{Duration, Instant};

use super::{Inbox, Settled, Starting};
use crate::batch::{Overflow, Waiting};
use crate::load::Piece;
use crate::loss::Reason;
use crate::{DestinationStats, destination};

/// What a lane's thread does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sleep {
    /// It works, and looks itself before it sleeps.
    Awake,
    /// It waits for the first span.
    UntilMore,
    /// It waits for enough spans, or for the interval to be over.
    UntilDue,
    /// It has enough to send, and waits a moment for more of a steady stream.
    Lingering,
    /// It waits between two tries; more spans are no reason to wake it.
    Pausing,
}

/// One destination's place in the queue.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(super) id: destination::Id,
    pub(super) config: Arc<destination::Config>,
    /// Wakes its thread.
    pub(super) wake: Arc<Condvar>,
    pub(super) sleep: Sleep,
    /// Whether a span that came in is a reason to wake it.
    is_to_wake: bool,
    /// Whether it has a thread.
    pub(super) is_started: bool,
    /// With which span its thread is asked for.
    pub(super) start_at_accepted: u64,
    /// Whether it takes no more spans.
    pub(super) is_closed: bool,
    pub(super) stop_by: Option<Instant>,
    /// When it was last given what waits.
    pub(super) taken_at: Option<Instant>,
    pub(super) inbox: Inbox,
    /// Its part of the open chunk: from here, …
    pub(super) open_from: usize,
    /// … and to there, if it had no more room while others had.
    pub(super) open_to: Option<usize>,
    /// What waits, spans in flight included.
    pub(super) n_spans: usize,
    pub(super) n_bytes: usize,
    pub(super) n_accepted: u64,
    pub(super) n_settled: u64,
    /// What its thread has in hand, so that somebody else can save it when the thread hangs in a request.
    pub(super) held: Vec<Piece>,
    /// Somebody waits until so many are settled.
    pub(super) flush_to: u64,
    pub(super) stats: DestinationStats,
}

impl Lane {
    pub(super) fn new(id: destination::Id, config: Arc<destination::Config>, open_from: usize) -> Self {
        Self {
            id,
            stats: DestinationStats { name: config.name.clone(), ..DestinationStats::default() },
            config,
            wake: Arc::default(),
            sleep: Sleep::Awake,
            is_to_wake: false,
            is_started: false,
            start_at_accepted: 1,
            is_closed: false,
            stop_by: None,
            taken_at: None,
            inbox: Inbox::new(),
            open_from,
            open_to: None,
            n_spans: 0,
            n_bytes: 0,
            n_accepted: 0,
            n_settled: 0,
            held: Vec::new(),
            flush_to: 0,
        }
    }

    pub(crate) fn id(&self) -> destination::Id {
        self.id
    }

    pub(crate) fn name(&self) -> &str {
        &self.config.name
    }

    pub(super) fn has_room(&self, n_bytes: usize) -> bool {
        let policy = &self.config.batch;
        !self.is_closed
            && self.open_to.is_none()
            && self.n_spans < policy.n_spans_queued_max
            && self.n_bytes + n_bytes <= policy.n_bytes_queued_max
    }

    /// How long the end of a span waits for room here; `None` if there is room, or nobody waits.
    pub(super) fn blocks(&self, n_bytes: usize) -> Option<Duration> {
        match self.config.batch.overflow {
            Overflow::Block(time) if !self.is_closed && !self.has_room(n_bytes) => Some(time),
            _ => None,
        }
    }

    /// Whether there is a spool for what it sends.
    pub(super) fn has_spool(&self) -> bool {
        self.config.spool.is_some() && self.config.wire.spool_word().is_some()
    }

    /// Whether so many quarters of its room are taken, and waiting spans should go to its spool.
    pub(super) fn spills_at(&self, n_quarters: usize) -> bool {
        let policy = &self.config.batch;
        let is_taken = |n: usize, n_max: usize| n >= (n_max / 4).saturating_mul(n_quarters);
        policy.overflow == Overflow::Spill
            && self.has_spool()
            && self.n_spans > 0
            && (is_taken(self.n_spans, policy.n_spans_queued_max) || is_taken(self.n_bytes, policy.n_bytes_queued_max))
    }

    /// Counts a span in; answers itself if it needs its thread.
    pub(super) fn accept(&mut self, n_bytes: usize) -> Option<Starting> {
        self.n_spans += 1;
        self.n_bytes += n_bytes;
        self.n_accepted += 1;
        match self.sleep {
            Sleep::UntilMore => self.is_to_wake = true,
            Sleep::Pausing if self.spills_at(3) => self.is_to_wake = true,
            Sleep::Lingering if self.config.batch.is_plenty(self.n_spans, self.n_bytes) => self.is_to_wake = true,
            Sleep::UntilDue if self.config.batch.is_enough(self.n_spans, self.n_bytes) => self.is_to_wake = true,
            _ => {}
        }
        let needs_thread = !self.is_started && self.n_accepted >= self.start_at_accepted;
        needs_thread.then(|| {
            self.is_started = true;
            Starting { id: self.id, config: Arc::clone(&self.config) }
        })
    }

    /// Counts a span as lost; where the chunk takes it for other lanes, this lane's part of it ends before.
    pub(super) fn refuse(&mut self, at: Option<usize>) {
        if let Some(at) = at {
            self.open_to.get_or_insert(at);
        }
        self.stats.lost.add(Reason::QueueFull, 1);
    }

    /// What wakes its thread, if that is due; to be used outside of the lock.
    #[inline]
    pub(super) fn wake_later(&mut self) -> Option<Arc<Condvar>> {
        if !std::mem::take(&mut self.is_to_wake) {
            return None;
        }
        self.sleep = Sleep::Awake;
        Some(Arc::clone(&self.wake))
    }

    pub(super) fn wake_up(&mut self) {
        if self.sleep != Sleep::Awake {
            self.sleep = Sleep::Awake;
            self.wake.notify_one();
        }
    }

    pub(super) fn waiting(&self, since: Option<Instant>) -> Waiting {
        Waiting {
            n_spans: self.n_spans,
            n_bytes: self.n_bytes,
            since,
            taken_at: self.taken_at,
            is_hurried: self.stop_by.is_some() || self.flush_to > self.n_settled,
        }
    }

    pub(super) fn n_spans_in_inbox(&self) -> usize {
        self.inbox.iter().map(|piece| piece.range.len()).sum()
    }

    pub(super) fn settle(&mut self, settled: &Settled) {
        self.n_spans = self.n_spans.saturating_sub(settled.n_spans);
        self.n_bytes = self.n_bytes.saturating_sub(settled.n_bytes);
        self.n_settled += settled.n_spans as u64;
        self.stats.n_delivered += settled.n_delivered();
        self.stats.n_spooled += settled.n_spooled;
        self.stats.n_bytes_sent += settled.n_bytes_sent;
        if let Some((reason, n_lost)) = settled.lost {
            self.stats.lost.add(reason, n_lost);
        }
    }

    pub(super) fn stats(&self) -> DestinationStats {
        DestinationStats { n_queued: self.n_spans as u64, n_bytes_queued: self.n_bytes as u64, ..self.stats.clone() }
    }
}
