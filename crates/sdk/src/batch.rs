//! When to send what waits: by count, by bytes or by time.

use std::time::Duration;

use tracewood_span::limits;

/// When to send what waits, and how much of it at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// So many waiting spans are sent without waiting longer.
    pub n_spans_trigger: usize,
    /// So many spans go into one request at most.
    pub n_spans_max: usize,
    /// So many captured bytes go into one request, unless a single span has more.
    pub n_bytes_max: usize,
    /// No span waits longer than this for others to join it.
    pub interval: Duration,
    /// So many spans may wait, those in flight included; the newest is dropped when there are more.
    pub n_spans_queued_max: usize,
    /// So many bytes may wait, those in flight included; the newest is dropped when there are more.
    pub n_bytes_queued_max: usize,
}

impl Default for Policy {
    /// OpenTelemetry's batch size of 512, and a second instead of its five so that the page shows a trace soon.
    fn default() -> Self {
        Self {
            n_spans_trigger: 512,
            n_spans_max: 2048,
            // A sixteenth of what a server should take, since attributes add to what was captured.
            n_bytes_max: limits::REQUEST_BYTES_MAX / 16,
            interval: Duration::from_secs(1),
            n_spans_queued_max: limits::QUEUE_SPANS_MAX,
            n_bytes_queued_max: limits::QUEUE_BYTES_MAX,
        }
    }
}
