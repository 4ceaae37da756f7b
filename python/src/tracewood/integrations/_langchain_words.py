"""The words of LangChain: what its runs, messages and results say of a span."""

from __future__ import annotations

import json
import sys

from tracewood.integrations._shape import referenced, without_nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tracewood._native import Span

__all__ = ["answer_of", "mark", "message_of", "name_of", "plain_deep", "request_of", "tool_output"]

_ROLES = {"human": "user", "ai": "assistant", "AIMessageChunk": "assistant", "function": "tool"}
# What of the parameters of a call is no parameter of the model, or is told elsewhere.
_NO_PARAMETERS = (
    "model",
    "model_name",
    "tools",
    "functions",
    "stream",
    "stream_options",
    "_type",
    "ls_structured_output_format",
)
_DEPTH_MAX = 32


def name_of(serialized: Any, told: dict[str, Any], otherwise: str) -> str:
    """What a run is called.

    Args:
        serialized: How LangChain describes what runs.
        told: What else it tells.
        otherwise: What to call a run without a name.

    Returns:
        The name.
    """
    if told.get("name"):
        return str(told["name"])
    described = serialized or {}
    return str(described.get("name") or (described.get("id") or [otherwise])[-1])


def request_of(told: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the start of a model's run says of the call.

    Args:
        told: What LangChain tells beside the messages.

    Returns:
        Fields of the span, and attributes.
    """
    metadata = told.get("metadata") or {}
    given = dict(told.get("invocation_params") or {})
    model = given.get("model") or given.get("model_name") or metadata.get("ls_model_name")
    tools = given.get("tools") or given.get("functions")
    parameters = without_nothing({key: value for key, value in given.items() if key not in _NO_PARAMETERS})
    said = {
        "model": model,
        "provider": metadata.get("ls_provider"),
        "model_parameters": referenced(parameters) or None,
    }
    return said, {"gen_ai.tool.definitions": json.dumps(referenced(tools), default=str) if tools else None}


def message_of(message: Any) -> dict[str, Any]:
    """A message of LangChain in OpenAI's words.

    Args:
        message: The message.

    Returns:
        The same as a dictionary.
    """
    kind = getattr(message, "type", "")
    told: dict[str, Any] = {
        "role": getattr(message, "role", None) or _ROLES.get(kind, kind),
        "content": referenced(getattr(message, "content", None)),
    }
    calls = getattr(message, "tool_calls", None)
    if calls:
        told["tool_calls"] = [
            {"id": call.get("id"), "function": {"name": call.get("name"), "arguments": json.dumps(call.get("args"))}}
            for call in calls
        ]
    for key in ("tool_call_id", "name"):
        if getattr(message, key, None):
            told[key] = getattr(message, key)
    reasoning = (getattr(message, "additional_kwargs", None) or {}).get("reasoning_content")
    if reasoning:
        told["reasoning"] = reasoning
    return told


def answer_of(response: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the result of a model's run says.

    Args:
        response: An `LLMResult`.

    Returns:
        Fields of the span, and attributes.
    """
    generations = [generation for batch in response.generations for generation in batch]
    messages = [getattr(generation, "message", None) for generation in generations]
    said = [
        message_of(message) if message is not None else generation.text
        for message, generation in zip(messages, generations, strict=True)
    ]
    overall = response.llm_output or {}
    first = next((message for message in messages if message is not None), None)
    about = getattr(first, "response_metadata", None) or {}
    infos = [generation.generation_info or {} for generation in generations]
    reasons = [
        (getattr(message, "response_metadata", None) or {}).get("finish_reason")
        or (getattr(message, "response_metadata", None) or {}).get("stop_reason")
        or info.get("finish_reason")
        for message, info in zip(messages, infos, strict=True)
    ]
    attributes = {
        "gen_ai.response.finish_reasons": [str(reason) for reason in reasons if reason],
        "gen_ai.response.id": about.get("id") or getattr(first, "id", None),
    }
    fields = {
        "output": said[0] if len(said) == 1 else said,
        "model_responded": about.get("model_name") or about.get("model") or overall.get("model_name"),
        "usage": _usage(messages, overall),
    }
    return fields, {key: value for key, value in attributes.items() if value}


def _usage(messages: list[Any], overall: dict[str, Any]) -> dict[str, int] | None:
    """The tokens, of which LangChain tells those of the cache and of reasoning with the message."""
    told = [usage for message in messages if (usage := getattr(message, "usage_metadata", None))]
    if told:
        found: dict[str, int] = {}
        for usage in told:
            into, out = usage.get("input_token_details") or {}, usage.get("output_token_details") or {}
            counts = {
                "input_tokens": usage.get("input_tokens"),
                "output_tokens": usage.get("output_tokens"),
                "total_tokens": usage.get("total_tokens"),
                "cache_read_tokens": into.get("cache_read"),
                "cache_write_tokens": into.get("cache_creation"),
                "reasoning_tokens": out.get("reasoning"),
            }
            for name, count in without_nothing(counts).items():
                found[name] = found.get(name, 0) + count
        return found
    usage = overall.get("token_usage") or overall.get("usage") or {}
    return (
        without_nothing(
            {
                "input_tokens": usage.get("prompt_tokens", usage.get("input_tokens")),
                "output_tokens": usage.get("completion_tokens", usage.get("output_tokens")),
                "total_tokens": usage.get("total_tokens"),
            }
        )
        or None
    )


def tool_output(output: Any) -> Any:
    """What a tool returned; of a message, its content.

    Args:
        output: The output.

    Returns:
        The content.
    """
    return referenced(output.content) if getattr(output, "type", None) == "tool" else plain_deep(output)


def plain_deep(value: Any, depth: int = 0) -> Any:
    """A value with its messages as dictionaries.

    Args:
        value: Inputs or outputs of a run.
        depth: How deep it lies.

    Returns:
        The copy.
    """
    if depth > _DEPTH_MAX:
        return value
    if isinstance(value, dict):
        return {str(key): plain_deep(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_deep(item, depth + 1) for item in value]
    if hasattr(value, "content") and hasattr(value, "type") and hasattr(value, "response_metadata"):
        return message_of(value)
    return message_of(value) if type(value).__name__.endswith("Message") and hasattr(value, "content") else value


def mark(span: Span, kind: str) -> None:
    """Has a traced client below tell nothing of the same call, if any is traced.

    Args:
        span: The span of a run.
        kind: Its kind.
    """
    guard = sys.modules.get("tracewood.integrations._guard")
    if guard is not None and kind.startswith("llm.") and span.span_id:
        guard.mark(int(span.span_id, 16))
