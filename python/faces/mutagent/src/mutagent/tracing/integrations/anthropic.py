"""`wrap_anthropic`: a client of Anthropic's, synchronous or not, with every message as a span."""

from __future__ import annotations

from mutagent.tracing._client import start_from_environment
from tracewood.integrations._anthropic_words import AnthropicWords
from tracewood.integrations._clients import Calls, wrap_client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    Client = TypeVar("Client")

__all__ = ["wrap_anthropic"]

_CALLS = Calls(AnthropicWords(), start_from_environment)


def wrap_anthropic(client: Client) -> Client:
    """Has the messages of a client be spans, whole and streamed.

    Args:
        client: An `Anthropic`, an `AsyncAnthropic`, or one for another platform.

    Returns:
        The same client.
    """
    wrapped: Client = wrap_client(client, _CALLS)
    return wrapped
