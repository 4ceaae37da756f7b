"""Every figure of the Python SDK that has a limit, beside the limit and the rivals in the same run.

`python bench/sdk.py [WORD…]` measures the figures whose names hold one of the words, or all of them.
"""

from __future__ import annotations

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import live
import otel
import steps

BENCH = Path(__file__).resolve().parent
# Another build of ours may be measured, such as one wheel against another.
OURS = Path(os.environ.get("TRACEWOOD_BENCH_VENV", steps.VENV))
RIVAL_VENVS = {name: steps.client_venv(name) for name in ("traceroot", "mutagent")}
OTEL_VENV = steps.client_venv("otlp-http")
FACES = {"tracewood": "tracewood", "traceroot": "traceroot face", "mutagent": "mutagent face"}
RIVALS = {"traceroot": "traceroot", "mutagent": "mutagent-sdk"}
IMPORTS = {"tracewood": (15, ""), "traceroot": (20, "traceroot"), "mutagent.tracing": (20, "mutagent")}
SINK_LINE = re.compile(r"listening on (http://\S+)")
N_IMPORTS = 41
N_ROUNDS = 5
N_TRACES, N_RIVAL_TRACES = 5000, 1500


@dataclass
class Row:
    """A figure of ours, the limit that it must keep, and what others need in the same run."""

    name: str
    value: float
    limit: float
    unit: str
    rivals: dict[str, float] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        """Whether the limit is kept."""
        return self.value <= self.limit

    def row(self) -> str:
        """The figure as a row of a table."""
        mark = "" if self.is_kept else " **broken**"
        rivals = ", ".join(f"{name} {value:.3g}" for name, value in self.rivals.items()) or "–"
        return f"| {self.name} | {self.value:.3g} {self.unit} | {self.limit:g} {self.unit}{mark} | {rivals} |"


class Lab:
    """Runs cases against a sink that is there for as long as the lab is."""

    def __init__(self) -> None:
        """Starts two sinks, of which one says that it understands zstd."""
        python, script = steps.venv_python(), BENCH / "sink.py"
        self.sinks = [live.Program(python, script, *more, ready=SINK_LINE) for more in ((), ("--zstd",))]
        self.url, self.zstd_url = (sink.ready.group(1) for sink in self.sinks)

    def close(self) -> None:
        """Stops the sinks."""
        for sink in self.sinks:
            sink.stop()

    def case(self, venv: Path, script: str, *words: object) -> dict[str, float]:
        """What one process of its own finds."""
        command = [str(steps.venv_python(venv)), str(BENCH / script), *map(str, words)]
        env = live.environment_without("TRACEWOOD_", "TRACEROOT_", "MUTAGENT_", "OTEL_")
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=600)
        if done.returncode != 0:
            raise live.LiveError(f"{' '.join(command)}: {done.stderr}")
        figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return figures

    def best(self, venv: Path, case: str, peer: str, key: str = "us", n_rounds: int = 3) -> float:
        """The best of some processes."""
        return min(self.case(venv, "sdk_case.py", case, peer, self.url)[key] for _ in range(n_rounds))

    def n_received(self) -> int:
        """How many spans came to the sink since the last call."""
        n_spans: int = json.loads(live.request("GET", f"{self.url}/count")[1])["spans"]
        return n_spans


def rivals() -> Iterator[tuple[str, str, Path]]:
    """The published packages that are installed: name, peer, environment."""
    for peer, name in RIVALS.items():
        if steps.venv_python(RIVAL_VENVS[peer]).exists():
            yield name, peer, RIVAL_VENVS[peer]


def caller_rows(lab: Lab) -> list[Row]:
    """A span on the caller's thread, through each face, as time and as shares of what others take."""
    wall: dict[str, list[float]] = {}
    busy: dict[str, list[float]] = {}
    others = [(name, peer, venv, N_RIVAL_TRACES) for name, peer, venv in rivals()]
    if steps.venv_python(OTEL_VENV).exists():
        others.append(("opentelemetry", "otel", OTEL_VENV, N_RIVAL_TRACES))
    peers = [(label, peer, OURS, N_TRACES) for peer, label in FACES.items()] + others
    peers.append(("no tracing", "none", OURS, N_TRACES))
    for _ in range(N_ROUNDS):
        for label, peer, venv, n_traces in peers:
            found = lab.case(venv, "sdk_overhead.py", peer, lab.url, n_traces)
            wall.setdefault(label, []).append(found["caller_us"])
            busy.setdefault(label, []).append(found["caller_cpu_us"])
    lab.n_received()
    best = {label: min(found) for label, found in wall.items()}
    known = {label: best[label] for label, *_ in others}
    rows = [Row(f"a span on the caller's thread, {label}", best[label], 1.5, "µs", known) for label in FACES.values()]
    cpu = {label: min(found) for label, found in busy.items()}
    known = {label: cpu[label] for label in known}
    rows.append(Row("the same as CPU time, tracewood", cpu["tracewood"], 1.5, "µs", known))
    # As wall time, which is what a program waits: it holds what others' threads take from the caller's.
    rows += [
        Row(f"share of {other}'s time on the caller", best["tracewood"] / best[other], 1 / part, "")
        for other, part in (("opentelemetry", 30), ("traceroot", 80))
        if other in best
    ]
    return rows


def cpu_rows(lab: Lab) -> list[Row]:
    """The CPU time of the whole process for a span that is delivered."""
    rows = []
    known: dict[str, float] = {}
    for name, peer, venv in rivals():
        known[name] = lab.case(venv, "sdk_overhead.py", peer, lab.url, N_RIVAL_TRACES)["cpu_us"]
    if steps.venv_python(OTEL_VENV).exists():
        found = lab.case(OTEL_VENV, "sdk_overhead.py", "otel", lab.url, N_RIVAL_TRACES)
        known["opentelemetry"] = found["cpu_us"]
    for coding, url, limit in (("zstd", lab.zstd_url, 3), ("gzip", lab.url, 8)):
        compression = "auto" if coding == "zstd" else coding
        tries = [lab.case(OURS, "sdk_case.py", "cpu", "tracewood", url, compression) for _ in range(3)]
        rows.append(Row(f"CPU of the process a span, {coding}", min(one["us"] for one in tries), limit, "µs", known))
        rows.append(Row(f"spans lost meanwhile, {coding}", max(one["lost"] for one in tries), 0, ""))
    lab.n_received()
    return rows


def case_rows(lab: Lab) -> list[Row]:
    """Calls while tracing is off, and calls with large arguments."""
    figures = [
        ("a call while tracing is off", "disabled", 0.15),
        ("50 chat messages (14 kB) as arguments", "messages", 25),
        ("a dict of 372 kB as argument", "mapping", 1000),
    ]
    rows = []
    for name, case, limit in figures:
        known = {label: lab.best(venv, case, peer, n_rounds=1) for label, peer, venv in rivals()}
        for peer, label in FACES.items():
            rows.append(Row(f"{name}, {label}", lab.best(OURS, case, peer), limit, "µs", known))
    rows.append(Row("the same dict, cut to 64 kB", lab.best(OURS, "cut", "tracewood"), 1000, "µs"))
    rows.append(Row("the longest value: 1 MiB of numbers", lab.best(OURS, "longest", "tracewood"), 10_000, "µs"))
    lab.n_received()
    return rows


def run_ms(venv: Path, code: str) -> float:
    """How long an interpreter takes for a line of code, from its start to its end."""
    began = time.perf_counter()
    subprocess.run([str(steps.venv_python(venv)), "-I", "-c", code], check=True)
    return (time.perf_counter() - began) * 1e3


def import_ms(venv: Path, name: str, n_pairs: int) -> float:
    """What an import costs over a bare interpreter: the median of pairs that follow on each other."""
    pairs = [(run_ms(venv, "pass"), run_ms(venv, f"import {name}")) for _ in range(n_pairs)]
    return statistics.median(importing - bare for bare, importing in pairs)


def import_rows(_lab: Lab) -> list[Row]:
    """The imports of the three names."""
    rows = []
    for name, (limit, rival) in IMPORTS.items():
        known = {}
        if rival and steps.venv_python(RIVAL_VENVS[rival]).exists():
            known[RIVALS[rival]] = import_ms(RIVAL_VENVS[rival], name, 5)
        rows.append(Row(f"`import {name}`", import_ms(OURS, name, N_IMPORTS), limit, "ms", known))
    return rows


def memory_rows(lab: Lab) -> list[Row]:
    """A million nested spans with a live sink."""
    found = lab.case(OURS, "sdk_case.py", "memory", "tracewood", lab.zstd_url)
    return [
        Row("memory growth over 1 000 000 spans", found["growth_mb"], 100, "MB"),
        Row("slope of what is in use over the second half, a million", found["slope_mb"], 1, "MB"),
        Row("spans lost meanwhile, 1 000 000", found["lost"], 0, ""),
    ]


def delivered_rows(lab: Lab) -> list[Row]:
    """How many of a tight loop of 15 600 spans do not arrive."""
    lab.n_received()
    missing: dict[str, float] = {}
    peers = [(label, peer, OURS) for peer, label in FACES.items()] + list(rivals())
    if steps.venv_python(OTEL_VENV).exists():
        peers.append(("opentelemetry", "otel", OTEL_VENV))
    for label, peer, venv in peers:
        sent = lab.case(venv, "sdk_overhead.py", peer, lab.url, N_TRACES)["sent"]
        missing[label] = sent - lab.n_received()
    known = {label: value for label, value in missing.items() if label not in FACES.values()}
    return [Row(f"missing of 15 600 spans, {label}", missing[label], 0, "", known) for label in FACES.values()]


def sustained_rows(lab: Lab) -> list[Row]:
    """100 000 spans a second for 10 s from 4 threads."""
    found = lab.case(OURS, "sdk_case.py", "sustained", "tracewood", lab.zstd_url)
    return [
        Row(f"spans lost at {found['rate']:.0f} a second for 10 s", found["lost"], 0, ""),
        Row("calls blocked for more than 1 ms meanwhile", found["blocked"], 0, ""),
        Row("spans short of 100 000 a second", max(0.0, 100_000 - found["rate"]), 1000, ""),
    ]


def otel_rows(lab: Lab) -> list[Row]:
    """OpenTelemetry's interfaces: our provider, and our processor under the SDK."""
    return [Row(*figure) for figure in otel.figures(lab)]


def latency_rows(lab: Lab) -> list[Row]:
    """What a program with work of its own takes while the server is in trouble, beside what it takes else."""
    python, script = steps.venv_python(), BENCH / "sink.py"
    servers = [live.Program(python, script, word, ready=SINK_LINE) for word in ("--slow", "--busy")]
    hole = socket.create_server(("127.0.0.1", 0))
    with socket.create_server(("127.0.0.1", 0)) as closed:
        refusing = closed.getsockname()[1]
    troubles = {
        "refuses": f"http://127.0.0.1:{refusing}",
        "says nothing": f"http://127.0.0.1:{hole.getsockname()[1]}",
        "answers after 30 s": servers[0].ready.group(1),
        "answers 503": servers[1].ready.group(1),
    }
    best = dict.fromkeys(["", *troubles], float("inf"))
    try:
        for _ in range(N_ROUNDS):
            for name, url in {"": lab.zstd_url, **troubles}.items():
                best[name] = min(best[name], lab.case(OURS, "sdk_case.py", "latency", "tracewood", url)["us"])
    finally:
        hole.close()
        for server in servers:
            server.stop()
    return [
        Row(f"a program's own time while its server {name}, as a share", best[name] / best[""], 1.05, "")
        for name in troubles
    ]


PARTS: dict[str, Callable[[Lab], list[Row]]] = {
    "caller": caller_rows,
    "cpu": cpu_rows,
    "case": case_rows,
    "import": import_rows,
    "memory": memory_rows,
    "delivered": delivered_rows,
    "latency": latency_rows,
    "sustained": sustained_rows,
    "otel": otel_rows,
}


def table(words: list[str]) -> tuple[list[str], bool]:
    """The lines of the table, and whether every limit is kept."""
    lab = Lab()
    try:
        wanted = [part for word, part in PARTS.items() if not words or word in words]
        rows = [row for part in wanted for row in part(lab)]
    finally:
        lab.close()
    head = ["| figure of the Python SDK | ours | limit | others in the same run |", "|---|---|---|---|"]
    return [*head, *(row.row() for row in rows)], all(row.is_kept for row in rows)


def main() -> int:
    """Prints the table."""
    lines, is_kept = table(sys.argv[1:])
    print("\n".join(lines))
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
