"""A stand-in for Amazon Bedrock's converse API: whole, and streamed in AWS's own binary event encoding."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from providers.script import Conversation, Reply, argument_pieces, id_of, n_tokens, reply_to, result_of
from providers.serving import ApiError, Json, Request, Stream

PATH = re.compile(r"^/model/(?P<model>[^/]+)/(?P<verb>converse|converse-stream)$")
MODELS = ("anthropic.claude-3-5-sonnet-20241022-v2:0", "amazon.nova-lite-v1:0")
# The type of a header's value that is a text, in AWS's event encoding.
STRING = 7


def conversation_of(body: Json) -> Conversation:
    """The request without the words of this API."""
    asked: list[str] = []
    results: list[Json] = []
    for message in body["messages"]:
        texts = [part["text"] for part in message["content"] if "text" in part]
        for part in message["content"]:
            for found in (part.get("toolResult") or {}).get("content") or []:
                results.append(found["json"] if "json" in found else result_of(found.get("text")))
        if message["role"] == "user" and texts:
            asked.append(" ".join(texts))
    tools = (body.get("toolConfig") or {}).get("tools") or []
    return Conversation(
        question=asked[-1] if asked else "",
        results=results,
        tools=[tool["toolSpec"]["name"] for tool in tools],
        everything=str(body.get("system") or ""),
        wants_reasoning="thinking" in (body.get("additionalModelRequestFields") or {}),
    )


def content_of(reply: Reply) -> list[Json]:
    """The parts of the answer."""
    content: list[Json] = []
    if reply.reasoning:
        content.append({"reasoningContent": {"reasoningText": {"text": reply.reasoning}}})
    if reply.text is not None:
        content.append({"text": reply.text})
    for name, arguments in reply.tool_calls:
        content.append({"toolUse": {"toolUseId": id_of("tooluse_", name, arguments), "name": name, "input": arguments}})
    return content


def usage_of(body: Json, reply: Reply) -> Json:
    """The tokens, of which those of the cache are not part of `inputTokens` here."""
    used_in, used_out = n_tokens(body["messages"]), n_tokens(reply.text or reply.tool_calls)
    cache: Json = {}
    if reply.usage is not None:
        read, written = reply.usage.cached, reply.usage.written
        used_in, used_out = reply.usage.input - read - written, reply.usage.output
        cache = {"cacheReadInputTokens": read, "cacheWriteInputTokens": written}
    total = used_in + used_out + sum(cache.values())
    return {"inputTokens": used_in, "outputTokens": used_out, "totalTokens": total, **cache}


def stop_reason(reply: Reply) -> str:
    """Why the model stopped."""
    return "tool_use" if reply.tool_calls else "end_turn"


def frame(kind: str, payload: Json) -> bytes:
    """One event in AWS's encoding: lengths, their checksum, headers, payload, checksum of all."""
    headers = b""
    for name, value in ((":event-type", kind), (":content-type", "application/json"), (":message-type", "event")):
        headers += struct.pack(">B", len(name)) + name.encode()
        headers += struct.pack(">BH", STRING, len(value)) + value.encode()
    body = json.dumps(payload).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
    return message + struct.pack(">I", zlib.crc32(message))


def events_of(body: Json, reply: Reply) -> Iterator[tuple[str, Json]]:
    """The events of a streamed answer."""
    yield "messageStart", {"role": "assistant"}
    for index, part in enumerate(content_of(reply)):
        place = {"contentBlockIndex": index}
        if "toolUse" in part:
            use = {key: value for key, value in part["toolUse"].items() if key != "input"}
            yield "contentBlockStart", {**place, "start": {"toolUse": use}}
            for piece in argument_pieces(part["toolUse"]["input"]):
                yield "contentBlockDelta", {**place, "delta": {"toolUse": {"input": piece}}}
        elif "text" in part:
            for piece in reply.pieces():
                yield "contentBlockDelta", {**place, "delta": {"text": piece}}
        else:
            yield "contentBlockDelta", {**place, "delta": {"reasoningContent": {"text": reply.reasoning}}}
        yield "contentBlockStop", place
    yield "messageStop", {"stopReason": stop_reason(reply)}
    yield "metadata", {"usage": usage_of(body, reply), "metrics": {"latencyMs": 1}}


class BedrockApi:
    """The converse API."""

    def answers(self, path: str) -> bool:
        return bool(PATH.match(unquote(path)))

    def listing(self, path: str) -> Json | None:
        return None

    def answer(self, request: Request) -> Json | Stream:
        found = PATH.match(unquote(request.path))
        assert found is not None
        if not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256"):
            raise ApiError(403, "Missing Authentication Token", "MissingAuthenticationTokenException")
        if found["model"] not in MODELS:
            raise ApiError(400, "The provided model identifier is invalid.", "ValidationException")
        body = request.body
        reply = reply_to(conversation_of(body))
        if found["verb"] == "converse-stream":
            events = (frame(kind, payload) for kind, payload in events_of(body, reply))
            return Stream("application/vnd.amazon.eventstream", events)
        message = {"role": "assistant", "content": content_of(reply)}
        rest = {"stopReason": stop_reason(reply), "usage": usage_of(body, reply), "metrics": {"latencyMs": 1}}
        return {"output": {"message": message}, **rest}

    def trouble(self, status: int) -> ApiError:
        kind = "ThrottlingException" if status == 429 else "InternalServerException"
        return ApiError(
            status, "Too many requests" if status == 429 else "The request failed.", kind, None, header(kind)
        )

    def error_body(self, error: ApiError) -> Json:
        error.headers = header(error.kind)
        return {"message": error.message}


def header(kind: str) -> dict[str, str]:
    """Where AWS says what sort of error it is."""
    return {"x-amzn-errortype": kind}
