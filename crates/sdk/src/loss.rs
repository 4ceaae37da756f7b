//! What could not be delivered, counted by reason.

use std::fmt;

/// Why spans were lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The queue was full.
    QueueFull,
    /// The server said that it cannot read the span (400).
    BadSpan,
    /// The span alone is more than the server takes (413).
    TooLarge,
    /// The server does not know the key, or does not allow it (401, 403).
    Unauthorized,
    /// The server refused the batch for another reason.
    Refused,
    /// The server took the batch and said that it left some spans out.
    Rejected,
    /// The server could not be reached, or was not able to answer, for too long.
    Unreachable,
    /// The process ended, or tracing was shut down, before the spans could be delivered.
    Shutdown,
    /// The spool was full, and the oldest had to go.
    SpoolFull,
    /// The file in the spool is not whole.
    SpoolTorn,
    /// A fault of Tracewood itself.
    Fault,
}

impl Reason {
    /// Every reason, in the order in which they are documented.
    pub const ALL: [Self; 11] = [
        Self::QueueFull,
        Self::BadSpan,
        Self::TooLarge,
        Self::Unauthorized,
        Self::Refused,
        Self::Rejected,
        Self::Unreachable,
        Self::Shutdown,
        Self::SpoolFull,
        Self::SpoolTorn,
        Self::Fault,
    ];

    /// The word that stands for it, also after `tracewood.loss.`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::BadSpan => "bad_span",
            Self::TooLarge => "too_large",
            Self::Unauthorized => "unauthorized",
            Self::Refused => "refused",
            Self::Rejected => "rejected",
            Self::Unreachable => "unreachable",
            Self::Shutdown => "shutdown",
            Self::SpoolFull => "spool_full",
            Self::SpoolTorn => "spool_torn",
            Self::Fault => "fault",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How many spans were lost, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Loss([u64; Reason::ALL.len()]);

impl Loss {
    /// How many spans were lost for one reason.
    pub fn count(&self, reason: Reason) -> u64 {
        self.0.get(reason as usize).copied().unwrap_or(0)
    }

    /// How many spans were lost.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The reasons for which spans were lost, with their counts.
    pub fn by_reason(&self) -> impl Iterator<Item = (Reason, u64)> {
        Reason::ALL.into_iter().map(|reason| (reason, self.count(reason))).filter(|(_, n)| *n > 0)
    }

    pub(crate) fn add(&mut self, reason: Reason, n_spans: u64) {
        if let Some(count) = self.0.get_mut(reason as usize) {
            *count += n_spans;
        }
    }
}
