//! A span as a document of the index.

use std::borrow::Cow;

use tantivy::schema::OwnedValue;
use tantivy::{DateTime, TantivyDocument};

use super::key::{TraceKey, span_number, trace_number};
use super::schema::{Fields, Record};
use crate::embedded::codec::{Pairs, ValueView, View, push_text};
use crate::filter::words::{EXACT_BYTES_MAX, PATH_DEPTH_MAX, WORDS_BYTES_MAX, first_bytes};

/// Values of one span that are found by path, so that a span of a million numbers does not swell the index.
const PATH_VALUES_MAX: usize = 2_000;

/// A span on its way into the index.
pub(crate) struct Indexed<'a> {
    pub(crate) view: &'a View<'a>,
    /// What its process said of itself.
    pub(crate) resource: &'a Pairs<'a>,
    /// The bytes of a batch that has only it.
    pub(crate) alone: &'a [u8],
    /// Whether it may stand for its trace in a list.
    pub(crate) is_entry: bool,
}

/// Makes the document of a span; `news` says what of its input and output is to be found.
pub(crate) fn document<'a>(
    fields: &Fields,
    key: &TraceKey,
    span: &Indexed<'a>,
    news: impl FnMut(ValueView<'a>) -> Cow<'a, str>,
) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    identity(&mut document, fields, key, span);
    numbers(&mut document, fields, span.view);
    texts(&mut document, fields, span.view);
    contents(&mut document, fields, span, news);
    match fields.record {
        Record::Text(field) => {
            let mut text = String::new();
            push_text(&mut text, span.alone);
            document.add_text(field, text);
        }
        Record::Bytes(field) => document.add_bytes(field, span.alone),
    }
    document
}

/// A moment as the index keeps it, which ends in the year 2262.
pub(crate) fn moment(unix_nanos: u64) -> DateTime {
    DateTime::from_timestamp_nanos(i64::try_from(unix_nanos).unwrap_or(i64::MAX))
}

fn identity(document: &mut TantivyDocument, fields: &Fields, key: &TraceKey, indexed: &Indexed<'_>) {
    let Indexed { view: span, is_entry, .. } = *indexed;
    let span_id = span_number(span.span_id);
    document.add_text(fields.project, span.project);
    document.add_bytes(fields.trace_key, key.as_bytes());
    document.add_u64(fields.span_id, span_id);
    if let Some(parent) = span.parent_span_id {
        document.add_u64(fields.parent_id, span_number(parent));
    }
    document.add_bool(fields.entry, is_entry);
    if is_entry {
        let trace = trace_number(span.trace_id);
        document.add_u64(fields.trace_high, (trace >> 64) as u64);
        document.add_u64(fields.trace_low, trace as u64);
    }
    document.add_bool(fields.pending, span.ended_at_unix_nanos.is_none());
    document.add_bool(fields.model_call, span.kind.is_model_call());
}

fn numbers(document: &mut TantivyDocument, fields: &Fields, span: &View<'_>) {
    document.add_date(fields.started, moment(span.started_at_unix_nanos));
    document.add_date(fields.received, moment(span.received_at_unix_nanos));
    let usage = &span.usage;
    let counts = [
        (fields.duration, span.duration_nanos()),
        (fields.time_to_first_token, span.time_to_first_token_nanos),
        (fields.input_tokens, usage.input_tokens),
        (fields.output_tokens, usage.output_tokens),
        (fields.total_tokens, usage.total()),
        (fields.cache_read_tokens, usage.cache_read_tokens),
        (fields.cache_write_tokens, usage.cache_write_tokens),
        (fields.reasoning_tokens, usage.reasoning_tokens),
    ];
    for (field, count) in counts {
        if let Some(count) = count {
            document.add_u64(field, count);
        }
    }
    if let Some(cost) = span.cost_usd.filter(|cost| cost.is_finite()) {
        document.add_f64(fields.cost, cost);
    }
}

fn texts(document: &mut TantivyDocument, fields: &Fields, span: &View<'_>) {
    let texts = [
        (fields.name, Some(span.name)),
        (fields.kind, Some(span.kind.as_str())),
        (fields.kind_text, Some(span.kind_text)),
        (fields.status, Some(span.status.as_str())),
        (fields.model, span.model()),
        (fields.provider, span.provider),
        (fields.session, span.session_id),
        (fields.user, span.user_id),
        (fields.environment, span.environment),
    ];
    for (field, text) in texts {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            document.add_text(field, first_bytes(text, EXACT_BYTES_MAX));
        }
    }
    for tag in &span.tags {
        document.add_text(fields.tags, first_bytes(tag, EXACT_BYTES_MAX));
    }
}

fn contents<'a>(
    document: &mut TantivyDocument,
    fields: &Fields,
    indexed: &Indexed<'a>,
    mut news: impl FnMut(ValueView<'a>) -> Cow<'a, str>,
) {
    let Indexed { view: span, resource, .. } = indexed;
    for (field, value) in [(fields.input, span.input()), (fields.output, span.output())] {
        if let Some(value) = value {
            let text = news(value);
            if !text.is_empty() {
                document.add_text(field, text);
            }
        }
    }
    if !span.status_message.is_empty() {
        document.add_text(fields.message, first_bytes(span.status_message, WORDS_BYTES_MAX));
    }
    let mut budget = PATH_VALUES_MAX;
    let objects = [
        (fields.metadata, object(span.metadata.iter().copied(), &mut budget)),
        // The attributes that carry input and output are found by their words.
        (fields.attributes, object(span.other_attributes(), &mut budget)),
        (fields.resource, object(resource.iter().copied(), &mut budget)),
    ];
    for (field, pairs) in objects {
        if !pairs.is_empty() {
            document.add_field_value(field, &OwnedValue::Object(pairs));
        }
    }
}

fn object<'a>(pairs: impl Iterator<Item = (&'a str, ValueView<'a>)>, budget: &mut usize) -> Vec<(String, OwnedValue)> {
    pairs.filter_map(|(key, value)| Some((key.to_owned(), path_value(value, 1, budget)?))).collect()
}

/// A value as it is found by path; bytes, nulls and what goes beyond the bounds are not.
fn path_value(value: ValueView<'_>, depth: usize, budget: &mut usize) -> Option<OwnedValue> {
    if depth > PATH_DEPTH_MAX || *budget == 0 {
        return None;
    }
    *budget -= 1;
    match value {
        ValueView::Null | ValueView::Bytes(_) => None,
        ValueView::Bool(flag) => Some(OwnedValue::Bool(flag)),
        ValueView::Int(number) => Some(OwnedValue::I64(number)),
        ValueView::Double(number) => number.is_finite().then_some(OwnedValue::F64(number)),
        ValueView::String(text) => Some(OwnedValue::Str(first_bytes(text, EXACT_BYTES_MAX).to_owned())),
        ValueView::Array(values) => {
            Some(OwnedValue::Array(values.items().filter_map(|value| path_value(value, depth + 1, budget)).collect()))
        }
        ValueView::Map(pairs) => {
            let pairs = pairs.pairs();
            let pairs = pairs.filter_map(|(key, value)| Some((key.to_owned(), path_value(value, depth + 1, budget)?)));
            Some(OwnedValue::Object(pairs.collect()))
        }
    }
}
