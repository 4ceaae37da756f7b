"""`MutagentCallbackHandler` for LangChain: chains, models, tools and retrievers are spans."""

from __future__ import annotations

from mutagent.tracing._client import start_from_environment
from tracewood.integrations._langchain_handler import Handler

__all__ = ["MutagentCallbackHandler"]


class MutagentCallbackHandler(Handler):
    """To be handed to a run: `chain.invoke(question, config={"callbacks": [MutagentCallbackHandler()]})`."""

    _tracewood_start = staticmethod(start_from_environment)
