"""Spans begun and ended by hand, the current one, and sessions."""

from __future__ import annotations

from mutagent.tracing._client import start_from_environment
from mutagent.tracing._span import dashed, record, view_of, word
from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from mutagent.tracing._span import MutagentSpan
    from mutagent.tracing.types import SpanEndOptions, SpanMetrics, SpanOptions

    Result = TypeVar("Result")

__all__ = [
    "end_span",
    "get_current_session_id",
    "get_current_span",
    "get_current_trace_id",
    "run_in_span_context",
    "session",
    "start_span",
]

_METRICS = ("model", "provider", "input_tokens", "output_tokens", "total_tokens", "cost_usd", "latency_ms", "ttft_ms")


def start_span(options: SpanOptions) -> MutagentSpan | None:
    """Begins a span, which is current until `end_span`.

    Args:
        options: What it begins with.

    Returns:
        The span, or `None` while tracing is off.
    """
    start_from_environment()
    if not _native.is_active():
        return None
    kind = word(options.kind)
    span = _native.start_span(
        str(options.name) if options.name else kind,
        kind,
        trace_id=_hex(options.trace_id, 32),
        parent_span_id=_hex(options.parent_span_id, 16),
        is_mutagent=True,
    )
    record(span, "input", options.input)
    if options.attributes:
        span.set_attributes(dict(options.attributes))
    _native.update(span, {"session_id": options.session_id})
    view = view_of(span, options.kind)
    view.input = options.input
    view.session_id = options.session_id or get_current_session_id()
    view._told.update(input=view.input, session_id=view.session_id)
    view.attributes = dict(options.attributes or {})
    span.activate()
    return view


def end_span(span: MutagentSpan | None, end_options: SpanEndOptions | None = None) -> None:
    """Ends a span; a second time, or with `None`, nothing happens.

    Args:
        span: What `start_span` returned.
        end_options: What it ends with.
    """
    held = getattr(span, "_span", None)
    if span is None or held is None or not held.is_recording:
        return
    if end_options is not None:
        if end_options.status is not None:
            span.status = end_options.status
        if end_options.status_message is not None:
            span.status_message = end_options.status_message
        if end_options.output is not None:
            span.output = end_options.output
        if end_options.metrics is not None:
            _merge(span.metrics, end_options.metrics)
        span.attributes.update(end_options.attributes or {})
        span.events.extend(end_options.events or ())
    held.end()


def _merge(metrics: SpanMetrics, more: SpanMetrics) -> None:
    for name in _METRICS:
        value = getattr(more, name, None)
        if value is not None:
            setattr(metrics, name, value)


def get_current_span() -> MutagentSpan | None:
    """The current span, or `None`."""
    start_from_environment()
    span = _native.current_span()
    return None if span is None else view_of(span)


def get_current_trace_id() -> str | None:
    """The trace of the current span as a UUID, or `None`."""
    start_from_environment()
    ids = _native.current_ids()
    return None if ids is None else dashed(ids[0])


def get_current_session_id() -> str | None:
    """The session of the innermost `session` block, or `None`."""
    return _native.current_session_id()


def run_in_span_context(span: MutagentSpan | None, fn: Callable[[], Result]) -> Result:
    """Calls a function with a span as the current one.

    Args:
        span: The span; with `None` the function is only called.
        fn: The function; in a coroutine that it returns the span is current too.

    Returns:
        What the function returned.
    """
    held = getattr(span, "_span", None)
    if held is None:
        return fn()
    before = _native.swap_current(held)
    try:
        result = fn()
    finally:
        _native.swap_current(before)
    if _native.is_coroutine(result):
        return _in_context(held, result)  # type: ignore[return-value]
    return result


async def _in_context(held: Any, coroutine: Any) -> Any:
    before = _native.swap_current(held)
    try:
        return await coroutine
    finally:
        _native.swap_current(before)


class session:
    """A block whose spans belong to one session: `with session("chat-42"): …`; works with tracing off, too."""

    def __init__(self, session_id: str) -> None:
        """Takes the id of the session.

        Args:
            session_id: Any text.
        """
        self.session_id = session_id
        self._before: list[Any] = []

    def __enter__(self) -> None:
        self._before.append(_native.push_attributes(session_id=str(self.session_id)))

    def __exit__(self, *_: object) -> None:
        _native.pop_attributes(self._before.pop())


def _hex(text: str | None, n_digits: int) -> str | None:
    """An id as W3C Trace Context has it: hex and UUIDs as they are, any other text by its hash."""
    if not text:
        return None
    found = str(text).replace("-", "").lower()
    if len(found) == n_digits and not found.strip("0123456789abcdef") and found.strip("0"):
        return found
    from hashlib import sha256

    return sha256(str(text).encode()).hexdigest()[:n_digits]
