"""`using_attributes` as a decorator: the attributes are there while the function runs, whatever its sort."""

from __future__ import annotations

from functools import wraps

from tracewood import _native
from tracewood._parameters import sort_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["scoped"]


def scoped(function: Any, words: dict[str, Any]) -> Any:
    """Wraps a function so that attributes hang on the spans that begin while its body runs.

    Args:
        function: A function of any sort.
        words: The arguments of `push_attributes`.

    Returns:
        The wrapped function, of the same sort.
    """
    return wraps(function)(_SCOPES[sort_of(function)](function, words))


def _plain(function: Any, words: dict[str, Any]) -> Any:
    def plain(*args: Any, **kwargs: Any) -> Any:
        before = _native.push_attributes(**words)
        try:
            return function(*args, **kwargs)
        finally:
            _native.pop_attributes(before)

    return plain


def _coroutine(function: Any, words: dict[str, Any]) -> Any:
    async def coroutine(*args: Any, **kwargs: Any) -> Any:
        before = _native.push_attributes(**words)
        try:
            return await function(*args, **kwargs)
        finally:
            _native.pop_attributes(before)

    return coroutine


def _generator(function: Any, words: dict[str, Any]) -> Any:
    def generator(*args: Any, **kwargs: Any) -> Any:
        body = function(*args, **kwargs)
        step, value = body.send, None
        while True:
            before = _native.push_attributes(**words)
            try:
                item = step(value)
            except StopIteration as stop:
                return stop.value
            finally:
                _native.pop_attributes(before)
            try:
                step, value = body.send, (yield item)
            except GeneratorExit:
                body.close()
                raise
            except BaseException as error:
                step, value = body.throw, error

    return generator


def _async_generator(function: Any, words: dict[str, Any]) -> Any:
    async def async_generator(*args: Any, **kwargs: Any) -> Any:
        body = function(*args, **kwargs)
        step, value = body.asend, None
        while True:
            before = _native.push_attributes(**words)
            try:
                item = await step(value)
            except StopAsyncIteration:
                return
            finally:
                _native.pop_attributes(before)
            try:
                step, value = body.asend, (yield item)
            except GeneratorExit:
                await body.aclose()
                raise
            except BaseException as error:
                step, value = body.athrow, error

    return async_generator


_SCOPES = {
    "plain": _plain,
    "coroutine": _coroutine,
    "generator": _generator,
    "async_generator": _async_generator,
}
