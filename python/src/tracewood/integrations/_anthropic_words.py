"""The words of Anthropic's API: what its requests, messages and streams say of a call."""

from __future__ import annotations

import json

from tracewood.integrations._call import Said
from tracewood.integrations._shape import plain, referenced, without_nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tracewood.integrations._call import Collector

__all__ = ["AnthropicWords"]

_MESSAGES = "/v1/messages"
# What of a request is no parameter of the model.
_NO_PARAMETERS = ("model", "messages", "system", "tools", "stream")
# Deltas by type: the field that they add to, and the field of the block.
_DELTAS = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "input_json_delta": ("partial_json", "input"),
    "signature_delta": ("signature", "signature"),
}


class AnthropicWords:
    """Reads requests and messages of Anthropic's client."""

    def __init__(self, provider: str = "anthropic") -> None:
        self._provider = provider

    def request(self, path: str, body: dict[str, Any]) -> Said | None:
        """What a request says."""
        if path.partition("?")[0] != _MESSAGES:
            return None
        given = referenced(list(body.get("messages") or []))
        if body.get("system"):
            given = [{"role": "system", "content": referenced(body["system"])}, *given]
        parameters = {key: plain(value) for key, value in body.items() if key not in _NO_PARAMETERS}
        words = {"input": given, "model": body.get("model"), "provider": self._provider}
        tools = body.get("tools")
        attributes = {"gen_ai.tool.definitions": json.dumps(referenced(tools)) if tools else None}
        return Said({**words, "model_parameters": parameters or None}, attributes, name="messages.create")

    def answer(self, path: str, answer: Any) -> Said:
        """What a whole message says."""
        told = plain(answer)
        if not isinstance(told, dict):
            raise TypeError(f"'{type(answer).__name__}' is no message")
        return _message(told)

    def collect(self, path: str) -> Collector:
        """What adds up a stream."""
        return _Events()


def _message(told: dict[str, Any]) -> Said:
    reason = told.get("stop_reason")
    return Said(
        {
            "output": {"role": told.get("role", "assistant"), "content": told["content"]},
            "model_responded": told.get("model"),
            "usage": _usage(told.get("usage")),
        },
        {
            "gen_ai.response.finish_reasons": [reason] if reason else None,
            "gen_ai.response.id": told.get("id"),
        },
    )


def _usage(told: Any) -> dict[str, int] | None:
    """The tokens in our words: the input with what came from the cache and went into it."""
    if not isinstance(told, dict):
        return None
    read, written = told.get("cache_read_input_tokens"), told.get("cache_creation_input_tokens")
    net = told.get("input_tokens")
    details = told.get("output_tokens_details") or {}
    return without_nothing(
        {
            "input_tokens": None if net is None else net + (read or 0) + (written or 0),
            "output_tokens": told.get("output_tokens"),
            "cache_read_tokens": read,
            "cache_write_tokens": written,
            "reasoning_tokens": details.get("thinking_tokens"),
        }
    )


class _Events:
    """Adds up the events of a streamed message."""

    def __init__(self) -> None:
        self._message: dict[str, Any] = {}
        self._blocks: dict[int, dict[str, Any]] = {}

    def add(self, event: Any) -> bool:
        told = plain(event)
        kind = told.get("type")
        if kind == "message_start":
            self._message = told["message"]
        elif kind == "content_block_start":
            # What a tool is called with arrives as pieces of a text.
            block = told["content_block"]
            self._blocks[told["index"]] = {**block, "input": ""} if "input" in block else dict(block)
        elif kind == "content_block_delta":
            return self._add_delta(self._blocks.setdefault(told["index"], {"type": "text"}), told["delta"])
        elif kind == "message_delta":
            self._message.update(without_nothing(told["delta"]))
            self._message["usage"] = {**self._message.get("usage", {}), **without_nothing(told.get("usage") or {})}
        return False

    @staticmethod
    def _add_delta(block: dict[str, Any], delta: dict[str, Any]) -> bool:
        names = _DELTAS.get(delta.get("type", ""))
        if names is None:
            return False
        source, target = names
        block[target] = (block.get(target) or "") + delta[source]
        return True

    def said(self) -> Said:
        if not self._message:
            return Said({})
        blocks = []
        for _, block in sorted(self._blocks.items()):
            is_text = isinstance(block.get("input"), str)
            blocks.append({**block, "input": _parsed(block["input"])} if is_text else block)
        return _message({**self._message, "content": blocks})


def _parsed(text: str) -> Any:
    """What a tool is called with; of a stream that broke off, the text so far."""
    try:
        return json.loads(text or "{}")
    except ValueError:
        return text
