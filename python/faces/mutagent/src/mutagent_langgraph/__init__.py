"""The names of `mutagent.tracing.integrations.langgraph`, after the naming of the vendor's npm packages."""

from __future__ import annotations

from mutagent.tracing.integrations.langgraph import MutagentCallbackHandler

__all__ = ["MutagentCallbackHandler"]
