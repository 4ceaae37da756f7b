//! Those who send too much, too deep or too slowly harm nobody else.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use http::Method;
use tracewood_server::Limits;

use crate::support::Running;
use crate::support::otlp::{self, JSON, PROTOBUF, TRACE, good_span, request};

const PATH: &str = "/v1/traces";
const MEBIBYTE: usize = 1024 * 1024;

/// Memory of this process in use, where the system says so.
fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB").trim();
    line.trim_end_matches(" kB").trim().parse::<usize>().unwrap() * 1024
}

#[test]
fn bombs_are_refused_soon_and_take_no_memory() {
    if !tracewood_testkit::is_alone("limits::bombs_are_refused_soon_and_take_no_memory") {
        return;
    }
    let server = Running::with_limits(Limits::of_request_bytes(16 * MEBIBYTE));
    let zeros = vec![0; MEBIBYTE];
    let gzip: Vec<u8> = std::iter::repeat_n(otlp::gzip(&zeros), 512).flatten().collect();
    let nested = otlp::gzip(&gzip);
    let zstd: Vec<u8> = std::iter::repeat_n(otlp::zstd(&zeros), 512).flatten().collect();
    let deflate = otlp::deflate(&vec![0; 256 * MEBIBYTE]);
    // A window of 128 MiB in a frame of a few bytes: magic, descriptor, window, one empty last block.
    let wide = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 0x01, 0x00, 0x00];
    let before = resident_bytes();
    for (name, encoding, body, status) in [
        ("half a gigabyte in many members", "gzip", &gzip, 413),
        ("the same packed again", "gzip", &nested, 400),
        ("half a gigabyte in many frames", "zstd", &zstd, 413),
        ("one long stream", "deflate", &deflate, 413),
        ("a window as large as memory", "zstd", &wide, 400),
    ] {
        for (path, content_type) in [(PATH, PROTOBUF), ("/api/v1/public/traces", PROTOBUF), ("/api/traces/batch", JSON)]
        {
            let began = Instant::now();
            let headers = [("content-type", content_type), ("content-encoding", encoding)];
            let reply = server.send(Method::POST, path, &headers, body);
            assert!(reply.status == status || reply.status == 413, "{name} at {path}: {}", reply.status);
            assert!(began.elapsed() < Duration::from_secs(5), "{name} took {:?}", began.elapsed());
        }
    }
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 64 * MEBIBYTE, "{grown} bytes more than before");
    assert_eq!(server.post(PATH, PROTOBUF, request(vec![good_span(1, "after")])).status, 200);
}

#[test]
fn deep_wide_and_odd_json_is_refused_or_kept_as_it_is() {
    let server = Running::start();
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{\"arrayValue\":{\"values\":[", "]}}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        for path in [PATH, "/api/traces/batch", "/api/traces", "/api/traces/otlp"] {
            let reply = server.post(path, JSON, &deep);
            assert!(matches!(reply.status, 200 | 400), "{path} {}", reply.text());
        }
    }
    let attributes: Vec<String> =
        (0..300_000).map(|n| format!("{{\"key\":\"k{n}\",\"value\":{{\"intValue\":{n}}}}}")).collect();
    let odd = "{\"key\":\"__proto__\",\"value\":{\"stringValue\":\"p\"}},{\"key\":\"constructor\",\"value\":{\"stringValue\":\"c\"}},\
               {\"key\":\"twice\",\"value\":{\"intValue\":1}},{\"key\":\"twice\",\"value\":{\"intValue\":2}}";
    let span = |attributes: &str| {
        format!(
            "{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{{\"traceId\":\"{TRACE}\",\"spanId\":\"0101010101010101\",\
             \"name\":\"odd\",\"startTimeUnixNano\":\"1795000000000000000\",\"endTimeUnixNano\":\"1795000000000000001\",\
             \"attributes\":[{attributes}]}}]}}]}}]}}"
        )
    };
    assert!(matches!(server.post(PATH, JSON, span(&attributes.join(","))).status, 200 | 400 | 413));
    assert_eq!(server.post(PATH, JSON, span(odd)).status, 200);
    let trace = server.trace(TRACE);
    let kept = &trace["spans"][0]["attributes"];
    assert_eq!((kept["__proto__"].as_str(), kept["constructor"].as_str()), (Some("p"), Some("c")));
}

#[test]
fn half_open_connections_make_room_for_honest_ones() {
    let server = Running::with_limits(Limits { n_connections_max: 32, ..Limits::default() });
    let honest = || {
        let began = Instant::now();
        let mut stream = TcpStream::connect(server.http).unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        began.elapsed()
    };
    let slowest = |times: Vec<Duration>| times.into_iter().max().unwrap();
    let quiet = slowest((0..50).map(|_| honest()).collect());
    let mut half_open: Vec<TcpStream> = Vec::new();
    let mut busy = Vec::new();
    for n in 0..200 {
        let mut stream = TcpStream::connect(server.http).unwrap();
        // Some say nothing at all, some begin a head, some begin a body.
        let _ = match n % 3 {
            0 => Ok(()),
            1 => stream.write_all(b"POST /v1/traces HTTP/1.1\r\nhost: localho"),
            _ => stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        };
        half_open.push(stream);
        if n % 4 == 0 {
            busy.push(honest());
        }
    }
    let limit = (quiet * 2).max(Duration::from_secs(1));
    let busy = slowest(busy);
    assert!(busy < limit, "{busy:?} with half-open connections, {quiet:?} without");
    let evicted = server.get("/metrics").text();
    let line = evicted.lines().find(|line| line.starts_with("tracewood_evicted_connections_total ")).unwrap();
    assert!(line.rsplit(' ').next().unwrap().parse::<u32>().unwrap() > 100, "{line}");
}

#[test]
fn bodies_that_do_not_come_take_no_place_from_those_that_do() {
    let server = Running::with_limits(Limits { n_requests_max: 1, ..Limits::default() });
    let slow: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(server.http).unwrap();
            stream
                .write_all(
                    b"POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                    content-length: 1000\r\n\r\n{",
                )
                .unwrap();
            stream
        })
        .collect();
    for n in 1..10 {
        assert_eq!(server.post(PATH, PROTOBUF, request(vec![good_span(n, "honest")])).status, 200);
    }
    drop(slow);
}

#[test]
fn span_with_a_huge_field_is_kept_whole_or_refused_with_the_limit() {
    let server = Running::start();
    for (n, n_megabytes) in [(1_u8, 10), (2, 50)] {
        let text = format!("firstword{n} {}", "padding ".repeat(n_megabytes * 125_000));
        let mut span = good_span(n, "huge");
        span.attributes = vec![otlp::text("input.value", &text), otlp::text("small", "beside")];
        assert_eq!(server.post(PATH, PROTOBUF, request(vec![span])).status, 200);
        server.settle();
        let found = server.get(&format!("/api/v1/search?limit=10&filter=firstword{n}")).json();
        assert_eq!(found["spans"].as_array().unwrap().len(), 1, "{n_megabytes} MB");
        let id = format!("{n:02x}").repeat(8);
        let kept = server.get(&format!("/api/v1/traces/{TRACE}/spans/{id}")).json();
        assert_eq!(kept["input"].as_str().map(str::len), Some(text.len()));
        assert_eq!(kept["attributes"]["small"], "beside");
    }
    let mut span = good_span(3, "too large");
    span.attributes = vec![otlp::text("input.value", &"x".repeat(70 * MEBIBYTE))];
    let headers = [("content-type", PROTOBUF), ("content-encoding", "gzip")];
    let reply = server.send(Method::POST, PATH, &headers, &otlp::gzip(&request(vec![span])));
    assert_eq!(reply.status, 413);
    let (_, message) = otlp::status(&reply.body);
    assert!(message.contains("67108864"), "{message}");
}
