//! The span of another process: what stands for it in the context here, and what is told of ours to others.

use pyo3::prelude::*;
use tracewood_sdk::SpanContext;
use tracewood_span::{SpanId, TraceId};

use crate::context;
use crate::span::Span;

/// What stands for the span of another process; current until its `end` is called. `None` where an id is none.
#[pyfunction]
pub(crate) fn remote_span(trace_id: &str, span_id: &str, is_sampled: bool, tracestate: &str) -> Option<Span> {
    let (trace_id, span_id) = (trace_id.parse::<TraceId>().ok()?, span_id.parse::<SpanId>().ok()?);
    Some(Span::remote(SpanContext::remote(trace_id, span_id).with_sampled(is_sampled), tracestate))
}

/// The current span in the words of W3C: `(traceparent, tracestate)`; `None` where there is none.
#[pyfunction]
pub(crate) fn current_headers(py: Python<'_>) -> Option<(String, String)> {
    let current = context::current(py)?;
    let around = current.get().context()?;
    let flags = u8::from(around.is_sampled().unwrap_or(true));
    let traceparent = format!("00-{}-{}-{flags:02x}", around.trace_id(), around.span_id());
    // What came in with the trace goes out with it, unless a trace of its own was begun below.
    let mut next = Some(current);
    while let Some(span) = next {
        if let Some(tracestate) = span.get().tracestate() {
            let is_same = span.get().ids().is_some_and(|(trace_id, _)| trace_id == around.trace_id());
            return Some((traceparent, if is_same { tracestate.to_owned() } else { String::new() }));
        }
        next = span.get().outer(py);
    }
    Some((traceparent, String::new()))
}
