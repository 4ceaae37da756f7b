"""The enumerations of MutagenT's tracing API, which cost the import of `enum` only where they are asked for."""

from __future__ import annotations

from enum import Enum

__all__ = ["SPAN_KINDS", "SpanKind", "SpanStatus"]


class SpanKind(str, Enum):
    """What sort of work a span stands for; wherever one is asked for, any other text will do too."""

    LLM_CHAT = "llm.chat"
    LLM_COMPLETION = "llm.completion"
    LLM_EMBEDDING = "llm.embedding"
    CHAIN = "chain"
    AGENT = "agent"
    GRAPH = "graph"
    NODE = "node"
    EDGE = "edge"
    WORKFLOW = "workflow"
    MIDDLEWARE = "middleware"
    TOOL = "tool"
    RETRIEVAL = "retrieval"
    RERANK = "rerank"
    GUARDRAIL = "guardrail"
    CUSTOM = "custom"


SPAN_KINDS = tuple(kind.value for kind in SpanKind)


class SpanStatus(str, Enum):
    """How a span ended."""

    OK = "ok"
    ERROR = "error"
    UNSET = "unset"


# Where programs know them from, and where pickle looks for them.
SpanKind.__module__ = SpanStatus.__module__ = "mutagent.tracing.types"
