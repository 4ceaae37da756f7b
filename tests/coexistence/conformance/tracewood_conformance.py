"""A plugin for pytest that has OpenTelemetry's own tests run against our provider in the place of the SDK's.

The tests say `trace.TracerProvider(..)` of the module `opentelemetry.sdk.trace`; that name is ours meanwhile. Where
they count on the bounds of the SDK, ours is given these, and it lets a span be read after its end, as the SDK does.
"""

from __future__ import annotations

from typing import Any

from opentelemetry.sdk import trace as sdk
from opentelemetry.sdk.resources import Resource

from tracewood import _native
from tracewood.otel._provider import provider_class

# What is left out, by the end of the test's name, and why.
SKIPPED = {
    "TestTracer::test_shutdown": "the test starts another Python, in which the SDK is not replaced",
    "TestTracer::test_get_tracer_sdk_sets_default_tracer_config_if_configurator_raises": "configurators are private",
    "TestTracer::test_start_span_returns_invalid_span_if_not_enabled": "configurators are private",
    "test_sdk_metrics.py::TestTracerProviderMetrics": "the SDK counts its own spans as metrics; we do not make metrics",
}


class Provider(provider_class()):  # type: ignore[misc]
    """Ours, with what the SDK does by default."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        names = ("sampler", "resource", "shutdown_on_exit", "active_span_processor", "id_generator", "span_limits")
        given = {**dict(zip(names, arguments, strict=False)), **options}
        given.pop("meter_provider", None)
        given.pop("_tracer_configurator", None)
        if given.get("span_limits") is None:
            given["span_limits"] = sdk.SpanLimits()
        if given.get("resource") is None:
            given["resource"] = Resource.create({})
        super().__init__(**given, keeps_ended=True)


sdk.TracerProvider = Provider  # type: ignore[misc]


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Leaves out what is listed."""
    left_out = [item for item in items if any(name in item.nodeid for name in SKIPPED)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_sessionfinish() -> None:
    """Says how many spans were ours, so that whoever runs this sees that it was not the SDK that was tested."""
    print(f"\nspans of ours: {_native.stats()['started']}")
