//! What a program says of a span by hand: manual spans, the current span, and updates of both.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tracewood_sdk::{OpenSpan, Site};
use tracewood_span::{SpanId, TraceId, Usage};

use crate::guard::quietly;
use crate::scope;
use crate::span::{self, Span};
use crate::{capture, context, recorder};

/// Begins a span by hand, without making it current; one that records nothing while tracing is off.
#[pyfunction]
#[pyo3(signature = (name, kind, *, trace_id=None, parent_span_id=None, parent=None, is_mutagent=false))]
pub(crate) fn start_span<'py>(
    py: Python<'py>,
    name: &str,
    kind: &str,
    trace_id: Option<&str>,
    parent_span_id: Option<&str>,
    parent: Option<&Bound<'py, Span>>,
    is_mutagent: bool,
) -> PyResult<Bound<'py, Span>> {
    if !recorder::is_active() {
        return scope::none(py);
    }
    let mut outer = context::current(py);
    if let Some(parent) = parent {
        let remote = parent.get().remote_within(outer.clone().map(Bound::unbind));
        outer = remote.map(|remote| Bound::new(py, remote)).transpose()?.or(outer);
    }
    let around = outer.as_ref().and_then(|outer| outer.get().context());
    let site = Arc::new(Site::named(name, kind));
    let trace_id = trace_id.and_then(trace_id_of);
    let parent_span_id = parent_span_id.and_then(|text| text.parse::<SpanId>().ok());
    let open = match (&around, trace_id, parent_span_id) {
        (Some(around), None, None) => recorder::get().start(&site, Some(around)),
        (None, None, None) => recorder::get().start(&site, None),
        // A trace of its own and no parent said: a root there, unless that trace is the one around.
        (Some(around), Some(trace_id), None) if around.trace_id() == trace_id => {
            recorder::get().start(&site, Some(around))
        }
        (_, Some(trace_id), parent) => recorder::get().start_in(&site, trace_id, parent),
        // A parent without its trace lies in the trace around, as children do.
        (Some(around), None, Some(parent)) => recorder::get().start_in(&site, around.trace_id(), Some(parent)),
        (None, None, Some(parent)) => recorder::get().start_in(&site, tracewood_sdk::ids::trace_id(), Some(parent)),
    };
    scope::wrap(py, open, outer, span::Options { has_frame: false, captures_output: false, is_mutagent })
}

/// A trace id as hex or as a dashed UUID.
fn trace_id_of(text: &str) -> Option<TraceId> {
    text.replace('-', "").parse().ok()
}

/// The current span, unless there is none or it has ended.
#[pyfunction]
pub(crate) fn current_span(py: Python<'_>) -> Option<Bound<'_, Span>> {
    let current = context::current(py)?;
    (current.get().is_open() && current.get().tracestate().is_none()).then_some(current)
}

/// The ids of the current span in hex, also where it has ended.
#[pyfunction]
pub(crate) fn current_ids(py: Python<'_>) -> Option<(String, String)> {
    let (trace_id, span_id) = context::current(py)?.get().ids()?;
    Some((trace_id.to_string(), span_id.to_string()))
}

/// Makes a span, or none, current without any order; answers what was.
#[pyfunction]
#[pyo3(signature = (span))]
pub(crate) fn swap_current<'py>(py: Python<'py>, span: Option<&Bound<'py, Span>>) -> Option<Bound<'py, Span>> {
    let before = context::current(py);
    context::set_current(py, span);
    before
}

/// Says things of a span; what is `None` stays as it is.
///
/// The words are `name, kind, input, output, metadata, tags, model, model_responded, provider, model_parameters, usage,
/// cost_usd, prompt, session_id, user_id, latency_millis, time_to_first_token_millis, trace_session_id, trace_user_id,
/// trace_metadata, trace_tags`; `is_mutagent_io` says that input and output have the form of MutagenT's `SpanIO`.
#[pyfunction]
pub(crate) fn update(span: &Bound<'_, Span>, words: &Bound<'_, PyDict>) {
    quietly(span.py(), || {
        let is_io = words.get_item("is_mutagent_io")?.is_some_and(|flag| flag.is_truthy().unwrap_or(false));
        for (word, value) in words.iter() {
            if !value.is_none() {
                let word: String = word.extract()?;
                say(span.get(), &word, &value, is_io);
            }
        }
        Ok(())
    });
}

pub(crate) fn say(span: &Span, word: &str, value: &Bound<'_, PyAny>, is_io: bool) {
    let text = || capture::text_of(value);
    match word {
        "input" | "output" => {
            let captured = if is_io { capture::json(value).as_mutagent_io() } else { capture::value(value) };
            if word == "output" {
                span.state_output(captured);
            } else {
                span.change(|open| open.set_input(captured));
            }
        }
        "name" => span.change(|open| open.set_name(&text())),
        "kind" => span.change(|open| open.set_kind(&text())),
        "metadata" => change_json(span, value, OpenSpan::set_metadata),
        "tags" => change_texts(span, value, OpenSpan::set_tags),
        "model" => span.change(|open| open.set_model(text())),
        "model_responded" => span.change(|open| open.set_model_responded(text())),
        "provider" => span.change(|open| open.set_provider(text())),
        "model_parameters" => change_json(span, value, OpenSpan::set_model_parameters),
        "prompt" => change_json(span, value, OpenSpan::set_prompt),
        "session_id" => span.change(|open| open.set_session_id(text())),
        "user_id" => span.change(|open| open.set_user_id(text())),
        "trace_session_id" => span.change(|open| open.set_trace_session_id(text())),
        "trace_user_id" => span.change(|open| open.set_trace_user_id(text())),
        "trace_metadata" => change_json(span, value, OpenSpan::set_trace_metadata),
        "trace_tags" => change_texts(span, value, OpenSpan::set_trace_tags),
        "usage" => {
            let (usage, stated) = (usage_of(value), capture::json(value));
            span.change(|open| {
                open.set_usage(usage);
                open.set_usage_stated(stated);
            });
        }
        "cost_usd" => change_number(span, value, OpenSpan::set_cost_usd),
        "latency_millis" => change_millis(span, value, OpenSpan::set_latency),
        "time_to_first_token_millis" => change_millis(span, value, OpenSpan::set_time_to_first_token),
        _ => {}
    }
}

fn change_json(span: &Span, value: &Bound<'_, PyAny>, set: fn(&mut OpenSpan, tracewood_sdk::Captured)) {
    let captured = capture::json(value);
    span.change(|open| set(open, captured));
}

fn change_texts(span: &Span, value: &Bound<'_, PyAny>, set: fn(&mut OpenSpan, Vec<String>)) {
    let texts = capture::texts(value);
    span.change(|open| set(open, texts));
}

fn change_number(span: &Span, value: &Bound<'_, PyAny>, set: fn(&mut OpenSpan, f64)) {
    if let Ok(number) = value.extract::<f64>() {
        span.change(|open| set(open, number));
    }
}

fn change_millis(span: &Span, value: &Bound<'_, PyAny>, set: fn(&mut OpenSpan, std::time::Duration)) {
    let millis = value.extract::<f64>().ok();
    if let Some(time) = millis.and_then(|millis| std::time::Duration::try_from_secs_f64(millis / 1e3).ok()) {
        span.change(|open| set(open, time));
    }
}

/// The tokens in a mapping, under the names that TraceRoot, OpenAI and Anthropic give them.
fn usage_of(value: &Bound<'_, PyAny>) -> Usage {
    let Ok(mapping) = value.cast::<PyDict>() else { return Usage::default() };
    let count = |names: &[&str]| {
        names.iter().find_map(|name| {
            let count = mapping.get_item(name).ok().flatten()?.extract::<u64>().ok()?;
            (count <= Usage::COUNT_MAX).then_some(count)
        })
    };
    Usage {
        input_tokens: count(&["input_tokens", "prompt_tokens"]),
        output_tokens: count(&["output_tokens", "completion_tokens"]),
        total_tokens: count(&["total_tokens"]),
        cache_read_tokens: count(&["cache_read_tokens", "cache_read_input_tokens"]),
        cache_write_tokens: count(&["cache_write_tokens", "cache_creation_input_tokens"]),
        reasoning_tokens: count(&["reasoning_tokens"]),
    }
}
