//! `GET /api/v1/live`: what arrives, as it arrives.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use tracewood_server::Limits;
use tracewood_store::keys::Scope;

use crate::support::fake::{Fake, Fate};
use crate::support::otlp::{self, JSON, PROTOBUF, TRACE, good_span, request, text};
use crate::support::{Reply, Running};

const PATH: &str = "/api/v1/live";
const PATIENCE: Duration = Duration::from_secs(20);

/// The lines of a feed as they come; the greeting has been read.
fn feed(server: &Running, path: &str, headers: &[(&str, &str)]) -> mpsc::Receiver<String> {
    let lines = server.follow(path, headers);
    let (sender, receiver) = mpsc::sync_channel(10_000);
    thread::spawn(move || {
        for line in lines.filter(|line| !line.is_empty()) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    assert_eq!(receiver.recv_timeout(PATIENCE).unwrap(), "retry: 1000");
    receiver
}

fn event(feed: &mpsc::Receiver<String>) -> (String, Value) {
    let line = || feed.recv_timeout(PATIENCE).unwrap();
    let name = line().strip_prefix("event: ").unwrap().to_owned();
    (name, serde_json::from_str(line().strip_prefix("data: ").unwrap()).unwrap())
}

fn post(server: &Running, spans: Vec<tracewood_otlp::proto::Span>) -> Reply {
    server.post("/v1/traces", PROTOBUF, request(spans))
}

#[test]
fn spans_come_at_once_without_what_went_in_and_out() {
    let mut server = Running::start();
    let feed = feed(&server, PATH, &[]);
    let mut span = good_span(1, "chat");
    span.attributes = vec![text("tracewood.kind", "llm"), text("tracewood.input", "a secret"), text("user.id", "ada")];
    span.end_time_unix_nano = 0;
    assert_eq!(post(&server, vec![span]).status, 200);
    let (name, data) = event(&feed);
    assert_eq!(name, "span");
    assert!(!data.to_string().contains("secret"));
    assert_eq!(
        data,
        json!({
            "trace_id": TRACE, "span_id": "0101010101010101", "parent_span_id": null, "name": "chat", "kind": "llm",
            "status": "unset", "started_at": "2026-11-18T11:06:40.000000000Z", "duration_nanos": null, "pending": true,
            "model": null, "total_tokens": null, "cost_usd": null, "session_id": null, "user_id": "ada",
            "environment": null, "tags": [],
        })
    );
    server.begin_stop();
    assert!(feed.recv_timeout(PATIENCE).is_err(), "the feed ends with the server");
    server.wait_stopped();
}

#[test]
fn filter_keeps_the_rest_out_and_says_where_it_is_wrong() {
    let server = Running::start();
    let feed = feed(&server, "/api/v1/live?filter=name%3Dwanted", &[]);
    post(&server, vec![good_span(1, "unwanted"), good_span(2, "wanted")]);
    post(&server, vec![good_span(3, "wanted")]);
    assert_eq!(
        [event(&feed).1["span_id"].clone(), event(&feed).1["span_id"].clone()],
        ["02".repeat(8), "03".repeat(8)]
    );
    let reply = server.get("/api/v1/live?filter=%28");
    assert!(reply.status == 400 && reply.text().contains("(at byte "), "{}", reply.text());
}

#[test]
fn what_is_not_durable_is_no_news() {
    let store = Arc::new(Fake::new(Fate::Waits));
    let fake = Arc::clone(&store);
    let server = Running::with_store(store, Limits::default());
    let feed = feed(&server, PATH, &[]);
    thread::scope(|scope| {
        let posting = scope.spawn(|| post(&server, vec![good_span(1, "a")]));
        while fake.n_waiting() == 0 {
            thread::yield_now();
        }
        assert!(feed.try_recv().is_err());
        fake.release();
        assert_eq!(posting.join().unwrap().status, 200);
    });
    assert_eq!(event(&feed).1["name"], "a");
}

#[test]
fn each_project_has_its_own_news() {
    let (server, keyring) = Running::keyed();
    let made = |project: &str, scope| keyring.create(project, &[scope], "").unwrap().text;
    let read = made("shop", Scope::Read);
    let feed = feed(&server, PATH, &[("x-api-key", &read)]);
    for (project, name) in [("other", "not for the shop"), ("shop", "for the shop")] {
        let key = made(project, Scope::Ingest);
        let headers = [("content-type", PROTOBUF), ("x-api-key", &*key)];
        let body = request(vec![good_span(1, name)]);
        assert_eq!(server.send(Method::POST, "/v1/traces", &headers, &body).status, 200);
    }
    assert_eq!(event(&feed).1["name"], "for the shop");
}

#[test]
fn slow_follower_misses_spans_and_is_told_and_nobody_waits() {
    let server = Running::start();
    let lines = server.follow(PATH, &[]);
    let n_spans = 60_000_u32;
    for batch in 0..n_spans / 1000 {
        let spans = (0..1000).map(|n| {
            let mut span = otlp::span(&otlp::trace_bytes(), &u64::from(batch * 1000 + n + 1).to_be_bytes(), "many");
            span.attributes = vec![text("session.id", &"s".repeat(200))];
            span
        });
        assert_eq!(post(&server, spans.collect()).status, 200);
    }
    let (mut n_read, mut n_missed) = (0, 0);
    for line in lines {
        if line.starts_with("data: {\"trace_id\"") {
            n_read += 1;
        } else if let Some(data) = line.strip_prefix("data: {\"spans\":") {
            n_missed += data.trim_end_matches('}').parse::<u32>().unwrap();
        }
        if n_read + n_missed == n_spans {
            break;
        }
    }
    assert!(n_missed > 0 && n_read >= 1000, "{n_read} read, {n_missed} missed");
}

#[test]
fn too_many_followers_are_sent_away() {
    let server = Running::with_limits(Limits { n_live_max: 1, ..Limits::default() });
    let first = server.follow(PATH, &[]);
    assert_eq!(server.get(PATH).status, 503);
    drop(first);
}

#[test]
fn condition_on_scores_holds_of_what_was_judged_before() {
    let server = Running::start();
    let scored = feed(&server, "/api/v1/live?filter=score.helpful%3E0.5", &[]);
    let unscored = feed(&server, "/api/v1/live?filter=not%20score.helpful%3A*", &[]);
    assert_eq!(post(&server, vec![good_span(1, "nobody has judged it")]).status, 200);
    assert_eq!(event(&unscored).1["name"], "nobody has judged it");
    for (number, name) in [(0.2, "judged and found wanting"), (0.9, "judged and found helpful")] {
        let score = json!({"id": "s1", "trace_id": TRACE, "name": "helpful", "number": number});
        assert_eq!(server.post("/api/v1/scores", JSON, score.to_string().into_bytes()).status, 200);
        assert_eq!(post(&server, vec![good_span(2, name)]).status, 200);
    }
    assert_eq!(event(&scored).1["name"], "judged and found helpful");
    let reply = server.send(Method::DELETE, "/api/v1/scores/s1", &[], &[]);
    assert_eq!(reply.status, 204);
    assert_eq!(post(&server, vec![good_span(3, "not judged any more")]).status, 200);
    assert_eq!(event(&unscored).1["name"], "not judged any more");
    assert!(scored.try_recv().is_err() && unscored.try_recv().is_err());
}
