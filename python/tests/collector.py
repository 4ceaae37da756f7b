"""A collector for tests of whole processes: it takes OTLP on a port of its own and keeps the spans."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Collector:
    """Takes spans, or answers as a test wants it to: `answer` gives the status, further headers and the body."""

    def __init__(self, answer: Callable[[int, bytes], tuple[int, dict[str, str], bytes]] | None = None) -> None:
        self.answer = answer
        self.names: list[str] = []
        self.ids: list[bytes] = []
        self.pids: list[int] = []
        self.n_requests = 0
        self._changed = threading.Condition()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                status, headers, reply = collector.take(body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A client that is killed in the middle of a request is what some tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def take(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        with self._changed:
            self.n_requests += 1
            number = self.n_requests
        status, headers, reply = self.answer(number, body) if self.answer else (200, {}, b"")
        with self._changed:
            if status == 200:
                self._keep(ExportTraceServiceRequest.FromString(body))
            self._changed.notify_all()
        return status, headers, reply

    def _keep(self, request: Any) -> None:
        for resource in request.resource_spans:
            pid = next((one.value.int_value for one in resource.resource.attributes if one.key == "process.pid"), 0)
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.names.append(span.name)
                    self.ids.append(span.span_id)
                    self.pids.append(pid)

    def wait(self, n_spans: int, seconds: float = 30.0) -> list[str]:
        """The names of the spans, sorted, once there are so many, each of which came once."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.names) >= n_spans, seconds)
            assert len(set(self.ids)) == len(self.ids), "a span came twice"
            return sorted(self.names)

    def __enter__(self) -> Collector:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
