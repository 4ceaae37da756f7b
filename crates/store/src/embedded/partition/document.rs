//! A span as a document of the index.

use std::borrow::Cow;

use tantivy::schema::Field;
use tantivy::{DateTime, TantivyDocument};

use super::key::{TraceKey, span_number, trace_number};
use super::paths::{Budget, PathValue};
use super::schema::{Fields, Record};
use crate::embedded::codec::{Pairs, ValueView, View, push_text};
use crate::filter::words::{EXACT_BYTES_MAX, WORDS_BYTES_MAX, first_bytes};

/// Room for ids, numbers and names.
const OTHER_BYTES: usize = 1024;

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
    // The span as it is kept, the words of it, and some room for the rest: a document that grows is copied each time.
    let mut document = TantivyDocument::with_capacity(2 * span.alone.len() + OTHER_BYTES);
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

fn add_words(document: &mut TantivyDocument, fields: &Fields, field: Field, text: &str) {
    if fields.has_own_words {
        document.add_custom(field, text.as_bytes());
    } else {
        document.add_text(field, text);
    }
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
    if let Some(fields) = &fields.names {
        let names = span.names();
        let texts = [
            (fields.tool, names.tool),
            (fields.agent, names.agent),
            (fields.workflow, names.workflow),
            (fields.prompt, names.prompt),
            (fields.release, names.release),
            (fields.service, names.service),
        ];
        for (field, text) in texts {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                document.add_text(field, first_bytes(text, EXACT_BYTES_MAX));
            }
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
                add_words(document, fields, field, &text);
            }
        }
    }
    if !span.status_message.is_empty() {
        add_words(document, fields, fields.message, first_bytes(span.status_message, WORDS_BYTES_MAX));
    }
    let budget = Budget::default();
    // The attributes that carry input and output are found by their words.
    let attributes: Pairs<'_> = span.other_attributes().collect();
    let objects = [(fields.metadata, &span.metadata), (fields.attributes, &attributes), (fields.resource, *resource)];
    for (field, pairs) in objects {
        if !pairs.is_empty() {
            document.add_field_value(field, PathValue::pairs(pairs, &budget));
        }
    }
}
