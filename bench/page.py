"""What a reader of the page waits for, beside the limits: a local server, seeded traces, a browser without a screen.

`python bench/page.py` measures it alone, with `--full` where the large trace holds a gigabyte of inputs and outputs;
`bench/run.py` puts it into its tables.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import live
import steps
from server_load import quiet

BENCH = Path(__file__).resolve().parent
RELEASE = Path(os.environ.get("TRACEWOOD_BENCH_BINARY", steps.DIST / "tracewood"))
N_LISTED = 500
SMALL, LARGE = 200, 50_000
# What another page is measured in as well.
LIST, OPENED = "page: first list on the screen", f"page: trace of {SMALL} spans, from the click"
# Of each input and output of the large trace in full size, a gigabyte together.
FULL_PAYLOAD_BYTES = 10_000


@dataclass(frozen=True)
class Row:
    """Something that a reader waits for, and its limit; a rate must be above it, all else below."""

    name: str
    value: float
    limit: float
    unit: str
    is_rate: bool = False
    # What the browser alone took in this run, and another page when page_phoenix.py measured it.
    other: str = "–"

    @property
    def is_kept(self) -> bool:
        """Whether the limit is kept."""
        return self.value >= self.limit if self.is_rate else self.value <= self.limit

    def row(self) -> str:
        """The figure as a row of a table."""
        mark = "" if self.is_kept else " **broken**"
        sign = "≥" if self.is_rate else "≤"
        return (
            f"| {self.name} | {self.value:.3g} {self.unit} | {sign} {self.limit:g} {self.unit}{mark} | {self.other} |"
        )


def seed(server: live.Server, *words: object) -> dict[str, Any]:
    """Sends made-up traces and says what they were."""
    command = [str(RELEASE), "dev", "seed", "--server", server.url, "--json", *map(str, words)]
    done = subprocess.run(command, env=live.environment_without("TRACEWOOD_"), capture_output=True, check=False)
    if done.returncode != 0:
        raise live.LiveError(f"{' '.join(command)}: {done.stderr.decode()}")
    sent: dict[str, Any] = json.loads(done.stdout)
    return sent


def settle(server: live.Server) -> None:
    """Waits until all that was sent can be found, and the merges behind it are over."""

    def probe() -> bool | None:
        health = server.get("/api/v1/health")
        return (health["spans_searchable"] >= health["spans_durable"] and health["wal_bytes"] == 0) or None

    live.wait_until("everything can be found", probe, seconds=900)
    quiet(server)


def peak_mb(pid: int) -> float:
    """The most memory that a process has had in use, in MB; reset when it is read."""
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return peak / 1024


def browser_environment() -> dict[str, str]:
    """The environment of a script that needs a browser."""
    chromium = subprocess.run(
        [str(steps.ROOT / "tools" / "chromium.sh")], capture_output=True, text=True, check=True
    ).stdout.strip()
    return os.environ | {"CHROMIUM": chromium}


def browse(server: live.Server, small_id: str, large_id: str) -> dict[str, dict[str, float]]:
    """What the browser measured."""
    command = ["node", str(BENCH / "page.mjs"), server.url, small_id, large_id]
    done = subprocess.run(command, env=browser_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise live.LiveError(f"{' '.join(command)}: {done.stderr}")
    figures: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return figures


def rows(payload_bytes: int = 0) -> list[Row]:
    """Measures everything; inputs and outputs of the large trace have so many bytes at least."""
    with tempfile.TemporaryDirectory() as folder:
        server = live.start_server(Path(folder) / "data", binary=RELEASE)
        try:
            seed(server, "--traces", N_LISTED, "--days", 2)
            small = seed(server, "--seed", 2, "--traces", 1, "--spans-per-trace", SMALL)
            shape = ("--spans-per-trace", LARGE, "--payload-bytes", payload_bytes)
            large = seed(server, "--seed", 3, "--traces", 1, *shape)
            settle(server)
            pid = server.program.process.pid
            peak_mb(pid)
            before = peak_mb(pid)
            found = browse(server, small["first_trace_id"], large["first_trace_id"])
            grown = peak_mb(pid) - before
        finally:
            server.program.stop()
    floor = f"{found['plain']['millis']:.0f} ms for the same rows as HTML without any script; Phoenix 7.8 and 8.7 s"
    return [
        Row(LIST, found["list"]["millis"], 300, "ms", other=floor),
        Row("page: JavaScript at first load, compressed", found["list"]["script_bytes"] / 1e3, 250, "kB"),
        Row(OPENED, found["small"]["rows_millis"], 200, "ms", other="Phoenix 0.92 and 0.94 s, 22 spans"),
        Row("page: its first span's content, from the click", found["small"]["span_millis"], 200, "ms"),
        Row(f"page: trace of {LARGE} spans, from the click", found["large"]["rows_millis"], 1000, "ms"),
        Row("page: scrolling through it", found["scroll"]["frames_per_second"], 30, "frames/s", is_rate=True),
        Row("page: what the server's memory grew by for all that", grown, 200, "MB"),
    ]


def table(payload_bytes: int = 0) -> tuple[list[str], bool]:
    """The lines of the table, and whether every limit was kept."""
    found = rows(payload_bytes)
    lines = [
        "| what a reader waits for | measured | limit | others |",
        "|---|---|---|---|",
        *(row.row() for row in found),
    ]
    return lines, all(row.is_kept for row in found)


def main() -> int:
    """Measures and prints it."""
    lines, is_kept = table(FULL_PAYLOAD_BYTES if "--full" in sys.argv[1:] else 0)
    print("\n".join(lines))
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
