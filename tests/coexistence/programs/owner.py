"""A program whose tracer provider somebody else owns: says what came to Tracewood and what to the owner, as JSON.

Usage: `owner.py OWNER ORDER`; the owner is `sdk`, `sentry`, `logfire` or `datadog`, and Tracewood is initialised
`before` or `after` it, twice, or `once` before it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import tracewood

THEIRS: list[str] = []
REQUESTS: list[tuple[str, bytes, str]] = []


class Taker(BaseHTTPRequestHandler):
    """Takes every request and keeps it."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        REQUESTS.append((self.path, body, self.headers.get("content-encoding", "")))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    do_PUT = do_POST

    def log_message(self, *_: object) -> None:
        pass


def posted_to(path: str) -> list[Any]:
    """What was posted to a path over OTLP, by resource."""
    import gzip

    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    found = []
    for posted, body, encoding in REQUESTS:
        if posted == path:
            plain = gzip.decompress(body) if encoding == "gzip" else body
            found += ExportTraceServiceRequest.FromString(plain).resource_spans
    return found


def names(path: str) -> list[str]:
    """The names of the spans that were posted to a path, sorted."""
    resources = posted_to(path)
    return sorted(span.name for resource in resources for scope in resource.scope_spans for span in scope.spans)


def said_of_the_process(path: str) -> dict[str, str]:
    """What the batches that were posted to a path say of the process that sent them."""
    pairs = [pair for posted in posted_to(path) for pair in posted.resource.attributes]
    return {pair.key: pair.value.string_value for pair in pairs}


def own_with_sdk(root: str) -> None:
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "their shop", "service.version": "7"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{root}/theirs")))
    trace.set_tracer_provider(provider)


def own_with_sentry(root: str) -> None:
    import sentry_sdk
    from sentry_sdk.integrations.otlp import OTLPIntegration

    dsn = f"{root.replace('://', '://key@')}/1"
    sentry_sdk.init(dsn=dsn, integrations=[OTLPIntegration(collector_url=f"{root}/theirs")])


def own_with_logfire(root: str) -> None:
    import logfire
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    exporter = BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{root}/theirs"))
    logfire.configure(send_to_logfire=False, console=False, additional_span_processors=[exporter])


def own_with_datadog(root: str) -> None:
    os.environ |= {
        "DD_TRACE_AGENT_URL": root,
        "DD_TRACE_OTEL_ENABLED": "true",
        "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
        "DD_REMOTE_CONFIGURATION_ENABLED": "false",
    }
    from ddtrace.opentelemetry import TracerProvider
    from opentelemetry import trace

    trace.set_tracer_provider(TracerProvider())


OWNERS = {"sdk": own_with_sdk, "sentry": own_with_sentry, "logfire": own_with_logfire, "datadog": own_with_datadog}


def work() -> dict[str, Any]:
    """Spans of theirs and of ours in each other."""
    from opentelemetry import trace

    tracer = trace.get_tracer("theirs", "2")
    parents: dict[str, str] = {}

    @tracewood.observe(type="agent")
    def agent() -> None:
        with tracer.start_as_current_span("their call", attributes={"n": 1}):
            with tracewood.span("our tool", type="tool"):
                parents["inside"] = f"{trace.get_current_span().get_span_context().span_id:016x}"
            tracewood.update_current_span(metadata={"ignored": "it is theirs"})

    with tracer.start_as_current_span("their request"):
        agent()
    with tracer.start_as_current_span("their second request"):
        pass
    return parents


def main() -> None:
    owner, order = sys.argv[1:]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}"
    if order == "after":
        OWNERS[owner](root)
    tracewood.initialize(endpoint=f"{root}/ours", compression="none")
    if order != "after":
        OWNERS[owner](root)
    if order != "once":
        # A second call changes nothing of it.
        tracewood.initialize(endpoint=f"{root}/ours", compression="none")
    from tracewood import testing

    with testing.recorder() as recorder:
        work()
        spans = recorder.all()
        tree = recorder.tree("kind")
    tracewood.flush()
    from opentelemetry import trace

    flush = getattr(trace.get_tracer_provider(), "force_flush", None)
    if flush is not None:
        flush()
    told = {
        "tree": tree,
        "n_traces": len({span["trace_id"] for span in spans}),
        "ours": names("/ours/v1/traces"),
        "theirs": names("/theirs"),
        "attributes": [span["attributes"].get("n") for span in spans if span["name"] == "their call"],
        "process": said_of_the_process("/ours/v1/traces"),
        "provider": type(trace.get_tracer_provider()).__module__,
    }
    print(json.dumps(told))
    sys.stdout.flush()
    # Whatever an owner does at the end of a process is its own affair, and no test should wait for it.
    os._exit(0)


if __name__ == "__main__":
    main()
