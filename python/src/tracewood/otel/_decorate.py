"""`start_as_current_span` as a decorator: each call is a span, also until a coroutine has ended."""

from __future__ import annotations

import functools
from inspect import iscoroutinefunction

from opentelemetry.trace.status import Status, StatusCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tracewood._native import SpanScope

__all__ = ["decorated", "set_error_status"]


def decorated(scope: SpanScope, function: Any) -> Any:
    """Wraps a function so that each call runs in a scope of its own.

    Args:
        scope: What each of these scopes is made like.
        function: A function or a coroutine function.

    Returns:
        A function of the same sort.
    """
    if iscoroutinefunction(function):

        @functools.wraps(function)
        async def coroutine(*args: Any, **kwargs: Any) -> Any:
            with scope.renew():
                return await function(*args, **kwargs)

        return coroutine

    @functools.wraps(function)
    def plain(*args: Any, **kwargs: Any) -> Any:
        with scope.renew():
            return function(*args, **kwargs)

    return plain


def set_error_status(span: Any, error: BaseException) -> None:
    """Says of a span of somebody else what left its block.

    Args:
        span: The span.
        error: What left.
    """
    span.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {error}"))
