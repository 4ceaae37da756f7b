"""A stand-in for Gemini's API: generateContent whole and streamed, with function calls and thoughts; embedContent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from providers.script import Conversation, Reply, hash_of, id_of, n_tokens, reply_to
from providers.serving import ApiError, Json, Request, Stream, sse

PATH = re.compile(
    r"^/v1(?:beta)?/models/(?P<model>[\w.-]+):"
    r"(?P<verb>generateContent|streamGenerateContent|embedContent|batchEmbedContents)"
)
MODELS = {"gemini-2.5-flash": "gemini-2.5-flash-001"}
EMBEDDING_MODELS = ("gemini-embedding-001",)


def conversation_of(body: Json) -> Conversation:
    """The request without the words of this API."""
    asked: list[str] = []
    results: list[Json] = []
    for content in body["contents"]:
        texts = [part["text"] for part in content["parts"] if "text" in part]
        results += [part["functionResponse"]["response"] for part in content["parts"] if "functionResponse" in part]
        if content.get("role", "user") == "user" and texts:
            asked.append(" ".join(texts))
    declared = [
        function["name"] for tool in body.get("tools") or [] for function in tool.get("functionDeclarations") or []
    ]
    thinking = (body.get("generationConfig") or {}).get("thinkingConfig") or {}
    return Conversation(
        question=asked[-1] if asked else "",
        results=results,
        tools=declared,
        everything=str(body),
        wants_reasoning=bool(thinking.get("includeThoughts")),
    )


def parts_of(reply: Reply) -> list[Json]:
    """The parts of the answer."""
    parts: list[Json] = [{"text": reply.reasoning, "thought": True}] if reply.reasoning else []
    if reply.text is not None:
        parts.append({"text": reply.text})
    return parts + [{"functionCall": {"name": name, "args": arguments}} for name, arguments in reply.tool_calls]


def usage_of(body: Json, reply: Reply) -> Json:
    """The tokens, of which those of thoughts are not part of `candidatesTokenCount` here."""
    used_in, used_out = n_tokens(body["contents"]), n_tokens(reply.text or reply.tool_calls)
    counts: Json = {}
    if reply.usage is not None:
        used_in, used_out = reply.usage.input, reply.usage.output - reply.usage.reasoning
        counts = {"cachedContentTokenCount": reply.usage.cached, "thoughtsTokenCount": reply.usage.reasoning}
    total = used_in + used_out + counts.get("thoughtsTokenCount", 0)
    return {"promptTokenCount": used_in, "candidatesTokenCount": used_out, "totalTokenCount": total, **counts}


def chunk(model: str, body: Json, reply: Reply, parts: list[Json], *, is_last: bool) -> Json:
    """One answer, or a piece of a streamed one."""
    candidate: Json = {"content": {"role": "model", "parts": parts}, "index": 0}
    if is_last:
        candidate["finishReason"] = "STOP"
    usage = usage_of(body, reply)
    if not is_last:
        usage = {"promptTokenCount": usage["promptTokenCount"], "totalTokenCount": usage["promptTokenCount"]}
    head = {"modelVersion": MODELS[model], "responseId": id_of("", body, digits=16)}
    return {"candidates": [candidate], "usageMetadata": usage, **head}


def chunks(model: str, body: Json, reply: Reply) -> Iterator[Json]:
    """The pieces of a streamed answer."""
    parts = [part for part in parts_of(reply) if "text" not in part or part.get("thought")]
    texts = [{"text": piece} for piece in reply.pieces()]
    every = [*parts, *texts]
    for number, part in enumerate(every, start=1):
        yield chunk(model, body, reply, [part], is_last=number == len(every))


def vector(text: str) -> list[float]:
    """The same vector for the same text."""
    return [((hash_of(f"{text}{place}") % 2001) - 1000) / 1000 for place in range(8)]


class GeminiApi:
    """The API of Google's developer platform."""

    def answers(self, path: str) -> bool:
        return bool(PATH.match(path))

    def listing(self, path: str) -> Json | None:
        return None

    def answer(self, request: Request) -> Json | Stream:
        found = PATH.match(request.path)
        assert found is not None
        model, verb, body = found["model"], found["verb"], request.body
        if "x-goog-api-key" not in request.headers:
            raise ApiError(403, "Method doesn't allow unregistered callers", "PERMISSION_DENIED")
        if model not in (*MODELS, *EMBEDDING_MODELS):
            raise ApiError(404, f"models/{model} is not found for API version v1beta", "NOT_FOUND")
        if verb == "embedContent":
            return {"embedding": {"values": vector(str(body["content"]))}}
        if verb == "batchEmbedContents":
            return {"embeddings": [{"values": vector(str(one["content"]))} for one in body["requests"]]}
        reply = reply_to(conversation_of(body))
        if verb == "streamGenerateContent":
            return Stream("text/event-stream", (sse(piece) for piece in chunks(model, body, reply)))
        return chunk(model, body, reply, parts_of(reply), is_last=True)

    def trouble(self, status: int) -> ApiError:
        if status == 429:
            return ApiError(429, "Resource has been exhausted (e.g. check quota).", "RESOURCE_EXHAUSTED")
        return ApiError(500, "An internal error has occurred.", "INTERNAL")

    def error_body(self, error: ApiError) -> Json:
        return {"error": {"code": error.status, "message": error.message, "status": error.kind}}
