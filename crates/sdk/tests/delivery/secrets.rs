//! Secrets in spans are written over before anything leaves the process, whatever part of the span they are in.

use std::sync::Arc;

use tracewood_sdk::destination::{Compression, Http, TraceRoot, Wire};
use tracewood_sdk::{Captured, Recorder, Site, TraceAttributes, site};
use tracewood_span::{Status, Value};
use tracewood_testkit::Collector;

use crate::common::{LONG, eager, json, otlp, recorder};

/// A secret of nobody, in pieces so that it is none to those who look through this file.
pub(crate) fn secret() -> String {
    format!("{}{}", "sk-ant-api03-", "a1B2c3D4e5".repeat(9))
}

/// Two spans that have the secret in every part, and one between them that has none.
fn record(recorder: &Recorder) {
    let secret = secret();
    let with = |text: &str| format!("{text} {secret}");
    let metadata_json = Some(format!(r#"{{"key":"{secret}"}}"#));
    let site = Arc::new(Site::new(site::Config {
        name: with("site"),
        metadata_json: metadata_json.clone(),
        tags: vec![secret.clone()],
        ..site::Config::default()
    }));
    let attributes = TraceAttributes {
        tags: vec![secret.clone()],
        metadata_json,
        prompt_template: Some(with("template")),
        ..TraceAttributes::default()
    };
    let mut outer = recorder.start(&site, None);
    outer.set_trace_attributes(Arc::new(attributes));
    outer.set_input(json(|writer| {
        writer.begin_array();
        writer.string(&secret);
        writer.end();
    }));
    outer.set_output(Captured::text(&with(&"long ".repeat(10_000)), usize::MAX));
    outer.set_status(Status::Error, &with("failed with"));
    outer.record_exception("Error", &with("message"), Some(&with("stack")));
    outer.set_attribute("list", Value::Array(vec![Value::from(secret.as_str())]));
    outer.set_prompt(Captured::text(&secret, 1000));
    outer.set_trace_tags(vec![secret.clone()]);
    let context = outer.context();
    let mut clean = recorder.start(&Arc::new(Site::named("clean", "span")), None);
    clean.set_input(Captured::text("nothing to hide", 1000));
    recorder.end(clean);
    let mut inner = recorder.start(&site, Some(&context));
    inner.set_name(&with("renamed"));
    inner.set_input(Captured::text(&secret, 1000));
    let innermost = recorder.start(&site, Some(&inner.context()));
    for span in [innermost, inner, outer] {
        recorder.end(span);
    }
}

fn n_found(body: &[u8], text: &str) -> usize {
    body.windows(text.len()).filter(|window| *window == text.as_bytes()).count()
}

#[test]
fn no_part_of_a_span_carries_a_secret_out() {
    let traceroot = |host_url| {
        let http = Http { compression: Compression::None, ..Http::default() };
        Wire::TraceRoot(TraceRoot { host_url, http, ..TraceRoot::default() })
    };
    let collector = Collector::start();
    for config in [
        otlp(&collector.url()),
        eager(tracewood_sdk::destination::Config::new("traceroot", traceroot(collector.url()))),
    ] {
        let recorder = recorder(config);
        record(&recorder);
        let flushed = recorder.flush(LONG);
        assert_eq!(flushed.n_delivered, 4, "{flushed:?} {:?}", recorder.stats());
    }
    for request in collector.requests() {
        assert_eq!(n_found(&request.body, "a1B2c3D4e5"), 0, "{}", request.path);
        assert!(n_found(&request.body, "[redacted Anthropic key]") > 15, "{}", request.path);
        assert_eq!(n_found(&request.body, "nothing to hide"), 1);
    }
}

#[test]
fn secrets_are_sent_where_that_is_asked_for() {
    let collector = Collector::start();
    let recorder = recorder(otlp(&collector.url()));
    recorder.set_secrets_hidden(false);
    record(&recorder);
    recorder.flush(LONG);
    for request in collector.wait_for(1) {
        assert!(n_found(&request.body, &secret()) > 15);
        assert_eq!(n_found(&request.body, "[redacted"), 0);
    }
}
