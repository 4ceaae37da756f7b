"""The one wrapper: a traced function of any sort behaves exactly as the plain one, with a span around its body.

Each sort keeps its own: a coroutine function stays one, a generator function too, so that `inspect` and every framework
see what they saw before. The native module never raises into these wrappers and answers `None` while tracing is off.
"""

from __future__ import annotations

import sys
from types import FunctionType

from tracewood import _git, _native
from tracewood._parameters import function_below, name_of, parameters_of, sort_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
    from typing import Any

    from tracewood._native import Site, Span

__all__ = ["awaited", "wrap"]

# What `functools.WRAPPER_ASSIGNMENTS` lists, of all versions; `__annotations__` is only taken where nothing is lazy.
_COPIED = ("__module__", "__name__", "__qualname__", "__doc__", "__type_params__") + (
    ("__annotate__",) if sys.version_info >= (3, 14) else ("__annotations__",)
)


def wrap(
    target: Any,
    *,
    name: str | None = None,
    kind: str = "span",
    style: str = "named",
    metadata: Any = None,
    tags: list[str] | None = None,
    attributes: dict[str, Any] | None = None,
    capture_input: bool = True,
    capture_output: bool = True,
    session_id: str | None = None,
    user_id: str | None = None,
    first_call: Callable[[], object] | None = None,
) -> Any:
    """Wraps a callable so that each call is a span.

    Args:
        target: A function of any sort, a method, a `classmethod` or `staticmethod`, a partial, a callable object.
        name: What the spans are called; the name of the function by default.
        kind: What sort of work it is.
        style: `named` records `{parameter: value}`, `raw` records `{"args": […], "kwargs": {…}}`.
        metadata: What to attach to every span.
        tags: Labels of every span.
        attributes: Further attributes of every span.
        capture_input: Whether arguments are recorded.
        capture_output: Whether results are recorded.
        session_id: The session of every span.
        user_id: The user of every span.
        first_call: Called once before the first span, so that a face may start from the environment.

    Returns:
        What stands in the place of the callable. A class and what cannot be called are returned as they are.
    """
    options: dict[str, Any] = {
        "metadata": metadata,
        "tags": tags,
        "attributes": attributes,
        "capture_input": capture_input,
        "capture_output": capture_output,
        "session_id": session_id,
        "user_id": user_id,
        "first_call": first_call,
    }
    if isinstance(target, (classmethod, staticmethod)):
        inner = wrap(target.__func__, name=name, kind=kind, style=style, **options)
        return type(target)(inner)
    if isinstance(target, type) or not callable(target):
        what = f"the class '{target.__name__}'" if isinstance(target, type) else f"a '{type(target).__name__}'"
        _native.log(30, f"{what} is no function and is left as it is; decorate its methods instead")
        return target
    function = function_below(target)
    parameters = parameters_of(target)
    plain_name = name_of(target)
    code = None if function is None else getattr(_innermost(function), "__code__", None)
    site = _native.Site(
        plain_name if name is None else str(name),
        str(kind),
        style=style,
        positional=parameters.positional,
        var_positional=parameters.var_positional,
        keyword_only=parameters.keyword_only,
        var_keyword=parameters.var_keyword,
        defaults=parameters.defaults,
        has_self=parameters.has_self,
        file=None if code is None else _git.location(code.co_filename),
        line=None if code is None else code.co_firstlineno,
        function=None if code is None else getattr(function, "__qualname__", plain_name),
        **options,
    )
    wrapper: Any = _WRAPPERS[sort_of(target)](target, site)
    for attribute in _COPIED:
        value = getattr(target, attribute, None)
        if value is not None:
            setattr(wrapper, attribute, value)
    if not hasattr(target, "__name__"):
        wrapper.__name__ = wrapper.__qualname__ = plain_name
    wrapper.__dict__.update(getattr(target, "__dict__", None) or {} if function is target else {})
    wrapper.__wrapped__ = target
    return wrapper


def _innermost(function: Any) -> Any:
    """The function that other decorators were put around, whose file and line are the ones to show."""
    for _ in range(32):
        inner = getattr(function, "__wrapped__", None)
        if not hasattr(inner, "__code__"):
            break
        function = inner
    return function


def _plain(target: Callable[..., Any], site: Site) -> Callable[..., Any]:
    # What lends its code and defaults to whoever asks: the function itself, else one that takes anything.
    model: Any = target if isinstance(target, FunctionType) else _anything
    made: Callable[..., Any] = _native.traced(target, site, model)
    return made


def _anything(*args: Any, **kwargs: Any) -> Any:
    """What a callable that is no function looks like."""


async def awaited(span: Span, coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Awaits what a plain function returned, since the work of a coroutine is only done then; then ends the span."""
    outer = span.resume()
    try:
        result = await coroutine
    except BaseException as error:
        span.suspend(outer)
        span.fail(error)
        raise
    span.suspend(outer)
    span.leave(result)
    return result


def _coroutine(function: Callable[..., Any], site: Site) -> Callable[..., Any]:
    enter = site.enter

    async def coroutine(*args: Any, **kwargs: Any) -> Any:
        span = enter(*args, **kwargs)
        if span is None:
            return await function(*args, **kwargs)
        try:
            result = await function(*args, **kwargs)
        except BaseException as error:
            span.fail(error)
            raise
        span.leave(result)
        return result

    return coroutine


def _generator(function: Callable[..., Any], site: Site) -> Callable[..., Any]:
    begin = site.begin

    def generator(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        span = begin(*args, **kwargs)
        if span is None:
            return (yield from function(*args, **kwargs))
        body = None
        thrown: BaseException | None = None
        sent: Any = None
        while True:
            # The span is current while the body runs, and what was current around it comes back before each yield.
            outer = span.resume()
            try:
                if body is None:
                    body = function(*args, **kwargs)
                    item = next(body)
                elif thrown is None:
                    item = next(body) if sent is None else body.send(sent)
                elif isinstance(thrown, GeneratorExit):
                    # From 3.13 on, `close` gives the value that the body returned on its way out.
                    closed = body.close()
                    if closed is None:
                        raise thrown
                    raise StopIteration(closed)
                else:
                    item = body.throw(thrown)
            except StopIteration as stop:
                span.suspend(outer)
                span.finish(stop.value)
                return stop.value
            except BaseException as error:
                span.suspend(outer)
                if error is thrown and isinstance(error, GeneratorExit):
                    span.finish(None)
                else:
                    span.fail(error)
                raise
            finally:
                thrown = None
            span.suspend(outer)
            span.add_item(item)
            try:
                sent = yield item
            except BaseException as error:
                thrown = error
            del item

    return generator


def _async_generator(function: Callable[..., Any], site: Site) -> Callable[..., Any]:
    begin = site.begin

    async def async_generator(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        span = begin(*args, **kwargs)
        body: Any = None
        thrown: BaseException | None = None
        sent: Any = None
        while True:
            outer = None if span is None else span.resume()
            try:
                if body is None:
                    body = function(*args, **kwargs)
                item = await _advance(body, sent, thrown)
            except BaseException as error:
                if span is not None:
                    span.suspend(outer)
                    if isinstance(error, StopAsyncIteration) or (error is thrown and isinstance(error, GeneratorExit)):
                        span.finish(None)
                    else:
                        span.fail(error)
                if isinstance(error, StopAsyncIteration):
                    return
                raise
            finally:
                thrown = None
            if span is not None:
                span.suspend(outer)
                span.add_item(item)
            try:
                sent = yield item
            except BaseException as error:
                thrown = error
            del item

    return async_generator


async def _advance(body: Any, sent: Any, thrown: BaseException | None) -> Any:
    """Lets the body of an asynchronous generator run to its next item."""
    if thrown is None:
        return await body.asend(sent)
    if isinstance(thrown, GeneratorExit):
        await body.aclose()
        raise thrown
    return await body.athrow(thrown)


_WRAPPERS = {
    "plain": _plain,
    "coroutine": _coroutine,
    "generator": _generator,
    "async_generator": _async_generator,
}
