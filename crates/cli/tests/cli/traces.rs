//! `tracewood traces ls` and `show`.

use serde_json::{Value, json};

use crate::support::{Serving, run, span, tracewood, with};

const TRIP: &str = "0af7651916cd43dd8448eb211c80319c";
const ODD: &str = "00000000000000000000000000000bad";

/// A server with two traces: a trip planned by an agent, and one whose client means harm.
fn with_two(folder: &tempfile::TempDir) -> Serving {
    let serving = Serving::start(folder.path());
    let agent = &[("tracewood.kind", json!("agent")), ("user.id", json!("ada")), ("session.id", json!("s1"))];
    let chat = &[
        ("gen_ai.operation.name", json!("chat")),
        ("gen_ai.provider.name", json!("openai")),
        ("gen_ai.request.model", json!("gpt-4o-mini")),
        ("gen_ai.usage.input_tokens", json!(1000)),
        ("gen_ai.usage.output_tokens", json!(500)),
    ];
    let mut failed = with(span(TRIP, 4, Some(2), "book_hotel", 900_000, 12_300), &[("tracewood.kind", json!("tool"))]);
    failed["status"] = json!({ "code": 2, "message": "ValueError: no room\nat the inn" });
    assert!(serving.post(&[
        with(span(TRIP, 1, None, "plan_trip", 0, 1_240_000), agent),
        with(span(TRIP, 2, Some(1), "chat gpt-4o-mini", 10, 812_345), chat),
        span(TRIP, 3, Some(2), "get_weather", 20_000, 3),
        failed,
        span(TRIP, 5, Some(1), "summarise", 1_000_000, 200_000),
    ]));
    let mut running = span(ODD, 1, Some(99), "\u{1b}]0;owned\u{7}\u{1b}[2J \u{202e}evil\r\nroot", 2_000_000, 0);
    running["endTimeUnixNano"] = json!("0");
    assert!(serving.post(&[running, span(ODD, 2, Some(1), &format!("很长的名字 {}", "x".repeat(300)), 2_000_001, 5)]));
    serving.settle();
    serving
}

fn traces(serving: &Serving, args: &[&str]) -> String {
    let (code, stdout, stderr) = run(tracewood(&[&["traces"], args].concat()).env("TRACEWOOD_SERVER", &serving.url));
    assert_eq!((code, stderr.as_str()), (0, ""));
    stdout
}

#[test]
fn list_and_tree_are_laid_out_for_reading() {
    let folder = tempfile::tempdir().unwrap();
    let serving = with_two(&folder);
    insta::assert_snapshot!("ls", traces(&serving, &["ls"]));
    insta::assert_snapshot!("show", traces(&serving, &["show", TRIP]));
    insta::assert_snapshot!("show_odd", traces(&serving, &["show", ODD]));
}

#[test]
fn json_is_what_the_api_says() {
    let folder = tempfile::tempdir().unwrap();
    let serving = with_two(&folder);
    let parsed = |args: &[&str]| serde_json::from_str::<Value>(&traces(&serving, args)).unwrap();
    assert_eq!(parsed(&["ls", "--json"]), serving.get("/api/v1/traces"));
    assert_eq!(parsed(&["ls", "--json", "-n", "1"])["traces"].as_array().unwrap().len(), 1);
    assert_eq!(parsed(&["show", TRIP, "--json"]), serving.get(&format!("/api/v1/traces/{TRIP}")));
}

#[test]
fn list_is_filtered_and_put_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let serving = with_two(&folder);
    let ids = |args: &[&str]| -> Vec<String> {
        let text = traces(&serving, &[&["ls"], args].concat());
        text.lines().skip(1).map(|line| line.split_whitespace().last().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&["--sort", "oldest"]), [TRIP, ODD]);
    assert_eq!(ids(&["--filter", "model=gpt-4o-mini"]), [TRIP]);
    let (code, _, stderr) = run(tracewood(&["traces", "ls", "-f", "("]).env("TRACEWOOD_SERVER", &serving.url));
    assert!(code == 1 && stderr.contains("(at byte "), "{stderr}");
}

#[test]
fn list_goes_on_over_pages_up_to_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    assert_eq!(traces(&serving, &["ls"]), "no traces yet\n");
    let spans: Vec<Value> = (1..=230).map(|n| span(&format!("{n:032x}"), 1, None, &format!("n{n}"), n, 1)).collect();
    assert!(serving.post(&spans));
    serving.settle();
    let text = traces(&serving, &["ls", "--limit", "220"]);
    let names: Vec<&str> = text.lines().skip(1).map(|line| line.split_whitespace().nth(2).unwrap()).collect();
    assert_eq!(names, (11..=230).rev().map(|n| format!("n{n}")).collect::<Vec<_>>());
    assert_eq!(traces(&serving, &["ls"]).lines().count(), 21);
}

#[test]
fn deep_trees_are_shown_without_end_of_the_stack() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let spans: Vec<Value> =
        (1..=2000).map(|n| span(TRIP, n, (n > 1).then_some(n - 1), &format!("level {n}"), n, 4000 - n)).collect();
    assert!(serving.post(&spans));
    serving.settle();
    let text = traces(&serving, &["show", TRIP]);
    assert_eq!(text.lines().count(), 2002);
    assert!(text.contains("level 2000"));
    assert!(text.lines().all(|line| line.chars().count() < 400));
    assert!(text.ends_with("2000 spans, 4.00 ms\n"), "{}", text.lines().last().unwrap());
}

#[test]
fn rings_of_parents_are_shown_once() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let ring =
        [span(TRIP, 1, Some(2), "a", 0, 9), span(TRIP, 2, Some(1), "b", 1, 2), span(TRIP, 3, Some(3), "own", 2, 2)];
    assert!(serving.post(&ring));
    serving.settle();
    let text = traces(&serving, &["show", TRIP]);
    assert_eq!(text.lines().count(), 5, "{text}");
}

#[test]
fn missing_trace_and_missing_server_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let (code, stdout, stderr) = run(&mut tracewood(&["traces", "show", "a\u{1b}b/..", "--server", &serving.url]));
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.starts_with("tracewood: there is no trace \"a\\u{1b}b/..\""), "{stderr}");

    let url = serving.url.clone();
    drop(serving);
    let (code, stdout, stderr) = run(&mut tracewood(&["traces", "ls", "--server", &url]));
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.starts_with(&format!("tracewood: no server answers at {url} (")), "{stderr}");
    assert!(stderr.contains("\"tracewood serve\"") && stderr.contains("--server (or TRACEWOOD_SERVER)"), "{stderr}");

    let (code, _, stderr) = run(&mut tracewood(&["traces", "ls", "--server", "not a url"]));
    assert_eq!(code, 1, "{stderr}");
}
