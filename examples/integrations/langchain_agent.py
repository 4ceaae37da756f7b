"""LangChain's agent, a graph of LangGraph, traced by name: model calls, tool calls and what leads to them."""

from __future__ import annotations

from langchain.agents import create_agent
from langchain_openai import ChatOpenAI

import tracewood

tracewood.initialize(integrations=["langchain"])


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, 21 degrees"


model = ChatOpenAI(model="gpt-4o-mini", temperature=0.2)
agent = create_agent(model, tools=[get_weather], system_prompt="Be brief.", name="weather agent")
said = agent.invoke({"messages": [{"role": "user", "content": "What is the weather in Vienna?"}]})
print(said["messages"][-1].content)
