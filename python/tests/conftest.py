"""What the tests of the package share: spans in memory, and a process without settings of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tracewood import _client
from tracewood.testing import Recorder, recorder

PREFIXES = ("TRACEWOOD_", "TRACEROOT_", "MUTAGENT_", "OTEL_", "GITHUB_", "CI_")


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the machine is seen, and no destination outlives its test."""
    for name in list(os.environ):
        if name.startswith(PREFIXES):
            monkeypatch.delenv(name)
    yield
    _client.shutdown(0.1)
    _client._shut_down.clear()
    from tracewood import _native

    _native.set_observer(None)
    _native.rearm()


@pytest.fixture
def spans() -> Iterator[Recorder]:
    with recorder() as kept:
        yield kept


class Takes(BaseHTTPRequestHandler):
    """Takes everything and answers like MutagenT."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server_url() -> Iterator[str]:
    """A server on a port of its own that takes everything."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Takes) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def run_python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program in a process of its own."""

    def run(program: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIXES)}
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            env={**environ, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
