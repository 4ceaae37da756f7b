"""Whatever goes wrong in a call, it ends for its caller as it does without tracing, and its span is closed."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import anthropic
import boto3
import groq
import openai
import pytest
from botocore.config import Config
from google import genai
from mistralai.client import Mistral

from integrations.saying import QUESTION
from tracewood import integrations, testing

# A client and the call to be made with it.
Asked = tuple[Any, Callable[[], Any]]
Ask = Callable[[str, bool], Asked]

N_PIECES_BEFORE_LEAVING = 1
# Who does not trace streams cannot tell how one ended.
WITHOUT_STREAMS = ("groq",)


@pytest.fixture(autouse=True)
def nothing_is_traced_afterwards() -> Iterator[None]:
    yield
    integrations.uninstrument()


def chat_of_openai(question: str, streamed: bool) -> Asked:
    client = openai.OpenAI(max_retries=0)
    asked: Any = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": question}]}
    return client, lambda: client.chat.completions.create(**asked, stream=streamed)


def chat_of_groq(question: str, streamed: bool) -> Asked:
    client = groq.Groq(max_retries=0)
    asked: Any = {"model": "llama-3.3-70b-versatile", "messages": [{"role": "user", "content": question}]}
    return client, lambda: client.chat.completions.create(**asked, stream=streamed)


def message_of_anthropic(question: str, streamed: bool) -> Asked:
    client = anthropic.Anthropic(max_retries=0)
    messages: Any = [{"role": "user", "content": question}]
    return client, lambda: client.messages.create(
        model="claude-haiku-4-5", max_tokens=100, messages=messages, stream=streamed
    )


def content_of_gemini(question: str, streamed: bool) -> Asked:
    client = genai.Client()
    ask: Any = client.models.generate_content_stream if streamed else client.models.generate_content
    return client, lambda: ask(model="gemini-2.5-flash", contents=question)


def chat_of_mistral(question: str, streamed: bool) -> Asked:
    client = Mistral(api_key="local", server_url=os.environ["MISTRAL_BASE_URL"])
    ask: Any = client.chat.stream if streamed else client.chat.complete
    messages = [{"role": "user", "content": question}]
    return client, lambda: ask(model="mistral-small-latest", messages=messages)


def converse_of_bedrock(question: str, streamed: bool) -> Asked:
    client = boto3.client("bedrock-runtime", config=Config(retries={"total_max_attempts": 1}))
    asked: Any = {
        "modelId": "anthropic.claude-3-5-sonnet-20241022-v2:0",
        "messages": [{"role": "user", "content": [{"text": question}]}],
    }
    if streamed:
        return client, lambda: client.converse_stream(**asked)["stream"]
    return client, lambda: {**client.converse(**asked), "ResponseMetadata": None}


ASKS: dict[str, Ask] = {
    "openai": chat_of_openai,
    "groq": chat_of_groq,
    "anthropic": message_of_anthropic,
    "google_genai": content_of_gemini,
    "mistral": chat_of_mistral,
    "bedrock": converse_of_bedrock,
}


def outcome(ask: Ask, fault: str) -> Any:
    """What a caller sees of a call: what it was given, or which error was raised where."""
    streamed = fault in ("broken-stream", "abandoned")
    answer, n_pieces = None, 0
    client, call = ask(f"{QUESTION} stub-fault={fault}", streamed)
    try:
        answer = call()
        if not streamed:
            return without_variables(str(answer))
        for _ in answer:
            n_pieces += 1
            if fault == "abandoned" and n_pieces == N_PIECES_BEFORE_LEAVING:
                break
    except Exception as error:
        return (type(error).__qualname__, without_variables(str(error)), n_pieces)
    finally:
        for each in (answer, client):
            getattr(each, "close", lambda: None)()
        answer = each = None
        gc.collect()
    return n_pieces


def without_variables(text: str) -> str:
    """A text without ids and times."""
    return re.sub(r"0x[0-9a-f]+|(req|msg|chatcmpl|resp|gen)[-_]\w+|\d{9,}(\.\d+)?|\w{3}, \d\d \w{3} .{17}", "…", text)


@pytest.mark.parametrize("fault", ["500", "unexpected", "broken-stream", "abandoned"])
@pytest.mark.parametrize("name", ASKS)
def test_call_ends_as_it_does_without_tracing(spans: testing.Recorder, name: str, fault: str) -> None:
    untraced = outcome(ASKS[name], fault)
    assert spans.all() == []
    assert integrations.instrument(name) == [name]
    assert outcome(ASKS[name], fault) == untraced
    (span,) = spans.all()
    assert (span["kind"], span["ended_at_unix_nanos"] is None) == ("llm", False)
    if fault == "500" or (fault == "broken-stream" and name not in WITHOUT_STREAMS):
        assert span["status"] == "error"
