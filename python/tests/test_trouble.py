"""Servers in trouble: the program goes on as before, and what is lost is counted by its reason."""

from __future__ import annotations

import email.utils
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from collector import Collector
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

import tracewood

Answer = tuple[int, dict[str, str], bytes]


@tracewood.observe
def work(x: object = None) -> object:
    return x


def n_spans(body: bytes) -> int:
    request = ExportTraceServiceRequest.FromString(body)
    return sum(len(scope.spans) for resource in request.resource_spans for scope in resource.scope_spans)


def told() -> dict[str, Any]:
    return tracewood.stats()["destinations"][0]  # type: ignore[no-any-return]


class Listener:
    """A server that takes connections and does with each what a test says, in a thread of its own."""

    def __init__(self, treat: Callable[[socket.socket], None]) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._treat = treat
        self._held: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._held.append(connection)
            self._treat(connection)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self._held:
            connection.close()


def say_nothing(_: socket.socket) -> None:
    """As a black hole, or a server that is slower than anybody waits."""


def close_half(connection: socket.socket) -> None:
    connection.recv(10)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-le")
    connection.shutdown(socket.SHUT_WR)


def close_at_once(connection: socket.socket) -> None:
    connection.close()


def speak_otherwise(connection: socket.socket) -> None:
    connection.sendall(b"SSH-2.0-something\r\n")


@pytest.fixture(params=[say_nothing, close_half, close_at_once, speak_otherwise])
def bad_url(request: pytest.FixtureRequest) -> Iterator[str]:
    listener = Listener(request.param)
    yield listener.url
    listener.close()


def test_calls_go_on_and_the_end_is_bounded(bad_url: str) -> None:
    tracewood.initialize(endpoint=bad_url, flush_interval=0.01, timeout=0.2)
    began = time.monotonic()
    for x in range(100):
        assert work(x) == x
    assert time.monotonic() - began < 1
    before = time.monotonic()
    done = tracewood.shutdown(0.5)
    assert time.monotonic() - before < 3
    assert (done["delivered"], done["lost"] + done["remaining"]) == (0, 100)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_server_that_asks_for_patience_is_given_it(status: int, form: str) -> None:
    asked_at: list[float] = []

    def answer(number: int, _: bytes) -> Answer:
        asked_at.append(time.time())
        if number > 1:
            return 200, {}, b""
        later = "1" if form == "seconds" else email.utils.formatdate(int(time.time()) + 2, usegmt=True)
        return status, {"Retry-After": later}, b""

    with Collector(answer) as collector:
        tracewood.initialize(endpoint=collector.url)
        work()
        assert tracewood.flush()["delivered"] == 1
        assert collector.wait(1) == ["work"]
    assert asked_at[1] - asked_at[0] > 0.9
    assert told()["retries"] == 1


def test_too_large_batch_is_split() -> None:
    def answer(_: int, body: bytes) -> Answer:
        return (413 if n_spans(body) > 3 else 200), {}, b""

    with Collector(answer) as collector:
        tracewood.initialize(endpoint=collector.url, flush_interval=60)
        for _ in range(10):
            work()
        assert tracewood.flush()["delivered"] == 10
        assert len(collector.wait(10)) == 10


def test_bad_span_is_found_and_the_rest_is_kept() -> None:
    def answer(_: int, body: bytes) -> Answer:
        return (400 if b"poison" in body else 200), {}, b"no"

    with Collector(answer) as collector:
        tracewood.initialize(endpoint=collector.url, flush_interval=60)
        for x in range(10):
            work("poison" if x == 6 else x)
        assert tracewood.flush() == {"delivered": 9, "remaining": 0, "lost": 1, "spooled": 0}
        assert len(collector.wait(9)) == 9
    assert told()["lost"] == {"bad_span": 1}


def test_wrong_key_is_said_once_and_goes_on_being_counted(caplog: pytest.LogCaptureFixture) -> None:
    with Collector(lambda *_: (401, {}, b"")) as collector:
        tracewood.initialize(endpoint=collector.url, api_key="hidden-key")
        for _ in range(3):
            work()
            tracewood.flush()
    assert told()["lost"] == {"unauthorized": 3}
    said = [record.getMessage() for record in caplog.records if "401" in record.getMessage()]
    assert len(said) == 1
    assert "hidden-key" not in caplog.text


def test_garbage_in_the_answer_of_a_server_that_took_it_is_no_loss() -> None:
    with Collector(lambda *_: (200, {"content-type": "text/html"}, b"\xff<html>\x00")) as collector:
        tracewood.initialize(endpoint=collector.url)
        work()
        assert tracewood.flush()["delivered"] == 1
        assert collector.wait(1) == ["work"]


def test_server_that_comes_back_gets_everything() -> None:
    is_back = threading.Event()
    with Collector(lambda *_: (200 if is_back.is_set() else 503, {}, b"")) as collector:
        tracewood.initialize(endpoint=collector.url, flush_interval=0.01)
        for _ in range(20):
            work()
        assert tracewood.flush(0.3)["remaining"] == 20
        is_back.set()
        assert tracewood.flush()["delivered"] == 20
        assert len(collector.wait(20)) == 20


def test_memory_stays_under_the_bound_while_nothing_is_taken() -> None:
    listener = Listener(say_nothing)
    tracewood.initialize(endpoint=listener.url, queue_bytes_max=64 * 1024, flush_interval=0.01)
    for _ in range(500):
        work("x" * 1000)
    numbers = told()
    assert numbers["queued_bytes"] <= 64 * 1024
    assert numbers["lost"]["queue_full"] == 500 - numbers["queued"] - numbers["delivered"]
    tracewood.shutdown(0.1)
    listener.close()


def test_loss_is_one_line_at_exit(run_python: Callable[..., Any], tmp_path: Path) -> None:
    program = """
import tracewood
tracewood.initialize(queue_spans_max=3, flush_interval=60)
for _ in range(5):
    with tracewood.span("s"): pass
"""
    with Collector(lambda *_: (401, {}, b"")) as collector:
        done = run_python(program, TRACEWOOD_ENDPOINT=collector.url)
    (line,) = [line for line in done.stderr.splitlines() if "lost" in line and " of " in line]
    assert "lost 5 of 5 spans (queue_full: 2, unauthorized: 3)" in line
