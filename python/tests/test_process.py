"""The life of a process: import, exit, forks, a server that is not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def lines(path: Path) -> list[dict[str, object]]:
    """The spans in a file of OTLP JSON."""
    found = []
    for line in path.read_text().splitlines():
        for resource in json.loads(line)["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                found += scope["spans"]
    return found


def test_import_starts_nothing_and_loads_nothing_heavy(run_python: Run) -> None:
    program = """
import sys, _thread
before = set(sys.modules)
import tracewood
heavy = {"inspect", "asyncio", "json", "dataclasses", "typing", "enum", "logging", "functools", "re", "threading"}
print(sorted(heavy & (set(sys.modules) - before)), _thread._count())
"""
    assert run_python(program).stdout == "[] 0\n"


def test_exit_without_any_call_delivers(run_python: Run, tmp_path: Path) -> None:
    file = tmp_path / "spans.jsonl"
    program = """
import tracewood
tracewood.initialize(endpoint="http://127.0.0.1:9")
@tracewood.observe
def work(x): return x
for x in range(3): work(x)
"""
    done = run_python(program, TRACEWOOD_FILE=str(file), TRACEWOOD_EXIT_TIMEOUT="0.3")
    assert done.returncode == 0, done.stderr
    assert len(lines(file)) == 3


@pytest.mark.parametrize("ending", ["raise ValueError('x')", "sys.exit(3)", "raise KeyboardInterrupt"])
def test_exit_by_exception_delivers(run_python: Run, tmp_path: Path, ending: str) -> None:
    file = tmp_path / "spans.jsonl"
    program = f"""
import sys, tracewood
tracewood.initialize(endpoint="http://127.0.0.1:9", timeout=1)
@tracewood.observe
def work():
    {ending}
work()
"""
    done = run_python(program, TRACEWOOD_FILE=str(file), TRACEWOOD_EXIT_TIMEOUT="0.3")
    assert done.returncode != 0
    assert [span["status"]["code"] for span in lines(file)] == [2]  # type: ignore[index]


def test_dead_server_does_not_hold_the_exit_for_long(run_python: Run) -> None:
    program = """
import tracewood
tracewood.initialize(endpoint="http://127.0.0.1:9")
@tracewood.observe
def work(x): return x
for x in range(100): work(x)
"""
    began = time.monotonic()
    done = run_python(program)
    assert done.returncode == 0
    assert time.monotonic() - began < 9
    assert "lost 100 of 100 spans" in done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_fork_delivers_each_span_once(run_python: Run, tmp_path: Path) -> None:
    file = tmp_path / "spans.jsonl"
    program = """
import os, tracewood
tracewood.initialize(endpoint="http://127.0.0.1:9", flush_interval=60, timeout=1)
@tracewood.observe
def work(x): return x
work("before")
children = []
for n in range(5):
    pid = os.fork()
    if pid == 0:
        work(f"child {n}")
        os._exit(0 if tracewood.flush(0.3) is not None else 1)
    children.append(pid)
work("parent")
print(all(os.waitpid(pid, 0)[1] == 0 for pid in children))
"""
    done = run_python(program, TRACEWOOD_FILE=str(file), TRACEWOOD_EXIT_TIMEOUT="0.3")
    assert done.stdout == "True\n", done.stderr
    found = lines(file)
    assert len(found) == 7
    assert len({span["spanId"] for span in found}) == 7


def test_spans_open_at_the_end_do_no_harm(run_python: Run, tmp_path: Path) -> None:
    program = """
import threading, tracewood
tracewood.initialize(endpoint="http://127.0.0.1:9", timeout=1)
@tracewood.observe
def endless():
    started.set()
    threading.Event().wait()
started = threading.Event()
threading.Thread(target=endless, daemon=True).start()
started.wait()
kept = tracewood.start_span("open")
@tracewood.observe
def items():
    yield 1
    yield 2
held = items()
next(held)
"""
    done = run_python(program, TRACEWOOD_FILE=str(tmp_path / "spans.jsonl"), TRACEWOOD_EXIT_TIMEOUT="0.3")
    assert done.returncode == 0, done.stderr


def test_handler_of_the_log_that_traces_and_raises_does_no_harm(run_python: Run) -> None:
    program = """
import logging, tracewood, traceroot
class Handler(logging.Handler):
    def emit(self, record):
        work()
        raise RuntimeError("no")
logging.getLogger("tracewood").addHandler(Handler())
@traceroot.observe
def work(): return 1
print(work())
"""
    assert run_python(program).stdout == "1\n"


def test_recursion_is_as_deep_as_without(run_python: Run) -> None:
    program = """
import sys, tracewood
from tracewood.testing import recorder
@tracewood.observe
def down(n): return 0 if n == 0 else down(n - 1) + 1
@tracewood.observe
def endless(): return endless()
with recorder() as spans:
    print(down(900), len(spans.all()))
    try: endless()
    except RecursionError: print("refused")
print(sys.getrecursionlimit() <= 2000)
"""
    assert run_python(program).stdout == "900 901\nrefused\nTrue\n"


def test_program_that_imports_nothing_else_runs_with_every_interpreter_flag() -> None:
    program = "import tracewood; print(tracewood.observe(lambda: 1)())"
    for flags in (["-I"], ["-OO"], ["-X", "dev"], ["-bb"]):
        done = subprocess.run(
            [sys.executable, *flags, "-c", program], capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.stdout, done.stderr) == ("1\n", ""), flags
