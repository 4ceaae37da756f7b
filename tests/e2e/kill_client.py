"""Sends batches of spans as fast as it can, and keeps account of those that the server acknowledged."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import live

SPANS_A_BATCH = 5


@dataclass
class Sender:
    """Threads that post OTLP JSON until the server is gone; every trace is one batch."""

    url: str
    n_threads: int = 4
    # Trace ids whose batch was answered with 200, hence on disk.
    acknowledged: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, round_number: int) -> None:
        """Starts sending; ids tell round, thread and batch."""
        for number in range(self.n_threads):
            thread = threading.Thread(target=self._send, args=(round_number, number))
            thread.start()
            self.threads.append(thread)

    def _send(self, round_number: int, thread_number: int) -> None:
        with contextlib.suppress(OSError):
            for batch in range(1, 1_000_000):
                trace_id = f"{round_number:08x}{thread_number:08x}{batch:016x}"
                body = json.dumps(batch_of(trace_id)).encode()
                status, _ = live.request("POST", f"{self.url}/v1/traces", body, {"content-type": "application/json"})
                if status != 200:
                    return
                with self.lock:
                    self.acknowledged.append(trace_id)

    def wait_for(self, n_acknowledged: int) -> None:
        """Waits until so many batches are acknowledged."""
        live.wait_until(
            f"{n_acknowledged} acknowledged batches", lambda: len(self.acknowledged) >= n_acknowledged or None
        )

    def join(self) -> None:
        """Waits until every thread has seen that the server is gone."""
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive()


def batch_of(trace_id: str) -> dict[str, Any]:
    """A trace of a root and its children, as OTLP JSON."""
    now = time.time_ns()
    spans = [
        {
            "traceId": trace_id,
            "spanId": f"{number + 1:016x}",
            "parentSpanId": f"{1:016x}" if number else "",
            "name": f"span {number}",
            "startTimeUnixNano": str(now + number),
            "endTimeUnixNano": str(now + number + 1000),
        }
        for number in range(SPANS_A_BATCH)
    ]
    return {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}
