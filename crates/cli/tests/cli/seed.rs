//! `tracewood dev seed` against a running server.

use serde_json::Value;
use tempfile::tempdir;

use crate::support::{Serving, run, tracewood};

fn seed(server: &Serving, args: &[&str]) -> Value {
    let mut command = tracewood(&["dev", "seed", "--json", "--until", "2026-11-27T09:00:00Z", "--server", &server.url]);
    let (code, stdout, stderr) = run(command.args(args));
    assert_eq!((code, stderr.as_str()), (0, ""));
    let mut sent: Value = serde_json::from_str(&stdout).unwrap();
    assert!(sent.as_object_mut().unwrap().remove("seconds").unwrap().as_f64() > Some(0.0));
    // Who of the threads is the first decides how traces are put into requests.
    assert!(sent.as_object_mut().unwrap().remove("requests").unwrap().as_u64() > Some(0));
    sent
}

#[test]
fn the_same_seed_sent_twice_is_there_once() {
    let folder = tempdir().unwrap();
    let server = Serving::start(folder.path());
    let first = seed(&server, &["--traces", "12", "--spans-per-trace", "3..30"]);
    let second = seed(&server, &["--traces", "12", "--spans-per-trace", "3..30"]);
    assert_eq!(first, second);
    server.settle();
    let list = server.get("/api/v1/traces?limit=100");
    let traces = list["traces"].as_array().unwrap();
    assert_eq!(traces.len(), 12);
    let n_spans: u64 = traces.iter().map(|trace| trace["span_count"].as_u64().unwrap()).sum();
    assert_eq!(Some(n_spans), first["spans"].as_u64());
}

#[test]
fn a_large_trace_comes_over_in_several_requests() {
    let folder = tempdir().unwrap();
    let server = Serving::start(folder.path());
    let sent = seed(&server, &["--traces", "1", "--spans-per-trace", "3000", "--shape", "flat"]);
    server.settle();
    let trace = server.get(&format!("/api/v1/traces/{}", sent["first_trace_id"].as_str().unwrap()));
    assert_eq!(trace["trace"]["span_count"], 3000);
}

#[test]
fn without_a_server_it_says_what_to_do() {
    let args = ["dev", "seed", "--traces", "1", "--server", "http://127.0.0.1:1"];
    let (code, stdout, stderr) = run(&mut tracewood(&args));
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("start one with \"tracewood serve\""), "{stderr}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    for args in [["--spans-per-trace", "9..3"], ["--spans-per-trace", "0"], ["--shape", "round"], ["--errors", "101"]] {
        let (code, _, stderr) = run(tracewood(&["dev", "seed"]).args(args));
        assert_eq!(code, 2, "{stderr}");
    }
}
