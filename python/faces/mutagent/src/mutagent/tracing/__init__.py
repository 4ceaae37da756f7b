"""The tracing API of MutagenT's Python SDK over Tracewood: the same names, arguments and types."""

from __future__ import annotations

from mutagent.tracing._client import flush as flush
from mutagent.tracing._client import init_tracing, is_tracing_initialized, shutdown_tracing
from mutagent.tracing._decorate import trace, with_trace
from mutagent.tracing._manual import (
    end_span,
    get_current_session_id,
    get_current_span,
    get_current_trace_id,
    run_in_span_context,
    session,
    start_span,
)
from mutagent.tracing._span import MutagentSpan, SpanHandle
from mutagent.tracing.types import (
    Document,
    FinishedSpan,
    SpanEndOptions,
    SpanEvent,
    SpanIO,
    SpanMessage,
    SpanMetrics,
    SpanOptions,
    ToolCall,
    TraceHTTPResponse,
    TracePayload,
    TracingConfig,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mutagent.tracing.types import SpanKind, SpanStatus

__all__ = [
    "Document",
    "FinishedSpan",
    "MutagentSpan",
    "SpanEndOptions",
    "SpanEvent",
    "SpanHandle",
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
    "end_span",
    "get_current_session_id",
    "get_current_span",
    "get_current_trace_id",
    "init_tracing",
    "is_tracing_initialized",
    "run_in_span_context",
    "session",
    "shutdown_tracing",
    "start_span",
    "trace",
    "with_trace",
]


def __getattr__(name: str) -> Any:
    # Asked for at the first use, so that a program without them does without `enum`.
    if name in ("SpanKind", "SpanStatus"):
        from mutagent.tracing import types

        return getattr(types, name)
    raise AttributeError(f"module 'mutagent.tracing' has no attribute '{name}'")
