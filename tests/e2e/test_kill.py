"""What was acknowledged survives a kill at any moment, and is there once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import live
from e2e.kill_client import SPANS_A_BATCH, Sender

# How many acknowledged batches each kill waits for: before the first commit of the index, around it, and after some.
ROUNDS = (50, 400, 1500)


def test_acknowledged_spans_survive_kill_9(tmp_path: Path) -> None:
    data = tmp_path / "data"
    acknowledged: list[str] = []
    for round_number, n_batches in enumerate(ROUNDS, start=1):
        server = live.start_server(data)
        sender = Sender(server.url)
        sender.start(round_number)
        sender.wait_for(n_batches)
        server.program.kill()
        sender.join()
        server.program.stop()
        acknowledged += sender.acknowledged

    with live.serving(data) as server:
        for trace_id in acknowledged:
            spans = server.trace(trace_id, n_spans=SPANS_A_BATCH)["spans"]
            assert sorted(span["name"] for span in spans) == [f"span {number}" for number in range(SPANS_A_BATCH)]
        listed = all_trace_ids(server)
        assert len(listed) == len(set(listed))
        assert set(acknowledged) <= set(listed)


def all_trace_ids(server: live.Server) -> list[str]:
    """The ids of every trace, page by page."""
    ids: list[str] = []
    cursor = ""
    while True:
        page = server.get(f"/api/v1/traces?limit=200{cursor}")
        ids += [trace["trace_id"] for trace in page["traces"]]
        if page["next_cursor"] is None:
            return ids
        cursor = f"&cursor={page['next_cursor']}"


def test_terminated_server_ends_in_peace_and_keeps_all(tmp_path: Path) -> None:
    server = live.start_server(tmp_path / "data")
    sender = Sender(server.url, n_threads=1)
    sender.start(1)
    sender.wait_for(10)
    os.kill(server.program.process.pid, signal.SIGTERM)
    sender.join()
    assert server.program.stop() == 0
    with live.serving(tmp_path / "data") as again:
        assert set(sender.acknowledged) <= set(all_trace_ids(again))
