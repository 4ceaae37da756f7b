"""The span processor for programs that own an SDK provider: their spans go to Tracewood's destinations too."""

from __future__ import annotations

from tracewood import _client, _native
from tracewood.otel._sdk import sdk_trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["TracewoodSpanProcessor", "span_processor"]

_sdk = sdk_trace()
_Base: Any = object if _sdk is None else _sdk.SpanProcessor


class TracewoodSpanProcessor(_Base):  # type: ignore[misc]
    """Takes over every sampled span that ends; the native module reads it where it lies."""

    def __init__(self, is_wanted: Callable[[Any], bool] | None = None) -> None:
        """Takes what `span_processor` takes."""
        self._is_wanted = is_wanted
        self._is_shut_down = False

    def on_start(self, span: Any, parent_context: Any = None) -> None:
        """Nothing is to be done when a span begins."""

    def _on_ending(self, span: Any) -> None:
        """Nor while it ends."""

    def on_end(self, span: Any) -> None:
        """Takes a span over, unless it is one that another processor of ours took."""
        if self._is_shut_down:
            return
        if self._is_wanted is not None:
            try:
                if not self._is_wanted(span):
                    return
            except Exception as error:
                _native.log(10, f"the filter of span_processor() failed: {error!r}")
                return
        _native.record_readable(span)

    def shutdown(self) -> None:
        """Takes no more spans, and delivers those taken; the destinations stay."""
        self._is_shut_down = True
        # A provider of the SDK calls this at the end of a process, which a dead server must not hold up.
        _client.flush(_client.exit_seconds())

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Waits until what was taken is delivered; answers whether that was done in time."""
        return _client.flush(timeout_millis / 1000)["remaining"] == 0


def span_processor(*, is_wanted: Callable[[Any], bool] | None = None) -> TracewoodSpanProcessor:
    """A processor to add to the provider of a program: `provider.add_span_processor(span_processor())`.

    A span is taken once, however many of these processors it passes.

    Args:
        is_wanted: Answers for a `ReadableSpan` whether it is taken; every sampled span is by default.

    Returns:
        The processor.

    Raises:
        ImportError: If `opentelemetry-sdk` is not installed, without which there is no provider to add it to.
    """
    if _sdk is None:
        raise ImportError("tracewood.otel.span_processor() needs opentelemetry-sdk: pip install opentelemetry-sdk")
    return TracewoodSpanProcessor(is_wanted)
