"""The words of OpenAI's API: what its requests, answers and streams say of a call."""

from __future__ import annotations

import json

from tracewood.integrations._call import Said
from tracewood.integrations._shape import plain, referenced, without_nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tracewood.integrations._call import Collector

__all__ = ["OpenAIWords"]

_CHAT, _COMPLETIONS, _EMBEDDINGS, _RESPONSES = "/chat/completions", "/completions", "/embeddings", "/responses"
# Path: what the span is called, its kind, and where the input stands.
_PATHS = {
    _CHAT: ("chat.completions.create", "llm.chat", "messages"),
    _COMPLETIONS: ("completions.create", "llm.completion", "prompt"),
    _EMBEDDINGS: ("embeddings.create", "llm.embedding", "input"),
    _RESPONSES: ("responses.create", "llm.chat", "input"),
}
# What of a request is no parameter of the model.
_NO_PARAMETERS = ("model", "messages", "prompt", "input", "instructions", "tools", "stream", "stream_options")
# More dimensions than this are of no use to a reader.
_VECTOR_SHOWN = 8


class OpenAIWords:
    """Reads requests and answers of OpenAI's client."""

    def __init__(self, provider: str = "openai") -> None:
        self._provider = provider

    def request(self, path: str, body: dict[str, Any]) -> Said | None:
        """What a request says."""
        known = _PATHS.get(path)
        if known is None:
            return None
        name, kind, field = known
        given = referenced(body.get(field))
        if path == _RESPONSES and body.get("instructions"):
            items = [{"role": "user", "content": given}] if isinstance(given, str) else list(given or [])
            given = [{"role": "system", "content": body["instructions"]}, *items]
        parameters = {key: plain(value) for key, value in body.items() if key not in _NO_PARAMETERS}
        words = {"input": given, "model": body.get("model"), "provider": self._provider}
        tools = body.get("tools")
        attributes = {"gen_ai.tool.definitions": json.dumps(referenced(tools)) if tools else None}
        return Said({**words, "model_parameters": parameters or None}, attributes, name=name, kind=kind)

    def answer(self, path: str, answer: Any) -> Said:
        """What a whole answer says."""
        told = plain(answer)
        if not isinstance(told, dict):
            raise TypeError(f"'{type(answer).__name__}' is no answer of {path}")
        return _READERS[path](told)

    def collect(self, path: str) -> Collector:
        """What adds up a stream."""
        if path == _RESPONSES:
            return _ResponseEvents()
        return _Chunks(path)


def _chat(told: dict[str, Any]) -> Said:
    choices: list[dict[str, Any]] = told["choices"]
    said = [choice["message"] if "message" in choice else {"text": choice.get("text")} for choice in choices]
    output = said[0] if len(said) == 1 else said
    reasons = [choice.get("finish_reason") for choice in choices if choice.get("finish_reason")]
    return Said(
        {"output": output, "model_responded": told.get("model"), "usage": _usage(told.get("usage"))},
        {"gen_ai.response.finish_reasons": reasons, "gen_ai.response.id": told.get("id")},
    )


def _response(told: dict[str, Any]) -> Said:
    output = told["output"]
    calls = any(item.get("type") == "function_call" for item in output)
    details = told.get("incomplete_details") or {}
    reason = details.get("reason") or ("tool_calls" if calls else "stop" if told.get("status") == "completed" else None)
    return Said(
        {"output": output, "model_responded": told.get("model"), "usage": _usage(told.get("usage"))},
        {
            "gen_ai.response.finish_reasons": [reason] if reason else None,
            "gen_ai.response.id": told.get("id"),
            "gen_ai.response.status": told.get("status"),
        },
    )


def _embeddings(told: dict[str, Any]) -> Said:
    output = []
    for one in told["data"]:
        vector = one.get("embedding")
        if isinstance(vector, list):
            output.append({"dimensions": len(vector), "begins": vector[:_VECTOR_SHOWN]})
        else:
            output.append({"base64_characters": len(str(vector))})
    return Said({"output": output, "model_responded": told.get("model"), "usage": _usage(told.get("usage"))})


_READERS = {_CHAT: _chat, _COMPLETIONS: _chat, _EMBEDDINGS: _embeddings, _RESPONSES: _response}


def _usage(told: Any) -> dict[str, int] | None:
    """The tokens in our words, from either API of OpenAI."""
    if not isinstance(told, dict):
        return None
    details_in = told.get("prompt_tokens_details") or told.get("input_tokens_details") or {}
    details_out = told.get("completion_tokens_details") or told.get("output_tokens_details") or {}
    return without_nothing(
        {
            "input_tokens": told.get("prompt_tokens", told.get("input_tokens")),
            "output_tokens": told.get("completion_tokens", told.get("output_tokens")),
            "total_tokens": told.get("total_tokens"),
            "cache_read_tokens": details_in.get("cached_tokens"),
            "reasoning_tokens": details_out.get("reasoning_tokens"),
        }
    )


class _Chunks:
    """Adds up the chunks of a chat or of a completion."""

    def __init__(self, path: str) -> None:
        self._is_chat = path == _CHAT
        self._head: dict[str, Any] = {}
        self._choices: dict[int, dict[str, Any]] = {}

    def add(self, event: Any) -> bool:
        told = plain(event)
        for key in ("id", "model", "usage"):
            if told.get(key):
                self._head[key] = told[key]
        is_said = False
        for chunk in told.get("choices") or []:
            choice = self._choices.setdefault(chunk.get("index", 0), {"content": "", "calls": {}, "rest": {}})
            if chunk.get("finish_reason"):
                choice["finish_reason"] = chunk["finish_reason"]
            delta = chunk.get("delta") or {"content": chunk.get("text")}
            is_said |= self._add_delta(choice, delta)
        return is_said

    @staticmethod
    def _add_delta(choice: dict[str, Any], delta: dict[str, Any]) -> bool:
        choice["content"] += delta.get("content") or ""
        for key in ("refusal", "reasoning_content", "reasoning"):
            if isinstance(delta.get(key), str):
                choice["rest"][key] = choice["rest"].get(key, "") + delta[key]
        if delta.get("role"):
            choice["role"] = delta["role"]
        for piece in delta.get("tool_calls") or []:
            call = choice["calls"].setdefault(piece.get("index", 0), {"type": "function", "function": {}})
            if piece.get("id"):
                call["id"] = piece["id"]
            function, told = call["function"], piece.get("function") or {}
            function["name"] = function.get("name") or told.get("name")
            function["arguments"] = function.get("arguments", "") + (told.get("arguments") or "")
        return bool(delta.get("content") or delta.get("tool_calls") or delta.get("reasoning_content"))

    def said(self) -> Said:
        choices = []
        for _, choice in sorted(self._choices.items()):
            calls = [call for _, call in sorted(choice["calls"].items())]
            message = {"role": choice.get("role", "assistant"), "content": choice["content"] or None, **choice["rest"]}
            if calls:
                message["tool_calls"] = calls
            told = {"message": without_nothing(message)} if self._is_chat else {"text": choice["content"]}
            choices.append({**told, "finish_reason": choice.get("finish_reason")})
        if not choices:
            return Said({})
        return _chat({**self._head, "choices": choices})


class _ResponseEvents:
    """Adds up the events of a response: the last one holds all of it, and what was begun stands in those before."""

    def __init__(self) -> None:
        self._whole: dict[str, Any] | None = None
        self._head: dict[str, Any] = {}
        self._text = ""

    def add(self, event: Any) -> bool:
        kind = getattr(event, "type", "")
        response = getattr(event, "response", None)
        if kind in ("response.completed", "response.incomplete", "response.failed"):
            self._whole = plain(response)
        elif response is not None:
            self._head = plain(response)
        if kind == "response.output_text.delta":
            self._text += event.delta
        return kind.endswith(".delta")

    def said(self) -> Said:
        if self._whole is not None:
            return _response(self._whole)
        output = [{"type": "message", "role": "assistant", "content": self._text}] if self._text else []
        return _response({**self._head, "output": output}) if self._head else Said({})
