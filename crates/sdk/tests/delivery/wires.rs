//! What goes over each wire, compared as a whole: one trace with everything in it, sent to every destination at once.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::common::{LONG, eager, json, recorder, spans};
use serde_json::json as value;
use tracewood_otlp::decode;
use tracewood_sdk::destination::{Config, File, Http, Mutagent, Otlp, TraceRoot, Wire};
use tracewood_sdk::memory::Spans;
use tracewood_sdk::{Captured, Recorder, Resource, Site, SpanContext, TraceAttributes, site};
use tracewood_span::{Event, Link, Span, SpanId, Status, TraceId, Usage, Value};
use tracewood_testkit::{Collector, Request};

/// 2026-11-22T03:07:10.329489123Z.
const START: u64 = 1_795_316_830_329_489_123;

fn text(text: &str) -> Value {
    Value::from(text)
}

fn texts(texts: &[&str]) -> Value {
    Value::Array(texts.iter().map(|text| Value::from(*text)).collect())
}

fn attributes<'a>(pairs: impl IntoIterator<Item = (&'a str, Value)>) -> Vec<(String, Value)> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn metadata(key: &str, number: i64) -> Captured {
    json(|writer| {
        writer.begin_object();
        writer.key(key);
        writer.int(number);
    })
}

struct Ids {
    trace: String,
    agent: SpanId,
    chat: SpanId,
}

/// An agent that asks a model, which fails.
fn record(recorder: &Recorder) -> Ids {
    let agent = Arc::new(Site::new(site::Config {
        name: "agent".to_owned(),
        kind: "agent".to_owned(),
        file: Some("src/agent.py".to_owned()),
        line: Some(7),
        function: Some("run".to_owned()),
        metadata_json: Some("{\"v\":1}".to_owned()),
        tags: vec!["a".to_owned(), "b".to_owned()],
        ..site::Config::default()
    }));
    let around = Arc::new(TraceAttributes {
        user_id: Some("U".to_owned()),
        session_id: Some("S".to_owned()),
        tags: vec!["t".to_owned()],
        metadata_json: Some("{\"m\":1}".to_owned()),
        prompt_template: Some("Hi {name}".to_owned()),
        ..TraceAttributes::default()
    });
    let mut root = recorder.start(&agent, None);
    root.set_started_at_unix_nanos(START);
    root.set_trace_attributes(Arc::clone(&around));
    root.set_input(json(|writer| {
        writer.begin_object();
        writer.key("q");
        writer.string("hello");
    }));

    let chat = Arc::new(Site::named("chat", "llm.chat"));
    let mut child = recorder.start(&chat, Some(&root.context()));
    child.set_started_at_unix_nanos(START + 1_000_000);
    child.set_input(Captured::text("Hi \"you\"", 100));
    child.set_output(json(|writer| {
        writer.begin_array();
        writer.string("a");
        writer.string("é\n");
    }));
    child.set_name("chat gpt");
    child.set_model("gpt-x");
    child.set_provider("openai");
    child.set_model_parameters(metadata("temperature", 0));
    child.set_usage(Usage { input_tokens: Some(3), total_tokens: Some(9), ..Usage::default() });
    child.set_usage_stated(metadata("input_tokens", 3));
    child.set_cost_usd(0.25);
    child.set_latency(Duration::from_micros(1500));
    child.set_time_to_first_token(Duration::from_millis(250));
    child.set_metadata(metadata("k", 2));
    child.set_user_id("V");
    child.set_trace_metadata(metadata("n", 3));
    child.set_trace_tags(vec!["u".to_owned()]);
    child.set_attribute("own", Value::Map(attributes([("deep", Value::Bytes(vec![1, 2, 3]))])));
    child.set_attribute("own", Value::Map(attributes([("deep", Value::Bytes(vec![1, 2, 4]))])));
    child.add_event("token", Some(START + 1_100_000), attributes([("n", Value::Int(1))]));
    child.record_exception("ValueError", "no", None);
    child.set_status(Status::Error, "ValueError: no");
    child.set_ended_at_unix_nanos(START + 2_000_000);
    let ids = Ids { trace: root.trace_id().to_string(), agent: root.span_id(), chat: child.span_id() };
    recorder.end(child);

    root.set_output(Captured::int(42));
    root.set_ended_at_unix_nanos(START + 3_500_000);
    recorder.end(root);
    ids
}

struct Sent {
    ids: Ids,
    requests: Vec<Request>,
}

/// Sends the trace to one destination.
fn send(wire: impl FnOnce(String) -> Wire) -> Sent {
    let collector = Collector::start();
    let recorder = recorder(eager(Config::new("it", wire(collector.url()))));
    let ids = record(&recorder);
    assert_eq!(recorder.flush(LONG).n_delivered, 2);
    Sent { ids, requests: collector.requests() }
}

#[test]
fn own_wire_is_otlp_in_our_words() {
    let Sent { ids, requests } = send(|url| {
        let resource = Resource::from(attributes([("service.name", text("shop"))]));
        Wire::Otlp(Otlp { url: format!("{url}/v1/traces"), http: Http::default(), resource })
    });
    let [request] = &requests[..] else { panic!("one request: {requests:?}") };
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/traces"));
    assert_eq!(request.header("content-type"), Some("application/x-protobuf"));
    assert_eq!(request.header("content-encoding"), Some("gzip"));
    assert_eq!(request.header("user-agent"), Some("tracewood/0.1.0"));

    let [chat, agent]: [Span; 2] = spans(request).try_into().unwrap();
    assert_eq!(agent.resource.attributes, attributes([("service.name", text("shop"))]));
    assert_eq!((agent.scope.name.as_str(), agent.scope.version.as_str()), ("tracewood", "0.1.0"));
    assert_eq!(agent.trace_id.to_string(), ids.trace);
    assert_eq!((agent.parent_span_id, agent.name.as_str(), agent.otel_kind), (None, "agent", 1));
    assert_eq!((agent.started_at_unix_nanos, agent.ended_at_unix_nanos), (START, Some(START + 3_500_000)));
    assert_eq!(agent.status, Status::Unset);
    assert_eq!(
        agent.attributes,
        attributes([
            ("tracewood.kind", text("agent")),
            ("tracewood.input", text("{\"q\":\"hello\"}")),
            ("tracewood.output", Value::Int(42)),
            ("code.file.path", text("src/agent.py")),
            ("code.line.number", Value::Int(7)),
            ("code.function.name", text("run")),
            ("tracewood.metadata", text("{\"v\":1}")),
            ("tracewood.tags", texts(&["a", "b"])),
            ("session.id", text("S")),
            ("user.id", text("U")),
            ("tracewood.trace.metadata", text("{\"m\":1}")),
            ("tracewood.trace.tags", texts(&["t"])),
            ("llm.prompt_template.template", text("Hi {name}")),
        ])
    );

    assert_eq!((chat.trace_id, chat.span_id), (agent.trace_id, ids.chat));
    assert_eq!((chat.parent_span_id, chat.is_parent_remote), (Some(ids.agent), false));
    assert_eq!(
        (chat.name.as_str(), chat.status, chat.status_message.as_str()),
        ("chat gpt", Status::Error, "ValueError: no")
    );
    assert_eq!(
        chat.attributes,
        attributes([
            ("tracewood.kind", text("llm.chat")),
            ("tracewood.input", text("Hi \"you\"")),
            ("tracewood.output", text("[\"a\",\"é\\n\"]")),
            ("tracewood.metadata", text("{\"k\":2}")),
            ("user.id", text("V")),
            ("tracewood.trace.metadata", text("{\"n\":3}")),
            ("tracewood.trace.tags", texts(&["u"])),
            ("gen_ai.request.model", text("gpt-x")),
            ("gen_ai.provider.name", text("openai")),
            ("gen_ai.usage.input_tokens", Value::Int(3)),
            ("tracewood.usage.total_tokens", Value::Int(9)),
            ("tracewood.model_parameters", text("{\"temperature\":0}")),
            ("tracewood.cost_usd", Value::Double(0.25)),
            ("gen_ai.response.time_to_first_chunk", Value::Double(0.25)),
            ("mutagent.latencyMs", Value::Double(1.5)),
            ("own", Value::Map(attributes([("deep", Value::Bytes(vec![1, 2, 4]))]))),
        ])
    );
    let events: Vec<_> = chat.events.iter().map(|event| (event.name.as_str(), event.attributes.clone())).collect();
    let exception = [("exception.type", text("ValueError")), ("exception.message", text("no"))];
    assert_eq!(events, [("token", attributes([("n", Value::Int(1))])), ("exception", attributes(exception))]);
}

#[test]
fn traceroot_wire_is_that_of_the_package() {
    let Sent { ids, requests } = send(|url| {
        Wire::TraceRoot(TraceRoot {
            host_url: format!("{url}/"),
            api_key: "tr-key".to_owned(),
            sdk_version: "0.5.0".to_owned(),
            git_repo: Some("o/r".to_owned()),
            git_ref: Some("abc".to_owned()),
            environment: Some("production".to_owned()),
            ..TraceRoot::default()
        })
    });
    let [request] = &requests[..] else { panic!("one request: {requests:?}") };
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/api/v1/public/traces"));
    for (name, value) in [
        ("content-type", "application/x-protobuf"),
        ("content-encoding", "gzip"),
        ("authorization", "Bearer tr-key"),
        ("x-traceroot-sdk-name", "traceroot-py"),
        ("x-traceroot-sdk-version", "0.5.0"),
    ] {
        assert_eq!(request.header(name), Some(value));
    }

    let [chat, agent]: [Span; 2] = spans(request).try_into().unwrap();
    assert_eq!((agent.scope.name.as_str(), agent.scope.version.as_str()), ("traceroot-sdk", "0.5.0"));
    let of_program = [
        ("traceroot.git.repo", text("o/r")),
        ("traceroot.git.ref", text("abc")),
        ("traceroot.environment", text("production")),
        ("traceroot.sdk.name", text("traceroot-py")),
        ("traceroot.sdk.version", text("0.5.0")),
    ];
    let expected = [
        ("traceroot.span.type", text("agent")),
        ("session.id", text("S")),
        ("user.id", text("U")),
        ("metadata", text("{\"m\":1}")),
        ("tag.tags", texts(&["t"])),
        ("llm.prompt_template.template", text("Hi {name}")),
        ("traceroot.span.input", text("{\"q\":\"hello\"}")),
        ("traceroot.span.metadata", text("{\"v\":1}")),
        ("traceroot.span.tags", texts(&["a", "b"])),
        ("traceroot.git.source_file", text("src/agent.py")),
        ("traceroot.git.source_line", Value::Int(7)),
        ("traceroot.git.source_function", text("run")),
    ];
    let path = [("traceroot.span.path", texts(&["agent"])), ("traceroot.span.ids_path", texts(&[]))];
    let output = [("traceroot.span.output", Value::Int(42))];
    let expected = expected.into_iter().chain(of_program.clone()).chain(path).chain(output);
    assert_eq!(agent.attributes, attributes(expected));

    let expected = [
        ("traceroot.span.type", text("llm")),
        ("traceroot.trace.user_id", text("V")),
        ("traceroot.span.input", text("Hi \"you\"")),
        ("traceroot.span.metadata", text("{\"k\":2}")),
    ];
    let after = [
        ("traceroot.span.path", texts(&["agent", "chat gpt"])),
        ("traceroot.span.ids_path", texts(&[&ids.agent.to_string()])),
        ("traceroot.span.output", texts(&["a", "é\n"])),
        ("traceroot.trace.metadata", text("{\"n\":3}")),
        ("traceroot.trace.tags", texts(&["u"])),
        ("traceroot.llm.model", text("gpt-x")),
        ("traceroot.llm.model_parameters", text("{\"temperature\":0}")),
        ("traceroot.llm.usage", text("{\"input_tokens\":3}")),
        ("llm.cost.total", Value::Double(0.25)),
        ("own", Value::Map(attributes([("deep", Value::Bytes(vec![1, 2, 4]))]))),
    ];
    assert_eq!(chat.attributes, attributes(expected.into_iter().chain(of_program).chain(after)));
}

#[test]
fn mutagent_wire_is_that_of_the_package() {
    let Sent { ids, requests } = send(|url| {
        Wire::Mutagent(Mutagent {
            endpoint_url: url,
            api_key: "mt_key".to_owned(),
            environment: Some("staging".to_owned()),
            ..Mutagent::default()
        })
    });
    let [request] = &requests[..] else { panic!("one request: {requests:?}") };
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/api/traces/batch"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("content-encoding"), None);
    assert_eq!(request.header("x-api-key"), Some("mt_key"));

    let mut body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let exception_at = body["traces"][0]["spans"][0]["events"][1]["timestamp"].take();
    assert!(exception_at.as_str().unwrap().ends_with("+00:00"));
    let t = &ids.trace;
    let uuid = format!("{}-{}-{}-{}-{}", &t[..8], &t[8..12], &t[12..16], &t[16..20], &t[20..]);
    let chat = value!({
        "spanId": ids.chat.to_string(), "name": "chat gpt", "kind": "llm.chat",
        "startTime": "2026-11-22T03:07:10.330489+00:00", "endTime": "2026-11-22T03:07:10.331489+00:00",
        "durationMs": 1.0, "status": "error", "parentSpanId": ids.agent.to_string(),
        "input": {"raw": "Hi \"you\""}, "output": {"raw": ["a", "é\n"]},
        "statusMessage": "ValueError: no", "error": "ValueError: no", "metadata": {"k": 2},
        "model": "gpt-x", "provider": "openai", "tokens": {"input": 3, "output": 0, "total": 9}, "costUsd": 0.25,
        "latencyMs": 1.5, "ttftMs": 250.0,
        "attributes": {"own": {"deep": "AQIE"}, "tracewood.model_parameters": {"temperature": 0}},
        "events": [
            {"name": "token", "timestamp": "2026-11-22T03:07:10.330589+00:00", "attributes": {"n": 1}},
            {"name": "exception", "timestamp": null,
             "attributes": {"exception.type": "ValueError", "exception.message": "no"}},
        ],
    });
    let agent = value!({
        "spanId": ids.agent.to_string(), "name": "agent", "kind": "agent",
        "startTime": "2026-11-22T03:07:10.329489+00:00", "endTime": "2026-11-22T03:07:10.332989+00:00",
        "durationMs": 3.5, "status": "unset", "input": {"raw": {"q": "hello"}}, "output": {"raw": 42},
        "metadata": {"v": 1}, "tags": ["a", "b"],
        "attributes": {"code.file.path": "src/agent.py", "code.line.number": 7, "code.function.name": "run"},
    });
    let trace = value!({
        "traceId": uuid, "source": "sdk", "startTime": "2026-11-22T03:07:10.329489+00:00", "sessionId": "S",
        "userId": "V", "environment": "staging", "tags": ["u", "t"], "metadata": {"m": 1, "n": 3},
        "spans": [chat, agent],
    });
    assert_eq!(body, value!({ "traces": [trace] }));
}

#[test]
fn mutagent_gets_its_own_form_of_input_as_it_is() {
    let collector = Collector::start();
    let wire = Mutagent { endpoint_url: collector.url(), api_key: "k".to_owned(), ..Mutagent::default() };
    let recorder = recorder(eager(Config::new("it", Wire::Mutagent(wire))));
    for kind in ["llm", "task", "graph", "mine"] {
        let mut span = recorder.start(&Arc::new(Site::named(kind, kind)), None);
        span.set_input(metadata("text", 1).as_mutagent_io());
        recorder.end(span);
    }
    recorder.flush(LONG);
    let body: serde_json::Value = serde_json::from_slice(&collector.requests()[0].body).unwrap();
    let traces = body["traces"].as_array().unwrap();
    let kinds: Vec<_> = traces.iter().map(|trace| trace["spans"][0]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["llm.chat", "custom", "graph", "mine"]);
    assert_eq!(traces[0]["spans"][0]["input"], value!({ "text": 1 }));
}

#[test]
fn file_and_memory_hold_what_the_wire_carries() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("spans-{}.jsonl", std::process::id()));
    let spans = Spans::default();
    let recorder = recorder(eager(Config::new("memory", Wire::Memory(spans.clone()))));
    let file = File { path: path.clone(), resource: Resource::default() };
    recorder.add_destination(eager(Config::new("file", Wire::File(file)))).unwrap();
    for _ in 0..2 {
        let ids = record(&recorder);
        let remote = SpanContext::remote(ids.trace.parse().unwrap(), ids.agent);
        let mut span = recorder.start(&Arc::new(Site::named("other \"scope\"", "tool")), Some(&remote));
        span.add_link(Link {
            trace_state: "k=v".to_owned(),
            attributes: attributes([("a", Value::Null)]),
            n_dropped_attributes: 2,
            ..Link::new(remote.trace_id(), ids.chat)
        });
        span.add_link(Link {
            trace_id: None,
            span_id: None,
            attributes: attributes([("queue", Value::from("orders"))]),
            ..Link::new(remote.trace_id(), ids.chat)
        });
        let event = Event { name: "moment".to_owned(), at_unix_nanos: 1, n_dropped_attributes: 3, ..Event::default() };
        span.put_event(event, 10);
        span.set_trace_state("k=v");
        span.extend_attributes(attributes([
            ("double", Value::Double(-0.5)),
            ("list", Value::Array(vec![Value::Bool(true), Value::Int(-1)])),
        ]));
        recorder.end(span);
        assert_eq!(recorder.flush(LONG).n_delivered, 6);
    }
    let lines = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let read: Vec<Span> = lines.lines().flat_map(|line| decode::json(line.as_bytes()).unwrap().spans).collect();
    assert_eq!(lines.lines().count(), 2);
    assert_eq!(read, spans.all());
    spans.clear();
    assert_eq!(spans.all(), []);
}

#[test]
fn instrumented_span_keeps_its_scope_links_and_remote_parent() {
    let spans = Spans::default();
    let recorder = recorder(eager(Config::new("memory", Wire::Memory(spans.clone()))));
    let site = Arc::new(Site::new(site::Config {
        name: "ChatCompletion".to_owned(),
        scope: Some(("openinference.instrumentation.openai".to_owned(), "0.1.2".to_owned())),
        scope_attributes: attributes([("team", Value::from("search"))]),
        scope_schema_url: "https://example.com/schema".to_owned(),
        otel_kind: 3,
        ..site::Config::default()
    }));
    let other = (TraceId::new([7; 16]).unwrap(), SpanId::new([8; 8]).unwrap());
    let mut span = recorder.start(&site, Some(&SpanContext::remote(other.0, other.1)));
    let link = Link {
        trace_state: "there=1".to_owned(),
        attributes: attributes([("a", Value::Null)]),
        n_dropped_attributes: 2,
        ..Link::new(other.0, other.1)
    };
    span.add_link(link.clone());
    let event = Event { name: "moment".to_owned(), at_unix_nanos: 1, n_dropped_attributes: 3, ..Event::default() };
    span.put_event(event.clone(), 10);
    span.set_trace_state("k=v");
    recorder.end(span);
    recorder.end(recorder.start_in(&Arc::new(Site::named("plain", "")), other.0, None));
    recorder.flush(LONG);

    let [span, plain]: [Span; 2] = spans.all().try_into().unwrap();
    assert_eq!(
        (span.scope.name.as_str(), span.scope.version.as_str()),
        ("openinference.instrumentation.openai", "0.1.2")
    );
    assert_eq!((span.trace_id, span.parent_span_id, span.is_parent_remote), (other.0, Some(other.1), true));
    assert_eq!((span.otel_kind, span.trace_state.as_str(), span.kind_text.as_str()), (3, "k=v", "span"));
    assert_eq!((span.links, span.events), (vec![link], vec![event]));
    assert_eq!(span.scope.attributes, attributes([("team", Value::from("search"))]));
    assert_eq!((span.scope.schema_url.as_str(), plain.scope.schema_url.as_str()), ("https://example.com/schema", ""));
    assert_eq!(plain.scope.name, "tracewood");
    assert_eq!((plain.trace_id, plain.parent_span_id), (other.0, None));
}

#[test]
fn cut_values_carry_their_original_size_and_large_ones_arrive_whole() {
    let spans = Spans::default();
    let recorder = recorder(eager(Config::new("memory", Wire::Memory(spans.clone()))));
    let mut span = recorder.start(&Arc::new(Site::named("big", "tool")), None);
    span.set_input(Captured::text(&"x".repeat(2_000_000), 1_000_000));
    span.set_output(Captured::text(&"y".repeat(500_000), 1_000_000));
    recorder.end(span);
    recorder.flush(LONG);
    let [span]: [Span; 1] = spans.all().try_into().unwrap();
    let input = span.input_value().and_then(Value::as_str).unwrap();
    assert!(input.starts_with("xxx") && input.ends_with("xxx…<truncated 1.0 MB>"));
    assert_eq!(span.output_value().and_then(Value::as_str).map(str::len), Some(500_000));
    let original = tracewood_span::attribute(&span.attributes, "tracewood.input.bytes_original");
    assert_eq!(original, Some(&Value::Int(2_000_000)));
    assert_eq!(tracewood_span::attribute(&span.attributes, "tracewood.output.bytes_original"), None);
}
