//! How a destination is spoken to: the one trait, and its forms.

mod base64;
mod compress;
mod console;
mod dialect;
mod file;
mod http;
mod iso;
mod json_lines;
mod memory;
mod mutagent;
mod otlp;
mod own;
mod partial;
mod traceroot;
mod understood;

use std::time::Duration;

pub(crate) use compress::Coding;

use crate::destination::{Config, Wire};
use crate::load::Batch;
use crate::loss::{Loss, Reason};
use crate::spool::{Parcel, Spool};
use crate::{Error, destination};

/// What one try may take, and what the lane has lost so far.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) timeout: Duration,
    pub(crate) lost: Loss,
    /// Whether the same batch was tried just before.
    pub(crate) is_retry: bool,
}

/// What became of one try.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It was taken, all but so many spans.
    Taken { n_rejected: u64, message: String, n_bytes_sent: u64 },
    /// The same may be taken later, not before so long.
    TryAgain { after: Option<Duration>, why: String },
    /// Less at once may be taken.
    TooLarge,
    /// Something in it cannot be read.
    Bad(String),
    /// It will never be taken.
    Lost { reason: Reason, why: String },
}

/// Sends batches to a destination; never panics, never takes much longer than it is given.
pub(crate) trait Exporter: Send {
    /// Tries once to send a batch.
    fn export(&mut self, batch: &Batch, attempt: &Attempt) -> Outcome;

    /// A batch as it would be sent, to be kept; `None` where there is no such thing. `is_encoded` says that this batch
    /// was tried just before.
    fn parcel(&mut self, batch: &Batch, lost: &Loss, is_encoded: bool) -> Option<Parcel> {
        let _ = (batch, lost, is_encoded);
        None
    }

    /// Tries once to send what was kept.
    fn send_parcel(&mut self, parcel: &Parcel, timeout: Duration) -> Outcome {
        let _ = (parcel, timeout);
        Outcome::Lost { reason: Reason::Fault, why: "this destination keeps nothing".to_owned() }
    }

    /// Says that no batch follows.
    fn close(&mut self) {}
}

/// Checks what can be checked of a configuration without sending.
pub(crate) fn check(config: &Config) -> Result<(), Error> {
    if let (Some(policy), Some(word)) = (&config.spool, config.wire.spool_word()) {
        Spool::open(policy, &config.name, word)?;
    }
    match &config.wire {
        Wire::Otlp(otlp) => http::check(&otlp.url, &otlp.http),
        Wire::TraceRoot(traceroot) => http::check(&traceroot.host_url, &traceroot.http),
        Wire::Mutagent(mutagent) => http::check(&mutagent.endpoint_url, &mutagent.http),
        Wire::File(file) => file::check(file),
        Wire::Console | Wire::Memory(_) => Ok(()),
    }
}

/// The exporter of a configuration that was checked.
pub(crate) fn exporter(config: &Config) -> Box<dyn Exporter> {
    match &config.wire {
        Wire::Otlp(otlp) => Box::new(own(otlp, config)),
        Wire::TraceRoot(traceroot) => Box::new(traceroot::exporter(traceroot, &config.retry)),
        Wire::Mutagent(mutagent) => Box::new(mutagent::exporter(mutagent, &config.retry)),
        Wire::File(file) => Box::new(file::File::new(file)),
        Wire::Console => Box::new(console::Console::default()),
        Wire::Memory(spans) => Box::new(memory::Memory::new(spans.clone())),
    }
}

fn own(otlp: &destination::Otlp, config: &Config) -> http::Exporter<otlp::Encoder<own::Own>> {
    let post = http::Post::new(&otlp.url, &otlp.http, &[]);
    http::Exporter::new(otlp::Encoder::new(own::Own, otlp.resource.clone()), post, &config.retry)
}
