"""Libraries that are traced without a change in the program: found by name, each brought in by an extra.

    tracewood.initialize(integrations=["openai", "langchain"])

Each library has a file here that says how it is traced; it is imported when its name is asked for. OpenInference's
instrumentation is the rule, the library's own tracing where it has one. Nothing here ever raises into the program.
"""

from __future__ import annotations

from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from opentelemetry.trace import TracerProvider

    from tracewood.integrations._recipe import End

__all__ = ["NAMES", "active", "instrument", "resolve", "uninstrument"]

# Every integration; the file of this name says the rest.
NAMES: tuple[str, ...] = (
    "openai",
    "anthropic",
    "langchain",
    "google_genai",
    "crewai",
    "openai_agents",
    "llama_index",
    "agno",
    "groq",
    "dspy",
    "mistral",
    "bedrock",
    "autogen",
    "pydantic_ai",
    "agent_framework",
    "google_adk",
    "claude_agent_sdk",
)

_warned: set[tuple[str, str]] = set()
_active: dict[str, End] = {}


def resolve(integration: Any) -> str:
    """The name of an integration that was given as text or as a member of an enumeration.

    Args:
        integration: `"openai"`, `"OPENAI"`, `Integration.OPENAI`.

    Returns:
        One of `NAMES`.

    Raises:
        ValueError: If there is no such integration.
    """
    word = getattr(integration, "value", integration)
    name = str(word).strip().lower().replace("-", "_")
    if name not in NAMES:
        raise ValueError(f"'{word}' is no integration; there are {', '.join(NAMES)}")
    return name


def instrument(
    integrations: Iterable[Any] | str,
    *,
    capture_input: bool | None = None,
    capture_output: bool | None = None,
    provider: TracerProvider | None = None,
) -> list[str]:
    """Has libraries traced; what cannot be is said in one warning and left as it is.

    Args:
        integrations: Names, or members of an enumeration.
        capture_input: Whether what goes into a model is recorded; else `TRACEWOOD_CAPTURE_INPUT`.
        capture_output: Whether what comes out is recorded; else `TRACEWOOD_CAPTURE_OUTPUT`.
        provider: Where spans go instead of to Tracewood's recorder.

    Returns:
        The names of those that are traced now.
    """
    names = []
    for integration in [integrations] if isinstance(integrations, str) else integrations:
        try:
            names.append(resolve(integration))
        except ValueError as error:
            _warn(str(integration), str(error))
    traced = []
    for name in dict.fromkeys(names):
        if name in _active or _begin(name, capture_input, capture_output, provider):
            traced.append(name)
    return traced


def uninstrument(integrations: Iterable[Any] | str | None = None) -> None:
    """Ends the tracing of libraries, of all of them without names.

    Args:
        integrations: Names, or members of an enumeration.
    """
    if integrations is None:
        names = list(_active)
    else:
        names = [resolve(one) for one in ([integrations] if isinstance(integrations, str) else integrations)]
    for name in names:
        end = _active.pop(name, None)
        if end is not None:
            try:
                end()
            except Exception as error:
                _warn(name, f"the integration '{name}' could not be ended: {type(error).__name__}: {error}")


def active() -> list[str]:
    """The names of the integrations that are at work."""
    return list(_active)


def _begin(name: str, capture_input: bool | None, capture_output: bool | None, provider: TracerProvider | None) -> bool:
    """Has one library traced; answers whether it is."""
    from tracewood.integrations import _recipe

    try:
        recipe = _recipe.registered(name)
        recipe.check()
    except _recipe.NotTracedError as error:
        _warn(name, str(error))
        return False
    try:
        # Imported late, since they need the API of OpenTelemetry, which every extra brings.
        from tracewood.integrations import _content, _guard

        content = _content.settle(capture_input, capture_output)
        _active[name] = recipe.begin(_guard.provider(provider), content)
    except ImportError as error:
        _warn(name, f"'{name}' is not traced: {error}: pip install {recipe.wanted()}")
        return False
    except _recipe.NotTracedError as error:
        _warn(name, f"'{name}' is not traced: {error}: pip install {recipe.wanted()}")
        return False
    except Exception as error:
        _warn(name, f"'{name}' is not traced, its instrumentation failed: {type(error).__name__}: {error}")
        return False
    return True


def _warn(name: str, text: str) -> None:
    if (name, text) not in _warned:
        _warned.add((name, text))
        _native.log(30, text)
