"""`MutagentOpenAI` and `AsyncMutagentOpenAI`: OpenAI's clients with every model call as a span."""

from __future__ import annotations

from openai import AsyncOpenAI, OpenAI

from mutagent.tracing._client import start_from_environment
from tracewood.integrations._clients import AsyncTraced, Calls, Traced
from tracewood.integrations._openai_words import OpenAIWords

__all__ = ["AsyncMutagentOpenAI", "MutagentOpenAI"]

_CALLS = Calls(OpenAIWords(), start_from_environment)


class MutagentOpenAI(Traced, OpenAI):
    """`openai.OpenAI` with the same arguments: chats, responses, completions and embeddings are spans."""

    _tracewood_calls = _CALLS


class AsyncMutagentOpenAI(AsyncTraced, AsyncOpenAI):
    """`openai.AsyncOpenAI` with the same arguments: chats, responses, completions and embeddings are spans."""

    _tracewood_calls = _CALLS
