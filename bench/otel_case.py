"""What a span of OpenTelemetry's API costs, in a process of its own: `otel_case.py PEER URL`; prints one line of JSON.

Peers: `ours` (our provider), `sdk` (the SDK with its batch processor and OTLP exporter), `processor` (the SDK with our
processor in the place of these). A span is a `start_as_current_span` with 5 attributes. `caller_us` is the CPU time of
the caller's thread a span, `export_us` that of all other threads until everything is delivered.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

ATTRIBUTES = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.usage.input_tokens": 1200,
    "gen_ai.usage.output_tokens": 80,
    "gen_ai.request.temperature": 0.7,
}
N_SPANS = 5000
N_WARM_UP = 500
# The batch processor drops what is over its queue of 2048, so there are pauses for it to keep up; they are not counted.
N_SPANS_A_BURST = 1000
# Others on the machine only make a burst slower.
KEPT_SHARE = 0.5


class Peer(NamedTuple):
    """What makes spans, and what waits until they are delivered."""

    tracer: Any
    flush: Callable[[], object]


def sdk_provider() -> Any:
    """A provider of the SDK without processors."""
    return importlib.import_module("opentelemetry.sdk.trace").TracerProvider()


def ours(url: str) -> Peer:
    """Our provider."""
    tracewood: Any = importlib.import_module("tracewood")
    otel: Any = importlib.import_module("tracewood.otel")
    tracewood.initialize(endpoint=url)
    return Peer(otel.tracer_provider().get_tracer("bench"), tracewood.flush)


def sdk(url: str) -> Peer:
    """The SDK as its users set it up."""
    export: Any = importlib.import_module("opentelemetry.sdk.trace.export")
    otlp: Any = importlib.import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    provider = sdk_provider()
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter(endpoint=f"{url}/v1/traces")))
    return Peer(provider.get_tracer("bench"), provider.force_flush)


def processor(url: str) -> Peer:
    """The SDK with our processor."""
    tracewood: Any = importlib.import_module("tracewood")
    otel: Any = importlib.import_module("tracewood.otel")
    tracewood.initialize(endpoint=url, compression="none")
    provider = sdk_provider()
    provider.add_span_processor(otel.span_processor())
    return Peer(provider.get_tracer("bench"), tracewood.flush)


PEERS = {peer.__name__: peer for peer in (ours, sdk, processor)}


def make_spans(tracer: Any, n_spans: int) -> None:
    """Makes spans as an instrumentation does."""
    for _ in range(n_spans):
        with tracer.start_as_current_span("chat gpt-4o-mini", attributes=ATTRIBUTES):
            pass


def main() -> None:
    """Measures one peer."""
    name, url = sys.argv[1:3]
    peer = PEERS[name](url)
    make_spans(peer.tracer, N_WARM_UP)
    peer.flush()
    callers, exports = [], []
    for _ in range(N_SPANS // N_SPANS_A_BURST):
        process, thread = time.process_time(), time.thread_time()
        make_spans(peer.tracer, N_SPANS_A_BURST)
        made = time.thread_time() - thread
        peer.flush()
        # What the caller's thread does while it waits is no export.
        export = time.process_time() - process - (time.thread_time() - thread)
        callers.append(made / N_SPANS_A_BURST * 1e6)
        exports.append(export / N_SPANS_A_BURST * 1e6)
    n_kept = max(1, int(len(callers) * KEPT_SHARE))
    told = {
        "caller_us": sum(sorted(callers)[:n_kept]) / n_kept,
        "export_us": sum(sorted(exports)[:n_kept]) / n_kept,
        "sent": N_SPANS + N_WARM_UP,
    }
    print(json.dumps(told))
    peer.flush()


if __name__ == "__main__":
    main()
