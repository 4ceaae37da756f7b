"""The code of the two documentation pages, each block a program of its own that only ends: what it traced arrives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from behaviour.collector import Collector, collecting

PAGES = Path(__file__).parent / "pages"


def run_block(collector: Collector, block: str, before: str = "", after: str = "") -> str:
    """Runs a block between lines that give it what the page leaves out; answers what it printed."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TRACEROOT_", "MUTAGENT_", "TRACEWOOD_", "OTEL_", "GITHUB_"))
    }
    variables = {
        **kept,
        "TRACEROOT_API_KEY": "tr_key",
        "TRACEROOT_HOST_URL": collector.url,
        "TRACEROOT_ENVIRONMENT": "staging",
        "MUTAGENT_ENDPOINT": collector.url,
    }
    if "environment" in block or "shutdown" in block or "async" in block:
        variables["MUTAGENT_API_KEY"] = "mt_xxxxxxxxxxxx"
    program = f"{before}\n{(PAGES / f'{block}.py').read_text()}\n{after}\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def only(collector: Collector, *fields: str) -> list[list[Any]]:
    """Some fields of the spans that arrived, in the order of their starts."""
    spans = sorted(collector.spans(), key=lambda span: span["started"])
    return [[span.get(field) for field in fields] for span in spans]


def test_traceroot_starts_with_integrations() -> None:
    with collecting() as collector:
        said = run_block(collector, "traceroot_initialize", after="traceroot.observe(name='after')(lambda: 1)()")
        assert only(collector, "name", "output") == [["after", 1]]
        assert "pip install" in said or said == "", "what is missing is said, and nothing else"
        path, headers, _ = collector.requests[0]
        assert path == "/api/v1/public/traces"
        assert headers["authorization"] == "Bearer tr_key"
        assert headers["content-type"] == "application/x-protobuf"
        assert headers["content-encoding"] == "gzip"
        span = collector.spans()[0]
        assert span["attributes"]["traceroot.environment"] == "staging"
        assert span["attributes"]["traceroot.sdk.name"] == "traceroot-py"
        assert span["resource"]["deployment.environment.name"] == "staging"


def test_traceroot_decorates_functions() -> None:
    before = "def do_work(query): return query.upper()\nasync def process(query): return my_function(query)\n"
    after = "import asyncio\nprint(asyncio.run(async_agent('hello')))\n"
    with collecting() as collector:
        run_block(collector, "traceroot_observe", before, after)
        assert only(collector, "name", "kind", "input", "output") == [
            ["async_agent", "agent", {"query": "hello"}, "HELLO"],
            ["my_function", "tool", {"query": "hello"}, "HELLO"],
        ]
        assert [tree["name"] for tree in collector.trees()] == ["async_agent"]


def test_traceroot_hangs_attributes_on_a_block() -> None:
    before = "import traceroot\n@traceroot.observe(type='agent')\ndef run_agent(query): return 'sunny'\n"
    with collecting() as collector:
        run_block(collector, "traceroot_using_attributes", before, "assert result == 'sunny'")
        assert only(collector, "name", "user", "session", "tags", "metadata") == [
            ["run_agent", "user-123", "sess-456", ["production", "v2"], {"feature": "chat"}]
        ]


def test_traceroot_updates_span_and_trace() -> None:
    block = (PAGES / "traceroot_update.py").read_text()
    assert "update_current_span(" in block
    # The block stands in a function that is traced, since there is no current span anywhere else.
    before = (
        f"import traceroot\n@traceroot.observe\ndef work():\n    exec({block!r}, {{}})\n    return 'returned'\nwork()\n"
    )
    with collecting() as collector:
        run_block(collector, "traceroot_update", before)
        span = collector.spans()[0]
        assert len(collector.spans()) == 1, "outside of any span the same block does nothing"
        assert span["name"] == "custom_name"
        assert (span["input"], span["output"]) == ({"query": "hello"}, {"response": "world"})
        assert span["metadata"] == {
            "custom_key": "custom_value",
            "plan": "pro",
            "region": "us-east-1",
        }
        assert (span["model"], span["tokens"]) == ("gpt-4o", {"input_tokens": 100, "output_tokens": 50})
        assert span["model_parameters"] == {"temperature": 0.7, "max_tokens": 1024}
        assert span["prompt"] == [{"role": "user", "content": "hello"}]
        assert (span["user"], span["session"], span["tags"]) == ("user-123", "sess-456", ["production", "v2"])


def test_mutagent_starts_with_a_key() -> None:
    after = "from mutagent.tracing import trace\ntrace(name='after')(lambda: 1)()"
    for block in ("mutagent_init", "mutagent_init_environment"):
        with collecting() as collector:
            run_block(collector, block, after=after)
            assert only(collector, "name", "kind", "output", "status") == [["after", "custom", 1, "ok"]]
            path, headers, _ = collector.requests[0]
            assert path == "/api/traces/batch"
            assert headers["x-api-key"] == "mt_xxxxxxxxxxxx"
            assert headers["content-type"] == "application/json"


def test_mutagent_decorates_a_function() -> None:
    before = "def call_llm(query): return 'answer'\n"
    after = "assert run_support_agent('help') == 'answer'\ncall_llm = None\n"
    after += "try: run_support_agent('again')\nexcept TypeError: pass\n"
    with collecting() as collector:
        run_block(collector, "mutagent_trace", before, after)
        first, second = only(collector, "name", "kind", "input", "output", "status", "message")
        assert first == [
            *("run_support_agent", "agent", {"args": ["help"], "kwargs": {}}, "answer", "ok", ""),
        ]
        assert second[4:] == ["error", "'NoneType' object is not callable"]
        assert collector.spans()[1]["errors"][0]["has_stack"]


def test_mutagent_decorates_a_coroutine_function() -> None:
    before = "from mutagent.tracing import trace\nasync def call_llm_async(query): return 'answer'\n"
    after = "import asyncio\nassert asyncio.run(run_async_agent('help')) == 'answer'\n"
    with collecting() as collector:
        run_block(collector, "mutagent_trace_async", before, after)
        assert only(collector, "name", "kind", "output") == [["run_async_agent", "agent", "answer"]]


def test_mutagent_begins_and_ends_a_span_by_hand() -> None:
    with collecting() as collector:
        run_block(collector, "mutagent_manual")
        fields = ("name", "kind", "input", "output", "status", "model", "provider")
        assert only(collector, *fields) == [
            ["my-pipeline", "chain", {"text": "user query here"}, {"text": "pipeline result"}, "ok", "gpt-4o", "openai"]
        ]
        tokens = collector.spans()[0]["tokens"]
        assert tokens == {"input_tokens": 150, "output_tokens": 50, "total_tokens": 200}


def test_mutagent_stops() -> None:
    before = "from mutagent.tracing import trace\ntrace(name='before')(lambda: 1)()\n"
    after = "import tracewood\nassert tracewood.stats()['destinations'] == []\nassert not trace(name='x')(lambda: 0)()"
    with collecting() as collector:
        run_block(collector, "mutagent_shutdown", before, after)
        names = [row[0] for row in only(collector, "name")]
        assert names[0] == "before"


def test_pages_are_all_tested() -> None:
    text = Path(__file__).read_text()
    blocks = {file.stem for file in PAGES.glob("*.py")}
    assert len(blocks) == 10
    assert {block for block in blocks if f'"{block}"' not in text} == set()
