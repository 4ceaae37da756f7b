//! Where a span stands, as OpenTelemetry tells it: ids, flags and state, out of its objects and into them.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use tracewood_sdk::SpanContext;
use tracewood_span::{SpanId, TraceId};

use super::api::Api;

/// `TraceFlags`: the trace is kept.
pub(super) const SAMPLED: u8 = 1;
/// `TraceFlags`: the trace id was drawn at random.
pub(super) const RANDOM: u8 = 2;

/// Ids, whether it is remote, flags and state; what comes behind them follows from them.
const N_FIELDS: usize = 5;

/// What stands in a `SpanContext` of OpenTelemetry, which need not name a span.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) trace_id: u128,
    pub(super) span_id: u64,
    pub(super) is_remote: bool,
    pub(super) flags: u8,
    /// A `TraceState`, unless it is empty.
    pub(super) state: Option<Py<PyAny>>,
}

/// What the `SpanContext` of a span says.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) trace_id: TraceId,
    pub(super) span_id: SpanId,
    pub(super) is_remote: bool,
    pub(super) flags: u8,
    /// A `TraceState`, unless it is empty.
    pub(super) state: Option<Py<PyAny>>,
}

impl Fields {
    /// Out of a `SpanContext` or whatever has its fields; `None` where it is none.
    pub(super) fn read<'py>(told: &Bound<'py, PyAny>) -> Option<Self> {
        let py = told.py();
        // The API's own class is a tuple, whose items are read without running anything.
        let fields = told.cast::<PyTuple>().ok().filter(|fields| fields.len() >= N_FIELDS);
        let field = |at: usize, name: &Bound<'py, PyString>| match fields {
            Some(fields) => fields.get_item(at).ok(),
            None => told.getattr(name).ok(),
        };
        let trace_id: u128 = field(0, intern!(py, "trace_id"))?.extract().ok()?;
        let span_id: u64 = field(1, intern!(py, "span_id"))?.extract().ok()?;
        let is_set = |field: &Bound<'_, PyAny>| field.is_truthy().unwrap_or(false);
        Some(Self {
            trace_id,
            span_id,
            is_remote: field(2, intern!(py, "is_remote")).as_ref().is_some_and(is_set),
            flags: field(3, intern!(py, "trace_flags")).and_then(|flags| flags.extract().ok()).unwrap_or_default(),
            state: field(4, intern!(py, "trace_state")).filter(is_set).map(Bound::unbind),
        })
    }

    /// As a `SpanContext`.
    pub(super) fn to_python<'py>(&self, py: Python<'py>, api: &Api) -> PyResult<Bound<'py, PyAny>> {
        let flags = api.trace_flags_class.bind(py).call1((self.flags,))?;
        let class = api.span_context_class.bind(py);
        match &self.state {
            Some(state) => class.call1((self.trace_id, self.span_id, self.is_remote, flags, state)),
            None => class.call1((self.trace_id, self.span_id, self.is_remote, flags)),
        }
    }

    /// The state as it stands in a header; empty where there is none.
    pub(super) fn state_text(&self, py: Python<'_>) -> String {
        state_text(py, self.state.as_ref())
    }
}

impl Place {
    /// Out of a `SpanContext` or whatever has its fields; `None` where it names no span.
    pub(super) fn read(told: &Bound<'_, PyAny>) -> Option<Self> {
        let Fields { trace_id, span_id, is_remote, flags, state } = Fields::read(told)?;
        Some(Self {
            trace_id: TraceId::new(trace_id.to_be_bytes())?,
            span_id: SpanId::new(span_id.to_be_bytes())?,
            is_remote,
            flags,
            state,
        })
    }

    /// As a `SpanContext`.
    pub(super) fn to_python<'py>(&self, py: Python<'py>, api: &Api) -> PyResult<Bound<'py, PyAny>> {
        let fields = Fields {
            trace_id: u128::from_be_bytes(*self.trace_id.as_bytes()),
            span_id: u64::from_be_bytes(*self.span_id.as_bytes()),
            is_remote: self.is_remote,
            flags: self.flags,
            state: self.state.as_ref().map(|state| state.clone_ref(py)),
        };
        fields.to_python(py, api)
    }

    /// As the recorder knows it.
    pub(super) fn context(&self) -> SpanContext {
        let context = if self.is_remote {
            SpanContext::remote(self.trace_id, self.span_id)
        } else {
            SpanContext::new(self.trace_id, self.span_id)
        };
        context.with_sampled(self.flags & SAMPLED != 0)
    }

    /// The state as it stands in a header; empty where there is none.
    pub(super) fn state_text(&self, py: Python<'_>) -> String {
        state_text(py, self.state.as_ref())
    }

    pub(super) fn clone_ref(&self, py: Python<'_>) -> Self {
        Self { state: self.state.as_ref().map(|state| state.clone_ref(py)), ..*self }
    }
}

fn state_text(py: Python<'_>, state: Option<&Py<PyAny>>) -> String {
    let text = |state: &Py<PyAny>| -> PyResult<String> {
        let text = state.bind(py).call_method0("to_header")?;
        Ok(text.cast::<PyString>()?.to_string_lossy().into_owned())
    };
    state.and_then(|state| text(state).ok()).unwrap_or_default()
}

/// A `tracestate` of a header as a `TraceState`.
pub(super) fn state_of(py: Python<'_>, api: &Api, text: &str) -> Option<Py<PyAny>> {
    if text.is_empty() {
        return None;
    }
    let read = api.trace_state_class.bind(py).call_method1("from_header", (vec![text],)).ok()?;
    read.is_truthy().unwrap_or(false).then(|| read.unbind())
}
