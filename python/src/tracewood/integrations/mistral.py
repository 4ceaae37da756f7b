"""Mistral's client: chat whole and streamed, tools, agents, sync and async; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

RECIPE = register(
    Recipe(
        "mistral",
        libraries={"mistralai": "mistralai"},
        begin=openinference("mistralai:MistralAIInstrumentor"),
        version_min="2.0",
    )
)
