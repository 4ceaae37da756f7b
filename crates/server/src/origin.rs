//! Requests that a foreign web page makes a browser send, refused where they would change something.
//!
//! A browser on this machine reaches an open server, and sends its cookie along to one with keys. It also says which page
//! a request comes from, in headers that no page can forge. Programs say nothing of the kind and are let through: they
//! need a key, or are on this machine.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, Method, header};

use std::sync::Arc;

use crate::error::{Face, Reason, Refusal};
use crate::ingest::{body, grpc};
use crate::state::Server;

/// Refuses what a foreign page wants changed.
pub(crate) async fn check(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let is_harmless = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let authority = request.uri().authority().map(|authority| authority.as_str().to_owned());
    if is_harmless || is_ours(request.headers(), authority.as_deref()) {
        return next.run(request).await;
    }
    let (parts, request_body) = request.into_parts();
    body::discard(&server, request_body).await;
    let refusal = Refusal::new(Reason::Forbidden, "a page of another site may not change anything here");
    if grpc::is_grpc(&parts.headers) {
        return grpc::refused(&refusal);
    }
    refusal.answer(Face::of(parts.uri.path(), &parts.headers))
}

/// Whether a request comes from a page of ours, or from no page at all.
fn is_ours(headers: &HeaderMap, authority: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text("sec-fetch-site") {
        // What the browser says of itself; "none" is a person who typed the address.
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return true };
    let Some((_, said)) = origin.split_once("://") else { return false };
    // A proxy in front may ask by another name, and then says which one the browser used.
    let names = [authority, text(header::HOST.as_str()), text("x-forwarded-host")];
    names.into_iter().flatten().any(|name| name.eq_ignore_ascii_case(said))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn pages_of_ours_and_programs_may_and_foreign_pages_may_not() {
        let host = ("host", "127.0.0.1:4318");
        for (headers, is_fine) in [
            (&[host][..], true),
            (&[host, ("origin", "http://127.0.0.1:4318")], true),
            (&[host, ("origin", "http://127.0.0.1:4319")], false),
            (&[host, ("origin", "https://evil.example")], false),
            (&[host, ("origin", "null")], false),
            (&[host, ("sec-fetch-site", "same-origin"), ("origin", "https://traces.example")], true),
            (&[host, ("sec-fetch-site", "none")], true),
            (&[host, ("sec-fetch-site", "same-site")], false),
            (&[host, ("sec-fetch-site", "cross-site")], false),
            (&[("host", "inner"), ("x-forwarded-host", "traces.example"), ("origin", "https://traces.example")], true),
        ] {
            let pairs = headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
            let map: HeaderMap = pairs.collect();
            assert_eq!(is_ours(&map, None), is_fine, "{headers:?}");
        }
    }
}
