"""The current span in tasks, threads and pools, and what `using_attributes` hangs on spans."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import tracewood
from tracewood import observe, using_attributes
from tracewood._threads import patch
from tracewood.testing import Recorder


@observe
def leaf(x: int = 0) -> int:
    return x


@pytest.fixture
def patched() -> Iterator[None]:
    thread, pool = threading.Thread.start, ThreadPoolExecutor.submit
    patch()
    patch()
    yield
    threading.Thread.start, ThreadPoolExecutor.submit = thread, pool  # type: ignore[method-assign]


def test_tasks_gather_and_to_thread_inherit(spans: Recorder) -> None:
    @observe
    async def step(x: int) -> None:
        await asyncio.sleep(0)
        leaf(x)

    @observe
    async def root() -> None:
        await asyncio.gather(step(1), step(2))
        await asyncio.create_task(step(3))
        await asyncio.to_thread(leaf, 4)

    asyncio.run(root())
    tree = spans.tree()
    assert [root["name"] for root in tree] == ["root"]
    assert sorted((child["name"], len(child["children"])) for child in tree[0]["children"]) == [
        ("leaf", 0),
        ("step", 1),
        ("step", 1),
        ("step", 1),
    ]


def test_task_that_outlives_its_parent_stays_its_child(spans: Recorder) -> None:
    tasks = []

    async def later() -> None:
        await asyncio.sleep(0)
        leaf()

    @observe
    async def root() -> None:
        tasks.append(asyncio.create_task(later()))

    async def main() -> None:
        await root()
        await tasks[0]

    asyncio.run(main())
    assert spans.tree() == [{"name": "root", "children": [{"name": "leaf", "children": []}]}]


def test_threads_and_pools_inherit_once_patched(spans: Recorder, patched: None) -> None:
    other = contextvars.ContextVar("other", default="unset")
    other.set("set")
    seen = []

    class Own(threading.Thread):
        def run(self) -> None:
            leaf(3)

    @observe
    def root() -> None:
        with ThreadPoolExecutor(1) as pool:
            assert list(pool.map(leaf, [1])) == [1]
            pool.submit(lambda: seen.append(other.get())).result()
        threads: list[threading.Thread] = [threading.Thread(target=leaf, args=(2,)), Own()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    root()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(leaf, 9).result()
    names = [(root["name"], len(root["children"])) for root in spans.tree()]
    assert names == [("root", 3), ("leaf", 0)]
    assert seen == ["unset"], "variables of others do not travel"


def test_propagate_carries_the_span_into_any_thread(spans: Recorder) -> None:
    @observe
    def root() -> None:
        carried = tracewood.propagate(leaf)
        threads = [threading.Thread(target=carried, args=(n,)) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    root()
    assert [(root["name"], len(root["children"])) for root in spans.tree()] == [("root", 3)]


def test_copied_context_keeps_its_span(spans: Recorder) -> None:
    contexts = []

    @observe
    def root() -> None:
        contexts.append(contextvars.copy_context())

    root()
    leaf()
    contexts[0].run(leaf)
    assert sorted((root["name"], len(root["children"])) for root in spans.tree()) == [("leaf", 0), ("root", 1)]


def test_manual_spans_nest_and_may_end_in_any_order(spans: Recorder) -> None:
    first = tracewood.start_span("first", type="chain", input={"a": 1})
    second = tracewood.start_span("second")
    third = tracewood.start_span("third")
    first.end()
    leaf()
    third.end()
    assert tracewood.get_current_span_id() == second.span_id
    second.end()
    second.end()
    assert tracewood.get_current_span() is None
    assert spans.tree() == [
        {
            "name": "first",
            "children": [
                {"name": "second", "children": [{"name": "third", "children": [{"name": "leaf", "children": []}]}]}
            ],
        }
    ]


def test_span_left_open_in_a_function_does_not_leak_out_of_it(spans: Recorder) -> None:
    left = []

    @observe
    def forgets() -> None:
        left.append(tracewood.start_span("open"))

    forgets()
    assert tracewood.get_current_span_id() is None
    left[0].end()
    assert tracewood.get_current_span_id() is None


def test_span_block_records_what_it_is_told_and_what_it_raises(spans: Recorder) -> None:
    with tracewood.span("search", type="tool", tags=["t"]) as found:
        found.update(input={"q": 1}, output=[1, 2], model="m", usage={"input_tokens": 3}, cost=0.5)
        found.set_attributes({"mine": [1, 2], "deep": {"a": 1}})
        found.add_event("seen", {"n": 1})
    with pytest.raises(KeyError), tracewood.span("bad"):
        raise KeyError("k")
    good, bad = spans.all()
    assert (good["input"], good["output"], good["model"], good["cost_usd"]) == ({"q": 1}, [1, 2], "m", 0.5)
    assert good["usage"]["input_tokens"] == 3
    assert good["attributes"]["mine"] == [1, 2]
    assert good["attributes"]["deep"] == '{"a":1}'
    assert good["events"][0]["name"] == "seen"
    assert (bad["status"], bad["status_message"]) == ("error", "KeyError: 'k'")


def test_span_works_as_decorator_and_in_async_with(spans: Recorder) -> None:
    @tracewood.span("decorated", type="tool")
    def work(x: int) -> int:
        return x

    async def main() -> None:
        async with tracewood.span("block"):
            work(1)

    asyncio.run(main())
    assert spans.tree("kind_original") == [
        {
            "name": "block",
            "kind_original": "span",
            "children": [{"name": "decorated", "kind_original": "tool", "children": []}],
        }
    ]


def test_attributes_nest_field_by_field_and_are_restored(spans: Recorder) -> None:
    with using_attributes(user_id="U", session_id="S", tags=["t"], metadata={"m": 1}):
        leaf(1)
        with using_attributes(session_id="inner"):
            leaf(2)
        leaf(3)
    leaf(4)
    told = [(span["user_id"], span["session_id"], span["tags"], span["metadata"]) for span in spans.all()]
    outer = ("U", "S", ["t"], {"m": 1})
    assert told == [outer, ("U", "inner", ["t"], {"m": 1}), outer, (None, None, [], {})]


def test_attributes_decorate_functions_of_every_sort(spans: Recorder) -> None:
    scope = using_attributes(user_id="U")

    @scope
    def plain() -> None:
        leaf()

    @scope
    async def coroutine() -> None:
        leaf()

    @scope
    def generator() -> Iterator[int]:
        leaf()
        yield 1
        leaf()

    @scope
    async def async_generator() -> AsyncIterator[int]:
        leaf()
        yield 1

    async def main() -> list[Any]:
        await coroutine()
        return [item async for item in async_generator()]

    plain()
    for _ in generator():
        leaf()
    assert asyncio.run(main()) == [1]
    assert [span["user_id"] for span in spans.all()] == ["U", "U", None, "U", "U", "U"]


def test_updates_reach_the_current_span_and_win_over_what_was_captured(spans: Recorder) -> None:
    @observe
    def answer(q: str) -> str:
        leaf()
        tracewood.update_current_span(
            name="renamed",
            input={"query": "hello"},
            output={"response": "world"},
            metadata={"k": "v"},
            model="gpt-4o",
            model_parameters={"temperature": 0.7},
            usage={"input_tokens": 100, "output_tokens": 50},
            prompt=[{"role": "user", "content": "hello"}],
            cost=0.25,
        )
        tracewood.update_current_trace(user_id="u", session_id="s", tags=["t"], metadata={"plan": "pro"})
        return "returned"

    answer("x")
    span = spans.one("renamed")
    assert (span["input"], span["output"]) == ({"query": "hello"}, {"response": "world"})
    assert (span["user_id"], span["session_id"], span["tags"]) == ("u", "s", ["t"])
    assert span["metadata"] == {"k": "v", "plan": "pro"}
    assert (span["model"], span["model_parameters"], span["cost_usd"]) == ("gpt-4o", {"temperature": 0.7}, 0.25)
    assert span["usage"] == {"input_tokens": 100, "output_tokens": 50}


def test_updates_outside_of_any_span_do_nothing(spans: Recorder) -> None:
    tracewood.update_current_span(output=1)
    tracewood.update_current_trace(user_id="u")
    assert spans.all() == []


def test_update_with_strange_values_never_raises(spans: Recorder) -> None:
    cycle: list[Any] = []
    cycle.append(cycle)

    @observe
    def answer() -> None:
        tracewood.update_current_span(
            name=1,  # type: ignore[arg-type]
            metadata=cycle,  # type: ignore[arg-type]
            usage="many",  # type: ignore[arg-type]
            cost="free",  # type: ignore[arg-type]
            tags=7,  # type: ignore[arg-type]
            model=object(),  # type: ignore[arg-type]
        )

    answer()
    assert len(spans.all()) == 1


def test_never_ended_spans_nest_without_end() -> None:
    with tracewood.testing.recorder():
        for _ in range(100_000):
            tracewood.start_span("lost")
        contextvars.copy_context().run(leaf)
        from tracewood import _native

        _native.swap_current(None)
