"""CrewAI: crews, agents, tasks and tools; its model calls are those of the client below; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

# CrewAI calls models through a vendor's client or through LiteLLM, which are traced along where their package is there.
RECIPE = register(
    Recipe(
        "crewai",
        libraries={"crewai": "crewai"},
        begin=openinference("crewai:CrewAIInstrumentor"),
        version_min="1.10.1",
    )
)
