//! What a span says that a program may want to hide, taken out and put back before the span leaves the process.

use std::fmt;
use std::sync::Arc;

use tracewood_span::keys::{openinference, traceroot};
use tracewood_span::{Attributes, Value, attribute};

use crate::Site;
use crate::captured::{Captured, Form};
use crate::context::TraceAttributes;
use crate::open::Extra;

/// Where the status message stands among what is redacted, as in TraceRoot's SDK.
const STATUS_MESSAGE: &str = "otel.status_description";
/// What stands in the place of a text where redaction failed, as in TraceRoot's SDK.
const FAILED: &str = "[redaction failed]";

/// What looks through every span: it is given a mapping of what the span tells and answers what of it may be sent.
///
/// It runs on the threads that deliver, never on one that makes spans. When it answers `None`, nothing that was not
/// looked at passes.
#[derive(Clone)]
pub struct Redactor(Arc<dyn Fn(Attributes) -> Option<Attributes> + Send + Sync>);

impl Redactor {
    /// A redactor that is this function.
    pub fn new(look: impl Fn(Attributes) -> Option<Attributes> + Send + Sync + 'static) -> Self {
        Self(Arc::new(look))
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor(..)")
    }
}

/// What of a span is looked at, apart from it.
#[derive(Debug)]
pub(crate) struct Tellable {
    pub(crate) input: Option<Captured>,
    pub(crate) output: Option<Captured>,
    pub(crate) trace: Option<Arc<TraceAttributes>>,
    pub(crate) extra: Option<Box<Extra>>,
}

/// A piece of a span that is written as JSON or text: its key, and where it is kept.
type Piece = (&'static str, fn(&mut Tellable) -> Option<&mut Option<Captured>>);

const PIECES: [Piece; 6] = [
    (traceroot::SPAN_INPUT, |span| Some(&mut span.input)),
    (traceroot::SPAN_OUTPUT, |span| Some(&mut span.output)),
    (traceroot::SPAN_METADATA, |span| Some(&mut span.extra.as_mut()?.metadata)),
    (traceroot::TRACE_METADATA, |span| Some(&mut span.extra.as_mut()?.trace_metadata)),
    (traceroot::LLM_PROMPT, |span| Some(&mut span.extra.as_mut()?.prompt)),
    (traceroot::LLM_MODEL_PARAMETERS, |span| Some(&mut span.extra.as_mut()?.model_parameters)),
];

impl Tellable {
    /// Hands everything that may tell a secret to the redactor, and keeps of it what comes back.
    ///
    /// Input, output, metadata, prompt, model parameters, the status message, what `using_attributes` hung on the span
    /// and every attribute of the program's own go in one mapping, under the keys of TraceRoot's wire; then the
    /// attributes of each event. What it leaves out is not sent. When it answers `None`, every text becomes
    /// `[redaction failed]` and metadata is dropped: nothing passes that was not looked at.
    pub(crate) fn redact(&mut self, site: &Site, Redactor(rewrite): &Redactor) {
        self.own_what_is_shared(site);
        let before = self.tellable();
        match rewrite(before.clone()) {
            Some(after) => self.keep(&before, &after),
            None => self.keep(&before, &failed(&before)),
        }
        if let Some(extra) = &mut self.extra {
            for event in &mut extra.events {
                let before = std::mem::take(&mut event.attributes);
                event.attributes = rewrite(before.clone()).unwrap_or_else(|| failed(&before));
            }
        }
        let attributes = &mut self.extra.get_or_insert_default().attributes;
        attributes.retain(|(key, _)| key != traceroot::REDACTED);
        attributes.push((traceroot::REDACTED.to_owned(), Value::Bool(true)));
    }

    /// What the site says of every span of its own is copied into this one where it may be rewritten.
    fn own_what_is_shared(&mut self, site: &Site) {
        let metadata = site.config().metadata_json.clone();
        let extra = self.extra.get_or_insert_default();
        if let (None, Some(metadata)) = (&extra.metadata, metadata) {
            extra.metadata = Some(Captured::json(metadata.into_bytes(), 0));
        }
    }

    fn tellable(&mut self) -> Attributes {
        let mut told = Vec::new();
        for (key, place) in PIECES {
            if let Some(Some(captured)) = place(self) {
                told.push((key.to_owned(), value_of(captured)));
            }
        }
        if let Some(trace) = &self.trace {
            let texts = [
                (openinference::METADATA, &trace.metadata_json),
                (openinference::PROMPT_TEMPLATE, &trace.prompt_template),
                (openinference::PROMPT_TEMPLATE_VERSION, &trace.prompt_template_version),
                (openinference::PROMPT_TEMPLATE_VARIABLES, &trace.prompt_template_variables_json),
            ];
            told.extend(texts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), Value::from(text.clone()?)))));
            if !trace.tags.is_empty() {
                let tags = trace.tags.iter().map(|tag| Value::from(tag.as_str())).collect();
                told.push((openinference::TAGS.to_owned(), Value::Array(tags)));
            }
        }
        if let Some(extra) = &self.extra {
            if let Some(message) = &extra.status_message {
                told.push((STATUS_MESSAGE.to_owned(), Value::from(&**message)));
            }
            told.extend(extra.attributes.iter().cloned());
        }
        told
    }

    fn keep(&mut self, before: &Attributes, after: &Attributes) {
        for (key, place) in PIECES {
            let Some(slot) = place(self) else { continue };
            if let Some(captured) = slot {
                match attribute(after, key) {
                    Some(value) if attribute(before, key) == Some(value) => {}
                    // A site's metadata would come back where the span has none, so an empty one takes its place.
                    None if key == traceroot::SPAN_METADATA => *captured = Captured::json(b"{}".to_vec(), 0),
                    None => *slot = None,
                    Some(value) => *captured = captured_of(value, captured),
                }
            }
        }
        if let Some(trace) = &self.trace {
            self.trace = Some(Arc::new(kept_trace(trace, after)));
        }
        if let Some(extra) = &mut self.extra {
            keep_extra(extra, after);
        }
    }
}

fn keep_extra(extra: &mut Extra, after: &Attributes) {
    if extra.status_message.is_some() {
        extra.status_message = attribute(after, STATUS_MESSAGE).and_then(Value::as_str).map(Into::into);
    }
    let is_ours =
        |key: &str| key == STATUS_MESSAGE || PIECES.iter().any(|(piece, _)| *piece == key) || TRACE_KEYS.contains(&key);
    extra.attributes = after.iter().filter(|(key, _)| !is_ours(key)).cloned().collect();
}

const TRACE_KEYS: [&str; 5] = [
    openinference::METADATA,
    openinference::TAGS,
    openinference::PROMPT_TEMPLATE,
    openinference::PROMPT_TEMPLATE_VERSION,
    openinference::PROMPT_TEMPLATE_VARIABLES,
];

fn kept_trace(trace: &TraceAttributes, after: &Attributes) -> TraceAttributes {
    let text = |key: &str| attribute(after, key).and_then(Value::as_str).map(ToOwned::to_owned);
    let tags = match attribute(after, openinference::TAGS) {
        Some(Value::Array(tags)) => tags.iter().filter_map(|tag| Some(tag.as_str()?.to_owned())).collect(),
        _ => Vec::new(),
    };
    TraceAttributes {
        tags,
        metadata_json: text(openinference::METADATA).filter(|text| is_json(text.as_bytes())),
        prompt_template: text(openinference::PROMPT_TEMPLATE),
        prompt_template_version: text(openinference::PROMPT_TEMPLATE_VERSION),
        prompt_template_variables_json: text(openinference::PROMPT_TEMPLATE_VARIABLES)
            .filter(|text| is_json(text.as_bytes())),
        ..trace.clone()
    }
}

/// What stands in the place of everything where redaction failed: numbers stay, texts do not, metadata is dropped.
fn failed(before: &Attributes) -> Attributes {
    let is_metadata =
        |key: &str| [traceroot::SPAN_METADATA, traceroot::TRACE_METADATA, openinference::METADATA].contains(&key);
    let replaced = |value: &Value| match value {
        Value::Int(_) | Value::Double(_) | Value::Bool(_) => value.clone(),
        _ => Value::from(FAILED),
    };
    before.iter().filter(|(key, _)| !is_metadata(key)).map(|(key, value)| (key.clone(), replaced(value))).collect()
}

pub(crate) fn value_of(captured: &Captured) -> Value {
    match captured.form {
        Form::Text | Form::Json => Value::String(String::from_utf8_lossy(&captured.bytes).into_owned()),
        Form::Int(number) => Value::Int(number),
        Form::Double(number) => Value::Double(number),
        Form::Bool(flag) => Value::Bool(flag),
    }
}

fn captured_of(value: &Value, before: &Captured) -> Captured {
    match value {
        Value::Int(number) => Captured::int(*number),
        Value::Double(number) => Captured::double(*number),
        Value::Bool(flag) => Captured::bool(*flag),
        Value::String(text) if before.form == Form::Json && is_json(text.as_bytes()) => {
            Captured { is_io: before.is_io, ..Captured::json(text.as_bytes().to_vec(), before.n_bytes_original) }
        }
        Value::String(text) => Captured::text(text, usize::MAX),
        _ => Captured::text(FAILED, usize::MAX),
    }
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use tracewood_span::{Event, keys::otel};

    use super::*;

    fn site() -> Site {
        Site::new(crate::site::Config {
            name: "work".into(),
            metadata_json: Some(r#"{"key":"secret"}"#.into()),
            ..Default::default()
        })
    }

    fn told() -> Tellable {
        let text = |key: &str| (key.to_owned(), Value::from("secret"));
        let event = Event {
            name: otel::EXCEPTION_EVENT.into(),
            at_unix_nanos: 1,
            attributes: vec![text(otel::EXCEPTION_MESSAGE)],
            ..Event::default()
        };
        Tellable {
            input: Some(Captured::json(br#"{"key":"secret"}"#.to_vec(), 0)),
            output: Some(Captured::text("secret", 100)),
            trace: Some(Arc::new(TraceAttributes {
                user_id: Some("u".into()),
                tags: vec!["secret".into()],
                metadata_json: Some(r#"{"key":"secret"}"#.into()),
                ..Default::default()
            })),
            extra: Some(Box::new(Extra {
                attributes: vec![text("mine"), ("count".into(), Value::Int(3))],
                status_message: Some("secret".into()),
                events: vec![event],
                ..Extra::default()
            })),
        }
    }

    fn hide(told: Attributes) -> Attributes {
        fn hidden(value: Value) -> Value {
            match value {
                Value::String(text) => Value::String(text.replace("secret", "***")),
                Value::Array(items) => Value::Array(items.into_iter().map(hidden).collect()),
                other => other,
            }
        }
        told.into_iter().map(|(key, value)| (key, hidden(value))).collect()
    }

    #[test]
    fn everything_that_may_tell_a_secret_is_rewritten_and_the_rest_stays() {
        let mut span = told();
        span.redact(&site(), &Redactor::new(|told| Some(hide(told))));
        assert!(!format!("{span:?}").contains("secret"));
        assert_eq!(span.input.as_ref().unwrap().to_json(), r#"{"key":"***"}"#);
        assert_eq!(span.extra.as_ref().unwrap().metadata.as_ref().unwrap().to_json(), r#"{"key":"***"}"#);
        assert_eq!(span.trace.as_ref().unwrap().user_id.as_deref(), Some("u"));
        assert_eq!(attribute(&span.extra.as_ref().unwrap().attributes, "count"), Some(&Value::Int(3)));
    }

    #[test]
    fn failure_lets_no_text_pass() {
        let mut span = told();
        span.redact(&site(), &Redactor::new(|_| None));
        let extra = span.extra.as_ref().unwrap();
        assert_eq!(span.input.as_ref().unwrap().to_json(), r#""[redaction failed]""#);
        assert_eq!(extra.metadata.as_ref().unwrap().to_json(), "{}");
        assert_eq!(extra.status_message.as_deref(), Some(FAILED));
        assert_eq!(extra.events[0].attributes[0].1, Value::from(FAILED));
        assert_eq!(attribute(&extra.attributes, "count"), Some(&Value::Int(3)));
        assert_eq!(span.trace.as_ref().unwrap().metadata_json, None);
    }

    #[test]
    fn what_is_left_out_is_not_sent() {
        let mut span = told();
        span.redact(&site(), &Redactor::new(|_| Some(Vec::new())));
        assert_eq!(span.input, None);
        assert_eq!(span.extra.as_ref().unwrap().attributes, [(traceroot::REDACTED.to_owned(), Value::Bool(true))]);
    }
}
