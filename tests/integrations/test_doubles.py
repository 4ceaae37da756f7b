"""One model call is one span, however many emitters are on; trouble of a call is the program's as without tracing."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import anthropic
import openai
import pytest
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from openinference.instrumentation.anthropic import AnthropicInstrumentor

import tracewood
from integrations.saying import ANSWER, QUESTION
from mutagent.tracing.integrations.anthropic import wrap_anthropic
from mutagent.tracing.integrations.langchain import MutagentCallbackHandler
from mutagent.tracing.integrations.openai import MutagentOpenAI
from tracewood import integrations, testing
from tracewood.integrations import _guard

MESSAGES: Any = [{"role": "user", "content": QUESTION}]
ASKED: Any = {"model": "gpt-4o-mini", "messages": MESSAGES}
CLAUDE: Any = {"model": "claude-haiku-4-5", "max_tokens": 2000, "messages": MESSAGES}


@pytest.fixture(autouse=True)
def traced() -> Iterator[None]:
    integrations.instrument(["openai", "langchain", "anthropic"])
    yield
    integrations.uninstrument()


def told(spans: testing.Recorder) -> list[tuple[str, str]]:
    return [(span["name"], span["status"]) for span in spans.all()]


def test_framework_and_client_tell_of_one_call_once(spans: testing.Recorder) -> None:
    ChatOpenAI(model="gpt-4o-mini").invoke(QUESTION)
    assert [name for name, _ in told(spans)] == ["ChatOpenAI"]


def test_spans_by_hand_lie_beneath_the_runs_of_a_framework(spans: testing.Recorder) -> None:
    @tool
    def get_weather(city: str) -> str:
        """The weather in a city."""
        with tracewood.span("look up", type="retrieval"):
            return f"sunny in {city}"

    assert get_weather.invoke({"city": "Vienna"}) == "sunny in Vienna"
    assert asyncio.run(get_weather.ainvoke({"city": "Rome"})) == "sunny in Rome"
    beneath = [{"name": "look up", "children": []}]
    assert spans.tree() == [{"name": "get_weather", "children": beneath}] * 2


def test_drop_in_client_and_instrumentation_tell_of_one_call_once(spans: testing.Recorder) -> None:
    with MutagentOpenAI() as client:
        client.chat.completions.create(**ASKED)
        client.embeddings.create(model="text-embedding-3-small", input="one")
    with wrap_anthropic(anthropic.Anthropic()) as claude:
        claude.messages.create(**CLAUDE)
    assert [name for name, _ in told(spans)] == ["chat.completions.create", "embeddings.create", "messages.create"]


def test_handler_and_client_tell_of_one_call_once(spans: testing.Recorder) -> None:
    integrations.uninstrument("langchain")
    ChatOpenAI(model="gpt-4o-mini").invoke(QUESTION, config={"callbacks": [MutagentCallbackHandler()]})
    assert [name for name, _ in told(spans)] == ["ChatOpenAI"]


def test_native_tracing_and_an_instrumentation_on_top_tell_of_one_call_once(spans: testing.Recorder) -> None:
    AnthropicInstrumentor().instrument(tracer_provider=_guard.provider())
    try:
        with anthropic.Anthropic() as client:
            client.messages.create(**CLAUDE)
    finally:
        AnthropicInstrumentor().uninstrument()
    assert len(told(spans)) == 1


def test_calls_side_by_side_and_below_each_other_are_all_told(spans: testing.Recorder) -> None:
    with openai.OpenAI() as client, tracewood.span("agent", type="agent"):
        for _ in range(2):
            client.chat.completions.create(**ASKED)
        with tracewood.span("judge", type="llm"):
            client.chat.completions.create(**ASKED)
    (root,) = spans.tree()
    assert [child["name"] for child in root["children"]] == ["ChatCompletion", "ChatCompletion", "judge"]
    assert [child["name"] for child in root["children"][2]["children"]] == ["ChatCompletion"]


def test_errors_are_the_clients_own_and_close_the_span(spans: testing.Recorder) -> None:
    with openai.OpenAI(max_retries=0) as client:
        for fault, error in (("429", openai.RateLimitError), ("500", openai.InternalServerError)):
            with pytest.raises(error):
                client.chat.completions.create(**ASKED, extra_headers={"x-stub-fault": fault})
        with pytest.raises(openai.APIConnectionError):
            list(client.chat.completions.create(**ASKED, stream=True, extra_headers={"x-stub-fault": "broken-stream"}))
    with anthropic.Anthropic(max_retries=0) as claude, pytest.raises(anthropic.RateLimitError):
        claude.messages.create(**CLAUDE, extra_headers={"x-stub-fault": "429"})
    found = spans.all()
    assert [span["status"] for span in found] == ["error"] * 4
    # Anthropic's own tracing names the error in an attribute and leaves the message out.
    assert [bool(span["status_message"]) for span in found] == [True, True, True, False]
    assert found[3]["attributes"]["error.type"] == "rate_limit_error"


def test_unexpected_answers_are_handed_on(spans: testing.Recorder) -> None:
    header = {"x-stub-fault": "unexpected"}
    with openai.OpenAI(max_retries=0) as client:
        assert client.chat.completions.create(**ASKED, extra_headers=header).to_dict() == SURPRISE
    with anthropic.Anthropic(max_retries=0) as claude:
        assert claude.messages.create(**CLAUDE, extra_headers=header).to_dict() == SURPRISE
    assert len(spans.all()) == 2


SURPRISE = {"surprise": ["this", {"is": "no answer"}]}


def test_abandoned_streams_close_their_spans(spans: testing.Recorder) -> None:
    with openai.OpenAI(max_retries=0) as client:
        with client.chat.completions.create(**ASKED, stream=True) as stream:
            next(stream)
        assert "".join(piece_of(event) for event in client.chat.completions.create(**ASKED, stream=True)) == ANSWER
    with anthropic.Anthropic(max_retries=0) as claude:
        for _ in claude.messages.create(**CLAUDE, stream=True):
            break
    del stream
    gc.collect()
    assert len(spans.all()) == 3


def piece_of(event: Any) -> str:
    return event.choices[0].delta.content or ""
