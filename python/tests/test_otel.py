"""OpenTelemetry's interfaces over the recorder: each row of what OpenTelemetry's own tests pin down, and nesting."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import inspect
import threading
from typing import Any

import pytest
from opentelemetry import context as context_api
from opentelemetry import trace
from opentelemetry.context.context import Context
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

import tracewood
from tracewood import otel
from tracewood.testing import Recorder


@pytest.fixture
def tracer() -> otel.Tracer:
    found = otel.tracer_provider().get_tracer("tests", "1.0")
    assert isinstance(found, otel.Tracer)
    return found


def test_span_arrives_with_all_that_was_said_of_it(spans: Recorder, tracer: otel.Tracer) -> None:
    with tracer.start_as_current_span(
        "call", kind=SpanKind.CLIENT, attributes={"text": "a", "number": 1, "list": ["x", 2], "map": {"deep": None}}
    ) as span:
        span.set_attribute("later", 0.5)
        span.set_attributes({"bytes": b"\x00", "flag": True})
        span.add_event("step", {"of": 2}, timestamp=5)
        span.update_name("renamed")
    (told,) = spans.all()
    assert told["name"] == "renamed"
    assert told["status"] == "unset"
    assert told["attributes"] == {
        "text": "a",
        "number": 1,
        "list": ["x", 2],
        "map": {"deep": None},
        "later": 0.5,
        "bytes": b"\x00",
        "flag": True,
    }
    assert told["events"] == [{"name": "step", "at_unix_nanos": 5, "attributes": {"of": 2}}]


def test_spans_of_both_nest_in_each_other(spans: Recorder, tracer: otel.Tracer) -> None:
    @tracewood.observe
    def inner() -> str:
        with tracer.start_as_current_span("innermost"):
            return trace.get_current_span().get_span_context().span_id.to_bytes(8, "big").hex()

    @tracewood.observe
    def outer() -> str:
        with tracer.start_as_current_span("between"):
            return inner()

    span_id = outer()
    assert spans.one("innermost")["span_id"] == span_id
    assert spans.tree() == [
        {
            "name": "outer",
            "children": [
                {
                    "name": "between",
                    "children": [{"name": "inner", "children": [{"name": "innermost", "children": []}]}],
                }
            ],
        }
    ]
    assert trace.get_current_span() is trace.INVALID_SPAN


def test_foreign_span_is_a_parent_and_comes_back(spans: Recorder, tracer: otel.Tracer) -> None:
    there = SpanContext(
        0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331, is_remote=True, trace_flags=TraceFlags(1)
    )
    foreign = trace.NonRecordingSpan(there)
    with trace.use_span(foreign):
        with tracewood.span("ours"):
            assert trace.get_current_span() is not foreign
        assert trace.get_current_span() is foreign
        with tracer.start_as_current_span("theirs"):
            pass
    for name in ("ours", "theirs"):
        told = spans.one(name)
        assert (told["trace_id"], told["parent_span_id"]) == ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")


def test_foreign_span_that_is_not_sampled_keeps_ours_from_being_sent(spans: Recorder, tracer: otel.Tracer) -> None:
    there = SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(0))
    with trace.use_span(trace.NonRecordingSpan(there)):
        with tracewood.span("ours"):
            pass
        span = tracer.start_span("theirs")
        assert not span.is_recording()
        context = span.get_span_context()
        assert (context.trace_id, context.trace_flags.sampled) == (1, False)
    assert spans.all() == []


class Proxy:
    """A span with something around it, as OpenInference puts one into the context."""

    def __init__(self, wrapped: Any) -> None:
        self.__wrapped__ = wrapped

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__wrapped__, name)


trace.Span.register(Proxy)


def test_span_with_a_proxy_around_it_is_a_parent(spans: Recorder, tracer: otel.Tracer) -> None:
    span = tracer.start_span("wrapped")
    with trace.use_span(Proxy(span), end_on_exit=True):
        with tracewood.span("below"):
            tracewood.update_current_span(metadata={"seen": True})
        with tracer.start_as_current_span("beside"):
            pass
    for name in ("below", "beside"):
        assert spans.one(name)["parent_span_id"] == spans.one("wrapped")["span_id"]
    assert spans.one("below")["metadata"] == {"seen": True}


def test_tracer_is_called_through_its_class(spans: Recorder, tracer: otel.Tracer) -> None:
    class TracerProxy:
        def __init__(self) -> None:
            self.__wrapped__ = tracer

        def __getattr__(self, name: str) -> Any:
            return getattr(self.__wrapped__, name)

    type(tracer).start_span(TracerProxy(), "through").end()  # type: ignore[arg-type]
    assert spans.one("through")["name"] == "through"


def test_first_end_wins(spans: Recorder, tracer: otel.Tracer) -> None:
    span = tracer.start_span("twice", start_time=10)
    span.end(20)
    span.end(30)
    span.set_attribute("late", True)
    span.update_name("late")
    span.add_event("late")
    span.set_status(StatusCode.ERROR)
    told = spans.one("twice")
    assert (told["started_at_unix_nanos"], told["ended_at_unix_nanos"]) == (10, 20)
    assert (told["attributes"], told["events"], told["status"]) == ({}, [], "unset")
    assert not span.is_recording()


@pytest.mark.parametrize(
    ("statuses", "wanted"),
    [
        ([(StatusCode.OK,)], ("ok", "")),
        ([(StatusCode.ERROR, "why")], ("error", "why")),
        ([(Status(StatusCode.ERROR, "why"),)], ("error", "why")),
        ([(Status(StatusCode.ERROR, "why"), "ignored")], ("error", "why")),
        ([(StatusCode.OK,), (StatusCode.ERROR, "late")], ("ok", "")),
        ([(StatusCode.ERROR, "first"), (StatusCode.OK,)], ("ok", "")),
        ([(StatusCode.ERROR, "first"), (StatusCode.UNSET,)], ("error", "first")),
        ([(StatusCode.ERROR, "first"), (StatusCode.ERROR, "second")], ("error", "second")),
        ([(StatusCode.OK, "no description without an error")], ("ok", "")),
    ],
)
def test_status(spans: Recorder, tracer: otel.Tracer, statuses: Any, wanted: Any) -> None:
    with tracer.start_as_current_span("judged") as span:
        for status in statuses:
            span.set_status(*status)
    told = spans.one("judged")
    assert (told["status"], told["status_message"]) == wanted


def test_exception_that_leaves_the_block_is_recorded(spans: Recorder, tracer: otel.Tracer) -> None:
    with pytest.raises(KeyError), tracer.start_as_current_span("fails"):
        raise KeyError("gone")
    told = spans.one("fails")
    assert (told["status"], told["status_message"]) == ("error", "KeyError: 'gone'")
    (event,) = told["events"]
    assert event["name"] == "exception"
    assert {**event["attributes"], "exception.stacktrace": ""} == {
        "exception.type": "KeyError",
        "exception.message": "'gone'",
        "exception.stacktrace": "",
        "exception.escaped": "False",
    }
    assert "KeyError" in event["attributes"]["exception.stacktrace"]


def test_exception_that_leaves_the_span_itself_has_escaped(spans: Recorder, tracer: otel.Tracer) -> None:
    with pytest.raises(ValueError, match="bad"), tracer.start_span("fails"):
        raise ValueError("bad")
    (event,) = spans.one("fails")["events"]
    assert event["attributes"]["exception.escaped"] == "True"


def test_what_is_no_exception_but_leaves_the_block_is_not_recorded(spans: Recorder, tracer: otel.Tracer) -> None:
    with pytest.raises(KeyboardInterrupt), tracer.start_as_current_span("stopped"):
        raise KeyboardInterrupt
    told = spans.one("stopped")
    assert (told["status"], told["events"]) == ("unset", [])


def test_exception_is_not_recorded_where_that_is_not_wanted(spans: Recorder, tracer: otel.Tracer) -> None:
    with (
        pytest.raises(ValueError, match="bad"),
        tracer.start_as_current_span("quiet", record_exception=False, set_status_on_exception=False),
    ):
        raise ValueError("bad")
    told = spans.one("quiet")
    assert (told["status"], told["events"]) == ("unset", [])


def test_own_attributes_of_an_exception_count_over_what_was_found(spans: Recorder, tracer: otel.Tracer) -> None:
    with tracer.start_as_current_span("notes") as span:
        span.record_exception(ValueError("bad"), {"exception.message": "better", "more": 1}, timestamp=7, escaped=True)
    told = spans.one("notes")
    (event,) = told["events"]
    assert event["at_unix_nanos"] == 7
    assert (event["attributes"]["exception.message"], event["attributes"]["more"]) == ("better", 1)
    assert (event["attributes"]["exception.escaped"], told["status"]) == ("True", "unset")


def test_end_on_exit_is_a_choice(spans: Recorder, tracer: otel.Tracer) -> None:
    with tracer.start_as_current_span("goes on", end_on_exit=False) as span:
        pass
    assert span.is_recording()
    span.end()
    assert not span.is_recording()


def test_scope_decorates_functions_and_coroutines(spans: Recorder, tracer: otel.Tracer) -> None:
    @tracer.start_as_current_span("plain")
    def plain(number: int) -> int:
        return number + 1

    gate: list[asyncio.Event] = []

    @tracer.start_as_current_span("coroutine")
    async def coroutine(number: int) -> int:
        await gate[0].wait()
        assert trace.get_current_span().is_recording()
        return number

    async def both() -> list[int]:
        gate.append(asyncio.Event())
        tasks = [asyncio.create_task(coroutine(number)) for number in (1, 2)]
        await asyncio.sleep(0)
        gate[0].set()
        return await asyncio.gather(*tasks)

    assert (plain(1), plain(2), asyncio.run(both())) == (2, 3, [1, 2])
    assert inspect.iscoroutinefunction(coroutine)
    assert [span["name"] for span in spans.all()] == ["plain", "plain", "coroutine", "coroutine"]
    assert len({span["span_id"] for span in spans.all()}) == 4


def test_explicit_context_counts_over_the_current_one(spans: Recorder, tracer: otel.Tracer) -> None:
    with tracer.start_as_current_span("current") as current:
        tracer.start_span("root", context=context_api.Context()).end()
        there = trace.set_span_in_context(trace.NonRecordingSpan(SpanContext(5, 6, False, TraceFlags(1))))
        tracer.start_span("elsewhere", context=there).end()
        tracer.start_span("here").end()
    assert spans.one("root")["parent_span_id"] is None
    assert spans.one("elsewhere")["trace_id"] == f"{5:032x}"
    assert spans.one("here")["parent_span_id"] == f"{current.get_span_context().span_id:016x}"


def test_span_context_says_where_it_stands(spans: Recorder, tracer: otel.Tracer) -> None:
    state = TraceState([("vendor", "value")])
    there = SpanContext(5, 6, True, TraceFlags(TraceFlags.SAMPLED), state)
    with trace.use_span(trace.NonRecordingSpan(there)), tracer.start_as_current_span("child") as child:
        context = child.get_span_context()
        assert (context.trace_id, context.is_remote, context.trace_state) == (5, False, state)
        assert context.trace_flags == TraceFlags.SAMPLED
        assert context is child.context
        assert child.parent == there
    with tracer.start_as_current_span("root") as root:
        assert root.get_span_context().trace_flags == TraceFlags.SAMPLED | TraceFlags.RANDOM_TRACE_ID
        assert root.parent is None


def test_links_are_sent(spans: Recorder, tracer: otel.Tracer) -> None:
    there = SpanContext(5, 6, False)
    with tracer.start_as_current_span("linked", links=[trace.Link(there, {"why": "cause"})]) as span:
        span.add_link(SpanContext(7, 8, False))
        span.add_link(trace.INVALID_SPAN_CONTEXT)
        # What is known of a span without an id is worth keeping.
        span.add_link(trace.INVALID_SPAN_CONTEXT, {"queue": "orders"})
        assert [(link.context.trace_id, dict(link.attributes or {})) for link in span.links] == [
            (5, {"why": "cause"}),
            (7, {}),
            (0, {"queue": "orders"}),
        ]


def test_open_span_can_be_read(spans: Recorder, tracer: otel.Tracer) -> None:
    with tracer.start_as_current_span("read", kind=SpanKind.SERVER, attributes={"a": 1}) as span:
        span.add_event("step")
        span.set_status(StatusCode.ERROR, "why")
        assert (span.name, span.kind, dict(span.attributes)) == ("read", SpanKind.SERVER, {"a": 1})
        assert [event.name for event in span.events] == ["step"]
        assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "why")
        assert span.start_time > 0
        assert span.end_time is None
        assert (span.instrumentation_scope.name, span.instrumentation_scope.version) == ("tests", "1.0")
        assert span.resource.attributes["telemetry.sdk.name"] == "tracewood"
        assert '"name": "read"' in span.to_json()
        assert span._attributes["a"] == 1
        with pytest.raises(AttributeError):
            span.nothing  # noqa: B018


def test_attributes_of_other_types_are_told_as_text(spans: Recorder, tracer: otel.Tracer) -> None:
    class Thing:
        def __str__(self) -> str:
            return "a thing"

    with tracer.start_as_current_span("odd") as span:
        span.set_attribute("thing", Thing())  # type: ignore[arg-type]
        span.set_attribute("", "no name")
        span.set_attribute("huge", 1 << 80)
        deep: list[Any] = []
        deep.append(deep)
        span.set_attribute("cycle", deep)
    told = spans.one("odd")["attributes"]
    assert (told["thing"], told["huge"]) == ("a thing", str(1 << 80))
    assert set(told) == {"thing", "huge", "cycle"}


def test_without_a_destination_nothing_is_recorded(tracer: otel.Tracer) -> None:
    assert tracer.start_span("nothing") is trace.INVALID_SPAN
    there = trace.NonRecordingSpan(SpanContext(5, 6, False, TraceFlags(1)))
    with trace.use_span(there), tracer.start_as_current_span("nothing") as span:
        assert not span.is_recording()
        assert span.get_span_context() == there.get_span_context()


def test_using_attributes_hangs_on_spans_of_instrumentations(spans: Recorder, tracer: otel.Tracer) -> None:
    with tracewood.using_attributes(session_id="S", user_id="U", tags=["t"]), tracer.start_as_current_span("call"):
        pass
    told = spans.one("call")
    assert (told["session_id"], told["user_id"], told["tags"]) == ("S", "U", ["t"])


def test_kind_is_what_the_attributes_say_unless_somebody_says_it(spans: Recorder, tracer: otel.Tracer) -> None:
    with tracer.start_as_current_span("model", attributes={"openinference.span.kind": "LLM"}):
        pass
    with tracer.start_as_current_span("stated", attributes={"openinference.span.kind": "LLM"}):
        current = tracewood.get_current_span()
        assert current is not None
        current.update(kind="tool", input={"q": 1})
    assert (spans.one("model")["kind"], spans.one("stated")["kind"]) == ("llm", "tool")
    assert spans.one("stated")["input"] == {"q": 1}


def test_observed_generator_is_current_only_while_it_runs(spans: Recorder, tracer: otel.Tracer) -> None:
    @tracewood.observe
    def numbers() -> Any:
        with tracer.start_as_current_span("inside"):
            yield 1
        yield 2

    with tracer.start_as_current_span("outside") as outside:
        for _ in numbers():
            assert trace.get_current_span().get_span_context() == outside.get_span_context()
    assert spans.one("inside")["parent_span_id"] == spans.one("numbers")["span_id"]
    assert spans.one("numbers")["parent_span_id"] == spans.one("outside")["span_id"]


def test_threads_carry_the_current_span_along(spans: Recorder, tracer: otel.Tracer) -> None:
    def work() -> None:
        with tracer.start_as_current_span("elsewhere"):
            pass

    with tracer.start_as_current_span("here"):
        thread = threading.Thread(target=tracewood.propagate(work))
        thread.start()
        thread.join()
    assert spans.one("elsewhere")["parent_span_id"] == spans.one("here")["span_id"]


def test_span_that_a_library_left_current_does_not_stay(spans: Recorder) -> None:
    @tracewood.observe
    def careless() -> None:
        place = trace.get_current_span().get_span_context()
        left = trace.NonRecordingSpan(SpanContext(place.trace_id, 9, False, TraceFlags(1)))
        context_api.attach(trace.set_span_in_context(left))

    careless()
    assert trace.get_current_span() is trace.INVALID_SPAN


def test_baggage_that_is_set_within_a_manual_span_outlives_its_end(spans: Recorder) -> None:
    key = context_api.create_key("baggage")

    def work() -> None:
        span = tracewood.start_span("manual")
        context_api.attach(context_api.set_value(key, "kept"))
        span.end()
        assert context_api.get_value(key) == "kept"
        assert trace.get_current_span() is trace.INVALID_SPAN

    # Nobody detaches what was attached, so it stays in a context of its own.
    contextvars.copy_context().run(work)


def test_span_that_is_never_ended_is_released(spans: Recorder, tracer: otel.Tracer) -> None:
    def abandon() -> None:
        tracewood.start_span("never")
        context_api.attach(trace.set_span_in_context(tracer.start_span("neither")))

    def n_contexts() -> int:
        gc.collect()
        return sum(type(found) is Context for found in gc.get_objects())

    before = n_contexts()
    for _ in range(50):
        contextvars.copy_context().run(abandon)
    assert n_contexts() == before


def test_same_scope_gives_the_same_tracer() -> None:
    provider = otel.tracer_provider()
    assert provider is otel.tracer_provider()
    assert provider.get_tracer("a", "1") is provider.get_tracer("a", "1")
    assert provider.get_tracer("a", "1") is not provider.get_tracer("a", "2")
    assert provider.get_tracer("a", attributes={"x": 1}) is not provider.get_tracer("a", attributes={"x": 2})


def test_suppression_stays_with_the_instrumentations(spans: Recorder, tracer: otel.Tracer) -> None:
    token = context_api.attach(context_api.set_value(context_api._SUPPRESS_INSTRUMENTATION_KEY, True))
    tracer.start_span("by hand").end()
    context_api.detach(token)
    assert spans.one("by hand")["name"] == "by hand"
