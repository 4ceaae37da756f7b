"""What the two packages that we replace get wrong, and their users pay for: here it holds, through their own names."""

from __future__ import annotations

import asyncio
import contextvars
import dataclasses
import datetime
import gc
import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import mutagent.tracing as mt
import traceroot
import tracewood
from tracewood.testing import Recorder

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


class Json:
    """A server that keeps the spans of MutagenT's route and answers as a test says."""

    def __init__(self, status: Callable[[int], int] = lambda _: 200, body: bytes = b"{}") -> None:
        self.spans: list[dict[str, Any]] = []
        self.n_requests = 0
        kept = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["content-length"])))
                kept.n_requests += 1
                code = status(kept.n_requests)
                if code == 200:
                    kept.spans += [span for trace in told["traces"] for span in trace["spans"]]
                self.send_response(code)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def made() -> Iterator[list[Json]]:
    servers: list[Json] = []
    yield servers
    for server in servers:
        server.close()


@mt.trace(kind="tool")
def work(value: Any = None) -> Any:
    return value


def test_value_that_no_json_holds_costs_no_other_span(made: list[Json]) -> None:
    made.append(Json())
    mt.init_tracing(api_key="k", endpoint=made[0].url)

    @dataclasses.dataclass
    class Data:
        at: datetime.datetime

    class Agent:
        @mt.trace(kind="agent")
        def method(self, value: Any) -> Any:
            return value

    for value in (math.nan, Data(NOW), (x for x in "ab"), object(), b"\xff", {1, 2}, 2**70):
        work(value)
    Agent().method(Agent())
    mt.flush(30)
    assert [span["name"] for span in made[0].spans] == ["work"] * 7 + ["method"]
    assert [span["output"]["raw"] for span in made[0].spans][:2] == ["NaN", {"at": NOW.isoformat()}]


@pytest.mark.parametrize("status", [400, 401, 404])
def test_answer_that_no_repetition_mends_is_not_asked_for_again(made: list[Json], status: int) -> None:
    made.append(Json(lambda _: status))
    mt.init_tracing(api_key="k", endpoint=made[0].url)
    work()
    mt.flush(30)
    assert made[0].n_requests == 1
    assert sum(tracewood.stats()["lost"].values()) >= 1


def test_success_without_a_body_is_no_reason_to_send_again(made: list[Json]) -> None:
    made.append(Json(body=b""))
    mt.init_tracing(api_key="k", endpoint=made[0].url)
    work()
    mt.flush(30)
    assert (made[0].n_requests, len(made[0].spans)) == (1, 1)


def test_shutdown_waits_for_the_batch_that_is_tried_again(made: list[Json]) -> None:
    made.append(Json(lambda number: 503 if number == 1 else 200))
    mt.init_tracing(api_key="k", endpoint=made[0].url, batch_size=2)
    for _ in range(3):
        work()
    asyncio.run(mt.shutdown_tracing())
    assert len(made[0].spans) == 3


def test_initializing_again_keeps_what_waits(made: list[Json]) -> None:
    made += [Json(), Json()]
    mt.init_tracing(api_key="k", endpoint=made[0].url, batch_interval_ms=60_000)
    work()
    mt.init_tracing(api_key="k", endpoint=made[1].url, batch_interval_ms=60_000)
    work()
    mt.flush(30)
    deadline = time.monotonic() + 30
    while not (made[0].spans and made[1].spans) and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert (len(made[0].spans), len(made[1].spans)) == (1, 1)


def test_burst_in_one_turn_of_a_loop_leaves_no_tasks_and_does_not_stall_it(made: list[Json]) -> None:
    made.append(Json())
    mt.init_tracing(api_key="k", endpoint=made[0].url)

    async def main() -> int:
        for _ in range(20_000):
            work()
        return len(asyncio.all_tasks())

    assert asyncio.run(main()) == 1
    mt.flush(60)
    assert len(made[0].spans) == 20_000


def test_spans_that_nobody_ends_are_no_more_than_their_objects(spans: Recorder) -> None:
    def begin() -> None:
        mt.start_span(mt.SpanOptions(kind="tool", name="left"))

    contextvars.copy_context().run(begin)
    gc.collect()
    before = tracewood.stats()["ended"]
    work()
    assert tracewood.stats()["ended"] == before + 1
    assert [span["name"] for span in spans.all()] == ["work"]


def test_exception_of_traceroot_is_one_event_with_its_stack(spans: Recorder) -> None:
    @traceroot.observe
    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fails()
    (event,) = spans.one("fails")["events"]
    assert event["attributes"]["exception.type"] == "ValueError"
    assert "raise ValueError" in event["attributes"]["exception.stacktrace"]


def test_tags_environment_cost_and_metadata_of_a_child_reach_the_span(spans: Recorder) -> None:
    @traceroot.observe(tags=["fast"])
    def child() -> None:
        traceroot.update_current_trace(metadata={"from": "child"}, tags=["of the trace"])
        traceroot.update_current_span(usage={"input_tokens": 1, "output_tokens": 2}, cost=0.5)

    @traceroot.observe
    def parent() -> None:
        child()

    parent()
    span = spans.one("child")
    assert (span["tags"], span["cost_usd"], span["usage"]["input_tokens"]) == (["fast", "of the trace"], 0.5, 1)
    assert span["metadata"]["from"] == "child"


def test_arguments_are_not_looked_at_while_nothing_is_sent() -> None:
    looked_at = []

    class Watched:
        pass

    tracewood.register_encoder(Watched, looked_at.append)
    traceroot.initialize(enabled=False)
    work(Watched())
    assert looked_at == []
    assert tracewood.stats()["destinations"] == []
