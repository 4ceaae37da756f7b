"""The demo's own judgement can fail: a complete trace passes it, and whatever is taken away is found."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import demo

Json = dict[str, Any]


def complete_trace() -> Json:
    """What the API answers for a complete trace, as far as the demo looks at it."""
    spans = []
    for number, expected in enumerate(demo.EXPECTED):
        is_model = expected.kind == "llm"
        spans.append(
            {
                "span_id": f"{number + 1:016x}",
                "parent_span_id": f"{1:016x}" if number else None,
                "name": expected.name,
                "kind": expected.kind,
                "started_at": f"2026-11-22T03:07:10.{number:09d}Z",
                "duration_nanos": 10,
                "status": "error" if expected.is_error else "unset",
                "status_message": "unknown city 'Lissabon', did you mean 'Lisbon'?" if expected.is_error else "",
                "session_id": demo.SESSION,
                "user_id": "ada",
                "input": {"some": "input"},
                "output": None if expected.is_error else "some output",
                "model": "gpt-4o-mini-2024-07-18" if is_model else None,
                "usage": {"input_tokens": 100, "output_tokens": 20} if is_model else {},
                "cost_usd": 0.001 if is_model else None,
            }
        )
    summary = {
        "name": "plan_trip",
        "span_count": 8,
        "error_count": 1,
        "input_tokens": 300,
        "output_tokens": 60,
        "cost_usd": 0.003,
        "session_id": demo.SESSION,
        "user_id": "ada",
        "root_missing": False,
    }
    return {"trace": summary, "spans": spans}


def test_complete_trace_has_no_problems() -> None:
    assert demo.problems("traceroot", complete_trace()) == []


def test_missing_span_is_found() -> None:
    found = complete_trace()
    del found["spans"][3]
    assert len(demo.problems("traceroot", found)) == 1


@pytest.mark.parametrize(
    ("number", "field", "value"),
    [
        (0, "parent_span_id", "0000000000000009"),
        (1, "kind", "custom"),
        (1, "usage", {"input_tokens": None, "output_tokens": 20}),
        (1, "cost_usd", None),
        (1, "model", "gpt-4o-mini"),
        (2, "status", "ok"),
        (2, "status_message", ""),
        (4, "input", None),
        (5, "parent_span_id", None),
        (6, "output", None),
        (7, "session_id", None),
        (7, "user_id", "eve"),
        (7, "duration_nanos", None),
    ],
)
def test_what_is_wrong_with_a_span_is_found(number: int, field: str, value: object) -> None:
    found = copy.deepcopy(complete_trace())
    found["spans"][number][field] = value
    assert any(field in problem for problem in demo.problems("traceroot", found))


@pytest.mark.parametrize("field", ["span_count", "input_tokens", "cost_usd", "user_id", "root_missing"])
def test_wrong_total_is_found(field: str) -> None:
    found = complete_trace()
    found["trace"][field] = None
    assert any(field in problem for problem in demo.problems("traceroot", found))
