"""The kinds of spans: the words of TraceRoot and of MutagenT in one enumeration."""

from __future__ import annotations

from enum import Enum

__all__ = ["SpanKind"]


class SpanKind(str, Enum):
    """What sort of work a span stands for; wherever one is asked for, any other text will do too."""

    SPAN = "span"
    AGENT = "agent"
    TOOL = "tool"
    LLM = "llm"
    LLM_CHAT = "llm.chat"
    LLM_COMPLETION = "llm.completion"
    LLM_EMBEDDING = "llm.embedding"
    CHAIN = "chain"
    GRAPH = "graph"
    NODE = "node"
    EDGE = "edge"
    WORKFLOW = "workflow"
    MIDDLEWARE = "middleware"
    RETRIEVAL = "retrieval"
    RERANK = "rerank"
    GUARDRAIL = "guardrail"
    EVALUATION = "evaluation"
    TASK = "task"
    SCORER = "scorer"
    CUSTOM = "custom"

    def __str__(self) -> str:
        return self.value
