"""The face `mutagent.tracing`: names, signatures, types, variables and life cycle of MutagenT's SDK."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import pytest

import mutagent.tracing as mt
from mutagent.tracing import types
from tracewood.testing import Recorder

URL = "http://127.0.0.1:9"


def names(function: Any) -> list[str]:
    return list(inspect.signature(function).parameters)


def test_all_28_names_are_there() -> None:
    assert len(mt.__all__) == 28
    for name in mt.__all__:
        assert getattr(mt, name) is not None
    assert mt.__spec__ is not None
    import mutagent

    assert getattr(mutagent, "__file__", None) is None, "a namespace, beside which other parts may lie"


def test_signatures_are_those_of_the_package() -> None:
    assert names(mt.init_tracing) == [
        *("api_key", "endpoint", "environment", "batch_size", "batch_interval_ms", "debug", "source", "config"),
        "flush_interval_ms",
    ]
    assert names(mt.trace) == ["kind", "name", "attributes"]
    assert inspect.signature(mt.trace).parameters["kind"].default == "custom"
    assert names(mt.with_trace) == ["kind", "fn", "name", "input", "attributes"]
    assert names(mt.start_span) == ["options"]
    assert names(mt.end_span) == ["span", "end_options"]
    assert names(mt.run_in_span_context) == ["span", "fn"]
    assert inspect.iscoroutinefunction(mt.shutdown_tracing)


def test_types_take_their_fields_by_position() -> None:
    fields = {
        types.SpanMessage: "role content name tool_call_id",
        types.ToolCall: "id name arguments result",
        types.Document: "content metadata score",
        types.SpanIO: "messages tool_calls documents text raw",
        types.SpanEvent: "name timestamp attributes",
        types.SpanMetrics: "model provider input_tokens output_tokens total_tokens cost_usd latency_ms ttft_ms",
        types.SpanOptions: "kind name input attributes parent_span_id session_id trace_id",
        types.SpanEndOptions: "status status_message output metrics attributes events",
        types.TracingConfig: "api_key endpoint environment batch_size batch_interval_ms debug source flush_interval_ms",
        mt.MutagentSpan: "span_id trace_id kind name started_at parent_span_id input session_id",
        types.FinishedSpan: "span_id trace_id name kind start_time end_time duration_ms status parent_span_id input"
        " output model provider input_tokens output_tokens total_tokens cost_usd status_message attributes events"
        " metadata session_id",
    }
    for made, expected in fields.items():
        assert names(made) == expected.split(), made
    assert len(mt.SpanKind) == len(types.SPAN_KINDS) == 15
    assert mt.SpanKind.LLM_CHAT == "llm.chat"
    assert [status.value for status in mt.SpanStatus] == ["ok", "error", "unset"]
    config = mt.TracingConfig("k", flush_interval_ms=7)
    told = (config.endpoint, config.batch_size, config.batch_interval_ms, config.debug, config.source)
    assert told == ("https://api.mutagent.io", 10, 7, False, "sdk")
    span = mt.FinishedSpan("s", "t", "n", "custom", "a", "b", 1.0, "ok")
    assert (span.attributes, span.events, span.metadata) == ({}, [], None)


def test_only_explicit_init_without_a_key_raises() -> None:
    with pytest.raises(ValueError, match=r"^init_tracing: api_key is required \(or set MUTAGENT_API_KEY env var\)$"):
        mt.init_tracing()
    assert mt.trace(lambda: 1)() == 1
    assert mt.start_span(mt.SpanOptions("chain")) is None
    mt.end_span(None)
    assert mt.run_in_span_context(None, lambda: 5) == 5
    assert mt.with_trace("chain", lambda handle: (handle.span_id, handle.set_output(mt.SpanIO(text="x")))) == ("", None)
    assert mt.get_current_span() is None
    assert mt.get_current_trace_id() is None
    assert mt.is_tracing_initialized() is False
    with mt.session("s"):
        assert mt.get_current_session_id() == "s"
    assert mt.get_current_session_id() is None
    asyncio.run(mt.shutdown_tracing())


def test_first_call_starts_from_the_environment_and_again_after_shutdown(
    monkeypatch: pytest.MonkeyPatch, server_url: str
) -> None:
    @mt.trace
    def work() -> str | None:
        return mt.get_current_trace_id()

    assert work() is None
    monkeypatch.setenv("MUTAGENT_API_KEY", "mt_x")
    monkeypatch.setenv("MUTAGENT_ENDPOINT", server_url)
    assert work() is None, "the environment is looked at once"
    asyncio.run(mt.shutdown_tracing())
    trace_id = work()
    assert trace_id is not None
    assert [len(part) for part in trace_id.split("-")] == [8, 4, 4, 4, 12]
    assert mt.is_tracing_initialized()
    asyncio.run(mt.shutdown_tracing())
    asyncio.run(mt.shutdown_tracing())
    assert not mt.is_tracing_initialized()


def test_config_object_alone_counts() -> None:
    mt.init_tracing("other", "broken endpoint", config=mt.TracingConfig("k", URL))
    assert mt.is_tracing_initialized()
    with pytest.raises(ValueError, match="batch_interval_ms"):
        mt.init_tracing("k", URL, flush_interval_ms=0)


def test_debug_prints_starts_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    mt.init_tracing("k", URL, debug=True)
    mt.trace(mt.SpanKind.CHAIN, name="work")(lambda: 1)()
    start, end = capsys.readouterr().out.splitlines()
    assert start.startswith("[mutagent:trace] START span=")
    assert start.endswith("kind=chain name=work")
    assert end.startswith("[mutagent:trace] END   span=")
    assert "status=ok duration=" in end
    assert end.endswith("ms")


def test_trace_records_args_kwargs_result_and_status(spans: Recorder) -> None:
    class Tool:
        @mt.trace(kind="tool", attributes={"a": 1})
        def run(self, x: int, *, y: int = 2) -> int:
            return x + y

    @mt.trace()
    def fails() -> None:
        raise KeyError

    assert Tool().run(1, y=3) == 4
    with pytest.raises(KeyError):
        fails()
    good, bad = spans.all()
    assert (good["input"], good["output"], good["status"]) == ({"args": [1], "kwargs": {"y": 3}}, 4, "ok")
    assert good["attributes"]["a"] == 1
    assert (bad["status"], bad["status_message"], bad["kind_original"]) == ("error", "KeyError", "custom")


def test_started_span_is_current_until_it_ends(spans: Recorder) -> None:
    @mt.trace(kind="tool")
    def tool() -> None:
        found = mt.get_current_span()
        assert found is not None
        assert mt.get_current_span() is found
        found.attributes["seen"] = True
        found.name = "renamed"

    outer = mt.start_span(mt.SpanOptions("chain", "outer", mt.SpanIO(text="in"), {"a": 1}))
    assert outer is not None
    assert outer.id == outer.span_id
    assert outer.started_at.tzinfo is not None
    assert mt.get_current_span() is outer
    inner = mt.start_span(mt.SpanOptions(kind="agent"))
    assert inner is not None
    assert (inner.parent_span_id, inner.trace_id) == (outer.span_id, outer.trace_id)
    tool()
    mt.end_span(outer, mt.SpanEndOptions("ok", "fine", mt.SpanIO(text="out"), attributes={"b": 2}))
    mt.end_span(inner)
    mt.end_span(inner, mt.SpanEndOptions("error"))
    assert mt.get_current_span() is None
    renamed, first, second = spans.all()
    assert renamed["name"] == "renamed"
    assert renamed["attributes"]["seen"] is True
    assert (first["input"], first["output"], first["status"]) == ({"text": "in"}, {"text": "out"}, "ok")
    assert (first["attributes"]["a"], first["attributes"]["b"]) == (1, 2)
    assert (second["name"], second["status"]) == ("agent", "unset")


def test_everything_that_a_span_can_say_arrives(spans: Recorder) -> None:
    messages = [mt.SpanMessage("user", "hi"), mt.SpanMessage("tool", "42", "calc", "c1")]
    span = mt.start_span(mt.SpanOptions("llm.chat", input=mt.SpanIO(messages), session_id="s"))
    assert span is not None
    span.output = mt.SpanIO(
        tool_calls=[mt.ToolCall("c1", "calc", {"x": 1}), {"id": "c2"}],  # type: ignore[list-item]
        documents=[mt.Document("page", {"n": 1}, 0.5)],
        raw={"more": True},
    )
    span.metrics.model = "direct"
    span.events.append(mt.SpanEvent("first token"))
    metrics = mt.SpanMetrics("gpt-4o", "openai", 150, 50, 200, 0.01, 12.5, 3.5)
    mt.end_span(span, mt.SpanEndOptions(metrics=metrics, events=[mt.SpanEvent("done", attributes={"n": 1})]))
    told = spans.one("llm.chat")
    assert told["input"] == {
        "messages": [
            {"role": "user", "content": "hi"},
            {"role": "tool", "content": "42", "name": "calc", "toolCallId": "c1"},
        ]
    }
    assert told["output"] == {
        "toolCalls": [{"id": "c1", "name": "calc", "arguments": {"x": 1}, "result": None}, {"id": "c2"}],
        "documents": [{"content": "page", "metadata": {"n": 1}, "score": 0.5}],
        "raw": {"more": True},
    }
    assert (told["model"], told["provider"], told["cost_usd"], told["session_id"]) == ("gpt-4o", "openai", 0.01, "s")
    assert told["usage"] == {"input_tokens": 150, "output_tokens": 50, "total_tokens": 200}
    assert [event["name"] for event in told["events"]] == ["first token", "done"]


def test_trace_and_parent_may_be_given(spans: Recorder) -> None:
    first = mt.start_span(mt.SpanOptions("chain", "a", trace_id="0af76519-16cd-43dd-8448-eb211c80319c"))
    assert first is not None
    mt.end_span(first)
    second = mt.start_span(mt.SpanOptions("chain", "b", trace_id=first.trace_id, parent_span_id=first.span_id))
    assert second is not None
    mt.end_span(second)
    for name in ("c", "d"):
        mt.end_span(mt.start_span(mt.SpanOptions("chain", name, trace_id="any text", parent_span_id="of theirs")))
    assert first.trace_id == "0af76519-16cd-43dd-8448-eb211c80319c"
    a, b, c, d = spans.all()
    assert (b["trace_id"], b["parent_span_id"]) == (a["trace_id"], a["span_id"])
    assert (c["trace_id"], c["parent_span_id"]) == (d["trace_id"], d["parent_span_id"])


def test_with_trace_and_run_in_span_context_work_for_coroutines_too(spans: Recorder) -> None:
    leaf = mt.trace(name="leaf")(lambda: None)

    def plain(handle: mt.SpanHandle) -> int:
        leaf()
        handle.set_input(mt.SpanIO(text="in"))
        handle.set_output(mt.SpanIO(text="out"))
        handle.set_attributes({"a": 1})
        handle.add_event("e", {"n": 1})
        handle.set_metrics(mt.SpanMetrics(input_tokens=1))
        handle.set_metrics(mt.SpanMetrics(model="m"))
        return 1

    async def coroutine(handle: mt.SpanHandle) -> int:
        await asyncio.sleep(0)
        leaf()
        return 2

    def fails(handle: mt.SpanHandle) -> None:
        raise ValueError("no")

    assert mt.with_trace("chain", plain, name="plain", input=mt.SpanIO(text="before")) == 1
    assert asyncio.run(mt.with_trace("chain", coroutine, name="coroutine")) == 2  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no"):
        mt.with_trace("chain", fails)
    span = mt.start_span(mt.SpanOptions("chain", "held"))

    async def body() -> None:
        await asyncio.sleep(0)
        leaf()

    def away() -> Any:
        return mt.run_in_span_context(span, body)

    mt.run_in_span_context(span, leaf)
    asyncio.run(away())
    mt.end_span(span)
    tree = spans.tree("status")
    assert [(root["name"], root["status"], len(root["children"])) for root in tree] == [
        ("plain", "ok", 1),
        ("coroutine", "ok", 1),
        ("chain", "error", 0),
        ("held", "unset", 2),
    ]
    told = spans.one("plain")
    assert (told["input"], told["output"], told["model"]) == ({"text": "in"}, {"text": "out"}, "m")
    assert told["usage"] == {"input_tokens": 1}


def test_generators_and_sessions(spans: Recorder) -> None:
    @mt.trace(kind="llm.completion")
    def stream() -> Iterator[str]:
        yield "a"
        yield "b"

    with mt.session("outer"):
        assert list(stream()) == ["a", "b"]
        with mt.session("inner"):
            assert mt.get_current_session_id() == "inner"
    span = spans.one("stream")
    assert (span["output"], span["session_id"], span["status"]) == (["a", "b"], "outer", "ok")
