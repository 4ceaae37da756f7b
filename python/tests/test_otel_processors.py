"""The slow way: processors of OpenTelemetry's SDK on our provider, and ours on a provider of the SDK."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, SpanProcessor
from opentelemetry.sdk.trace import TracerProvider as SdkTracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanContext, SpanKind, StatusCode, TraceFlags

import tracewood
from tracewood import otel
from tracewood.otel._limits import Sampling, sampling_of
from tracewood.testing import Recorder

Run = Callable[..., subprocess.CompletedProcess[str]]


def new_provider(**options: Any) -> otel.TracerProvider:
    """One of its own, so that a processor of one test does not see the spans of others."""
    return otel.tracer_provider(resource=Resource({"service.name": "tested"}), **options)


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    yield kept
    kept.shutdown()


def test_processor_is_given_what_it_reads(spans: Recorder, exporter: InMemorySpanExporter) -> None:
    provider = new_provider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("scope", "1.2", attributes={"of": "scope"})
    with tracer.start_as_current_span("outer"):
        linked = [trace.Link(SpanContext(1, 2, False), {"why": "cause"})]
        with tracer.start_as_current_span(
            "inner", kind=SpanKind.CLIENT, attributes={"a": (1, 2)}, links=linked
        ) as span:
            span.add_event("step", {"of": 2}, 5)
            span.set_status(StatusCode.ERROR, "why")
    inner, outer = exporter.get_finished_spans()
    assert isinstance(inner, ReadableSpan)
    assert (inner.name, inner.kind, dict(inner.attributes or {})) == ("inner", SpanKind.CLIENT, {"a": (1, 2)})
    assert inner.parent == outer.context
    assert [(event.name, event.timestamp, dict(event.attributes or {})) for event in inner.events] == [
        ("step", 5, {"of": 2})
    ]
    assert [(link.context.span_id, dict(link.attributes or {})) for link in inner.links] == [(2, {"why": "cause"})]
    assert (inner.status.status_code, inner.status.description) == (StatusCode.ERROR, "why")
    assert inner.resource.attributes["service.name"] == "tested"
    scope = inner.instrumentation_scope
    assert scope is not None
    assert (scope.name, scope.version, dict(scope.attributes or {})) == ("scope", "1.2", {"of": "scope"})
    assert inner.start_time is not None
    assert inner.end_time is not None
    assert json.loads(inner.to_json())["name"] == "inner"
    assert [span["name"] for span in spans.all()] == ["inner", "outer"]


def test_processor_hears_of_start_and_end_in_turn(spans: Recorder) -> None:
    heard: list[Any] = []

    class Hears(SpanProcessor):
        def on_start(self, span: Any, parent_context: Any = None) -> None:
            span.set_attribute("seen", True)
            heard.append(("start", span.name, span.is_recording()))

        def _on_ending(self, span: Any) -> None:
            heard.append(("ending", span.name, span.is_recording()))

        def on_end(self, span: Any) -> None:
            heard.append(("end", span.name, dict(span.attributes)))

    provider = new_provider()
    provider.add_span_processor(Hears())
    provider.get_tracer("x").start_span("told").end()
    assert heard == [("start", "told", True), ("ending", "told", False), ("end", "told", {"seen": True})]
    assert spans.one("told")["attributes"] == {"seen": True}


def test_attributes_that_a_processor_replaces_are_what_is_delivered(spans: Recorder) -> None:
    class Replaces(SpanProcessor):
        def on_end(self, span: Any) -> None:
            span._attributes = {**span.attributes, "openinference.span.kind": "TOOL"}

    provider = new_provider()
    provider.add_span_processor(Replaces())
    provider.get_tracer("x").start_span("mapped", attributes={"a": 1}).end()
    told = spans.one("mapped")
    assert (told["attributes"], told["kind"]) == ({"a": 1, "openinference.span.kind": "TOOL"}, "tool")


def test_processor_that_raises_hurts_nobody(spans: Recorder) -> None:
    class Raises(SpanProcessor):
        def on_start(self, span: Any, parent_context: Any = None) -> None:
            raise ValueError("start")

        def on_end(self, span: Any) -> None:
            raise ValueError("end")

    provider = new_provider()
    provider.add_span_processor(Raises())
    with provider.get_tracer("x").start_as_current_span("lives"):
        pass
    assert spans.one("lives")["name"] == "lives"


def test_without_a_destination_a_processor_still_gets_spans(exporter: InMemorySpanExporter) -> None:
    provider = new_provider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with provider.get_tracer("x").start_as_current_span("alone"):
        pass
    assert [span.name for span in exporter.get_finished_spans()] == ["alone"]


def test_provider_is_one_of_the_sdk_where_that_is_installed() -> None:
    provider = otel.tracer_provider()
    assert isinstance(provider, SdkTracerProvider)
    assert isinstance(provider.id_generator.generate_trace_id(), int)
    assert provider.sampler.get_description() == "ParentBased{root:AlwaysOnSampler}"
    assert provider.resource.attributes["telemetry.sdk.language"] == "python"
    assert provider.force_flush(1000)


def test_limits_are_large_by_default_and_the_sdk_s_own_where_given(spans: Recorder) -> None:
    many = {f"key.{number}": number for number in range(3000)}
    otel.tracer_provider().get_tracer("x").start_span("many", attributes=many).end()
    assert len(spans.one("many")["attributes"]) == 3000
    provider = new_provider(span_limits=SpanLimits(max_attributes=2, max_attribute_length=3))
    with provider.get_tracer("x").start_as_current_span("few", attributes={"a": 1, "b": 2, "c": "long"}) as span:
        assert (dict(span.attributes), span.dropped_attributes) == ({"b": 2, "c": "lon"}, 1)


def test_variables_of_limits_are_read(spans: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1")
    monkeypatch.setenv("OTEL_SPAN_EVENT_COUNT_LIMIT", "1")
    monkeypatch.setenv("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "2")
    with new_provider().get_tracer("x").start_as_current_span("bound", attributes={"a": "abc", "b": "abc"}) as span:
        span.add_event("first")
        span.add_event("second")
        assert (span.dropped_attributes, span.dropped_events) == (1, 1)
    told = spans.one("bound")
    assert (told["attributes"], [event["name"] for event in told["events"]]) == ({"b": "ab"}, ["second"])


@pytest.mark.parametrize(
    ("sampler", "wanted"),
    [
        (ALWAYS_ON, (1.0, False)),
        (ALWAYS_OFF, (0.0, False)),
        (TraceIdRatioBased(0.25), (0.25, False)),
        (ParentBased(TraceIdRatioBased(0.5)), (0.5, True)),
    ],
)
def test_samplers_of_the_sdk_are_understood(sampler: Any, wanted: Any) -> None:
    found = sampling_of(sampler)
    assert (found.ratio, found.follows_parent, found.sampler) == (*wanted, None)


def test_other_samplers_are_asked(spans: Recorder) -> None:
    from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult

    class Picky(Sampler):
        def should_sample(self, parent_context: Any, trace_id: int, name: str, *more: Any, **others: Any) -> Any:
            decision = {"keep": Decision.RECORD_AND_SAMPLE, "watch": Decision.RECORD_ONLY}.get(name, Decision.DROP)
            return SamplingResult(decision, {"asked": True})

        def get_description(self) -> str:
            return "Picky"

    tracer = new_provider(sampler=Picky()).get_tracer("x")
    recording = []
    for name in ("keep", "watch", "drop"):
        with tracer.start_as_current_span(name) as span:
            recording.append((name, span.is_recording(), span.get_span_context().trace_flags.sampled))
    assert recording == [("keep", True, True), ("watch", True, False), ("drop", False, False)]
    assert [(span["name"], span["attributes"]) for span in spans.all()] == [("keep", {"asked": True})]


def test_share_of_the_environment_is_that_of_the_sdk(monkeypatch: pytest.MonkeyPatch, spans: Recorder) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")

    class Counts(RandomIdGenerator):
        number = 0

        def generate_trace_id(self) -> int:
            Counts.number += 1
            return Counts.number << 62 | 1

    tracer = new_provider(id_generator=Counts()).get_tracer("x")
    kept = [tracer.start_span("x").get_span_context() for _ in range(4)]
    theirs = TraceIdRatioBased(0.5)
    assert [context.trace_flags.sampled for context in kept] == [
        theirs.should_sample(None, context.trace_id, "x").decision.is_sampled() for context in kept
    ]
    assert kept[0].trace_id == 1 << 62 | 1
    assert Sampling(0.5).get_description() == "ParentBased{root:TraceIdRatioBased{0.5}}"


def test_processor_of_ours_takes_each_sampled_span_once(spans: Recorder) -> None:
    provider = SdkTracerProvider(resource=Resource({"service.name": "theirs"}))
    provider.add_span_processor(otel.span_processor())
    provider.add_span_processor(otel.span_processor())
    tracer = provider.get_tracer("their scope", "3")
    with tracer.start_as_current_span("outer"), tracewood.span("ours"):
        linked = [trace.Link(SpanContext(1, 2, False), {"why": "cause"})]
        said: Any = {"text": "a", "list": [1, 2], "map": {"deep": None}}
        with (
            pytest.raises(ValueError, match="bad"),
            tracer.start_as_current_span("inner", attributes=said, links=linked),
        ):
            raise ValueError("bad")
    dropped = trace.NonRecordingSpan(SpanContext(1, 2, True, TraceFlags(0)))
    with trace.use_span(dropped), tracer.start_as_current_span("not sampled"):
        pass
    assert spans.tree("status") == [
        {
            "name": "outer",
            "status": "unset",
            "children": [
                {
                    "name": "ours",
                    "status": "unset",
                    "children": [{"name": "inner", "status": "error", "children": []}],
                }
            ],
        }
    ]
    inner = spans.one("inner")
    assert inner["attributes"] == {"text": "a", "list": [1, 2], "map": {"deep": None}}
    assert inner["status_message"] == "ValueError: bad"
    assert [event["name"] for event in inner["events"]] == ["exception"]


def test_processor_of_ours_on_our_own_provider_takes_nothing_twice(spans: Recorder) -> None:
    provider = new_provider()
    provider.add_span_processor(otel.span_processor())
    provider.get_tracer("x").start_span("once").end()
    assert [span["name"] for span in spans.all()] == ["once"]


def test_filter_says_which_spans_are_taken(spans: Recorder) -> None:
    provider = SdkTracerProvider()
    provider.add_span_processor(otel.span_processor(is_wanted=lambda span: span.name != "noise"))
    for name in ("noise", "signal"):
        provider.get_tracer("x").start_span(name).end()
    assert [span["name"] for span in spans.all()] == ["signal"]


def test_processor_that_was_shut_down_takes_nothing(spans: Recorder) -> None:
    provider = SdkTracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(otel.span_processor())
    tracer = provider.get_tracer("x")
    tracer.start_span("before").end()
    provider.shutdown()
    tracer.start_span("after").end()
    assert [span["name"] for span in spans.all()] == ["before"]


def test_spans_of_our_own_reach_processors_of_the_main_provider(run_python: Run) -> None:
    program = """
import tracewood
from tracewood import otel
from tracewood.testing import recorder
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
kept = InMemorySpanExporter()
provider = otel.tracer_provider(set_global=True)
provider.add_span_processor(SimpleSpanProcessor(kept))
with recorder() as spans:
    with tracewood.span("ours", type="tool", input={"q": 1}), provider.get_tracer("x").start_as_current_span("theirs"):
        pass
    theirs, ours = kept.get_finished_spans()
    print(theirs.name, ours.name, theirs.parent == ours.context, [span["name"] for span in spans.all()])
    print(dict(ours.attributes))
"""
    assert run_python(program).stdout == (
        "theirs ours True ['theirs', 'ours']\n{'tracewood.kind': 'tool', 'tracewood.input': '{\"q\":1}'}\n"
    )


def test_variable_installs_the_provider_without_code(run_python: Run, server_url: str) -> None:
    program = """
from opentelemetry import trace
with trace.get_tracer("x").start_as_current_span("seen") as span:
    print(type(trace.get_tracer_provider()).__module__, span.is_recording())
import tracewood
print(tracewood.flush()["delivered"])
"""
    done = run_python(program, OTEL_PYTHON_TRACER_PROVIDER="tracewood", TRACEWOOD_ENDPOINT=server_url)
    assert (done.stdout, done.stderr) == ("tracewood.otel True\n1\n", "")


def test_provider_is_private_unless_asked(run_python: Run) -> None:
    program = """
from opentelemetry import trace
from tracewood import otel
otel.tracer_provider()
print(type(trace.get_tracer_provider()).__name__)
print(otel.tracer_provider(set_global=True) is trace.get_tracer_provider())
"""
    assert run_python(program).stdout == "ProxyTracerProvider\nTrue\n"


def test_api_that_is_imported_later_shares_the_context(run_python: Run, server_url: str) -> None:
    program = """
import sys, tracewood
tracewood.initialize()
assert "opentelemetry" not in sys.modules
with tracewood.span("outer") as outer:
    from opentelemetry import trace
    assert f"{trace.get_current_span().get_span_context().span_id:016x}" == outer.span_id
    with tracewood.span("inner") as inner:
        assert inner.parent_span_id == outer.span_id
        assert f"{trace.get_current_span().get_span_context().span_id:016x}" == inner.span_id
print(trace.get_current_span() is trace.INVALID_SPAN)
"""
    done = run_python(program, TRACEWOOD_ENDPOINT=server_url)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_propagators_of_opentelemetry_carry_our_spans(spans: Recorder) -> None:
    from opentelemetry.propagate import extract, inject

    headers: dict[str, str] = {}
    there = tracewood.extract({"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01", "tracestate": "a=1"})
    with there, tracewood.span("here") as here:
        inject(headers)
        assert headers["traceparent"].startswith(f"00-{'ab' * 16}-{here.span_id}-")
        assert headers["tracestate"] == "a=1"
        own: dict[str, str] = {}
        tracewood.inject(own)
        assert own["traceparent"] == f"00-{'ab' * 16}-{here.span_id}-01"
    context = extract(headers)
    with otel.tracer_provider().get_tracer("x").start_as_current_span("there", context=context):
        onward: dict[str, str] = {}
        inject(onward)
        assert onward["tracestate"] == "a=1"
    assert spans.one("there")["parent_span_id"] == spans.one("here")["span_id"]


def test_api_alone_is_enough(run_python: Run) -> None:
    program = """
import sys
sys.modules["opentelemetry.sdk"] = None
from tracewood import otel
from tracewood.testing import recorder
class Hears:
    def on_start(self, span, parent_context=None): print("start", span.name)
    def _on_ending(self, span): pass
    def on_end(self, span): print(span.name, dict(span.attributes), span.instrumentation_scope.name, len(span.events))
    def force_flush(self, timeout_millis): return True
    def shutdown(self): pass
with recorder() as spans:
    provider = otel.tracer_provider()
    provider.add_span_processor(Hears())
    with provider.get_tracer("x").start_as_current_span("alone", attributes={"a": 1}) as span:
        span.add_event("step")
    print(spans.one("alone")["attributes"], provider.force_flush(1000))
print(provider.sampler.get_description(), provider.resource.attributes["telemetry.sdk.name"])
try: otel.span_processor()
except ImportError as error: print(error)
"""
    done = run_python(program)
    assert (done.stdout.splitlines(), done.stderr) == (
        [
            "start alone",
            "alone {'a': 1} x 1",
            "{'a': 1} True",
            "ParentBased{root:AlwaysOnSampler} tracewood",
            "tracewood.otel.span_processor() needs opentelemetry-sdk: pip install opentelemetry-sdk",
        ],
        "",
    )
