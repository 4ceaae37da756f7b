"""What the pretend models say, whichever API they are asked through: a script that follows the conversation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

# One answer is streamed in pieces of about a word.
PIECE = re.compile(r"\S+\s*|\s+")
ARGUMENT_CHARACTERS = 12


@dataclass
class Conversation:
    """A request without the words of its API: what was asked, what the tools found, and what is allowed."""

    question: str
    results: list[Json] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    everything: str = ""
    wants_reasoning: bool = False


@dataclass(frozen=True)
class Usage:
    """The tokens that a call took; `input` includes `cached`, `output` includes `reasoning`."""

    input: int
    output: int
    cached: int = 0
    written: int = 0
    reasoning: int = 0


# What a question about the weather takes, the same through every API, so that their spans can be compared.
WEATHER_USAGE = Usage(input=120, output=30, cached=64, written=16, reasoning=12)
REASONING = "The tool knows the weather."


@dataclass
class Reply:
    """What the pretend model says: text, or the tools that it wants to be called."""

    text: str | None = None
    tool_calls: list[tuple[str, Json]] = field(default_factory=list)
    reasoning: str | None = None
    usage: Usage | None = None

    def pieces(self) -> Iterator[str]:
        """The text as it is streamed."""
        yield from PIECE.findall(self.text or "")


def hash_of(text: str) -> int:
    """A small hash that is the same in every process, unlike the built-in one."""
    value = 0
    for byte in text.encode():
        value = (value * 131 + byte) % 1_000_000_000_039
    return value


def id_of(prefix: str, *parts: object, digits: int = 24) -> str:
    """An id that follows from what is asked, so that runs repeat."""
    return f"{prefix}{hash_of(json.dumps(parts, default=str)):0{digits}d}"


def argument_pieces(arguments: Json) -> Iterator[str]:
    """The arguments of a tool call as they are streamed."""
    text = json.dumps(arguments)
    for start in range(0, len(text), ARGUMENT_CHARACTERS):
        yield text[start : start + ARGUMENT_CHARACTERS]


def n_tokens(value: object) -> int:
    """About as many tokens as a real model would count: one for four bytes."""
    return len(json.dumps(value, ensure_ascii=False).encode()) // 4 + 1


def result_of(content: object) -> Json:
    """What a tool found: an object, or a text that stands for itself."""
    if isinstance(content, dict):
        return content
    if isinstance(content, list):
        content = " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    try:
        found = json.loads(str(content))
    except ValueError:
        return {"text": str(content)}
    return found if isinstance(found, dict) else {"text": str(content)}


def reply_to(conversation: Conversation) -> Reply:
    """What the pretend model answers.

    With the tools of the trip example it asks for the weather, corrects a city that a tool did not know, asks for the
    rest, and then writes a text from what the tools found. About the weather in a city it asks a tool that has weather
    in its name, then says what that found. Anything else it repeats.
    """
    if conversation.tools and (route := re.search(r"from (\w+) to (\w+)", conversation.question)):
        return _trip(conversation, *route.groups())
    if weather := re.search(r"weather in (\w+)", conversation.question):
        return _weather(conversation, weather.group(1))
    if conversation.tools and "from" in conversation.question:
        return Reply(text=f"Tell me where from and where to; you asked: {conversation.question}")
    if conversation.results:
        return Reply(text=_trip_text([result for result in conversation.results if "error" not in result]))
    return Reply(text=f"You asked: {conversation.question}")


def _weather(conversation: Conversation, city: str) -> Reply:
    """One tool call, then one sentence; the sentence alone where there is no tool."""
    tool = next((name for name in conversation.tools if "weather" in name), None)
    reasoning = REASONING if conversation.wants_reasoning else None
    if tool and not conversation.results:
        return Reply(tool_calls=[(tool, {"city": city})], reasoning=reasoning, usage=WEATHER_USAGE)
    text = f"It is sunny in {city}, 21 degrees."
    # DSPy reads an answer between marks of its own.
    marks = re.search(r"\[\[ ## (\w+) ## \]\]\n\{\1\}\s*\[\[ ## completed", conversation.everything)
    if marks:
        text = f"[[ ## {marks.group(1)} ## ]]\n{text}\n\n[[ ## completed ## ]]"
    return Reply(text=text, reasoning=reasoning, usage=WEATHER_USAGE)


def _trip(conversation: Conversation, origin: str, destination: str) -> Reply:
    """Which tools the trip planner's model wants, step by step."""
    results = conversation.results
    if not results:
        return Reply(tool_calls=[("get_weather", {"city": destination})])
    hint = re.search(r"did you mean '([^']+)'", str(results[-1].get("error", "")))
    city = hint.group(1) if hint else destination
    if hint or len(results) == 1:
        days = re.search(r"(\d+) days", conversation.question)
        return Reply(
            tool_calls=[
                ("get_weather", {"city": city}),
                ("get_distance", {"origin": origin, "destination": city}),
                ("pack_bag", {"city": city, "days": int(days.group(1)) if days else 2}),
            ]
        )
    return Reply(text=_trip_text([result for result in results if "error" not in result]))


def _trip_text(results: list[Json]) -> str:
    """A text made of what the tools found, so that wrong results would show in it."""
    found: Json = {}
    for result in results:
        found.update(result)
    lines = []
    if "high_celsius" in found:
        low, high, rain = found["low_celsius"], found["high_celsius"], found["rainy_days"]
        lines.append(f"{found['city']} has {low} to {high} °C this month, with about {rain} days of rain.")
    if "distance_km" in found:
        lines.append(f"It is {found['distance_km']} km away, {found['flight_hours']} hours by plane.")
    if "items" in found:
        lines.append("Pack " + ", ".join(found["items"]) + ".")
    return " ".join([*lines, "Have a good trip!"])
