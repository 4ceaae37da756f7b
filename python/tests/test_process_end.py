"""How processes end and fork: whatever happens, each span is delivered exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from collector import Collector

Run = Callable[..., "subprocess.CompletedProcess[str]"]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks and signals")

HEAD = """
import os, signal, sys, threading, time, tracewood
tracewood.initialize(flush_interval=60)
@tracewood.observe
def work(x=None): return x
def said(name):
    with tracewood.span(name): pass
"""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as one:
        yield one


def start(program: str, url: str, **variables: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "TRACEWOOD_ENDPOINT": url, **variables}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-W", "ignore:.*fork:DeprecationWarning", "-c", HEAD + program],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("pass", 0),
        ("sys.exit(3)", 3),
        ("raise ValueError('x')", 1),
        ("os.kill(os.getpid(), signal.SIGINT)", -signal.SIGINT),
        ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
        ("threading.Thread(target=work).start()", 0),
    ],
)
def test_every_end_delivers(collector: Collector, ending: str, code: int) -> None:
    process = start(f"for _ in range(10): work()\n{ending}", collector.url)
    assert end(process)[0] == code
    assert len(collector.wait(10)) == 10 + ("Thread" in ending)


@pytest.mark.parametrize("wait", ["threading.Event().wait()", "time.sleep(600)", "signal.pause()"])
def test_sigterm_from_outside_delivers_and_ends_as_before(collector: Collector, wait: str) -> None:
    process = start(f"work()\nprint('ready', flush=True)\n{wait}", collector.url)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.terminate()
    assert end(process)[0] == -signal.SIGTERM
    assert collector.wait(1) == ["work"]


# Both calls are made by C code, so that Python sees the signal only after a wait that nothing else will end.
LATE = """
import ctypes
libc = ctypes.CDLL(None)
work()
list(zip(map(libc["raise"], [signal.SIGTERM]), map(libc.pause, [0])))
"""
BUSY = """
import itertools
tracewood.initialize(flush_interval=0.05)
work()
print('ready', flush=True)
sum(itertools.repeat(0))
"""
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Python's handler is alone")


@linux_only
@pytest.mark.parametrize("child", ["", "if os.fork(): os._exit(os.waitstatus_to_exitcode(os.wait()[1]) + 100)\n"])
def test_sigterm_ends_a_wait_that_begins_when_it_is_already_there(collector: Collector, child: str) -> None:
    assert end(start(child + LATE, collector.url))[0] == (100 if child else 0) - signal.SIGTERM
    assert collector.wait(1) == ["work"]


@linux_only
def test_sigterm_ends_a_program_that_does_not_come_to_its_handler(collector: Collector) -> None:
    process = start(BUSY, collector.url, TRACEWOOD_EXIT_TIMEOUT="0.5")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.terminate()
    assert end(process)[0] == -signal.SIGTERM
    # The threads that send need no interpreter.
    assert collector.wait(1) == ["work"]


def test_handler_of_the_program_is_left_alone(collector: Collector) -> None:
    program = """
def handler(*_): print("mine"); sys.exit(7)
signal.signal(signal.SIGTERM, handler)
tracewood.shutdown(); tracewood.initialize(flush_interval=60)
work()
os.kill(os.getpid(), signal.SIGTERM)
"""
    assert end(start(program, collector.url))[:2] == (7, "mine\n")
    assert collector.wait(1) == ["work"]


def test_sigterm_can_be_left_to_the_system(collector: Collector) -> None:
    program = "print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)"
    assert end(start(program, collector.url, TRACEWOOD_HANDLE_SIGTERM="0"))[1] == "True\n"


def test_spans_still_open_at_the_end_do_not_keep_the_others_back(collector: Collector) -> None:
    program = """
kept = tracewood.start_span("open")
def endless():
    with tracewood.span("endless"):
        started.set(); threading.Event().wait()
started = threading.Event()
threading.Thread(target=endless, daemon=True).start()
started.wait()
@tracewood.observe
def items():
    yield 1
held = items(); next(held)
class Late:
    def __del__(self): work()
late = Late(); late.me = late
work()
"""
    assert end(start(program, collector.url))[::2] == (0, "")
    assert "work" in collector.wait(1)


def test_hundred_forks_under_load_deliver_once_and_never_hang(collector: Collector) -> None:
    program = """
stop = threading.Event()
def busy():
    while not stop.is_set(): said("busy"); time.sleep(0.0002)
threads = [threading.Thread(target=busy) for _ in range(2)]
for thread in threads: thread.start()
codes = []
for n in range(100):
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            said("child")
            code = int(tracewood.flush(20)["remaining"])
        finally:
            os._exit(code)
    codes.append(os.waitpid(pid, 0)[1])
stop.set()
for thread in threads: thread.join()
print(codes.count(0))
"""
    code, out, err = end(start(program, collector.url))
    assert (code, out) == (0, "100\n"), err
    names = collector.wait(100)
    assert names.count("child") == 100
    assert len(set(collector.ids)) == len(names)


def test_fork_of_a_fork_delivers(collector: Collector) -> None:
    program = """
said("one")
if os.fork() == 0:
    said("two")
    if os.fork() == 0:
        said("three")
        sys.exit()
    os.wait()
    sys.exit()
os.wait()
"""
    assert end(start(program, collector.url))[0] == 0
    assert collector.wait(3) == ["one", "three", "two"]


MULTIPROCESSING = """
import multiprocessing, os, sys, tracewood
@tracewood.observe
def work(x): return x
def child(x):
    tracewood.initialize(flush_interval=60) if {late} else None
    work(x)
if __name__ == "__main__":
    context = multiprocessing.get_context("{method}")
    tracewood.initialize(flush_interval=60)
    work(0)
    processes = [context.Process(target=child, args=(n,)) for n in range(3)]
    for process in processes: process.start()
    for process in processes: process.join()
    with context.Pool(2) as pool:
        pool.map(child, range(4))
        {pool_end}
    print([process.exitcode for process in processes])
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("pool_end", ["pass", "pool.close(); pool.join()"])
def test_children_of_multiprocessing_deliver_once(
    collector: Collector, tmp_path: Path, method: str, pool_end: str
) -> None:
    program = tmp_path / "program.py"
    program.write_text(MULTIPROCESSING.format(method=method, late=method == "spawn", pool_end=pool_end))
    done = subprocess.run(
        [sys.executable, str(program)],
        env={**os.environ, "TRACEWOOD_ENDPOINT": collector.url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "[0, 0, 0]\n", done.stderr
    assert collector.wait(8) == ["work"] * 8


def test_child_of_multiprocessing_that_begins_tracing_itself_delivers(collector: Collector) -> None:
    program = """
import multiprocessing
def child():
    import tracewood
    tracewood.initialize(flush_interval=60)
    with tracewood.span("child"): pass
process = multiprocessing.get_context("fork").Process(target=child)
process.start(); process.join()
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "TRACEWOOD_ENDPOINT": collector.url},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert collector.wait(1) == ["child"]


def test_initialize_twice_late_again_and_from_many_threads(collector: Collector) -> None:
    program = """
work()
tracewood.initialize(flush_interval=60)
work()
print(tracewood.shutdown()["remaining"])
work()
ready = threading.Barrier(8)
def begin():
    ready.wait()
    for _ in range(20): tracewood.initialize(flush_interval=60); work()
threads = [threading.Thread(target=begin) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(tracewood.stats()["destinations"]))
"""
    code, out, err = end(start(program, collector.url))
    assert (code, out) == (0, "0\n1\n"), err
    n_lost = sum(int(text) for text in err.split("lost ")[1].split(" of")[:1]) if "lost" in err else 0
    assert len(collector.wait(162 - n_lost)) + n_lost == 162
