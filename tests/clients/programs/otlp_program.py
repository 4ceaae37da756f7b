"""A small program on OpenTelemetry's SDK; takes `http|grpc` and an endpoint, prints the ids of the traces it made."""

import json
import sys

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace.span import TraceState

protocol, endpoint = sys.argv[1:3]
if protocol == "http":
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", compression=Compression.Gzip)
else:
    from grpc import Compression
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    exporter = OTLPSpanExporter(endpoint=endpoint, insecure=True, compression=Compression.Gzip)

STARTED_AT = 1_795_305_600_123_456_789
resource = Resource.create({"service.name": "shop", "deployment.environment.name": "staging", "host.cpus": 2})
provider = TracerProvider(resource=resource, shutdown_on_exit=False)
provider.add_span_processor(BatchSpanProcessor(exporter))
tracer = provider.get_tracer("acme.checkout", "1.2.3", attributes={"flavour": "plain"})

linked = SpanContext(0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331, is_remote=True)
root = tracer.start_span("POST /buy", kind=SpanKind.SERVER, start_time=STARTED_AT)
in_root = trace.set_span_in_context(root)
child = tracer.start_span(
    "chat gpt-4o", in_root, SpanKind.CLIENT, links=[Link(linked, {"why": "retry"})], start_time=STARTED_AT + 1000
)
child.set_attributes(
    {
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
        "raw": b"\x00\xff",
        "map": {"a": {"b": [1, "two", {"c": None}]}, "d": 1.5},
        "mixed": [1, "two", 3.5, False],
    }
)
child.add_event("first token", {"index": 0}, timestamp=STARTED_AT + 2000)
child.set_status(Status(StatusCode.ERROR, "the model hung up"))
child.end(STARTED_AT + 5_000_000)
root.set_status(Status(StatusCode.OK))
root.end(STARTED_AT + 6_000_000)

remote = SpanContext(
    0x4BF92F3577B34DA6A3CE929D0E0E4736,
    0x00F067AA0BA902B7,
    is_remote=True,
    trace_flags=TraceFlags(TraceFlags.SAMPLED),
    trace_state=TraceState([("acme", "1")]),
)
called = tracer.start_span(
    "called from afar", trace.set_span_in_context(NonRecordingSpan(remote)), SpanKind.CONSUMER, start_time=STARTED_AT
)
called.record_exception(ValueError("no money"), timestamp=STARTED_AT + 500)
called.end(STARTED_AT + 1000)

provider.shutdown()
print(
    json.dumps(
        {
            "local": format(root.get_span_context().trace_id, "032x"),
            "remote": format(remote.trace_id, "032x"),
        }
    )
)
