//! The verbs that ask a server: search, tail, sessions, export, import, scores, reprice; and the examples of docs/api.md.

use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};

use crate::support::{PATIENCE, Serving, run, tracewood};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "00f067aa0ba902b7";

/// A server with one model call.
fn serving(data: &tempfile::TempDir) -> Serving {
    let serving = Serving::start(data.path());
    assert!(serving.post(&[span(SPAN, "chat")]));
    serving.settle();
    serving
}

fn span(id: &str, name: &str) -> Value {
    let attribute = |key: &str, value: Value| json!({"key": key, "value": value});
    json!({
        "traceId": TRACE, "spanId": id, "name": name,
        "startTimeUnixNano": "1795348800000000000", "endTimeUnixNano": "1795348801000000000",
        "attributes": [
            attribute("gen_ai.operation.name", json!({"stringValue": "chat"})),
            attribute("gen_ai.request.model", json!({"stringValue": "our-model"})),
            attribute("gen_ai.usage.input_tokens", json!({"intValue": "1000000"})),
            attribute("gen_ai.usage.output_tokens", json!({"intValue": "0"})),
            attribute("session.id", json!({"stringValue": "s1"})),
        ],
    })
}

fn ask(serving: &Serving, args: &[&str]) -> (i32, String, String) {
    run(tracewood(args).env("TRACEWOOD_SERVER", &serving.url))
}

fn told(serving: &Serving, args: &[&str]) -> String {
    let (code, stdout, stderr) = ask(serving, args);
    assert_eq!(code, 0, "{args:?}: {stderr}");
    stdout
}

#[test]
fn spans_and_sessions_are_found_with_the_same_filters() {
    let data = tempfile::tempdir().unwrap();
    let serving = serving(&data);
    let found = told(&serving, &["search", "-f", "model:our-* tokens>=1M"]);
    assert!(found.contains("chat") && found.contains(SPAN), "{found}");
    assert_eq!(told(&serving, &["search", "-f", "status:error"]), "no span passes\n");
    let sessions = told(&serving, &["sessions", "-f", "kind:llm"]);
    assert!(sessions.contains("s1") && sessions.contains("1000000"), "{sessions}");
    let (code, _, stderr) = ask(&serving, &["search", "-f", "modle:x"]);
    assert_eq!(code, 1);
    assert_eq!(
        stderr,
        "tracewood: \"filter\": there is no field 'modle'; did you mean 'model'? (at byte 0 of the filter)\n"
    );
    assert_eq!(ask(&serving, &["search", "--after", "soon"]).0, 1);
}

#[test]
fn scores_are_added_and_filtered_by() {
    let data = tempfile::tempdir().unwrap();
    let serving = serving(&data);
    let kept = told(&serving, &["scores", "add", TRACE, "helpful", "--number", "-0.5", "--by", "ada", "--id", "f1"]);
    assert_eq!(kept, "kept as f1\n");
    assert!(told(&serving, &["search", "-f", "score.helpful<0"]).contains("chat"));
    let (code, _, stderr) = ask(&serving, &["scores", "add", TRACE, "helpful"]);
    assert_eq!((code, stderr.as_str()), (2, "tracewood: a score needs --number, --text or both\n"));
}

#[test]
fn export_goes_into_another_server_and_on_where_it_stopped() {
    let (data, other_data, folder) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let serving = serving(&data);
    assert!(serving.post(&[span("00f067aa0ba902b8", "second")]));
    serving.settle();
    let file = folder.path().join("spans.jsonl");
    let file = file.to_str().unwrap();
    told(&serving, &["export", "--to", file]);
    let whole = std::fs::read_to_string(file).unwrap();
    assert_eq!(whole.lines().count(), 2);
    assert_eq!(told(&serving, &["export"]), whole);
    let (code, _, stderr) = ask(&serving, &["export", "--to", file]);
    assert!(code == 1 && stderr.contains("is there already; go on in it with --resume"), "{stderr}");
    // As a broken line leaves it.
    std::fs::write(file, &whole[..whole.find('\n').unwrap() + 40]).unwrap();
    told(&serving, &["export", "--to", file, "--resume"]);
    assert_eq!(std::fs::read_to_string(file).unwrap(), whole);

    let other = Serving::start(other_data.path());
    assert_eq!(told(&other, &["import", file]), "imported 2 spans and 0 scores\n");
    other.settle();
    assert_eq!(told(&other, &["export"]), whole);
    let (code, _, stderr) = ask(&other, &["import", "/nowhere/at/all"]);
    assert!(code == 1 && stderr.starts_with("tracewood: /nowhere/at/all cannot be read"), "{stderr}");
}

#[test]
fn model_calls_are_priced_again() {
    let data = tempfile::tempdir().unwrap();
    let serving = serving(&data);
    assert_eq!(told(&serving, &["reprice"]), "0 of 1 model call cost something else now\n");
    let price = json!({"model": "our-model", "input_usd_per_million": 2, "output_usd_per_million": 0});
    assert_eq!(serving.send("/api/v1/prices", &price), 200);
    assert_eq!(told(&serving, &["reprice", "-f", "model:our-*"]), "1 of 1 model call cost something else now\n");
    serving.settle();
    assert!(told(&serving, &["search", "-f", "cost:2"]).contains("chat"));
}

#[test]
fn tail_shows_what_arrives() {
    let data = tempfile::tempdir().unwrap();
    let serving = Serving::start(data.path());
    let mut tailing = tracewood(&["tail", "-f", "name:wanted", "-n", "1", "--json"])
        .env("TRACEWOOD_SERVER", &serving.url)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // It may have to connect first, and spans sent again are news again.
    let deadline = Instant::now() + PATIENCE;
    while tailing.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline, "the span is never told");
        assert!(serving.post(&[span(SPAN, "unwanted"), span("00f067aa0ba902b8", "wanted")]));
    }
    let output = tailing.wait_with_output().unwrap();
    assert!(output.status.success());
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["name"], "wanted");
}

#[test]
fn help_says_what_each_verb_takes() {
    for verb in ["tail", "search", "sessions", "export", "import", "scores", "reprice"] {
        let (code, stdout, _) = run(&mut tracewood(&[verb, "--help"]));
        assert!(code == 0 && stdout.contains("Usage: tracewood"), "{verb}");
    }
    let (code, _, stderr) = run(&mut tracewood(&["search", "--server", "http://127.0.0.1:9", "-n", "1"]));
    assert!(code == 1 && stderr.starts_with("tracewood: no server answers at http://127.0.0.1:9"), "{stderr}");
}

/// Each block of shell in the guide, in order, as its reader would run it.
#[test]
fn examples_of_the_guide_work() {
    let data = tempfile::tempdir().unwrap();
    let serving = Serving::start(data.path());
    let guide = include_str!("../../../../docs/api.md");
    let blocks: Vec<&str> = guide.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 10);
    for block in blocks {
        let mut shell = Command::new("sh");
        shell.args(["-ec", block]).env("TRACEWOOD", &serving.url).env("TMPDIR", data.path());
        let (code, stdout, stderr) = run(&mut shell);
        assert_eq!(code, 0, "{block}\n{stdout}\n{stderr}");
        serving.settle();
    }
}
