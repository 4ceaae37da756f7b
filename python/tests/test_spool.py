"""The spool: what could not be delivered waits on disk, and the next start delivers it, once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from collector import Collector

Run = Callable[..., "subprocess.CompletedProcess[str]"]

# Waits until the spool holds nothing more, whichever process it is that delivers it, and this one has counted its part.
NEXT = """
import os, pathlib, sys, time, tracewood
tracewood.initialize()
folder = pathlib.Path(os.environ["TRACEWOOD_SPOOL"])
print("ready", flush=True)
deadline = time.monotonic() + 30
wanted = int(os.environ.get("WANTED", "0"))
def replayed(): return tracewood.stats()["destinations"][0]["replayed"]
while replayed() < wanted or any(path.suffix in (".batch", ".sending") for path in folder.rglob("*")):
    if time.monotonic() > deadline: sys.exit("the spool is not empty")
    time.sleep(0.01)
tracewood.flush()
print(replayed())
"""


@pytest.fixture
def nowhere() -> str:
    """An address that refuses."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{held.getsockname()[1]}"


def test_what_waits_at_exit_is_delivered_by_the_next_start(run_python: Run, tmp_path: Path, nowhere: str) -> None:
    program = """
import tracewood
tracewood.initialize()
for n in range(5):
    with tracewood.span(f"span {n}"): pass
print(tracewood.shutdown(0.3))
"""
    done = run_python(program, TRACEWOOD_ENDPOINT=nowhere, TRACEWOOD_SPOOL=str(tmp_path))
    assert done.stdout == "{'delivered': 0, 'remaining': 0, 'lost': 0, 'spooled': 5}\n", done.stderr
    with Collector() as collector:
        done = run_python(NEXT, TRACEWOOD_ENDPOINT=collector.url, TRACEWOOD_SPOOL=str(tmp_path), WANTED="5")
        assert done.stdout == "ready\n5\n", done.stderr
        assert collector.wait(5) == [f"span {n}" for n in range(5)]
        again = run_python(NEXT, TRACEWOOD_ENDPOINT=collector.url, TRACEWOOD_SPOOL=str(tmp_path))
        assert again.stdout == "ready\n0\n", again.stderr
        assert len(collector.wait(5)) == 5


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9")
def test_killed_writer_loses_nothing_of_the_spool_and_one_of_many_delivers_it(
    run_python: Run, tmp_path: Path, nowhere: str
) -> None:
    program = """
import os, signal, sys, time, tracewood
tracewood.initialize(queue_policy="spill", queue_spans_max=8, flush_at=1, flush_interval=0.01)
told, deadline = {"spooled": 0}, time.monotonic() + 30
while told["spooled"] < 20 and time.monotonic() < deadline:
    with tracewood.span("kept"): pass
    (told,) = tracewood.stats()["destinations"]
    time.sleep(0.001)
print(told["spooled"], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = run_python(program, TRACEWOOD_ENDPOINT=nowhere, TRACEWOOD_SPOOL=str(tmp_path))
    assert done.returncode == -signal.SIGKILL, done.stderr
    n_spooled = int(done.stdout)
    assert n_spooled >= 20
    with Collector() as collector:
        environ = {**os.environ, "TRACEWOOD_ENDPOINT": collector.url, "TRACEWOOD_SPOOL": str(tmp_path)}
        processes = [
            subprocess.Popen([sys.executable, "-c", NEXT], env=environ, stdout=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        for process in processes:
            try:
                process.communicate(timeout=60)
            finally:
                process.kill()
            assert process.returncode == 0
        # Each once, as the collector sees to; what was written between the count and the kill is there as well.
        assert len(collector.wait(n_spooled)) >= n_spooled


def test_spool_is_bounded_and_counts_what_had_to_go(run_python: Run, tmp_path: Path, nowhere: str) -> None:
    program = """
import time, tracewood
tracewood.initialize(queue_policy="spill", queue_spans_max=8, flush_at=1, flush_interval=0.01, spool_bytes_max=4096)
lost, deadline = {}, time.monotonic() + 30
while "spool_full" not in lost and time.monotonic() < deadline:
    with tracewood.span("kept", input="x" * 100): pass
    lost = tracewood.stats()["lost"]
    time.sleep(0.001)
print("spool_full" in lost)
tracewood.shutdown(0.1)
"""
    done = run_python(program, TRACEWOOD_ENDPOINT=nowhere, TRACEWOOD_SPOOL=str(tmp_path))
    assert done.stdout == "True\n", done.stderr
    assert "spool_full" in done.stderr
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.batch")) <= 4096
