"""OpenTelemetry over Tracewood's recorder: a provider for instrumentations, a processor for programs with an SDK.

    from tracewood import otel

    OpenAIInstrumentor().instrument(tracer_provider=otel.tracer_provider())
    sdk_provider.add_span_processor(otel.span_processor())

Spans of `tracewood.observe` and of OpenTelemetry nest in each other in both directions. Needs `opentelemetry-api`:
`pip install "tracewood[otel]"`.
"""

from __future__ import annotations

from importlib.util import find_spec

if find_spec("opentelemetry") is None or find_spec("opentelemetry.trace") is None:
    raise ImportError('tracewood.otel needs opentelemetry-api: pip install "tracewood[otel]"')

from tracewood import _opentelemetry
from tracewood._native import OtelSpan as Span
from tracewood.otel._processor import TracewoodSpanProcessor, span_processor
from tracewood.otel._provider import TracerProvider, provider_from_environment, tracer_provider
from tracewood.otel._tracer import Tracer

__all__ = [
    "Span",
    "Tracer",
    "TracerProvider",
    "TracewoodSpanProcessor",
    "provider_from_environment",
    "span_processor",
    "tracer_provider",
]

_opentelemetry.join()
