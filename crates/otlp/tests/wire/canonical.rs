//! The canonical part of a span as JSON, so that tests compare it with fixtures.

use serde_json::{Map, Value as Json, json};
use tracewood_span::{Attributes, Span, Value};

/// Everything canonical of a span.
pub(crate) fn canonical(span: &Span) -> Json {
    let source = span
        .source
        .as_ref()
        .map(|source| json!({ "file": source.file, "line": source.line, "function": source.function }));
    json!({
        "kind": span.kind.as_str(),
        "kind_text": span.kind_text,
        "input": span.input_value().map(json_of),
        "output": span.output_value().map(json_of),
        "model_requested": span.model_requested,
        "model_responded": span.model_responded,
        "provider": span.provider,
        "model_parameters": object(&span.model_parameters),
        "finish_reasons": span.finish_reasons,
        "input_tokens": span.usage.input_tokens,
        "output_tokens": span.usage.output_tokens,
        "total_tokens": span.usage.total_tokens,
        "cache_read_tokens": span.usage.cache_read_tokens,
        "cache_write_tokens": span.usage.cache_write_tokens,
        "reasoning_tokens": span.usage.reasoning_tokens,
        "cost_usd": span.cost_usd,
        "time_to_first_token_nanos": span.time_to_first_token_nanos,
        "session_id": span.session_id,
        "user_id": span.user_id,
        "tags": span.tags,
        "environment": span.environment,
        "metadata": object(&span.metadata),
        "git_repo": span.git_repo,
        "git_ref": span.git_ref,
        "source": source,
        "title": span.names.title,
        "trace_name": span.names.trace,
        "prompt": span.names.prompt,
        "prompt_version": span.names.prompt_version,
        "tool": span.names.tool,
        "tool_call_id": span.names.tool_call_id,
        "tools_offered": span.names.tools_offered,
        "agent": span.names.agent,
        "workflow": span.names.workflow,
        "release": span.names.release,
        "service": span.names.service,
        "status": span.status.as_str(),
        "status_message": span.status_message,
        "is_pending": span.ended_at_unix_nanos.is_none(),
    })
}

/// Attributes as a JSON object.
pub(crate) fn object(attributes: &Attributes) -> Json {
    Json::Object(attributes.iter().map(|(key, value)| (key.clone(), json_of(value))).collect::<Map<_, _>>())
}

/// A JSON object as attributes.
pub(crate) fn attributes(object: &Json) -> Attributes {
    let entries = object.as_object().into_iter().flatten();
    entries.map(|(key, value)| (key.clone(), value_of(value))).collect()
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Int(number) => json!(number),
        Value::Double(number) => json!(number),
        Value::String(text) => json!(text),
        Value::Bytes(bytes) => json!({ "bytes": bytes }),
        Value::Array(items) => items.iter().map(json_of).collect(),
        Value::Map(entries) => object(entries),
    }
}

fn value_of(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => number.as_i64().map_or_else(|| Value::Double(number.as_f64().unwrap()), Value::Int),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::Array(items.iter().map(value_of).collect()),
        Json::Object(_) => Value::Map(attributes(json)),
    }
}
