"""What one SDK costs a span, in a process of its own: `sdk_overhead.py PEER URL [TRACES]`; prints one line of JSON.

A trace is three nested decorated calls (agent, model, tool) with 220 characters in and out. The figures, a span:
`caller_us` is the wall time on the caller's thread, `caller_cpu_us` its CPU time, `cpu_us` the CPU time of the whole
process until everything is flushed. `rss_mb` is the growth of the peak over the imports, `import_ms` is what the
imports and the set-up take.
"""

from __future__ import annotations

import functools
import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

QUESTION = "What is the weather in San Francisco today? " * 5
N_WARM_UP = 200
MUTAGENT_KINDS = {"agent": "agent", "llm": "llm.chat", "tool": "tool"}

Function = Callable[[str], str]


class Peer(NamedTuple):
    """An SDK that is set up: how it decorates a function of a kind, and how it delivers everything."""

    decorate: Callable[[str], Callable[[Function], Function]]
    flush: Callable[[], object]


def none(_url: str) -> Peer:
    """No tracing: what the calls themselves cost."""
    return Peer(lambda _kind: lambda function: function, lambda: None)


def traceroot(url: str) -> Peer:
    """The `traceroot` import name: the published package or our face, whichever the environment holds."""
    module: Any = importlib.import_module("traceroot")
    module.initialize(api_key="key", host_url=url, git_repo="acme/shop", git_ref="main")
    return Peer(lambda kind: module.observe(type=kind), lambda: (module.flush(), module.shutdown()))


def mutagent(url: str) -> Peer:
    """The `mutagent.tracing` import name, likewise."""
    asyncio: Any = importlib.import_module("asyncio")
    module: Any = importlib.import_module("mutagent.tracing")
    module.init_tracing(api_key="mt_key", endpoint=url)
    return Peer(lambda kind: module.trace(kind=MUTAGENT_KINDS[kind]), lambda: asyncio.run(module.shutdown_tracing()))


def tracewood(url: str) -> Peer:
    """The project's own face."""
    module: Any = importlib.import_module("tracewood")
    module.initialize(endpoint=url)
    return Peer(lambda kind: module.observe(type=kind), module.shutdown)


def otel(url: str) -> Peer:
    """Plain OpenTelemetry with its batch processor, decorated as its users would do it by hand."""
    sdk: Any = importlib.import_module("opentelemetry.sdk.trace")
    export: Any = importlib.import_module("opentelemetry.sdk.trace.export")
    otlp: Any = importlib.import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter(endpoint=f"{url}/v1/traces")))
    tracer = provider.get_tracer("bench")

    def decorate(kind: str) -> Callable[[Function], Function]:
        def wrap(function: Function) -> Function:
            @functools.wraps(function)
            def wrapped(query: str) -> str:
                with tracer.start_as_current_span(function.__name__) as span:
                    span.set_attribute("kind", kind)
                    span.set_attribute("input", json.dumps({"query": query}))
                    result = function(query)
                    span.set_attribute("output", json.dumps(result))
                    return result

            return wrapped

        return wrap

    return Peer(decorate, provider.shutdown)


PEERS = {peer.__name__: peer for peer in (none, traceroot, mutagent, tracewood, otel)}


def agent_of(peer: Peer) -> Function:
    """Three functions that call each other, decorated."""

    @peer.decorate("tool")
    def tool(query: str) -> str:
        return query[::-1]

    @peer.decorate("llm")
    def model(query: str) -> str:
        return tool(query)

    @peer.decorate("agent")
    def agent(query: str) -> str:
        return model(query)

    return agent


def peak_rss_mb() -> float:
    """The most memory that the process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measures one peer."""
    name, url = sys.argv[1:3]
    n_traces = int(sys.argv[3]) if len(sys.argv) > 3 else 5000
    began = time.perf_counter()
    peer = PEERS[name](url)
    import_ms = (time.perf_counter() - began) * 1e3
    agent = agent_of(peer)
    for _ in range(N_WARM_UP):
        agent(QUESTION)
    n_spans = n_traces * 3
    rss, cpu, thread, wall = peak_rss_mb(), time.process_time(), time.thread_time(), time.perf_counter()
    for _ in range(n_traces):
        agent(QUESTION)
    wall_seconds, thread_seconds = time.perf_counter() - wall, time.thread_time() - thread
    flushed = time.perf_counter()
    peer.flush()
    figures = {
        "caller_us": wall_seconds / n_spans * 1e6,
        "caller_cpu_us": thread_seconds / n_spans * 1e6,
        "cpu_us": (time.process_time() - cpu) / n_spans * 1e6,
        "flush_s": time.perf_counter() - flushed,
        "rss_mb": peak_rss_mb() - rss,
        "import_ms": import_ms,
    }
    sent = {"sent": (n_traces + N_WARM_UP) * 3}
    print(json.dumps({**{key: round(value, 2) for key, value in figures.items()}, **sent}))


if __name__ == "__main__":
    main()
