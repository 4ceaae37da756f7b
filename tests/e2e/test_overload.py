"""Ten times more than a server can do: it says so, stays small, answers questions, and keeps what it acknowledged."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

import live
import steps

SPANS_A_TRACE = 10
# A minute where `make soak` asks for the full size.
SECONDS = 60 if os.environ.get("TRACEWOOD_SOAK") else 4
# The bound on a release server; this one is of the development profile, whose code takes some more.
RESIDENT_BYTES_MAX = 800e6


def samples(server: live.Server) -> dict[str, float]:
    """What the server counts of itself."""
    text = live.request("GET", f"{server.url}/metrics")[1].decode()
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in lines}


@pytest.fixture
def load_binary() -> Path:
    """The source of load, built with the tests."""
    return steps.target_dir() / "debug" / "tracewood-load"


def test_overload_is_refused_in_time_and_nothing_acknowledged_is_lost(tmp_path: Path, load_binary: Path) -> None:
    ledger = tmp_path / "ledger"
    with live.serving(tmp_path / "data") as server:
        plan = (f"seconds_max={SECONDS}", "n_connections=300", "n_templates=4", f"ledger={ledger}")
        command = [str(load_binary), server.url.removeprefix("http://"), *plan]
        load = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        resident, n_asked = 0.0, 0
        try:
            while load.poll() is None:
                resident = max(resident, samples(server)["tracewood_resident_memory_bytes"])
                status, _ = live.request("GET", f"{server.url}/api/v1/traces?limit=10")
                assert status in {200, 503}
                n_asked += status == 200
            outcome = json.loads(load.communicate()[0])
        finally:
            load.kill()
            load.wait()
        assert outcome["failed"] == 0, "nothing but 429 and 503"
        assert outcome["refused"] == outcome["refused_with_retry_after"]
        assert resident < RESIDENT_BYTES_MAX
        assert n_asked > 0, "questions are answered meanwhile"

        def is_caught_up() -> bool | None:
            return samples(server)["tracewood_wal_bytes"] == 0 or None

        live.wait_until("an index that has caught up", is_caught_up, 600)
        counted = samples(server)
        assert counted["tracewood_accepted_spans_total"] == outcome["spans"], "exactly what clients were told"
        assert counted["tracewood_searchable_spans_total"] == outcome["spans"]
        newest = server.traces("limit=200")
        assert all(trace["span_count"] == SPANS_A_TRACE for trace in newest)
        acknowledged = [tuple(map(int, line.split())) for line in ledger.read_text().splitlines()]
        assert sum(n_traces for _, n_traces in acknowledged) * SPANS_A_TRACE == outcome["spans"]
