"""Reads back what a client sent, in a form that two runs have in common: names for ids, and no times."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import live
import steps

Json = dict[str, Any]

PROGRAMS = Path(__file__).parent / "programs"
USAGE = ("input_tokens", "output_tokens", "total_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
NAMES = (
    "title",
    "trace",
    "prompt",
    "prompt_version",
    "tool",
    "tool_call_id",
    "agent",
    "workflow",
    "release",
    "service",
)
# A span that says nothing; a test adds what it expects. Whatever the API answers beyond this fails the comparison.
BLANK: Json = {
    "parent": None,
    "parent_remote": False,
    "name": "",
    "kind": "custom",
    "kind_original": "",
    "otel_kind": "unspecified",
    "status": "unset",
    "status_message": "",
    "pending": False,
    "input": None,
    "output": None,
    "model": None,
    "model_requested": None,
    "provider": None,
    "model_parameters": {},
    "finish_reasons": [],
    "usage": dict.fromkeys(USAGE),
    "cost_usd": None,
    "time_to_first_token_nanos": None,
    "session_id": None,
    "user_id": None,
    "tags": [],
    "environment": None,
    "metadata": {},
    "git": None,
    "source": None,
    "names": {**dict.fromkeys(NAMES), "tools_offered": []},
    "attributes": {},
    "events": [],
    "links": [],
    "resource": {},
    "scope": {"name": "", "version": "", "attributes": {}},
    "trace_state": "",
    "dropped_count": 0,
    "price_version": "",
}


def expected(parent: str | None, name: str, kind: str, **fields: Any) -> Json:
    """A whole span as it should be read back; `usage` and `names` are filled up, the latter with what any span says."""
    unknown = set(fields) - set(BLANK)
    assert not unknown, f"no such field: {unknown}"
    if "usage" in fields:
        fields["usage"] = {**BLANK["usage"], **fields["usage"]}
    called = {kind: name} if kind in ("tool", "agent") else {}
    service = fields.get("resource", {}).get("service.name")
    fields["names"] = {**BLANK["names"], **called, "service": service, **fields.get("names", {})}
    return {**BLANK, "parent": parent, "name": name, "kind": kind, **fields}


def run_program(venv: str, program: str, *arguments: str, folder: Path = PROGRAMS) -> dict[str, str]:
    """Runs a program in a client's own environment and gives the trace ids that it printed, by scenario."""
    command = [str(steps.venv_python(steps.client_venv(venv))), str(folder / program), *arguments]
    foreign = ("TRACEWOOD_", "TRACEROOT_", "MUTAGENT_", "OTEL_", "PYTHON", "GITHUB_")
    env = live.environment_without(*foreign)
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    ids: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return ids


def nanos(text: str) -> int:
    """A time of the API (nine digits of fraction, UTC) in nanoseconds of its day's epoch."""
    whole, fraction = text.removesuffix("Z").split(".")
    assert len(fraction) == 9, text
    return int(datetime.fromisoformat(f"{whole}+00:00").timestamp()) * 1_000_000_000 + int(fraction)


def shaped(found: Json, *, ids_are_text: bool = False) -> list[Json]:
    """The spans of a trace in the order of their starts: parents by name, ids and times checked and taken out."""
    spans = sorted(found["spans"], key=lambda span: (span["started_at"], span["parent_span_id"] is not None))
    names = {span["span_id"]: span["name"] for span in spans}
    first = min(nanos(span["started_at"]) for span in spans)
    return [shaped_span(found["trace"]["trace_id"], span, names, first, ids_are_text) for span in spans]


def shaped_span(trace_id: str, span: Json, names: dict[str, str], first: int, ids_are_text: bool) -> Json:
    """One span without ids and times."""
    rest = dict(span)
    assert rest.pop("trace_id") == trace_id
    span_id, original = rest.pop("span_id"), rest.pop("span_id_original")
    assert len(span_id) == 16
    assert int(span_id, 16) != 0
    assert (original is not None) == ids_are_text
    started, ended = nanos(rest.pop("started_at")), nanos(rest.pop("ended_at"))
    assert rest.pop("duration_nanos") == ended - started >= 0
    assert rest.pop("offset_nanos") == started - first
    parent = rest.pop("parent_span_id")
    # A parent that is not in the trace keeps its id.
    return {"parent": parent and names.get(parent, parent), **rest}
