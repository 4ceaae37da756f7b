//! Spans as bytes; `docs/store.md` has the numbers of the fields as a table.
//!
//! A field number that was released never changes its meaning; what is new gets a new number, and readers skip numbers
//! they do not know. Attributes have the bytes of OTLP's `KeyValue` and `AnyValue`.

use tracewood_span::{Content, Event, Link, Names, Resource, Scope, SourceLocation, Usage, Value};

use super::parts::NAMES_TOOLS;
use super::wire::{bytes, fixed64, message, some_text, some_varint, text, varint};
use super::{DEPTH_MAX, tag};
use crate::Stored;

const CUT: &str = "…<deeper than 256 levels>";

pub(super) fn resource(out: &mut Vec<u8>, resource: &Resource) {
    message(out, tag::BATCH_RESOURCE, |out| {
        pairs(out, 1, &resource.attributes, 0);
        text(out, 2, &resource.schema_url);
    });
}

pub(super) fn scope(out: &mut Vec<u8>, scope: &Scope) {
    message(out, tag::BATCH_SCOPE, |out| {
        text(out, 1, &scope.name);
        text(out, 2, &scope.version);
        pairs(out, 3, &scope.attributes, 0);
        text(out, 4, &scope.schema_url);
    });
}

/// A span, and the places of its resource and scope in the batch.
pub(super) fn span(out: &mut Vec<u8>, stored: &Stored, resource: u32, scope: u32) {
    message(out, tag::BATCH_SPAN, |out| {
        raw(out, stored);
        some_varint(out, tag::RESOURCE, (resource > 0).then(|| resource.into()));
        some_varint(out, tag::SCOPE, (scope > 0).then(|| scope.into()));
        canonical(out, stored);
    });
}

fn raw(out: &mut Vec<u8>, stored: &Stored) {
    let span = &stored.span;
    text(out, tag::PROJECT, &stored.project);
    if stored.received_at_unix_nanos > 0 {
        fixed64(out, tag::RECEIVED_AT, stored.received_at_unix_nanos);
    }
    text(out, tag::PRICE_VERSION, &stored.price_version);
    bytes(out, tag::TRACE_ID, span.trace_id.as_bytes());
    bytes(out, tag::SPAN_ID, span.span_id.as_bytes());
    if let Some(parent) = span.parent_span_id {
        bytes(out, tag::PARENT_SPAN_ID, parent.as_bytes());
    }
    some_varint(out, tag::IS_PARENT_REMOTE, span.is_parent_remote.then_some(1));
    some_text(out, tag::TRACE_ID_TEXT, span.trace_id_text.as_deref());
    some_text(out, tag::SPAN_ID_TEXT, span.span_id_text.as_deref());
    text(out, tag::NAME, &span.name);
    if span.started_at_unix_nanos > 0 {
        fixed64(out, tag::STARTED_AT, span.started_at_unix_nanos);
    }
    if let Some(ended_at) = span.ended_at_unix_nanos {
        fixed64(out, tag::ENDED_AT, ended_at);
    }
    // Negative numbers have ten bytes, as protobuf's int32 wants it.
    let number = |number: i32| (number != 0).then_some(i64::from(number) as u64);
    some_varint(out, tag::STATUS, number(span.status.code()));
    text(out, tag::STATUS_MESSAGE, &span.status_message);
    some_varint(out, tag::OTEL_KIND, number(span.otel_kind));
    text(out, tag::TRACE_STATE, &span.trace_state);
    pairs(out, tag::ATTRIBUTE, &span.attributes, 0);
    span.events.iter().for_each(|one| event(out, one));
    span.links.iter().for_each(|one| link(out, one));
    dropped(out, tag::N_DROPPED, span.n_dropped_by_client);
}

fn canonical(out: &mut Vec<u8>, stored: &Stored) {
    let span = &stored.span;
    text(out, tag::KIND, span.kind.as_str());
    text(out, tag::KIND_TEXT, &span.kind_text);
    content(out, tag::INPUT, span.input.as_ref());
    content(out, tag::OUTPUT, span.output.as_ref());
    some_text(out, tag::MODEL_REQUESTED, span.model_requested.as_deref());
    some_text(out, tag::MODEL_RESPONDED, span.model_responded.as_deref());
    some_text(out, tag::PROVIDER, span.provider.as_deref());
    pairs(out, tag::MODEL_PARAMETER, &span.model_parameters, 0);
    span.finish_reasons.iter().for_each(|reason| bytes(out, tag::FINISH_REASON, reason.as_bytes()));
    usage(out, &span.usage);
    if let Some(cost) = span.cost_usd {
        fixed64(out, tag::COST_USD, cost.to_bits());
    }
    some_varint(out, tag::TIME_TO_FIRST_TOKEN, span.time_to_first_token_nanos);
    some_text(out, tag::SESSION_ID, span.session_id.as_deref());
    some_text(out, tag::USER_ID, span.user_id.as_deref());
    span.tags.iter().for_each(|word| bytes(out, tag::TAG, word.as_bytes()));
    some_text(out, tag::ENVIRONMENT, span.environment.as_deref());
    pairs(out, tag::METADATA, &span.metadata, 0);
    some_text(out, tag::GIT_REPO, span.git_repo.as_deref());
    some_text(out, tag::GIT_REF, span.git_ref.as_deref());
    if let Some(SourceLocation { file, line, function }) = &span.source {
        message(out, tag::SOURCE, |out| {
            text(out, 1, file);
            some_varint(out, 2, line.map(u64::from));
            some_text(out, 3, function.as_deref());
        });
    }
    names(out, &span.names);
}

fn names(out: &mut Vec<u8>, names: &Names) {
    if *names == Names::default() {
        return;
    }
    message(out, tag::NAMES, |out| {
        let Names {
            title,
            trace,
            prompt,
            prompt_version,
            tool,
            tool_call_id,
            tools_offered,
            agent,
            workflow,
            release,
            service,
        } = names;
        let texts = [title, trace, prompt, prompt_version, tool, tool_call_id, agent, workflow, release, service];
        for (number, name) in (1..).zip(texts) {
            some_text(out, number, name.as_deref());
        }
        for name in tools_offered {
            bytes(out, NAMES_TOOLS, name.as_bytes());
        }
    });
}

fn event(out: &mut Vec<u8>, event: &Event) {
    message(out, tag::EVENT, |out| {
        text(out, 1, &event.name);
        if event.at_unix_nanos > 0 {
            fixed64(out, 2, event.at_unix_nanos);
        }
        pairs(out, 3, &event.attributes, 0);
        dropped(out, 4, event.n_dropped_attributes);
    });
}

fn link(out: &mut Vec<u8>, link: &Link) {
    message(out, tag::LINK, |out| {
        if let Some(trace_id) = link.trace_id {
            bytes(out, 1, trace_id.as_bytes());
        }
        if let Some(span_id) = link.span_id {
            bytes(out, 2, span_id.as_bytes());
        }
        pairs(out, 3, &link.attributes, 0);
        text(out, 4, &link.trace_state);
        dropped(out, 5, link.n_dropped_attributes);
    });
}

fn dropped(out: &mut Vec<u8>, tag: u32, n_dropped: u32) {
    some_varint(out, tag, (n_dropped > 0).then(|| n_dropped.into()));
}

fn content(out: &mut Vec<u8>, tag: u32, content: Option<&Content>) {
    let Some(content) = content else { return };
    message(out, tag, |out| match content {
        Content::Attribute(place) => varint(out, 1, (*place).into()),
        Content::Value(inner) => message(out, 2, |out| value(out, inner, 0)),
    });
}

fn usage(out: &mut Vec<u8>, usage: &Usage) {
    if usage.is_empty() {
        return;
    }
    let counts = [
        usage.input_tokens,
        usage.output_tokens,
        usage.total_tokens,
        usage.cache_read_tokens,
        usage.cache_write_tokens,
        usage.reasoning_tokens,
    ];
    message(out, tag::USAGE, |out| {
        for (tag, count) in (1..).zip(counts) {
            some_varint(out, tag, count);
        }
    });
}

fn pairs(out: &mut Vec<u8>, tag: u32, pairs: &[(String, Value)], depth: usize) {
    for (key, inner) in pairs {
        message(out, tag, |out| {
            text(out, 1, key);
            message(out, 2, |out| value(out, inner, depth));
        });
    }
}

fn value(out: &mut Vec<u8>, value: &Value, depth: usize) {
    match value {
        Value::Null => {}
        Value::String(text) => bytes(out, 1, text.as_bytes()),
        Value::Bool(flag) => varint(out, 2, u64::from(*flag)),
        Value::Int(number) => varint(out, 3, *number as u64),
        Value::Double(number) => fixed64(out, 4, number.to_bits()),
        Value::Array(_) | Value::Map(_) if depth >= DEPTH_MAX => bytes(out, 1, CUT.as_bytes()),
        Value::Array(values) => message(out, 5, |out| {
            for inner in values {
                message(out, 1, |out| self::value(out, inner, depth + 1));
            }
        }),
        Value::Map(inner) => message(out, 6, |out| pairs(out, 1, inner, depth + 1)),
        Value::Bytes(inner) => bytes(out, 7, inner),
    }
}
