//! Strings that have broken viewers, in every field that a span has.

use std::sync::{Arc, LazyLock};

use tracewood_span::keys::{genai, openinference, otel, tracewood as own};
use tracewood_span::{Event, Kind, Link, Resource, Scope, Status, Value};

use crate::build::Builder;
use crate::json;

/// OWASP's filter evasions, SVG, Markdown, addresses, ANSI, bidi, JSON, sheer size; the tests of the page use them too.
static STRINGS: LazyLock<Vec<String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../hostile.json")).unwrap_or_default());

/// Keys of texts that mean something to somebody.
const KEYS: [&str; 14] = [
    own::KIND,
    own::METADATA,
    own::MODEL_PARAMETERS,
    genai::PROVIDER_NAME,
    genai::REQUEST_MODEL,
    genai::RESPONSE_MODEL,
    "gen_ai.tool.name",
    "gen_ai.agent.name",
    openinference::SESSION_ID,
    openinference::USER_ID,
    openinference::PROMPT_TEMPLATE,
    otel::CODE_FILE,
    otel::CODE_FUNCTION,
    "gen_ai.response.id",
];

/// One string of the corpus for each span, and all of them again after the last.
pub(super) fn fill(builder: &mut Builder<'_>, n_spans: u64) {
    let at = builder.started_at;
    let mut root = None;
    for n in 0..n_spans {
        let text = STRINGS[((builder.n + n) % STRINGS.len() as u64) as usize].as_str();
        let kind = Kind::ALL[(n % Kind::ALL.len() as u64) as usize];
        let place = builder.open(root, text, kind, at + n * 1_000);
        for key in KEYS {
            builder.set(place, key, text);
        }
        builder.set(place, openinference::TAGS, Value::Array(vec![text.into(), "hostile".into()]));
        builder.set(place, text, Value::Map(vec![(text.to_owned(), Value::Array(vec![text.into(), Value::Null]))]));
        builder.set(place, "bytes", Value::Bytes(text.as_bytes().to_vec()));
        let (input, output) = contents(n, text);
        builder.set(place, own::INPUT, input);
        builder.set(place, own::OUTPUT, output);
        spread(builder, place, text);
        builder.close(place, at + n * 1_000 + 900_000);
        root = root.or(Some(place));
    }
}

/// The fields that are no attributes.
fn spread(builder: &mut Builder<'_>, place: usize, text: &str) {
    let Some(span) = builder.span_mut(place) else { return };
    let attribute = |key: &str| (key.to_owned(), Value::from(text));
    span.status = Status::Error;
    text.clone_into(&mut span.status_message);
    span.events = [otel::EXCEPTION_EVENT, text]
        .map(|name| Event {
            name: name.into(),
            at_unix_nanos: span.started_at_unix_nanos,
            attributes: [otel::EXCEPTION_TYPE, otel::EXCEPTION_MESSAGE, otel::EXCEPTION_STACKTRACE, text]
                .map(attribute)
                .into(),
            ..Event::default()
        })
        .into();
    span.links = vec![Link { attributes: vec![attribute(text)], ..Link::new(span.trace_id, span.span_id) }];
    let keys = [otel::SERVICE_NAME, otel::ENVIRONMENT, otel::VCS_REPOSITORY, otel::VCS_REVISION, otel::SDK_NAME, text];
    span.resource = Arc::new(Resource { attributes: keys.map(attribute).into(), ..Resource::default() });
    span.scope = Arc::new(Scope {
        name: text.into(),
        version: text.into(),
        attributes: vec![attribute(text)],
        schema_url: text.into(),
    });
}

/// The text as it is, as a conversation with everything that one can hold, and as documents.
fn contents(n: u64, text: &str) -> (String, String) {
    let quoted = |text: &str| {
        let mut out = String::new();
        json::text(&mut out, text);
        out
    };
    let t = quoted(text);
    match n % 3 {
        0 => (text.to_owned(), text.to_owned()),
        1 => {
            let parts = format!(
                r#"{{"type":"text","text":{t}}},{{"type":"reasoning","content":{t}}},{{"type":"image_url","image_url":{{"url":{t}}}}},{{"type":"tool_call","id":{t},"name":{t},"arguments":{{{t}:{t}}}}},{{"type":{t},{t}:{t}}}"#
            );
            let answer = format!(r#"{{"role":"tool","tool_call_id":{t},"name":{t},"content":{t}}}"#);
            let role = quoted(&text.chars().take(60).collect::<String>());
            (
                format!(
                    r#"[{{"role":"system","content":{t}}},{{"role":{role},"name":{t},"content":[{parts}]}},{answer}]"#
                ),
                format!(r#"{{"role":"assistant","content":[{parts}],{t}:{t}}}"#),
            )
        }
        _ => (
            format!(r#"{{"query":{t},{t}:[[[[[{t}]]]]]}}"#),
            format!(r#"[{{"id":{t},"title":{t},"url":{t},"score":0.5,"text":{t},"metadata":{{{t}:{t}}}}}]"#),
        ),
    }
}
