"""Google's Agent Development Kit traced by its own tracing: the run, its agent, each model call and each tool."""

from __future__ import annotations

import asyncio

from google.adk.agents import LlmAgent
from google.adk.runners import InMemoryRunner
from google.genai import types

import tracewood

tracewood.initialize(integrations=["google_adk"])


def get_weather(city: str) -> dict[str, str]:
    """The weather in a city."""
    return {"found": f"sunny in {city}, 21 degrees"}


async def main() -> None:
    agent = LlmAgent(name="weather_agent", model="gemini-2.5-flash", instruction="Be brief.", tools=[get_weather])
    runner = InMemoryRunner(agent=agent, app_name="weather")
    session = await runner.session_service.create_session(app_name="weather", user_id="ada")
    question = types.Content(role="user", parts=[types.Part(text="What is the weather in Vienna?")])
    async for event in runner.run_async(user_id="ada", session_id=session.id, new_message=question):
        if event.is_final_response():
            print(event.content.parts[-1].text)


asyncio.run(main())
