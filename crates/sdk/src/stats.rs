//! What the recorder has done so far, in numbers.

use crate::loss::Loss;

/// What the recorder has done since the process began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Spans that began.
    pub n_started: u64,
    /// Spans that ended.
    pub n_ended: u64,
    /// Spans of the parent process that ended in this fork of it; the parent delivers them.
    pub n_inherited: u64,
    /// Spans that ended and were left out by sampling, which is no loss.
    pub n_sampled_out: u64,
    /// Spans that ended and wait for the end of their trace, so that it can be decided whether that is sent.
    pub n_undecided: u64,
    /// Spans lost before any destination could take them, and those of all destinations, past ones included.
    pub lost: Loss,
    /// Each destination of now.
    pub destinations: Vec<DestinationStats>,
}

/// What one destination has done since it was added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DestinationStats {
    /// Its name.
    pub name: String,
    /// Spans that wait, those in flight included.
    pub n_queued: u64,
    /// Bytes that wait, those in flight included.
    pub n_bytes_queued: u64,
    /// Spans that were delivered.
    pub n_delivered: u64,
    /// Spans that could not be delivered and wait in the spool for a later start.
    pub n_spooled: u64,
    /// Spans out of the spool, from this process or an earlier one, that were delivered.
    pub n_replayed: u64,
    /// Requests that were made, retries included.
    pub n_requests: u64,
    /// Requests that were made again for a batch.
    pub n_retries: u64,
    /// Bytes of bodies that were sent and accepted, as compressed.
    pub n_bytes_sent: u64,
    /// Spans that could not be delivered.
    pub lost: Loss,
}

/// What a flush or shutdown achieved, over all destinations, while it was waited for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flushed {
    /// Spans delivered.
    pub n_delivered: u64,
    /// Spans still waiting when the time was over.
    pub n_remaining: u64,
    /// Spans given up.
    pub n_lost: u64,
    /// Spans put into a spool, for a later start.
    pub n_spooled: u64,
}

impl Flushed {
    /// Whether nothing is left, neither here nor in a spool, and nothing was lost.
    pub fn is_complete(&self) -> bool {
        self.n_remaining == 0 && self.n_lost == 0 && self.n_spooled == 0
    }
}

impl Stats {
    /// What was lost, by reason, in the words of the log after a shutdown; `None` if nothing was.
    ///
    /// These numbers are younger than those of the shutdown: what its time was over for may have been given up by the
    /// thread that had it, which counted it. What is neither counted nor waiting any more was delivered after all.
    pub(crate) fn words_of_loss(&self, flushed: Flushed) -> Option<String> {
        let n_waiting = self.destinations.iter().map(|destination| destination.n_queued).sum();
        let n_late = flushed.n_remaining.min(n_waiting);
        let n_lost = self.lost.total() + n_late;
        if n_lost == 0 {
            return None;
        }
        let mut reasons: Vec<String> = self.lost.by_reason().map(|(reason, n)| format!("{reason}: {n}")).collect();
        if n_late > 0 {
            reasons.push(format!("not delivered in time: {n_late}"));
        }
        Some(format!("tracewood lost {n_lost} of {} spans ({})", self.n_ended, reasons.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::Reason;

    fn words(n_counted: u64, n_queued: u64, n_remaining: u64) -> Option<String> {
        let mut lost = Loss::default();
        lost.add(Reason::Shutdown, n_counted);
        let destinations = vec![DestinationStats { n_queued, ..DestinationStats::default() }];
        let stats = Stats { n_ended: 100, lost, destinations, ..Stats::default() };
        stats.words_of_loss(Flushed { n_remaining, ..Flushed::default() })
    }

    #[test]
    fn what_is_counted_after_the_time_was_over_is_said_once() {
        let counted = "tracewood lost 100 of 100 spans (shutdown: 100)".to_owned();
        assert_eq!(words(100, 0, 100), Some(counted));
        let late = "tracewood lost 100 of 100 spans (not delivered in time: 100)".to_owned();
        assert_eq!(words(0, 100, 100), Some(late));
        let both = "tracewood lost 100 of 100 spans (shutdown: 60, not delivered in time: 40)".to_owned();
        assert_eq!(words(60, 40, 100), Some(both));
    }

    #[test]
    fn nothing_is_said_where_nothing_was_lost() {
        assert_eq!(words(0, 0, 0), None);
        assert_eq!(words(0, 0, 7), None, "it was delivered just then");
        assert_eq!(words(0, 7, 0), None, "a destination that was added meanwhile has only begun");
    }
}
