"""CrewAI traced by name: the crew, its task, its agent and tools; the model calls by OpenAI's client beneath."""

from __future__ import annotations

from crewai import LLM, Agent, Crew, Task
from crewai.tools import tool

import tracewood

tracewood.initialize(integrations=["crewai", "openai"])


@tool("get_weather")
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, 21 degrees"


agent = Agent(
    role="weather agent",
    goal="Tell the weather.",
    backstory="Be brief.",
    llm=LLM(model="openai/gpt-4o-mini", temperature=0.2),
    tools=[get_weather],
)
task = Task(description="What is the weather in Vienna?", expected_output="One sentence.", agent=agent)
print(Crew(agents=[agent], tasks=[task], name="weather crew").kickoff().raw)
