"""An hour at half of what the server must take, with questions all the time: its memory does not grow.

`python bench/steady.py [SECONDS]`; prints the figure and its limit as JSON, and ends with 1 if it is broken.

Under load memory goes up and down by a hundred megabytes with every merge, which no slope of an hour can be told from.
So the load rests from time to time, until everything can be found and the merges are over; what is judged is what the
server still holds then, without the pages of files that the system may take back at any moment.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import live
from server_load import Load, caught_up, folder, numbers, quiet, running

SPANS_PER_SECOND = 12_500
ROUNDS = 12
# Memory settles while caches and pools fill; only what it does after that is judged.
WARM_UP_ROUNDS = 3
# The allocator gives back what was freed within seconds.
REST_SECONDS = 20
# A megabyte in ten minutes: what nobody notices in a month between two restarts for an update.
SLOPE_MAX = 1.0
QUESTIONS = (
    "traces?limit=50",
    "traces?limit=50&filter=status:error",
    "sessions?limit=50",
    "search?limit=50&filter=kalo",
)


def ask(server: live.Server) -> None:
    """Every question once."""
    for question in QUESTIONS:
        live.request("GET", f"{server.url}/api/v1/{question}")


def work(server: live.Server, seconds: float) -> None:
    """Load and questions for so long."""
    load = Load(server, spans_per_second=SPANS_PER_SECOND, seconds_max=seconds, is_patient=1)
    try:
        while load.process.poll() is None:
            ask(server)
            time.sleep(1)
    finally:
        load.stop()


def at_rest(server: live.Server) -> float:
    """The least memory in MB that is no page of a file, once nothing is left to do."""
    caught_up(server)
    quiet(server)
    least = math.inf
    for _ in range(REST_SECONDS):
        time.sleep(1)
        least = min(least, numbers(server)["anonymous_memory_bytes"] / 1e6)
    return least


def growth(points: list[tuple[float, float]]) -> tuple[float, float]:
    """How much memory grows in ten minutes, and the standard error of that, by least squares."""
    times, sizes = zip(*points, strict=True)
    line = statistics.linear_regression(times, sizes)
    spread = sum((time - statistics.mean(times)) ** 2 for time in times)
    rest = sum((size - line.slope * time - line.intercept) ** 2 for time, size in points)
    error = math.sqrt(rest / (len(points) - 2) / spread)
    return line.slope * 600, error * 600


def main() -> int:
    """Measures and prints."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3600.0
    points: list[tuple[float, float]] = []
    with folder() as data, running(data) as server:
        began = time.monotonic()
        for number in range(1, ROUNDS + 1):
            work(server, seconds / ROUNDS)
            points.append((time.monotonic() - began, at_rest(server)))
            print(f"rest {number} of {ROUNDS}: {points[-1][1]:.0f} MB", file=sys.stderr, flush=True)
    slope, error = growth(points[WARM_UP_ROUNDS:])
    # What may as well be chance is no growth.
    kept = slope - 2 * error <= SLOPE_MAX
    name = "memory at rest, growth in MB in 10 minutes"
    figure = {"name": name, "value": round(slope, 2), "error": round(error, 2), "limit": SLOPE_MAX, "pass": kept}
    print(json.dumps(figure))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
