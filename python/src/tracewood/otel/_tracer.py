"""A tracer as OpenTelemetry's API knows it.

A class of Python, since proxies around tracers call `tracer.__class__.start_span(proxy, …)`, which native ones refuse.
"""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from opentelemetry.context import Context
    from opentelemetry.trace import Link, Span
    from opentelemetry.util.types import Attributes

__all__ = ["Tracer"]


class Tracer(trace.Tracer):
    """Begins spans that go to Tracewood's destinations."""

    def __init__(self, core: _native.TracerCore, instrumentation_scope: Any, provider: Any) -> None:
        """Takes what the provider made for it; programs ask the provider for a tracer."""
        self._core = core
        self._provider = provider
        self.instrumentation_scope = instrumentation_scope

    def __getattr__(self, name: str) -> Any:
        # What the SDK's tracer lets be read of its provider.
        if name in ("resource", "sampler", "id_generator"):
            return getattr(self._provider, name)
        if name in ("span_processor", "_instrumentation_scope"):
            return {
                "span_processor": self._provider._active_span_processor,
                "_instrumentation_scope": self.instrumentation_scope,
            }[name]
        raise AttributeError(f"'Tracer' object has no attribute '{name}'")

    def start_span(
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> Span:
        """Begins a span without making it current; see `opentelemetry.trace.Tracer.start_span`."""
        span: Span = self._core.start_span(
            name, context, kind, attributes, links, start_time, record_exception, set_status_on_exception
        )
        return span

    def start_as_current_span(  # type: ignore[override]  # a class of its own instead of one around a generator
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
        end_on_exit: bool = True,
    ) -> _native.SpanScope:
        """A block, or a decorated function, with a span that is current in it; see `opentelemetry.trace.Tracer`."""
        return _native.SpanScope(
            self,
            self._core if type(self) is Tracer else None,
            name,
            context,
            kind,
            attributes,
            links,
            start_time,
            record_exception,
            set_status_on_exception,
            end_on_exit,
        )
