"""Functions of the less common sorts, and decorators in any order: each call is one span, and stays the call it was."""

from __future__ import annotations

import abc
import asyncio
import contextlib
import functools
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

import tracewood
from tracewood import observe
from tracewood.testing import Recorder


def names(spans: Recorder) -> list[str]:
    return [span["name"] for span in spans.all()]


def test_object_with_an_async_call_is_awaited(spans: Recorder) -> None:
    class Asks:
        @observe(name="asks")
        async def __call__(self, x: int) -> int:
            await asyncio.sleep(0)
            return x

    traced = observe(name="object")(Asks())
    assert asyncio.run(traced(3)) == 3
    assert [(span["name"], span["output"]) for span in spans.all()] == [("asks", 3), ("object", 3)]


@pytest.mark.parametrize("outside", [True, False])
@pytest.mark.parametrize("sort", [classmethod, staticmethod])
def test_order_of_method_decorators_does_not_matter(spans: Recorder, sort: Callable[[Any], Any], outside: bool) -> None:
    def plain(*args: Any) -> Any:
        return args[-1]

    decorated = observe(name="n")(sort(plain)) if outside else sort(observe(name="n")(plain))
    holder: Any = type("Holder", (), {"method": decorated})
    assert (holder.method(1), holder().method(2)) == (1, 2)
    assert [span["output"] for span in spans.all()] == [1, 2]


def test_decorators_that_cache_make_a_span_where_work_was_done(spans: Recorder) -> None:
    @functools.lru_cache
    @observe(name="inside")
    def inside(x: int) -> int:
        return x

    @observe(name="outside")
    @functools.lru_cache
    def outside(x: int) -> int:
        return x

    for _ in range(2):
        inside(1)
        outside(1)
    assert names(spans) == ["inside", "outside", "outside"]


def test_traced_twice_is_two_spans_each_with_its_name(spans: Recorder) -> None:
    @observe(name="outer")
    @observe(name="inner")
    def work(x: int) -> int:
        return x

    assert work(1) == 1
    assert names(spans) == ["inner", "outer"]
    assert str(inspect.signature(work)).startswith("(x:")


def test_context_managers_of_generators_work_in_both_orders(spans: Recorder) -> None:
    @contextlib.contextmanager
    @observe(name="body")
    def body() -> Iterator[int]:
        yield 1

    @contextlib.asynccontextmanager
    @observe(name="async body")
    async def async_body() -> AsyncIterator[int]:
        yield 2

    async def main() -> int:
        async with async_body() as found:
            return found

    with body() as found:
        assert found == 1
    assert asyncio.run(main()) == 2
    assert names(spans) == ["body", "async body"]


def test_abstract_methods_and_properties_stay_what_they_are(spans: Recorder) -> None:
    class Base(abc.ABC):
        @abc.abstractmethod
        @observe
        def work(self) -> int: ...

        @property
        @observe(name="computed")
        def computed(self) -> int:
            return 7

    class Real(Base):
        def work(self) -> int:
            return super().work() or 1  # type: ignore[safe-super]

    with pytest.raises(TypeError, match="abstract"):
        Base()  # type: ignore[abstract]
    assert (Real().work(), Real().computed) == (1, 7)
    assert names(spans) == ["work", "computed"]


def test_cancelled_and_interrupted_calls_close_their_span_and_go_on(spans: Recorder) -> None:
    @observe
    async def waits() -> None:
        await asyncio.Event().wait()

    async def main() -> None:
        task = asyncio.ensure_future(waits())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    @observe
    def stops() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stops()
    assert names(spans) == ["waits", "stops"]
    assert tracewood.get_current_span() is None
