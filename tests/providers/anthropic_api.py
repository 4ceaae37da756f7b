"""A stand-in for Anthropic's messages API: whole and streamed, with tool use, thinking and the counts of its cache."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from providers.openai_api import text_of
from providers.script import Conversation, Reply, argument_pieces, id_of, n_tokens, reply_to, result_of
from providers.serving import ApiError, Json, Request, Stream, sse

PATH = "/v1/messages"
MODELS = {"claude-sonnet-4-5": "claude-sonnet-4-5-20250929", "claude-haiku-4-5": "claude-haiku-4-5-20251001"}
SIGNATURE = "c2lnbmVkIGJ5IHRoZSBzdHVi"


def conversation_of(body: Json) -> Conversation:
    """The request without the words of this API: what tools found stands in messages of the user."""
    asked: list[str] = []
    results: list[Json] = []
    for message in body["messages"]:
        content: Any = message["content"]
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
        results += [result_of(part.get("content")) for part in parts if part["type"] == "tool_result"]
        texts = [part["text"] for part in parts if part["type"] == "text"]
        if message["role"] == "user" and texts:
            asked.append(" ".join(texts))
    return Conversation(
        question=asked[-1] if asked else "",
        results=results,
        tools=[tool["name"] for tool in body.get("tools") or []],
        everything=text_of(body.get("system") or ""),
        wants_reasoning=(body.get("thinking") or {}).get("type") in ("enabled", "adaptive"),
    )


def blocks_of(reply: Reply) -> list[Json]:
    """The blocks of the answer: thinking, then text, then tool uses."""
    blocks: list[Json] = []
    if reply.reasoning:
        blocks.append({"type": "thinking", "thinking": reply.reasoning, "signature": SIGNATURE})
    if reply.text is not None:
        blocks.append({"type": "text", "text": reply.text, "citations": None})
    for name, arguments in reply.tool_calls:
        block = {"type": "tool_use", "name": name, "input": arguments}
        blocks.append({"id": id_of("toolu_", name, arguments), **block})
    return blocks


def usage_of(body: Json, reply: Reply) -> Json:
    """The tokens, of which those of the cache are not part of `input_tokens` here."""
    used_in, used_out = n_tokens(body["messages"]), n_tokens(reply.text or reply.tool_calls)
    read = written = 0
    if reply.usage is not None:
        read, written = reply.usage.cached, reply.usage.written
        used_in, used_out = reply.usage.input - read - written, reply.usage.output
    return {
        "input_tokens": used_in,
        "output_tokens": used_out,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "service_tier": "standard",
    }


def message_of(body: Json, reply: Reply) -> Json:
    """The whole message."""
    return {
        "id": id_of("msg_", body),
        "type": "message",
        "role": "assistant",
        "model": MODELS[body["model"]],
        "content": blocks_of(reply),
        "stop_reason": "tool_use" if reply.tool_calls else "end_turn",
        "stop_sequence": None,
        "usage": usage_of(body, reply),
    }


def events_of(body: Json, reply: Reply) -> Iterator[Json]:
    """The events of a streamed message."""
    whole = message_of(body, reply)
    usage = {**whole["usage"], "output_tokens": 1}
    begun = {**whole, "content": [], "stop_reason": None, "usage": usage}
    yield {"type": "message_start", "message": begun}
    for index, block in enumerate(whole["content"]):
        empty: Json = {"text": {"text": ""}, "thinking": {"thinking": "", "signature": ""}, "tool_use": {"input": {}}}
        yield {"type": "content_block_start", "index": index, "content_block": {**block, **empty[block["type"]]}}
        for delta in _deltas(block, reply):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    delta = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": whole["usage"]["output_tokens"]}}
    yield {"type": "message_stop"}


def _deltas(block: Json, reply: Reply) -> Iterator[Json]:
    """A block piece by piece."""
    if block["type"] == "text":
        for piece in reply.pieces():
            yield {"type": "text_delta", "text": piece}
    elif block["type"] == "thinking":
        yield {"type": "thinking_delta", "thinking": block["thinking"]}
        yield {"type": "signature_delta", "signature": SIGNATURE}
    else:
        for piece in argument_pieces(block["input"]):
            yield {"type": "input_json_delta", "partial_json": piece}


class AnthropicApi:
    """The messages API."""

    def answers(self, path: str) -> bool:
        return path.partition("?")[0] == PATH

    def listing(self, path: str) -> Json | None:
        return None

    def answer(self, request: Request) -> Json | Stream:
        body = request.body
        if not {"x-api-key", "authorization"} & set(request.headers):
            raise ApiError(401, "x-api-key header is required", "authentication_error")
        if not body.get("messages") or "max_tokens" not in body:
            raise ApiError(400, "messages and max_tokens: Field required", "invalid_request_error")
        if body.get("model") not in MODELS:
            raise ApiError(404, f"model: {body.get('model')}", "not_found_error")
        reply = reply_to(conversation_of(body))
        if not body.get("stream"):
            return message_of(body, reply)
        events = (sse(event, event["type"]) for event in events_of(body, reply))
        return Stream("text/event-stream; charset=utf-8", events)

    def trouble(self, status: int) -> ApiError:
        if status == 429:
            return ApiError(429, "Number of requests has exceeded your rate limit", "rate_limit_error")
        return ApiError(500, "Internal server error", "api_error")

    def error_body(self, error: ApiError) -> Json:
        described = {"type": error.kind, "message": error.message}
        return {"type": "error", "error": described, "request_id": id_of("req_", json.dumps(described))}
