"""What stands in the place of a traced plain function is a function to whoever looks, and adds nothing to a stack."""

from __future__ import annotations

import copy
import dataclasses
import functools
import gc
import inspect
import pickle
import sys
import threading
import traceback
import typing
import warnings
import weakref
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

import pydantic
import pytest

import tracewood
from tracewood import observe
from tracewood.testing import Recorder


@observe
def at_module_level(a: int, b: int = 2, *rest: int, c: int = 3, **more: int) -> int:
    """Adds."""
    return a + b + c + sum(rest) + sum(more.values())


class Holder:
    @observe
    def method(self, a: int) -> int:
        return a


def test_it_looks_like_the_function_that_it_stands_for() -> None:
    plain: Any = at_module_level.__wrapped__  # type: ignore[attr-defined]
    traced: Any = at_module_level
    assert isinstance(traced, FunctionType)
    assert inspect.isfunction(traced)
    assert inspect.isroutine(traced)
    assert traced.__class__ is FunctionType
    lent = ("__code__", "__defaults__", "__kwdefaults__", "__globals__", "__closure__", "__annotations__")
    assert [getattr(traced, name) for name in lent] == [getattr(plain, name) for name in lent]
    assert inspect.getfullargspec(traced) == inspect.getfullargspec(plain)
    assert typing.get_type_hints(traced) == typing.get_type_hints(plain)
    assert inspect.getsource(traced) == inspect.getsource(plain)
    assert repr(traced).startswith("<function at_module_level at 0x")
    assert traced.__doc__ == "Adds."
    with pytest.raises(AttributeError, match="nowhere"):
        traced.nowhere  # noqa: B018


def test_it_takes_attributes_and_weak_references_and_is_hashed_by_identity() -> None:
    def plain() -> None: ...

    traced: Any = observe(plain)
    traced.note = 1
    traced.__name__ = "renamed"
    assert (traced.note, traced.__name__, vars(traced)["note"]) == (1, "renamed", 1)
    del traced.note
    assert not hasattr(traced, "note")
    assert {traced: 1}[traced] == 1
    assert traced != observe(plain)
    reference = weakref.ref(traced)
    del traced
    gc.collect()
    assert reference() is None


def test_function_that_holds_itself_is_collected() -> None:
    def make() -> weakref.ref[Any]:
        @observe
        def again(n: int) -> int:
            return again(n - 1) if n else 0

        return weakref.ref(again)

    reference = make()
    gc.collect()
    assert reference() is None


def test_it_is_copied_and_pickled_by_name() -> None:
    assert copy.copy(at_module_level) is at_module_level
    assert copy.deepcopy(at_module_level) is at_module_level
    assert pickle.loads(pickle.dumps(at_module_level)) is at_module_level
    assert pickle.loads(pickle.dumps(Holder.method)) is Holder.method


def test_its_type_makes_no_instances() -> None:
    with pytest.raises(TypeError):
        type(at_module_level)()


def test_it_binds_as_a_method_and_is_itself_on_the_class(spans: Recorder) -> None:
    holder = Holder()
    bound = holder.method
    assert isinstance(bound, MethodType)
    assert bound.__self__ is holder
    assert bound.__func__ is Holder.method
    assert str(inspect.signature(bound)) == "(a: 'int') -> 'int'"
    assert [bound(1), Holder.method(holder, 2), holder.method(a=3)] == [1, 2, 3]
    assert [span["input"] for span in spans.all()] == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_arguments_by_name_of_every_sort_are_bound(spans: Recorder) -> None:
    # Names that are made at run time are no names that the interpreter shares.
    name = "".join(["m", "ade"])
    assert at_module_level(1, 2, 3, c=4, x=5, **{name: 6, "".join(["a", "b"]): 7}) == 28
    assert at_module_level(**{"".join(["", "a"]): 1}) == 6
    assert [span["input"] for span in spans.all()] == [
        {"a": 1, "b": 2, "rest": [3], "c": 4, "more": {"x": 5, "made": 6, "ab": 7}},
        {"a": 1, "b": 2, "rest": [], "c": 3, "more": {}},
    ]


def test_pydantic_models_dataclasses_and_partial_methods_take_it(spans: Recorder) -> None:
    class Model(pydantic.BaseModel):
        x: int

        @observe(name="model")
        def double(self) -> int:
            return self.x * 2

    @dataclasses.dataclass
    class Data:
        x: int

        @observe(name="data")
        def times(self, n: int) -> int:
            return self.x * n

        thrice = functools.partialmethod(times, 3)

    assert (Model(x=2).double(), Data(2).thrice(), pydantic.validate_call(at_module_level)("1")) == (4, 6, 6)  # type: ignore[arg-type]
    assert [span["name"] for span in spans.all()] == ["model", "data", "at_module_level"]


def test_stack_holds_the_program_alone(spans: Recorder) -> None:
    @observe
    def caller() -> str:
        return sys._getframe(1).f_code.co_name

    @observe
    def warns() -> None:
        warnings.warn("here", UserWarning, stacklevel=2)

    @observe
    def fails() -> None:
        raise ValueError("no")

    assert caller() == "test_stack_holds_the_program_alone"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warns()
    assert caught[0].filename == __file__
    with pytest.raises(ValueError, match="no") as raised:
        fails()
    assert [frame.name for frame in traceback.extract_tb(raised.tb)] == ["test_stack_holds_the_program_alone", "fails"]
    stack = next(span for span in spans.all() if span["name"] == "fails")["events"][0]["attributes"]
    assert "_wrap.py" not in stack["exception.stacktrace"]


@pytest.mark.parametrize("depth", [900])
def test_recursion_goes_as_deep_as_without_tracing(spans: Recorder, depth: int) -> None:
    def plain(n: int) -> int:
        return plain(n - 1) + 1 if n else 0

    @observe
    def down(n: int) -> int:
        return down(n - 1) + 1 if n else 0

    def deepest(function: Callable[[int], int]) -> int:
        reached = 0
        for n in range(1, 2000):
            try:
                reached = function(n)
            except RecursionError:
                break
        return reached

    before = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(depth + 60 + len(inspect.stack()))
        assert down(depth) == depth
        sys.setrecursionlimit(100 + len(inspect.stack()))
        assert deepest(down) == deepest(plain)
    finally:
        sys.setrecursionlimit(before)
    assert tracewood.get_current_span() is None


def test_exception_in_flight_keeps_its_identity_cause_context_and_stack(spans: Recorder) -> None:
    cause = KeyError("cause")

    @observe
    def fails() -> None:
        try:
            raise LookupError("first")
        except LookupError:
            raise ValueError("second") from cause

    with pytest.raises(ValueError, match="second") as raised:
        fails()
    assert raised.value.__cause__ is cause
    assert isinstance(raised.value.__context__, LookupError)
    assert raised.value.__traceback__ is not None
    assert len(spans.one("fails")["events"]) == 1


def test_many_threads_call_the_same_function(spans: Recorder) -> None:
    @observe(name="shared")
    def shared(n: int) -> int:
        return n

    def work() -> None:
        for n in range(500):
            assert shared(n) == n

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(spans.all()) == 2000


def test_it_is_a_name_where_it_is_an_argument(spans: Recorder) -> None:
    @observe(name="takes")
    def takes(function: Any) -> None: ...

    takes(at_module_level)
    assert spans.one("takes")["input"] == {"function": f"<function {__name__}.at_module_level>"}
