//! OTLP over gRPC, as tonic's client speaks it.

use std::sync::Arc;

use bytes::{Buf as _, BufMut as _, Bytes};
use tonic::client::Grpc;
use tonic::codec::{Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tracewood_server::Limits;
use tracewood_store::ErrorKind;

use crate::support::Running;
use crate::support::fake::{Fake, Fate};
use crate::support::otlp::{self, TRACE, good_span, request};

const TRACES: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/// Messages as they are.
#[derive(Debug, Default, Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, bytes: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(bytes.copy_to_bytes(bytes.remaining())))
    }
}

async fn client(address: std::net::SocketAddr) -> Grpc<Channel> {
    let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
    Grpc::new(channel)
}

async fn export(mut client: Grpc<Channel>, path: &'static str, body: Vec<u8>) -> Result<Bytes, Status> {
    let path = http::uri::PathAndQuery::from_static(path);
    client.ready().await.unwrap();
    client.unary(Request::new(Bytes::from(body)), path, Raw).await.map(tonic::Response::into_inner)
}

#[test]
fn spans_are_taken_plain_and_compressed_on_both_ports() {
    let server = Running::start();
    let body = request(vec![good_span(1, "over grpc")]);
    server.block_on(async {
        for address in [server.grpc, server.http] {
            let plain = client(address).await;
            let gzip = plain.clone().send_compressed(CompressionEncoding::Gzip);
            let zstd = plain.clone().send_compressed(CompressionEncoding::Zstd);
            for client in [plain, gzip, zstd] {
                assert_eq!(export(client, TRACES, body.clone()).await.unwrap(), "");
            }
        }
    });
    let trace = server.trace(TRACE);
    assert_eq!(trace["trace"]["span_count"], 1);
    assert_eq!(trace["spans"][0]["name"], "over grpc");
}

#[test]
fn bad_spans_are_a_partial_success() {
    let server = Running::start();
    let body = request(vec![good_span(1, "good"), otlp::span(&[1; 3], &[2; 8], "bad")]);
    let answer = server.block_on(async { export(client(server.grpc).await, TRACES, body).await }).unwrap();
    assert_eq!(otlp::partial_success(&answer).unwrap().0, 1);
}

#[test]
fn logs_and_metrics_succeed() {
    let server = Running::start();
    server.block_on(async {
        for path in [
            "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
            "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        ] {
            assert_eq!(export(client(server.grpc).await, path, b"\x0a\x00".to_vec()).await.unwrap(), "");
        }
    });
    let dropped = server.get("/api/v1/health").json()["dropped_requests"].clone();
    assert_eq!(dropped, serde_json::json!({ "logs": 1, "metrics": 1 }));
}

#[test]
fn bad_input_has_the_right_code() {
    let server = Running::with_limits(Limits { request_bytes_max: 1000, ..Limits::default() });
    let large = request(vec![good_span(1, &"x".repeat(2000))]);
    server.block_on(async {
        let grpc = client(server.grpc).await;
        let gzip = grpc.clone().send_compressed(CompressionEncoding::Gzip);
        for (client, path, body, code) in [
            (&grpc, TRACES, b"\xff\xff\xff\xff".to_vec(), Code::InvalidArgument),
            (&grpc, TRACES, large.clone(), Code::ResourceExhausted),
            (&gzip, TRACES, large.clone(), Code::ResourceExhausted),
            (&grpc, "/opentelemetry.proto.collector.trace.v1.TraceService/Import", vec![], Code::Unimplemented),
        ] {
            let status = export(client.clone(), path, body).await.unwrap_err();
            assert_eq!(status.code(), code, "{status:?}");
            assert!(!status.message().is_empty());
        }
        let mut request = Request::new(Bytes::from_static(b""));
        request.metadata_mut().insert("grpc-encoding", "br".parse().unwrap());
        let path = http::uri::PathAndQuery::from_static(TRACES);
        let mut client = grpc.clone();
        client.ready().await.unwrap();
        let status = client.unary(request, path, Raw).await.unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented, "{status:?}");
        assert_eq!(export(grpc, TRACES, vec![]).await.unwrap(), "");
    });
}

#[test]
fn overload_and_trouble_are_unavailable() {
    let server = Running::with_limits(Limits { n_requests_max: 0, ..Limits::default() });
    let body = request(vec![good_span(1, "a")]);
    let status = server.block_on(async { export(client(server.grpc).await, TRACES, body.clone()).await }).unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);

    let server = Running::with_store(Arc::new(Fake::new(Fate::Fails(ErrorKind::Disk))), Limits::default());
    let status = server.block_on(async { export(client(server.grpc).await, TRACES, body).await }).unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
}

#[test]
fn plain_http_on_the_port_of_grpc_is_told_so() {
    let server = Running::start();
    let reply = ureq::get(format!("http://{}/", server.grpc)).config().http_status_as_error(false).build().call();
    assert_eq!(reply.unwrap().status(), 415);
}
