//! A span as OpenTelemetry's API knows it: around one of ours, whoever began it.

use std::sync::{Arc, OnceLock};

use pyo3::exceptions::{PyAttributeError, PyException};
use pyo3::prelude::*;
use tracewood_sdk::{OpenSpan, clock};
use tracewood_span::{Event, Link, SpanId, Status, TraceId, Value, keys::otel};

use super::api::{self, Api};
use super::place::{Fields, Place, RANDOM, SAMPLED, state_of};
use super::provider::{Limits, TracerCore};
use super::snapshot::Snapshot;
use super::value;
use crate::guard::quietly;
use crate::span::Span;
use crate::{exception, log, scope};

/// What OpenTelemetry knows of a span, for as long as somebody holds it.
#[derive(Debug)]
pub(crate) struct Told {
    pub(super) place: Place,
    pub(super) parent: Option<Place>,
    /// What made it; `None` for spans of our own API.
    pub(super) tracer: Option<Py<TracerCore>>,
    pub(super) limits: Limits,
    pub(super) records_exception: bool,
    pub(super) sets_status: bool,
    /// The `SpanContext`, once it was asked for.
    context: OnceLock<Py<PyAny>>,
}

impl Told {
    pub(super) fn new(place: Place, parent: Option<Place>, tracer: Option<Py<TracerCore>>, limits: Limits) -> Self {
        Self { place, parent, tracer, limits, records_exception: true, sets_status: true, context: OnceLock::new() }
    }

    pub(super) fn context<'py>(&self, py: Python<'py>, api: &Api) -> PyResult<Bound<'py, PyAny>> {
        if let Some(context) = self.context.get() {
            return Ok(context.bind(py).clone());
        }
        let made = self.place.to_python(py, api)?;
        // Somebody else may have been first; one of them is as good as the other.
        let _ = self.context.set(made.clone().unbind());
        Ok(made)
    }
}

/// A span as OpenTelemetry's API knows it.
#[pyclass(frozen, module = "tracewood.otel", name = "OtelSpan")]
#[derive(Debug)]
pub(crate) struct OtelSpan {
    pub(super) inner: Py<Span>,
    pub(super) told: Arc<Told>,
}

impl OtelSpan {
    /// The face of a span that was begun, by whichever API.
    pub(super) fn of<'py>(py: Python<'py>, api: &Api, span: &Bound<'py, Span>) -> Option<Bound<'py, Self>> {
        let this = span.get();
        let told = match this.otel.get() {
            Some(told) => Arc::clone(told),
            None => Arc::clone(this.otel.get_or_init(|| Arc::new(told_of(py, api, span)))),
        };
        this.ids()?;
        Bound::new(py, Self { inner: span.clone().unbind(), told }).ok()
    }

    fn api(py: Python<'_>) -> PyResult<&Api> {
        api::get(py).ok_or_else(|| PyAttributeError::new_err("opentelemetry-api is not imported"))
    }

    /// Changes the span, unless it has ended, which is said once for each such call as OpenTelemetry's SDK does.
    fn change(&self, py: Python<'_>, what: &str, change: impl FnOnce(&mut OpenSpan)) {
        let inner = self.inner.get();
        if inner.is_open() {
            inner.change(change);
        } else {
            log::write(py, 30, &format!("{what} of a span that has ended is ignored"));
        }
    }

    pub(super) fn record(
        &self,
        error: &Bound<'_, PyAny>,
        attributes: Option<&Bound<'_, PyAny>>,
        timestamp: Option<u64>,
        is_escaped: bool,
    ) {
        let py = error.py();
        let told = exception::tell(error);
        let mut all = told.attributes();
        all.push((otel::EXCEPTION_ESCAPED.to_owned(), Value::from(if is_escaped { "True" } else { "False" })));
        if let Some(attributes) = attributes {
            for (key, value) in value::attributes(attributes, self.told.limits.n_other_chars).0 {
                all.retain(|(known, _)| *known != key);
                all.push((key, value));
            }
        }
        let limits = self.told.limits;
        self.change(py, "an exception", |open| {
            let at_unix_nanos = timestamp.unwrap_or_else(|| open.now_unix_nanos());
            let name = otel::EXCEPTION_EVENT.to_owned();
            open.put_event(event(name, at_unix_nanos, all, limits.n_event_attributes), limits.n_events);
        });
    }

    /// What an exception that leaves the span's block says of it.
    pub(super) fn fail(&self, error: &Bound<'_, PyAny>, records: bool, sets_status: bool, is_escaped: bool) {
        if records {
            self.record(error, None, None, is_escaped);
        }
        if sets_status {
            let text = exception::tell(error).typed_message();
            self.state(error.py(), Status::Error, &text);
        }
    }

    /// Says how it stands: `OK` is final, and unset says nothing.
    fn state(&self, py: Python<'_>, status: Status, message: &str) {
        self.change(py, "the status", |open| {
            if open.status() != Status::Ok && status != Status::Unset {
                open.set_status(status, message);
            }
        });
    }

    /// What can be read of it now.
    pub(super) fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Snapshot>> {
        let ended = self.inner.get().state().ended.as_ref().map(|ended| ended.bind(py).clone());
        if let Some(ended) = ended {
            return Ok(ended);
        }
        let read = self.inner.get().state().open.as_ref().map(|open| Snapshot::of(open, &self.told));
        Bound::new(py, read.unwrap_or_else(|| Snapshot::nothing(py, &self.told)))
    }
}

/// What OpenTelemetry is told of a span that it did not begin.
fn told_of(py: Python<'_>, api: &Api, span: &Bound<'_, Span>) -> Told {
    let this = span.get();
    let context = this.context();
    let is_sampled = context.as_ref().and_then(tracewood_sdk::SpanContext::is_sampled).unwrap_or(true);
    let flags = RANDOM | if is_sampled { SAMPLED } else { 0 };
    let outer = this.outer(py);
    let state = outer.as_ref().and_then(|outer| {
        let outer = outer.get();
        match (outer.tracestate(), outer.otel.get()) {
            (Some(text), _) => state_of(py, api, text),
            (None, Some(told)) => told.place.state.as_ref().map(|state| state.clone_ref(py)),
            _ => None,
        }
    });
    // Without ids there is nothing to tell, and nobody sees what is made here.
    let nowhere = || (tracewood_sdk::ids::trace_id(), tracewood_sdk::ids::span_id());
    let (trace_id, span_id) = this.ids().unwrap_or_else(nowhere);
    let parent = this.state().open.as_ref().and_then(|open| {
        let span_id = open.parent_span_id()?;
        Some(Place { trace_id, span_id, is_remote: open.is_parent_remote(), flags, state: None })
    });
    let place = Place { trace_id, span_id, is_remote: this.tracestate().is_some(), flags, state };
    Told::new(place, parent, None, Limits::default())
}

/// The last so many of some attributes, each of whose keys is there once.
fn last_of(mut attributes: Vec<(String, Value)>, n_max: usize) -> Vec<(String, Value)> {
    let n_surplus = attributes.len().saturating_sub(n_max);
    attributes.drain(..n_surplus);
    attributes
}

/// An event with the last so many of its attributes, and how many gave way.
fn event(name: String, at_unix_nanos: u64, attributes: Vec<(String, Value)>, n_max: usize) -> Event {
    let n_given = attributes.len();
    let attributes = last_of(attributes, n_max);
    Event { name, at_unix_nanos, n_dropped_attributes: (n_given - attributes.len()) as u32, attributes }
}

#[pymethods]
impl OtelSpan {
    /// Ends it; only the first end counts.
    #[pyo3(signature = (end_time=None))]
    pub(super) fn end(&self, py: Python<'_>, end_time: Option<&Bound<'_, PyAny>>) {
        let inner = self.inner.bind(py);
        if !inner.get().is_open() {
            log::write(py, 30, "the end of a span that has ended is ignored");
            return;
        }
        let stated = end_time.and_then(|time| time.extract::<u64>().ok());
        quietly(py, || {
            let now = || inner.get().state().open.as_ref().map_or_else(clock::now_unix_nanos, OpenSpan::now_unix_nanos);
            let ended_at = stated.unwrap_or_else(now);
            if self.told.tracer.is_none() {
                scope::retire(inner, false);
            }
            scope::finish(inner, ended_at, |_, _| {});
            Ok(())
        });
    }

    /// Where it stands.
    fn get_span_context<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.told.context(py, Self::api(py)?)
    }

    /// Where it stands.
    #[getter]
    fn context<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.told.context(py, Self::api(py)?)
    }

    /// Sets an attribute.
    fn set_attribute(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) {
        quietly(key.py(), || {
            let limits = self.told.limits;
            let key_text = value::key_of(key);
            let read = value::read(value, limits.n_chars);
            self.change(key.py(), "an attribute", |open| match key_text {
                Some(key) => open.put_attribute(&key, read, limits.n_attributes),
                None => open.count_dropped_attributes(1),
            });
            Ok(())
        });
    }

    /// Sets attributes.
    fn set_attributes(&self, attributes: &Bound<'_, PyAny>) {
        quietly(attributes.py(), || {
            let limits = self.told.limits;
            let (read, n_refused) = value::attributes(attributes, limits.n_chars);
            self.change(attributes.py(), "an attribute", |open| put_all(open, read, n_refused, limits.n_attributes));
            Ok(())
        });
    }

    /// Notes that something happened.
    #[pyo3(signature = (name, attributes=None, timestamp=None))]
    fn add_event(&self, name: &Bound<'_, PyAny>, attributes: Option<&Bound<'_, PyAny>>, timestamp: Option<u64>) {
        quietly(name.py(), || {
            let limits = self.told.limits;
            let name_text = crate::capture::text_of(name);
            let read = attributes.map(|told| value::attributes(told, limits.n_other_chars).0).unwrap_or_default();
            self.change(name.py(), "an event", |open| {
                let at_unix_nanos = timestamp.unwrap_or_else(|| open.now_unix_nanos());
                open.put_event(event(name_text, at_unix_nanos, read, limits.n_event_attributes), limits.n_events);
            });
            Ok(())
        });
    }

    /// Points at another span.
    #[pyo3(signature = (context, attributes=None))]
    fn add_link(&self, py: Python<'_>, context: &Bound<'_, PyAny>, attributes: Option<&Bound<'_, PyAny>>) {
        quietly(py, || {
            if let Some(link) = link_to(context, attributes, &self.told.limits) {
                self.change(py, "a link", |open| open.put_link(link, self.told.limits.n_links));
            }
            Ok(())
        });
    }

    /// Renames it.
    fn update_name(&self, name: &Bound<'_, PyAny>) {
        let text = crate::capture::text_of(name);
        self.change(name.py(), "the name", |open| open.set_name(&text));
    }

    /// Whether what is said of it is recorded.
    pub(super) fn is_recording(&self) -> bool {
        self.inner.get().is_open()
    }

    /// Says how it stands: a `Status`, or a `StatusCode` with a description.
    #[pyo3(signature = (status, description=None))]
    fn set_status(&self, status: &Bound<'_, PyAny>, description: Option<&Bound<'_, PyAny>>) {
        let py = status.py();
        quietly(py, || {
            let (code, text) = match status.getattr_opt("status_code")? {
                Some(code) => {
                    if let Some(description) = description {
                        log::write(py, 30, &format!("the description '{description}' beside a Status is ignored"));
                    }
                    let text = status.getattr("description")?;
                    (code, (!text.is_none()).then(|| text.to_string()))
                }
                None => (
                    status.clone(),
                    description.filter(|text| text.is_instance_of::<pyo3::types::PyString>()).map(ToString::to_string),
                ),
            };
            let status = match code.getattr("value").and_then(|number| number.extract::<u8>()) {
                Ok(1) => Status::Ok,
                Ok(2) => Status::Error,
                _ => Status::Unset,
            };
            let message = if status == Status::Error { text.unwrap_or_default() } else { String::new() };
            self.state(py, status, &message);
            Ok(())
        });
    }

    /// Notes an exception.
    #[pyo3(signature = (exception, attributes=None, timestamp=None, escaped=false))]
    fn record_exception(
        &self,
        exception: &Bound<'_, PyAny>,
        attributes: Option<&Bound<'_, PyAny>>,
        timestamp: Option<u64>,
        escaped: bool,
    ) {
        quietly(exception.py(), || {
            self.record(exception, attributes, timestamp, escaped);
            Ok(())
        });
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (exc_type, exc_val, exc_tb))]
    fn __exit__(
        &self,
        py: Python<'_>,
        exc_type: &Bound<'_, PyAny>,
        exc_val: &Bound<'_, PyAny>,
        exc_tb: &Bound<'_, PyAny>,
    ) {
        let _ = (exc_type, exc_tb);
        quietly(py, || {
            if !exc_val.is_none() && self.is_recording() {
                self.fail(exc_val, self.told.records_exception, self.told.sets_status, true);
            }
            Ok(())
        });
        self.end(py, None);
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let name = self.snapshot(py)?.get().name.clone();
        Ok(format!("Span(name=\"{name}\", context={})", self.get_span_context(py)?.repr()?))
    }

    /// What OpenTelemetry's SDK lets be read of a span besides: put together when it is asked for.
    fn __getattr__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let refused = || PyAttributeError::new_err(format!("'Span' object has no attribute '{name}'"));
        if name.starts_with("__") {
            return Err(refused());
        }
        let readable = Snapshot::readable(&self.snapshot(py)?)?;
        readable.getattr_opt(name)?.ok_or_else(refused)
    }
}

/// Takes attributes in, the oldest giving way.
pub(super) fn put_all(open: &mut OpenSpan, attributes: Vec<(String, Value)>, n_refused: u32, n_max: usize) {
    for (key, value) in attributes {
        open.put_attribute(&key, value, n_max);
    }
    if n_refused > 0 {
        open.count_dropped_attributes(n_refused);
    }
}

/// A link to the span of a `SpanContext`; `None` where it names none and nothing else is said of it.
pub(super) fn link_to(
    context: &Bound<'_, PyAny>,
    attributes: Option<&Bound<'_, PyAny>>,
    limits: &Limits,
) -> Option<Link> {
    let place = Fields::read(context)?;
    let read = attributes.map(|told| value::attributes(told, limits.n_other_chars).0).unwrap_or_default();
    let n_given = read.len();
    let attributes = last_of(read, limits.n_link_attributes);
    let link = Link {
        trace_id: TraceId::new(place.trace_id.to_be_bytes()),
        span_id: SpanId::new(place.span_id.to_be_bytes()),
        trace_state: place.state_text(context.py()),
        n_dropped_attributes: (n_given - attributes.len()) as u32,
        attributes,
    };
    link.is_telling().then_some(link)
}

/// Whether an exception is one that `use_span` records: what only leaves a block, as `GeneratorExit` does, is none.
pub(super) fn is_error(error: &Bound<'_, PyAny>) -> bool {
    error.is_instance_of::<PyException>()
}
