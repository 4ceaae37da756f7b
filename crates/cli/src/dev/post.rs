//! Posts OTLP requests and waits where the server asks for time.

use std::thread;
use std::time::Duration;

use prost::Message as _;
use tracewood_otlp::proto::ExportTraceServiceResponse;
use ureq::Agent;

use crate::args::SeedArgs;
use crate::failure::Failure;

/// How long one request may take: the slowest disks need seconds to write one.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How often a request is tried that the server has no room for; with its usual second between them, two minutes.
const TRIES: u32 = 120;

/// Where requests go.
#[derive(Debug)]
pub(super) struct Poster {
    agent: Agent,
    base_url: String,
    key: Option<String>,
}

impl Poster {
    pub(super) fn new(args: &SeedArgs) -> Self {
        let config = Agent::config_builder().timeout_global(Some(TIMEOUT)).http_status_as_error(false).build();
        Self {
            agent: config.into(),
            base_url: args.server.trim_end_matches('/').to_owned(),
            key: args.key.clone().filter(|key| !key.is_empty()),
        }
    }

    /// Posts one request until it is taken.
    pub(super) fn post(&self, body: &[u8]) -> Result<(), Failure> {
        let Self { agent, base_url, key } = self;
        for _ in 0..TRIES {
            let mut request = agent.post(format!("{base_url}/v1/traces")).content_type("application/x-protobuf");
            if let Some(key) = key {
                request = request.header("authorization", format!("Bearer {key}"));
            }
            let mut response = request.send(body).map_err(|error| {
                Failure::new(format!(
                    "no server takes spans at {base_url} ({error}); start one with \"tracewood serve\", or name another \
                     one with --server (or TRACEWOOD_SERVER)"
                ))
            })?;
            let status = response.status().as_u16();
            let wait_secs = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
            let answer = response.body_mut().read_to_vec().unwrap_or_default();
            match status {
                200 => return taken(&answer),
                429 | 502 | 503 | 504 => thread::sleep(Duration::from_secs(wait_secs.unwrap_or(1).min(60))),
                401 | 403 => {
                    return Err(Failure::new(
                        "the server wants a key that allows ingestion; give one with TRACEWOOD_KEY (or --key), and \
                         make one with \"tracewood keys create --scope ingest\"",
                    ));
                }
                _ => return Err(Failure::new(format!("{base_url} answered {status}; is it a Tracewood server?"))),
            }
        }
        Err(Failure::new(format!("{base_url} had no room for the spans; look at its log")))
    }
}

/// Whether the server took all of it.
fn taken(answer: &[u8]) -> Result<(), Failure> {
    let partial = ExportTraceServiceResponse::decode(answer).ok().and_then(|answer| answer.partial_success);
    match partial {
        Some(partial) if partial.rejected_spans > 0 => {
            let message = crate::terminal::safe(&partial.error_message);
            Err(Failure::new(format!("the server rejected {} spans: {message}", partial.rejected_spans)))
        }
        _ => Ok(()),
    }
}
