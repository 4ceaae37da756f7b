"""What an instrumentation says arrives on every wire: raw on each, and understood where nobody would do that later."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import SpanLimits
from opentelemetry.sdk.trace import TracerProvider as SdkTracerProvider
from opentelemetry.trace import INVALID_SPAN_CONTEXT, Link, SpanContext, SpanKind, TraceFlags, TraceState

import tracewood
from tracewood import _client, otel

ATTRIBUTES: dict[str, Any] = {
    "openinference.span.kind": "LLM",
    "llm.model_name": "gpt-4o-mini",
    "llm.provider": "openai",
    "input.value": '{"messages": [{"role": "user", "content": "Hi"}]}',
    "input.mime_type": "application/json",
    "output.value": "Hello",
    "llm.token_count.prompt": 3,
    "llm.token_count.completion": 5,
    "llm.input_messages.0.message.role": "user",
    "llm.input_messages.0.message.content": "Hi",
    "session.id": "S",
    "flags": [True, False],
}


def provider_of(owner: str) -> Any:
    """A provider of ours, or one of the SDK whose spans our processor reads."""
    limits = SpanLimits(max_event_attributes=1, max_link_attributes=1)
    if owner == "ours":
        return otel.tracer_provider(span_limits=limits)
    theirs = SdkTracerProvider(span_limits=limits)
    theirs.add_span_processor(otel.span_processor())
    return theirs


class Sent:
    """What was posted, by its path."""

    def __init__(self) -> None:
        self.url = ""
        self.bodies: dict[str, bytes] = {}

    def otlp(self, path: str) -> list[Any]:
        request = ExportTraceServiceRequest.FromString(self.bodies[path])
        return [
            (scope.scope, span)
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def sent() -> Iterator[Sent]:
    kept = Sent()

    class Keeps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            kept.bodies[self.path] = body
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Keeps) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        kept.url = f"http://127.0.0.1:{server.server_port}"
        yield kept
        server.shutdown()
        thread.join()


def plain(value: Any) -> Any:
    """An `AnyValue` as what it says."""
    found = getattr(value, value.WhichOneof("value"))
    return [plain(item) for item in found.values] if value.WhichOneof("value") == "array_value" else found


def attributes(span: Any) -> dict[str, Any]:
    return {one.key: plain(one.value) for one in span.attributes}


def test_instrumentation_arrives_on_every_wire(sent: Sent) -> None:
    _client.add_destination("otlp", "otlp", url=f"{sent.url}/v1/traces", compression="none")
    _client.add_destination("traceroot", "traceroot", url=sent.url, api_key="k", sdk_version="0.5.0")
    _client.add_destination("mutagent", "mutagent", url=sent.url, api_key="k", source="sdk")
    tracer = otel.tracer_provider().get_tracer("openinference.instrumentation.openai", "0.1")
    with tracewood.span("agent", type="agent") as agent:
        with tracer.start_as_current_span("ChatCompletion", kind=SpanKind.CLIENT, attributes=ATTRIBUTES) as span:
            pass
        agent_id = agent.span_id
    tracewood.flush()

    (scope, call), (_, _) = sent.otlp("/v1/traces")
    assert (scope.name, scope.version) == ("openinference.instrumentation.openai", "0.1")
    assert (call.name, call.kind, call.parent_span_id.hex()) == ("ChatCompletion", 3, agent_id)
    assert attributes(call) == ATTRIBUTES

    (scope, call), (_, _) = sent.otlp("/api/v1/public/traces")
    assert scope.name == "openinference.instrumentation.openai"
    assert attributes(call) == {
        **ATTRIBUTES,
        "traceroot.sdk.name": "traceroot-py",
        "traceroot.sdk.version": "0.5.0",
        "traceroot.span.path": ["agent", "ChatCompletion"],
        "traceroot.span.ids_path": [agent_id],
    }

    (trace,) = json.loads(sent.bodies["/api/traces/batch"])["traces"]
    told, _ = trace["spans"]
    for key in ("startTime", "endTime", "durationMs"):
        told.pop(key)
    assert trace["sessionId"] == "S"
    assert told == {
        "spanId": f"{span.get_span_context().span_id:016x}",
        "parentSpanId": agent_id,
        "name": "ChatCompletion",
        "kind": "llm.chat",
        "status": "unset",
        "input": {"raw": [{"role": "user", "content": "Hi"}]},
        "output": {"raw": "Hello"},
        "model": "gpt-4o-mini",
        "provider": "openai",
        "tokens": {"input": 3, "output": 5},
        "attributes": ATTRIBUTES,
    }


@pytest.mark.parametrize("owner", ["ours", "theirs"])
def test_links_counts_and_scope_arrive_whole(sent: Sent, owner: str) -> None:
    _client.add_destination("otlp", "otlp", url=f"{sent.url}/v1/traces", compression="none")
    tracer = provider_of(owner).get_tracer("library", "1.2", "https://example.com/schema", {"team": "search"})
    there = SpanContext(5, 6, True, TraceFlags(1), TraceState([("acme", "1")]))
    nowhere = Link(INVALID_SPAN_CONTEXT, {"queue": "orders"})
    with tracer.start_as_current_span("linked", links=[Link(there, {"a": 1, "why": "cause"}), nowhere]) as span:
        span.add_event("moment", {"a": 1, "of": 2})
    tracewood.flush()
    request = ExportTraceServiceRequest.FromString(sent.bodies["/v1/traces"])
    (scope,) = request.resource_spans[0].scope_spans
    assert (scope.scope.name, scope.scope.version, scope.schema_url) == ("library", "1.2", "https://example.com/schema")
    assert [(pair.key, pair.value.string_value) for pair in scope.scope.attributes] == [("team", "search")]
    ((link, other), (event,)) = scope.spans[0].links, scope.spans[0].events
    assert (other.trace_id, other.span_id, other.attributes[0].key) == (bytes(16), bytes(8), "queue")
    assert (int.from_bytes(link.trace_id, "big"), link.trace_state) == (5, "acme=1")
    assert ([pair.key for pair in link.attributes], link.dropped_attributes_count) == (["why"], 1)
    assert ([pair.key for pair in event.attributes], event.dropped_attributes_count) == (["of"], 1)


@pytest.mark.parametrize("owner", ["ours", "theirs"])
def test_images_are_sent_by_reference(sent: Sent, owner: str) -> None:
    _client.add_destination("otlp", "otlp", url=f"{sent.url}/v1/traces", compression="none")
    image = "QUJD" * 1000
    digest = f"sha256:{hashlib.sha256(image.encode()).hexdigest()} (3000 bytes)"
    with provider_of(owner).get_tracer("library").start_as_current_span("seen") as seen:
        seen.set_attribute("url", f"data:image/png;base64,{image}")
        seen.set_attribute("input", json.dumps({"source": {"type": "base64", "data": image}}))
    tracewood.flush()
    body = sent.bodies["/v1/traces"]
    (span,) = ExportTraceServiceRequest.FromString(body).resource_spans[0].scope_spans[0].spans
    told = attributes(span)
    assert told["url"] == f"data:image/png;base64,{digest}"
    assert json.loads(told["input"]) == {"source": {"type": "base64", "data": digest}}
    assert image.encode() not in body
