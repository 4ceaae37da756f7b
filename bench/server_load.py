"""Runs the release server and a source of load beside it, and reads what the server says of itself."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import live
import steps

# Another build of ours may be measured, such as one of two while something is tried.
SERVER = Path(os.environ.get("TRACEWOOD_BENCH_SERVER", steps.DIST / "tracewood"))
LOAD = Path(os.environ.get("TRACEWOOD_BENCH_LOAD", steps.DIST / "tracewood-load"))
CATCH_UP_SECONDS = 600.0
# How often a span is asked for until it is found.
PROBE_SECONDS = 0.1


@contextmanager
def running(data: Path, listen: str = "127.0.0.1:0") -> Iterator[live.Server]:
    """The release server while the block runs."""
    server = live.start_server(data, listen, binary=SERVER)
    try:
        yield server
    finally:
        if server.program.process.poll() is None:
            server.program.stop()


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for data, on the disk and not in memory, where temporary folders may be."""
    steps.ROOT.joinpath("build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=steps.ROOT / "build", prefix="bench-") as path:
        yield Path(path) / "data"


class Load:
    """A run of the source of load."""

    def __init__(self, server: live.Server, **plan: object) -> None:
        """Starts it; the names are those of `Plan` in `crates/testkit/src/load`."""
        words = [f"{name}={value}" for name, value in plan.items()]
        command = [str(LOAD), server.url.removeprefix("http://"), *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def outcome(self) -> dict[str, Any]:
        """Waits for its end, and says what became of its requests."""
        said, _ = self.process.communicate(timeout=7200)
        if self.process.returncode != 0:
            raise live.LiveError(f"the source of load failed: {said}")
        found: dict[str, Any] = json.loads(said)
        return found

    def stop(self) -> None:
        """Ends it wherever it is."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def numbers(server: live.Server) -> dict[str, float]:
    """What the server counts of itself, by name and labels."""
    text = live.request("GET", f"{server.url}/metrics")[1].decode()
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name.removeprefix("tracewood_"): float(value) for name, value in lines}


def caught_up(server: live.Server) -> None:
    """Waits until all that is on disk can be found."""

    def probe() -> bool | None:
        return (numbers(server)["wal_bytes"] == 0) or None

    live.wait_until("an index that has caught up", probe, CATCH_UP_SECONDS)


def quiet(server: live.Server) -> None:
    """Waits until the server has used next to no processor for two seconds: merges are over."""
    ticks = os.sysconf("SC_CLK_TCK")

    def used() -> float:
        fields = Path(f"/proc/{server.program.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / ticks

    last, since = used(), time.monotonic()

    def probe() -> bool | None:
        nonlocal last, since
        now = used()
        if now - last > 0.05:
            last, since = now, time.monotonic()
        return (time.monotonic() - since > 2.0) or None

    live.wait_until("a quiet server", probe, CATCH_UP_SECONDS)


class Watch:
    """Reads the server's numbers while it runs, in a thread of its own."""

    def __init__(self, server: live.Server, probe: Callable[[], None] | None = None, seconds: float = 0.5) -> None:
        """Starts; `probe` is called each time too."""
        self.server, self.probe, self.seconds = server, probe, seconds
        self.resident_max = 0.0
        self.trouble: str | None = None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self.stopping.wait(self.seconds):
            try:
                self.resident_max = max(self.resident_max, numbers(self.server)["resident_memory_bytes"])
                if self.probe is not None:
                    self.probe()
            except Exception as error:
                self.trouble = str(error)

    def stop(self) -> None:
        """Ends it."""
        self.stopping.set()
        self.thread.join()
        if self.trouble is not None:
            raise live.LiveError(f"the server could not be watched: {self.trouble}")


def visible_after(server: live.Server, number: int) -> float:
    """Seconds from the acknowledgement of a span until a question finds it."""
    trace_id, now = f"{0xFACE << 64 | number:032x}", time.time_ns()
    span = {
        "traceId": trace_id,
        "spanId": f"{number:016x}",
        "name": "probe",
        "startTimeUnixNano": str(now),
        "endTimeUnixNano": str(now),
    }
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
    status, _ = live.request("POST", f"{server.url}/v1/traces", body, {"content-type": "application/json"})
    began = time.perf_counter()
    if status != 200:
        return float("nan")
    address = f"{server.url}/api/v1/traces/{trace_id}"

    # Asked so seldom that asking is no load of its own; what it takes longer counts.
    while live.request("GET", address)[0] != 200:
        if time.perf_counter() - began > CATCH_UP_SECONDS:
            raise live.LiveError(f"a span that was acknowledged was not found in {CATCH_UP_SECONDS:.0f} s")
        time.sleep(PROBE_SECONDS)
    return time.perf_counter() - began


def bytes_below(data: Path) -> int:
    """Bytes of a data directory whose spans can all be found, without its log.

    Of the log a segment is left then, 64 MiB at the most however much is stored, and its spans are in the index too.
    """
    files = (file for file in data.rglob("*") if file.is_file() and file.suffix != ".log")
    return sum(file.stat().st_size for file in files)


def fdatasync_millis(path: Path, n_times: int = 200) -> float:
    """The median of writing 4 KB and waiting until the disk has them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_WRONLY)
    try:
        times = []
        for _ in range(n_times):
            began = time.perf_counter()
            os.write(handle, b"x" * 4096)
            os.fdatasync(handle)
            times.append((time.perf_counter() - began) * 1e3)
    finally:
        os.close(handle)
        path.unlink()
    return statistics.median(times)
