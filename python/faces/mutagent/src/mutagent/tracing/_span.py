"""A span as MutagenT's API shows it, over the one that Tracewood holds; what is changed on it counts when it ends."""

from __future__ import annotations

from mutagent.tracing.types import SpanIO, SpanMetrics
from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from mutagent.tracing.types import SpanEvent, SpanKind, SpanStatus
    from tracewood._native import Span

__all__ = ["MutagentSpan", "SpanHandle", "content", "dashed", "view_of", "word"]


def word(value: Any) -> str:
    """The text of a kind or status, whether it came as text or as a member of an enumeration."""
    found = getattr(value, "value", value)
    return found if isinstance(found, str) else str(found)


def dashed(trace_id: str) -> str:
    """A trace id of 32 hex digits in the form of a UUID, as MutagenT writes it."""
    return f"{trace_id[:8]}-{trace_id[8:12]}-{trace_id[12:16]}-{trace_id[16:20]}-{trace_id[20:]}"


def content(value: Any) -> tuple[Any, bool]:
    """What is recorded of a `SpanIO`, and whether that has the form of one.

    A `SpanIO` that holds `raw` alone is recorded as what it holds, which is how every other value is recorded too.
    """
    if not isinstance(value, SpanIO):
        return value, False
    told: dict[str, Any] = {}
    if value.messages is not None:
        told["messages"] = [_message(message) for message in value.messages]
    if value.tool_calls is not None:
        told["toolCalls"] = [_fields(call, ("id", "name", "arguments", "result")) for call in value.tool_calls]
    if value.documents is not None:
        told["documents"] = [_fields(document, ("content", "metadata", "score")) for document in value.documents]
    if value.text is not None:
        told["text"] = value.text
    if value.raw is not None:
        if not told:
            return value.raw, False
        told["raw"] = value.raw
    return told, True


def _message(message: Any) -> dict[str, Any]:
    if isinstance(message, dict):
        return message
    told = {"role": word(message.role), "content": message.content}
    if message.name is not None:
        told["name"] = message.name
    if message.tool_call_id is not None:
        told["toolCallId"] = message.tool_call_id
    return told


def _fields(item: Any, names: tuple[str, ...]) -> Any:
    return item if isinstance(item, dict) else {name: getattr(item, name, None) for name in names}


def _instant(at: Any) -> int | None:
    """Nanoseconds since the epoch of a `datetime`; one without a time zone is local, as everywhere in Python."""
    try:
        return None if at is None else int(at.timestamp() * 1_000_000) * 1_000
    except (AttributeError, OverflowError, ValueError, OSError):
        return None


def record(span: Span, name: str, value: Any) -> None:
    """Says what went into a span or came out of it.

    Args:
        span: The span.
        name: `input` or `output`.
        value: A `SpanIO`, or anything else.
    """
    if value is not None:
        told, is_io = content(value)
        _native.update(span, {name: told, "is_mutagent_io": is_io})


def measure(span: Span, metrics: SpanMetrics) -> None:
    """Says what a call took and cost; what is `None` stays as it is."""
    tokens = {
        "input_tokens": metrics.input_tokens,
        "output_tokens": metrics.output_tokens,
        "total_tokens": metrics.total_tokens,
    }
    words = {
        "model": metrics.model,
        "provider": metrics.provider,
        "usage": {name: count for name, count in tokens.items() if count is not None} or None,
        "cost_usd": metrics.cost_usd,
        "latency_millis": metrics.latency_ms,
        "time_to_first_token_millis": metrics.ttft_ms,
    }
    _native.update(span, words)


class MutagentSpan:
    """A span that goes on; its fields may be changed until it ends."""

    def __init__(
        self,
        span_id: str,
        trace_id: str,
        kind: SpanKind | str,
        name: str,
        started_at: datetime,
        parent_span_id: str | None = None,
        input: SpanIO | None = None,
        session_id: str | None = None,
    ) -> None:
        self.span_id = span_id
        self.trace_id = trace_id
        self.kind = kind
        self.name = name
        self.started_at = started_at
        self.parent_span_id = parent_span_id
        self.input = input
        self.session_id = session_id
        self.output: SpanIO | None = None
        self.status: SpanStatus | str = "unset"
        self.status_message: str | None = None
        self.metrics = SpanMetrics()
        self.attributes: dict[str, Any] = {}
        self.events: list[SpanEvent] = []
        self._span: Span | None = None
        self._told: dict[str, Any] = {}

    @property
    def id(self) -> str:
        """The id of the span."""
        return self.span_id

    def _settle(self) -> None:
        """Records what was changed; called once, just before the span ends."""
        span = self._span
        if span is None:
            return
        for name in ("input", "output"):
            value = getattr(self, name)
            if value is not self._told.get(name):
                record(span, name, value)
        kind = word(self.kind)
        words = {
            "name": self.name if self.name != self._told.get("name") else None,
            "kind": kind if kind != self._told.get("kind") else None,
            "session_id": self.session_id if self.session_id != self._told.get("session_id") else None,
        }
        _native.update(span, words)
        measure(span, self.metrics)
        if self.attributes:
            span.set_attributes(dict(self.attributes))
        for event in self.events:
            span.add_event(str(event.name), event.attributes, at_unix_nanos=_instant(event.timestamp))
        status = word(self.status)
        if status != "unset":
            span.set_status(status, self.status_message or "")


def view_of(span: Span, kind: Any = None) -> MutagentSpan:
    """The object that stands for a span; the same one for as long as the span goes on."""
    view = span.view
    if isinstance(view, MutagentSpan):
        return view
    from datetime import datetime, timezone

    name, started_at = span.name or "", span.started_at_unix_nanos or 0
    view = MutagentSpan(
        span_id=span.span_id or "",
        trace_id=dashed(span.trace_id or ""),
        kind=(span.kind or "custom") if kind is None else kind,
        name=name,
        started_at=datetime.fromtimestamp(started_at / 1e9, tz=timezone.utc),
        parent_span_id=span.parent_span_id,
    )
    view._span = span
    view._told = {"name": name, "kind": word(view.kind)}
    span.view = view
    return view


class SpanHandle:
    """What `with_trace` gives to its function, to say things of the span; without tracing, its methods do nothing."""

    def __init__(self, span_id: str = "", trace_id: str = "", _span: Span | None = None) -> None:
        self.span_id = span_id
        self.trace_id = trace_id
        self._span = _span

    def set_attributes(self, attributes: dict[str, Any]) -> None:
        """Sets attributes, each over one of the same name."""
        if self._span is not None:
            self._span.set_attributes(dict(attributes))

    def add_event(self, name: str, attributes: dict[str, Any] | None = None) -> None:
        """Notes that something happens now."""
        if self._span is not None:
            self._span.add_event(str(name), attributes)

    def set_output(self, output: SpanIO) -> None:
        """Says what comes out."""
        if self._span is not None:
            record(self._span, "output", output)

    def set_input(self, input: SpanIO) -> None:
        """Says what goes in."""
        if self._span is not None:
            record(self._span, "input", input)

    def set_metrics(self, metrics: SpanMetrics) -> None:
        """Says what the call took and cost; what is `None` stays as it is."""
        if self._span is not None:
            measure(self._span, metrics)
