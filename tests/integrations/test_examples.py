"""Every example runs against the stand-ins and the built server, and what is read back is what `golden.json` says.

The same conversation goes through every integration, so the same two model calls come back: `common` says how. What an
integration tells otherwise stands in its row, each with the reason. `WRITE_GOLDEN=1` writes the file anew and keeps the
reasons.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import live
import steps
from integrations.conftest import environment_for
from integrations.reading import calls_of, tree_of
from integrations.saying import ANSWER

Json = dict[str, Any]

GOLDEN = Path(__file__).parent / "golden.json"
EXAMPLES = steps.ROOT / "examples" / "integrations"
# Which environment holds the library of an example; the rest live in that of the tests themselves.
ENVIRONMENTS = {
    "crewai_crew": "integrations-crewai",
    "google_adk_agent": "integrations-google",
    "llama_index_agent": "integrations-google",
}
# What the libraries are told so that none of them speaks to its vendor.
QUIET = {
    "AGNO_TELEMETRY": "false",
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_DISABLE_VERSION_CHECK": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "DISABLE_AUTOUPDATER": "1",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "LANGSMITH_TRACING": "false",
    "LITELLM_LOCAL_MODEL_COST_MAP": "true",
}
# A library may take half a minute to be imported while the machine is busy with something else.
SECONDS_MAX = 400.0
FOREIGN = ("TRACEWOOD_", "TRACEROOT_", "MUTAGENT_", "OTEL_", "PYTHON", "CLAUDE", "ANTHROPIC_", "OPENAI_", "AWS_")


def names() -> list[str]:
    return sorted(path.stem for path in EXAMPLES.glob("*.py"))


def run(name: str, root: str, server: live.Server, home: Path) -> str:
    """Runs an example in its environment, and gives what it printed."""
    venv = steps.client_venv(ENVIRONMENTS[name]) if name in ENVIRONMENTS else None
    python = steps.venv_python(venv) if venv else Path(sys.executable)
    env = live.environment_without(*FOREIGN) | environment_for(root) | QUIET
    env |= {"TRACEWOOD_ENDPOINT": server.url, "MUTAGENT_ENDPOINT": server.url, "MUTAGENT_API_KEY": "mt_local"}
    env |= {"HOME": str(home), "NO_PROXY": "127.0.0.1", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [str(python), str(EXAMPLES / f"{name}.py")],
        cwd=home,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_MAX,
    )
    assert done.returncode == 0, done.stderr
    assert "not traced" not in done.stderr, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def read_back(server: live.Server, n_spans: int | None) -> list[Json]:
    """The spans of the one trace that an example makes."""

    def probe() -> list[Json] | None:
        found = server.traces()
        if not found:
            return None
        spans: list[Json] = server.trace(found[0]["trace_id"])["spans"]
        return spans if n_spans is None or len(spans) >= n_spans else None

    spans = live.wait_until("the trace of the example", probe)
    assert len(server.traces()) == 1
    return spans


def difference(common: Json, call: Json) -> Json:
    """The fields in which a call is not the common one."""
    return {key: value for key, value in call.items() if value != common[key]}


@pytest.mark.timeout(SECONDS_MAX + 60)
@pytest.mark.parametrize("name", names())
def test_example_says_the_same_conversation(name: str, stubs: str, tmp_path: Path) -> None:
    golden: Json = json.loads(GOLDEN.read_text())
    row = golden["integrations"].get(name, {})
    is_written = bool(os.environ.get("WRITE_GOLDEN"))
    with live.serving(tmp_path / "data") as server:
        assert ANSWER in run(name, stubs, server, tmp_path)
        spans = read_back(server, None if is_written else len(row["tree"]))
    assert [span["status_message"] for span in spans if span["status"] == "error"] == []
    calls = calls_of(spans)
    # A conversation without tools is the second call alone, and some tell of an agent and not of its calls.
    commons = golden["common"][2 - len(calls) :]
    differences = [difference(common, call) for common, call in zip(commons, calls, strict=True)]
    told = {"tree": tree_of(spans), "differences": differences}
    if is_written:
        fields = sorted({field for one in differences for field in one})
        kept = row.get("reasons", {})
        told["reasons"] = {field: kept.get(field, "") for field in fields}
        Path(f"{GOLDEN}.{name}").write_text(json.dumps(told))
        return
    assert told == {"tree": row["tree"], "differences": row["differences"]}
    fields = {field for one in differences for field in one}
    assert fields == set(row["reasons"])
    assert all(row["reasons"].values())


def test_examples_are_short() -> None:
    lengths = {path.name: path.read_text().count("\n") for path in EXAMPLES.glob("*.py")}
    assert {name: length for name, length in lengths.items() if length > 40} == {}


def test_every_integration_has_an_example() -> None:
    from tracewood.integrations import NAMES

    stems = names()
    assert [name for name in NAMES if not any(stem.startswith(name) for stem in stems)] == []
