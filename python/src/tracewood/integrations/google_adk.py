"""Google's Agent Development Kit: agents, tools and models, by its own tracing, which is sent here."""

from __future__ import annotations

import sys

from tracewood.integrations._recipe import Content, NotTracedError, Recipe, register

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opentelemetry.trace import TracerProvider

    from tracewood.integrations._recipe import End

_NAME = "tracer"
_SCOPE = "gcp.vertex.agent"


def _begin(provider: TracerProvider, content: Content) -> End:
    from google.adk.telemetry import tracing

    original: Any = getattr(tracing, _NAME, None)
    if original is None:
        raise NotTracedError("its tracer is not where it was")
    _rebind(original, provider.get_tracer(_SCOPE))
    mine = getattr(tracing, _NAME)

    def end() -> None:
        _rebind(mine, original)

    return end


def _rebind(before: Any, after: Any) -> None:
    """Puts a tracer in the place of another, wherever the kit's modules have taken it to."""
    for name, module in list(sys.modules.items()):
        if name.startswith("google.adk") and getattr(module, "__dict__", {}).get(_NAME) is before:
            setattr(module, _NAME, after)


RECIPE = register(Recipe("google_adk", libraries={"google.adk": "google-adk"}, begin=_begin, version_min="1.0"))
