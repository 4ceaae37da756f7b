//! What can be read of a span at one moment, for processors and exporters that want it in Python.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use tracewood_sdk::OpenSpan;
use tracewood_span::{Attributes, Event, Link, Status, Value};

use super::api;
use super::place::{self, Fields, SAMPLED};
use super::span::Told;
use super::value;

/// What can be read of a span; nothing is made of it in Python before somebody looks.
#[pyclass(frozen, module = "tracewood._native")]
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(super) name: String,
    told: Arc<Told>,
    otel_kind: i32,
    started_at_unix_nanos: Option<u64>,
    ended_at_unix_nanos: Option<u64>,
    status: Status,
    message: String,
    attributes: Attributes,
    events: Vec<Event>,
    links: Vec<Link>,
    n_dropped: (u32, u32, u32),
}

impl Snapshot {
    /// Of a span that is open.
    pub(super) fn of(open: &OpenSpan, told: &Arc<Told>) -> Self {
        Self {
            name: open.name().to_owned(),
            told: Arc::clone(told),
            otel_kind: open.otel_kind(),
            started_at_unix_nanos: Some(open.started_at_unix_nanos()),
            ended_at_unix_nanos: open.ended_at_unix_nanos(),
            status: open.status(),
            message: open.status_message().to_owned(),
            attributes: open.told(),
            events: open.events().to_vec(),
            links: open.links().to_vec(),
            n_dropped: open.n_dropped(),
        }
    }

    /// Of a span that has ended while nobody was to read it.
    pub(super) fn nothing(py: Python<'_>, told: &Arc<Told>) -> Self {
        let name = told.tracer.as_ref().map(|tracer| tracer.bind(py).get().site.name().to_owned());
        Self {
            name: name.unwrap_or_default(),
            told: Arc::clone(told),
            otel_kind: 1,
            started_at_unix_nanos: None,
            ended_at_unix_nanos: None,
            status: Status::Unset,
            message: String::new(),
            attributes: Vec::new(),
            events: Vec::new(),
            links: Vec::new(),
            n_dropped: (0, 0, 0),
        }
    }

    /// As an object with the interface of the SDK's `ReadableSpan`.
    pub(super) fn readable<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("tracewood.otel._readable")?.getattr("readable")?.call1((slf,))
    }
}

#[pymethods]
impl Snapshot {
    /// Everything in it: what of OpenTelemetry's types is plain as it is, the rest as pieces to make them of.
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = PyDict::new(py);
        fields.set_item("name", &self.name)?;
        fields.set_item("kind", (self.otel_kind - 1).max(0))?;
        fields.set_item("start_time", self.started_at_unix_nanos)?;
        fields.set_item("end_time", self.ended_at_unix_nanos)?;
        fields.set_item("status", (self.status.code(), (!self.message.is_empty()).then_some(&self.message)))?;
        fields.set_item("attributes", value::mapping(py, &self.attributes)?)?;
        let events = PyList::empty(py);
        for event in &self.events {
            events.append((&event.name, event.at_unix_nanos, value::mapping(py, &event.attributes)?))?;
        }
        fields.set_item("events", events)?;
        if let Some(api) = api::get(py) {
            fields.set_item("context", self.told.context(py, api)?)?;
            fields.set_item("parent", self.told.parent.as_ref().map(|place| place.to_python(py, api)).transpose()?)?;
            let links = PyList::empty(py);
            for link in &self.links {
                let place = Fields {
                    trace_id: link.trace_id.map_or(0, |id| u128::from_be_bytes(*id.as_bytes())),
                    span_id: link.span_id.map_or(0, |id| u64::from_be_bytes(*id.as_bytes())),
                    is_remote: false,
                    flags: SAMPLED,
                    state: place::state_of(py, api, &link.trace_state),
                };
                links.append((place.to_python(py, api)?, value::mapping(py, &link.attributes)?))?;
            }
            fields.set_item("links", links)?;
        }
        fields.set_item("dropped", self.n_dropped)?;
        let tracer = self.told.tracer.as_ref().map(|tracer| tracer.bind(py).get());
        fields.set_item("scope", tracer.map(|tracer| tracer.scope.clone_ref(py)))?;
        let provider = tracer.map_or_else(|| super::provider::main(py), |tracer| Some(tracer.provider.clone_ref(py)));
        fields.set_item("provider", provider.and_then(|provider| provider.bind(py).get().owner(py)))?;
        Ok(fields)
    }
}

/// What a processor put in the place of the attributes of a span that was about to be delivered.
pub(super) fn attributes_of(object: &Bound<'_, PyAny>) -> Vec<(String, Value)> {
    value::attributes(object, usize::MAX).0
}
