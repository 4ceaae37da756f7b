"""Generators: current while the body runs and not between, and everything that generators can do still works."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, Generator
from typing import Any

import pytest

from tracewood import get_current_span_id, observe
from tracewood.testing import Recorder


@observe
def leaf(x: int) -> int:
    return x


def test_span_is_current_in_the_body_and_not_between(spans: Recorder) -> None:
    @observe
    def count(n: int) -> Generator[int, None, str]:
        for x in range(n):
            leaf(x)
            yield x
        return "done"

    @observe
    def outer() -> str:
        before = get_current_span_id()
        items = count(2)
        for _ in items:
            assert get_current_span_id() == before
            leaf(10)
        return "end"

    assert outer() == "end"
    tree = spans.tree("output")
    assert tree[0]["name"] == "outer"
    children = tree[0]["children"]
    assert [(child["name"], child["output"]) for child in children] == [("count", [0, 1]), ("leaf", 10), ("leaf", 10)]
    assert [child["output"] for child in children[0]["children"]] == [0, 1]


def test_send_throw_close_and_return_work_as_without(spans: Recorder) -> None:
    def plain() -> Generator[Any, Any, str]:
        got = []
        while True:
            try:
                sent = yield list(got)
            except ValueError as error:
                got.append(str(error))
            else:
                if sent is None:
                    return "returned"
                got.append(sent)

    def drive(make: Any) -> list[Any]:
        body = make()
        seen = [next(body), body.send(1), body.throw(ValueError("thrown")), body.send(2)]
        with pytest.raises(StopIteration) as stop:
            next(body)
        seen.append(stop.value.value)
        with pytest.raises(StopIteration):
            next(body)
        other = make()
        next(other)
        with pytest.raises(KeyError):
            other.throw(KeyError("k"))
        last = make()
        next(last)
        last.close()
        last.close()
        return seen

    assert drive(observe(plain)) == drive(plain)
    assert [span["status"] for span in spans.all()] == ["unset", "error", "unset"]


def test_delegation_passes_everything_through(spans: Recorder) -> None:
    @observe
    def inner() -> Generator[int, int, int]:
        got = yield 1
        got += yield 2
        return got

    @observe
    def outer() -> Generator[int, int, int]:
        return (yield from inner())

    body = outer()
    assert [next(body), body.send(10)] == [1, 2]
    with pytest.raises(StopIteration) as stop:
        body.send(5)
    assert stop.value.value == 15
    assert spans.tree() == [{"name": "outer", "children": [{"name": "inner", "children": []}]}]


def test_early_break_ends_the_span_with_what_came(spans: Recorder) -> None:
    cleaned = []

    @observe
    def count() -> Generator[int, None, None]:
        try:
            yield 1
            yield 2
        finally:
            cleaned.append(True)

    for _ in count():
        break
    gc.collect()
    assert cleaned == [True]
    span = spans.one("count")
    assert (span["output"], span["status"]) == ([1], "unset")


def test_interleaved_generators_do_not_nest_in_each_other(spans: Recorder) -> None:
    @observe
    def count(name: str) -> Generator[int, None, None]:
        for x in range(2):
            leaf(x)
            yield x

    assert list(zip(count("a"), count("b"), strict=True)) == [(0, 0), (1, 1)]
    assert [(root["name"], len(root["children"])) for root in spans.tree()] == [("count", 2), ("count", 2)]


def test_return_value_counts_where_nothing_was_yielded(spans: Recorder) -> None:
    @observe
    def nothing() -> Generator[int, None, str]:
        if False:
            yield 1
        return "value"

    assert list(nothing()) == []
    assert spans.one("nothing")["output"] == "value"


def test_items_are_not_kept_where_output_is_not_captured(spans: Recorder) -> None:
    @observe(capture_output=False)
    def count() -> Generator[int, None, None]:
        yield 1

    assert list(count()) == [1]
    assert spans.one("count")["output"] is None


def test_async_generator_is_exact(spans: Recorder) -> None:
    def make() -> Any:
        async def plain() -> AsyncGenerator[Any, Any]:
            got = []
            while True:
                try:
                    sent = yield list(got)
                except ValueError as error:
                    got.append(str(error))
                else:
                    await asyncio.sleep(0)
                    if sent is None:
                        return
                    got.append(sent)

        return plain

    async def drive(make: Any) -> list[Any]:
        body = make()
        seen = [await body.__anext__(), await body.asend(1), await body.athrow(ValueError("thrown"))]
        with pytest.raises(StopAsyncIteration):
            await body.__anext__()
        other = make()
        await other.__anext__()
        await other.aclose()
        last = make()
        await last.__anext__()
        with pytest.raises(KeyError):
            await last.athrow(KeyError("k"))
        return seen

    assert asyncio.run(drive(observe(make()))) == asyncio.run(drive(make()))
    assert [span["status"] for span in spans.all()] == ["unset", "unset", "error"]


def test_async_generator_nests_and_survives_break_and_cancellation(spans: Recorder) -> None:
    @observe
    async def stream(n: int) -> AsyncGenerator[int, None]:
        for x in range(n):
            leaf(x)
            await asyncio.sleep(0)
            yield x
        await asyncio.Event().wait()

    async def main() -> None:
        async for _ in stream(2):
            assert get_current_span_id() is None
            break

        async def consume() -> None:
            async for _ in stream(1):
                pass

        task = asyncio.create_task(consume())
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    found = sorted((span for span in spans.all() if span["name"] == "stream"), key=lambda span: span["status"])
    assert [(span["status"], span["output"]) for span in found] == [("error", [0]), ("unset", [0])]
    assert all(root["name"] == "stream" for root in spans.tree())


def test_async_generator_may_be_iterated_in_another_task(spans: Recorder) -> None:
    @observe
    async def stream() -> AsyncGenerator[int, None]:
        leaf(1)
        yield 1
        leaf(2)
        yield 2

    async def main() -> list[int]:
        body = stream()
        first = await body.__anext__()
        second = await asyncio.create_task(body.__anext__())
        assert get_current_span_id() is None
        await body.aclose()
        return [first, second]

    assert asyncio.run(main()) == [1, 2]
    assert [(root["name"], len(root["children"])) for root in spans.tree()] == [("stream", 2)]
