//! The page: files that were built into the server.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};

use crate::error::{Face, Reason, Refusal};
use crate::gzip::takes_gzip;

/// A file of the page.
#[derive(Debug)]
struct File {
    path: &'static str,
    content_type: &'static str,
    etag: &'static str,
    bytes: &'static [u8],
    gzip: Option<&'static [u8]>,
}

/// By path, in order.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Where the build puts files whose name changes with their content.
const HASHED: &str = "/assets/";

/// Where the page's router takes what follows for ids, which may look like the name of a file: `ada@acme.example`.
const WITH_IDS: [&str; 4] = ["/traces/", "/sessions/", "/users/", "/compare/"];

/// A year, the longest that caches are asked for.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Where the page shows the list of traces.
const LISTS: [&str; 2] = ["/", "/traces"];

/// What the page asks for first where its address has no parameters (`askedOf` in `web/src/traces/question.ts`): the
/// browser asks for it at once, and not only when it has the code that does.
const FIRST_LIST: HeaderValue =
    HeaderValue::from_static("</api/v1/traces?limit=50>; rel=preload; as=fetch; crossorigin");

/// Serves a file, or the page itself for every path that the page's own router knows.
pub(crate) fn serve(uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path();
    if let Some(file) = find(path) {
        return send(file, headers);
    }
    let has_id = WITH_IDS.iter().any(|prefix| path.starts_with(prefix));
    let is_file = path.starts_with(HASHED) || !has_id && path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    match find("/index.html") {
        Some(index) if !is_file => {
            let mut response = send(index, headers);
            if LISTS.contains(&path) && uri.query().is_none() {
                response.headers_mut().insert(header::LINK, FIRST_LIST);
            }
            response
        }
        _ => Refusal::new(Reason::NotFound, format!("there is no file \"{path}\"")).answer(Face::Api),
    }
}

fn find(path: &str) -> Option<&'static File> {
    FILES.binary_search_by(|file| file.path.cmp(path)).ok().and_then(|index| FILES.get(index))
}

fn send(file: &'static File, headers: &HeaderMap) -> Response {
    let mut response = if is_known(file, headers) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else if let (Some(gzip), true) = (file.gzip, takes_gzip(headers)) {
        let mut response = Response::new(Body::from(gzip));
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response
    } else {
        Response::new(Body::from(file.bytes))
    };
    // A name with a hash in it never changes its content; every other file is asked for again, and mostly not sent.
    let cache = if file.path.starts_with(HASHED) { FOR_EVER } else { "no-cache" };
    for (name, value) in [
        (header::CONTENT_TYPE, file.content_type),
        (header::ETAG, file.etag),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "accept-encoding"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn is_known(file: &File, headers: &HeaderMap) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == file.etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    static SCRIPT: File = File {
        path: "/assets/index-1a2b.js",
        content_type: "text/javascript; charset=utf-8",
        etag: "\"5-1\"",
        bytes: b"plain",
        gzip: Some(b"gzip"),
    };

    fn header<'a>(response: &'a Response, name: &str) -> &'a str {
        response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    #[test]
    fn hashed_file_is_kept_for_ever_and_compressed_for_those_who_take_it() {
        let plain = send(&SCRIPT, &HeaderMap::new());
        assert_eq!((header(&plain, "cache-control"), header(&plain, "content-encoding")), (FOR_EVER, ""));
        let gzip = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static("br, gzip"))]);
        let packed = send(&SCRIPT, &gzip);
        assert_eq!((header(&packed, "content-encoding"), header(&packed, "vary")), ("gzip", "accept-encoding"));
        assert_eq!(header(&packed, "content-type"), SCRIPT.content_type);
    }

    #[test]
    fn first_list_is_asked_for_with_the_page_that_shows_it() {
        let link = |uri: &'static str| serve(&Uri::from_static(uri), &HeaderMap::new()).headers().get("link").cloned();
        for uri in ["/", "/traces"] {
            assert_eq!(link(uri), Some(FIRST_LIST), "{uri}");
        }
        for uri in ["/traces?filter=a", "/traces/4bf92f3577b34da6a3ce929d0e0e4736", "/sessions", "/index.html"] {
            assert_eq!(link(uri), None, "{uri}");
        }
    }

    #[test]
    fn files_are_in_order_so_that_they_are_found() {
        assert!(FILES.is_sorted_by_key(|file| file.path));
        assert!(find("/index.html").is_some_and(|file| file.content_type.starts_with("text/html")));
    }
}
