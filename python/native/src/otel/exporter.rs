//! Spans of OpenTelemetry's SDK taken over into the recorder: read where they lie, once, when they have ended.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use tracewood_sdk::{OpenSpan, Site};
use tracewood_span::{Event, Status, limits};

use super::place::{Place, SAMPLED};
use super::provider::{Limits, scope_config};
use super::span::link_to;
use super::value;
use crate::guard::quietly;
use crate::{capture, context, recorder, redact};

/// What the spans of one instrumentation have in common, by what it says of itself: name, version, address of the words
/// that it uses, and attributes. A program has some dozens; one that
/// makes up names without end must not fill the memory.
static SITES: LazyLock<Mutex<Sites>> = LazyLock::new(Mutex::default);
type Sites = HashMap<[String; 4], Arc<Site>>;
const N_SITES_MAX: usize = 1000;

/// Takes over a `ReadableSpan` that is sampled, unless that was done, which a mark on it tells; answers whether it did.
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
        redact::leave_out_own(&mut open);
        if recorder::may_wait() {
            py.detach(|| recorder::get().end(open));
        } else {
            recorder::get().end(open);
        }
        Ok(true)
    })
}

/// A field of a span: where the SDK keeps it, which runs nothing, else as its interface has it.
macro_rules! field {
    ($span:expr, $name:literal) => {{
        let span: &Bound<'_, PyAny> = $span;
        match span.getattr_opt(intern!(span.py(), concat!("_", $name)))? {
            Some(held) => held,
            None => span.getattr(intern!(span.py(), $name))?,
        }
    }};
}

fn read(span: &Bound<'_, PyAny>) -> PyResult<Option<OpenSpan>> {
    let py = span.py();
    let Some(place) = Place::read(&field!(span, "context")) else { return Ok(None) };
    let mark = intern!(py, "_tracewood_taken");
    if place.flags & SAMPLED == 0 || span.getattr_opt(mark)?.is_some() {
        return Ok(None);
    }
    // Where a mark cannot be set, only another processor of ours could take the span twice.
    let _ = span.setattr(mark, true);
    let parent = field!(span, "parent");
    let parent = if parent.is_none() { None } else { Place::read(&parent) };
    let parent_id = parent.as_ref().map(|parent| parent.span_id);
    let mut open = recorder::get().start_in(&site_of(span)?, place.trace_id, parent_id);
    open.set_ids(place.trace_id, place.span_id);
    open.set_parent_remote(parent.is_some_and(|parent| parent.is_remote));
    open.set_name(&capture::text_of(&field!(span, "name")));
    if let Ok(at) = field!(span, "start_time").extract::<u64>() {
        open.set_started_at_unix_nanos(at);
    }
    if let Ok(at) = field!(span, "end_time").extract::<u64>() {
        open.set_ended_at_unix_nanos(at);
    }
    let kind = number_of(&field!(span, "kind"))?;
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

/// The number of a member of an enumeration, read where `enum` keeps it: its `value` is a property that takes its time.
fn number_of(member: &Bound<'_, PyAny>) -> PyResult<i32> {
    match member.getattr_opt(intern!(member.py(), "_value_"))? {
        Some(value) => value.extract(),
        None => member.getattr(intern!(member.py(), "value"))?.extract(),
    }
}

fn site_of(span: &Bound<'_, PyAny>) -> PyResult<Arc<Site>> {
    let scope = field!(span, "instrumentation_scope");
    let text = |name: &Bound<'_, PyString>| match scope.getattr_opt(name) {
        Ok(Some(text)) if !text.is_none() => capture::text_of(&text),
        _ => String::new(),
    };
    let more = match scope.getattr_opt(intern!(span.py(), "attributes")) {
        Ok(Some(more)) if !more.is_none() && more.len().unwrap_or_default() > 0 => {
            format!("{:?}", value::attributes(&more, usize::MAX).0)
        }
        _ => String::new(),
    };
    let told = [intern!(span.py(), "name"), intern!(span.py(), "version"), intern!(span.py(), "schema_url")];
    let [name, version, schema_url] = told.map(text);
    let key = [name.clone(), version.clone(), schema_url, more];
    let mut sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(site) = sites.get(&key) {
        return Ok(Arc::clone(site));
    }
    let site = Arc::new(Site::new(scope_config(name, version, &scope)));
    if sites.len() < N_SITES_MAX {
        sites.insert(key, Arc::clone(&site));
    }
    Ok(site)
}

fn read_status(span: &Bound<'_, PyAny>, open: &mut OpenSpan) -> PyResult<()> {
    let status = field!(span, "status");
    let code = number_of(&field!(&status, "status_code"))?;
    if code > 0 {
        let told = field!(&status, "description");
        let message = if told.is_none() { String::new() } else { capture::text_of(&told) };
        open.set_status(if code == 1 { Status::Ok } else { Status::Error }, &message);
    }
    Ok(())
}

fn read_attributes(span: &Bound<'_, PyAny>, open: &mut OpenSpan) -> PyResult<()> {
    let py = span.py();
    let held = field!(span, "attributes");
    if held.is_none() {
        return Ok(());
    }
    // The dictionary inside of the SDK's own mapping, which was bounded and cleaned when each value was set.
    let inside = held.getattr_opt(intern!(py, "_dict"))?.filter(PyAnyMethods::is_instance_of::<PyDict>);
    let (mut read, mut n_dropped) = value::attributes(inside.as_ref().unwrap_or(&held), usize::MAX);
    n_dropped += read.len().saturating_sub(limits::SPAN_ATTRIBUTES_MAX) as u32;
    read.truncate(limits::SPAN_ATTRIBUTES_MAX);
    open.replace_attributes(read);
    n_dropped += dropped(&held);
    if n_dropped > 0 {
        open.count_dropped_attributes(n_dropped);
    }
    Ok(())
}

/// How much a bounded container of the SDK left out.
fn dropped(container: &Bound<'_, PyAny>) -> u32 {
    let told = container.getattr_opt(intern!(container.py(), "dropped")).ok().flatten();
    told.and_then(|told| told.extract().ok()).unwrap_or_default()
}

fn read_events(span: &Bound<'_, PyAny>, open: &mut OpenSpan) -> PyResult<()> {
    let events = field!(span, "events");
    if events.is_none() || events.len()? == 0 {
        return Ok(());
    }
    for event in events.try_iter()? {
        let event = event?;
        let attributes = field!(&event, "attributes");
        open.put_event(
            Event {
                name: capture::text_of(&field!(&event, "name")),
                at_unix_nanos: field!(&event, "timestamp").extract().unwrap_or_default(),
                attributes: value::attributes(&attributes, usize::MAX).0,
                n_dropped_attributes: dropped(&attributes),
            },
            limits::SPAN_ATTRIBUTES_MAX,
        );
    }
    open.count_dropped_events(dropped(&events));
    Ok(())
}

fn read_links(span: &Bound<'_, PyAny>, open: &mut OpenSpan) -> PyResult<()> {
    let links = field!(span, "links");
    if links.is_none() || links.len()? == 0 {
        return Ok(());
    }
    for link in links.try_iter()? {
        let link = link?;
        let attributes = field!(&link, "attributes");
        if let Some(mut link) = link_to(&field!(&link, "context"), Some(&attributes), &Limits::default()) {
            link.n_dropped_attributes += dropped(&attributes);
            open.put_link(link, limits::SPAN_ATTRIBUTES_MAX);
        }
    }
    open.count_dropped_links(dropped(&links));
    Ok(())
}
