"""The server under every stand-in for a model API: real HTTP on the loopback, and trouble where it is ordered.

An API is an object that knows its paths and its words (`Api`); this file knows the wire. Trouble is ordered by the
header `x-stub-fault`, or by `stub-fault=NAME` anywhere in the body, which works through every framework:

| fault | what happens |
|---|---|
| `429`, `500` | the API's own error body |
| `429-once` | a 429 at the first attempt, so that the client's own retry comes through |
| `broken-stream` | the connection ends in the middle of the fourth event |
| `stalled-stream` | after three events nothing comes until the client leaves |
| `unexpected` | valid JSON that is not what the API promises |
"""

from __future__ import annotations

import contextlib
import json
import re
import select
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

Json = dict[str, Any]

FAULT = re.compile(rb"stub-fault=([\w-]+)")
# How many events of a stream come before the ordered trouble.
N_EVENTS_BEFORE_TROUBLE = 3
# A stalled stream ends by itself, should its client never leave.
STALL_SECONDS_MAX = 60.0


@dataclass
class ApiError(Exception):
    """An answer other than 200; the API puts it into its own form."""

    status: int
    message: str
    kind: str
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Request:
    """What came in."""

    path: str
    headers: dict[str, str]
    body: Json


@dataclass
class Stream:
    """An answer that comes in pieces, each of which is one event of the API on the wire."""

    content_type: str
    events: Iterable[bytes]


class Api(Protocol):
    """One model API."""

    def answers(self, path: str) -> bool:
        """Whether a path belongs to it."""

    def answer(self, request: Request) -> Json | Stream:
        """The answer, whole or streamed."""

    def listing(self, path: str) -> Json | None:
        """The answer to a GET, if there is one."""

    def trouble(self, status: int) -> ApiError:
        """Its 429 and 500."""

    def error_body(self, error: ApiError) -> Json:
        """An error in its form."""


def sse(event: Json | str, name: str | None = None) -> bytes:
    """One server-sent event."""
    data = event if isinstance(event, str) else json.dumps(event)
    return f"{f'event: {name}' + chr(10) if name else ''}data: {data}\n\n".encode()


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    apis: Sequence[Api] = ()
    pace_seconds = 0.0

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing; the terminal belongs to whoever started this."""

    def api(self) -> Api:
        """The API that the path belongs to; the first one says that nobody knows it."""
        return next((api for api in self.apis if api.answers(self.path)), self.apis[0])

    def do_GET(self) -> None:
        """Answers a list."""
        api = self.api()
        found = api.listing(self.path)
        if found is None:
            error = ApiError(404, f"Invalid URL (GET {self.path})", "invalid_request_error")
            self.send_json(404, api.error_body(error))
        else:
            self.send_json(200, found)

    def do_POST(self) -> None:
        """Answers a call of a model, or does the harm that was ordered."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        api = self.api()
        try:
            self.complete(api, body)
        except ApiError as error:
            self.send_json(error.status, api.error_body(error), error.headers)

    def fault(self, body: bytes) -> str:
        """The trouble that was ordered."""
        named = self.headers.get("x-stub-fault")
        found = FAULT.search(body)
        return named or (found.group(1).decode() if found else "")

    def complete(self, api: Api, body: bytes) -> None:
        """Answers, whole or streamed."""
        if not api.answers(self.path):
            raise ApiError(404, f"Invalid URL (POST {self.path})", "invalid_request_error")
        fault = self.fault(body)
        is_retry = self.headers.get("x-stainless-retry-count", "0") != "0"
        if fault in ("429", "500") or (fault == "429-once" and not is_retry):
            raise api.trouble(int(fault.partition("-")[0]))
        if fault == "unexpected":
            self.send_json(200, {"surprise": ["this", {"is": "no answer"}]})
            return
        try:
            request = json.loads(body)
        except ValueError as error:
            raise ApiError(400, "We could not parse the JSON body of your request.", "invalid_request_error") from error
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = api.answer(Request(self.path, headers, request))
        time.sleep(self.pace_seconds)
        if isinstance(answer, Stream):
            self.send_stream(answer, fault)
        else:
            self.send_json(200, answer)

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

    def send_stream(self, stream: Stream, fault: str) -> None:
        """Sends events in chunks."""
        self.send_response(200)
        self.send_header("content-type", stream.content_type)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number, data in enumerate(stream.events):
            if number == N_EVENTS_BEFORE_TROUBLE and fault == "broken-stream":
                self.wfile.write(b"%x\r\n%s" % (len(data), data[: len(data) // 2]))
                self.wfile.flush()
                self.close_connection = True
                return
            if number == N_EVENTS_BEFORE_TROUBLE and fault == "stalled-stream":
                # What arrives here is the end of the connection: a client says nothing while it reads.
                select.select([self.connection], [], [], STALL_SECONDS_MAX)
                self.close_connection = True
                return
            self.send_chunk(data)
            time.sleep(self.pace_seconds)
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


def server(apis: Sequence[Api], pace_millis: float = 0.0) -> Server:
    """A server on a free port of the loopback; `pace_millis` is the wait before each piece, to look like a model."""
    handler = type("PacedHandler", (Handler,), {"apis": apis, "pace_seconds": pace_millis / 1000})
    return Server(("127.0.0.1", 0), handler)


def root_of(made: Server) -> str:
    """The address of a server, without a path."""
    return f"http://127.0.0.1:{made.server_address[1]}"


@contextlib.contextmanager
def running(apis: Sequence[Api], pace_millis: float = 0.0) -> Iterator[str]:
    """Serves from a thread while the block runs, and gives the address without a path."""
    made = server(apis, pace_millis)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield root_of(made)
    finally:
        made.shutdown()
        thread.join()
        made.server_close()
