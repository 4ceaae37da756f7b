//! What a destination's thread does with its spool: puts batches there, and sends them when there is time.

use std::io;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use super::Delivery;
use crate::export::{Exporter, Outcome};
use crate::load::Batch;
use crate::loss::{Loss, Reason};
use crate::queue::{Settled, Stranded};
use crate::spool::{Spool, Turn};
use crate::{Level, clock, destination, export, ids};

/// While another process delivers the spool, it is looked at so often.
const BUSY_PAUSE: Duration = Duration::from_secs(5);

impl Delivery<'_> {
    /// Puts a batch into the spool; answers whether it is there.
    pub(super) fn put(&mut self, batch: &Batch, is_encoded: bool) -> bool {
        let lost = self.queue.lost(self.id);
        let put = put(self.spool.as_ref(), self.exporter.as_mut(), batch, &lost, is_encoded);
        match put {
            None => false,
            Some(Ok(n_evicted)) => {
                let n_spans = batch.n_spans;
                self.log.say(Level::Warning, "spooled", || format!("{n_spans} spans wait in the spool"));
                if n_evicted > 0 {
                    let text = || format!("the spool is full; its {n_evicted} oldest spans are lost");
                    self.log.say(Level::Warning, "spool full", text);
                    self.queue.count_replayed(self.id, n_evicted, 0, Some((Reason::SpoolFull, n_evicted)));
                }
                let pause = self.config.retry.pause_max;
                self.replay_at = self.replay_at.or(Some(clock::after(Instant::now(), pause)));
                true
            }
            Some(Err(error)) => {
                self.log.say(Level::Warning, "spool failed", || format!("cannot write to the spool: {error}"));
                false
            }
        }
    }

    /// Sends the oldest batch of the spool, and says when to send the next one.
    pub(super) fn replay(&mut self) {
        self.replay_at = None;
        let Some(spool) = &self.spool else { return };
        if self.queue.stop_by(self.id).is_some() {
            return;
        }
        let (queue, id, log) = (&self.queue, self.id, &mut self.log);
        let turn = spool.claim(|path, n_spans| {
            let text = || format!("\"{}\" is not whole; {n_spans} spans are lost", path.display());
            log.say(Level::Warning, "spool torn", text);
            queue.count_replayed(id, n_spans, 0, Some((Reason::SpoolTorn, n_spans)));
        });
        let claim = match turn {
            Turn::Empty => return,
            Turn::Busy => {
                self.replay_at = Some(clock::after(Instant::now(), BUSY_PAUSE));
                return;
            }
            Turn::Claimed(claim) => claim,
        };
        self.queue.count_request(self.id, self.n_replays_failed > 0);
        let exporter = &mut self.exporter;
        let caught = std::panic::catch_unwind(AssertUnwindSafe(|| exporter.send_parcel(&claim.parcel, Duration::MAX)));
        let outcome = caught.unwrap_or_else(|_| {
            self.exporter = export::exporter(self.config);
            Outcome::Lost { reason: Reason::Fault, why: "sending panicked".to_owned() }
        });
        let n_spans = u64::from(claim.parcel.n_spans);
        let (n_bytes_sent, lost, why) = match outcome {
            Outcome::Taken { n_rejected, message, n_bytes_sent } => {
                (n_bytes_sent, (n_rejected > 0).then_some((Reason::Rejected, n_rejected.min(n_spans))), message)
            }
            // The key may be the right one at the next start.
            Outcome::TryAgain { .. } | Outcome::Lost { reason: Reason::Unauthorized, .. } => {
                claim.put_back();
                self.n_replays_failed += 1;
                let asked_for = if let Outcome::TryAgain { after, .. } = outcome { after } else { None };
                let pause = self.config.retry.pause(self.n_replays_failed, asked_for, Duration::ZERO, ids::next());
                self.replay_at = Some(clock::after(Instant::now(), pause.unwrap_or(self.config.retry.pause_max)));
                return;
            }
            Outcome::TooLarge => (0, Some((Reason::TooLarge, n_spans)), "a batch of the spool is too large".to_owned()),
            Outcome::Bad(why) => (0, Some((Reason::BadSpan, n_spans)), why),
            Outcome::Lost { reason, why } => (0, Some((reason, n_spans)), why),
        };
        if let Some((reason, n_lost)) = lost {
            let text = || format!("{n_lost} spans of the spool are lost: {why}");
            self.log.say(Level::Warning, reason.as_str(), text);
        }
        // A file that cannot be removed would be sent again and again.
        let is_removed = claim.remove().is_ok();
        self.queue.count_replayed(self.id, n_spans, n_bytes_sent, lost);
        self.n_replays_failed = 0;
        let pause = if is_removed { Duration::ZERO } else { self.config.retry.pause_max };
        self.replay_at = Some(clock::after(Instant::now(), pause));
    }
}

/// Whether batches of an earlier start wait for a destination.
pub(crate) fn has_spooled(config: &destination::Config) -> bool {
    open_spool(config).is_some_and(|spool| spool.has_any())
}

/// Puts what a thread did not send in time into its spool; answers what became of it.
pub(crate) fn save(stranded: Stranded) -> Settled {
    let Stranded { config, mut load, lost } = stranded;
    let (spool, mut settled) = (open_spool(&config), Settled::default());
    let saved = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let mut exporter = export::exporter(&config);
        while let Some(batch) = load.cut(&config.batch, config.batch.n_bytes_max) {
            match put(spool.as_ref(), exporter.as_mut(), &batch, &lost, false) {
                Some(Ok(_)) => settled.n_spooled += batch.n_spans as u64,
                _ => settled.lost = Some((Reason::Shutdown, settled.lost.map_or(0, |(_, n)| n) + batch.n_spans as u64)),
            }
        }
    }));
    // What a panic cut off is in no count but that of what was queued.
    drop(saved);
    settled
}

pub(super) fn open_spool(config: &destination::Config) -> Option<Spool> {
    let (policy, word) = (config.spool.as_ref()?, config.wire.spool_word()?);
    // Failing now, it worked when the destination was added; without a spool, spans are lost and counted as ever.
    Spool::open(policy, &config.name, word).ok()
}

/// Puts a batch into a spool; answers how many spans had to go for it, or `None` if there is no spool for it.
fn put(
    spool: Option<&Spool>,
    exporter: &mut dyn Exporter,
    batch: &Batch,
    lost: &Loss,
    is_encoded: bool,
) -> Option<io::Result<u64>> {
    let (spool, parcel) = (spool?, exporter.parcel(batch, lost, is_encoded)?);
    Some(spool.put(&parcel))
}
