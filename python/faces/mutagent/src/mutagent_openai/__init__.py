"""The names of `mutagent.tracing.integrations.openai`, after the naming of the vendor's npm packages."""

from __future__ import annotations

from mutagent.tracing.integrations.openai import AsyncMutagentOpenAI, MutagentOpenAI

__all__ = ["AsyncMutagentOpenAI", "MutagentOpenAI"]
