"""Groq's client traced by name: a question, a tool that the model wants called, and the answer."""

from __future__ import annotations

import json

from groq import Groq

import tracewood

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@tracewood.observe(type="tool")
def get_weather(city: str) -> str:
    return f"sunny in {city}, 21 degrees"


@tracewood.observe(type="agent")
def ask(client: Groq, question: str) -> str:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": question}]
    asked = {"model": "llama-3.3-70b-versatile", "messages": messages, "temperature": 0.2, "tools": [TOOL]}
    (call,) = client.chat.completions.create(**asked).choices[0].message.tool_calls
    found = get_weather(**json.loads(call.function.arguments))
    said = {"role": "assistant", "tool_calls": [call.model_dump()]}
    messages += [said, {"role": "tool", "tool_call_id": call.id, "content": found}]
    return client.chat.completions.create(**asked).choices[0].message.content


tracewood.initialize(integrations=["groq"])
print(ask(Groq(), "What is the weather in Vienna?"))
