# How MutagenT's page begins and ends a span by hand: code that must run unchanged, so it is kept as it stands there.
# ruff: noqa
# mypy: ignore-errors
# fmt: off
from mutagent.tracing import (
    init_tracing,
    start_span,
    end_span,
    SpanOptions,
    SpanEndOptions,
    SpanIO,
    SpanMetrics,
    SpanKind,
    SpanStatus,
)

init_tracing(api_key="mt_xxxxxxxxxxxx")

span = start_span(SpanOptions(
    kind="chain",
    name="my-pipeline",
    input=SpanIO(text="user query here"),
))

# ... do work ...

if span:
    end_span(span, SpanEndOptions(
        status="ok",
        output=SpanIO(text="pipeline result"),
        metrics=SpanMetrics(
            model="gpt-4o",
            provider="openai",
            input_tokens=150,
            output_tokens=50,
            total_tokens=200,
        ),
    ))
