"""Reads model calls back in one form: who said what, whichever words an integration has for it."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

# Why a model stopped, in the words of one API.
REASONS = {"tool_use": "tool_calls", "tool_call": "tool_calls", "end_turn": "stop", "STOP": "stop"}
ROLES = {"model": "assistant", "human": "user", "ai": "assistant"}
USAGE = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")


# LlamaIndex tells of the making of a request as if it were the call.
NOT_CALLS = ("OpenAI._prepare_chat_with_tools",)


def calls_of(spans: list[Json]) -> list[Json]:
    """What a trace tells of its model calls, in the order of their starts."""
    ordered = sorted(spans, key=lambda span: span["started_at"])
    return [call_of(span) for span in ordered if span["kind"] == "llm" and span["name"] not in NOT_CALLS]


def call_of(span: Json) -> Json:
    """What a span tells of a model call."""
    return {
        "asked": span["model_requested"],
        "answered": span["model"],
        "provider": span["provider"],
        "parameters": span["model_parameters"],
        "input": messages_of(span["input"]),
        "output": messages_of(span["output"], "assistant"),
        "usage": {key: span["usage"][key] for key in USAGE if span["usage"][key] is not None},
        "finish": [REASONS.get(reason, reason) for reason in span["finish_reasons"]],
        "tools": tools_of(span["attributes"]),
        "first_token": span["time_to_first_token_nanos"] is not None,
    }


def tree_of(spans: list[Json]) -> list[str]:
    """The spans as an outline: name and kind, below their parents in the order of their starts."""
    by_parent: dict[str | None, list[Json]] = {}
    ids = {span["span_id"] for span in spans}
    for span in sorted(spans, key=lambda span: (span["started_at"], span["ended_at"])):
        parent = span["parent_span_id"]
        by_parent.setdefault(parent if parent in ids else None, []).append(span)
    lines: list[str] = []

    def outline(parent: str | None, depth: int) -> None:
        for span in by_parent.get(parent, []):
            lines.append(f"{'  ' * depth}{span['name']} ({span['kind']})")
            outline(span["span_id"], depth + 1)

    outline(None, 0)
    return lines


def tools_of(attributes: Json) -> list[str]:
    """The names of the tools that a model was offered."""
    found = [value for key, value in attributes.items() if key.startswith("llm.tools.")]
    defined = attributes.get("gen_ai.tool.definitions")
    declared = parsed(defined) if defined else [parsed(one) for one in found]
    names = []
    for one in declared:
        for inner in one.get("functionDeclarations") or one.get("function_declarations") or [one]:
            told = inner.get("function") or inner.get("toolSpec") or inner
            names.append(told["name"])
    return names


def messages_of(value: Any, role: str = "user") -> list[list[Any]]:
    """Messages as `[role, parts]`, each part with its sort before it."""
    value = parsed(value)
    if isinstance(value, dict) and isinstance(value.get("messages"), list):
        value = value["messages"]
    if value is None:
        return []
    if not isinstance(value, list):
        value = [value]
    said = []
    for one in value:
        message = one if isinstance(one, dict) else {"role": role, "content": one}
        speaker = str(message.get("role") or role)
        parts = parts_of(message)
        # Some write the results of tools as the user's words; what they are stands in the parts.
        if parts and all(part[0] == "result" for part in parts):
            speaker = "tool"
        if parts:
            said.append([ROLES.get(speaker, speaker), parts])
    return said


def parts_of(message: Json) -> list[list[Any]]:
    """The parts of a message: text, reasoning, calls and results."""
    if message.get("type") == "function_call":
        return [["call", message["name"], parsed(message["arguments"])]]
    if message.get("type") == "function_call_output":
        return [["result", found_of(message["output"])]]
    if message.get("type") == "reasoning" and "summary" in message:
        return [["reasoning", text_of(message["summary"])]]
    content = message.get("parts", message.get("content"))
    parts = [] if content in (None, "") else content if isinstance(content, list) else [content]
    said = [part for one in parts if (part := part_of(one)) is not None]
    if message.get("role") == "tool":
        said = [["result", found_of(part[1])] if part[0] == "text" else part for part in said]
    for call in message.get("tool_calls") or []:
        function = call.get("function") or call
        said.append(["call", function["name"], parsed(function.get("arguments", function.get("args")))])
    return said


def part_of(part: Any) -> list[Any] | None:
    """One part of a message."""
    if not isinstance(part, dict):
        return ["text", str(part)]
    kind = part.get("type")
    if kind in ("tool_call", "tool_use"):
        return ["call", part["name"], parsed(part.get("arguments", part.get("input")))]
    if kind in ("tool_call_response", "tool_result"):
        return ["result", found_of(part.get("response", part.get("result", part.get("content"))))]
    if kind in ("reasoning", "thinking") or part.get("thought"):
        return ["reasoning", text_of(part)]
    if "toolUse" in part:
        return ["call", part["toolUse"]["name"], part["toolUse"]["input"]]
    if "toolResult" in part:
        return ["result", found_of(part["toolResult"]["content"])]
    text = text_of(part)
    return ["text", text] if text else None


def text_of(part: Any) -> str:
    """The text of a part, wherever it stands."""
    if isinstance(part, list):
        return " ".join(text_of(one) for one in part)
    if not isinstance(part, dict):
        return str(part)
    found = next((part[key] for key in ("text", "content", "thinking", "summary") if part.get(key)), "")
    return found if isinstance(found, str) else text_of(found)


def found_of(result: Any) -> str:
    """What a tool found, as a text."""
    result = parsed(result)
    if isinstance(result, dict):
        result = result.get("found") or result.get("result") or result.get("content") or result.get("text") or result
    return text_of(result) if isinstance(result, (list, dict)) else str(result)


def parsed(value: Any) -> Any:
    """JSON in a text as what it says."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
