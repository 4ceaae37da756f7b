"""`MutagentCallbackHandler` for LangGraph: the graph and its nodes are spans, beside what runs in them."""

from __future__ import annotations

from mutagent.tracing.integrations.langchain import MutagentCallbackHandler

__all__ = ["MutagentCallbackHandler"]
