"""A stand-in for OpenAI's chat completions API: real HTTP, real events, and a model that follows a script.

Run it as a program (`openai_api.py [--pace-millis N]`): it takes a free port of the loopback, prints
`listening on http://127.0.0.1:PORT/v1` and serves until it is ended. In a test, use `serving()`.

It speaks the protocol as the published client expects it: whole answers and streamed ones (`stream_options` with
`include_usage`), tool calls in both forms, usage, and the error bodies. The request header `x-stub-fault` orders
trouble: `429`, `500`, `broken-stream`, or `429-once`, which lets the client's own retry through.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]

# What is asked for, and the dated model that answers, as the real API has it.
MODELS = {"gpt-4o-mini": "gpt-4o-mini-2024-07-18", "gpt-4o": "gpt-4o-2024-08-06"}
CREATED_AT = 1_795_305_600
FINGERPRINT = "fp_stub"
# One answer is streamed in pieces of about a word.
PIECE = re.compile(r"\S+\s*|\s+")


@dataclass
class Reply:
    """What the pretend model says: text, or the tools that it wants to be called."""

    text: str | None = None
    tool_calls: list[tuple[str, Json]] = field(default_factory=list)

    @property
    def finish_reason(self) -> str:
        """Why the model stopped."""
        return "tool_calls" if self.tool_calls else "stop"

    def calls(self) -> list[Json]:
        """The tool calls in the form of the API; an id follows from what is asked, so that runs repeat."""
        return [
            {
                "id": f"call_{abs(hash_of(name + json.dumps(arguments))):024d}"[:29],
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments)},
            }
            for name, arguments in self.tool_calls
        ]


def hash_of(text: str) -> int:
    """A small hash that is the same in every process, unlike the built-in one."""
    value = 0
    for byte in text.encode():
        value = (value * 131 + byte) % 1_000_000_000_039
    return value


def n_tokens(value: object) -> int:
    """About as many tokens as a real model would count: one for four bytes."""
    return len(json.dumps(value, ensure_ascii=False).encode()) // 4 + 1


def reply_to(request: Json) -> Reply:
    """What the pretend model answers to a conversation.

    With the tools of the trip example it asks for the weather, corrects a city that a tool did not know, asks for the
    rest, and then writes a text from what the tools found. Without tools and results it repeats the question.
    """
    messages: list[Json] = request["messages"]
    results = [json.loads(message["content"]) for message in messages if message["role"] == "tool"]
    question = next(str(message["content"]) for message in reversed(messages) if message["role"] == "user")
    if request.get("tools"):
        return reply_with_tools(question, messages, results)
    if results:
        return Reply(text=trip_text([result for result in results if "error" not in result]))
    return Reply(text=f"You asked: {question}")


def reply_with_tools(question: str, messages: list[Json], results: list[Json]) -> Reply:
    """Which tools the pretend model wants, step by step."""
    route = re.search(r"from (\w+) to (\w+)", question)
    if route is None:
        return Reply(text=f"Tell me where from and where to; you asked: {question}")
    origin, destination = route.groups()
    if not results:
        return Reply(tool_calls=[("get_weather", {"city": destination})])
    hint = re.search(r"did you mean '([^']+)'", str(results[-1].get("error", "")))
    city = hint.group(1) if hint else destination
    if hint or len(results) == 1:
        days = re.search(r"(\d+) days", question)
        return Reply(
            tool_calls=[
                ("get_weather", {"city": city}),
                ("get_distance", {"origin": origin, "destination": city}),
                ("pack_bag", {"city": city, "days": int(days.group(1)) if days else 2}),
            ]
        )
    return Reply(text=trip_text([result for result in results if "error" not in result]))


def trip_text(results: list[Json]) -> str:
    """A text made of what the tools found, so that wrong results would show in it."""
    found: Json = {}
    for result in results:
        found.update(result)
    lines = []
    if "high_celsius" in found:
        low, high, rain = found["low_celsius"], found["high_celsius"], found["rainy_days"]
        lines.append(f"{found['city']} has {low} to {high} °C this month, with about {rain} days of rain.")
    if "distance_km" in found:
        lines.append(f"It is {found['distance_km']} km away, {found['flight_hours']} hours by plane.")
    if "items" in found:
        lines.append("Pack " + ", ".join(found["items"]) + ".")
    return " ".join([*lines, "Have a good trip!"])


def usage_of(request: Json, reply: Reply) -> Json:
    """The tokens that a conversation and its answer take."""
    prompt = sum(n_tokens(message) for message in request["messages"]) + n_tokens(request.get("tools") or "")
    completion = n_tokens(reply.text or "") if reply.text else n_tokens(reply.calls())
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def envelope(request: Json, kind: str) -> Json:
    """What every answer and every event of a stream has in common."""
    return {
        "id": f"chatcmpl-{hash_of(json.dumps(request)):013d}",
        "object": kind,
        "created": CREATED_AT,
        "model": MODELS[request["model"]],
        "service_tier": "default",
        "system_fingerprint": FINGERPRINT,
    }


def whole_answer(request: Json, reply: Reply) -> Json:
    """The answer to a request that is not streamed."""
    message: Json = {"role": "assistant", "content": reply.text, "refusal": None}
    if reply.tool_calls:
        message["tool_calls"] = reply.calls()
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reply.finish_reason}
    return {**envelope(request, "chat.completion"), "choices": [choice], "usage": usage_of(request, reply)}


def deltas(reply: Reply) -> Iterator[Json]:
    """What changes from event to event: the role, then the text or the tool calls piece by piece."""
    yield {"role": "assistant", "content": "" if reply.text is not None else None, "refusal": None}
    for piece in PIECE.findall(reply.text or ""):
        yield {"content": piece}
    for index, call in enumerate(reply.calls()):
        function = call["function"]
        yield {"tool_calls": [{**call, "index": index, "function": {"name": function["name"], "arguments": ""}}]}
        arguments = function["arguments"]
        for start in range(0, len(arguments), 12):
            yield {"tool_calls": [{"index": index, "function": {"arguments": arguments[start : start + 12]}}]}


def streamed_answer(request: Json, reply: Reply) -> Iterator[Json]:
    """The events of a streamed answer."""
    head = envelope(request, "chat.completion.chunk")
    with_usage = bool((request.get("stream_options") or {}).get("include_usage"))
    if with_usage:
        head["usage"] = None
    for delta in deltas(reply):
        yield {**head, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": reply.finish_reason}]}
    if with_usage:
        yield {**head, "choices": [], "usage": usage_of(request, reply)}


@dataclass
class ApiError(Exception):
    """An answer other than 200, in the API's own form."""

    status: int
    message: str
    kind: str
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> Json:
        """The error body."""
        return {"error": {"message": self.message, "type": self.kind, "param": None, "code": self.code}}


def check(request: Json) -> None:
    """Refuses what the real API refuses."""
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ApiError(400, "Missing required parameter: 'messages'.", "invalid_request_error", "missing_parameter")
    if request.get("model") not in MODELS:
        message = f"The model '{request.get('model')}' does not exist or you do not have access to it."
        raise ApiError(404, message, "invalid_request_error", "model_not_found")


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    pace_seconds = 0.0

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing; the terminal belongs to whoever started this."""

    def do_POST(self) -> None:
        """Answers a chat completion."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            self.complete(body)
        except ApiError as error:
            self.send_json(error.status, error.body(), error.headers)

    def do_GET(self) -> None:
        """Answers the list of models."""
        if self.path == "/v1/models":
            models = [{"id": name, "object": "model", "created": CREATED_AT, "owned_by": "stub"} for name in MODELS]
            self.send_json(200, {"object": "list", "data": models})
        else:
            error = ApiError(404, f"Invalid URL (GET {self.path})", "invalid_request_error")
            self.send_json(404, error.body())

    def complete(self, body: bytes) -> None:
        """Answers a chat completion, whole or streamed, or does the harm that was ordered."""
        if self.path != "/v1/chat/completions":
            raise ApiError(404, f"Invalid URL (POST {self.path})", "invalid_request_error")
        if not (self.headers.get("authorization") or "").startswith("Bearer "):
            raise ApiError(401, "You didn't provide an API key.", "invalid_request_error", "invalid_api_key")
        fault = self.headers.get("x-stub-fault") or ""
        is_retry = self.headers.get("x-stainless-retry-count", "0") != "0"
        if fault == "429" or (fault == "429-once" and not is_retry):
            message, wait = "Rate limit reached for requests", {"retry-after-ms": "1"}
            raise ApiError(429, message, "requests", "rate_limit_exceeded", wait)
        if fault == "500":
            raise ApiError(500, "The server had an error while processing your request.", "server_error")
        try:
            request = json.loads(body)
        except ValueError as error:
            raise ApiError(400, "We could not parse the JSON body of your request.", "invalid_request_error") from error
        check(request)
        reply = reply_to(request)
        time.sleep(self.pace_seconds)
        if request.get("stream"):
            self.send_events(streamed_answer(request, reply), is_broken=fault == "broken-stream")
        else:
            self.send_json(200, whole_answer(request, reply))

    def send_json(self, status: int, value: Json, headers: dict[str, str] | None = None) -> None:
        """Sends a whole answer."""
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_events(self, events: Iterator[Json], *, is_broken: bool) -> None:
        """Sends server-sent events in chunks; a broken stream stops in the middle of one."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number, event in enumerate(events):
            data = f"data: {json.dumps(event)}\n\n".encode()
            if is_broken and number == 3:
                self.wfile.write(b"%x\r\n%s" % (len(data), data[: len(data) // 2]))
                self.wfile.flush()
                self.close_connection = True
                return
            self.send_chunk(data)
            time.sleep(self.pace_seconds)
        self.send_chunk(b"data: [DONE]\n\n")
        self.send_chunk(b"")

    def send_chunk(self, data: bytes) -> None:
        """Sends one chunk, and at once."""
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    """Takes connections until it is shut down."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: a client that leaves in the middle is part of the trade."""


def server(pace_millis: float = 0.0) -> Server:
    """A server on a free port of the loopback; `pace_millis` is the wait before each piece, to look like a model."""
    handler = type("PacedHandler", (Handler,), {"pace_seconds": pace_millis / 1000})
    return Server(("127.0.0.1", 0), handler)


def address_of(made: Server) -> str:
    """What a client takes as its base address."""
    return f"http://127.0.0.1:{made.server_address[1]}/v1"


@contextlib.contextmanager
def serving(pace_millis: float = 0.0) -> Iterator[str]:
    """Serves from a thread while the block runs, and gives the base address."""
    made = server(pace_millis)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield address_of(made)
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(description="A stand-in for OpenAI's chat completions API.")
    parser.add_argument("--pace-millis", type=float, default=0.0, help="the wait before each piece of an answer")
    made = server(parser.parse_args().pace_millis)
    print(f"listening on {address_of(made)}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        made.serve_forever()


if __name__ == "__main__":
    main()
