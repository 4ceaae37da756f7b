"""Living with a tracer provider that somebody else made the one of the process, before us or later.

What is there decides: a provider of the SDK, or one that takes processors as it does, gets ours, and keeps its own; one
that does not is left alone, and only the current span is shared; where there is none, ours stays private.
"""

from __future__ import annotations

from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

__all__ = ["follow", "their_resource"]

# The mark on a provider that has our processor already; one that was configured anew is another object.
_MARK = "_tracewood_joined"


def follow(trace: ModuleType) -> None:
    """Joins the provider of the process, if there is one, and else the one that is set later.

    Args:
        trace: The module `opentelemetry.trace`.
    """
    _join(trace)
    set_provider: Any = getattr(trace, "_set_tracer_provider", None)
    if set_provider is None or getattr(set_provider, "__tracewood__", False):
        return

    def set_and_join(tracer_provider: Any, log: bool) -> None:
        set_provider(tracer_provider, log)
        _join(trace)

    set_and_join.__tracewood__ = True  # type: ignore[attr-defined]
    trace._set_tracer_provider = set_and_join  # type: ignore[attr-defined]


def their_resource(trace: ModuleType | None) -> dict[str, Any]:
    """What the provider of the process says of the process, where it is not ours: one process has one name.

    Args:
        trace: The module `opentelemetry.trace`, if it is imported.
    """
    provider = getattr(trace, "_TRACER_PROVIDER", None)
    if provider is None or getattr(provider, "is_tracewood", False):
        return {}
    try:
        told = dict(provider.resource.attributes)
    except Exception:
        return {}
    is_named = not str(told.get("service.name", "unknown_service")).startswith("unknown_service")
    return {
        key: value
        for key, value in told.items()
        if not key.startswith("telemetry.") and (key != "service.name" or is_named)
    }


def _join(trace: ModuleType) -> None:
    """Adds our processor to the provider of the process, once, if it takes processors and is not our own."""
    provider: Any = getattr(trace, "_TRACER_PROVIDER", None)
    whose = type(provider).__module__
    try:
        if provider is None or getattr(provider, "is_tracewood", False) or getattr(provider, _MARK, False) is True:
            return
        add = getattr(provider, "add_span_processor", None)
        if add is None:
            # As Datadog's is: it has no processors, but its spans are parents of ours and ours of its.
            _native.log(20, f"the provider of '{whose}' takes no processors; only the context is shared")
            return
        from tracewood.otel import span_processor

        add(span_processor())
        setattr(provider, _MARK, True)
        from tracewood import _client

        _client.tell_resource(their_resource(trace))
    except Exception as error:
        _native.log(30, f"the provider of '{whose}' does not take our span processor: {error!r}")
