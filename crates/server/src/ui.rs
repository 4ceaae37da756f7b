//! The page: files that were built into the server.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};

use crate::error::{Face, Reason, Refusal};
use crate::gzip::{compress, takes_gzip};

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

/// What the page asks for first where its address has no parameters: `askedOf` in `web/src/traces/question.ts`.
pub(crate) const FIRST_LIST: &str = "/api/v1/traces?limit=50";

/// Where `web/index.html` has a place for that list: text that nobody runs, which `web/src/first/start.ts` reads.
const PLACE: &str = "<script type=\"application/json\" id=\"first-list\">";

/// Whether the page begins with the first list at this address.
pub(crate) fn begins_with_list(uri: &Uri) -> bool {
    LISTS.contains(&uri.path()) && uri.query().is_none()
}

/// Serves a file, or the page itself for every path that the page's own router knows.
pub(crate) fn serve(uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path();
    if let Some(file) = find(path) {
        return send(file, headers);
    }
    let has_id = WITH_IDS.iter().any(|prefix| path.starts_with(prefix));
    let is_file = path.starts_with(HASHED) || !has_id && path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    match find("/index.html") {
        Some(index) if !is_file => send(index, headers),
        _ => Refusal::new(Reason::NotFound, format!("there is no file \"{path}\"")).answer(Face::Api),
    }
}

/// Serves the page with the first list in it, so that the browser need not ask for it; nothing where the page has no place
/// for one.
pub(crate) fn serve_with_list(list: &[u8], headers: &HeaderMap) -> Option<Response> {
    let bytes = with_list(find("/index.html")?.bytes, list)?;
    let gzip = if takes_gzip(headers) { compress(&bytes).ok().flatten() } else { None };
    let is_compressed = gzip.is_some();
    let mut response = Response::new(Body::from(gzip.unwrap_or(bytes)));
    let content_type = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    // Back from elsewhere the browser would show an old list out of its cache.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if is_compressed {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Some(response)
}

/// The page with a list in its place, of which nothing can be taken for markup.
fn with_list(page: &[u8], list: &[u8]) -> Option<Vec<u8>> {
    let at = page.windows(PLACE.len()).position(|window| window == PLACE.as_bytes())?;
    let (before, after) = page.split_at_checked(at + PLACE.len())?;
    let mut bytes = Vec::with_capacity(page.len() + list.len() + list.len() / 16 + FIRST_LIST.len() + 16);
    bytes.extend_from_slice(before.strip_suffix(b">")?);
    bytes.extend_from_slice(format!(" data-path=\"{FIRST_LIST}\">").as_bytes());
    for (index, part) in list.split(|byte| *byte == b'<').enumerate() {
        if index > 0 {
            // In JSON this stands within texts alone, and means the same there.
            bytes.extend_from_slice(b"\\u003c");
        }
        bytes.extend_from_slice(part);
    }
    bytes.extend_from_slice(after);
    Some(bytes)
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
    fn first_list_stands_in_its_place_and_nothing_of_it_is_markup() {
        let page = format!("<p>&nbsp;</p>{PLACE}</script><b></b>");
        let list = br#"{"traces":[{"name":"</script><!-- <i>"}]}"#;
        let bytes = with_list(page.as_bytes(), list).unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "<p>&nbsp;</p><script type=\"application/json\" id=\"first-list\" data-path=\"/api/v1/traces?limit=50\">\
             {\"traces\":[{\"name\":\"\\u003c/script>\\u003c!-- \\u003ci>\"}]}</script><b></b>"
        );
        assert_eq!(with_list(b"<p>no place</p>", list), None);
    }

    #[test]
    fn page_begins_with_a_list_where_its_address_says_no_more() {
        for uri in ["/", "/traces"] {
            assert!(begins_with_list(&Uri::from_static(uri)), "{uri}");
        }
        for uri in ["/traces?filter=a", "/traces/4bf92f3577b34da6a3ce929d0e0e4736", "/sessions", "/index.html"] {
            assert!(!begins_with_list(&Uri::from_static(uri)), "{uri}");
        }
    }

    #[test]
    fn files_are_in_order_so_that_they_are_found() {
        assert!(FILES.is_sorted_by_key(|file| file.path));
        assert!(find("/index.html").is_some_and(|file| file.content_type.starts_with("text/html")));
    }
}
