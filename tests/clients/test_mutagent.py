"""The published `mutagent-sdk` sends to the built binary; everything that it sent is read back."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

import live
from clients.reading import Json, expected, run_program, shaped

# How the API answers what MutagenT's batch has no number for.
ONE_SIDED = {"input_tokens": 10, "output_tokens": 0, "total_tokens": 10}


@pytest.fixture(name="sent")
def program_was_run(server: live.Server) -> dict[str, Json]:
    ids = run_program("mutagent", "mutagent_program.py", server.url)
    n_spans = {"decorated": 2, "async": 3, "error": 2, "by hand": 3, "handle": 1}
    assert set(ids) == set(n_spans)
    # Asked for by the client's own text, which is a dashed UUID.
    return {scenario: server.trace(trace_id, n_spans[scenario]) for scenario, trace_id in ids.items()}


def span(parent: str | None, name: str, kind: str, **fields: Any) -> Json:
    """A span as the API answers it for MutagenT's SDK: each of its own fields lies among the raw attributes too."""
    kind_text = fields.pop("kind_text", kind)
    raw = {
        f"mutagent.{side}": json.dumps(fields.pop(f"raw_{side}"), ensure_ascii=False, separators=(",", ":"))
        for side in ("input", "output")
        if f"raw_{side}" in fields
    }
    attributes = {
        "mutagent.kind": kind_text,
        "mutagent.source": "sdk",
        "mutagent.trace.environment": "staging",
        **raw,
        **fields.pop("attributes", {}),
    }
    return expected(parent, name, kind, kind_original=kind_text, environment="staging", attributes=attributes, **fields)


def spans_of(found: Json) -> list[Json]:
    """The spans of a trace; its duration is checked, and the texts of its ids."""
    assert found["trace"]["trace_id_original"] is None
    for raw in found["spans"]:
        assert str(uuid.UUID(raw["span_id_original"])) == raw["span_id_original"]
        assert abs(raw["attributes"].pop("mutagent.durationMs") * 1e6 - raw["duration_nanos"]) < 1000
    return shaped(found, ids_are_text=True)


def test_decorated_functions_nest(sent: dict[str, Json]) -> None:
    called = {"args": ["what is sold?"], "kwargs": {}}
    looked_up = {"args": ["what is sold?"], "kwargs": {"n": 4}}
    rows = {"rows": 4, "query": "what is sold?"}
    assert spans_of(sent["decorated"]) == [
        span(*(None, "agent", "agent"), status="ok", input=called, raw_input={"raw": called}, raw_output={}),
        span(
            *("agent", "look up", "tool"),
            status="ok",
            input=looked_up,
            output=rows,
            raw_input={"raw": looked_up},
            raw_output={"raw": rows},
            attributes={"table": "orders", "limit": 10, "nested": {"a": [1, None]}},
        ),
    ]
    summary = sent["decorated"]["trace"]
    assert {**summary, "started_at": None, "duration_nanos": None, "trace_id": None, "entry_span_id": None} == {
        "trace_id": None,
        "trace_id_original": None,
        "entry_span_id": None,
        "name": "agent",
        "kind": "agent",
        "status": "ok",
        "started_at": None,
        "duration_nanos": None,
        "root_missing": False,
        "input_preview": '{"args": ["what is sold?"], "kwargs": {}}',
        "output_preview": "",
        "span_count": 2,
        "error_count": 0,
        "input_tokens": None,
        "output_tokens": None,
        "total_tokens": None,
        "cost_usd": None,
        "models": [],
        "user_id": None,
        "session_id": None,
        "environment": "staging",
        "tags": [],
    }


def test_coroutines_nest_under_the_one_that_gathers_them(sent: dict[str, Json]) -> None:
    nothing: Json = {"args": [], "kwargs": {}}
    tasks = [
        span(
            *("async root", "fetch", "workflow"),
            status="ok",
            input={"args": [name], "kwargs": {}},
            output=len(name),
            raw_input={"raw": {"args": [name], "kwargs": {}}},
            raw_output={"raw": len(name)},
        )
        for name in ("one", "three")
    ]
    assert spans_of(sent["async"]) == [
        span(
            *(None, "async root", "workflow"),
            kind_text="graph",
            status="ok",
            input=nothing,
            output=[3, 5],
            raw_input={"raw": nothing},
            raw_output={"raw": [3, 5]},
        ),
        *tasks,
    ]


def test_error_and_session_are_kept(sent: dict[str, Json]) -> None:
    nothing: Json = {"args": [], "kwargs": {}}
    paid = {"args": [1250], "kwargs": {}}
    assert spans_of(sent["error"]) == [
        span(
            *(None, "checkout", "chain"),
            status="ok",
            input=nothing,
            output="unpaid",
            session_id="S-1",
            raw_input={"raw": nothing},
            raw_output={"raw": "unpaid"},
            attributes={"mutagent.trace.sessionId": "S-1"},
        ),
        span(
            *("checkout", "pay", "guardrail"),
            status="error",
            status_message="no money for 1250",
            input=paid,
            session_id="S-1",
            raw_input={"raw": paid},
            attributes={"mutagent.error": "no money for 1250", "mutagent.trace.sessionId": "S-1"},
        ),
    ]
    assert sent["error"]["trace"]["error_count"] == 1


def test_messages_documents_metrics_and_events_of_manual_spans(sent: dict[str, Json]) -> None:
    asked = {
        "messages": [
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": "grüße", "name": "ada"},
        ]
    }
    said = {
        "messages": [{"role": "tool", "content": "{}", "toolCallId": "call_1"}],
        "toolCalls": [{"id": "call_1", "name": "look_up", "arguments": {"query": "x"}, "result": {"rows": 1}}],
    }
    documents = {"documents": [{"content": "text", "metadata": {"page": 3}, "score": 0.75}]}
    assert spans_of(sent["by hand"]) == [
        span(
            *(None, "root", "custom"),
            kind_text="something of ours",
            status="error",
            status_message="gave up",
            input="user query here",
            output="pipeline result",
            raw_input={"text": "user query here"},
            raw_output={"text": "pipeline result"},
            attributes={"mutagent.error": "gave up", "a": 1.5},
        ),
        span(
            *("root", "chat", "llm"),
            kind_text="llm.chat",
            status="ok",
            input=asked,
            output=said,
            model="gpt-4o",
            model_requested="gpt-4o",
            provider="openai",
            usage={"input_tokens": 150, "output_tokens": 50, "total_tokens": 200},
            cost_usd=0.0125,
            events=[{"name": "first token", "at": "2026-11-22T03:07:10.329489000Z", "attributes": {"index": 0}}],
            raw_input=asked,
            raw_output=said,
            attributes={
                "mutagent.model": "gpt-4o",
                "mutagent.provider": "openai",
                "mutagent.tokens.input": 150,
                "mutagent.tokens.output": 50,
                "mutagent.costUsd": 0.0125,
                "temperature": 0.7,
            },
        ),
        span(*("root", "search", "retrieval"), output=documents, raw_output=documents),
    ]


def test_handle_of_a_callback_enriches_its_span(sent: dict[str, Json]) -> None:
    (found,) = spans_of(sent["handle"])
    (event,) = found["events"]
    assert found == span(
        *(None, "order", "rerank"),
        status="ok",
        input=[3, 1, 2],
        output={"left": "right"},
        model="gpt-4o-mini",
        model_requested="gpt-4o-mini",
        usage=ONE_SIDED,
        cost_usd=found["cost_usd"],
        price_version="genai-prices 0.2.1",
        events=[{"name": "half way", "at": event["at"], "attributes": {"done": 0.5}}],
        raw_input={"raw": [3, 1, 2]},
        raw_output={"raw": {"left": "right"}},
        attributes={
            "mutagent.model": "gpt-4o-mini",
            "mutagent.tokens.input": 10,
            "mutagent.tokens.output": 0,
            "step": 2,
        },
    )
    (raw,) = sent["handle"]["spans"]
    assert raw["started_at"] <= event["at"] <= raw["ended_at"]
    # Ten tokens in at 0.15 dollars a million; the server's price, since the client stated none.
    assert found["cost_usd"] == pytest.approx(10 * 0.15e-6)
