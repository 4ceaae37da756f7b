"""The published `traceroot` package sends to the built binary; everything that it sent is read back."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

import live
import steps
from clients.reading import PROGRAMS, Json, expected, run_program, shaped

PROGRAM = "traceroot_program.py"
REPO, REF = "acme/shop", "4f2c1e0a9b8d7c6f5e4d3c2b1a09f8e7d6c5b4a3"

pytestmark = pytest.mark.skipif(
    sys.version_info < steps.OLDEST_PYTHON_FOR_TRACEROOT, reason="traceroot 0.5.0 needs CPython 3.11 or newer"
)


@pytest.fixture(name="sent")
def program_was_run(server: live.Server, tmp_path: Path) -> dict[str, Json]:
    # Run outside the repository, so that source locations do not depend on where that lies.
    shutil.copy(PROGRAMS / PROGRAM, tmp_path / PROGRAM)
    ids = run_program("traceroot", PROGRAM, server.url, folder=tmp_path)
    n_spans = {"nested": 3, "async": 3, "generator": 2, "error": 2, "quiet": 1, "attributes": 1}
    assert set(ids) == set(n_spans)
    return {scenario: server.trace(trace_id, n_spans[scenario]) for scenario, trace_id in ids.items()}


def line_of(code: str) -> int:
    """The line of the program on which some code stands."""
    lines = (PROGRAMS / PROGRAM).read_text().splitlines()
    (found,) = [number for number, line in enumerate(lines, start=1) if line.strip() == code]
    return found


def span(parent: str | None, name: str, path: list[str], calling: tuple[str, str] | None, **fields: Any) -> Json:
    """A span as TraceRoot's SDK sends it: what every one of them carries, and the line that called it."""
    fields["attributes"] = {
        "traceroot.sdk.name": "traceroot-py",
        "traceroot.sdk.version": "0.5.0",
        "traceroot.git.repo": REPO,
        "traceroot.git.ref": REF,
        "traceroot.span.path": path,
        **fields.get("attributes", {}),
    }
    if calling:
        function, code = calling
        source = {"file": PROGRAM, "line": line_of(code), "function": function}
        fields["source"] = source
        fields["attributes"] |= {f"traceroot.git.source_{key}": value for key, value in source.items()}
    return expected(
        parent,
        name,
        fields.pop("kind"),
        git={"repo": REPO, "ref": REF},
        resource={
            "telemetry.sdk.language": "python",
            "telemetry.sdk.name": "opentelemetry",
            "telemetry.sdk.version": "1.45.2",
            "service.name": "unknown_service:python",
        },
        otel_kind="internal",
        scope={"name": "traceroot-sdk", "version": "0.5.0", "attributes": {}},
        **fields,
    )


def spans_of(found: Json) -> list[Json]:
    """The spans of a trace; what no two runs have in common is checked and taken out."""
    ids = {span["span_id"]: span["parent_span_id"] for span in found["spans"]}
    for raw in found["spans"]:
        ancestors: list[str] = []
        parent = raw["parent_span_id"]
        while parent:
            ancestors.insert(0, parent)
            parent = ids[parent]
        assert raw["attributes"].pop("traceroot.span.ids_path") == ancestors
        assert len(raw["resource"].pop("service.instance.id")) == 36
    return shaped(found)


def without_stack(found: Json) -> Json:
    """A span whose exception events lack the stack and the time, after a look at both."""
    for event in found["events"]:
        assert found["name"] in event["attributes"].pop("exception.stacktrace")
        event.pop("at")
    return found


def without_source(found: Json) -> Json:
    """A span without its source location, which for a task lies inside the standard library."""
    assert found["source"]["file"].endswith("events.py")
    for key in ("file", "line", "function"):
        assert found["attributes"].pop(f"traceroot.git.source_{key}") == found["source"][key]
    return {**found, "source": None}


def test_nested_calls_with_everything_attached(sent: dict[str, Json]) -> None:
    usage = {"input_tokens": 100, "output_tokens": 50, "total_tokens": 150, "cache_read_tokens": 40}
    assert spans_of(sent["nested"]) == [
        span(
            *(None, "agent", ["agent"], ("<module>", 'agent("what is sold?")')),
            kind="agent",
            kind_original="agent",
            input={"question": "what is sold?"},
            output=[{"answer": 42}],
            metadata={"v": 1, "plan": "pro"},
            tags=["a", "b", "trace tag"],
            user_id="U-trace",
            session_id="S-trace",
            attributes={
                "traceroot.span.type": "agent",
                "traceroot.span.input": '{"question": "what is sold?"}',
                "traceroot.span.output": '[{"answer": 42}]',
                "traceroot.span.metadata": '{"v": 1}',
                "traceroot.span.tags": ["a", "b"],
                "traceroot.trace.user_id": "U-trace",
                "traceroot.trace.session_id": "S-trace",
                "traceroot.trace.metadata": '{"plan": "pro"}',
                "traceroot.trace.tags": ["trace tag"],
            },
        ),
        span(
            *("agent", "look_up", ["agent", "look_up"]),
            ("agent", 'look_up(question, 4, "extra", deep={"list": [1, 2.5, None, True]})'),
            kind="tool",
            kind_original="tool",
            input={
                "query": "what is sold?",
                "n": 4,
                "more": ["extra"],
                "options": {"deep": {"list": [1, 2.5, None, True]}},
            },
            output={"rows": 4, "query": "what is sold?"},
            metadata={"table": "orders", "limit": 10},
            tags=["sql"],
            attributes={
                "traceroot.span.type": "tool",
                "traceroot.span.input": '{"query": "what is sold?", "n": 4, "more": ["extra"], '
                '"options": {"deep": {"list": [1, 2.5, null, true]}}}',
                "traceroot.span.output": '{"rows": 4, "query": "what is sold?"}',
                "traceroot.span.metadata": '{"table": "orders", "limit": 10}',
                "traceroot.span.tags": ["sql"],
            },
        ),
        span(
            *("agent", "ask gpt", ["agent", "ask model"]),
            ("agent", 'ask_model([{"role": "user", "content": question}])'),
            kind="llm",
            kind_original="llm",
            input={"messages": [{"role": "user", "content": "what is sold?"}]},
            output="fine",
            model="gpt-4o",
            model_requested="gpt-4o",
            model_parameters={"temperature": 0.7, "max_tokens": 1024},
            usage=usage,
            cost_usd=0.0125,
            metadata={"attempt": 1},
            attributes={
                "traceroot.span.type": "llm",
                "traceroot.span.input": '{"messages": [{"role": "user", "content": "what is sold?"}]}',
                "traceroot.span.output": "fine",
                "traceroot.span.metadata": '{"attempt": 1}',
                "traceroot.llm.model": "gpt-4o",
                "traceroot.llm.model_parameters": '{"temperature": 0.7, "max_tokens": 1024}',
                "traceroot.llm.usage": '{"input_tokens": 100, "output_tokens": 50, "cache_read_tokens": 40}',
                "traceroot.llm.prompt": r'[{"role": "user", "content": "gr\u00fc\u00dfe"}]',
                "llm.cost.total": 0.0125,
            },
        ),
    ]
    summary = sent["nested"]["trace"]
    assert {**summary, "started_at": None, "duration_nanos": None, "trace_id": None, "entry_span_id": None} == {
        "trace_id": None,
        "trace_id_original": None,
        "entry_span_id": None,
        "name": "agent",
        "kind": "agent",
        "status": "unset",
        "started_at": None,
        "duration_nanos": None,
        "root_missing": False,
        "input_preview": '{"question": "what is sold?"}',
        "output_preview": '[{"answer": 42}]',
        "span_count": 3,
        "error_count": 0,
        "input_tokens": 100,
        "output_tokens": 50,
        "total_tokens": 150,
        "cost_usd": 0.0125,
        "models": ["gpt-4o"],
        "user_id": "U-trace",
        "session_id": "S-trace",
        "environment": None,
        "tags": ["a", "b", "trace tag", "sql"],
    }


def test_coroutines_nest_under_the_one_that_gathers_them(sent: dict[str, Json]) -> None:
    root, *tasks = spans_of(sent["async"])
    assert root == span(
        *(None, "async root", ["async root"], None),
        kind="custom",
        kind_original="span",
        input={},
        output=[3, 5],
        source=root["source"],
        attributes={
            "traceroot.span.type": "span",
            "traceroot.span.input": "{}",
            "traceroot.span.output": "[3, 5]",
            **{f"traceroot.git.source_{key}": value for key, value in root["source"].items()},
        },
    )
    assert [without_source(task) for task in tasks] == [
        span(
            *("async root", "fetch", ["async root", "fetch"], None),
            kind="chain",
            kind_original="task",
            input={"name": name},
            output=len(name),
            attributes={
                "traceroot.span.type": "task",
                "traceroot.span.input": f'{{"name": "{name}"}}',
                "traceroot.span.output": len(name),
            },
        )
        for name in ("one", "three")
    ]


def test_generator_is_one_span_of_all_it_yields(sent: dict[str, Json]) -> None:
    assert spans_of(sent["generator"]) == [
        span(
            *(None, "generator root", ["generator root"], ("<module>", "consume()")),
            kind="custom",
            kind_original="span",
            input={},
            output=3,
            attributes={
                "traceroot.span.type": "span",
                "traceroot.span.input": "{}",
                "traceroot.span.output": 3,
            },
        ),
        span(
            *("generator root", "counter", ["generator root", "counter"], ("consume", "return sum(count(3))")),
            kind="custom",
            kind_original="span",
            input={"n": 3},
            output=[0, 1, 2],
            attributes={
                "traceroot.span.type": "span",
                "traceroot.span.input": '{"n": 3}',
                "traceroot.span.output": "[0, 1, 2]",
            },
        ),
    ]


def test_error_of_a_method_is_kept_with_its_stack(sent: dict[str, Json]) -> None:
    root, failed = spans_of(sent["error"])
    assert root == span(
        *(None, "checkout", ["checkout"], ("<module>", "Basket().checkout()")),
        kind="evaluator",
        kind_original="evaluation",
        input={},
        output="unpaid",
        attributes={
            "traceroot.span.type": "evaluation",
            "traceroot.span.input": "{}",
            "traceroot.span.output": "unpaid",
        },
    )
    exception = {"exception.type": "ValueError", "exception.message": "no money for 1250"}
    # The package records every exception twice.
    event = {"name": "exception", "attributes": {**exception, "exception.escaped": "False"}}
    assert without_stack(failed) == span(
        *("checkout", "pay", ["checkout", "pay"], ("checkout", "self.pay(1250)")),
        kind="evaluator",
        kind_original="scorer",
        status="error",
        status_message="ValueError: no money for 1250",
        input={"cents": 1250},
        events=[event, event],
        attributes={"traceroot.span.type": "scorer", "traceroot.span.input": '{"cents": 1250}'},
    )
    assert sent["error"]["trace"]["error_count"] == 1


def test_switched_off_capture_sends_neither_input_nor_output(sent: dict[str, Json]) -> None:
    assert spans_of(sent["quiet"]) == [
        span(
            *(None, "quiet", ["quiet"], ("<module>", 'quiet("do not record")')),
            kind="custom",
            kind_original="span",
            attributes={"traceroot.span.type": "span"},
        )
    ]


def test_attributes_of_a_context_belong_to_its_spans(sent: dict[str, Json]) -> None:
    assert spans_of(sent["attributes"]) == [
        span(
            *(None, "plain", ["plain"], ("<module>", "plain()")),
            kind="custom",
            kind_original="span",
            input={},
            output=7,
            user_id="U",
            session_id="S",
            tags=["t1", "t2"],
            metadata={"feature": "chät", "n": 1},
            attributes={
                "traceroot.span.type": "span",
                "traceroot.span.input": "{}",
                "traceroot.span.output": 7,
                "user.id": "U",
                "session.id": "S",
                "tag.tags": ["t1", "t2"],
                "metadata": '{"feature": "chät", "n": 1}',
            },
        )
    ]
