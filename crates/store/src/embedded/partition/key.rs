//! The keys by which traces and spans are found: project first, so that no question reaches beyond its project.

use tracewood_span::{SpanId, TraceId};

/// Project and trace id. The id has a fixed length and stands last, so that two projects never share a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TraceKey(Box<[u8]>);

impl TraceKey {
    pub(crate) fn new(project: &str, trace_id: TraceId) -> Self {
        Self([project.as_bytes(), trace_id.as_bytes()].concat().into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The span id as a number.
pub(crate) fn span_number(span_id: SpanId) -> u64 {
    u64::from_be_bytes(*span_id.as_bytes())
}

/// The trace id as a number.
pub(crate) fn trace_number(trace_id: TraceId) -> u128 {
    u128::from_be_bytes(*trace_id.as_bytes())
}
