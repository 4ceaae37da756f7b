"""An endpoint for benchmarks: answers 200 to anything, keeps the bodies, and counts the spans in them when asked.

`sink.py` takes a free port of the loopback and prints `listening on http://127.0.0.1:PORT`. `GET /count` answers
`{"requests", "bytes", "spans"}` since the last call and forgets them. Bodies are decoded only then, after the measured
run is over. With `--zstd` its answers say that it understands zstd, though it cannot count what comes so. With `--busy`
it answers 503 to whatever is sent, with `--slow` it answers after 30 seconds.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

# Field numbers of OTLP: request -> resource_spans -> scope_spans -> spans.
RESOURCE_SPANS, SCOPE_SPANS, SPANS = 1, 2, 2
# Wire types of protobuf.
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
SLOW_SECONDS = 30


class Kept(NamedTuple):
    """A request as it came."""

    path: str
    content_type: str
    encoding: str
    body: bytes


kept: list[Kept] = []
lock = threading.Lock()


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where the next thing begins."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def messages(data: bytes, wanted: int) -> Iterator[bytes]:
    """The embedded messages of one field."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == BYTES:
            length, at = varint(data, at)
            if tag >> 3 == wanted:
                yield data[at : at + length]
            at += length
        elif kind == VARINT:
            _, at = varint(data, at)
        else:
            at += {FIXED64: 8, FIXED32: 4}[kind]


def n_spans_in(request: Kept) -> int:
    """How many spans a request carries: OTLP protobuf, or MutagenT's JSON."""
    unpack: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "deflate": zlib.decompress, "": bytes}
    if request.encoding not in unpack:
        # No zstd in the standard library before 3.14; those who send it count for themselves.
        return 0
    plain = unpack[request.encoding](request.body)
    if "protobuf" in request.content_type:
        resources = messages(plain, RESOURCE_SPANS)
        scopes = (scope for resource in resources for scope in messages(resource, SCOPE_SPANS))
        return sum(1 for scope in scopes for _ in messages(scope, SPANS))
    return sum(len(trace["spans"]) for trace in json.loads(plain).get("traces", []))


def counted() -> dict[str, int]:
    """What came since the last call."""
    with lock:
        requests, kept[:] = list(kept), []
    return {
        "requests": len(requests),
        "bytes": sum(len(request.body) for request in requests),
        "spans": sum(map(n_spans_in, requests)),
    }


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        """Answers the count."""
        self.reply(json.dumps(counted()).encode(), "application/json")

    def do_POST(self) -> None:
        """Keeps a request."""
        if self.headers.get("transfer-encoding", "") == "chunked":
            body = b"".join(self.chunks())
        else:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
        content_type = self.headers.get("content-type", "")
        with lock:
            kept.append(Kept(self.path, content_type, self.headers.get("content-encoding", ""), body))
        is_protobuf = "protobuf" in content_type
        self.reply(b"" if is_protobuf else b"{}", content_type if is_protobuf else "application/json")

    def chunks(self) -> Iterator[bytes]:
        """The pieces of a chunked body."""
        while length := int(self.rfile.readline().strip() or b"0", 16):
            yield self.rfile.read(length)
            self.rfile.readline()
        self.rfile.readline()

    def reply(self, body: bytes, content_type: str) -> None:
        """Answers 200, unless the server is one in trouble."""
        if "--slow" in sys.argv:
            time.sleep(SLOW_SECONDS)
        self.send_response(503 if "--busy" in sys.argv and self.command == "POST" else 200)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        if "--zstd" in sys.argv:
            self.send_header("accept-encoding", "zstd, gzip")
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Takes many connections at once."""

    daemon_threads = True
    request_queue_size = 256


def main() -> None:
    """Serves until it is ended."""
    server = Server(("127.0.0.1", 0), Handler)
    print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
