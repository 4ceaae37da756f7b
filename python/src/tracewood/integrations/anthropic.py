"""Anthropic's client: messages whole and streamed, sync and async; by its own tracing, before 2.0 by OpenInference."""

from __future__ import annotations

import functools
import os

from tracewood.integrations._recipe import Content, Recipe, numbers, openinference, register, version_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opentelemetry.trace import TracerProvider

    from tracewood.integrations._recipe import End

# From here on the library traces itself, and an instrumentation on top would tell of each call twice.
_NATIVE_SINCE = "2.0"
_SWITCH = "ANTHROPIC_OPEN_TELEMETRY"


def _begin(provider: TracerProvider, content: Content) -> End:
    version = version_of("anthropic")
    is_off = os.environ.get(_SWITCH, "").strip().lower() == "false"
    if version is None or numbers(version) < numbers(_NATIVE_SINCE) or is_off:
        return openinference("anthropic:AnthropicInstrumentor")(provider, content)
    return _natively(provider)


def _natively(provider: TracerProvider) -> End:
    """Has every client that is made from now on send its spans here, unless the program says where they go."""
    from anthropic import _base_client
    from anthropic._tracing import env_open_telemetry

    base: Any = _base_client.BaseClient
    original = base._set_open_telemetry

    @functools.wraps(original)
    def set_open_telemetry(client: Any, open_telemetry: Any) -> Any:
        if open_telemetry is None:
            # Whatever its own variables say holds; content was settled there too.
            open_telemetry = {**env_open_telemetry(), "tracer_provider": provider}
        return original(client, open_telemetry)

    base._set_open_telemetry = set_open_telemetry

    def end() -> None:
        base._set_open_telemetry = original

    return end


RECIPE = register(Recipe("anthropic", libraries={"anthropic": "anthropic"}, begin=_begin, version_min="0.51"))
