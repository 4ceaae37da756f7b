//! Spans of OpenTelemetry's SDK taken over into the recorder: read where they lie, once, when they have ended.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tracewood_sdk::{OpenSpan, Site, site};
use tracewood_span::{Event, Status, limits};

use super::place::{Place, SAMPLED};
use super::provider::Limits;
use super::span::link_to;
use super::value;
use crate::guard::quietly;
use crate::{capture, context, recorder, redact};

/// What the spans of one instrumentation have in common, by its name and version. A program has some dozens; one that
/// makes up names without end must not fill the memory.
static SITES: LazyLock<Mutex<Sites>> = LazyLock::new(Mutex::default);
type Sites = HashMap<(String, String), Arc<Site>>;
const N_SITES_MAX: usize = 1000;

/// The mark on a span that was taken over, so that no second processor takes it again.
const MARK: &str = "_tracewood_taken";

/// Takes over a `ReadableSpan` that is sampled, unless that was done; answers whether it did.
#[pyfunction]
pub(crate) fn record_readable(span: &Bound<'_, PyAny>) -> bool {
    let py = span.py();
    if !recorder::is_active() {
        return false;
    }
    quietly(py, || {
        let Some(mut open) = read(span)? else { return Ok(false) };
        if let Some(attributes) = context::attributes(py) {
            open.set_trace_attributes(attributes);
        }
        redact::apply(py, &mut open);
        if recorder::may_wait() {
            py.detach(|| recorder::get().end(open));
        } else {
            recorder::get().end(open);
        }
        Ok(true)
    })
}

fn read(span: &Bound<'_, PyAny>) -> PyResult<Option<OpenSpan>> {
    let py = span.py();
    let Some(place) = Place::read(&span.getattr("context")?) else { return Ok(None) };
    if place.flags & SAMPLED == 0 || span.getattr_opt(MARK)?.is_some() {
        return Ok(None);
    }
    // Where a mark cannot be set, only another processor of ours could take the span twice.
    let _ = span.setattr(MARK, true);
    let parent = span.getattr("parent")?;
    let parent = if parent.is_none() { None } else { Place::read(&parent) };
    let parent_id = parent.as_ref().map(|parent| parent.span_id);
    let mut open = recorder::get().start_in(&site_of(span)?, place.trace_id, parent_id);
    open.set_ids(place.trace_id, place.span_id);
    open.set_parent_remote(parent.is_some_and(|parent| parent.is_remote));
    open.set_name(&capture::text_of(&span.getattr("name")?));
    if let Ok(at) = span.getattr("start_time")?.extract::<u64>() {
        open.set_started_at_unix_nanos(at);
    }
    if let Ok(at) = span.getattr("end_time")?.extract::<u64>() {
        open.set_ended_at_unix_nanos(at);
    }
    let kind: i32 = span.getattr("kind")?.getattr("value")?.extract()?;
    if kind > 0 {
        open.set_otel_kind(kind + 1);
    }
    if place.state.is_some() {
        open.set_trace_state(place.state_text(py));
    }
    read_status(span, &mut open)?;
    read_attributes(span, &mut open)?;
    read_events(span, &mut open)?;
    read_links(span, &mut open)?;
    Ok(Some(open))
}

fn site_of(span: &Bound<'_, PyAny>) -> PyResult<Arc<Site>> {
    let scope = span.getattr("instrumentation_scope")?;
    let text = |name| match scope.getattr_opt(name) {
        Ok(Some(text)) if !text.is_none() => capture::text_of(&text),
        _ => String::new(),
    };
    let key = (text("name"), text("version"));
    let mut sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(site) = sites.get(&key) {
        return Ok(Arc::clone(site));
    }
    let site = Arc::new(Site::new(site::Config {
        name: key.0.clone(),
        scope: Some(key.clone()),
        is_instrumented: true,
        ..site::Config::default()
    }));
    if sites.len() < N_SITES_MAX {
        sites.insert(key, Arc::clone(&site));
    }
    Ok(site)
}

fn read_status(span: &Bound<'_, PyAny>, open: &mut OpenSpan) -> PyResult<()> {
    let status = span.getattr("status")?;
    let code: i32 = status.getattr("status_code")?.getattr("value")?.extract()?;
    if code > 0 {
        let told = status.getattr("description")?;
        let message = if told.is_none() { String::new() } else { capture::text_of(&told) };
        open.set_status(if code == 1 { Status::Ok } else { Status::Error }, &message);
    }
    Ok(())
}

fn read_attributes(span: &Bound<'_, PyAny>, open: &mut OpenSpan) -> PyResult<()> {
    // The dictionary inside of the SDK's own mapping, which was bounded and cleaned when each value was set.
    let held = span.getattr_opt("_attributes")?;
    let inside =
        held.as_ref().and_then(|held| held.getattr_opt("_dict").ok()?).filter(PyAnyMethods::is_instance_of::<PyDict>);
    let attributes = match inside {
        Some(inside) => inside,
        None => span.getattr("attributes")?,
    };
    let (mut read, mut n_dropped) = value::attributes(&attributes, usize::MAX);
    n_dropped += read.len().saturating_sub(limits::SPAN_ATTRIBUTES_MAX) as u32;
    read.truncate(limits::SPAN_ATTRIBUTES_MAX);
    open.replace_attributes(read);
    n_dropped += span.getattr("dropped_attributes")?.extract::<u32>()?;
    if n_dropped > 0 {
        open.count_dropped_attributes(n_dropped);
    }
    Ok(())
}

fn read_events(span: &Bound<'_, PyAny>, open: &mut OpenSpan) -> PyResult<()> {
    for event in span.getattr("events")?.try_iter()? {
        let event = event?;
        let attributes = event.getattr("attributes")?;
        open.put_event(
            Event {
                name: capture::text_of(&event.getattr("name")?),
                at_unix_nanos: event.getattr("timestamp")?.extract().unwrap_or_default(),
                attributes: value::attributes(&attributes, usize::MAX).0,
            },
            limits::SPAN_ATTRIBUTES_MAX,
        );
    }
    Ok(())
}

fn read_links(span: &Bound<'_, PyAny>, open: &mut OpenSpan) -> PyResult<()> {
    for link in span.getattr("links")?.try_iter()? {
        let link = link?;
        let attributes = link.getattr("attributes")?;
        if let Some(link) = link_to(&link.getattr("context")?, Some(&attributes), &Limits::default()) {
            open.put_link(link, limits::SPAN_ATTRIBUTES_MAX);
        }
    }
    Ok(())
}
