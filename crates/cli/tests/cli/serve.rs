//! `tracewood serve`: start, ports, stop, log.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{ANY_PORT, PATIENCE, Serving, post, run, span, tracewood, wait_until};

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

#[test]
fn reader_of_the_log_that_stops_reading_never_stops_the_server() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().to_str().unwrap();
    let mut command = tracewood(&[
        "serve",
        "--data",
        path,
        "--listen",
        ANY_PORT,
        "--grpc",
        ANY_PORT,
        "--log",
        "tracewood_server=trace",
    ]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
    let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build();
    let agent: ureq::Agent = config.into();
    let lost = || {
        let mut answer = agent.get(format!("{url}/metrics")).call().unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("tracewood_lost_log_lines_total "));
        line.unwrap().parse::<u64>().unwrap()
    };
    // The pipe holds 64 KiB and the server a thousand lines; each request is one line.
    wait_until("lines of the log are lost", || lost() > 0);
    assert!(post(&agent, &url, &[span(TRACE, 1, None, "a", 0, 1)]));
    let status = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    // It ends though nobody has read a line.
    let child = RefCell::new(child);
    wait_until("it ends", || child.borrow_mut().try_wait().unwrap().is_some());
    let mut child = child.into_inner();
    assert!(child.wait().unwrap().success());
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("\"route\":\"/metrics\""), "{log}");
}
