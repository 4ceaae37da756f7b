//! The bounded queue between the program and the destinations.
//!
//! A span that ends is appended to an open chunk behind a short lock. When the chunk is full, or a destination is due
//! to send, it is sealed and shared by all destinations, each of which has a lane: its place in the queue, with bounds
//! and counts of its own, so that one that is slow or gone harms no other.

mod lane;
mod stop;

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::batch::Due;
use crate::load::{Load, Piece};
use crate::loss::{Loss, Reason};
use crate::record::{self, Chunk};
use crate::redact::Redactor;
use crate::{DestinationStats, OpenSpan, clock, destination};
pub(crate) use lane::Lane;
use lane::Sleep;
pub(crate) use stop::Stranded;

/// A chunk is sealed when it has so many spans: large enough to make sealing cheap, small enough to stay in the cache.
const CHUNK_SPANS_MAX: usize = 512;
/// A chunk is sealed when it has so many captured bytes.
const CHUNK_BYTES_MAX: usize = 256 * 1024;
/// So many emptied chunks are kept: two batches of the usual size, with 4 MiB of captured bytes at most.
const N_SPARES_MAX: usize = 8;
/// A thread that the system did not give is asked for again after so many more spans.
const N_SPANS_BETWEEN_STARTS: u64 = 256;

#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    /// Wakes whoever waits for a flush or shutdown.
    settled: Condvar,
}

#[derive(Debug, Default)]
struct State {
    open: Chunk,
    /// Emptied chunks, so that filling and sending take turns with the same memory: growing a fresh one costs the
    /// program a page fault for every 4 kB.
    spares: Vec<Chunk>,
    lanes: Vec<Lane>,
    keeps_secrets: bool,
    redactor: Option<Redactor>,
    n_ended: u64,
    n_delivered: u64,
    n_spooled: u64,
    lost: Loss,
}

/// A lane that has spans and no thread yet.
#[derive(Debug)]
pub(crate) struct Starting {
    pub(crate) id: destination::Id,
    pub(crate) config: Arc<destination::Config>,
}

/// What became of spans that a lane had taken.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Settled {
    /// How many spans it is about, and what they counted for.
    pub(crate) n_spans: usize,
    pub(crate) n_bytes: usize,
    /// How many of them were lost, and why.
    pub(crate) lost: Option<(Reason, u64)>,
    /// How many of them wait in the spool.
    pub(crate) n_spooled: u64,
    pub(crate) n_bytes_sent: u64,
}

impl Settled {
    fn n_delivered(&self) -> u64 {
        let n_lost = self.lost.map_or(0, |(_, n_lost)| n_lost);
        (self.n_spans as u64).saturating_sub(n_lost).saturating_sub(self.n_spooled)
    }
}

/// Why a lane's thread does not wait any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Woken {
    /// Spans are due to be sent.
    Due,
    /// The time is over, and no spans are due.
    Elapsed,
    /// The lane is closed and empty.
    Over,
}

/// The numbers of the whole queue.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) n_ended: u64,
    pub(crate) lost: Loss,
    pub(crate) destinations: Vec<DestinationStats>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says whether what looks like a secret is sent as it is.
    pub(crate) fn set_keeps_secrets(&self, keeps_secrets: bool) {
        self.lock().keeps_secrets = keeps_secrets;
    }

    /// Says what looks through the spans that end from now on.
    pub(crate) fn set_redactor(&self, redactor: Option<Redactor>) {
        let mut state = self.lock();
        // What ended before is seen by what was there then.
        state.seal();
        let before = std::mem::replace(&mut state.redactor, redactor);
        drop(state);
        // Only after the lock, since it may be the last to hold something of the program's.
        drop(before);
    }

    /// Opens a lane; it gets every span that ends from now on.
    pub(crate) fn open_lane(&self, id: destination::Id, config: Arc<destination::Config>) {
        let mut state = self.lock();
        let lane = Lane::new(id, config, state.open.len());
        state.lanes.push(lane);
    }

    /// Queues a span for every lane that has room, and waits for room only where that is allowed. Answers which lanes need their thread, which is most often none.
    pub(crate) fn push(&self, span: OpenSpan, may_wait: bool) -> Vec<Starting> {
        let n_bytes = record::n_bytes(&span);
        let (mut starting, mut wakes) = (Vec::new(), Vec::new());
        let rest = {
            let mut guard = if may_wait { self.wait_for_room(n_bytes) } else { self.lock() };
            let state = &mut *guard;
            state.n_ended += 1;
            let is_wanted = state.lanes.iter().any(|lane| lane.has_room(n_bytes));
            let at = state.open.len();
            let mut n_open_lanes = 0;
            for lane in state.lanes.iter_mut().filter(|lane| !lane.is_closed) {
                n_open_lanes += 1;
                if lane.has_room(n_bytes) {
                    starting.extend(lane.accept(n_bytes));
                    wakes.extend(lane.wake_later());
                } else {
                    lane.refuse(is_wanted.then_some(at));
                    state.lost.add(Reason::QueueFull, 1);
                }
            }
            if n_open_lanes == 0 {
                state.lost.add(Reason::Shutdown, 1);
            }
            if is_wanted {
                let rest = state.open.push(span, n_bytes);
                if state.open.len() >= CHUNK_SPANS_MAX || state.open.n_captured_bytes() >= CHUNK_BYTES_MAX {
                    state.seal();
                }
                rest
            } else {
                // What it has besides is rare, and freeing it here is rarer still.
                span.into_site_and_rest().1
            }
        };
        // Waking is a system call, and whoever is woken may take this processor at once: not with the lock in hand.
        for wake in wakes {
            wake.notify_one();
        }
        // Only now, outside of the lock: what was copied from goes back to this thread's pool.
        rest.recycle();
        starting
    }

    /// Waits for room where a lane blocks, and no longer than that says.
    #[inline]
    fn wait_for_room(&self, n_bytes: usize) -> MutexGuard<'_, State> {
        let guard = self.lock();
        if guard.lanes.iter().any(|lane| lane.blocks(n_bytes).is_some()) {
            return self.block(guard, n_bytes);
        }
        guard
    }

    #[cold]
    fn block<'a>(&'a self, mut guard: MutexGuard<'a, State>, n_bytes: usize) -> MutexGuard<'a, State> {
        let began_at = Instant::now();
        loop {
            let mut longest = None;
            for lane in &mut guard.lanes {
                if let Some(time) = lane.blocks(n_bytes) {
                    // A thread that waits for more than can come would otherwise sleep on.
                    lane.flush_to = lane.n_accepted;
                    lane.wake_up();
                    longest = longest.max(Some(time));
                }
            }
            let left = longest.map(|time| time.saturating_sub(began_at.elapsed())).unwrap_or_default();
            if left.is_zero() {
                return guard;
            }
            guard = wait(&self.settled, guard, left);
        }
    }

    /// Says that a lane's thread could not be started.
    pub(crate) fn not_started(&self, id: destination::Id) {
        if let Some(lane) = self.lock().lane(id) {
            lane.is_started = false;
            lane.start_at_accepted = lane.n_accepted + N_SPANS_BETWEEN_STARTS;
        }
    }

    /// Waits until a lane is due to send, and hands over what waits; no longer than until a given time.
    pub(crate) fn wait_due(&self, id: destination::Id, load: &mut Load, until: Option<Instant>) -> Woken {
        let mut since = None;
        let mut guard = self.lock();
        loop {
            let state = &mut *guard;
            let Some(lane) = state.lane(id) else { return Woken::Over };
            lane.sleep = Sleep::Awake;
            if lane.stop_by.is_some() && lane.n_spans == 0 {
                state.lanes.retain(|lane| lane.id != id);
                self.settled.notify_all();
                return Woken::Over;
            }
            let now = Instant::now();
            let wake = Arc::clone(&lane.wake);
            match lane.config.batch.due(lane.waiting(since), now) {
                Due::Now => {
                    if load.n_spans() + lane.n_spans_in_inbox() < lane.n_spans.min(lane.config.batch.n_spans_max.max(1))
                    {
                        state.seal();
                    }
                    if let Some(lane) = state.lane(id) {
                        load.append(&mut lane.inbox);
                        lane.taken_at = Some(now);
                    }
                    return Woken::Due;
                }
                _ if until.is_some_and(|until| until <= now) => return Woken::Elapsed,
                Due::At(at) => {
                    since = since.or(Some(now));
                    let is_enough = lane.config.batch.is_enough(lane.n_spans, lane.n_bytes);
                    lane.sleep = if is_enough { Sleep::Lingering } else { Sleep::UntilDue };
                    let at = until.map_or(at, |until| at.min(until));
                    guard = wait(&wake, guard, at.saturating_duration_since(now));
                }
                Due::Never => {
                    since = None;
                    lane.sleep = Sleep::UntilMore;
                    guard = match until {
                        Some(until) => wait(&wake, guard, until.saturating_duration_since(now)),
                        None => wake.wait(guard).unwrap_or_else(PoisonError::into_inner),
                    };
                }
            }
        }
    }

    /// Waits between two tries; less long if a stop is asked for meanwhile.
    pub(crate) fn pause(&self, id: destination::Id, pause: Duration) {
        let until = clock::after(Instant::now(), pause);
        let mut guard = self.lock();
        let was_stopping = guard.lane(id).is_none_or(|lane| lane.stop_by.is_some());
        loop {
            let Some(lane) = guard.lane(id) else { return };
            let now = Instant::now();
            let until = lane.stop_by.map_or(until, |stop_by| until.min(stop_by));
            if now >= until || (!was_stopping && lane.stop_by.is_some()) || lane.spills_at(3) {
                lane.sleep = Sleep::Awake;
                return;
            }
            let wake = Arc::clone(&lane.wake);
            lane.sleep = Sleep::Pausing;
            guard = wait(&wake, guard, until - now);
        }
    }

    /// Whether a lane is still there; its thread has nothing to do when it is not.
    pub(crate) fn has_lane(&self, id: destination::Id) -> bool {
        self.lock().lane(id).is_some()
    }

    /// When a lane must have stopped, if it must.
    pub(crate) fn stop_by(&self, id: destination::Id) -> Option<Instant> {
        self.lock().lane(id).and_then(|lane| lane.stop_by)
    }

    /// Whether so many quarters of a lane's room are taken, and waiting spans should go to its spool.
    pub(crate) fn spills_at(&self, id: destination::Id, n_quarters: usize) -> bool {
        self.lock().lane(id).is_some_and(|lane| lane.spills_at(n_quarters))
    }

    /// Lets others see what a lane's thread has in hand while it cannot answer.
    pub(crate) fn hold(&self, id: destination::Id, pieces: Vec<Piece>) {
        let before = self.lock().lane(id).map(|lane| std::mem::replace(&mut lane.held, pieces));
        // Outside of the lock, since they may be the last to hold their chunks.
        drop(before);
    }

    /// Counts spans out of the spool that were delivered, or lost.
    pub(crate) fn count_replayed(
        &self,
        id: destination::Id,
        n_spans: u64,
        n_bytes_sent: u64,
        lost: Option<(Reason, u64)>,
    ) {
        let mut state = self.lock();
        let (reason, n_lost) = lost.unwrap_or((Reason::Fault, 0));
        state.lost.add(reason, n_lost);
        if let Some(lane) = state.lane(id) {
            lane.stats.n_replayed += n_spans.saturating_sub(n_lost);
            lane.stats.n_bytes_sent += n_bytes_sent;
            lane.stats.lost.add(reason, n_lost);
        }
    }

    /// Starts a thread for a lane that has something in its spool; answers `None` if it has one.
    pub(crate) fn start_lane(&self, id: destination::Id) -> Option<Starting> {
        let mut state = self.lock();
        let lane = state.lane(id).filter(|lane| !lane.is_started)?;
        lane.is_started = true;
        Some(Starting { id, config: Arc::clone(&lane.config) })
    }

    /// What a lane has lost so far.
    pub(crate) fn lost(&self, id: destination::Id) -> Loss {
        self.lock().lane(id).map(|lane| lane.stats.lost).unwrap_or_default()
    }

    /// Counts a request.
    pub(crate) fn count_request(&self, id: destination::Id, is_retry: bool) {
        if let Some(lane) = self.lock().lane(id) {
            lane.stats.n_requests += 1;
            lane.stats.n_retries += u64::from(is_retry);
        }
    }

    /// Says what became of spans that a lane had taken, and gives their memory back.
    pub(crate) fn settle(&self, id: destination::Id, settled: Settled, pieces: Vec<Piece>) {
        let mut spares = Vec::new();
        for piece in pieces {
            if let Some(mut chunk) = Arc::into_inner(piece.chunk) {
                chunk.clear(2 * CHUNK_BYTES_MAX);
                spares.push(chunk);
            }
        }
        let mut state = self.lock();
        state.n_delivered += settled.n_delivered();
        state.n_spooled += settled.n_spooled;
        if let Some((reason, n_lost)) = settled.lost {
            state.lost.add(reason, n_lost);
        }
        if let Some(lane) = state.lane(id) {
            lane.settle(&settled);
        }
        // Those that are too many are freed after the lock.
        let n_missing = N_SPARES_MAX.saturating_sub(state.spares.len()).min(spares.len());
        state.spares.extend(spares.drain(..n_missing));
        drop(state);
        self.settled.notify_all();
    }

    pub(crate) fn numbers(&self) -> Numbers {
        let state = self.lock();
        Numbers {
            n_ended: state.n_ended,
            lost: state.lost,
            destinations: state.lanes.iter().map(Lane::stats).collect(),
        }
    }
}

fn wait<'a>(condition: &Condvar, guard: MutexGuard<'a, State>, time: Duration) -> MutexGuard<'a, State> {
    condition.wait_timeout(guard, time).unwrap_or_else(PoisonError::into_inner).0
}

impl State {
    fn lane(&mut self, id: destination::Id) -> Option<&mut Lane> {
        self.lanes.iter_mut().find(|lane| lane.id == id)
    }

    /// Closes the open chunk and gives each lane its part of it.
    fn seal(&mut self) {
        let n_spans = self.open.len();
        if n_spans == 0 {
            return;
        }
        // Where nothing comes back, as while a server is away, a fresh one would grow step by step beneath the program;
        // it is likely to become as large as the one before.
        let n_bytes = self.open.n_captured_bytes();
        let next = self.spares.pop().unwrap_or_else(|| Chunk::with_room(n_spans, n_bytes));
        let mut chunk = std::mem::replace(&mut self.open, next);
        chunk.seal(self.keeps_secrets, self.redactor.clone());
        let chunk = Arc::new(chunk);
        for lane in self.lanes.iter_mut().filter(|lane| !lane.is_closed) {
            let range = lane.open_from..lane.open_to.unwrap_or(n_spans);
            if range.start < range.end {
                lane.inbox.push_back(Piece { chunk: Arc::clone(&chunk), range });
            }
            lane.open_from = 0;
            lane.open_to = None;
        }
    }
}

/// The pieces of chunks that a lane was given.
type Inbox = VecDeque<Piece>;
