"""AutoGen, of which there are two: Microsoft's `autogen-agentchat` and AG2; by OpenInference's package for each."""

from __future__ import annotations

from tracewood.integrations._recipe import Content, NotTracedError, Recipe, is_installed, openinference, register

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

    from tracewood.integrations._recipe import End

# The module of the library, and the instrumentation that belongs to it.
_WAYS = {
    "autogen_agentchat": "autogen_agentchat:AutogenAgentChatInstrumentor",
    "autogen": "ag2:AG2Instrumentor",
}


def _begin(provider: TracerProvider, content: Content) -> End:
    ends: list[End] = []
    missing: list[str] = []
    for library, path in _WAYS.items():
        if is_installed(library):
            try:
                ends.append(openinference(path)(provider, content))
            except NotTracedError as error:
                missing.append(str(error))
    if not ends:
        raise NotTracedError("; ".join(missing))

    def end() -> None:
        for one in ends:
            one()

    return end


RECIPE = register(
    Recipe("autogen", libraries={"autogen_agentchat": "autogen-agentchat", "autogen": "ag2"}, begin=_begin)
)
