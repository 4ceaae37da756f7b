"""OpenAI's Agents SDK: agents, handoffs, tools, guardrails and model calls; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

# The SDK's own exporter to OpenAI stays, as a program has it without tracing.
RECIPE = register(
    Recipe(
        "openai_agents",
        libraries={"agents": "openai-agents"},
        begin=openinference("openai_agents:OpenAIAgentsInstrumentor", exclusive_processor=False),
        version_min="0.11",
    )
)
