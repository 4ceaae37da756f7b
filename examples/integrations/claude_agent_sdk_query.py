"""Anthropic's Claude Agent SDK traced by name: a query, its turns and its tools."""

from __future__ import annotations

import asyncio
import os

import claude_agent_sdk
from claude_agent_sdk import AssistantMessage, ClaudeAgentOptions, TextBlock

import tracewood

tracewood.initialize(integrations=["claude_agent_sdk"])


async def main() -> None:
    # Where `CLAUDE_CLI` names no other program, the SDK runs the one that it brings.
    options = ClaudeAgentOptions(model="claude-haiku-4-5", cli_path=os.environ.get("CLAUDE_CLI"), max_turns=2)
    # By its whole name: `query` imported before `initialize` would be the one that is not traced.
    async for message in claude_agent_sdk.query(prompt="What is the weather in Vienna?", options=options):
        if isinstance(message, AssistantMessage):
            print("".join(block.text for block in message.content if isinstance(block, TextBlock)), end="")
    print()


asyncio.run(main())
