"""The demo as a user runs it: the built binary, the wheels, the examples; then its trace on the page in a browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import demo
import live
import steps

SCREENSHOTS = steps.ROOT / "build" / "e2e"
FREE = ("--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0")


def demo_command(data: Path, *options: str) -> list[str]:
    return [sys.executable, str(steps.ROOT / "tools" / "demo.py"), "--data", str(data), *FREE, *options]


def test_demo_once_shows_both_traces_and_finds_them_complete(tmp_path: Path) -> None:
    done = subprocess.run(demo_command(tmp_path, "--once"), capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "traced through traceroot" in done.stdout
    assert "traced through mutagent" in done.stdout
    assert done.stdout.count("Lisbon has 12 to 18 °C this month") >= 2
    assert done.stdout.count("plan_trip") >= 2
    assert done.stdout.count("pack_bag") >= 2
    assert done.stdout.rstrip().endswith("both traces are complete")


def test_demo_serves_until_it_is_stopped(tmp_path: Path) -> None:
    # A shell that runs tests in the background has them ignore Ctrl-C, and children would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        demo_command(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if line.startswith("Open http://"))
        url = line.split()[1]
        assert live.request("GET", f"{url}/healthz")[0] == 200
        # As a terminal does it: everything that was started from it hears of it.
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout.read().strip() == "stopped"
        assert process.wait(live.STOP_SECONDS_MAX) == 0
    finally:
        signal.signal(signal.SIGINT, before)
        if process.poll() is None:
            # The demo and what it started; the session is its own.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
    with pytest.raises(OSError, match="refused"):
        live.request("GET", f"{url}/healthz")


def test_busy_port_is_said_with_the_flag_that_changes_it(tmp_path: Path) -> None:
    with live.serving(tmp_path / "first") as server:
        address = server.url.removeprefix("http://")
        with pytest.raises(live.LiveError, match=f"{address.rpartition(':')[2]}.*--listen"):
            live.start_server(tmp_path / "second", listen=address)
        command = [sys.executable, str(steps.ROOT / "tools" / "demo.py"), "--listen", address, "--only-ports"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert "make demo LISTEN=" in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.timeout(1220)
def test_trace_of_the_demo_is_opened_in_the_browser(tmp_path: Path) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with live.serving(tmp_path / "data") as server, live.model() as model_url:
        trace = demo.run_example("traceroot", server, model_url)
        demo.run_example("mutagent", server, model_url)
        assert demo.problems("traceroot", trace) == []
        answer = next(span for span in trace["spans"] if span["name"] == "write_answer")
        environment = {
            **os.environ,
            "TRACEWOOD_URL": server.url,
            "TRACEWOOD_BINARY": str(steps.binary()),
            "E2E_TRACE_ID": trace["trace"]["trace_id"],
            "E2E_SPAN_NAME": answer["name"],
            "E2E_SPAN_OUTPUT": answer["output"] if isinstance(answer["output"], str) else json.dumps(answer["output"]),
            "E2E_PICTURES": str(SCREENSHOTS),
            "E2E_BINARY": str(steps.binary()),
        }
        environment.setdefault("CHROMIUM", chromium())
        before = {file: file.stat().st_mtime_ns for file in SCREENSHOTS.glob("*.png")}
        command = ["npm", "run", "--silent", "e2e", "-w", "tests/e2e"]
        done = subprocess.run(command, cwd=steps.ROOT, env=environment, check=False, timeout=1200)
        assert done.returncode == 0
        made = [file for file in SCREENSHOTS.glob("*.png") if file.stat().st_mtime_ns != before.get(file)]
        assert made, "no screenshot was made"


def chromium() -> str:
    """The browser of this machine."""
    found = subprocess.run([steps.ROOT / "tools" / "chromium.sh"], capture_output=True, text=True, check=True)
    return found.stdout.strip()
