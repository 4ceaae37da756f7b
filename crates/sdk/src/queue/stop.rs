//! Waiting for the queue to be empty: flush and shutdown, and what is done with what is left.

use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

use super::{Lane, Queue, Settled, State, wait};
use crate::load::Load;
use crate::loss::{Loss, Reason};
use crate::{Flushed, destination};

/// Of the time for a shutdown, so much at most is kept for writing to the spool what a thread hangs on to; a fsync takes
/// a few milliseconds, on a busy disk a hundred.
const SAVING_TIME_MAX: Duration = Duration::from_secs(1);

/// What a lane had when its thread did not come back in time.
#[derive(Debug)]
pub(crate) struct Stranded {
    pub(crate) config: Arc<destination::Config>,
    pub(crate) load: Load,
    pub(crate) lost: Loss,
}

/// What had been done, and what had been accepted, when somebody began to wait.
#[derive(Debug)]
struct Targets {
    n_delivered: u64,
    n_lost: u64,
    n_spooled: u64,
    lanes: Vec<(destination::Id, u64)>,
}

impl Queue {
    /// Sends what waits and waits until all that was accepted before is settled, or time is over.
    pub(crate) fn flush(&self, deadline: Instant) -> Flushed {
        let mut state = self.lock();
        let before = state.targets();
        for lane in &mut state.lanes {
            lane.flush_to = lane.n_accepted;
            if lane.n_spans > 0 {
                lane.wake_up();
            }
        }
        self.wait_settled(state, &before, deadline)
    }

    /// Closes lanes: they take nothing more, send what they have until `stop_by`, and end.
    pub(crate) fn close_lanes(&self, stop_by: Instant, which: impl Fn(&Lane) -> bool) {
        let mut state = self.lock();
        state.close(stop_by, which);
    }

    /// Closes every lane and waits until all are settled, or time is over; what a lane with a spool has not settled
    /// shortly before is given to `save`, which answers what became of it.
    pub(crate) fn shutdown(&self, deadline: Instant, save: impl Fn(Stranded) -> Settled) -> Flushed {
        let mut state = self.lock();
        let before = state.targets();
        state.close(deadline, |_| true);
        let has_spool = state.lanes.iter().any(Lane::has_spool);
        if has_spool {
            let left = deadline.saturating_duration_since(Instant::now());
            let time = left.saturating_sub((left / 4).min(SAVING_TIME_MAX));
            let flushed = self.wait_settled(state, &before, Instant::now() + time);
            if flushed.n_remaining == 0 {
                return flushed;
            }
            for settled in self.strand().into_iter().map(save) {
                let mut state = self.lock();
                state.n_spooled += settled.n_spooled;
                if let Some((reason, n_lost)) = settled.lost {
                    state.lost.add(reason, n_lost);
                }
            }
            state = self.lock();
        }
        self.wait_settled(state, &before, deadline)
    }

    fn wait_settled(&self, mut state: MutexGuard<'_, State>, before: &Targets, deadline: Instant) -> Flushed {
        loop {
            let n_remaining = |(id, target): &(destination::Id, u64)| {
                let lane = state.lanes.iter().find(|lane| lane.id == *id);
                lane.map_or(0, |lane| target.saturating_sub(lane.n_settled))
            };
            let n_remaining = before.lanes.iter().map(n_remaining).sum();
            let left = deadline.saturating_duration_since(Instant::now());
            if n_remaining == 0 || left.is_zero() {
                return Flushed {
                    n_delivered: state.n_delivered.saturating_sub(before.n_delivered),
                    n_remaining,
                    n_lost: state.lost.total().saturating_sub(before.n_lost),
                    n_spooled: state.n_spooled.saturating_sub(before.n_spooled),
                };
            }
            state = wait(&self.settled, state, left);
        }
    }

    /// Takes what closed lanes with a spool have not settled, from their threads too, and forgets the lanes.
    fn strand(&self) -> Vec<Stranded> {
        let mut state = self.lock();
        let (stranded, lanes): (Vec<Lane>, Vec<Lane>) = std::mem::take(&mut state.lanes)
            .into_iter()
            .partition(|lane| lane.is_closed && lane.n_spans > 0 && lane.has_spool());
        state.lanes = lanes;
        drop(state);
        let loads = stranded.into_iter().map(|mut lane| {
            let mut load = Load::default();
            load.append(&mut std::mem::take(&mut lane.held).into());
            load.append(&mut lane.inbox);
            Stranded { config: lane.config, load, lost: lane.stats.lost }
        });
        loads.collect()
    }
}

impl State {
    fn targets(&self) -> Targets {
        Targets {
            n_delivered: self.n_delivered,
            n_lost: self.lost.total(),
            n_spooled: self.n_spooled,
            lanes: self.lanes.iter().map(|lane| (lane.id, lane.n_accepted)).collect(),
        }
    }

    fn close(&mut self, stop_by: Instant, which: impl Fn(&Lane) -> bool) {
        self.seal();
        for lane in self.lanes.iter_mut().filter(|lane| which(lane)) {
            lane.is_closed = true;
            lane.stop_by = Some(lane.stop_by.map_or(stop_by, |earlier| earlier.min(stop_by)));
            lane.wake_up();
        }
        // A lane without a thread has nobody who would empty it.
        for lane in self.lanes.iter().filter(|lane| lane.is_closed && !lane.is_started) {
            self.lost.add(Reason::Shutdown, lane.n_spans as u64);
        }
        self.lanes.retain(|lane| !lane.is_closed || lane.is_started);
    }
}
