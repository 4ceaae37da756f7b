"""What a reader of Phoenix's page waits for, beside ours: the same traces, browser and machine.

`python bench/page_phoenix.py` installs Phoenix into an environment of its own, which takes a minute or two, gives it
the traces of `page.py`, measures both pages in turns and prints the table. Takes ten minutes.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import live
import page
import steps

PINS = steps.REQUIREMENTS / "rival-phoenix.txt"
ROUNDS = 2
# It takes some hundred spans a second.
SETTLE_SECONDS_MAX = 900


def phoenix_venv() -> Path:
    """The environment that holds Phoenix; made anew where the pins have changed."""
    venv = steps.client_venv("rival-phoenix")
    mark = venv / "pins.txt"
    if not mark.exists() or mark.read_text() != PINS.read_text():
        steps.make_venv(venv, PINS)
        mark.write_text(PINS.read_text())
    return venv


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def phoenix(folder: Path) -> Iterator[str]:
    """A Phoenix that runs while the block does; gives its address."""
    port = free_port()
    settings = {
        "PHOENIX_WORKING_DIR": str(folder),
        "PHOENIX_HOST": "127.0.0.1",
        "PHOENIX_PORT": str(port),
        "PHOENIX_GRPC_PORT": str(free_port()),
        "PHOENIX_TELEMETRY_ENABLED": "false",
        "PHOENIX_ALLOW_EXTERNAL_RESOURCES": "false",
    }
    origin = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        program = subprocess.Popen(
            [phoenix_venv() / "bin" / "phoenix", "serve"], env=os.environ | settings, stdout=log, stderr=log
        )
        try:
            live.wait_until("Phoenix answers", lambda: is_answered(origin), seconds=120)
            yield origin
        finally:
            program.terminate()
            program.wait()


def is_answered(origin: str) -> bool | None:
    """Whether it answers, or None."""
    try:
        return live.request("GET", f"{origin}/healthz")[0] == 200 or None
    except OSError:
        return None


def ask(origin: str, query: str) -> Any:
    """An answer of its GraphQL."""
    body = json.dumps({"query": query}).encode()
    status, answer = live.request("POST", f"{origin}/graphql", body, {"content-type": "application/json"})
    if status != 200:
        raise live.LiveError(f"Phoenix answered {status}: {answer.decode()}")
    return json.loads(answer)["data"]


def fill(origin: str) -> str:
    """Sends the traces of `page.py`, waits until all can be seen, and gives the id of their project."""
    command = [str(page.RELEASE), "dev", "seed", "--server", origin, "--json", "--days", "2"]
    command += ["--traces", str(page.N_LISTED)]
    done = subprocess.run(command, env=live.environment_without("TRACEWOOD_"), capture_output=True, check=True)
    n_spans = json.loads(done.stdout)["spans"]

    def probe() -> str | None:
        projects = ask(origin, "{ projects { edges { node { id recordCount } } } }")["projects"]["edges"]
        return next((each["node"]["id"] for each in projects if each["node"]["recordCount"] == n_spans), None)

    return live.wait_until("Phoenix has taken every span", probe, seconds=SETTLE_SECONDS_MAX)


def browse(origin: str, project_id: str) -> dict[str, dict[str, float]]:
    """What the browser measured."""
    command = ["node", str(page.BENCH / "page_phoenix.mjs"), origin, project_id]
    done = subprocess.run(command, env=page.browser_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise live.LiveError(f"{' '.join(command)}: {done.stderr}")
    figures: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> int:
    """Measures and prints it."""
    print("| | ours | Phoenix |\n|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder, phoenix(Path(folder)) as origin:
        project_id = fill(origin)
        for _ in range(ROUNDS):
            ours = {row.name: row.value for row in page.rows()}
            theirs = browse(origin, project_id)
            listed, opened = theirs["list"]["millis"], theirs["opened"]["millis"]
            print(f"| first list on the screen | {ours[page.LIST]:.0f} ms | {listed:.0f} ms |", flush=True)
            print(f"| a trace, from the click | {ours[page.OPENED]:.0f} ms | {opened:.0f} ms |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
