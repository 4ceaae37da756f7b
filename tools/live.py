"""Starts, asks and stops what a live run needs: the server, the model's stand-in, an example. Used by demo and tests.

Everything listens on the loopback, on a port of the system's choice unless told otherwise; every wait has a deadline;
every process is stopped by its own id.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import steps

Json = dict[str, Any]
T = TypeVar("T")

# A debug server opens an empty store in well under a second; two busy cores may make it much slower.
START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 20.0
# Searchable at most a second after the answer, by design; the rest is for busy machines.
VISIBLE_SECONDS_MAX = 30.0
POLL_SECONDS = 0.02

SERVER_LINE = re.compile(r"tracewood listening on (http://\S+) \(gRPC (\S+)\), data in (.+)")
PROVIDER_LINE = re.compile(r"listening on (http://\S+)")


class LiveError(Exception):
    """Something did not start, did not answer or did not come in time."""


def wait_until(what: str, probe: Callable[[], T | None], seconds: float = VISIBLE_SECONDS_MAX) -> T:
    """Asks again and again until there is an answer, and says what was waited for when the time is up."""
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise LiveError(f"{what} did not come within {seconds:.0f} s")
        time.sleep(POLL_SECONDS)


class Program:
    """A process of ours that says in one line that it is ready."""

    def __init__(self, *command: str | Path, ready: re.Pattern[str], env: dict[str, str] | None = None) -> None:
        """Starts it and waits for the line that matches `ready`."""
        self.name = Path(command[0]).name
        self.errors = tempfile.TemporaryFile(mode="w+")  # noqa: SIM115 - closed by stop()
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env=env,
        )
        self.match: re.Match[str] | None = None
        self.reader = threading.Thread(target=self._read, args=(ready,), daemon=True)
        self.reader.start()
        try:
            self.ready = wait_until(f"the first word of {self.name}", self._readiness, START_SECONDS_MAX)
        except LiveError:
            self.stop()
            raise

    def _read(self, ready: re.Pattern[str]) -> None:
        """Reads what it prints to the end, so that it never waits for a reader."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.match = self.match or ready.search(line)

    def _readiness(self) -> re.Match[str] | None:
        if self.match is None and self.process.poll() is not None:
            self.reader.join()
        if self.match is None and self.process.poll() is not None:
            raise LiveError(self.said().strip() or f"{self.name} ended with {self.process.returncode}")
        return self.match

    def said(self) -> str:
        """What it has written to its standard error."""
        self.errors.seek(0)
        return self.errors.read()

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self.process.kill()
        self.process.wait(STOP_SECONDS_MAX)

    def stop(self) -> int:
        """Asks it to end, waits, and gives its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            raise LiveError(f"{self.name} did not stop within {STOP_SECONDS_MAX:.0f} s and was killed") from None
        finally:
            self.reader.join(STOP_SECONDS_MAX)
            if self.process.stdout is not None:
                self.process.stdout.close()
            self.errors.close()
        return code


@dataclass(frozen=True)
class Server:
    """A running server, and questions to its API."""

    program: Program
    url: str
    grpc: str

    def get(self, path: str) -> Any:
        """The JSON answer to a GET; an answer other than 200 is an error with its text."""
        status, body = request("GET", self.url + path)
        if status != 200:
            raise LiveError(f"GET {path} answered {status}: {body.decode(errors='replace')}")
        return json.loads(body)

    def traces(self, query: str = "limit=200") -> list[Json]:
        """The newest traces."""
        found: list[Json] = self.get(f"/api/v1/traces?{query}")["traces"]
        return found

    def trace(self, trace_id: str, n_spans: int = 1) -> Json:
        """One trace with its spans, once it has at least so many that have ended."""

        def probe() -> Json | None:
            status, body = request("GET", f"{self.url}/api/v1/traces/{trace_id}")
            if status == 404:
                return None
            if status != 200:
                raise LiveError(f"trace {trace_id} answered {status}: {body.decode(errors='replace')}")
            found: Json = json.loads(body)
            return found if sum(not span["pending"] for span in found["spans"]) >= n_spans else None

        return wait_until(f"trace {trace_id} with {n_spans} spans", probe)


def request(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """One request over HTTP, past any proxy: status and body, whatever the status is."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    asked = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with opener.open(asked, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def start_server(
    data: Path, listen: str = "127.0.0.1:0", grpc: str = "127.0.0.1:0", binary: Path | None = None
) -> Server:
    """Starts the server and waits until it listens; whoever starts it stops it."""
    command = (binary or steps.binary(), "serve", "--data", data, "--listen", listen, "--grpc", grpc)
    # What the caller's shell says about servers must not reach this one.
    program = Program(*command, ready=SERVER_LINE, env=environment_without("TRACEWOOD_"))
    return Server(program, program.ready.group(1), program.ready.group(2))


@contextlib.contextmanager
def serving(data: Path, listen: str = "127.0.0.1:0", grpc: str = "127.0.0.1:0") -> Iterator[Server]:
    """A server that runs while the block does."""
    server = start_server(data, listen, grpc)
    try:
        yield server
    finally:
        if server.program.process.poll() is None:
            server.program.stop()


@contextlib.contextmanager
def model(pace_millis: float = 0.0) -> Iterator[str]:
    """The stand-in for OpenAI's API while the block runs; gives its base address."""
    script = steps.ROOT / "tests" / "providers" / "openai_api.py"
    program = Program(steps.venv_python(), script, "--pace-millis", str(pace_millis), ready=PROVIDER_LINE)
    try:
        yield program.ready.group(1)
    finally:
        program.stop()


def environment_without(*prefixes: str) -> dict[str, str]:
    """The environment without what would change how a traced program behaves."""
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
