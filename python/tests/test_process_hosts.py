"""Servers and workers that fork: gunicorn, Celery, and the two libraries that replace threads by greenlets."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from collector import Collector

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks")

APPLICATION = """
import os, tracewood
{begin}
@tracewood.observe
def request(): return os.getpid()
def application(environ, start_response):
    with tracewood.extract(environ):
        pid = request()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(pid).encode()]
"""

TASKS = """
import os, tracewood
from celery import Celery
tracewood.initialize(flush_interval=60)
app = Celery("tasks", broker="filesystem://")
app.conf.update(
    broker_transport_options={{"data_folder_in": r"{folder}", "data_folder_out": r"{folder}"}},
    worker_max_tasks_per_child=1, worker_prefetch_multiplier=1, task_ignore_result=True,
    broker_connection_retry_on_startup=False,
)
@app.task(name="tasks.work")
@tracewood.observe
def work(x): return x
"""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as one:
        yield one


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(importlib.util.find_spec(name) is None, reason=f"{name} is not installed")


def stop(process: subprocess.Popen[str], number: int) -> str:
    """Ends a process that this test began, and gives what it said."""
    try:
        process.send_signal(number)
        return process.communicate(timeout=60)[0]
    finally:
        process.kill()


def said(process: subprocess.Popen[str], text: str) -> str:
    """Waits until a line with a text is said."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return line
    raise AssertionError("".join(lines))


@needs("gunicorn")
@pytest.mark.parametrize("preload", [True, False])
def test_gunicorn_workers_deliver_each_request_once(collector: Collector, tmp_path: Path, preload: bool) -> None:
    (tmp_path / "served.py").write_text(APPLICATION.format(begin="tracewood.initialize(flush_interval=60)"))
    command = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--workers", "2", "--no-control-socket"]
    process = subprocess.Popen(
        [*command, *(["--preload"] if preload else []), "served:application"],
        cwd=tmp_path,
        env={**os.environ, "TRACEWOOD_ENDPOINT": collector.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        url = said(process, "Listening at").split("Listening at: ")[1].split()[0]
        pids = set()
        for _ in range(20):
            with urllib.request.urlopen(url, timeout=30) as answer:
                pids.add(int(answer.read()))
    finally:
        out = stop(process, signal.SIGTERM)
    assert process.returncode == 0, out
    assert collector.wait(20) == ["request"] * 20
    if not preload:
        assert set(collector.pids) == pids


@needs("celery")
@pytest.mark.timeout(600)
def test_celery_children_of_one_task_each_deliver_once_in_a_hundred_rounds(
    collector: Collector, tmp_path: Path
) -> None:
    folder = tmp_path / "broker"
    folder.mkdir()
    (tmp_path / "tasks.py").write_text(TASKS.format(folder=folder))
    environ = {**os.environ, "TRACEWOOD_ENDPOINT": collector.url, "PYTHONPATH": str(tmp_path)}
    send = "import tasks\nfor x in range(100): tasks.app.send_task('tasks.work', (x,))"
    subprocess.run([sys.executable, "-c", send], cwd=tmp_path, env=environ, timeout=60, check=True)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "tasks", "worker", "--pool", "prefork", "--concurrency", "2"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"),
        ],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        names = collector.wait(100, 480)
    finally:
        out = stop(process, signal.SIGTERM)
    assert names == ["work"] * 100, out
    assert collector.wait(100) == ["work"] * 100
    assert len(set(collector.ids)) == 100


GREENLETS = {
    "gevent": """
from gevent import monkey; monkey.patch_all()
import gevent
def together(*calls): gevent.joinall([gevent.spawn(call) for call in calls], raise_error=True)
""",
    "eventlet": """
import warnings; warnings.simplefilter("ignore")
import eventlet; eventlet.monkey_patch()
def together(*calls):
    for one in [eventlet.spawn(call) for call in calls]: one.wait()
""",
}


@pytest.mark.parametrize("library", [pytest.param(name, marks=needs(name)) for name in GREENLETS])
def test_greenlets_keep_their_spans_apart_and_deliver(collector: Collector, library: str) -> None:
    program = f"""{GREENLETS[library]}
import threading, time, tracewood
from tracewood.testing import recorder
tracewood.initialize(flush_interval=60)
@tracewood.observe
def inner(x):
    time.sleep(0)
    return x
@tracewood.observe
def outer(x):
    time.sleep(0)
    inner(x)
    time.sleep(0)
    inner(x)
with recorder() as spans:
    together(*[lambda x=x: outer(x) for x in range(20)])
    thread = threading.Thread(target=outer, args=(20,)); thread.start(); thread.join()
    roots = spans.tree("input")
    print(len(roots), {{len(root["children"]) for root in roots}},
          all(child["input"] == root["input"] for root in roots for child in root["children"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "TRACEWOOD_ENDPOINT": collector.url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "21 {2} True\n", done.stderr
    assert len(collector.wait(63)) == 63
