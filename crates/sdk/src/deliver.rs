//! The thread of one destination: takes batches off its lane, sends them, tries again, and says what was lost.
//!
//! Every failure is a value here; the thread ends when its lane is closed and empty, and for no other reason.

mod spooling;

use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::export::{Attempt, Exporter, Outcome};
use crate::load::{Batch, Load, Piece};
use crate::log::Log;
use crate::loss::Reason;
use crate::queue::{Queue, Settled, Starting, Woken};
use crate::spool::Spool;
use crate::{Level, LogSink, destination, export, ids};
use spooling::open_spool;
pub(crate) use spooling::{has_spooled, save};

/// So many requests are spent on finding the bad spans of a batch; a server that calls everything bad would otherwise
/// be asked twice per span.
const N_ISOLATING_REQUESTS_MAX: u32 = 64;
/// A request is given this long at least, or not made.
const TIMEOUT_MIN: Duration = Duration::from_millis(1);

/// Starts the thread of a lane.
pub(crate) fn start(queue: &Arc<Queue>, starting: &Starting, log: Option<LogSink>) -> io::Result<()> {
    let Starting { id, config } = starting;
    let (queue, id, config) = (Arc::clone(queue), *id, Arc::clone(config));
    let thread = std::thread::Builder::new().name(format!("tracewood-{}", config.name));
    thread
        .spawn(move || {
            let exporter = export::exporter(&config);
            let log = Log::new(log, format!("tracewood destination \"{}\"", config.name));
            Delivery::new(queue, id, &config, exporter, log).run();
        })
        .map(drop)
}

struct Delivery<'a> {
    queue: Arc<Queue>,
    id: destination::Id,
    config: &'a destination::Config,
    exporter: Box<dyn Exporter>,
    log: Log,
    /// Smaller than what the policy says once the server called a batch too large.
    n_bytes_max: usize,
    load: Load,
    /// Parts of the batch in hand that were not tried yet, the next one last.
    parts: Vec<Batch>,
    spool: Option<Spool>,
    /// When to send what is in the spool, if anything is.
    replay_at: Option<Instant>,
    n_replays_failed: u32,
    /// Whether spans go to the spool without being tried, since there is little room and the server does not answer.
    is_spilling: bool,
}

/// What became of a batch when trying again is of no use.
enum End {
    Taken {
        n_rejected: u64,
        n_bytes_sent: u64,
    },
    TooLarge,
    Bad(String),
    Lost(Reason),
    /// It may be taken later, and waits in the spool if there is one.
    Late {
        reason: Reason,
        is_encoded: bool,
    },
}

impl<'a> Delivery<'a> {
    fn new(
        queue: Arc<Queue>,
        id: destination::Id,
        config: &'a destination::Config,
        exporter: Box<dyn Exporter>,
        log: Log,
    ) -> Self {
        let spool = open_spool(config);
        let replay_at = spool.as_ref().is_some_and(Spool::has_any).then(Instant::now);
        Self {
            queue,
            id,
            config,
            exporter,
            log,
            n_bytes_max: config.batch.n_bytes_max,
            load: Load::default(),
            parts: Vec::new(),
            spool,
            replay_at,
            n_replays_failed: 0,
            is_spilling: false,
        }
    }

    fn run(mut self) {
        loop {
            match self.queue.wait_due(self.id, &mut self.load, self.replay_at) {
                Woken::Due => {
                    if let Some(batch) = self.load.cut(&self.config.batch, self.n_bytes_max) {
                        self.deliver(batch);
                    }
                    // A program that is always busy must not keep the spool from its turn.
                    if self.replay_at.is_some_and(|at| at <= Instant::now()) {
                        self.replay();
                    }
                }
                Woken::Elapsed => self.replay(),
                Woken::Over => break,
            }
        }
        self.exporter.close();
    }

    /// Sends a batch, in parts where the server takes it in parts only.
    fn deliver(&mut self, batch: Batch) {
        self.parts.push(batch);
        let mut n_isolating = 0;
        while let Some(part) = self.parts.pop() {
            let end = self.send(&part);
            if !self.queue.has_lane(self.id) {
                // Whoever shut down has put all of it into the spool meanwhile, and counted it.
                self.parts.clear();
                self.load = Load::default();
                return;
            }
            let reason = match end {
                End::Taken { n_rejected, n_bytes_sent } => {
                    let lost = (n_rejected > 0).then_some((Reason::Rejected, n_rejected.min(part.n_spans as u64)));
                    self.settle(part, lost, n_bytes_sent);
                    // What one batch was too large for may be right for the next ones.
                    let grown = self.n_bytes_max.saturating_add(self.n_bytes_max / 8 + 1);
                    self.n_bytes_max = grown.min(self.config.batch.n_bytes_max);
                    continue;
                }
                End::TooLarge if part.n_spans > 1 => {
                    self.n_bytes_max = (part.n_bytes / 2).max(1);
                    split(part, &mut self.parts);
                    continue;
                }
                End::Bad(_) if part.n_spans > 1 && n_isolating < N_ISOLATING_REQUESTS_MAX => {
                    n_isolating += 2;
                    split(part, &mut self.parts);
                    continue;
                }
                End::TooLarge => {
                    self.log.say(Level::Warning, "too large", || "the server takes no span this large".to_owned());
                    Reason::TooLarge
                }
                End::Bad(why) => {
                    self.log.say(Level::Warning, "bad span", || format!("the server cannot read a span: {why}"));
                    Reason::BadSpan
                }
                End::Lost(reason) => reason,
                End::Late { reason, is_encoded } => {
                    if self.put(&part, is_encoded) {
                        let (n_spans, n_bytes, n_spooled) = (part.n_spans, part.n_bytes, part.n_spans as u64);
                        self.settle_as(part, Settled { n_spans, n_bytes, n_spooled, ..Settled::default() });
                        continue;
                    }
                    reason
                }
            };
            let n_spans = part.n_spans as u64;
            self.settle(part, Some((reason, n_spans)), 0);
        }
    }

    /// Sends the same until it is taken, or trying again is of no use.
    fn send(&mut self, batch: &Batch) -> End {
        let began_at = Instant::now();
        let mut n_tries = 0;
        self.is_spilling = self.is_spilling && self.queue.spills_at(self.id, 2);
        if self.is_spilling {
            return End::Late { reason: Reason::Unreachable, is_encoded: false };
        }
        if self.spool.is_some() {
            self.queue.hold(self.id, batch.pieces().chain(self.rest()).cloned().collect());
        }
        loop {
            let is_encoded = n_tries > 0;
            let Some(timeout) = self.timeout() else { return End::Late { reason: Reason::Shutdown, is_encoded } };
            self.queue.count_request(self.id, n_tries > 0);
            let lost = self.queue.lost(self.id);
            let outcome = self.export(batch, &Attempt { timeout, lost, is_retry: n_tries > 0 });
            n_tries += 1;
            let (asked_for, why) = match outcome {
                Outcome::Taken { n_rejected, message, n_bytes_sent } => {
                    if n_rejected > 0 {
                        let text = || format!("the server left out {n_rejected} spans: {message}");
                        self.log.say(Level::Warning, "rejected", text);
                    }
                    return End::Taken { n_rejected, n_bytes_sent };
                }
                Outcome::TooLarge => return End::TooLarge,
                Outcome::Bad(why) => return End::Bad(why),
                Outcome::Lost { reason, why } => {
                    let n_spans = batch.n_spans;
                    let text = || format!("{why}; {n_spans} spans are lost");
                    if reason == Reason::Unauthorized {
                        // A key does not become right by itself.
                        self.log.say_once(Level::Warning, reason.as_str(), text);
                    } else {
                        self.log.say(Level::Warning, reason.as_str(), text);
                    }
                    return End::Lost(reason);
                }
                Outcome::TryAgain { after, why } => (after, why),
            };
            if self.spool.is_some() && self.queue.stop_by(self.id).is_some() {
                // The next start tries again, and nobody has to wait for the end of this one.
                return End::Late { reason: Reason::Shutdown, is_encoded: true };
            }
            if self.queue.spills_at(self.id, 3) {
                self.is_spilling = true;
                return End::Late { reason: Reason::Unreachable, is_encoded: true };
            }
            let Some(pause) = self.config.retry.pause(n_tries, asked_for, began_at.elapsed(), ids::next()) else {
                let n_spans = batch.n_spans;
                self.log.say(Level::Warning, "gave up", || format!("gave up on {n_spans} spans: {why}"));
                return End::Late { reason: Reason::Unreachable, is_encoded: true };
            };
            if n_tries > 1 {
                // A single failure is not worth a line.
                self.log.say(Level::Warning, "try again", || format!("{why}; the spans wait and are tried again"));
            }
            self.queue.pause(self.id, pause);
        }
    }

    /// Tries once. A panic in a library below must not end the thread, which nobody would start again.
    fn export(&mut self, batch: &Batch, attempt: &Attempt) -> Outcome {
        let exporter = &mut self.exporter;
        let caught = std::panic::catch_unwind(AssertUnwindSafe(|| exporter.export(batch, attempt)));
        caught.unwrap_or_else(|_| {
            // What it left behind is in no known state.
            self.exporter = export::exporter(self.config);
            Outcome::Lost { reason: Reason::Fault, why: "sending panicked".to_owned() }
        })
    }

    /// How long a request may take, by the time there is until a stop; `None` if there is none.
    fn timeout(&self) -> Option<Duration> {
        let Some(stop_by) = self.queue.stop_by(self.id) else {
            return self.queue.has_lane(self.id).then_some(Duration::MAX);
        };
        Some(stop_by.saturating_duration_since(Instant::now())).filter(|left| *left >= TIMEOUT_MIN)
    }

    fn settle(&self, batch: Batch, lost: Option<(Reason, u64)>, n_bytes_sent: u64) {
        let settled = Settled { n_spans: batch.n_spans, n_bytes: batch.n_bytes, lost, n_spooled: 0, n_bytes_sent };
        self.settle_as(batch, settled);
    }

    fn settle_as(&self, batch: Batch, settled: Settled) {
        if self.spool.is_some() {
            self.queue.hold(self.id, self.rest().cloned().collect());
        }
        self.queue.settle(self.id, settled, batch.into_pieces());
    }

    /// What was taken off the lane beside the part in hand.
    fn rest(&self) -> impl Iterator<Item = &Piece> {
        self.parts.iter().rev().flat_map(Batch::pieces).chain(self.load.pieces())
    }
}

/// Puts the halves of a batch on top, the first one uppermost.
fn split(batch: Batch, parts: &mut Vec<Batch>) {
    let (first, second) = batch.halves();
    parts.extend(second);
    parts.extend(first);
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::destination::Wire;
    use crate::memory::Spans;
    use crate::{OpenSpan, Recorder, Site};

    struct Panicking;

    impl Exporter for Panicking {
        fn export(&mut self, _batch: &Batch, _attempt: &Attempt) -> Outcome {
            panic!("as a broken library would")
        }
    }

    fn ended() -> OpenSpan {
        Recorder::new(crate::Config::default()).start(&Arc::new(Site::named("a", "span")), None)
    }

    #[test]
    fn panic_below_is_counted_and_the_next_batch_is_delivered() {
        let spans = Spans::default();
        let config = Arc::new(destination::Config::new("memory", Wire::Memory(spans.clone())));
        let (queue, id) = (Arc::new(Queue::default()), destination::Id(0));
        queue.open_lane(id, Arc::clone(&config));
        assert_eq!(queue.push(ended(), true).len(), 1, "its thread is asked for");
        let of_thread = Arc::clone(&queue);
        let thread = thread::spawn(move || {
            let (queue, exporter) = (of_thread, Box::new(Panicking));
            let log = Log::new(None, String::new());
            Delivery::new(queue, id, &config, exporter, log).run();
        });
        let soon = Instant::now() + Duration::from_secs(30);
        assert_eq!(queue.flush(soon).n_lost, 1);
        queue.push(ended(), true);
        assert_eq!(queue.shutdown(soon, save).n_delivered, 1);
        thread.join().unwrap();
        assert_eq!(queue.numbers().lost.by_reason().collect::<Vec<_>>(), [(Reason::Fault, 1)]);
        assert_eq!(spans.all().len(), 1);
    }
}
