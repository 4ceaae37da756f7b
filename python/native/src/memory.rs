//! The destination in memory, and its spans as plain Python dictionaries.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use tracewood_sdk::memory::Spans;
use tracewood_span::{Attributes, Span, Value};

/// The spans that arrived.
#[pyclass(frozen, module = "tracewood._native")]
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) spans: Spans,
}

#[pymethods]
impl Memory {
    /// Every span that arrived so far, in the order of their ends.
    fn spans<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let told = PyList::empty(py);
        for span in self.spans.all() {
            told.append(to_python(py, &span)?)?;
        }
        Ok(told)
    }

    /// Forgets them.
    fn clear(&self) {
        self.spans.clear();
    }
}

/// A span as a dictionary: the canonical fields, and what the client sent under `attributes`.
pub(crate) fn to_python<'py>(py: Python<'py>, span: &Span) -> PyResult<Bound<'py, PyDict>> {
    let told = PyDict::new(py);
    told.set_item("trace_id", span.trace_id.to_string())?;
    told.set_item("span_id", span.span_id.to_string())?;
    told.set_item("parent_span_id", span.parent_span_id.map(|id| id.to_string()))?;
    told.set_item("name", &span.name)?;
    told.set_item("kind", span.kind.as_str())?;
    told.set_item("kind_original", &span.kind_text)?;
    told.set_item("status", span.status.as_str())?;
    told.set_item("status_message", &span.status_message)?;
    told.set_item("started_at_unix_nanos", span.started_at_unix_nanos)?;
    told.set_item("ended_at_unix_nanos", span.ended_at_unix_nanos)?;
    told.set_item("input", span.input_value().map(|value| content(py, value)).transpose()?)?;
    told.set_item("output", span.output_value().map(|value| content(py, value)).transpose()?)?;
    told.set_item("model", span.model())?;
    told.set_item("provider", span.provider.as_deref())?;
    told.set_item("model_parameters", mapping(py, &span.model_parameters)?)?;
    let usage = PyDict::new(py);
    for (name, count) in [
        ("input_tokens", span.usage.input_tokens),
        ("output_tokens", span.usage.output_tokens),
        ("total_tokens", span.usage.total_tokens),
        ("cache_read_tokens", span.usage.cache_read_tokens),
        ("cache_write_tokens", span.usage.cache_write_tokens),
        ("reasoning_tokens", span.usage.reasoning_tokens),
    ] {
        if let Some(count) = count {
            usage.set_item(name, count)?;
        }
    }
    told.set_item("usage", usage)?;
    told.set_item("cost_usd", span.cost_usd)?;
    told.set_item("session_id", span.session_id.as_deref())?;
    told.set_item("user_id", span.user_id.as_deref())?;
    told.set_item("tags", &span.tags)?;
    told.set_item("environment", span.environment.as_deref())?;
    told.set_item("metadata", mapping(py, &span.metadata)?)?;
    told.set_item("attributes", mapping(py, &span.attributes)?)?;
    let events = PyList::empty(py);
    for event in &span.events {
        let one = PyDict::new(py);
        one.set_item("name", &event.name)?;
        one.set_item("at_unix_nanos", event.at_unix_nanos)?;
        one.set_item("attributes", mapping(py, &event.attributes)?)?;
        events.append(one)?;
    }
    told.set_item("events", events)?;
    Ok(told)
}

/// An input or output: text that is a JSON list or mapping is given parsed, as the server does.
fn content<'py>(py: Python<'py>, found: &Value) -> PyResult<Bound<'py, PyAny>> {
    if let Value::String(text) = found
        && text.starts_with(['{', '['])
        && let Ok(parsed) = py.import("json")?.call_method1("loads", (text,))
    {
        return Ok(parsed);
    }
    value(py, found)
}

pub(crate) fn mapping<'py>(py: Python<'py>, attributes: &Attributes) -> PyResult<Bound<'py, PyDict>> {
    let told = PyDict::new(py);
    for (key, item) in attributes {
        told.set_item(key, value(py, item)?)?;
    }
    Ok(told)
}

pub(crate) fn value<'py>(py: Python<'py>, found: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match found {
        Value::Null => py.None().into_bound(py),
        Value::Bool(flag) => flag.into_pyobject(py)?.to_owned().into_any(),
        Value::Int(number) => number.into_pyobject(py)?.into_any(),
        Value::Double(number) => number.into_pyobject(py)?.into_any(),
        Value::String(text) => text.into_pyobject(py)?.into_any(),
        Value::Bytes(bytes) => PyBytes::new(py, bytes).into_any(),
        Value::Array(items) => {
            let list = PyList::empty(py);
            for item in items {
                list.append(value(py, item)?)?;
            }
            list.into_any()
        }
        Value::Map(items) => mapping(py, items)?.into_any(),
    })
}
