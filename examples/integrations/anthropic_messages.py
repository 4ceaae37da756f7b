"""Anthropic's client traced by its own tracing: thinking, a tool that the model wants called, a streamed answer."""

from __future__ import annotations

import anthropic

import tracewood

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"name": "get_weather", "description": "The weather in a city.", "input_schema": SCHEMA}


@tracewood.observe(type="tool")
def get_weather(city: str) -> str:
    return f"sunny in {city}, 21 degrees"


@tracewood.observe(type="agent")
def ask(client: anthropic.Anthropic, question: str) -> str:
    messages = [{"role": "user", "content": question}]
    asked = {"model": "claude-haiku-4-5", "max_tokens": 2000, "system": "Be brief.", "tools": [TOOL]}
    thinking = {"type": "enabled", "budget_tokens": 1024}
    said = client.messages.create(**asked, messages=messages, thinking=thinking)
    call = said.content[-1]
    found = {"type": "tool_result", "tool_use_id": call.id, "content": get_weather(**call.input)}
    messages += [{"role": "assistant", "content": said.content}, {"role": "user", "content": [found]}]
    with client.messages.stream(**asked, messages=messages) as stream:
        return "".join(stream.text_stream)


tracewood.initialize(integrations=["anthropic"])
print(ask(anthropic.Anthropic(), "What is the weather in Vienna?"))
