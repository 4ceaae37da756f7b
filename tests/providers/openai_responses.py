"""A stand-in for OpenAI's responses API: whole and streamed, with tool calls and reasoning."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from providers.openai_api import (
    CREATED_AT,
    MODELS,
    check_key,
    check_model,
    openai_error_body,
    openai_trouble,
    text_of,
)
from providers.script import Conversation, Reply, argument_pieces, id_of, n_tokens, reply_to, result_of
from providers.serving import ApiError, Json, Request, Stream, sse

PATH = "/v1/responses"


def conversation_of(body: Json) -> Conversation:
    """The request without the words of this API."""
    items: list[Any] = body["input"]
    if isinstance(body["input"], str):
        items = [{"role": "user", "content": body["input"]}]
    asked = [text_of(item["content"]) for item in items if item.get("role") == "user"]
    return Conversation(
        question=asked[-1] if asked else "",
        results=[result_of(item["output"]) for item in items if item.get("type") == "function_call_output"],
        tools=[tool["name"] for tool in body.get("tools") or [] if tool.get("type") == "function"],
        everything=json.dumps(body),
        wants_reasoning=bool((body.get("reasoning") or {}).get("summary")),
    )


def items_of(reply: Reply) -> list[Json]:
    """The items of the output: reasoning, then a message or tool calls."""
    items: list[Json] = []
    if reply.reasoning:
        summary = [{"type": "summary_text", "text": reply.reasoning}]
        items.append({"id": id_of("rs_", reply.reasoning), "type": "reasoning", "summary": summary})
    if reply.text is not None:
        part = {"type": "output_text", "text": reply.text, "annotations": [], "logprobs": []}
        message = {"type": "message", "status": "completed", "role": "assistant", "content": [part]}
        items.append({"id": id_of("msg_", reply.text), **message})
    for name, arguments in reply.tool_calls:
        call = {"type": "function_call", "status": "completed", "name": name, "arguments": json.dumps(arguments)}
        items.append({"id": id_of("fc_", name, arguments), "call_id": id_of("call_", name, arguments), **call})
    return items


def response_of(body: Json, reply: Reply) -> Json:
    """The whole response."""
    used_in, used_out = n_tokens(body["input"]), n_tokens(reply.text or reply.tool_calls)
    cached = reasoning = 0
    if reply.usage is not None:
        used_in, used_out = reply.usage.input, reply.usage.output
        cached, reasoning = reply.usage.cached, reply.usage.reasoning
    return {
        "id": id_of("resp_", body),
        "object": "response",
        "created_at": CREATED_AT,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "model": MODELS[body["model"]],
        "output": items_of(reply),
        "parallel_tool_calls": True,
        "previous_response_id": body.get("previous_response_id"),
        "reasoning": body.get("reasoning") or {"effort": None, "summary": None},
        "store": True,
        "temperature": body.get("temperature", 1.0),
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": body.get("tools") or [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": {
            "input_tokens": used_in,
            "input_tokens_details": {"cached_tokens": cached},
            "output_tokens": used_out,
            "output_tokens_details": {"reasoning_tokens": reasoning},
            "total_tokens": used_in + used_out,
        },
        "user": None,
        "metadata": {},
    }


def events_of(body: Json, reply: Reply) -> Iterator[Json]:
    """The events of a streamed response, without their numbers."""
    whole = response_of(body, reply)
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for index, item in enumerate(whole["output"]):
        place = {"output_index": index, "item_id": item["id"]}
        yield {"type": "response.output_item.added", "output_index": index, "item": _begun(item)}
        if item["type"] == "message":
            part = {**place, "content_index": 0}
            empty = {"type": "output_text", "text": "", "annotations": []}
            yield {"type": "response.content_part.added", **part, "part": empty}
            for piece in reply.pieces():
                yield {"type": "response.output_text.delta", **part, "delta": piece, "logprobs": []}
            yield {"type": "response.output_text.done", **part, "text": reply.text, "logprobs": []}
            yield {"type": "response.content_part.done", **part, "part": item["content"][0]}
        elif item["type"] == "function_call":
            for piece in argument_pieces(json.loads(item["arguments"])):
                yield {"type": "response.function_call_arguments.delta", **place, "delta": piece}
            done = {"name": item["name"], "arguments": item["arguments"]}
            yield {"type": "response.function_call_arguments.done", **place, **done}
        elif item["type"] == "reasoning":
            text = {**place, "summary_index": 0}
            yield {"type": "response.reasoning_summary_text.delta", **text, "delta": reply.reasoning}
            yield {"type": "response.reasoning_summary_text.done", **text, "text": reply.reasoning}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": "response.completed", "response": whole}


def _begun(item: Json) -> Json:
    """An item before anything of it was said."""
    empty: Json = {"message": {"content": []}, "function_call": {"arguments": ""}, "reasoning": {"summary": []}}
    status = {} if item["type"] == "reasoning" else {"status": "in_progress"}
    return {**item, **empty[item["type"]], **status}


class ResponsesApi:
    """The responses API."""

    def answers(self, path: str) -> bool:
        return path == PATH

    def listing(self, path: str) -> Json | None:
        return None

    def answer(self, request: Request) -> Json | Stream:
        check_key(request)
        check_model(request.body, tuple(MODELS))
        reply = reply_to(conversation_of(request.body))
        if not request.body.get("stream"):
            return response_of(request.body, reply)
        numbered = ({**event, "sequence_number": n} for n, event in enumerate(events_of(request.body, reply)))
        return Stream("text/event-stream; charset=utf-8", (sse(event, event["type"]) for event in numbered))

    def trouble(self, status: int) -> ApiError:
        return openai_trouble(status)

    def error_body(self, error: ApiError) -> Json:
        return openai_error_body(error)
