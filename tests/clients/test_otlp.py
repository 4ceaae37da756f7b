"""OpenTelemetry's own exporters, over HTTP and gRPC, send to the built binary; everything they sent is read back."""

from __future__ import annotations

from typing import Any

import pytest

import live
from clients.reading import Json, expected, run_program, shaped

STARTED_AT = "2026-11-22T00:00:00.123456789Z"


@pytest.fixture(name="sent", params=["http", "grpc"])
def program_was_run(server: live.Server, request: pytest.FixtureRequest) -> dict[str, Json]:
    protocol: str = request.param
    endpoint = server.url if protocol == "http" else f"http://{server.grpc}"
    ids = run_program(f"otlp-{protocol}", "otlp_program.py", protocol, endpoint)
    return {"local": server.trace(ids["local"], 2), "remote": server.trace(ids["remote"], 1)}


def span(parent: str | None, name: str, kind: str, **fields: Any) -> Json:
    """A span as this program's tracer makes it."""
    return expected(
        parent,
        name,
        kind,
        environment="staging",
        scope={"name": "acme.checkout", "version": "1.2.3", "attributes": {"flavour": "plain"}},
        resource={"service.name": "shop", "deployment.environment.name": "staging", "host.cpus": 2},
        **fields,
    )


def spans_of(found: Json) -> list[Json]:
    """The spans of a trace; what the SDK says of itself is checked and taken out."""
    for raw in found["spans"]:
        for key, value in {"language": "python", "name": "opentelemetry", "version": "1.45.2"}.items():
            assert raw["resource"].pop(f"telemetry.sdk.{key}") == value
        raw["resource"].pop("service.instance.id", None)
    return shaped(found)


def test_every_kind_of_attribute_events_links_and_status(sent: dict[str, Json]) -> None:
    found = sent["local"]
    assert [(raw["started_at"], raw["ended_at"], raw["offset_nanos"]) for raw in found["spans"]] == [
        (STARTED_AT, "2026-11-22T00:00:00.129456789Z", 0),
        ("2026-11-22T00:00:00.123457789Z", "2026-11-22T00:00:00.128456789Z", 1000),
    ]
    assert spans_of(found) == [
        span(None, "POST /buy", "custom", otel_kind="server", status="ok"),
        span(
            *("POST /buy", "chat gpt-4o", "llm"),
            kind_original="chat",
            otel_kind="client",
            status="error",
            status_message="the model hung up",
            model="gpt-4o-2024-08-06",
            model_requested="gpt-4o",
            provider="openai",
            model_parameters={"temperature": 0.5},
            usage={"input_tokens": 150, "output_tokens": 50, "total_tokens": 200},
            # 2.50 and 10 dollars a million.
            cost_usd=pytest.approx(150 * 2.5e-6 + 50 * 10e-6),
            price_version="genai-prices 0.2.1",
            session_id="S-1",
            user_id="ada",
            attributes={
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.request.temperature": 0.5,
                "gen_ai.usage.input_tokens": 150,
                "gen_ai.usage.output_tokens": 50,
                "gen_ai.conversation.id": "S-1",
                "user.id": "ada",
                "text": "grüße",
                "yes": True,
                "large": 2**62,
                "small": -(2**62),
                "double": 0.1,
                "whole double": 3.0,
                "texts": ["a", "b"],
                "numbers": [1, 2, 3],
                "doubles": [0.5, 1.5],
                "flags": [True, False],
                "empty": [],
                "raw": {"bytes_base64": "AP8="},
                "map": {"a": {"b": [1, "two", {"c": None}]}, "d": 1.5},
                "mixed": [1, "two", 3.5, False],
            },
            events=[{"name": "first token", "at": "2026-11-22T00:00:00.123458789Z", "attributes": {"index": 0}}],
            links=[
                {
                    "trace_id": "0af7651916cd43dd8448eb211c80319c",
                    "span_id": "b7ad6b7169203331",
                    "attributes": {"why": "retry"},
                }
            ],
        ),
    ]


def test_span_whose_parent_is_elsewhere_keeps_it_and_its_exception(sent: dict[str, Json]) -> None:
    found = sent["remote"]
    (called,) = spans_of(found)
    (event,) = called["events"]
    assert event["attributes"].pop("exception.stacktrace").strip() == "ValueError: no money"
    assert called == span(
        *("00f067aa0ba902b7", "called from afar", "custom"),
        parent_remote=True,
        otel_kind="consumer",
        trace_state="acme=1",
        events=[
            {
                "name": "exception",
                "at": "2026-11-22T00:00:00.123457289Z",
                "attributes": {
                    "exception.type": "ValueError",
                    "exception.message": "no money",
                    "exception.escaped": "False",
                },
            }
        ],
    )
    summary = found["trace"]
    assert (summary["trace_id"], summary["root_missing"]) == ("4bf92f3577b34da6a3ce929d0e0e4736", True)
