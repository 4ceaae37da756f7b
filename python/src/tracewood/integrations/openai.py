"""OpenAI's client: chat, completions, responses, embeddings, streams, sync and async; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

RECIPE = register(
    Recipe(
        "openai",
        libraries={"openai": "openai"},
        begin=openinference("openai:OpenAIInstrumentor"),
        # The first that OpenInference's package supports.
        version_min="2.8",
    )
)
