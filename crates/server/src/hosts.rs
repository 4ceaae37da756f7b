//! Names under which an open server may be asked, against web pages that point a name of theirs at this machine.
//!
//! A browser lets a page talk to its own name, and the page's owner may let that name mean 127.0.0.1 a moment later. Such
//! requests carry the foreign name in `Host`. A server with keys need not look: a foreign page has no key, and a
//! browser's cookie belongs to the name under which it was set.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header;

use crate::error::{Face, Reason, Refusal};
use crate::ingest::grpc;
use crate::state::Server;

/// Refuses requests to names that are not ours.
pub(crate) async fn check(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    match server.access.is_open() {
        Ok(true) => {}
        Ok(false) => return next.run(request).await,
        Err(refusal) => return refusal.into_response(),
    }
    let said = request.headers().get_all(header::HOST).iter().map(|host| host.to_str().unwrap_or_default());
    let authority = request.uri().authority().map(http::uri::Authority::as_str);
    let Some(foreign) = authority.into_iter().chain(said).find(|host| !is_ours(host, &server.hosts)) else {
        return next.run(request).await;
    };
    let name = without_port(foreign).escape_debug();
    let refusal = Refusal::new(
        Reason::Forbidden,
        format!(
            "this server is not known as \"{name}\"; allow it with --host {name} (or TRACEWOOD_HOST), or make keys"
        ),
    );
    if grpc::is_grpc(request.headers()) {
        return grpc::refused(&refusal);
    }
    refusal.answer(Face::of(request.uri().path(), request.headers()))
}

/// Addresses are always ours: a page can only have an address for its name if it came from there.
fn is_ours(host: &str, configured: &[String]) -> bool {
    let name = without_port(host).trim_end_matches('.').to_ascii_lowercase();
    let is_address = match name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().is_ok(),
        None => name.parse::<IpAddr>().is_ok_and(|address| address.is_ipv4()),
    };
    is_address || name == "localhost" || name.ends_with(".localhost") || configured.contains(&name)
}

/// Whether a name means this machine and no other: a loopback address, or `localhost`.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = without_port(host).trim_end_matches('.').to_ascii_lowercase();
    let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&name);
    address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        || name == "localhost"
        || name.ends_with(".localhost")
}

fn without_port(host: &str) -> &str {
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    match host.rfind(':') {
        Some(colon) if host[colon + 1..].bytes().all(|byte| byte.is_ascii_digit()) => &host[..colon],
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine_are_ours_and_others_are_not() {
        let configured = ["traces.example".to_owned()];
        for host in [
            "localhost:4318",
            "LOCALHOST",
            "localhost.:1",
            "127.0.0.1:4318",
            "127.9.9.9",
            "[::1]:4318",
            "[::1]",
            "10.0.0.7:80",
            "app.localhost",
            "traces.example",
            "Traces.Example:443",
        ] {
            assert!(is_ours(host, &configured), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:4318",
            "notlocalhost",
            "",
            ":80",
            "sub.traces.example",
            "[evil]",
            "::1evil",
            "127.0.0.1@evil.example",
            "2130706433",
        ] {
            assert!(!is_ours(host, &configured), "{host}");
        }
    }
}
