"""Libraries that are traced without a change in the program: found by name, each brought in by an extra.

Issue 4 hangs the instrumenting onto this list; until then a name is checked, and what is missing is said once.
"""

from __future__ import annotations

from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = ["KNOWN", "instrument", "resolve"]

# Name: the packages of which one must be installed, by import name, and the extra that brings the instrumentation.
KNOWN: dict[str, tuple[tuple[str, ...], str]] = {
    "openai": (("openai",), "openai"),
    "anthropic": (("anthropic",), "anthropic"),
    "langchain": (("langchain_core", "langchain"), "langchain"),
    "google_genai": (("google.genai",), "google-genai"),
    "crewai": (("crewai",), "crewai"),
    "openai_agents": (("agents",), "openai-agents"),
    "llama_index": (("llama_index.core",), "llama-index"),
    "agno": (("agno",), "agno"),
    "groq": (("groq",), "groq"),
    "dspy": (("dspy",), "dspy"),
    "mistral": (("mistralai",), "mistral"),
    "bedrock": (("boto3",), "bedrock"),
    "autogen": (("autogen",), "autogen"),
    "pydantic_ai": (("pydantic_ai",), "pydantic-ai"),
    "agent_framework": (("agent_framework",), "agent-framework"),
    "google_adk": (("google.adk",), "google-adk"),
    "claude_agent_sdk": (("claude_agent_sdk",), "claude-agent-sdk"),
}

_warned: set[str] = set()


def resolve(integration: Any) -> str:
    """The name of an integration that was given as text or as a member of an enumeration.

    Args:
        integration: `"openai"`, `"OPENAI"`, `Integration.OPENAI`.

    Returns:
        A key of `KNOWN`.

    Raises:
        ValueError: If there is no such integration.
    """
    word = getattr(integration, "value", integration)
    name = str(word).strip().lower().replace("-", "_")
    if name not in KNOWN:
        raise ValueError(f"'{word}' is no integration; there are {', '.join(KNOWN)}")
    return name


def instrument(integrations: Iterable[Any] | str) -> list[str]:
    """Switches integrations on; what is unknown or not installed is said once and left out.

    Args:
        integrations: Names, or members of an enumeration.

    Returns:
        The names of those whose library is there.
    """
    present = []
    for integration in [integrations] if isinstance(integrations, str) else integrations:
        try:
            name = resolve(integration)
        except ValueError as error:
            _warn(str(integration), str(error))
            continue
        packages, extra = KNOWN[name]
        if any(_is_installed(package) for package in packages):
            present.append(name)
        else:
            _warn(name, f"'{packages[0]}' is not installed, so it is not traced: pip install \"tracewood[{extra}]\"")
    return present


def _is_installed(package: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def _warn(name: str, text: str) -> None:
    if name not in _warned:
        _warned.add(name)
        _native.log(30, text)
