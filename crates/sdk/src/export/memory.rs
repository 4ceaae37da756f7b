//! Spans kept in memory, understood as the server would understand them.

use tracewood_otlp::decode;

use super::http::Encode;
use super::otlp::Encoder;
use super::own::Own;
use super::{Attempt, Exporter, Outcome};
use crate::Resource;
use crate::load::Batch;
use crate::loss::Reason;
use crate::memory::Spans;

/// Keeps spans in memory.
#[derive(Debug)]
pub(crate) struct Memory {
    spans: Spans,
    encoder: Encoder<Own>,
    bytes: Vec<u8>,
}

impl Memory {
    pub(crate) fn new(spans: Spans) -> Self {
        Self { spans, encoder: Encoder::new(Own, Resource::default()), bytes: Vec::new() }
    }
}

impl Exporter for Memory {
    /// Goes the whole way over the wire's bytes, so that a test sees what a server would.
    fn export(&mut self, batch: &Batch, attempt: &Attempt) -> Outcome {
        self.bytes.clear();
        self.encoder.encode(batch, &attempt.lost, &mut self.bytes);
        match decode::protobuf(&self.bytes) {
            Ok(decoded) => {
                self.spans.extend(decoded.spans);
                Outcome::Taken { n_rejected: 0, message: String::new(), n_bytes_sent: self.bytes.len() as u64 }
            }
            Err(error) => Outcome::Lost { reason: Reason::BadSpan, why: error.to_string() },
        }
    }
}
