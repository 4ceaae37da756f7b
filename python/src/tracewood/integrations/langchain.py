"""LangChain and LangGraph: models, tools, chains, retrievers and the nodes of graphs; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Content, Recipe, openinference, register

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

    from tracewood.integrations._recipe import End


def _begin(provider: TracerProvider, content: Content) -> End:
    end = openinference("langchain:LangChainInstrumentor")(provider, content)
    from openinference.instrumentation.langchain import LangChainInstrumentor

    from tracewood.integrations._langchain_current import follow

    unfollow = follow(LangChainInstrumentor()._tracer)

    def end_both() -> None:
        unfollow()
        end()

    return end_both


RECIPE = register(
    Recipe(
        "langchain",
        libraries={"langchain_core": "langchain-core", "langchain": "langchain"},
        begin=_begin,
        version_min="0.3.9",
    )
)
