//! Questions to a running server over its read API.

use std::fmt::Write as _;
use std::io::Read;
use std::time::Duration;

use serde_json::Value;
use tracewood_server::api::model::ErrorEnvelope;
use ureq::http::Response;
use ureq::{Agent, Body, RequestBuilder, SendBody};

use crate::args::SourceArgs;
use crate::failure::Failure;

/// How long an answer may take; a trace of 50 000 spans takes a few seconds to write out.
const TIMEOUT: Duration = Duration::from_mins(1);
/// The most bytes of an answer: sixteen full-size requests, more than any trace that fits on a screen.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// A server to ask.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    base_url: String,
    key: Option<String>,
}

impl Client {
    /// The server that the command line names.
    pub(crate) fn new(source: &SourceArgs) -> Self {
        let config = Agent::config_builder().timeout_global(Some(TIMEOUT)).http_status_as_error(false).build();
        Self {
            agent: config.into(),
            base_url: source.server.trim_end_matches('/').to_owned(),
            key: source.key.clone().filter(|key| !key.is_empty()),
        }
    }

    /// Asks for a path and returns the answer's text if it is a success.
    pub(crate) fn get(&self, path: &str) -> Result<Vec<u8>, Failure> {
        self.whole(self.with_key(self.agent.get(self.url(path))).call())
    }

    /// Sends something as JSON and returns the answer's text if it is a success.
    pub(crate) fn post(&self, path: &str, body: &impl serde::Serialize) -> Result<Vec<u8>, Failure> {
        let text = serde_json::to_vec(body).map_err(|error| Failure::new(format!("cannot be written: {error}")))?;
        let request = self.with_key(self.agent.post(self.url(path))).content_type("application/json");
        self.whole(request.send(&text[..]))
    }

    /// Sends JSON Lines for as long as there are any, and returns the answer's text if it is a success.
    pub(crate) fn send_lines(&self, path: &str, lines: &mut dyn Read) -> Result<Vec<u8>, Failure> {
        let request = self.with_key(self.agent.post(self.url(path))).content_type("application/jsonl");
        let request = request.config().timeout_global(None).build();
        self.whole(request.send(SendBody::from_reader(lines)))
    }

    /// Opens an answer that goes on and on.
    pub(crate) fn open(&self, path: &str) -> Result<impl Read + use<>, Failure> {
        let request = self.with_key(self.agent.get(self.url(path))).config().timeout_global(None).build();
        let response = self.answered(request.call())?;
        if response.status().is_success() {
            return Ok(response.into_body().into_reader());
        }
        let failed = self.whole(Ok(response));
        Err(failed.err().unwrap_or_else(|| Failure::new("the server answered in an unknown way")))
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    fn with_key<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        match &self.key {
            Some(key) => request.header("authorization", format!("Bearer {key}")),
            None => request,
        }
    }

    fn answered(&self, answer: Result<Response<Body>, ureq::Error>) -> Result<Response<Body>, Failure> {
        let base_url = &self.base_url;
        answer.map_err(|error| {
            Failure::new(format!(
                "no server answers at {base_url} ({error}); start one with \"tracewood serve\", or name another one \
                 with --server (or TRACEWOOD_SERVER)"
            ))
        })
    }

    fn whole(&self, answer: Result<Response<Body>, ureq::Error>) -> Result<Vec<u8>, Failure> {
        let mut response = self.answered(answer)?;
        let base_url = &self.base_url;
        let status = response.status();
        let body = response
            .body_mut()
            .with_config()
            .limit(ANSWER_BYTES_MAX)
            .read_to_vec()
            .map_err(|error| Failure::new(format!("the answer of {base_url} ended early: {error}")))?;
        if status.is_success() {
            return Ok(body);
        }
        if status == 401 {
            let message = "the server wants a key that allows this; give one with TRACEWOOD_KEY (or --key), and make one \
                           with \"tracewood keys create --scope read\" (or ingest, or admin)";
            return Err(Failure::new(message));
        }
        Err(Failure::new(match serde_json::from_slice::<ErrorEnvelope>(&body) {
            Ok(envelope) => crate::terminal::safe(&envelope.error.message),
            Err(_) => format!("{base_url} answered {status}; is it a Tracewood server?"),
        }))
    }
}

/// The answer as the shape that is expected.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body)
        .map_err(|error| Failure::new(format!("the server's answer is not understood: {error}")))
}

/// The answer as it is, laid out for reading.
pub(crate) fn pretty(body: &[u8]) -> Result<String, Failure> {
    let value: Value = parse(body)?;
    Ok(format!("{value:#}\n"))
}

/// Text as one segment of a path.
pub(crate) fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
