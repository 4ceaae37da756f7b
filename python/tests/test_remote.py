"""Traces that go on in another process: W3C's headers in and out."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

import tracewood
from tracewood.testing import Recorder

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"


@tracewood.observe
def work() -> dict[str, str]:
    return tracewood.inject({})


def ids(spans: Recorder) -> list[tuple[str, str | None]]:
    return [(span["trace_id"], span["parent_span_id"]) for span in spans.all()]


def test_inject_writes_the_current_span(spans: Recorder) -> None:
    headers = work()
    span = spans.one("work")
    assert headers == {"traceparent": f"00-{span['trace_id']}-{span['span_id']}-01"}


def test_inject_without_a_span_writes_nothing_and_gives_the_same_headers() -> None:
    headers = {"a": "b"}
    assert tracewood.inject(headers) is headers
    assert headers == {"a": "b"}


def test_extract_makes_spans_of_the_block_children_of_the_other_process(spans: Recorder) -> None:
    with tracewood.extract({"Traceparent": PARENT, "TraceState": "a=1, b=2"}) as remote:
        assert (remote.trace_id, remote.span_id, remote.is_sampled, bool(remote)) == (TRACE, SPAN, True, True)
        headers = work()
        work()
        assert tracewood.get_current_span() is None
        assert tracewood.get_current_trace_id() == TRACE
    work()
    assert ids(spans)[:2] == [(TRACE, SPAN)] * 2
    assert ids(spans)[2][0] != TRACE
    assert headers["traceparent"] == f"00-{TRACE}-{spans.all()[0]['span_id']}-01"
    assert headers["tracestate"] == "a=1,b=2"


def test_extract_within_a_span_leaves_it_current_afterwards(spans: Recorder) -> None:
    @tracewood.observe
    def outer() -> None:
        remote = tracewood.extract({"traceparent": PARENT})
        with remote, remote:
            work()
        work()

    outer()
    inside, after, around = spans.all()
    assert (inside["trace_id"], inside["parent_span_id"]) == (TRACE, SPAN)
    assert (after["trace_id"], after["parent_span_id"]) == (around["trace_id"], around["span_id"])


def test_span_may_begin_under_a_remote_parent(spans: Recorder) -> None:
    remote = tracewood.extract([(b"traceparent", PARENT.encode()), (b"tracestate", b"k=v")])
    begun = tracewood.start_span("begun", parent=remote)
    headers = work()
    begun.end()
    with tracewood.span("block", parent=remote):
        pass
    assert tracewood.get_current_trace_id() is None
    child, by_hand, block = spans.all()
    assert (by_hand["trace_id"], by_hand["parent_span_id"]) == (TRACE, SPAN)
    assert (block["trace_id"], block["parent_span_id"]) == (TRACE, SPAN)
    assert child["parent_span_id"] == by_hand["span_id"]
    assert headers["tracestate"] == "k=v"


def test_headers_pass_through_where_nothing_is_traced() -> None:
    with tracewood.extract({"HTTP_TRACEPARENT": PARENT, "HTTP_TRACESTATE": "a=1"}):
        assert tracewood.inject({}) == {"traceparent": PARENT, "tracestate": "a=1"}
    assert tracewood.inject({}) == {}


def test_trace_that_is_not_sampled_over_there_is_not_here(spans: Recorder) -> None:
    with tracewood.extract({"traceparent": PARENT[:-1] + "0"}):
        assert work()["traceparent"].endswith("-00")
    assert spans.all() == []


def test_remote_parent_reaches_tasks_and_threads(spans: Recorder) -> None:
    async def main() -> None:
        async with tracewood.extract({"traceparent": PARENT}):
            await asyncio.gather(asyncio.to_thread(work), asyncio.to_thread(work))
            thread = threading.Thread(target=tracewood.propagate(work))
            thread.start()
            thread.join()

    asyncio.run(main())
    assert ids(spans) == [(TRACE, SPAN)] * 3


class Refusing(dict[str, str]):
    def __setitem__(self, key: str, value: str) -> None:
        raise RuntimeError("read only")

    def items(self) -> Any:
        raise RuntimeError("unreadable")


@pytest.mark.parametrize(
    "headers",
    [
        None,
        {},
        7,
        Refusing(),
        [("traceparent", PARENT), ("traceparent", PARENT)],
        *(
            {"traceparent": text}
            for text in (
                "",
                "nonsense",
                PARENT.upper(),
                PARENT + "-more",
                PARENT.replace("00-", "ff-", 1),
                f"00-{'0' * 32}-{SPAN}-01",
                f"00-{TRACE}-{'0' * 16}-01",
                f"00-{TRACE[:-1]}-{SPAN}-01",
                f"00-{TRACE}-{SPAN}-0x",
                "00-" + "x" * 100_000,
            )
        ),
    ],
)
def test_malformed_headers_are_ignored(spans: Recorder, headers: Any) -> None:
    with tracewood.extract(headers) as remote:
        work()
    assert (bool(remote), remote.trace_id, remote.span_id, remote.is_sampled) == (False, None, None, None)
    tracewood.start_span("n", parent=remote).end()
    assert [parent for _, parent in ids(spans)] == [None, None]


@pytest.mark.parametrize("state", ["no member", "a=1," * 40, "a=\x01", "a=ü"])
def test_malformed_state_is_dropped_and_the_parent_stays(state: str) -> None:
    with tracewood.extract({"traceparent": PARENT, "tracestate": state}):
        assert tracewood.inject({}) == {"traceparent": PARENT}


def test_later_version_is_read_by_its_beginning() -> None:
    assert tracewood.extract({"traceparent": PARENT.replace("00-", "01-", 1) + "-more"}).trace_id == TRACE


def test_headers_that_refuse_do_no_harm(spans: Recorder) -> None:
    @tracewood.observe
    def sends() -> None:
        tracewood.inject(Refusing())

    sends()
    assert spans.one("sends")["status"] == "unset"
