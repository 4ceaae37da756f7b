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
