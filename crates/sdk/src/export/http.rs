//! One request and its reply, over connections that stay open.

use std::time::{Duration, SystemTime};

use ureq::http::{HeaderMap, HeaderName, HeaderValue, Request, Uri, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Proxy};

use super::compress::{Coding, Compressor};
use super::{Attempt, Outcome};
use crate::load::Batch;
use crate::loss::{Loss, Reason};
use crate::retry::{self, Verdict};
use crate::spool::Parcel;
use crate::{Error, ErrorKind, destination};

/// So much of a reply is read; a partial success has a line of text, and everything else is of no interest.
const REPLY_BYTES_MAX: u64 = 64 * 1024;
/// So much of a reply that says no is passed on to the log.
const REASON_CHARS_MAX: usize = 200;
/// No request is given longer; the client's clock cannot count for ever.
const TIMEOUT_MAX: Duration = Duration::from_hours(24);
const USER_AGENT: &str = concat!("tracewood/", env!("CARGO_PKG_VERSION"));

/// Writes batches as the body of a request.
pub(crate) trait Encode: Send {
    /// The word of [`destination::Wire::spool_word`].
    const WIRE: &'static str;
    const CONTENT_TYPE: &'static str;
    /// Whether every server of this wire understands gzip.
    const IS_GZIP_KNOWN: bool;

    /// Writes a batch to an empty buffer.
    fn encode(&mut self, batch: &Batch, lost: &Loss, out: &mut Vec<u8>);

    /// How many spans a reply says were left out, and why.
    fn rejected(&self, body: &[u8]) -> (u64, String) {
        let _ = body;
        (0, String::new())
    }
}

/// Where requests go, and what they always say.
pub(crate) struct Post {
    agent: Agent,
    uri: Option<Uri>,
    headers: HeaderMap,
    timeout: Duration,
    compression: destination::Compression,
}

impl Post {
    /// What cannot be understood of the settings is left out, since [`check`] has refused it before.
    pub(crate) fn new(url: &str, http: &destination::Http, own_headers: &[(&str, &str)]) -> Self {
        let uri: Option<Uri> = url.parse().ok();
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        let of_user = http.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own_headers.iter().copied().chain(of_user) {
            if let (Ok(name), Ok(mut value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                // Every header may carry a key; none is ever shown.
                value.set_sensitive(true);
                headers.insert(name, value);
            }
        }
        // A proxy is for the world outside; one that is set for it must not get what stays on this machine.
        let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
        let is_loopback = host == "localhost"
            || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        let proxy = if is_loopback { None } else { Proxy::try_from_env() };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // A redirect would turn the POST into a GET, or carry the key to another host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(proxy)
            .max_idle_connections(1)
            .max_idle_age(Duration::from_secs(55));
        let config = match certificates(http) {
            Ok(Some(roots)) => config.tls_config(TlsConfig::builder().root_certs(roots).build()),
            _ => config,
        };
        Self { agent: config.build().into(), uri, headers, timeout: http.timeout, compression: http.compression }
    }

    fn send(&self, body: &[u8], content_type: &str, coding: Coding, timeout: Duration) -> Result<Reply, String> {
        let mut request = Request::post(self.uri.clone().unwrap_or_default()).body(body).map_err(|e| e.to_string())?;
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(content_type).map_err(|error| error.to_string())?);
        if let Some(coding) = coding.header() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        headers.extend(self.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        let timeout = Some(timeout.min(self.timeout).min(TIMEOUT_MAX));
        let request = self.agent.configure_request(request).timeout_global(timeout).build();
        let mut response = self.agent.run(request).map_err(|error| error.to_string())?;
        let text = |name: HeaderName| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let mut reply = Reply {
            status: response.status().as_u16(),
            accept_encoding: text(header::ACCEPT_ENCODING),
            retry_after: text(header::RETRY_AFTER),
            location: text(header::LOCATION),
            body: Vec::new(),
        };
        // The status counts, even if the rest of the reply never comes.
        reply.body = response.body_mut().with_config().limit(REPLY_BYTES_MAX).read_to_vec().unwrap_or_default();
        Ok(reply)
    }
}

struct Reply {
    status: u16,
    accept_encoding: String,
    retry_after: String,
    location: String,
    body: Vec<u8>,
}

impl Reply {
    /// What the server said, for the log.
    fn reason(&self) -> String {
        let text: String = String::from_utf8_lossy(&self.body)
            .chars()
            .map(|char| if char.is_control() { ' ' } else { char })
            .take(REASON_CHARS_MAX)
            .collect();
        let text = text.trim();
        let colon = if text.is_empty() { "" } else { ": " };
        format!("the server answered {}{colon}{text}", self.status)
    }
}

/// Sends batches over HTTP.
pub(crate) struct Exporter<E> {
    encoder: E,
    post: Post,
    retry: retry::Policy,
    compressor: Compressor,
    body: Vec<u8>,
    compressed: Vec<u8>,
    coding: Coding,
}

impl<E: Encode> Exporter<E> {
    pub(crate) fn new(encoder: E, post: Post, retry: &retry::Policy) -> Self {
        let compressor = Compressor::new(post.compression, E::IS_GZIP_KNOWN);
        let (body, compressed) = (Vec::new(), Vec::new());
        Self { encoder, post, retry: retry.clone(), compressor, body, compressed, coding: Coding::Identity }
    }

    fn encode(&mut self, batch: &Batch, lost: &Loss) {
        self.body.clear();
        self.encoder.encode(batch, lost, &mut self.body);
        self.coding = self.compressor.compress(&self.body, &mut self.compressed);
    }

    fn outcome(&self, reply: &Reply, n_bytes_sent: usize) -> Outcome {
        match self.retry.verdict(reply.status) {
            Verdict::Taken => {
                let (n_rejected, message) = self.encoder.rejected(&reply.body);
                Outcome::Taken { n_rejected, message, n_bytes_sent: n_bytes_sent as u64 }
            }
            Verdict::TryAgain => {
                let after = retry::retry_after(&reply.retry_after, SystemTime::now());
                Outcome::TryAgain { after, why: reply.reason() }
            }
            Verdict::TooLarge => Outcome::TooLarge,
            Verdict::BadRequest => Outcome::Bad(reply.reason()),
            Verdict::Unauthorized => {
                let why = format!("{}; check the API key", reply.reason());
                Outcome::Lost { reason: Reason::Unauthorized, why }
            }
            Verdict::Refused if (300..400).contains(&reply.status) => {
                let why = format!("{} and points to \"{}\"; set that as the endpoint", reply.reason(), reply.location);
                Outcome::Lost { reason: Reason::Refused, why }
            }
            Verdict::Refused | Verdict::Unsupported => Outcome::Lost { reason: Reason::Refused, why: reply.reason() },
        }
    }
}

impl<E: Encode> super::Exporter for Exporter<E> {
    fn export(&mut self, batch: &Batch, attempt: &Attempt) -> Outcome {
        if !attempt.is_retry {
            self.encode(batch, &attempt.lost);
        }
        loop {
            let body = if self.coding == Coding::Identity { &self.body } else { &self.compressed };
            let reply = match self.post.send(body, E::CONTENT_TYPE, self.coding, attempt.timeout) {
                Ok(reply) => reply,
                Err(why) => return Outcome::TryAgain { after: None, why },
            };
            let verdict = self.retry.verdict(reply.status);
            if verdict == Verdict::Taken {
                self.compressor.hear(&reply.accept_encoding);
            }
            if verdict == Verdict::Unsupported && self.coding != Coding::Identity && self.compressor.step_down() {
                self.coding = self.compressor.compress(&self.body, &mut self.compressed);
                continue;
            }
            return self.outcome(&reply, body.len());
        }
    }

    fn parcel(&mut self, batch: &Batch, lost: &Loss, is_encoded: bool) -> Option<Parcel> {
        if !is_encoded {
            self.encode(batch, lost);
        }
        Some(Parcel {
            wire: E::WIRE.to_owned(),
            content_type: E::CONTENT_TYPE.to_owned(),
            coding: self.coding,
            n_spans: u32::try_from(batch.n_spans).unwrap_or(u32::MAX),
            body: if self.coding == Coding::Identity { self.body.clone() } else { self.compressed.clone() },
        })
    }

    fn send_parcel(&mut self, parcel: &Parcel, timeout: Duration) -> Outcome {
        let Parcel { content_type, coding, body, .. } = parcel;
        let mut sent = self.post.send(body, content_type, *coding, timeout);
        // The server of today may understand less than that of the day it was written.
        if sent.as_ref().is_ok_and(|reply| self.retry.verdict(reply.status) == Verdict::Unsupported)
            && let Some(plain) = coding.decompressed(body)
        {
            sent = self.post.send(&plain, content_type, Coding::Identity, timeout);
        }
        match sent {
            Ok(reply) => self.outcome(&reply, body.len()),
            Err(why) => Outcome::TryAgain { after: None, why },
        }
    }
}

/// Checks what can be checked of HTTP settings without sending.
pub(crate) fn check(url: &str, http: &destination::Http) -> Result<(), Error> {
    let wrong = |message: String| Error::new(ErrorKind::Config, "add destination", message);
    let uri: Uri = url.parse().map_err(|error| wrong(format!("\"{url}\" is not a URL")).because(error))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
        return Err(wrong(format!("\"{url}\" is not a URL; write it as http://host:port or https://host")));
    }
    for (name, value) in &http.headers {
        // The value may be a key and is not shown.
        if name.parse::<HeaderName>().is_err() || HeaderValue::from_str(value).is_err() {
            return Err(wrong(format!("the header \"{name}\" has a character that HTTP does not allow")));
        }
    }
    certificates(http).map(drop)
}

fn certificates(http: &destination::Http) -> Result<Option<RootCerts>, Error> {
    let Some(path) = &http.certificate_file else { return Ok(None) };
    let wrong =
        |message: &str| Error::new(ErrorKind::Config, "read certificates", format!("\"{}\" {message}", path.display()));
    let pem = std::fs::read(path).map_err(|error| wrong("cannot be read").because(error))?;
    let items: Result<Vec<_>, _> = parse_pem(&pem).collect();
    let items = items.map_err(|error| wrong("is not PEM").because(error))?;
    let certificates: Vec<Certificate<'static>> = items
        .into_iter()
        .filter_map(|item| if let PemItem::Certificate(certificate) = item { Some(certificate) } else { None })
        .collect();
    if certificates.is_empty() {
        return Err(wrong("holds no certificate"));
    }
    Ok(Some(RootCerts::from(certificates)))
}
