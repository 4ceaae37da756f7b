"""Mistral's client traced by name: a question, a tool that the model wants called, and the streamed answer."""

from __future__ import annotations

import json
import os

from mistralai.client import Mistral

import tracewood

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"name": "get_weather", "description": "The weather in a city.", "parameters": SCHEMA}


@tracewood.observe(type="tool")
def get_weather(city: str) -> str:
    return f"sunny in {city}, 21 degrees"


@tracewood.observe(type="agent")
def ask(client: Mistral, question: str) -> str:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": question}]
    tools = [{"type": "function", "function": TOOL}]
    asked = {"model": "mistral-small-latest", "messages": messages, "temperature": 0.2, "tools": tools}
    said = client.chat.complete(**asked).choices[0].message
    (call,) = said.tool_calls
    found = get_weather(**json.loads(call.function.arguments))
    messages += [said, {"role": "tool", "tool_call_id": call.id, "name": "get_weather", "content": found}]
    with client.chat.stream(**asked) as stream:
        return "".join(event.data.choices[0].delta.content or "" for event in stream if event.data.choices)


tracewood.initialize(integrations=["mistral"])
address = os.environ.get("MISTRAL_BASE_URL")
print(ask(Mistral(api_key=os.environ["MISTRAL_API_KEY"], server_url=address), "What is the weather in Vienna?"))
