"""The work of the trip planner, without any tracing: tools over small tables, and a model behind OpenAI's client.

`trip_traceroot.py` and `trip_mutagent.py` trace this same work, each through one face.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from openai import OpenAI

MODEL = "gpt-4o-mini"
TEMPERATURE = 0.2
ROUNDS_MAX = 4
QUESTION = "Plan 3 days away, from Berlin to Lissabon."
SYSTEM = "You plan short trips. Call tools for facts, then write two or three sentences."

Messages = list[dict[str, Any]]

# Latitude and longitude; November's nightly low and daily high in °C, and its days with rain.
CITIES: dict[str, tuple[float, float, int, int, int]] = {
    "Athens": (37.98, 23.73, 12, 19, 6),
    "Berlin": (52.52, 13.41, 2, 7, 10),
    "Copenhagen": (55.68, 12.57, 4, 8, 12),
    "Lisbon": (38.72, -9.14, 12, 18, 9),
    "London": (51.51, -0.13, 6, 11, 11),
    "Oslo": (59.91, 10.75, -1, 3, 11),
    "Paris": (48.86, 2.35, 6, 11, 11),
    "Prague": (50.08, 14.44, 2, 7, 9),
    "Rome": (41.90, 12.50, 9, 17, 9),
    "Vienna": (48.21, 16.37, 3, 8, 9),
}
# Names that travellers use and that lie too far from ours to be found by their letters alone.
OTHER_NAMES = {"lissabon": "Lisbon", "wien": "Vienna", "praha": "Prague", "roma": "Rome", "athen": "Athens"}
EARTH_RADIUS_KM = 6371.0
CRUISE_KM_PER_HOUR = 780.0
GROUND_HOURS = 0.5


class UnknownCityError(LookupError):
    """A tool was asked about a city that it has no data on."""


def find_city(name: str) -> tuple[float, float, int, int, int]:
    """The row of a city, or an error that says which one may have been meant."""
    if name in CITIES:
        return CITIES[name]
    known = OTHER_NAMES.get(name.lower()) or next(iter(get_close_matches(name, CITIES, n=1)), None)
    raise UnknownCityError(f"unknown city '{name}'" + (f", did you mean '{known}'?" if known else ""))


def get_weather(city: str) -> dict[str, Any]:
    """What the weather is like in a city in November."""
    _, _, low, high, rainy_days = find_city(city)
    return {"city": city, "low_celsius": low, "high_celsius": high, "rainy_days": rainy_days}


def get_distance(origin: str, destination: str) -> dict[str, Any]:
    """How far two cities are apart along a great circle, and how long a flight takes."""
    (latitude_a, longitude_a, *_), (latitude_b, longitude_b, *_) = find_city(origin), find_city(destination)
    a, b = math.radians(latitude_a), math.radians(latitude_b)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(longitude_b - longitude_a) / 2) ** 2
    distance_km = 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))
    return {
        "distance_km": round(distance_km),
        "flight_hours": round(distance_km / CRUISE_KM_PER_HOUR + GROUND_HOURS, 1),
    }


def pack_bag(city: str, days: int) -> dict[str, Any]:
    """What to pack for a stay, from the weather there."""
    weather = get_weather(city)
    items = [f"{days} shirts", f"{days + 1} pairs of socks"]
    if weather["low_celsius"] < 5:
        items += ["a warm coat", "gloves"]
    elif weather["low_celsius"] < 15:
        items.append("a jacket for the evening")
    if weather["rainy_days"] >= 8:
        items.append("an umbrella")
    return {"items": items}


TOOLS: dict[str, Callable[..., dict[str, Any]]] = {
    "get_weather": get_weather,
    "get_distance": get_distance,
    "pack_bag": pack_bag,
}


def tool_definition(tool: Callable[..., dict[str, Any]], **types: str) -> dict[str, Any]:
    """A tool in the form that the API takes."""
    properties = {name: {"type": kind} for name, kind in types.items()}
    parameters = {"type": "object", "properties": properties, "required": list(types)}
    return {
        "type": "function",
        "function": {"name": tool.__name__, "description": tool.__doc__, "parameters": parameters},
    }


TOOL_DEFINITIONS: Any = [
    tool_definition(get_weather, city="string"),
    tool_definition(get_distance, origin="string", destination="string"),
    tool_definition(pack_bag, city="string", days="integer"),
]


@dataclass
class Reply:
    """What a model said, in the few words that the planner and its traces need."""

    model: str = ""
    text: str = ""
    # As the API has them: `id` and `function` with `name` and `arguments`.
    tool_calls: list[dict[str, Any]] = field(default_factory=list)
    input_tokens: int = 0
    output_tokens: int = 0


def first_messages(question: str) -> Messages:
    """The conversation before the model has said anything."""
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}]


def ask_for_tools(client: OpenAI, messages: Messages) -> Reply:
    """Lets the model choose tools; the choice becomes part of the conversation."""
    conversation: Any = messages
    answer = client.chat.completions.create(
        model=MODEL, messages=conversation, tools=TOOL_DEFINITIONS, temperature=TEMPERATURE
    )
    message = answer.choices[0].message
    calls = [call.model_dump(exclude_none=True) for call in message.tool_calls or []]
    messages.append({"role": "assistant", "content": message.content, "tool_calls": calls})
    usage = answer.usage
    return Reply(
        model=answer.model,
        text=message.content or "",
        tool_calls=calls,
        input_tokens=usage.prompt_tokens if usage else 0,
        output_tokens=usage.completion_tokens if usage else 0,
    )


def stream_answer(client: OpenAI, messages: Messages, reply: Reply) -> Iterator[str]:
    """Yields the model's answer piece by piece, and fills `reply` while it does."""
    conversation: Any = messages
    stream = client.chat.completions.create(
        model=MODEL,
        messages=conversation,
        temperature=TEMPERATURE,
        stream=True,
        stream_options={"include_usage": True},
    )
    for event in stream:
        reply.model = event.model
        if event.usage:
            reply.input_tokens, reply.output_tokens = event.usage.prompt_tokens, event.usage.completion_tokens
        for choice in event.choices:
            if choice.delta.content:
                reply.text += choice.delta.content
                yield choice.delta.content


def run_tools(tools: dict[str, Callable[..., dict[str, Any]]], calls: list[dict[str, Any]], messages: Messages) -> bool:
    """Calls what the model asked for and adds the results to the conversation; says whether all of them succeeded.

    A city that a tool does not know is no reason to give up: the model is told, and asks again.
    """
    all_succeeded = True
    for call in calls:
        function = call["function"]
        try:
            result = tools[function["name"]](**json.loads(function["arguments"]))
        except UnknownCityError as error:
            result, all_succeeded = {"error": str(error)}, False
        messages.append({"role": "tool", "tool_call_id": call["id"], "content": json.dumps(result, ensure_ascii=False)})
    return all_succeeded


def arguments() -> argparse.Namespace:
    """What both examples take on the command line."""
    parser = argparse.ArgumentParser(description="Plans a trip, traced.")
    parser.add_argument("--tracewood", default="http://127.0.0.1:4318", help="where the Tracewood server listens")
    parser.add_argument("--openai", required=True, help="where a chat completions API listens, up to '/v1'")
    parser.add_argument("question", nargs="?", default=QUESTION)
    return parser.parse_args()
