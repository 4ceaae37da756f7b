"""The types of MutagenT's tracing API: plain classes whose arguments may be given by position or by name."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any, Literal

    from mutagent.tracing._words import SPAN_KINDS, SpanKind, SpanStatus

__all__ = [
    "SPAN_KINDS",
    "Document",
    "FinishedSpan",
    "SpanEndOptions",
    "SpanEvent",
    "SpanIO",
    "SpanKind",
    "SpanMessage",
    "SpanMetrics",
    "SpanOptions",
    "SpanStatus",
    "ToolCall",
    "TraceHTTPResponse",
    "TracePayload",
    "TracingConfig",
]

TracePayload = dict
TraceHTTPResponse = dict[str, int | str]


class SpanMessage:
    """One message of a conversation with a model."""

    def __init__(
        self,
        role: Literal["system", "user", "assistant", "tool"],
        content: str,
        name: str | None = None,
        tool_call_id: str | None = None,
    ) -> None:
        self.role = role
        self.content = content
        self.name = name
        self.tool_call_id = tool_call_id


class ToolCall:
    """A call of a tool that a model asked for."""

    def __init__(self, id: str, name: str, arguments: dict[str, Any], result: Any = None) -> None:
        self.id = id
        self.name = name
        self.arguments = arguments
        self.result = result


class Document:
    """A document that was looked up."""

    def __init__(self, content: str, metadata: dict[str, Any] | None = None, score: float | None = None) -> None:
        self.content = content
        self.metadata = metadata
        self.score = score


class SpanIO:
    """What went into a span or came out of it, in one or more of five forms."""

    def __init__(
        self,
        messages: list[SpanMessage] | None = None,
        tool_calls: list[ToolCall | dict[str, Any]] | None = None,
        documents: list[Document | dict[str, Any]] | None = None,
        text: str | None = None,
        raw: Any = None,
    ) -> None:
        self.messages = messages
        self.tool_calls = tool_calls
        self.documents = documents
        self.text = text
        self.raw = raw


class SpanEvent:
    """Something that happened at one moment of a span; without a time, when the span ended."""

    def __init__(self, name: str, timestamp: datetime | None = None, attributes: dict[str, Any] | None = None) -> None:
        self.name = name
        self.timestamp = timestamp
        self.attributes = attributes


class SpanMetrics:
    """What a model call took and cost."""

    def __init__(
        self,
        model: str | None = None,
        provider: str | None = None,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
        total_tokens: int | None = None,
        cost_usd: float | None = None,
        latency_ms: float | None = None,
        ttft_ms: float | None = None,
    ) -> None:
        self.model = model
        self.provider = provider
        self.input_tokens = input_tokens
        self.output_tokens = output_tokens
        self.total_tokens = total_tokens
        self.cost_usd = cost_usd
        self.latency_ms = latency_ms
        self.ttft_ms = ttft_ms


class SpanOptions:
    """What `start_span` begins a span with."""

    def __init__(
        self,
        kind: SpanKind | str,
        name: str | None = None,
        input: SpanIO | None = None,
        attributes: dict[str, Any] | None = None,
        parent_span_id: str | None = None,
        session_id: str | None = None,
        trace_id: str | None = None,
    ) -> None:
        self.kind = kind
        self.name = name
        self.input = input
        self.attributes = attributes
        self.parent_span_id = parent_span_id
        self.session_id = session_id
        self.trace_id = trace_id


class SpanEndOptions:
    """What `end_span` ends a span with."""

    def __init__(
        self,
        status: SpanStatus | str | None = None,
        status_message: str | None = None,
        output: SpanIO | None = None,
        metrics: SpanMetrics | None = None,
        attributes: dict[str, Any] | None = None,
        events: list[SpanEvent] | None = None,
    ) -> None:
        self.status = status
        self.status_message = status_message
        self.output = output
        self.metrics = metrics
        self.attributes = attributes
        self.events = events


class FinishedSpan:
    """A span that has ended, in the form in which it is sent."""

    def __init__(
        self,
        span_id: str,
        trace_id: str,
        name: str,
        kind: SpanKind | str,
        start_time: str,
        end_time: str,
        duration_ms: float,
        status: SpanStatus | str,
        parent_span_id: str | None = None,
        input: SpanIO | None = None,
        output: SpanIO | None = None,
        model: str | None = None,
        provider: str | None = None,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
        total_tokens: int | None = None,
        cost_usd: float | None = None,
        status_message: str | None = None,
        attributes: dict[str, Any] | None = None,
        events: list[dict[str, Any]] | None = None,
        metadata: Any = None,
        session_id: str | None = None,
    ) -> None:
        self.span_id = span_id
        self.trace_id = trace_id
        self.name = name
        self.kind = kind
        self.start_time = start_time
        self.end_time = end_time
        self.duration_ms = duration_ms
        self.status = status
        self.parent_span_id = parent_span_id
        self.input = input
        self.output = output
        self.model = model
        self.provider = provider
        self.input_tokens = input_tokens
        self.output_tokens = output_tokens
        self.total_tokens = total_tokens
        self.cost_usd = cost_usd
        self.status_message = status_message
        self.attributes = {} if attributes is None else attributes
        self.events = [] if events is None else events
        self.metadata = metadata
        self.session_id = session_id


class TracingConfig:
    """What `init_tracing` may be given in one object; the interval goes by either of its two names."""

    def __init__(
        self,
        api_key: str,
        endpoint: str | None = None,
        environment: str | None = None,
        batch_size: int | None = None,
        batch_interval_ms: int | None = None,
        debug: bool = False,
        source: str | None = None,
        *,
        flush_interval_ms: int | None = None,
    ) -> None:
        self.api_key = api_key
        self.endpoint = endpoint or "https://api.mutagent.io"
        self.environment = environment
        self.batch_size = 10 if batch_size is None else batch_size
        interval = batch_interval_ms if batch_interval_ms is not None else flush_interval_ms
        self.batch_interval_ms = 5000 if interval is None else interval
        self.debug = debug
        self.source = source or "sdk"

    @property
    def flush_interval_ms(self) -> int:
        """The interval by its other name."""
        return self.batch_interval_ms


def __getattr__(name: str) -> Any:
    # `enum` takes longer to import than all the rest, and most programs write these words as text.
    if name in ("SPAN_KINDS", "SpanKind", "SpanStatus"):
        from mutagent.tracing import _words

        return getattr(_words, name)
    raise AttributeError(f"module 'mutagent.tracing.types' has no attribute '{name}'")
