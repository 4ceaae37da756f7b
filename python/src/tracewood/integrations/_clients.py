"""Clients of OpenAI and Anthropic whose calls are spans: classes to mix in, and a wrapping for a client that exists.

Both vendors' clients send every call through one method, `request`, so nothing else of them is touched: resources,
helpers, copies with other options and raw responses work as they did.
"""

from __future__ import annotations

import functools
import inspect
import os

from tracewood import _native
from tracewood.integrations._call import Call, watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tracewood.integrations._call import Dialect

__all__ = ["AsyncTraced", "Calls", "Traced", "wrap_client"]

# Whose servers are known to take `stream_options`, without which a stream says nothing of its tokens.
_STREAM_USAGE_HOSTS = ("api.openai.com", "openai.azure.com")
_STREAM_USAGE_VARIABLE = "TRACEWOOD_STREAM_USAGE"


class Calls:
    """How the calls of a client are traced: in whose words, and what is called before each span."""

    __slots__ = ("dialect", "start")

    def __init__(self, dialect: Dialect, start: Callable[[], object] | None = None) -> None:
        self.dialect = dialect
        self.start = start

    def begin(self, options: Any) -> Call | None:
        """The call of a request; `None` where it calls no model, tracing is off, or it cannot be understood."""
        try:
            if self.start is not None:
                self.start()
            if not _native.is_active():
                return None
            body = options.json_data
            if not isinstance(body, dict):
                return None
            # What was left out of the call stands in the request as a mark of the library's own.
            given = {key: value for key, value in body.items() if type(value).__name__ not in ("Omit", "NotGiven")}
            said = self.dialect.request(options.url, given)
            return None if said is None else Call(self.dialect, options.url, said)
        except Exception as error:
            _native.log(10, f"a model call is not traced: {type(error).__name__}: {error}")
            return None

    def send(self, client: Any, method: Any, cast_to: Any, options: Any, words: dict[str, Any]) -> Any:
        """Sends a request by a client's own method, as a span where it calls a model."""
        call = self.begin(options)
        if call is None:
            return method(cast_to, options, **words)
        is_usage_added = _ask_for_usage(client, options, words)
        outer = call.enter()
        try:
            answer = method(cast_to, options, **words)
        except BaseException as error:
            call.leave(outer)
            call.fail(error)
            raise
        call.leave(outer)
        _hand_over(call, answer, words, is_usage_added=is_usage_added)
        return answer

    async def send_async(self, client: Any, method: Any, cast_to: Any, options: Any, words: dict[str, Any]) -> Any:
        """The same of an asynchronous client."""
        call = self.begin(options)
        if call is None:
            return await method(cast_to, options, **words)
        is_usage_added = _ask_for_usage(client, options, words)
        outer = call.enter()
        try:
            answer = await method(cast_to, options, **words)
        except BaseException as error:
            call.leave(outer)
            call.fail(error)
            raise
        call.leave(outer)
        _hand_over(call, answer, words, is_usage_added=is_usage_added)
        return answer


class Traced:
    """To be put in front of a synchronous client's class."""

    _tracewood_calls: Calls

    def request(self, cast_to: Any, options: Any, **words: Any) -> Any:
        """Sends a request, as a span where it calls a model."""
        method: Any = super().request  # type: ignore[misc]
        return self._tracewood_calls.send(self, method, cast_to, options, words)


class AsyncTraced:
    """To be put in front of an asynchronous client's class."""

    _tracewood_calls: Calls

    async def request(self, cast_to: Any, options: Any, **words: Any) -> Any:
        """Sends a request, as a span where it calls a model."""
        method: Any = super().request  # type: ignore[misc]
        return await self._tracewood_calls.send_async(self, method, cast_to, options, words)


# The class of a client, and the traced one that takes its place.
_traced: dict[type, type] = {}


def wrap_client(client: Any, calls: Calls) -> Any:
    """Has the calls of a client that exists be spans; the client stays the same object.

    Args:
        client: A synchronous or asynchronous client of either vendor, or of a class made from one.
        calls: How they are traced.

    Returns:
        The client.
    """
    cls = type(client)
    if hasattr(cls, "_tracewood_calls"):
        return client
    if not callable(getattr(client, "request", None)):
        _native.log(30, f"a '{cls.__name__}' is no client that can be traced, it stays as it is")
        return client
    if cls not in _traced:
        _traced[cls] = _traced_class(cls, calls)
    try:
        client.__class__ = _traced[cls]
    except TypeError as error:
        _native.log(30, f"a '{cls.__name__}' cannot be traced, it stays as it is: {error}")
    return client


def _traced_class(cls: Any, calls: Calls) -> type:
    """A class like another whose requests are traced; with one base, so that an instance can change into it."""

    def request(self: Any, cast_to: Any, options: Any, **words: Any) -> Any:
        return calls.send(self, functools.partial(cls.request, self), cast_to, options, words)

    async def request_async(self: Any, cast_to: Any, options: Any, **words: Any) -> Any:
        return await calls.send_async(self, functools.partial(cls.request, self), cast_to, options, words)

    names = {
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "_tracewood_calls": calls,
        "request": request_async if inspect.iscoroutinefunction(cls.request) else request,
    }
    return type(cls.__name__, (cls,), names)


def _hand_over(call: Call, answer: Any, words: dict[str, Any], *, is_usage_added: bool) -> None:
    """Ends a call with its answer, or has its stream end it."""
    try:
        response = getattr(answer, "http_response", None)
        if not words.get("stream") and response is None:
            call.answered(answer)
        elif not words.get("stream") and response is not None and response.is_closed:
            # A raw response whose content was read already.
            call.answered(response.json())
        elif not watch(answer, call, _is_usage_only if is_usage_added else None):
            # A raw response that the program is yet to read; reading along would change what it finds.
            call.note("raw response not followed")
            call.finish()
    except Exception as error:
        call.note(f"answer not followed: {type(error).__name__}: {error}")
        call.finish()


def _ask_for_usage(client: Any, options: Any, words: dict[str, Any]) -> bool:
    """Has a streamed chat tell its tokens where the server can; answers whether the program did not ask."""
    try:
        if not words.get("stream") or options.url not in ("/chat/completions", "/completions"):
            return False
        wanted = os.environ.get(_STREAM_USAGE_VARIABLE, "").lower()
        host = str(getattr(getattr(client, "base_url", None), "host", ""))
        is_known = host.endswith(_STREAM_USAGE_HOSTS) if not wanted else wanted in ("1", "true", "yes", "on")
        body = options.json_data
        if not is_known or not isinstance(body, dict) or body.get("stream_options"):
            return False
        options.json_data = {**body, "stream_options": {"include_usage": True}}
        return True
    except Exception:
        return False


def _is_usage_only(event: Any) -> bool:
    """Whether an event is the one that tells the tokens and nothing else."""
    return getattr(event, "choices", None) == [] and getattr(event, "usage", None) is not None
