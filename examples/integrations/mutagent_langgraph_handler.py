"""The callback handler of `mutagent.tracing` with LangGraph: the graph, its nodes, and what runs in them."""

from __future__ import annotations

from langchain.agents import create_agent
from langchain_openai import ChatOpenAI

from mutagent.tracing import init_tracing
from mutagent.tracing.integrations.langgraph import MutagentCallbackHandler


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}, 21 degrees"


init_tracing()
model = ChatOpenAI(model="gpt-4o-mini", temperature=0.2)
agent = create_agent(model, tools=[get_weather], system_prompt="Be brief.", name="weather agent")
question = {"messages": [{"role": "user", "content": "What is the weather in Vienna?"}]}
print(agent.invoke(question, config={"callbacks": [MutagentCallbackHandler()]})["messages"][-1].content)
