"""Programs whose tracer provider somebody else owns: ours gets every span once, theirs keep working, in both orders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).parent / "programs" / "owner.py"
THEIR_NAMES = ["their call", "their request", "their second request"]
ALL_NAMES = sorted([*THEIR_NAMES, "agent", "our tool"])


def run(owner: str, order: str, **variables: str) -> Any:
    prefixes = ("TRACEWOOD_", "OTEL_", "SENTRY_", "LOGFIRE_", "DD_")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    done = subprocess.run(
        [sys.executable, str(PROGRAM), owner, order],
        env={**environ, **variables},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def node(name: str, kind: str, *children: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "children": list(children)}


@pytest.mark.parametrize("order", ["before", "after"])
@pytest.mark.parametrize("owner", ["sdk", "sentry", "logfire"])
def test_every_span_comes_once_to_both(owner: str, order: str) -> None:
    told = run(owner, order)
    assert told["tree"] == [
        node(
            "their request",
            "custom",
            node("agent", "agent", node("their call", "custom", node("our tool", "tool"))),
        ),
        node("their second request", "custom"),
    ]
    assert told["n_traces"] == 2
    assert told["ours"] == ALL_NAMES
    assert told["theirs"] == THEIR_NAMES
    assert told["attributes"] == [1]
    assert not told["provider"].startswith("tracewood")


@pytest.mark.parametrize("order", ["before", "after", "once"])
@pytest.mark.parametrize("given", [{}, {"TRACEWOOD_SERVICE_NAME": "mine"}])
def test_process_is_called_what_its_owner_calls_it(order: str, given: dict[str, str]) -> None:
    said = run("sdk", order, **given)["process"]
    wanted = given.get("TRACEWOOD_SERVICE_NAME", "their shop")
    assert (said["service.name"], said["service.version"]) == (wanted, "7")
    assert said["telemetry.sdk.name"] == "tracewood"


@pytest.mark.parametrize("order", ["before", "after"])
def test_datadog_keeps_its_spans_and_shares_the_context(order: str) -> None:
    told = run("datadog", order)
    assert told["ours"] == ["agent", "our tool"]
    # One trace: the spans of Datadog between them are its own, and stay with it.
    assert told["n_traces"] == 1
    assert [root["name"] for root in told["tree"]] == ["agent", "our tool"]
    assert told["provider"].startswith("ddtrace")


def test_their_spans_stay_theirs_where_that_is_wanted() -> None:
    told = run("sdk", "after", TRACEWOOD_JOIN_PROVIDER="false")
    assert told["ours"] == ["agent", "our tool"]
    assert told["theirs"] == THEIR_NAMES
