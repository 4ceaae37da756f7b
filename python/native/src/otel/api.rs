//! What is kept of the packages of OpenTelemetry once they are imported: their types, and the variable of their context.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyType};

use crate::context;

static API: PyOnceLock<Api> = PyOnceLock::new();

/// The objects of `opentelemetry-api` that are needed for every span.
#[derive(Debug)]
pub(super) struct Api {
    /// The variable that holds the current context, where it is held in one.
    pub(super) variable: Option<Py<PyAny>>,
    /// What answers and changes the current context otherwise.
    pub(super) runtime: Py<PyAny>,
    pub(super) context_class: Py<PyType>,
    /// The key of the current span in a context; it has a random part.
    pub(super) span_key: Py<PyString>,
    pub(super) span_context_class: Py<PyType>,
    pub(super) trace_flags_class: Py<PyType>,
    pub(super) trace_state_class: Py<PyType>,
    pub(super) non_recording_class: Py<PyType>,
    pub(super) invalid_span: Py<PyAny>,
}

/// The packages, if they are imported.
#[inline]
pub(super) fn get(py: Python<'_>) -> Option<&Api> {
    API.get(py)
}

/// Whether the packages are imported.
#[inline]
pub(crate) fn is_joined(py: Python<'_>) -> bool {
    API.get(py).is_some()
}

fn class(module: &Bound<'_, PyModule>, name: &str) -> PyResult<Py<PyType>> {
    Ok(module.getattr(name)?.cast_into::<PyType>()?.unbind())
}

/// From now on the current span lies in OpenTelemetry's context; one that is current already is put there.
#[pyfunction]
#[pyo3(signature = (variable, runtime, span_key))]
pub(crate) fn join_opentelemetry(
    py: Python<'_>,
    variable: Option<Py<PyAny>>,
    runtime: Py<PyAny>,
    span_key: Py<PyString>,
) -> PyResult<()> {
    if API.get(py).is_some() {
        return Ok(());
    }
    let spans = py.import("opentelemetry.trace.span")?;
    let api = Api {
        variable,
        runtime,
        context_class: class(&py.import("opentelemetry.context.context")?, "Context")?,
        span_key,
        span_context_class: class(&spans, "SpanContext")?,
        trace_flags_class: class(&spans, "TraceFlags")?,
        trace_state_class: class(&spans, "TraceState")?,
        non_recording_class: class(&spans, "NonRecordingSpan")?,
        invalid_span: spans.getattr("INVALID_SPAN")?.unbind(),
    };
    spans.getattr("Span")?.call_method1("register", (py.get_type::<super::span::OtelSpan>(),))?;
    let before = context::current(py);
    let _ = API.set(py, api);
    if let Some(span) = before.filter(|span| span.get().is_open()) {
        context::set_current(py, Some(&span));
    }
    Ok(())
}
