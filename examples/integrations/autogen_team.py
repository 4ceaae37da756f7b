"""AutoGen traced by name: an agent of `autogen-agentchat`, its model calls and its tools."""

from __future__ import annotations

import asyncio

from autogen_agentchat.agents import AssistantAgent
from autogen_ext.models.openai import OpenAIChatCompletionClient

import tracewood

tracewood.initialize(integrations=["autogen"])


async def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, 21 degrees"


async def main() -> None:
    client = OpenAIChatCompletionClient(model="gpt-4o-mini", temperature=0.2)
    agent = AssistantAgent(
        "weather_agent",
        model_client=client,
        tools=[get_weather],
        system_message="Be brief.",
        reflect_on_tool_use=True,
    )
    print((await agent.run(task="What is the weather in Vienna?")).messages[-1].content)
    await client.close()


asyncio.run(main())
