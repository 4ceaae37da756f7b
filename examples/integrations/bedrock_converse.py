"""Amazon Bedrock through boto3 traced by name: a tool that the model wants called, and the streamed answer."""

from __future__ import annotations

from typing import Any

import boto3

import tracewood

MODEL = "anthropic.claude-3-5-sonnet-20241022-v2:0"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
SPEC = {"name": "get_weather", "description": "The weather in a city.", "inputSchema": {"json": SCHEMA}}


@tracewood.observe(type="tool")
def get_weather(city: str) -> str:
    return f"sunny in {city}, 21 degrees"


@tracewood.observe(type="agent")
def ask(client: Any, question: str) -> str:
    messages = [{"role": "user", "content": [{"text": question}]}]
    asked = {
        "modelId": MODEL,
        "system": [{"text": "Be brief."}],
        "inferenceConfig": {"temperature": 0.2},
        "toolConfig": {"tools": [{"toolSpec": SPEC}]},
    }
    said = client.converse(**asked, messages=messages)["output"]["message"]
    call = said["content"][-1]["toolUse"]
    result = {"toolUseId": call["toolUseId"], "content": [{"text": get_weather(**call["input"])}]}
    messages += [said, {"role": "user", "content": [{"toolResult": result}]}]
    events = client.converse_stream(**asked, messages=messages)["stream"]
    return "".join(event.get("contentBlockDelta", {}).get("delta", {}).get("text", "") for event in events)


tracewood.initialize(integrations=["bedrock"])
print(ask(boto3.client("bedrock-runtime"), "What is the weather in Vienna?"))
