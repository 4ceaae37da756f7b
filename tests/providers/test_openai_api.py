"""The stand-in for OpenAI's API satisfies the published client: whole, streamed, with tools, and in trouble."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI

from providers.openai_api import serving

TOOLS: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}]
QUESTION: Any = [{"role": "user", "content": "Plan 3 days, from Berlin to Lissabon."}]


@pytest.fixture(name="client")
def connected_client() -> Iterator[OpenAI]:
    with serving() as address, OpenAI(base_url=address, api_key="sk-stub", max_retries=0) as client:
        yield client


def test_whole_answer_has_text_and_usage(client: OpenAI) -> None:
    answer = client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "Hello"}])
    assert answer.model == "gpt-4o-mini-2024-07-18"
    assert answer.choices[0].message.content == "You asked: Hello"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (11, 5, 16)


def test_streamed_answer_is_the_whole_one_in_pieces(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model="gpt-4o-mini", messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )
    events = list(stream)
    text = "".join(event.choices[0].delta.content or "" for event in events if event.choices)
    assert text == "You asked: Plan 3 days, from Berlin to Lissabon."
    assert events[-2].choices[0].finish_reason == "stop"
    assert events[-1].choices == []
    whole = client.chat.completions.create(model="gpt-4o-mini", messages=QUESTION)
    assert events[-1].usage == whole.usage


def test_tool_calls_are_the_same_whole_and_streamed(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="gpt-4o-mini", messages=QUESTION, tools=TOOLS)
    (call,) = whole.choices[0].message.tool_calls or []
    assert whole.choices[0].finish_reason == "tool_calls"
    assert call.type == "function"
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Lissabon"})

    with client.chat.completions.stream(model="gpt-4o-mini", messages=QUESTION, tools=TOOLS) as stream:
        (streamed,) = stream.get_final_completion().choices[0].message.tool_calls or []
    assert (streamed.id, streamed.function.arguments) == (call.id, call.function.arguments)


def test_unknown_city_is_corrected_and_the_rest_asked_for(client: OpenAI) -> None:
    failed = {"error": "unknown city 'Lissabon', did you mean 'Lisbon'?"}
    messages = [*QUESTION, {"role": "tool", "tool_call_id": "call_1", "content": json.dumps(failed)}]
    answer = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS)
    calls: Any = answer.choices[0].message.tool_calls
    assert [(call.function.name, json.loads(call.function.arguments)) for call in calls] == [
        ("get_weather", {"city": "Lisbon"}),
        ("get_distance", {"origin": "Berlin", "destination": "Lisbon"}),
        ("pack_bag", {"city": "Lisbon", "days": 3}),
    ]


@pytest.mark.parametrize(
    ("fault", "error"),
    [("429", openai.RateLimitError), ("500", openai.InternalServerError)],
)
def test_ordered_trouble_is_the_clients_own_error(client: OpenAI, fault: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        client.chat.completions.create(model="gpt-4o-mini", messages=QUESTION, extra_headers={"x-stub-fault": fault})


def test_trouble_of_one_time_is_retried_by_the_client(client: OpenAI) -> None:
    answer = client.with_options(max_retries=1).chat.completions.create(
        model="gpt-4o-mini", messages=QUESTION, extra_headers={"x-stub-fault": "429-once"}
    )
    assert answer.choices[0].finish_reason == "stop"


def test_broken_stream_ends_in_an_error_after_some_pieces(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model="gpt-4o-mini", messages=QUESTION, stream=True, extra_headers={"x-stub-fault": "broken-stream"}
    )
    pieces: list[object] = []
    with pytest.raises(openai.APIConnectionError):
        pieces.extend(stream)
    assert 0 < len(pieces) < 4


def test_what_the_real_api_refuses_is_refused(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        client.chat.completions.create(model="gpt-9", messages=QUESTION)
    with pytest.raises(openai.BadRequestError, match="messages"):
        client.chat.completions.create(model="gpt-4o-mini", messages=[])
    with pytest.raises(openai.NotFoundError):
        client.embeddings.create(model="gpt-4o-mini", input="text")
    assert [model.id for model in client.models.list()] == ["gpt-4o-mini", "gpt-4o", "o4-mini"]
