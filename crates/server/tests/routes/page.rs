//! The page, its files and its headers, whether it was built or stands in as a placeholder.

use http::Method;

use crate::support::Running;

#[test]
fn page_is_at_the_root_and_at_every_path_of_its_own() {
    let server = Running::start();
    let index = server.get("/");
    assert_eq!((index.status, index.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(index.text().contains("Tracewood"));
    let trace = "/traces/0af7651916cd43dd8448eb211c80319c";
    for path in ["/index.html", trace, "/traces?limit=3", "/users/ada%40acme.example", "/sessions/v1.2.js"] {
        let reply = server.get(path);
        assert_eq!((reply.status, &reply.body), (200, &index.body), "{path}");
    }
    let head = server.send(Method::HEAD, "/", &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
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
    let index = server.get("/");
    assert_eq!(index.header("cache-control"), "no-cache");
    let tag = index.header("etag");
    for known in [tag.to_owned(), format!("\"other\", W/{tag}")] {
        let reply = server.send(Method::GET, "/", &[("if-none-match", known.as_str())], b"");
        assert_eq!((reply.status, reply.body.len()), (304, 0));
    }
    let reply = server.send(Method::GET, "/", &[("if-none-match", "\"other\"")], b"");
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
