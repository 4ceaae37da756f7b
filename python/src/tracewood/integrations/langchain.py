"""LangChain and LangGraph: models, tools, chains, retrievers and the nodes of graphs; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

RECIPE = register(
    Recipe(
        "langchain",
        libraries={"langchain_core": "langchain-core", "langchain": "langchain"},
        begin=openinference("langchain:LangChainInstrumentor"),
        version_min="0.3.9",
    )
)
