"""OpenAI's client traced by name: a question, a tool that the model wants called, and the streamed answer."""

from __future__ import annotations

import json

from openai import OpenAI

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
def ask(client: OpenAI, question: str) -> str:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": question}]
    asked = {"model": "gpt-4o-mini", "messages": messages, "temperature": 0.2, "tools": [TOOL]}
    (call,) = client.chat.completions.create(**asked).choices[0].message.tool_calls
    found = get_weather(**json.loads(call.function.arguments))
    said = {"role": "assistant", "tool_calls": [call]}
    messages += [said, {"role": "tool", "tool_call_id": call.id, "content": found}]
    stream = client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True})
    return "".join(event.choices[0].delta.content or "" for event in stream if event.choices)


tracewood.initialize(integrations=["openai"])
print(ask(OpenAI(), "What is the weather in Vienna?"))
