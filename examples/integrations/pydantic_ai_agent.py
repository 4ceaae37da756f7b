"""Pydantic AI traced by its own tracing: the run of an agent, each model call and each tool."""

from __future__ import annotations

from pydantic_ai import Agent

import tracewood

tracewood.initialize(integrations=["pydantic_ai"])
agent = Agent(
    "openai-chat:gpt-4o-mini", name="weather_agent", instructions="Be brief.", model_settings={"temperature": 0.2}
)


@agent.tool_plain
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, 21 degrees"


print(agent.run_sync("What is the weather in Vienna?").output)
