"""Microsoft's Agent Framework: agents, tools, workflows and models, by its own tracing, which is sent here."""

from __future__ import annotations

from tracewood.integrations._recipe import Content, NotTracedError, Recipe, register

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opentelemetry.trace import Tracer, TracerProvider

    from tracewood.integrations._recipe import End


def _begin(provider: TracerProvider, content: Content) -> End:
    from agent_framework import observability

    original: Any = getattr(observability, "get_tracer", None)
    if original is None or not hasattr(observability, "enable_instrumentation"):
        raise NotTracedError("its tracing is not where it was")

    def get_tracer(
        instrumenting_module_name: str = "agent_framework",
        instrumenting_library_version: str | None = None,
        schema_url: str | None = None,
        attributes: dict[str, Any] | None = None,
    ) -> Tracer:
        return provider.get_tracer(instrumenting_module_name, instrumenting_library_version, schema_url, attributes)

    # The framework asks for its tracer at each span, and would ask the provider of the whole process.
    observability.get_tracer = get_tracer
    observability.enable_instrumentation(enable_sensitive_data=content.whole)

    def end() -> None:
        observability.get_tracer = original

    return end


RECIPE = register(
    Recipe(
        "agent_framework",
        libraries={"agent_framework": "agent-framework-core"},
        begin=_begin,
        version_min="1.0",
    )
)
