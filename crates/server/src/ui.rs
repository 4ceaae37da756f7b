//! The page: files that were built into the server.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use http_body::Frame;
use tokio::task::spawn_blocking;

use crate::error::{Face, Reason, Refusal};
use crate::gzip::{self, takes_gzip};

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
/// for one. What stands before the list is sent at once: the browser fetches the script while the store looks.
pub(crate) fn serve_with_list<F>(list: F, headers: &HeaderMap) -> Option<Response>
where
    F: Future<Output = Option<Bytes>> + Send + 'static,
{
    let (head, after) = around_list(find("/index.html")?.bytes)?;
    let mut packer = takes_gzip(headers).then(gzip::Parts::default);
    let is_packed = packer.is_some();
    let head = match &mut packer {
        Some(packer) => packer.part(&head).ok()?,
        None => head,
    };
    let rest = async move {
        let mut rest = without_markup(&list.await.unwrap_or_default());
        rest.extend_from_slice(after);
        match packer {
            // Large answers are not compressed on the async threads.
            Some(packer) => spawn_blocking(move || packer.last(&rest)).await?.map(Bytes::from),
            None => Ok(Bytes::from(rest)),
        }
    };
    let mut response = Response::new(Body::new(InTwo { head: Some(head.into()), rest: Some(Box::pin(rest)) }));
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        // Back from elsewhere the browser would show an old list out of its cache.
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept-encoding"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if is_packed {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Some(response)
}

/// The page before its list and behind it.
fn around_list(page: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let at = page.windows(PLACE.len()).position(|window| window == PLACE.as_bytes())?;
    let (before, after) = page.split_at_checked(at + PLACE.len())?;
    let head = [before.strip_suffix(b">")?, format!(" data-path=\"{FIRST_LIST}\">").as_bytes()].concat();
    Some((head, after))
}

/// JSON that means the same and of which nothing can be taken for markup.
fn without_markup(json: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(json.len() + json.len() / 16);
    for (index, part) in json.split(|byte| *byte == b'<').enumerate() {
        if index > 0 {
            // It stands within texts alone.
            bytes.extend_from_slice(b"\\u003c");
        }
        bytes.extend_from_slice(part);
    }
    bytes
}

/// A body of two parts, the second of which may take its time.
struct InTwo {
    head: Option<Bytes>,
    rest: Option<Pin<Box<dyn Future<Output = io::Result<Bytes>> + Send>>>,
}

impl http_body::Body for InTwo {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let body = self.get_mut();
        if let Some(head) = body.head.take() {
            return Poll::Ready(Some(Ok(Frame::data(head))));
        }
        let Some(rest) = &mut body.rest else { return Poll::Ready(None) };
        let part = ready!(rest.as_mut().poll(context));
        body.rest = None;
        Poll::Ready(Some(part.map(Frame::data)))
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
    fn first_list_stands_in_its_place_and_nothing_of_it_is_markup() {
        let page = format!("<p>&nbsp;</p>{PLACE}</script><b></b>");
        let list = br#"{"traces":[{"name":"</script><!-- <i>"}]}"#;
        let (mut bytes, after) = around_list(page.as_bytes()).unwrap();
        bytes.extend(without_markup(list));
        bytes.extend_from_slice(after);
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "<p>&nbsp;</p><script type=\"application/json\" id=\"first-list\" data-path=\"/api/v1/traces?limit=50\">\
             {\"traces\":[{\"name\":\"\\u003c/script>\\u003c!-- \\u003ci>\"}]}</script><b></b>"
        );
        assert_eq!(around_list(b"<p>no place</p>"), None);
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
