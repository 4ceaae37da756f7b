"""One call of a model, from the request to the end of the answer or of its stream, as one span.

Whatever goes wrong in here is said at the lowest level of the log and changes nothing for the program.
"""

from __future__ import annotations

import sys
import time

from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from tracewood._native import Span

    class Dialect(Protocol):
        """The words of one API: what a call is, what its answer says, and what a stream adds up to."""

        def request(self, path: str, body: dict[str, Any]) -> Said | None:
            """What a request says; `None` for one that calls no model."""

        def answer(self, path: str, answer: Any) -> Said:
            """What a whole answer says."""

        def collect(self, path: str) -> Collector:
            """What makes a whole answer of the events of a stream."""

    class Collector(Protocol):
        """Makes a whole answer of the events of a stream."""

        def add(self, event: Any) -> bool:
            """Takes an event; answers whether it brings something that the model said."""

        def said(self) -> Said:
            """What the events so far add up to."""


__all__ = ["Call", "Said", "watch"]


class Said:
    """Something said of a call: fields of the span, and further attributes."""

    __slots__ = ("attributes", "kind", "name", "words")

    def __init__(
        self,
        words: dict[str, Any],
        attributes: dict[str, Any] | None = None,
        *,
        name: str = "",
        kind: str = "llm.chat",
    ) -> None:
        self.words = words
        self.attributes = {key: value for key, value in (attributes or {}).items() if value not in (None, [], "")}
        self.name = name
        self.kind = kind


class Call:
    """The span of one call; the first of `finish`, `fail` and `abandon` ends it."""

    __slots__ = ("_began", "_dialect", "_has_begun_to_answer", "_is_over", "_path", "_span", "collector")

    def __init__(self, dialect: Dialect, path: str, said: Said) -> None:
        self._dialect = dialect
        self._path = path
        self._is_over = False
        self._has_begun_to_answer = False
        self._began = time.monotonic()
        self.collector: Collector | None = None
        self._span: Span = _native.start_span(said.name, said.kind)
        self._say(said)
        self._mark(said)

    def _mark(self, said: Said) -> None:
        """Has a traced client below tell nothing of the same call, if any is traced."""
        guard = sys.modules.get("tracewood.integrations._guard")
        if guard is not None and self._span.span_id:
            kind = "EMBEDDING" if said.kind == "llm.embedding" else "LLM"
            guard.mark(int(self._span.span_id, 16), kind)

    def enter(self) -> Span | None:
        """Makes the span current; answers what was."""
        return self._span.resume()

    def leave(self, outer: Span | None) -> None:
        """Brings back what was current."""
        self._span.suspend(outer)

    def answered(self, answer: Any) -> None:
        """Ends the call with a whole answer."""
        try:
            self._say(self._dialect.answer(self._path, answer))
        except Exception as error:
            self._note("answer not understood", error)
        self._end()

    def stream(self) -> Collector:
        """What takes the events of the answer from now on."""
        self.collector = self._dialect.collect(self._path)
        return self.collector

    def saw(self, event: Any) -> None:
        """Takes an event of the stream."""
        try:
            if self.collector is not None and self.collector.add(event) and not self._has_begun_to_answer:
                self._has_begun_to_answer = True
                millis = (time.monotonic() - self._began) * 1000
                _native.update(self._span, {"time_to_first_token_millis": millis})
        except Exception as error:
            self._note("event not understood", error)

    def finish(self) -> None:
        """Ends the call with what the stream said."""
        if not self._is_over:
            self._collected()
            self._end()

    def fail(self, error: BaseException) -> None:
        """Ends the call with what went wrong, and with what was said before."""
        if not self._is_over:
            self._is_over = True
            self._collected()
            self._span.fail(error)

    def abandon(self) -> None:
        """Ends the call of a stream that nobody reads any further."""
        if not self._is_over:
            self._collected()
            self._span.add_event("stream abandoned")
            self._end()

    def note(self, event: str) -> None:
        """Says that something is as it should not be."""
        self._span.add_event(event)

    def _note(self, event: str, error: Exception) -> None:
        self._span.add_event(event, {"exception.type": type(error).__name__, "exception.message": str(error)})

    def _collected(self) -> None:
        try:
            if self.collector is not None:
                self._say(self.collector.said())
        except Exception as error:
            self._note("stream not understood", error)

    def _say(self, said: Said) -> None:
        _native.update(self._span, said.words)
        if said.attributes:
            self._span.set_attributes(said.attributes)

    def _end(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._span.end()


class _Watched:
    """The items of a stream as they pass; ends the call with the last one, with an error, or when it is dropped."""

    __slots__ = ("_call", "_is_skipped", "_items")

    def __init__(self, items: Any, call: Call, is_skipped: Callable[[Any], bool] | None) -> None:
        self._items = items
        self._call = call
        self._is_skipped = is_skipped

    def __del__(self) -> None:
        self._call.abandon()

    def _passes(self, item: Any) -> bool:
        self._call.saw(item)
        return self._is_skipped is None or not self._is_skipped(item)


class _Items(_Watched):
    def __iter__(self) -> _Items:
        return self

    def __next__(self) -> Any:
        while True:
            try:
                item = next(self._items)
            except StopIteration:
                self._call.finish()
                raise
            except BaseException as error:
                self._call.fail(error)
                raise
            if self._passes(item):
                return item


class _AsyncItems(_Watched):
    def __aiter__(self) -> _AsyncItems:
        return self

    async def __anext__(self) -> Any:
        while True:
            try:
                item = await self._items.__anext__()
            except StopAsyncIteration:
                self._call.finish()
                raise
            except BaseException as error:
                self._call.fail(error)
                raise
            if self._passes(item):
                return item


# A class of streams, and the one whose `close` ends the call too; the program meets an instance of both.
_closing: dict[type, type] = {}


def watch(stream: Any, call: Call, is_skipped: Callable[[Any], bool] | None = None) -> bool:
    """Has a stream of OpenAI's or Anthropic's client tell a call what passes.

    Args:
        stream: The stream, which stays the same object.
        call: Whom to tell.
        is_skipped: Which items the program did not ask for and does not see.

    Returns:
        Whether it is such a stream.
    """
    items = getattr(stream, "_iterator", None)
    if hasattr(items, "__anext__"):
        watched: _Watched = _AsyncItems(items, call, is_skipped)
    elif hasattr(items, "__next__"):
        watched = _Items(items, call, is_skipped)
    else:
        return False
    call.stream()
    stream._iterator = watched
    cls = type(stream)
    if cls not in _closing:
        _closing[cls] = _closing_class(cls)
    stream.__class__ = _closing[cls]
    stream._tracewood_call = call
    return True


def _closing_class(cls: Any) -> type:
    """A class like another whose `close` also ends the call."""

    def close(self: Any) -> Any:
        try:
            return cls.close(self)
        finally:
            self._tracewood_call.abandon()

    async def aclose(self: Any) -> Any:
        try:
            return await cls.close(self)
        finally:
            self._tracewood_call.abandon()

    is_async = hasattr(cls, "__anext__")
    names = {"close": aclose if is_async else close, "__module__": cls.__module__, "__qualname__": cls.__qualname__}
    return type(cls.__name__, (cls,), names)
