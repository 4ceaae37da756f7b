"""A server on a port of its own that takes the wires of all faces and tells their spans in one form."""

from __future__ import annotations

import gzip
import json
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

Told = dict[str, Any]

ROUTES = {"/v1/traces": "otlp", "/api/v1/public/traces": "otlp", "/api/traces/batch": "mutagent"}


class Collector:
    """What arrived: requests as they were, and spans in one form whatever wire they came by."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.lock = threading.Lock()
        self.url = ""

    def take(self, path: str, headers: dict[str, str], body: bytes) -> None:
        """Keeps a request."""
        encoding = headers.get("content-encoding", "identity")
        if encoding == "gzip":
            body = gzip.decompress(body)
        elif encoding == "deflate":
            body = zlib.decompress(body)
        with self.lock:
            self.requests.append((path, headers, body))

    def spans(self, path: str | None = None) -> list[Told]:
        """The spans that came by one route, or by all."""
        with self.lock:
            requests = list(self.requests)
        found: list[Told] = []
        for route, _, body in requests:
            if path is None or route == path:
                found += from_otlp(body) if ROUTES[route] == "otlp" else from_mutagent(body)
        return found

    def trees(self, path: str | None = None) -> list[Told]:
        """The spans as trees, children in the order of their starts."""
        spans = sorted(self.spans(path), key=lambda span: span["started"])
        nodes = {span["span_id"]: {**span, "children": []} for span in spans}
        roots: list[Told] = []
        for node in nodes.values():
            parent = nodes.get(node["parent_span_id"])
            assert parent is None or parent["trace_id"] == node["trace_id"]
            (roots if parent is None else parent["children"]).append(node)
        return roots


@contextmanager
def collecting() -> Iterator[Collector]:
    """Runs a collector."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.take(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            known = self.path in ROUTES
            answer = b'{"success":true}' if ROUTES.get(self.path) == "mutagent" else b""
            self.send_response(200 if known else 404)
            self.send_header("content-type", "application/json" if answer else "application/x-protobuf")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        collector.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()


def plain(value: Any) -> Any:
    """An `AnyValue` of OTLP as a Python value."""
    which = value.WhichOneof("value")
    if which == "array_value":
        return [plain(item) for item in value.array_value.values]
    if which == "kvlist_value":
        return {item.key: plain(item.value) for item in value.kvlist_value.values}
    return None if which is None else getattr(value, which)


def parsed(value: Any) -> Any:
    """Text that is a JSON list or mapping, parsed; everything else as it is."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        return json.loads(value)
    return value


def first(attributes: Told, *keys: str) -> Any:
    """The first of some attributes that is there."""
    return next((attributes[key] for key in keys if key in attributes), None)


def merged(attributes: Told, *keys: str) -> Told:
    """Mappings in JSON text in one, the first that names a key counts."""
    found: Told = {}
    for key in reversed(keys):
        found.update(json.loads(attributes.get(key, "{}")))
    return found


def listed(attributes: Told, *keys: str) -> list[str]:
    """Lists in one, sorted and without repeats."""
    return sorted({item for key in keys for item in attributes.get(key, [])})


def from_otlp(body: bytes) -> list[Told]:
    """The spans of an OTLP request, in TraceRoot's keys or in our own."""
    request = ExportTraceServiceRequest()
    request.ParseFromString(body)
    found = []
    for resource in request.resource_spans:
        about = {item.key: plain(item.value) for item in resource.resource.attributes}
        for scope in resource.scope_spans:
            found += [from_otlp_span(span, about) for span in scope.spans]
    return found


def from_otlp_span(span: Any, resource: Told) -> Told:
    """One span of OTLP in the form that all wires are compared in."""
    attributes = {item.key: plain(item.value) for item in span.attributes}
    usage = parsed(attributes.get("traceroot.llm.usage")) or {
        word: attributes[f"gen_ai.usage.{word}"]
        for word in ("input_tokens", "output_tokens")
        if f"gen_ai.usage.{word}" in attributes
    }
    errors = [event for event in span.events if event.name == "exception"]
    return {
        "trace_id": span.trace_id.hex(),
        "span_id": span.span_id.hex(),
        "parent_span_id": span.parent_span_id.hex() or None,
        "started": span.start_time_unix_nano,
        "ended": span.end_time_unix_nano,
        "name": span.name,
        "kind": first(attributes, "traceroot.span.type", "tracewood.kind"),
        "status": ("unset", "ok", "error")[span.status.code],
        "message": span.status.message,
        "input": parsed(first(attributes, "traceroot.span.input", "tracewood.input")),
        "output": parsed(first(attributes, "traceroot.span.output", "tracewood.output")),
        "user": first(attributes, "traceroot.trace.user_id", "user.id"),
        "session": first(attributes, "traceroot.trace.session_id", "session.id"),
        "tags": listed(
            *(attributes, "traceroot.span.tags", "tag.tags", "traceroot.trace.tags"),
            *("tracewood.tags", "tracewood.trace.tags"),
        ),
        "metadata": merged(
            *(attributes, "traceroot.span.metadata", "traceroot.trace.metadata", "metadata"),
            *("tracewood.metadata", "tracewood.trace.metadata"),
        ),
        "model": first(attributes, "traceroot.llm.model", "gen_ai.request.model"),
        "model_parameters": parsed(first(attributes, "traceroot.llm.model_parameters", "tracewood.model_parameters")),
        "prompt": parsed(first(attributes, "traceroot.llm.prompt", "tracewood.prompt")),
        "tokens": usage,
        "cost": first(attributes, "llm.cost.total", "tracewood.cost_usd"),
        "errors": [
            {
                "type": value["exception.type"].rsplit(".", 1)[-1],
                "message": value["exception.message"],
                "has_stack": "Traceback" in value["exception.stacktrace"],
            }
            for value in ({item.key: plain(item.value) for item in event.attributes} for event in errors)
        ],
        "file": first(attributes, "traceroot.git.source_file", "code.file.path"),
        "attributes": attributes,
        "resource": resource,
    }


def from_mutagent(body: bytes) -> list[Told]:
    """The spans of a batch of MutagenT's."""
    found = []
    for trace in json.loads(body)["traces"]:
        for span in trace["spans"]:
            tokens = span.get("tokens") or {}
            found.append(
                {
                    "trace_id": trace["traceId"].replace("-", ""),
                    "span_id": span["spanId"],
                    "parent_span_id": span.get("parentSpanId"),
                    "started": span["startTime"],
                    "ended": span["endTime"],
                    "name": span["name"],
                    "kind": span["kind"],
                    "status": span["status"],
                    "message": span.get("statusMessage", ""),
                    "input": unwrapped(span.get("input")),
                    "output": unwrapped(span.get("output")),
                    "session": trace.get("sessionId"),
                    "model": span.get("model"),
                    "provider": span.get("provider"),
                    "tokens": {f"{side}_tokens": count for side, count in tokens.items()},
                    "cost": span.get("costUsd"),
                    "errors": [
                        {
                            "type": event["attributes"]["exception.type"].rsplit(".", 1)[-1],
                            "message": event["attributes"]["exception.message"],
                            "has_stack": "Traceback" in event["attributes"]["exception.stacktrace"],
                        }
                        for event in span.get("events", [])
                        if event["name"] == "exception"
                    ],
                    "attributes": span.get("attributes", {}),
                    "trace": {name: value for name, value in trace.items() if name != "spans"},
                }
            )
    return found


def unwrapped(value: Any) -> Any:
    """What a `SpanIO` holds if it holds `raw` alone."""
    if value == {}:
        return None
    return value["raw"] if isinstance(value, dict) and list(value) == ["raw"] else value
