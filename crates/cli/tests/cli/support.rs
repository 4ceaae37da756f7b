//! Starting, asking and ending the binary.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long anything may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const ANY_PORT: &str = "127.0.0.1:0";

/// The binary with nothing in its environment.
pub(crate) fn tracewood(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracewood"));
    command.args(args).env_clear().stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

/// A running `tracewood serve`, killed when it goes out of scope.
pub(crate) struct Serving {
    child: Child,
    pub(crate) line: String,
    pub(crate) url: String,
    agent: ureq::Agent,
    /// What it logs, read all the time: a pipe that nobody empties would stop the server once 64 KiB are in it.
    log: Option<thread::JoinHandle<String>>,
}

impl Serving {
    /// On free ports, with its data in a folder.
    pub(crate) fn start(data: &Path) -> Self {
        let data = data.to_str().unwrap();
        Self::of(&mut tracewood(&["serve", "--data", data, "--listen", ANY_PORT, "--grpc", ANY_PORT]))
    }

    /// As a command says.
    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let log = thread::spawn(move || {
            let mut log = String::new();
            stderr.read_to_string(&mut log).unwrap();
            log
        });
        let (sender, lines) = mpsc::sync_channel(1);
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            let mut line = String::new();
            let _ = stdout.read_line(&mut line);
            let _ = sender.send(line);
        });
        let line = lines.recv_timeout(PATIENCE).unwrap_or_default();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_default().to_owned();
        let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build();
        let serving = Self { child, line, url, agent: config.into(), log: Some(log) };
        assert!(!serving.url.is_empty(), "it does not listen: {:?}", serving.line);
        serving
    }

    /// Posts spans as OTLP in JSON; true once they are acknowledged.
    pub(crate) fn post(&self, spans: &[Value]) -> bool {
        post(&self.agent, &self.url, spans)
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let mut response = self.agent.get(format!("{}{path}", self.url)).call().unwrap();
        serde_json::from_slice(&response.body_mut().read_to_vec().unwrap()).unwrap()
    }

    /// Posts JSON and returns the status.
    pub(crate) fn send(&self, path: &str, body: &Value) -> u16 {
        let request = self.agent.post(format!("{}{path}", self.url)).content_type("application/json");
        request.send(body.to_string()).unwrap().status().as_u16()
    }

    /// Waits until what was acknowledged can be found.
    pub(crate) fn settle(&self) {
        wait_until("everything can be found", || {
            let health = self.get("/api/v1/health");
            health["spans_searchable"].as_u64() >= health["spans_durable"].as_u64() && health["wal_bytes"] == 0
        });
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the end and returns what was logged.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "it does not end");
            thread::sleep(Duration::from_millis(5));
        };
        let log = self.log.take().unwrap().join().unwrap();
        (status, log)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for a condition, and says which one when it does not come.
#[track_caller]
pub(crate) fn wait_until(what: &str, is_done: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_done() {
        assert!(Instant::now() < deadline, "waited too long until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Posts spans as OTLP in JSON; true once they are acknowledged.
pub(crate) fn post(agent: &ureq::Agent, url: &str, spans: &[Value]) -> bool {
    let body = json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": spans }] }] }).to_string();
    let sent = agent.post(format!("{url}/v1/traces")).content_type("application/json").send(body);
    sent.is_ok_and(|response| response.status() == 200)
}

/// A span with the least that it needs; more is added by its fields.
pub(crate) fn span(
    trace_id: &str,
    span_id: u64,
    parent: Option<u64>,
    name: &str,
    at_micros: u64,
    micros: u64,
) -> Value {
    const DAY_NANOS: u64 = 1_795_000_000_000_000_000;
    let start = DAY_NANOS + at_micros * 1000;
    let mut span = json!({
        "traceId": trace_id, "spanId": format!("{span_id:016x}"), "name": name,
        "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + micros * 1000).to_string(),
    });
    if let Some(parent) = parent {
        span["parentSpanId"] = json!(format!("{parent:016x}"));
    }
    span
}

/// Adds attributes to a span.
pub(crate) fn with(mut span: Value, attributes: &[(&str, Value)]) -> Value {
    span["attributes"] = attributes
        .iter()
        .map(|(key, value)| {
            let value = match value {
                Value::Number(number) => json!({ "intValue": number }),
                other => json!({ "stringValue": other }),
            };
            json!({ "key": key, "value": value })
        })
        .collect();
    span
}
