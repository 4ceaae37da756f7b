//! The page, its files and its headers, whether it was built or stands in as a placeholder.

use std::io::Read as _;
use std::sync::Arc;

use http::Method;
use tracewood_server::Limits;
use tracewood_store::ErrorKind;
use tracewood_store::keys::Scope::Read;

use crate::support::fake::{Fake, Fate};
use crate::support::otlp::{PROTOBUF, good_span, request};
use crate::support::{Reply, Running};

/// What a browser asks for first where the page does not hold it.
const FIRST_LIST: &str = "/api/v1/traces?limit=50";

/// The page with an answer in the place of the first list, or with nothing there.
fn page_with(server: &Running, list: &str) -> String {
    let place = r#"<script type="application/json" id="first-list""#;
    let filled = format!("{place} data-path=\"{FIRST_LIST}\">{}", list.replace('<', "\\u003c"));
    server.get("/index.html").text().replace(&format!("{place}>"), &filled)
}

/// The page with its list. A busy machine may take longer for a list than the page waits; then it is asked for again.
fn get_with_list(server: &Running, path: &str, headers: &[(&str, &str)]) -> (Reply, String) {
    let ask = |_| server.send(Method::GET, path, headers, b"");
    let mut pages = (0..100).map(ask).map(|page| {
        let text = if page.header("content-encoding") == "gzip" { unpacked(&page.body) } else { page.text() };
        (page, text)
    });
    pages.find(|(_, text)| text.contains("{\"traces\":")).expect("no page with a list in 100")
}

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn page_is_at_the_root_and_at_every_path_of_its_own() {
    let server = Running::start();
    let index = server.get("/index.html");
    assert_eq!((index.status, index.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(index.text().contains("Tracewood"));
    let trace = "/traces/0af7651916cd43dd8448eb211c80319c";
    for path in ["/settings", trace, "/traces?limit=3", "/users/ada%40acme.example", "/sessions/v1.2.js"] {
        let reply = server.get(path);
        assert_eq!((reply.status, &reply.body), (200, &index.body), "{path}");
    }
    let head = server.send(Method::HEAD, "/", &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn page_of_the_list_holds_it_already() {
    let server = Running::start();
    let name = "</script><img src=x onerror=alert(1)>";
    assert_eq!(server.post("/v1/traces", PROTOBUF, request(vec![good_span(1, name)])).status, 200);
    server.settle();
    let list = server.get(FIRST_LIST);
    assert!(list.text().contains(name));
    for path in ["/", "/traces"] {
        let (page, text) = get_with_list(&server, path, &[]);
        assert_eq!((page.status, text), (200, page_with(&server, &list.text())), "{path}");
        let kept = ["content-type", "cache-control", "etag"].map(|header| page.header(header));
        assert_eq!(kept, ["text/html; charset=utf-8", "no-store", ""]);
    }
    let (packed, text) = get_with_list(&server, "/traces", &[("accept-encoding", "gzip")]);
    assert_eq!((packed.header("content-encoding"), text), ("gzip", page_with(&server, &list.text())));
}

#[test]
fn page_holds_the_list_of_whoever_asks() {
    let (server, keyring) = Running::keyed();
    let key = keyring.create("shop", &[Read], "").unwrap();
    let cookie = format!("tracewood_key={}", key.text);
    let cookie = [("cookie", cookie.as_str())];
    let list = server.send(Method::GET, FIRST_LIST, &cookie, b"");
    assert_eq!((list.status, list.text().as_str()), (200, r#"{"traces":[],"next_cursor":null}"#));
    assert_eq!(get_with_list(&server, "/", &cookie).1, page_with(&server, &list.text()));
    // Without a key nothing is in it, and the page asks for one.
    assert_eq!(server.get("/").text(), page_with(&server, ""));
}

#[test]
fn page_comes_without_its_list_where_the_store_fails() {
    let server = Running::with_store(Arc::new(Fake::new(Fate::Fails(ErrorKind::Corrupt))), Limits::default());
    assert_eq!(server.get(FIRST_LIST).status, 500);
    let page = server.get("/");
    assert_eq!((page.status, page.text()), (200, page_with(&server, "")));
}

#[test]
fn files_that_are_not_there_are_not_the_page() {
    let server = Running::start();
    for path in ["/assets/index-123.js", "/favicon.png", "/../Cargo.toml", "/..%2fCargo.toml"] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.json()["error"]["code"].as_str()), (404, Some("not_found")), "{path}");
    }
}

#[test]
fn page_is_asked_for_again_and_sent_only_when_it_changed() {
    let server = Running::start();
    let index = server.get("/sessions");
    assert_eq!(index.header("cache-control"), "no-cache");
    let tag = index.header("etag");
    for known in [tag.to_owned(), format!("\"other\", W/{tag}")] {
        let reply = server.send(Method::GET, "/sessions", &[("if-none-match", known.as_str())], b"");
        assert_eq!((reply.status, reply.body.len()), (304, 0));
    }
    let reply = server.send(Method::GET, "/sessions", &[("if-none-match", "\"other\"")], b"");
    assert_eq!(reply.status, 200);
}

#[test]
fn every_answer_tells_browsers_to_load_nothing_foreign() {
    let server = Running::start();
    for path in ["/", "/healthz", "/api/v1/nothing", "/v1/traces", "/missing.js", "/api/v1/openapi.json"] {
        let reply = server.get(path);
        let policy = reply.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; ") && policy.ends_with("frame-ancestors 'none'")
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
    }
}
