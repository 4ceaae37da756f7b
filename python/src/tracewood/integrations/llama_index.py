"""LlamaIndex: queries, retrievers, agents, models and embeddings; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

RECIPE = register(
    Recipe(
        "llama_index",
        libraries={"llama_index.core": "llama-index-core"},
        begin=openinference("llama_index:LlamaIndexInstrumentor"),
        version_min="0.14.19",
    )
)
