"""`trace`, which makes each call of a function a span, and `with_trace`, which calls one function in a span."""

from __future__ import annotations

from mutagent.tracing._client import start_from_environment
from mutagent.tracing._span import SpanHandle, dashed, record, word
from tracewood import _native
from tracewood._wrap import awaited, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ParamSpec, TypeVar, overload

    from mutagent.tracing.types import SpanIO, SpanKind

    Given = ParamSpec("Given")
    Result = TypeVar("Result")
    Kept = TypeVar("Kept")

__all__ = ["trace", "with_trace"]


if TYPE_CHECKING:

    @overload
    def trace(kind: Callable[Given, Result], /) -> Callable[Given, Result]: ...

    @overload
    def trace(
        kind: SpanKind | str = "custom", name: str | None = None, attributes: dict[str, Any] | None = None
    ) -> Callable[[Kept], Kept]: ...


def trace(kind: Any = "custom", name: str | None = None, attributes: dict[str, Any] | None = None) -> Any:
    """Makes each call of a function a span with its arguments, result, duration and exception.

    Args:
        kind: What sort of work it is: a `SpanKind` or any text.
        name: What the spans are called; the name of the function by default.
        attributes: Further attributes of every span.

    Returns:
        The decorated function, or a decorator.
    """
    if callable(kind) or isinstance(kind, (classmethod, staticmethod)):
        return wrap(kind, kind="custom", style="raw", first_call=start_from_environment)

    def decorate(target: Any) -> Any:
        return wrap(
            target,
            name=name,
            kind=word(kind),
            style="raw",
            attributes=attributes,
            first_call=start_from_environment,
        )

    return decorate


def with_trace(
    kind: SpanKind | str,
    fn: Callable[[SpanHandle], Result],
    name: str | None = None,
    input: SpanIO | None = None,
    attributes: dict[str, Any] | None = None,
) -> Result:
    """Calls a function in a span of its own, which it may say things of through the handle that it is given.

    Args:
        kind: What sort of work it is.
        fn: The function; a coroutine that it returns ends the span when it was awaited.
        name: What the span is called; its kind by default.
        input: What goes in.
        attributes: Further attributes.

    Returns:
        What the function returned.
    """
    start_from_environment()
    if not _native.is_active():
        return fn(SpanHandle())
    span = _native.start_span(str(name) if name else word(kind), word(kind), is_mutagent=True)
    record(span, "input", input)
    if attributes:
        span.set_attributes(dict(attributes))
    handle = SpanHandle(span.span_id or "", dashed(span.trace_id or ""), span)
    span.activate()
    try:
        result = fn(handle)
    except BaseException as error:
        span.fail(error)
        raise
    if span.leave(result):
        return awaited(span, result)  # type: ignore[arg-type, return-value]
    return result
