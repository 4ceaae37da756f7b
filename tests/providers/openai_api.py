"""A stand-in for OpenAI's chat completions and embeddings: real HTTP, real events, a model that follows a script.

Run it as a program (`openai_api.py [--pace-millis N]`): it takes a free port of the loopback, prints
`listening on http://127.0.0.1:PORT/v1` and serves until it is ended. In a test, use `serving()`. Either also serves the
other APIs of this folder, each under its own paths.

It speaks the protocol as the published client expects it: whole answers and streamed ones (`stream_options` with
`include_usage`), tool calls in both forms, usage, and the error bodies; Groq's and Mistral's clients speak it too.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from providers.script import (
    Conversation,
    Reply,
    argument_pieces,
    hash_of,
    n_tokens,
    reply_to,
    result_of,
)
from providers.serving import Api, ApiError, Json, Request, Server, Stream, root_of, running, server, sse

# What is asked for, and the dated model that answers, as the real API has it.
MODELS = {
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "gpt-4o": "gpt-4o-2024-08-06",
    "o4-mini": "o4-mini-2025-04-16",
}
EMBEDDING_MODELS = {"text-embedding-3-small": 8}
# Those that other vendors serve by the same protocol, and answer by the same name.
FOREIGN_MODELS = ("llama-3.3-70b-versatile", "mistral-small-latest")
CREATED_AT = 1_795_305_600
FINGERPRINT = "fp_stub"
PATHS = re.compile(r"^(?:/openai)?/v1/(?:chat/completions|embeddings)$")
EMBEDDING_COMPONENTS = 8


def text_of(content: Any) -> str:
    """The text of a message, whose content is a text or a list of parts."""
    if isinstance(content, str):
        return content
    return " ".join(str(part.get("text", "")) for part in content or [] if isinstance(part, dict))


def conversation_of(request: Json) -> Conversation:
    """The request without the words of this API."""
    messages: list[Json] = request["messages"]
    asked = [text_of(message["content"]) for message in messages if message["role"] == "user"]
    return Conversation(
        question=asked[-1] if asked else "",
        results=[result_of(message["content"]) for message in messages if message["role"] == "tool"],
        tools=[tool["function"]["name"] for tool in request.get("tools") or []],
        everything="\n".join(text_of(message.get("content")) for message in messages),
    )


def calls_of(reply: Reply) -> list[Json]:
    """The tool calls in the form of the API."""
    return [
        {
            "id": f"call_{abs(hash_of(name + json.dumps(arguments))):024d}"[:29],
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for name, arguments in reply.tool_calls
    ]


def finish_reason(reply: Reply) -> str:
    """Why the model stopped."""
    return "tool_calls" if reply.tool_calls else "stop"


def usage_of(request: Json, reply: Reply) -> Json:
    """The tokens that a conversation and its answer take."""
    prompt = sum(n_tokens(message) for message in request["messages"]) + n_tokens(request.get("tools") or "")
    completion = n_tokens(reply.text or "") if reply.text else n_tokens(calls_of(reply))
    cached = reasoning = 0
    if reply.usage is not None:
        prompt, completion = reply.usage.input, reply.usage.output
        cached, reasoning = reply.usage.cached, reply.usage.reasoning
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": reasoning, "audio_tokens": 0},
    }


def envelope(request: Json, kind: str) -> Json:
    """What every answer and every event of a stream has in common."""
    model = request["model"]
    return {
        "id": f"chatcmpl-{hash_of(json.dumps(request)):013d}",
        "object": kind,
        "created": CREATED_AT,
        "model": MODELS.get(model, model),
        "service_tier": "default",
        "system_fingerprint": FINGERPRINT,
    }


def whole_answer(request: Json, reply: Reply) -> Json:
    """The answer to a request that is not streamed."""
    message: Json = {"role": "assistant", "content": reply.text, "refusal": None}
    if reply.tool_calls:
        message["tool_calls"] = calls_of(reply)
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason(reply)}
    return {**envelope(request, "chat.completion"), "choices": [choice], "usage": usage_of(request, reply)}


def deltas(reply: Reply) -> Iterator[Json]:
    """What changes from event to event: the role, then the text or the tool calls piece by piece."""
    yield {"role": "assistant", "content": "" if reply.text is not None else None, "refusal": None}
    for piece in reply.pieces():
        yield {"content": piece}
    for index, (call, (name, arguments)) in enumerate(zip(calls_of(reply), reply.tool_calls, strict=True)):
        yield {"tool_calls": [{**call, "index": index, "function": {"name": name, "arguments": ""}}]}
        for piece in argument_pieces(arguments):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def streamed_answer(request: Json, reply: Reply) -> Iterator[Json]:
    """The events of a streamed answer."""
    head = envelope(request, "chat.completion.chunk")
    # Mistral sends the usage of a stream unasked.
    with_usage = bool((request.get("stream_options") or {}).get("include_usage")) or "mistral" in request["model"]
    if with_usage:
        head["usage"] = None
    for delta in deltas(reply):
        yield {**head, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": finish_reason(reply)}]}
    if with_usage:
        yield {**head, "choices": [], "usage": usage_of(request, reply)}


def embeddings(request: Json) -> Json:
    """A vector for each text; equal texts have equal vectors."""
    texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
    data = []
    for index, text in enumerate(texts):
        vector = [((hash_of(f"{text}{place}") % 2001) - 1000) / 1000 for place in range(EMBEDDING_COMPONENTS)]
        packed = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
        embedding = packed if request.get("encoding_format") == "base64" else vector
        data.append({"object": "embedding", "index": index, "embedding": embedding})
    n_used = sum(n_tokens(text) for text in texts)
    usage = {"prompt_tokens": n_used, "total_tokens": n_used}
    return {"object": "list", "data": data, "model": request["model"], "usage": usage}


class OpenAiApi:
    """Chat completions, embeddings and the list of models."""

    def answers(self, path: str) -> bool:
        return bool(PATHS.match(path)) or path == "/v1/models"

    def listing(self, path: str) -> Json | None:
        if path != "/v1/models":
            return None
        models = [{"id": name, "object": "model", "created": CREATED_AT, "owned_by": "stub"} for name in MODELS]
        return {"object": "list", "data": models}

    def answer(self, request: Request) -> Json | Stream:
        check_key(request)
        body = request.body
        if request.path.endswith("/embeddings"):
            check_model(body, (*EMBEDDING_MODELS, "mistral-embed"))
            return embeddings(body)
        check_messages(body)
        check_model(body, (*MODELS, *FOREIGN_MODELS))
        reply = reply_to(conversation_of(body))
        if body.get("stream"):
            events = (sse(event) for event in streamed_answer(body, reply))
            return Stream("text/event-stream; charset=utf-8", with_end(events))
        return whole_answer(body, reply)

    def trouble(self, status: int) -> ApiError:
        return openai_trouble(status)

    def error_body(self, error: ApiError) -> Json:
        return openai_error_body(error)


def with_end(events: Iterator[bytes]) -> Iterator[bytes]:
    """The events, and the mark after the last one."""
    yield from events
    yield sse("[DONE]")


def openai_trouble(status: int) -> ApiError:
    """OpenAI's 429 and 500."""
    if status == 429:
        wait = {"retry-after-ms": "1"}
        return ApiError(429, "Rate limit reached for requests", "requests", "rate_limit_exceeded", wait)
    return ApiError(500, "The server had an error while processing your request.", "server_error")


def openai_error_body(error: ApiError) -> Json:
    """An error in OpenAI's form."""
    return {"error": {"message": error.message, "type": error.kind, "param": None, "code": error.code}}


def check_key(request: Request) -> None:
    """Refuses a request without a key."""
    if not request.headers.get("authorization", "").startswith("Bearer "):
        raise ApiError(401, "You didn't provide an API key.", "invalid_request_error", "invalid_api_key")


def check_messages(body: Json) -> None:
    """Refuses a chat without messages."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ApiError(400, "Missing required parameter: 'messages'.", "invalid_request_error", "missing_parameter")


def check_model(body: Json, known: tuple[str, ...]) -> None:
    """Refuses a model that is not there."""
    if body.get("model") not in known:
        message = f"The model '{body.get('model')}' does not exist or you do not have access to it."
        raise ApiError(404, message, "invalid_request_error", "model_not_found")


def every_api() -> tuple[Api, ...]:
    """All stand-ins of this folder, each under its own paths."""
    from providers.anthropic_api import AnthropicApi
    from providers.bedrock_api import BedrockApi
    from providers.gemini_api import GeminiApi
    from providers.openai_responses import ResponsesApi

    return OpenAiApi(), ResponsesApi(), AnthropicApi(), GeminiApi(), BedrockApi()


def address_of(made: Server) -> str:
    """What OpenAI's client takes as its base address."""
    return f"{root_of(made)}/v1"


@contextlib.contextmanager
def serving(pace_millis: float = 0.0) -> Iterator[str]:
    """Serves from a thread while the block runs, and gives the base address for OpenAI's client."""
    with running(every_api(), pace_millis) as root:
        yield f"{root}/v1"


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(description="A stand-in for the APIs of model providers.")
    parser.add_argument("--pace-millis", type=float, default=0.0, help="the wait before each piece of an answer")
    made = server(every_api(), parser.parse_args().pace_millis)
    print(f"listening on {address_of(made)}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        made.serve_forever()


if __name__ == "__main__":
    main()
