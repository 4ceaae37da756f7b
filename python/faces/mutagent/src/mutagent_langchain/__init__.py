"""The names of `mutagent.tracing.integrations.langchain`, after the naming of the vendor's npm packages."""

from __future__ import annotations

from mutagent.tracing.integrations.langchain import MutagentCallbackHandler

__all__ = ["MutagentCallbackHandler"]
