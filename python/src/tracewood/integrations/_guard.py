"""The tracer provider that instrumentations are given: Tracewood's, with a guard against two spans for one model call.

A model call may be told twice: by the framework that makes it and by the client that it makes it with, or by a library
that traces itself and by an instrumentation of it. Then the outer span tells of it, and the inner one is left out; what
begins within that has the outer span as its parent.
"""

from __future__ import annotations

from collections import OrderedDict

from opentelemetry import trace
from opentelemetry.util._decorator import _agnosticcontextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from opentelemetry.context import Context
    from opentelemetry.util import types

__all__ = ["mark", "provider"]

# How many model calls can be open at a time until the oldest is forgotten, which costs a double span and nothing else.
_OPEN_MAX = 4096
_KIND = "openinference.span.kind"
_OPERATION = "gen_ai.operation.name"
_MODEL = "gen_ai.request.model"
_OI_MODEL = "llm.model_name"
_OI_MODEL_ASKED = "llm.request.model_name"
_MODEL_KINDS = ("LLM", "EMBEDDING", "RERANKER")
_OPERATIONS = {
    "chat": "LLM",
    "generate_content": "LLM",
    "text_completion": "LLM",
    "embeddings": "EMBEDDING",
}

# Span id of every model call that was begun lately: what sort it is, who told of it, and the model where that is known.
_open: OrderedDict[int, tuple[str, str, str | None]] = OrderedDict()


def provider(given: trace.TracerProvider | None = None) -> trace.TracerProvider:
    """The provider for an instrumentation.

    Args:
        given: Where spans go; by default to Tracewood's recorder.

    Returns:
        The provider, guarded.
    """
    if given is None:
        from tracewood import otel

        given = otel.tracer_provider()
    return Provider(given)


def mark(span_id: int, kind: str = "LLM", scope: str = "tracewood", model: str | None = None) -> None:
    """Says that a span tells of a model call, so that nothing within tells of it again.

    Args:
        span_id: The span.
        kind: `LLM` or `EMBEDDING`.
        scope: Who tells of it.
        model: The model that is called.
    """
    _open[span_id] = (kind, scope, model)
    while len(_open) > _OPEN_MAX:
        _open.popitem(last=False)


class Provider(trace.TracerProvider):
    """Gives guarded tracers of another provider."""

    def __init__(self, inner: trace.TracerProvider) -> None:
        self._inner = inner

    def get_tracer(
        self,
        instrumenting_module_name: str,
        instrumenting_library_version: str | None = None,
        schema_url: str | None = None,
        attributes: types.Attributes | None = None,
    ) -> trace.Tracer:
        """A tracer for an instrumentation."""
        inner = self._inner.get_tracer(instrumenting_module_name, instrumenting_library_version, schema_url, attributes)
        return Tracer(inner, instrumenting_module_name)

    def __getattr__(self, name: str) -> Any:
        # Some instrumentations ask a provider for its processors or its resource.
        return getattr(self._inner, name)


class Tracer(trace.Tracer):
    """Begins the spans of an instrumentation, unless the span around them tells of the same call."""

    def __init__(self, inner: trace.Tracer, scope: str) -> None:
        self._guarded = inner
        self._guarded_scope = scope

    def start_span(
        self,
        name: str,
        context: Context | None = None,
        kind: trace.SpanKind = trace.SpanKind.INTERNAL,
        attributes: types.Attributes = None,
        links: Sequence[trace.Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> trace.Span:
        """A span, or what stands for the span around it."""
        sort = _sort(attributes)
        if sort is not None:
            around = trace.get_current_span(context)
            if _tells(around, sort, self._guarded_scope, attributes):
                return trace.NonRecordingSpan(around.get_span_context())
            attributes = _with_model_asked(attributes)
        span = self._guarded.start_span(
            name, context, kind, attributes, links, start_time, record_exception, set_status_on_exception
        )
        if sort is not None:
            mark(span.get_span_context().span_id, sort, self._guarded_scope, _model(attributes))
        return span

    @_agnosticcontextmanager
    def start_as_current_span(
        self,
        name: str,
        context: Context | None = None,
        kind: trace.SpanKind = trace.SpanKind.INTERNAL,
        attributes: types.Attributes = None,
        links: Sequence[trace.Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
        end_on_exit: bool = True,
    ) -> Iterator[trace.Span]:
        """The same, current within the block."""
        span = self.start_span(
            name, context, kind, attributes, links, start_time, record_exception, set_status_on_exception
        )
        with trace.use_span(
            span,
            end_on_exit=end_on_exit,
            record_exception=record_exception,
            set_status_on_exception=set_status_on_exception,
        ) as current:
            yield current


def _sort(attributes: Mapping[str, Any] | None) -> str | None:
    """What sort of model call a span is about to tell of, if any."""
    if not attributes:
        return None
    kind = attributes.get(_KIND)
    # A member of an enumeration stands for its value.
    word = getattr(kind, "value", kind)
    if word in _MODEL_KINDS:
        return str(word)
    return _OPERATIONS.get(str(attributes.get(_OPERATION)))


def _with_model_asked(attributes: types.Attributes) -> types.Attributes:
    """The attributes with the model that is asked under a key of its own; many write the answering one over it."""
    model = (attributes or {}).get(_OI_MODEL)
    if attributes is None or model is None or _OI_MODEL_ASKED in attributes:
        return attributes
    return {**attributes, _OI_MODEL_ASKED: model}


def _model(attributes: Mapping[str, Any] | None) -> str | None:
    model = (attributes or {}).get(_MODEL)
    return model if isinstance(model, str) else None


def _tells(around: trace.Span, sort: str, scope: str, attributes: Mapping[str, Any] | None) -> bool:
    """Whether the span around tells of the same call: of its sort, by somebody else, of no other model."""
    told = _open.get(around.get_span_context().span_id)
    if told is None or told[0] != sort or told[1] == scope or not around.is_recording():
        return False
    model = _model(attributes)
    return model is None or told[2] is None or model == told[2]
