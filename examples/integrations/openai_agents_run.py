"""OpenAI's Agents SDK traced by name: the run, its agent, each model call and each tool."""

from __future__ import annotations

from agents import Agent, ModelSettings, Runner, function_tool

import tracewood


@function_tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, 21 degrees"


tracewood.initialize(integrations=["openai_agents"])
agent = Agent(
    name="weather agent",
    instructions="Be brief.",
    model="gpt-4o-mini",
    model_settings=ModelSettings(temperature=0.2),
    tools=[get_weather],
)
print(Runner.run_sync(agent, "What is the weather in Vienna?").final_output)
