//! TraceRoot's route, headers and words, as the package `traceroot` 0.5.0 sends them.

use tracewood_span::keys::{openinference, traceroot as key};

use super::dialect::{Dialect, Sink, usage_json};
use super::{http, otlp};
use crate::captured::Form;
use crate::context::PathNode;
use crate::destination;
use crate::open::Extra;
use crate::record::{Entry, View};
use crate::retry;

const ROUTE: &str = "/api/v1/public/traces";
const SDK_NAME: &str = "traceroot-py";
const SCOPE_NAME: &str = "traceroot-sdk";
/// How many steps of the way from the root a span tells, the nearest ones; the package tells all, which costs a deep
/// recursion the square of its depth.
const PATH_STEPS_MAX: usize = 256;

/// An exporter to TraceRoot.
pub(crate) fn exporter(
    config: &destination::TraceRoot,
    retry: &retry::Policy,
) -> http::Exporter<otlp::Encoder<TraceRoot>> {
    let url = format!("{}{ROUTE}", config.host_url.trim_end_matches('/'));
    let bearer = format!("Bearer {}", config.api_key);
    let headers = [
        ("authorization", bearer.as_str()),
        ("x-traceroot-sdk-name", SDK_NAME),
        ("x-traceroot-sdk-version", &config.sdk_version),
    ];
    let post = http::Post::new(&url, &config.http, &headers);
    let dialect = TraceRoot {
        sdk_version: config.sdk_version.clone(),
        git_repo: config.git_repo.clone(),
        git_ref: config.git_ref.clone(),
        environment: config.environment.clone(),
    };
    http::Exporter::new(otlp::Encoder::new(dialect, config.resource.clone()), post, retry)
}

/// TraceRoot's words, and what every span says of the program.
#[derive(Debug)]
pub(crate) struct TraceRoot {
    sdk_version: String,
    git_repo: Option<String>,
    git_ref: Option<String>,
    environment: Option<String>,
}

impl Dialect for TraceRoot {
    const WIRE: &'static str = "traceroot";

    fn scope(&self) -> (&str, &str) {
        (SCOPE_NAME, &self.sdk_version)
    }

    fn attributes(&self, entry: &Entry<'_>, sink: &mut impl Sink) {
        let (site, extra) = (entry.site(), entry.extra());
        let config = site.config();
        if let Some(word) = entry.kind_stated() {
            sink.text(key::SPAN_TYPE, kind(word).as_bytes());
        }
        let session = extra.and_then(|extra| extra.trace_session_id.as_deref().or(extra.session_id.as_deref()));
        let user = extra.and_then(|extra| extra.trace_user_id.as_deref().or(extra.user_id.as_deref()));
        sink.str(key::TRACE_SESSION_ID, session.or(config.session_id.as_deref()));
        sink.str(key::TRACE_USER_ID, user.or(config.user_id.as_deref()));
        if let Some(trace) = entry.trace() {
            sink.str(openinference::SESSION_ID, trace.session_id.as_deref());
            sink.str(openinference::USER_ID, trace.user_id.as_deref());
            sink.str(openinference::METADATA, trace.metadata_json.as_deref());
            sink.strings(openinference::TAGS, &trace.tags);
            sink.str(openinference::PROMPT_TEMPLATE, trace.prompt_template.as_deref());
            sink.str(openinference::PROMPT_TEMPLATE_VERSION, trace.prompt_template_version.as_deref());
            sink.str(openinference::PROMPT_TEMPLATE_VARIABLES, trace.prompt_template_variables_json.as_deref());
        }
        if let Some(input) = entry.input() {
            content(sink, key::SPAN_INPUT, input);
        }
        if let Some(metadata) = entry.metadata() {
            sink.text(key::SPAN_METADATA, metadata);
        }
        sink.strings(key::SPAN_TAGS, entry.tags());
        sink.constant(&site.traceroot_bytes, |sink| {
            sink.str(key::GIT_SOURCE_FILE, config.file.as_deref());
            if let Some(line) = config.line {
                sink.int(key::GIT_SOURCE_LINE, i64::from(line));
            }
            sink.str(key::GIT_SOURCE_FUNCTION, config.function.as_deref());
        });
        sink.str(key::GIT_REPO, self.git_repo.as_deref());
        sink.str(key::GIT_REF, self.git_ref.as_deref());
        sink.str(key::ENVIRONMENT, self.environment.as_deref());
        sink.text(key::SDK_NAME, SDK_NAME.as_bytes());
        sink.text(key::SDK_VERSION, self.sdk_version.as_bytes());
        path(entry, sink);
        if let Some(output) = entry.output() {
            content(sink, key::SPAN_OUTPUT, output);
        }
        if let Some(extra) = extra {
            updates(extra, sink);
            for (key, value) in &extra.attributes {
                sink.value(key, value);
            }
        }
    }
}

/// The word of TraceRoot that is nearest to the user's.
fn kind(word: &str) -> &str {
    match word {
        "llm.chat" | "llm.completion" | "llm.embedding" => "llm",
        "span" | "agent" | "tool" | "llm" | "evaluation" | "task" | "scorer" => word,
        _ => "span",
    }
}

/// What was said of the span or its trace while it was open.
fn updates(extra: &Extra, sink: &mut impl Sink) {
    if let Some(metadata) = &extra.trace_metadata {
        sink.text(key::TRACE_METADATA, &metadata.bytes);
    }
    sink.strings(key::TRACE_TAGS, extra.trace_tags.as_deref().unwrap_or_default());
    sink.str(key::LLM_MODEL, extra.model.as_deref().or(extra.model_responded.as_deref()));
    if let Some(parameters) = &extra.model_parameters {
        content(sink, key::LLM_MODEL_PARAMETERS, parameters.into());
    }
    match &extra.usage_stated {
        Some(usage) => content(sink, key::LLM_USAGE, usage.into()),
        None if !extra.usage.is_empty() => sink.text(key::LLM_USAGE, &usage_json(&extra.usage)),
        None => {}
    }
    if let Some(prompt) = &extra.prompt {
        content(sink, key::LLM_PROMPT, prompt.into());
    }
    if let Some(cost_usd) = extra.cost_usd {
        sink.double(openinference::COST_TOTAL, cost_usd);
    }
}

/// Scalars as they are, a list of texts as such, nothing for `None`, everything else as JSON text.
fn content(sink: &mut impl Sink, key: &str, view: View<'_>) {
    if view.form == Form::Json {
        if view.bytes == b"null" {
            return;
        }
        if let Some(texts) = list_of_texts(view.bytes) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            sink.texts(key, &texts);
            return;
        }
    }
    sink.captured(key, view);
}

/// The texts of a JSON list that holds nothing else.
fn list_of_texts(json: &[u8]) -> Option<Vec<String>> {
    json.starts_with(b"[\"").then(|| serde_json::from_slice(json).ok()).flatten()
}

/// The names from the root to the span itself, and the ids from the root to its parent.
fn path(entry: &Entry<'_>, sink: &mut impl Sink) {
    let Some(parent) = &entry.path else {
        sink.texts(key::SPAN_PATH, &[entry.name()]);
        sink.texts(key::SPAN_IDS_PATH, &[]);
        return;
    };
    let nodes: Vec<&PathNode> = parent.upwards().take(PATH_STEPS_MAX).collect();
    let names: Vec<&str> = nodes.iter().rev().map(|node| entry.name_of(node)).chain([entry.name()]).collect();
    sink.texts(key::SPAN_PATH, &names);
    let ids: Vec<[u8; 16]> = nodes.iter().rev().map(|node| hex(*node.span_id.as_bytes())).collect();
    let ids: Vec<&str> = ids.iter().filter_map(|id| std::str::from_utf8(id).ok()).collect();
    sink.texts(key::SPAN_IDS_PATH, &ids);
}

fn hex(bytes: [u8; 8]) -> [u8; 16] {
    let mut text = [0; 16];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        for (digit, half) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
            *digit = if half < 10 { b'0' + half } else { b'a' + half - 10 };
        }
    }
    text
}
