"""What every test of an integration asks, and what of a span it compares: everything but ids and times."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

QUESTION = "What is the weather in Vienna?"
ANSWER = "It is sunny in Vienna, 21 degrees."
SCHEMA: Json = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS: Any = [
    {"type": "function", "function": {"name": "get_weather", "description": "The weather.", "parameters": SCHEMA}}
]
# The tokens that the stand-ins say such a question takes.
USAGE = {"input_tokens": 120, "output_tokens": 30, "total_tokens": 150, "cache_read_tokens": 64, "reasoning_tokens": 12}
# A dot, and something too long to be kept in a span.
DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
PICTURE = "data:image/png;base64," + "QUJD" * 1000


def told(span: Json) -> Json:
    """What a span says, without ids and times."""
    attributes = span["attributes"]
    tools = attributes.get("gen_ai.tool.definitions")
    return {
        "name": span["name"],
        "kind": span["kind_original"],
        "asked": attributes.get("gen_ai.request.model"),
        "answered": attributes.get("gen_ai.response.model"),
        "provider": span["provider"],
        "parameters": span["model_parameters"],
        "input": span["input"],
        "output": span["output"],
        "usage": span["usage"],
        "finish": attributes.get("gen_ai.response.finish_reasons"),
        "tools": json.loads(tools) if tools else None,
        "first_token": has_first_token(span),
        "status": span["status"],
        "message": span["status_message"],
        "events": [event["name"] for event in span["events"]],
    }


def has_first_token(span: Json) -> bool:
    """Whether a span tells when the first token came, at a time that can be."""
    seconds = span["attributes"].get("gen_ai.response.time_to_first_chunk")
    if seconds is None:
        return False
    assert 0 < seconds <= (span["ended_at_unix_nanos"] - span["started_at_unix_nanos"]) / 1e9
    return True
