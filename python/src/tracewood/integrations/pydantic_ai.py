"""Pydantic AI: agents, tools and models, by its own tracing, which is sent here."""

from __future__ import annotations

from tracewood.integrations._recipe import Content, Recipe, register

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

    from tracewood.integrations._recipe import End


def _begin(provider: TracerProvider, content: Content) -> End:
    from pydantic_ai import Agent
    from pydantic_ai.models.instrumented import InstrumentationSettings

    # Media are recorded by their type and address; their bytes would be the largest part of any trace.
    settings = InstrumentationSettings(
        tracer_provider=provider, include_content=content.whole, include_binary_content=False
    )
    Agent.instrument_all(settings)

    def end() -> None:
        Agent.instrument_all(False)

    return end


RECIPE = register(
    Recipe(
        "pydantic_ai",
        libraries={"pydantic_ai": "pydantic-ai-slim"},
        begin=_begin,
        # The first with the settings object in its present form.
        version_min="1.0",
    )
)
