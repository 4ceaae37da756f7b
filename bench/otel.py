"""Figures of OpenTelemetry's interfaces that have a limit, beside its SDK in the same run; part of bench/sdk.py."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import steps

# Ours and the SDK live in one environment, so that both run under the same libraries.
VENV = steps.client_venv("coexistence")
# One process may be slowed by others throughout; the best of some is near what it costs.
N_ROUNDS = 3
# At most this share of what the SDK takes of the caller, and of what its exporter takes beside the caller.
CALLER_SHARE, EXPORT_SHARE = 1 / 5, 1 / 10
# Taking a span over is done on the caller; it must stay small beside making the span.
WITH_PROCESSOR = 1.5


class Cases(Protocol):
    """What runs a case in a process of its own."""

    url: str

    def case(self, venv: Path, script: str, *words: object) -> dict[str, float]:
        """What the process finds."""

    def n_received(self) -> int:
        """How many spans came since the last call."""


def figures(lab: Cases) -> list[tuple[str, float, float, str, dict[str, float]]]:
    """The figures: name, value, limit, unit, and what others need in the same run."""
    if not steps.venv_python(VENV).exists():
        return []
    lab.n_received()
    found: dict[str, list[dict[str, float]]] = {}
    for _ in range(N_ROUNDS):
        for peer in ("ours", "sdk", "processor"):
            told = lab.case(VENV, "otel_case.py", peer, lab.url)
            told["missing"] = told["sent"] - lab.n_received()
            found.setdefault(peer, []).append(told)

    def best(peer: str, figure: str) -> float:
        return min(told[figure] for told in found[peer])

    sdk = "opentelemetry-sdk"
    caller, export = best("sdk", "caller_us"), best("sdk", "export_us")
    lost = max(told["missing"] for peer in ("ours", "processor") for told in found[peer])
    our_caller, our_export = best("ours", "caller_us"), best("processor", "export_us")
    return [
        (
            "`start_as_current_span`, 5 attributes, CPU of the caller",
            our_caller,
            caller * CALLER_SHARE,
            "µs",
            {sdk: caller},
        ),
        ("share of opentelemetry-sdk's CPU on the caller", our_caller / caller, CALLER_SHARE, "", {}),
        ("our processor under its SDK, CPU beside the caller", our_export, export * EXPORT_SHARE, "µs", {sdk: export}),
        ("share of its exporter's CPU beside the caller", our_export / export, EXPORT_SHARE, "", {}),
        (
            "CPU of the caller with our processor",
            best("processor", "caller_us"),
            caller * WITH_PROCESSOR,
            "µs",
            {sdk: caller},
        ),
        ("spans of OpenTelemetry missing", lost, 0, "", {sdk: max(told["missing"] for told in found["sdk"])}),
    ]
