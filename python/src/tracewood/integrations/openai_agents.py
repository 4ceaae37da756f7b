"""OpenAI's Agents SDK: agents, handoffs, tools, guardrails and model calls; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

# While this is on, the SDK sends its traces here and not to OpenAI, as OpenInference has it.
RECIPE = register(
    Recipe(
        "openai_agents",
        libraries={"agents": "openai-agents"},
        begin=openinference("openai_agents:OpenAIAgentsInstrumentor"),
        version_min="0.11",
    )
)
