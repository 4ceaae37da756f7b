"""Every figure of the server that has a limit, measured against the release binary over real OTLP.

`python bench/server.py [WORD…] [--full]` measures the parts that are named, or all: `sustained`, `burst`, `chat`,
`stored`, `kill`. Server and source of load share the machine's processors. Without `--full` each part takes about a
minute; with it the figures are those of the issue: 60 s, 10 million spans, 50 kills.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import random
import statistics
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import live
from server_load import (
    Load,
    Watch,
    bytes_below,
    caught_up,
    fdatasync_millis,
    folder,
    numbers,
    quiet,
    running,
    visible_after,
)

N_ASKED = 21
SPANS_A_TRACE = 10
WEEK = datetime.timedelta(days=7)
# Word 4001 of the vocabulary of the source of load, which one span in some thousand has.
RARE_WORD = "zuhado"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    name: str
    sustained_seconds: int
    spans_stored: int
    n_kills: int


SHORT = Size("short", 15, 500_000, 5)
FULL = Size("full", 60, 10_000_000, 50)


@dataclass(frozen=True)
class Row:
    """A figure of the server, what it must keep, and what is known of others."""

    name: str
    value: float
    unit: str
    limit: float
    goal: float | None = None
    rivals: str = "–"
    more_is_better: bool = False

    def keeps(self, bound: float) -> bool:
        """Whether the value lies on the right side of a bound."""
        return self.value >= bound if self.more_is_better else self.value <= bound

    @property
    def is_kept(self) -> bool:
        """Whether the limit is kept."""
        return self.keeps(self.limit)

    def row(self) -> str:
        """The figure as a row of a table."""
        mark = "" if self.is_kept else " **broken**"
        sign = "≥" if self.more_is_better else "≤"
        goal = "–" if self.goal is None else f"{sign} {self.goal:,g}{'' if self.keeps(self.goal) else ' (missed)'}"
        return (
            f"| {self.name} | {self.value:,.4g} {self.unit} | {sign} {self.limit:,g}{mark} | {goal} | {self.rivals} |"
        )


class Probes:
    """Spans sent one at a time while the load runs, and how long each took from its answer until it was found."""

    def __init__(self, server: live.Server) -> None:
        """Starts probing."""
        self.server, self.is_over = server, False
        self.seconds: list[float] = []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        number = 0
        while not self.is_over:
            number += 1
            self.seconds.append(visible_after(self.server, number))

    def p99(self) -> float:
        """Ends it."""
        self.is_over = True
        self.thread.join()
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def found_meanwhile(server: live.Server, load: Load, seconds: int) -> float:
    """Spans a second that could be found when the time of a load was over."""
    began, found = time.perf_counter(), 0.0
    while load.process.poll() is None:
        time.sleep(0.1)
        if time.perf_counter() - began <= seconds:
            found = numbers(server)["searchable_spans_total"]
    return found / seconds


def sustained(size: Size) -> list[Row]:
    """Whether the server finds what it takes at the same time, its memory, and the room that the spans take."""
    seconds = size.sustained_seconds
    rows = []
    with folder() as data, running(data) as server:
        sync_millis = fdatasync_millis(data.parent / "sync")
        idle = numbers(server)["resident_memory_bytes"] / 1e6
        # What one commit holds, some half a second, is on its way when the time is over.
        load = Load(server, spans_per_second=26_000, seconds_max=seconds, is_patient=1)
        watch = Watch(server)
        found = found_meanwhile(server, load, seconds)
        outcome = load.outcome()
        caught_up(server)
        watch.stop()
        quiet(server)
        n_bytes = bytes_below(data) / outcome["spans"]
        rows += [
            Row(
                f"durable and searchable at 26 000 spans/s, {seconds} s",
                found,
                "spans/s",
                25_000 * (1 - 0.5 / seconds),
                None,
                "Phoenix 133 (acknowledged in memory)",
                more_is_better=True,
            ),
            Row("requests that were refused or failed meanwhile", outcome["refused"] + outcome["failed"], "", 0),
            Row("an acknowledgement meanwhile, p99", outcome["ack_millis"]["p99"], "ms", 1_000),
            Row("a bare fdatasync of 4 KB, p50", sync_millis, "ms", float("inf")),
            Row("resident memory under that load", watch.resident_max / 1e6, "MB", 600),
            Row("resident memory before it, idle", idle, "MB", 40, None, "454 MB"),
            Row("disk a span of 1.2 kB, words indexed", n_bytes, "bytes", 600, 450, "2.7 kB"),
        ]
    with folder() as data, running(data) as server:
        load = Load(server, spans_per_second=25_000, seconds_max=seconds, is_patient=1)
        probes = Probes(server)
        load.outcome()
        name = "acknowledged to searchable at 25 000 spans/s, p99"
        rows.append(Row(name, probes.p99(), "s", 1, None, "Phoenix 75 s"))
    with folder() as data, running(data) as server:
        # More than it can: what does not come in time is on disk and found later.
        load = Load(server, spans_per_second=44_000, seconds_max=seconds, is_patient=1)
        found = found_meanwhile(server, load, seconds)
        name = f"durable and searchable at 44 000 spans/s, {seconds} s"
        rows.append(Row(name, found, "spans/s", 0, 40_000, more_is_better=True))
    return rows


def burst(size: Size) -> list[Row]:
    """A burst of five seconds: what was acknowledged in it, and how long the index took to catch up."""
    del size
    with folder() as data, running(data) as server:
        load = Load(server, spans_per_second=110_000, seconds_max=5, n_connections=16, is_patient=1)
        outcome = load.outcome()
        began = time.perf_counter()
        caught_up(server)
        behind = time.perf_counter() - began
    return [
        Row(
            "burst of 5 s, acknowledged after fdatasync",
            outcome["spans"] / max(outcome["seconds"], 5),
            "spans/s",
            100_000,
            more_is_better=True,
        ),
        Row("until the index had caught up after it", behind, "s", 60),
    ]


def chat(size: Size) -> list[Row]:
    """Chats of fifty turns, each of which sends the whole history."""
    n_chats = 40 if size is SHORT else 400
    with folder() as data:
        with running(data) as server:
            load = Load(server, shape="chat", batch_spans=50, n_templates=8, spans_max=n_chats * 50, is_patient=1)
            outcome = load.outcome()
            caught_up(server)
            quiet(server)
        share = bytes_below(data) / outcome["bytes"]
    name = "disk of a 50-turn chat, of its raw OTLP"
    return [Row(name, 1 / share, "times less", 20, None, "Laminar 20 (published)", more_is_better=True)]


def asked(server: live.Server, path: str, **query: object) -> float:
    """The median time of a question, in milliseconds."""
    address = f"{server.url}{path}?{urllib.parse.urlencode(query)}"
    times = []
    for _ in range(N_ASKED):
        began = time.perf_counter()
        status, body = live.request("GET", address)
        times.append((time.perf_counter() - began) * 1e3)
        if status != 200:
            raise live.LiveError(f"{address} answered {status}: {body.decode(errors='replace')}")
    return statistics.median(times)


def stored(size: Size) -> list[Row]:
    """Questions to a store that has a week of spans in it, its start, and its memory when nothing happens."""
    n_spans = size.spans_stored
    with folder() as data:
        with running(data) as server:
            Load(server, spans_max=n_spans, days=7, spans_per_second=60_000, is_patient=1).outcome()
            caught_up(server)
            quiet(server)
            server.program.stop()
        began = time.perf_counter()
        with running(data) as server:
            listed = server.get("/api/v1/traces?limit=50")["traces"]
            start = time.perf_counter() - began
            rows = questions(server, listed[25]["trace_id"])
            quiet(server)
            idle = numbers(server)["resident_memory_bytes"] / 1e6
    told = f"{n_spans / 1e6:g} M spans"
    return [
        Row(f"start with {told}, to the first list", start, "s", 3, None, "12 s, empty"),
        *(Row(f"{row.name}, {told}, p50", row.value, row.unit, row.limit, None, row.rivals) for row in rows),
        Row(f"resident memory after these questions, idle, {told}", idle, "MB", 600),
    ]


def questions(server: live.Server, trace_id: str) -> list[Row]:
    """The questions that people ask all day."""
    jaeger = "Jaeger on ClickHouse"
    since = datetime.datetime.now(tz=datetime.timezone.utc) - WEEK
    week = {"started_after": since.isoformat(), "step_seconds": 3600, "group_by": "model"}
    return [
        Row(
            "list of 50 with two filters",
            asked(server, "/api/v1/traces", limit=50, filter="kind:llm model:gpt-4.1"),
            *("ms", 20, None, f"{jaeger} 139 ms, SmithDB 82 ms"),
        ),
        Row(
            "trace by id",
            asked(server, f"/api/v1/traces/{trace_id}"),
            *("ms", 10, None, f"{jaeger} 101 ms, SmithDB 92 ms"),
        ),
        Row(
            "word search",
            asked(server, "/api/v1/search", limit=50, filter=RARE_WORD),
            "ms",
            100,
            None,
            "SmithDB 400 ms",
        ),
        Row("a week by hour and model", asked(server, "/api/v1/metrics", **week), "ms", 500),
        Row("sessions", asked(server, "/api/v1/sessions", limit=50), "ms", 300),
    ]


def kill(size: Size) -> list[Row]:
    """The server killed again and again under load; then everything that was acknowledged is looked for."""
    moments = random.Random(1)
    listen = "127.0.0.1:0"
    with folder() as data, contextlib.ExitStack() as stack:
        ledger = data.parent / "ledger"
        load: Load | None = None
        for _ in range(size.n_kills):
            with running(data, listen) as server:
                listen = server.url.removeprefix("http://")
                if load is None:
                    plan = {"spans_per_second": 10_000, "seconds_max": size.n_kills * 2, "batch_spans": 100}
                    load = Load(server, **plan, is_patient=1, ledger=ledger)
                    stack.callback(load.stop)
                time.sleep(moments.uniform(0.1, 1.9))
                server.program.kill()
        assert load is not None
        with running(data, listen) as server:
            outcome = load.outcome()
            caught_up(server)
            missing, double = compared(server, ledger)
    told = f"of {outcome['spans']:,} acknowledged spans, {size.n_kills} × kill -9"
    return [Row(f"missing {told}", missing, "", 0), Row(f"double {told}", double, "", 0)]


def compared(server: live.Server, ledger: Path) -> tuple[int, int]:
    """How many spans of the ledger are missing, and how many there are too many of."""
    found: dict[int, int] = {}
    double, cursor = 0, ""
    while True:
        page = server.get(f"/api/v1/traces?limit=200{cursor}")
        for trace in page["traces"]:
            number = int(trace["trace_id"][16:], 16) - 1
            double += trace["span_count"] if number in found else max(trace["span_count"] - SPANS_A_TRACE, 0)
            found[number] = trace["span_count"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    missing = 0
    for line in ledger.read_text().splitlines():
        first, n_traces = map(int, line.split())
        missing += sum(max(SPANS_A_TRACE - found.get(first + n, 0), 0) for n in range(n_traces))
    return missing, double


PARTS: dict[str, Callable[[Size], list[Row]]] = {
    "sustained": sustained,
    "burst": burst,
    "chat": chat,
    "stored": stored,
    "kill": kill,
}


def table(words: list[str], size: Size) -> tuple[list[str], bool]:
    """The lines of the table, and whether every limit is kept."""
    rows = [row for word, part in PARTS.items() if not words or word in words for row in part(size)]
    head = [f"| figure of the server ({size.name}) | ours | limit | goal | others |", "|---|---|---|---|---|"]
    return [*head, *(row.row() for row in rows)], all(row.is_kept for row in rows)


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Measures the figures of the server that have a limit.")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="what to measure; nothing for all")
    parser.add_argument("--full", action="store_true", help="60 s, 10 million spans, 50 kills: about an hour")
    options = parser.parse_args()
    lines, is_kept = table(options.parts, FULL if options.full else SHORT)
    print("\n".join(lines))
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
