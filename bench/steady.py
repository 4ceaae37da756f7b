"""An hour at half of what the server must take, with questions all the time: its memory does not grow.

`python bench/steady.py [SECONDS]`; prints the figure and its limit as JSON, and ends with 1 if it is broken.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import live
from server_load import Load, folder, numbers, running

SPANS_PER_SECOND = 12_500
# Memory settles while caches and pools fill; only what it does after that is judged.
WARM_UP_SHARE = 0.25
# A megabyte in ten minutes: what nobody notices in a month between two restarts for an update.
SLOPE_MAX = 1.0
QUESTIONS = (
    "traces?limit=50",
    "traces?limit=50&filter=status:error",
    "sessions?limit=50",
    "search?limit=50&filter=kalo",
)


def main() -> int:
    """Measures and prints."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3600.0
    points: list[tuple[float, float]] = []
    with folder() as data, running(data) as server:
        load = Load(server, spans_per_second=SPANS_PER_SECOND, seconds_max=seconds, is_patient=1)
        began = time.monotonic()
        try:
            while load.process.poll() is None:
                for question in QUESTIONS:
                    live.request("GET", f"{server.url}/api/v1/{question}")
                points.append((time.monotonic() - began, numbers(server)["resident_memory_bytes"] / 1e6))
                time.sleep(1)
        finally:
            load.stop()
    judged = [point for point in points if point[0] >= seconds * WARM_UP_SHARE]
    slope = statistics.linear_regression(*zip(*judged, strict=True)).slope * 600
    kept = slope <= SLOPE_MAX
    figure = {"name": "memory growth, MB in 10 minutes", "value": round(slope, 3), "limit": SLOPE_MAX, "pass": kept}
    print(json.dumps(figure))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
