"""A server that takes half a minute for each answer: nobody feels it, the end is bounded, and all arrives."""

from __future__ import annotations

import resource
import subprocess
import threading
import time
from collections.abc import Callable

import pytest
from collector import Collector

import tracewood

SLOW_SECONDS = 30

PROGRAM = """
import tracewood
tracewood.initialize(flush_interval=0.01)
for number in range(200):
    with tracewood.span("s"): pass
print("over", flush=True)
"""


def slowly(_: int, __: bytes) -> tuple[int, dict[str, str], bytes]:
    time.sleep(SLOW_SECONDS)
    return 200, {}, b""


@pytest.mark.timeout(240)
def test_server_of_thirty_seconds_gets_everything_and_holds_nobody_up(
    run_python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    ended: list[tuple[float, subprocess.CompletedProcess[str]]] = []

    def end_elsewhere() -> None:
        began = time.monotonic()
        done = run_python(PROGRAM, TRACEWOOD_ENDPOINT=other.url)
        ended.append((time.monotonic() - began, done))

    with Collector(slowly) as collector, Collector(slowly) as other:
        thread = threading.Thread(target=end_elsewhere)
        thread.start()
        tracewood.initialize(endpoint=collector.url, flush_interval=0.01, timeout=120)

        @tracewood.observe(name="work")
        def work(x: int) -> int:
            return x

        n_waits = resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
        for number in range(500):
            assert work(number) == number
        # Nothing in a call of ours gave the processor away: no wait, whatever the server does.
        assert resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw - n_waits < 50
        began = time.monotonic()
        assert tracewood.flush(120)["delivered"] == 500
        assert time.monotonic() - began > SLOW_SECONDS / 2
        assert len(collector.wait(500)) == 500
        thread.join()
    ((seconds, done),) = ended
    # Five seconds are the bound; the rest is for a busy machine to start and end an interpreter.
    assert done.stdout == "over\n"
    assert seconds < SLOW_SECONDS - 5
    assert "tracewood lost 200 of 200 spans (" in done.stderr
