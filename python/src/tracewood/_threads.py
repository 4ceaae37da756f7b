"""The current span in threads: a function that carries it, and an opt-out patch of the usual ways to start one."""

from __future__ import annotations

from contextvars import copy_context

from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ParamSpec, TypeVar

    Given = ParamSpec("Given")
    Result = TypeVar("Result")

__all__ = ["patch", "propagate"]


def propagate(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Makes a function run in the context of now, whichever thread calls it, so that its spans nest where it was made.

    Args:
        function: What will be called in another thread.

    Returns:
        A function that may be called any number of times, also at the same time.
    """
    context = copy_context()

    def propagated(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        # A context can be entered only once at a time, so each call gets a copy.
        return context.copy().run(function, *args, **kwargs)

    return propagated


def patch() -> None:
    """Has `threading.Thread.start` and `ThreadPoolExecutor.submit` carry the current span along.

    Only our own variables go along, since a program may count on its threads starting without those of others; where
    nothing is current, nothing changes.
    """
    import threading
    from concurrent.futures.thread import ThreadPoolExecutor

    _replace(threading.Thread, "start", _started)
    _replace(ThreadPoolExecutor, "submit", _submitted)


def _replace(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    before = getattr(owner, name)
    if getattr(before, "__tracewood__", False):
        return
    after = make(before)
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(after, attribute, getattr(before, attribute))
    after.__wrapped__ = before
    after.__tracewood__ = True
    setattr(owner, name, after)


def _started(start: Any) -> Any:
    def start_with_span(self: Any) -> None:
        carried = _native.carried()
        if carried is not None and "run" not in self.__dict__:
            run = self.run

            def run_with_span() -> None:
                del self.run
                _run_with(carried, run, (), {})

            self.run = run_with_span
        start(self)

    return start_with_span


def _submitted(submit: Any) -> Any:
    def submit_with_span(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        carried = _native.carried()
        if carried is None:
            return submit(self, fn, *args, **kwargs)
        return submit(self, _run_with, carried, fn, args, kwargs)

    return submit_with_span


def _run_with(carried: Any, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    before = _native.carry(carried)
    try:
        return function(*args, **kwargs)
    finally:
        _native.carry(before)
