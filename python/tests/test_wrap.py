"""A traced function of any sort is what it was: to callers, to `inspect`, to whoever reads its signature."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

import tracewood
from tracewood import observe
from tracewood.testing import Recorder


def test_plain_call_records_arguments_defaults_and_result(spans: Recorder) -> None:
    @observe(name="ask", type="agent", metadata={"v": 1}, tags=["a"])
    def agent(q: str, n: int = 3, *args: int, flag: bool = True, **kw: int) -> dict[str, str]:
        return {"answer": q}

    assert agent("hello", 3, 4, z=5) == {"answer": "hello"}
    span = spans.one("ask")
    assert span["kind"] == "agent"
    assert span["input"] == {"q": "hello", "n": 3, "args": [4], "flag": True, "kw": {"z": 5}}
    assert span["output"] == {"answer": "hello"}
    assert span["metadata"] == {"v": 1}
    assert span["tags"] == ["a"]
    assert span["status"] == "unset"


def test_function_without_parameters_has_an_empty_input(spans: Recorder) -> None:
    observe(lambda: None)()
    span = spans.one("<lambda>")
    assert span["input"] == {}
    assert span["output"] is None


def test_wrong_call_raises_what_it_raised_before(spans: Recorder) -> None:
    @observe
    def two(a: int, b: int) -> int:
        return a + b

    with pytest.raises(TypeError, match="missing 1 required positional argument: 'b'"):
        two(1)  # type: ignore[call-arg]
    assert spans.one("two")["status"] == "error"


def test_arguments_are_recorded_as_they_were_when_the_call_began(spans: Recorder) -> None:
    @observe
    def spoil(items: list[int]) -> list[int]:
        items.append(9)
        return items

    result = spoil([1])
    result.append(10)
    span = spans.one("spoil")
    assert span["input"] == {"items": [1]}
    assert span["output"] == [1, 9]


def test_capture_can_be_switched_off(spans: Recorder) -> None:
    @observe(capture_input=False, capture_output=False)
    def secret(key: str) -> str:
        return key

    secret("k")
    span = spans.one("secret")
    assert span["input"] is None
    assert span["output"] is None


def test_every_sort_keeps_its_sort_signature_name_and_docs() -> None:
    def plain(a: int, *, b: str = "x") -> str:
        """Plain."""
        return b

    async def coroutine(a: int) -> int:
        """Coroutine."""
        return a

    def generator(a: int) -> Iterator[int]:
        """Generator."""
        yield a

    async def async_generator(a: int) -> AsyncIterator[int]:
        """Async generator."""
        yield a

    checks = (
        inspect.isfunction,
        inspect.iscoroutinefunction,
        inspect.isgeneratorfunction,
        inspect.isasyncgenfunction,
    )
    for function in (plain, coroutine, generator, async_generator):
        traced = observe(type="tool")(function)
        assert [check(traced) for check in checks] == [check(function) for check in checks]
        assert inspect.signature(traced) == inspect.signature(function)
        assert (traced.__name__, traced.__qualname__, traced.__doc__, traced.__module__) == (
            function.__name__,
            function.__qualname__,
            function.__doc__,
            function.__module__,
        )
        assert traced.__annotations__ == function.__annotations__
        assert inspect.unwrap(traced) is function


def test_methods_of_every_sort_leave_self_out(spans: Recorder) -> None:
    class Agent:
        factor = 2

        @observe
        def double(self, x: int) -> int:
            return x * self.factor

        @classmethod
        @observe
        def inner_class(cls, x: int) -> int:
            return x * cls.factor

        @observe
        @classmethod
        def outer_class(cls, x: int) -> int:
            return x * cls.factor

        @staticmethod
        @observe
        def inner_static(x: int) -> int:
            return x

        @observe
        @staticmethod
        def outer_static(x: int) -> int:
            return x

        @observe
        async def wait(self, x: int) -> int:
            return x

    agent = Agent()
    assert [agent.double(1), agent.inner_class(1), Agent.outer_class(1), agent.inner_static(1)] == [2, 2, 2, 1]
    assert [Agent.outer_static(1), asyncio.run(agent.wait(1))] == [1, 1]
    assert [(span["name"], span["input"]) for span in spans.all()] == [
        (name, {"x": 1}) for name in ("double", "inner_class", "outer_class", "inner_static", "outer_static", "wait")
    ]


def test_partials_and_callable_objects_are_traced(spans: Recorder) -> None:
    def add(a: int, b: int = 2) -> int:
        return a + b

    class Adder:
        def __call__(self, a: int) -> int:
            return a + 1

    class AsyncAdder:
        async def __call__(self, a: int) -> int:
            return a + 1

    async def slow(a: int, b: int) -> int:
        return a * b

    assert observe(functools.partial(add, 1))(b=5) == 6
    assert observe(Adder())(1) == 2
    traced = observe(AsyncAdder())
    assert inspect.iscoroutinefunction(traced)
    assert asyncio.run(traced(1)) == 2
    assert asyncio.run(observe(functools.partial(slow, 2))(3)) == 6
    assert [(span["name"], span["input"], span["output"]) for span in spans.all()] == [
        ("add", {"b": 5}, 6),
        ("Adder", {"a": 1}, 2),
        ("AsyncAdder", {"a": 1}, 2),
        ("slow", {"b": 3}, 6),
    ]


def test_other_decorators_inside_do_not_hide_the_parameters(spans: Recorder) -> None:
    def twice(function: Any) -> Any:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            function(*args, **kwargs)
            return function(*args, **kwargs)

        return call

    @observe(name="outer")
    @twice
    @observe(name="inner")
    def work(x: int) -> int:
        return x

    assert work(3) == 3
    assert spans.one("outer")["input"] == {"x": 3}
    assert spans.tree() == [
        {"name": "outer", "children": [{"name": "inner", "children": []}, {"name": "inner", "children": []}]}
    ]


def test_builtin_without_signature_is_traced(spans: Recorder) -> None:
    assert observe(max)(1, 2) == 2
    assert spans.one("max")["output"] == 2


def test_class_is_left_as_it_is(spans: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    class Thing:
        pass

    assert observe(Thing) is Thing
    assert "the class 'Thing' is no function" in caplog.text


def test_plain_function_that_returns_a_coroutine_ends_when_it_was_awaited(spans: Recorder) -> None:
    @observe
    async def inner(x: int) -> int:
        await asyncio.sleep(0)
        return x + 1

    async def work(x: int) -> int:
        return await inner(x)

    @observe
    def outer(x: int) -> Any:
        return work(x)

    assert asyncio.run(outer(1)) == 2
    assert spans.tree("output") == [
        {"name": "outer", "output": 2, "children": [{"name": "inner", "output": 2, "children": []}]}
    ]


def test_exception_is_recorded_once_with_type_message_and_stack_and_goes_on(spans: Recorder) -> None:
    class Trouble(Exception):
        pass

    error = Trouble("boom")

    @observe
    def fails() -> None:
        raise error

    with pytest.raises(Trouble) as caught:
        fails()
    assert caught.value is error
    span = spans.one("fails")
    assert (span["status"], span["status_message"]) == ("error", "Trouble: boom")
    assert len(span["events"]) == 1
    attributes = span["events"][0]["attributes"]
    assert attributes["exception.type"].endswith("Trouble")
    assert attributes["exception.message"] == "boom"
    assert "raise error" in attributes["exception.stacktrace"]


def test_exception_whose_text_raises_is_recorded_all_the_same(spans: Recorder) -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no")

    @observe
    def fails() -> None:
        raise Mute

    with pytest.raises(Mute):
        fails()
    assert "its __str__ raised" in spans.one("fails")["status_message"]


def test_interrupts_and_cancellation_end_the_span(spans: Recorder) -> None:
    @observe
    def interrupted() -> None:
        raise KeyboardInterrupt

    @observe
    async def cancelled() -> None:
        await asyncio.Event().wait()

    async def main() -> None:
        task = asyncio.create_task(cancelled())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    asyncio.run(main())
    assert [(span["name"], span["status_message"]) for span in spans.all()] == [
        ("interrupted", "KeyboardInterrupt"),
        ("cancelled", "CancelledError"),
    ]


def test_leaving_the_program_on_purpose_is_no_error(spans: Recorder) -> None:
    @observe
    def leave(code: int) -> None:
        raise SystemExit(code)

    for code in (0, 2):
        with pytest.raises(SystemExit):
            leave(code)
    assert [span["status"] for span in spans.all()] == ["unset", "error"]


def test_recursion_nests(spans: Recorder) -> None:
    @observe
    def down(n: int) -> int:
        return 0 if n == 0 else down(n - 1) + 1

    assert down(300) == 300
    found = spans.all()
    assert len({span["trace_id"] for span in found}) == 1
    parents = {span["span_id"]: span["parent_span_id"] for span in found}
    assert len(parents) == 301
    assert sum(parent is None for parent in parents.values()) == 1


def test_without_tracing_the_call_is_only_the_call() -> None:
    @observe
    def plain(x: int) -> int:
        return x

    @observe
    def count() -> Iterator[int]:
        yield 1

    @observe
    async def wait() -> AsyncIterator[int]:
        yield 1

    async def main() -> list[int]:
        return [item async for item in wait()]

    assert plain(1) == 1
    assert list(count()) == [1]
    assert asyncio.run(main()) == [1]
    assert tracewood.get_current_trace_id() is None
    assert tracewood.get_current_span() is None
