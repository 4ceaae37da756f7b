"""Measures each figure that has a limit and prints it beside the limit, then our cost a span beside that of others.

Run by `make bench`. With `--write` the tables also go into bench/README.md. Ends with 1 if a limit is broken.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import live
import page
import sdk
import server
import steps

BENCH = Path(__file__).resolve().parent
README = BENCH / "README.md"
N_IMPORTS = 41
IMPORTS = {"tracewood": 15, "traceroot": 20, "mutagent.tracing": 20}
N_STARTS = 11
N_TRACES = 5000
# The best of several, since another process on the machine can only make a run slower.
N_ROUNDS = 3
RELEASE = steps.DIST / "tracewood"
# Ours first; then what users would pick instead, each in the environment that its tests use.
PEERS = [
    ("tracewood, traceroot face", "traceroot", steps.VENV),
    ("tracewood, mutagent face", "mutagent", steps.VENV),
    ("traceroot 0.5.0", "traceroot", steps.client_venv("traceroot")),
    ("mutagent-sdk 0.1.2", "mutagent", steps.client_venv("mutagent")),
    ("opentelemetry-sdk 1.45.2, OTLP over HTTP", "otel", steps.client_venv("otlp-http")),
    ("no tracing", "none", steps.VENV),
]
SINK_LINE = re.compile(r"listening on (http://\S+)")


@dataclass(frozen=True)
class Figure:
    """Something measured, and the limit that it must keep."""

    name: str
    value: float
    limit: float
    unit: str

    @property
    def is_kept(self) -> bool:
        """Whether the limit is kept."""
        return self.value <= self.limit

    def row(self) -> str:
        """The figure as a row of a table."""
        mark = "" if self.is_kept else " **broken**"
        return f"| {self.name} | {self.value:.3g} {self.unit} | {self.limit:g} {self.unit}{mark} |"


def wheel_figures() -> list[Figure]:
    """The wheel's size, and what it makes a user install besides."""
    (wheel,) = steps.DIST.glob("tracewood-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        name = next(entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
    needed = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:") and "extra ==" not in line]
    return [
        Figure("`tracewood` wheel", wheel.stat().st_size / 1e6, 6, "MB"),
        Figure("Python packages that it needs", len(needed), 0, ""),
    ]


def run_ms(code: str) -> float:
    """How long an interpreter takes for a line of code, from its start to its end."""
    began = time.perf_counter()
    subprocess.run([str(steps.venv_python()), "-I", "-c", code], check=True)
    return (time.perf_counter() - began) * 1e3


def import_figures() -> list[Figure]:
    """What an import costs over a bare interpreter: the median of pairs that follow on each other."""
    figures = []
    for name, limit in IMPORTS.items():
        pairs = [(run_ms("pass"), run_ms(f"import {name}")) for _ in range(N_IMPORTS)]
        over = statistics.median(importing - bare for bare, importing in pairs)
        figures.append(Figure(f"`import {name}`", over, limit, "ms"))
    return figures


def resident_mb(pid: int) -> float:
    """The memory that a process has in use."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found.group(1)) / 1024


def settled_mb(pid: int) -> float:
    """The memory of a process once it has not changed for half a second."""
    last, since = resident_mb(pid), time.monotonic()

    def probe() -> float | None:
        nonlocal last, since
        now = resident_mb(pid)
        if now != last:
            last, since = now, time.monotonic()
        return now if time.monotonic() - since > 0.5 else None

    return live.wait_until("a quiet server", probe)


def server_figures() -> list[Figure]:
    """The release binary: its size, how soon an empty server is ready, and what it takes when nothing happens."""
    ready, resident = [], 0.0
    for _ in range(N_STARTS):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            server = live.start_server(Path(folder) / "data", binary=RELEASE)
            assert server.get("/healthz")["status"] == "ok"
            ready.append(time.perf_counter() - began)
            resident = max(resident, settled_mb(server.program.process.pid))
            server.program.stop()
    return [
        Figure("release binary with the page", RELEASE.stat().st_size / 1e6, 40, "MB"),
        Figure("empty server ready", statistics.median(ready), 0.3, "s"),
        Figure("empty server resident", resident, 40, "MB"),
    ]


@dataclass(frozen=True)
class Cost:
    """What an SDK costs a span."""

    name: str
    caller_us: float
    cpu_us: float
    n_delivered: int
    n_sent: int
    import_ms: float

    def row(self) -> str:
        """The cost as a row of a table."""
        delivered = f"{self.n_delivered} of {self.n_sent}"
        return f"| {self.name} | {self.caller_us:.2f} | {self.cpu_us:.2f} | {delivered} | {self.import_ms:.0f} |"


def measure(name: str, peer: str, venv: Path, sink_url: str) -> Cost:
    """Runs one peer once."""
    command = [str(steps.venv_python(venv)), str(BENCH / "sdk_overhead.py"), peer, sink_url, str(N_TRACES)]
    env = live.environment_without("TRACEWOOD_", "TRACEROOT_", "MUTAGENT_", "OTEL_")
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode != 0:
        raise live.LiveError(f"{name}: {done.stderr}")
    figures = json.loads(done.stdout.splitlines()[-1])
    count = json.loads(live.request("GET", f"{sink_url}/count")[1])
    n_sent = 0 if peer == "none" else figures["sent"]
    return Cost(name, figures["caller_us"], figures["cpu_us"], count["spans"], n_sent, figures["import_ms"])


def costs() -> list[Cost]:
    """Every peer, in turns, the best of the rounds by the caller's time."""
    best: dict[str, Cost] = {}
    sink = live.Program(steps.venv_python(), BENCH / "sink.py", ready=SINK_LINE)
    try:
        for _ in range(N_ROUNDS):
            for name, peer, venv in PEERS:
                if not steps.venv_python(venv).exists():
                    continue
                cost = measure(name, peer, venv, sink.ready.group(1))
                best[name] = min(best.get(name, cost), cost, key=lambda found: found.caller_us)
    finally:
        sink.stop()
    return list(best.values())


def machine() -> str:
    """What the figures were measured on."""
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    cores = subprocess.run(["nproc"], capture_output=True, text=True, check=True).stdout.strip()
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    day = datetime.datetime.now(tz=datetime.timezone.utc).date()
    cpu = model.group(1) if model else platform.machine()
    return f"{day}, {cores} cores ({cpu}), Linux, CPython {platform.python_version()}, rustc {rustc}"


def main() -> int:
    """Measures and prints everything."""
    parser = argparse.ArgumentParser(description="Measures what has a limit, and our cost a span beside others'.")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    parser.add_argument("--full", action="store_true", help="the server's figures in full size, which takes an hour")
    options = parser.parse_args()
    figures = [*wheel_figures(), *server_figures(), *import_figures()]
    lines = [machine(), "", "| figure | measured | limit |", "|---|---|---|", *(figure.row() for figure in figures), ""]
    lines += ["| SDK | µs a span, caller | µs CPU a span, process | delivered | import and set-up, ms |"]
    lines += ["|---|---|---|---|---|", *(cost.row() for cost in costs())]
    # Imports are among the figures above.
    of_sdk, is_sdk_kept = sdk.table([word for word in sdk.PARTS if word != "import"])
    lines += ["", *of_sdk]
    of_server, is_server_kept = server.table([], server.FULL if options.full else server.SHORT)
    lines += ["", *of_server]
    of_page, is_page_kept = page.table()
    lines += ["", *of_page]
    table = "\n".join(lines)
    print(table)
    if options.write:
        head, _, rest = README.read_text().partition("<!-- last run -->\n")
        tail = rest.partition("<!-- end of last run -->")[2]
        README.write_text(f"{head}<!-- last run -->\n{table}\n<!-- end of last run -->{tail}")
    return 0 if is_sdk_kept and is_server_kept and is_page_kept and all(figure.is_kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
