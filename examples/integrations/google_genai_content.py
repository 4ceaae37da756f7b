"""Google's Gen AI client traced by name: thoughts, a function that the model wants called, and the streamed answer."""

from __future__ import annotations

from google import genai
from google.genai import types

import tracewood

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = types.FunctionDeclaration(
    name="get_weather", description="The weather in a city.", parameters_json_schema=SCHEMA
)


@tracewood.observe(type="tool")
def get_weather(city: str) -> str:
    return f"sunny in {city}, 21 degrees"


@tracewood.observe(type="agent")
def ask(client: genai.Client, question: str) -> str:
    config = types.GenerateContentConfig(
        system_instruction="Be brief.",
        temperature=0.2,
        tools=[types.Tool(function_declarations=[TOOL])],
        thinking_config=types.ThinkingConfig(include_thoughts=True),
    )
    contents = [types.Content(role="user", parts=[types.Part(text=question)])]
    said = client.models.generate_content(model="gemini-2.5-flash", contents=contents, config=config)
    (call,) = said.function_calls
    found = types.Part.from_function_response(name=call.name, response={"found": get_weather(**call.args)})
    contents += [said.candidates[0].content, types.Content(role="user", parts=[found])]
    stream = client.models.generate_content_stream(model="gemini-2.5-flash", contents=contents, config=config)
    return "".join(chunk.text or "" for chunk in stream)


tracewood.initialize(integrations=["google_genai"])
print(ask(genai.Client(), "What is the weather in Vienna?"))
