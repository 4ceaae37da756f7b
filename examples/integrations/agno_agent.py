"""Agno traced by name: the run of an agent, each model call and each tool."""

from __future__ import annotations

from agno.agent import Agent
from agno.models.openai import OpenAIChat

import tracewood

tracewood.initialize(integrations=["agno"])


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, 21 degrees"


model = OpenAIChat(id="gpt-4o-mini", temperature=0.2)
agent = Agent(name="weather agent", model=model, tools=[get_weather], instructions="Be brief.", telemetry=False)
print(agent.run("What is the weather in Vienna?").content)
