//! If and when to try again.

use std::time::Duration;

/// If and when to try again.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// How long the first pause is; each following one is twice as long.
    pub pause_first: Duration,
    /// How long a pause gets at most.
    pub pause_max: Duration,
    /// A batch that could not be delivered for so long is dropped and counted, so that one bad batch cannot hold up all
    /// others for ever.
    pub give_up_after: Duration,
    /// Whether a plain 500 is tried again; OTLP forbids it, and TraceRoot's server answers so when its storage is down.
    pub retries_internal_error: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            pause_first: Duration::from_millis(500),
            pause_max: Duration::from_secs(30),
            give_up_after: Duration::from_mins(15),
            retries_internal_error: false,
        }
    }
}
