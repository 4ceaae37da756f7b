"""A span that can be read, for processors and exporters: made of the native span when somebody looks at it."""

from __future__ import annotations

from opentelemetry.attributes import BoundedAttributes
from opentelemetry.trace import Link, SpanKind
from opentelemetry.trace.status import Status, StatusCode

from tracewood.otel._sdk import Plain, sdk_trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tracewood._native import Snapshot

__all__ = ["readable"]

_FIELDS = (
    "_name",
    "_context",
    "_parent",
    "_kind",
    "_start_time",
    "_end_time",
    "_status",
    "_attributes",
    "_events",
    "_links",
    "_resource",
    "_instrumentation_scope",
    "_instrumentation_info",
)


class _Lazy:
    """The fields of the SDK's `ReadableSpan`, filled in when the first of them is asked for."""

    # The processor of programs with an SDK passes these over: they are delivered already.
    _tracewood_taken = True

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def __getattr__(self, name: str) -> Any:
        if name not in _FIELDS or "_snapshot" not in self.__dict__:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        filled = _fill(self._snapshot)
        for field, value in filled.items():
            self.__dict__.setdefault(field, value)
        self.__dict__["_given"] = filled["_attributes"]
        return self.__dict__[name]

    def replaced_attributes(self) -> Any:
        """What a processor put in the place of the attributes, or `None`."""
        given = self.__dict__.get("_given")
        now = self.__dict__.get("_attributes")
        return None if now is given else now


def _fill(snapshot: Snapshot) -> dict[str, Any]:
    told = snapshot.fields()
    n_attributes, n_events, n_links = told["dropped"]
    provider, scope = told["provider"], told["scope"]
    code, description = told["status"]
    return {
        "_name": told["name"],
        "_context": told.get("context"),
        "_parent": told.get("parent"),
        "_kind": SpanKind(told["kind"]),
        "_start_time": told["start_time"],
        "_end_time": told["end_time"],
        "_status": Status(StatusCode(code), description if code == StatusCode.ERROR.value else None),
        "_attributes": _bounded(told["attributes"], n_attributes),
        "_events": _listed([_event(*event) for event in told["events"]], n_events),
        "_links": _listed([Link(context, _bounded(more)) for context, more in told.get("links", ())], n_links),
        "_resource": None if provider is None else provider.resource,
        "_instrumentation_scope": scope,
        "_instrumentation_info": scope,
    }


def _bounded(attributes: dict[str, Any], n_dropped: int = 0) -> BoundedAttributes:
    bounded = BoundedAttributes(attributes=attributes, immutable=True)
    bounded.dropped = n_dropped
    return bounded


def _event(name: str, timestamp: int, attributes: dict[str, Any]) -> Any:
    sdk = sdk_trace()
    make: Any = Plain if sdk is None else sdk.Event
    return make(name=name, timestamp=timestamp, attributes=_bounded(attributes))


def _listed(items: list[Any], n_dropped: int) -> Any:
    sdk = sdk_trace()
    if sdk is None:
        return tuple(items)
    bounded = sdk.BoundedList(None)
    bounded.extend(items)
    bounded.dropped = n_dropped
    return bounded


class _PlainSpan(_Lazy):
    """What can be read of a span where the SDK is not installed."""

    @property
    def attributes(self) -> Any:
        """A mapping."""
        return self._attributes

    @property
    def context(self) -> Any:
        """Where it stands."""
        return self._context

    def get_span_context(self) -> Any:
        """Where it stands."""
        return self._context

    @property
    def dropped_attributes(self) -> int:
        """How many attributes gave way."""
        return int(self._attributes.dropped)


def _getter(field: str) -> property:
    def get(span: Any) -> Any:
        return getattr(span, field)

    return property(get)


for _field in _FIELDS:
    if not hasattr(_PlainSpan, _field[1:]):
        setattr(_PlainSpan, _field[1:], _getter(_field))

_classes: list[Any] = []


def _span_class() -> Any:
    if not _classes:
        sdk = sdk_trace()
        if sdk is None:
            _classes.append(_PlainSpan)
        else:
            _classes.append(type("ReadableSpan", (_Lazy, sdk.ReadableSpan), {"__module__": __name__}))
    return _classes[0]


def readable(snapshot: Snapshot) -> Any:
    """A span with the interface of the SDK's `ReadableSpan`, and an instance of it where the SDK is installed.

    Args:
        snapshot: What was known of the span when it ended, or now.
    """
    return _span_class()(snapshot)
