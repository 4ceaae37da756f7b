"""What is used of `opentelemetry-sdk` where it is installed, and what stands for it where it is not."""

from __future__ import annotations

from importlib.util import find_spec

from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

__all__ = ["IdGenerator", "Plain", "Resource", "Scope", "SpanProcessors", "sdk_trace"]


def sdk_trace() -> ModuleType | None:
    """The module `opentelemetry.sdk.trace`; `None` where the SDK is not installed."""
    try:
        if find_spec("opentelemetry.sdk.trace") is None:
            return None
        import opentelemetry.sdk.trace
    except ImportError:
        return None
    return opentelemetry.sdk.trace


class Plain:
    """An event: name, time and attributes."""

    def __init__(self, name: str, timestamp: int, attributes: Any) -> None:
        self.name = name
        self.timestamp = timestamp
        self.attributes = attributes


class Resource:
    """What is said of the process, with the fields of the SDK's `Resource`."""

    __slots__ = ("attributes", "schema_url")

    def __init__(self, attributes: Any, schema_url: str = "") -> None:
        self.attributes = attributes
        self.schema_url = schema_url


class IdGenerator:
    """Draws ids as the recorder does: from the operating system, whatever the program seeds."""

    def generate_span_id(self) -> int:
        """A number of 64 bits that is not zero."""
        return _native.random_ids()[1]

    def generate_trace_id(self) -> int:
        """A number of 128 bits that is not zero."""
        return _native.random_ids()[0]

    def is_trace_id_random(self) -> bool:
        """All bits of a trace id are drawn at random."""
        return True


class Scope:
    """The library that makes spans, with the fields of the SDK's `InstrumentationScope`."""

    __slots__ = ("attributes", "name", "schema_url", "version")

    def __init__(self, name: str, version: str = "", schema_url: str = "", attributes: Any = None) -> None:
        self.name = name
        self.version = version
        self.schema_url = schema_url
        self.attributes = attributes

    def __repr__(self) -> str:
        return f"InstrumentationScope({self.name}, {self.version}, {self.schema_url}, {self.attributes})"


class SpanProcessors:
    """Tells each processor in turn, as the SDK's `SynchronousMultiSpanProcessor` does."""

    def __init__(self) -> None:
        self._span_processors: tuple[Any, ...] = ()

    def add_span_processor(self, span_processor: Any) -> None:
        """Adds a processor as the last one."""
        self._span_processors += (span_processor,)

    def on_start(self, span: Any, parent_context: Any = None) -> None:
        """Called when a span begins."""
        for processor in self._span_processors:
            processor.on_start(span, parent_context=parent_context)

    def _on_ending(self, span: Any) -> None:
        for processor in self._span_processors:
            processor._on_ending(span)

    def on_end(self, span: Any) -> None:
        """Called when a span has ended."""
        for processor in self._span_processors:
            processor.on_end(span)

    def shutdown(self) -> None:
        """Shuts each of them down."""
        for processor in self._span_processors:
            processor.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Has each of them deliver what waits; answers whether all did in time."""
        import time

        deadline = time.monotonic() + timeout_millis / 1000
        flushed = True
        for processor in self._span_processors:
            left_millis = int((deadline - time.monotonic()) * 1000)
            if left_millis <= 0:
                return False
            flushed = processor.force_flush(left_millis) is not False and flushed
        return flushed
