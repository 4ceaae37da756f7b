"""The names of `mutagent.tracing.integrations.anthropic`, after the naming of the vendor's npm packages."""

from __future__ import annotations

from mutagent.tracing.integrations.anthropic import wrap_anthropic

__all__ = ["wrap_anthropic"]
