"""Microsoft's Agent Framework traced by its own tracing: the run of an agent, each model call and each tool."""

from __future__ import annotations

import asyncio

from agent_framework import Agent
from agent_framework.openai import OpenAIChatCompletionClient

import tracewood

tracewood.initialize(integrations=["agent_framework"])


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, 21 degrees"


async def main() -> None:
    client = OpenAIChatCompletionClient(model="gpt-4o-mini")
    agent = Agent(client=client, name="weather agent", instructions="Be brief.", tools=[get_weather])
    print(await agent.run("What is the weather in Vienna?"))


asyncio.run(main())
