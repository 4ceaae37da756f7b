"""An image in a question is told by reference, the same on every road, and its bytes go nowhere."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import groq
import openai
import pytest
from google import genai
from google.genai import types
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI

from integrations.saying import PICTURE, QUESTION
from tracewood import integrations, testing

LINK = "https://example.test/vienna.png"
DATA = PICTURE.partition(",")[2]
REFERENCE = "data:image/png;base64,sha256:0794cc4a56b337b44e96650f0ef9e92f175d82fab52730c5d8e9aca53d9de360 (3000 bytes)"
PARTS: list[Any] = [
    {"type": "text", "text": QUESTION},
    {"type": "image_url", "image_url": {"url": PICTURE}},
    {"type": "image_url", "image_url": {"url": LINK}},
]
ASKED: list[Any] = [{"role": "user", "content": PARTS}]


@pytest.fixture(autouse=True)
def nothing_is_traced_afterwards() -> Iterator[None]:
    yield
    integrations.uninstrument()


def openai_chat() -> None:
    openai.OpenAI().chat.completions.create(model="gpt-4o-mini", messages=ASKED)


def openai_responses() -> None:
    images: list[Any] = [{"type": "input_image", "image_url": url, "detail": "auto"} for url in (PICTURE, LINK)]
    parts: list[Any] = [{"type": "input_text", "text": QUESTION}, *images]
    openai.OpenAI().responses.create(model="gpt-4o-mini", input=[{"role": "user", "content": parts}])


def groq_chat() -> None:
    groq.Groq().chat.completions.create(model="llama-3.3-70b-versatile", messages=ASKED)


def google_genai_content() -> None:
    image = types.Part.from_bytes(data=base64.b64decode(DATA), mime_type="image/png")
    client = genai.Client()
    client.models.generate_content(model="gemini-2.5-flash", contents=[QUESTION, image])


def bedrock_converse() -> None:
    image = {"image": {"format": "png", "source": {"bytes": base64.b64decode(DATA)}}}
    asked = [{"role": "user", "content": [{"text": QUESTION}, image]}]
    boto3.client("bedrock-runtime").converse(modelId="anthropic.claude-3-5-sonnet-20241022-v2:0", messages=asked)


def langchain_chat() -> None:
    ChatOpenAI(model="gpt-4o-mini").invoke([HumanMessage(content=PARTS)])


@pytest.mark.parametrize(
    ("name", "ask", "links"),
    [
        ("openai", openai_chat, [REFERENCE, LINK]),
        ("openai", openai_responses, [REFERENCE, LINK]),
        ("groq", groq_chat, [REFERENCE, LINK]),
        ("google_genai", google_genai_content, [REFERENCE]),
        ("bedrock", bedrock_converse, [REFERENCE]),
        ("langchain", langchain_chat, [REFERENCE, LINK]),
    ],
)
def test_images_are_told_by_reference(
    spans: testing.Recorder, name: str, ask: Callable[[], None], links: list[str]
) -> None:
    assert integrations.instrument(name) == [name]
    ask()
    (span,) = [span for span in spans.all() if span["kind"] == "llm"]
    (message,) = span["input"]
    said = [part.get("text") for part in message["content"]]
    shown = [part["image"]["image"]["url"] for part in message["content"] if part["type"] == "image"]
    assert (said[0], shown) == (QUESTION, links)
    assert DATA not in str(span)
