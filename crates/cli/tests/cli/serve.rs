//! `tracewood serve`: start, ports, stop, log.

use std::net::TcpListener;

use serde_json::Value;

use crate::support::{ANY_PORT, Serving, run, span, tracewood};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

#[test]
fn first_line_says_where_it_listens_and_where_the_data_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new/data");
    let serving = Serving::start(&data);
    let line = serving.line.clone();
    let mut ports =
        line.split(|character: char| !character.is_ascii_digit()).filter_map(|word| word.parse::<u16>().ok());
    assert!(ports.any(|port| port > 1023), "{line}");
    assert!(
        line.starts_with("tracewood listening on http://127.0.0.1:") && line.contains(" (gRPC 127.0.0.1:"),
        "{line}"
    );
    assert!(line.ends_with(&format!("), data in {}\n", data.display())), "{line}");
    assert_eq!(serving.get("/healthz")["status"], "ok");
    assert!(data.is_dir());
}

#[test]
fn busy_port_is_said_with_the_way_out() {
    let taken = TcpListener::bind(ANY_PORT).unwrap();
    let address = taken.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    for (flag, other, variable) in
        [("--listen", "--grpc", "TRACEWOOD_LISTEN"), ("--grpc", "--listen", "TRACEWOOD_GRPC")]
    {
        let (code, stdout, stderr) =
            run(&mut tracewood(&["serve", "--data", data, flag, &address.to_string(), other, ANY_PORT]));
        let sentence = format!(
            "tracewood: port {} on 127.0.0.1 is in use; choose another one with {flag} 127.0.0.1:0 (or {variable})\n",
            address.port()
        );
        assert_eq!((code, stdout.as_str(), stderr), (1, "", sentence));
    }
}

#[test]
fn data_folder_that_cannot_be_used_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let data = file.to_str().unwrap();
    let (code, _, stderr) = run(&mut tracewood(&["serve", "--data", data, "--listen", ANY_PORT, "--grpc", ANY_PORT]));
    assert_eq!(code, 1);
    assert!(stderr.starts_with(&format!("tracewood: {data} cannot be used: ")), "{stderr}");
}

#[test]
fn signals_stop_it_in_order_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    for (signal, n_spans) in [("TERM", 1), ("INT", 2)] {
        let serving = Serving::start(folder.path());
        assert!(serving.post(&[span(TRACE, n_spans, None, "kept", 0, 10)]));
        serving.signal(signal);
        let (status, log) = serving.end();
        assert_eq!(status.code(), Some(0), "{log}");
    }
    let serving = Serving::start(folder.path());
    serving.settle();
    assert_eq!(serving.get(&format!("/api/v1/traces/{TRACE}"))["trace"]["span_count"], 2);
}

#[test]
fn log_is_json_and_holds_nothing_of_the_spans() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let mut command = tracewood(&["serve", "--data", data, "--listen", ANY_PORT, "--grpc", ANY_PORT, "--log", "trace"]);
    let serving = Serving::of(&mut command);
    assert!(serving.post(&[span(TRACE, 1, None, "top secret", 0, 10)]));
    assert!(!serving.post(&[span("broken", 1, None, "top secret", 0, 10)]) || serving.get("/healthz").is_object());
    serving.settle();
    serving.signal("TERM");
    let (_, log) = serving.end();
    assert!(log.lines().count() > 1, "{log}");
    for line in log.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
    assert!(!log.contains("secret"), "{log}");
}

#[test]
fn help_tells_all_settings() {
    let (code, stdout, _) = run(&mut tracewood(&["serve", "--help"]));
    assert_eq!(code, 0);
    for word in [
        "--data",
        "--listen",
        "--grpc",
        "--config",
        "--request-bytes-max",
        "--log",
        "--log-format",
        "TRACEWOOD_DATA",
        "TRACEWOOD_LISTEN",
        "TRACEWOOD_GRPC",
        "TRACEWOOD_CONFIG",
        "TRACEWOOD_REQUEST_BYTES_MAX",
        "TRACEWOOD_LOG_FORMAT",
        ".tracewood",
        "127.0.0.1:4318",
        "127.0.0.1:4317",
    ] {
        assert!(stdout.contains(word), "{word} is not in {stdout}");
    }
    let (code, stdout, _) = run(&mut tracewood(&["--version"]));
    assert_eq!((code, stdout.as_str()), (0, "tracewood 0.1.0\n"));
}
