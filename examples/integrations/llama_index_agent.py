"""LlamaIndex traced by name: an agent, each step of it, its model calls and its tools."""

from __future__ import annotations

import asyncio

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.llms.openai import OpenAI

import tracewood

tracewood.initialize(integrations=["llama_index"])


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, 21 degrees"


async def main() -> None:
    llm = OpenAI(model="gpt-4o-mini", temperature=0.2)
    agent = FunctionAgent(
        name="weather agent", tools=[get_weather], llm=llm, system_prompt="Be brief.", streaming=False
    )
    print(await agent.run("What is the weather in Vienna?"))


asyncio.run(main())
