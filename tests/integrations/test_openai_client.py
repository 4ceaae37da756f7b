"""`MutagentOpenAI` and `AsyncMutagentOpenAI` against the real client: what each call says, and what it leaves alone."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import openai
import pytest

import tracewood
from integrations.saying import ANSWER, DOT, PICTURE, QUESTION, TOOLS, USAGE, told
from mutagent.tracing.integrations.openai import AsyncMutagentOpenAI, MutagentOpenAI
from tracewood import testing

ASKED: Any = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": QUESTION}], "temperature": 0.2}
CALL = {
    "id": "call_000000000000069537337968",
    "type": "function",
    "function": {"name": "get_weather", "arguments": '{"city": "Vienna"}'},
}
CHAT = {
    "name": "chat.completions.create",
    "kind": "llm.chat",
    "asked": "gpt-4o-mini",
    "answered": "gpt-4o-mini-2024-07-18",
    "provider": "openai",
    "parameters": {"temperature": 0.2},
    "input": [{"role": "user", "content": QUESTION}],
    "output": {"role": "assistant", "content": ANSWER},
    "usage": USAGE,
    "finish": ["stop"],
    "tools": None,
    "first_token": False,
    "status": "unset",
    "message": "",
    "events": [],
}
NOTHING = {"answered": None, "output": None, "usage": {}, "finish": None}


@pytest.fixture(name="client")
def traced_client() -> Iterator[MutagentOpenAI]:
    with MutagentOpenAI(max_retries=0) as client:
        yield client


def only(spans: testing.Recorder) -> dict[str, Any]:
    (span,) = spans.all()
    return told(span)


def faulty(fault: str) -> Any:
    return {**ASKED, "extra_headers": {"x-stub-fault": fault}}


def test_chat_says_what_went_in_and_came_out(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    client.chat.completions.create(**ASKED)
    assert only(spans) == CHAT


def test_tool_calls_and_definitions(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    client.chat.completions.create(**ASKED, tools=TOOLS)
    output = {"role": "assistant", "tool_calls": [CALL]}
    assert only(spans) == {**CHAT, "output": output, "finish": ["tool_calls"], "tools": TOOLS}


def test_stream_says_the_same_and_when_it_began(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    stream = client.chat.completions.create(**ASKED, stream=True, stream_options={"include_usage": True})
    assert isinstance(stream, openai.Stream)
    assert spans.all() == []
    events = list(stream)
    assert events[-1].usage is not None
    assert only(spans) == {**CHAT, "first_token": True}


def test_streamed_tool_calls_are_put_together(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    with client.chat.completions.stream(**ASKED, tools=TOOLS, stream_options={"include_usage": True}) as stream:
        assert stream.get_final_completion().choices[0].finish_reason == "tool_calls"
    output = {"role": "assistant", "tool_calls": [CALL]}
    said = {"output": output, "finish": ["tool_calls"], "tools": TOOLS, "first_token": True}
    assert only(spans) == {**CHAT, **said}


def test_stream_tells_its_tokens_unasked_and_the_program_sees_none(
    client: MutagentOpenAI, spans: testing.Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = [event.model_dump() for event in client.chat.completions.create(**ASKED, stream=True)]
    assert only(spans) == {**CHAT, "usage": {}, "first_token": True}
    spans.clear()
    monkeypatch.setenv("TRACEWOOD_STREAM_USAGE", "true")
    with_usage = [event.model_dump() for event in client.chat.completions.create(**ASKED, stream=True)]
    assert only(spans)["usage"] == USAGE
    for event in (*plain, *with_usage):
        del event["id"]
    assert with_usage == plain


def test_images_are_kept_by_reference(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    links = ["https://example.test/vienna.png", DOT, PICTURE]
    parts = [{"type": "image_url", "image_url": {"url": link}} for link in links]
    message: Any = {"role": "user", "content": [{"type": "text", "text": QUESTION}, *parts]}
    client.chat.completions.create(model="gpt-4o", messages=[message])
    (kept,) = only(spans)["input"]
    urls = [part["image_url"]["url"] for part in kept["content"][1:]]
    assert urls[:2] == links[:2]
    assert urls[2].startswith("data:image/png;base64,sha256:")
    assert urls[2].endswith(" (3000 bytes)")


def test_responses_api(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    response = client.responses.create(
        model="o4-mini", input=QUESTION, instructions="Be brief.", reasoning={"effort": "low", "summary": "auto"}
    )
    assert response.output_text == ANSWER
    said = only(spans)
    assert [item["type"] for item in said.pop("output")] == ["reasoning", "message"]
    assert said == {
        **{key: value for key, value in CHAT.items() if key != "output"},
        "name": "responses.create",
        "asked": "o4-mini",
        "answered": "o4-mini-2025-04-16",
        "parameters": {"reasoning": {"effort": "low", "summary": "auto"}},
        "input": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}],
    }
    spans.clear()
    with client.responses.stream(model="o4-mini", input=QUESTION) as stream:
        assert stream.get_final_response().output_text == ANSWER
    said = only(spans)
    assert (said["usage"], said["finish"], said["first_token"], said["input"]) == (USAGE, ["stop"], True, QUESTION)


def test_embeddings_say_how_large_their_vectors_are(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    vectors = client.embeddings.create(model="text-embedding-3-small", input=["one", "two"])
    shown = [{"dimensions": 8, "begins": vector.embedding} for vector in vectors.data]
    said = only(spans)
    assert [one["dimensions"] for one in said["output"]] == [one["dimensions"] for one in shown]
    assert (said["name"], said["kind"], said["asked"]) == (
        "embeddings.create",
        "llm.embedding",
        "text-embedding-3-small",
    )
    assert (said["input"], said["usage"]) == (["one", "two"], {"input_tokens": 4, "total_tokens": 4})


def test_raw_and_legacy_responses_are_what_they_were(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    raw = client.chat.completions.with_raw_response.create(**ASKED)
    assert raw.parse().choices[0].message.content == ANSWER
    assert only(spans)["output"]["content"] == ANSWER
    spans.clear()
    with client.chat.completions.with_streaming_response.create(**ASKED) as streamed:
        assert streamed.parse().choices[0].message.content == ANSWER
    assert only(spans) == {**CHAT, **NOTHING, "events": ["raw response not followed"]}


def test_spans_nest_and_copies_are_traced_too(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    with tracewood.span("agent", type="agent"):
        client.with_options(timeout=30).chat.completions.create(**ASKED)
        assert client.models.list().data[0].id == "gpt-4o-mini"
    (root,) = spans.tree()
    assert root == {"name": "agent", "children": [{"name": "chat.completions.create", "children": []}]}


@pytest.mark.parametrize(("fault", "error"), [("429", openai.RateLimitError), ("500", openai.InternalServerError)])
def test_errors_are_the_clients_own_and_are_recorded(
    client: MutagentOpenAI, spans: testing.Recorder, fault: str, error: type[openai.APIStatusError]
) -> None:
    with pytest.raises(error) as caught:
        client.chat.completions.create(**faulty(fault))
    message = f"{error.__name__}: {caught.value}"
    assert only(spans) == {**CHAT, **NOTHING, "status": "error", "message": message, "events": ["exception"]}


def test_retries_of_the_client_are_one_span(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    client.with_options(max_retries=1).chat.completions.create(**faulty("429-once"))
    assert only(spans) == CHAT


def test_broken_stream_ends_in_an_error_with_what_came(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    stream = client.chat.completions.create(**faulty("broken-stream"), stream=True)
    with pytest.raises(openai.APIConnectionError):
        list(stream)
    said = only(spans)
    assert (said["status"], said["message"]) == ("error", "APIConnectionError: Connection error.")
    assert said["output"] == {"role": "assistant", "content": "It is "}


def test_abandoned_stream_ends_where_it_was_left(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    for _ in client.chat.completions.create(**ASKED, stream=True):
        break
    gc.collect()
    dropped = only(spans)
    spans.clear()
    with client.chat.completions.create(**ASKED, stream=True) as stream:
        next(stream)
    left = only(spans)
    spans.clear()
    stream = client.chat.completions.create(**ASKED, stream=True)
    next(stream)
    stream.close()
    closed = only(spans)
    for said in (dropped, left, closed):
        assert (said["status"], said["events"]) == ("unset", ["stream abandoned"])


def test_unexpected_response_is_handed_on_and_noted(client: MutagentOpenAI, spans: testing.Recorder) -> None:
    answer = client.chat.completions.create(**faulty("unexpected"))
    assert answer.to_dict() == {"surprise": ["this", {"is": "no answer"}]}
    assert only(spans) == {**CHAT, **NOTHING, "events": ["answer not understood"]}


def test_async_chat_stream_and_embeddings(spans: testing.Recorder) -> None:
    async def ask() -> None:
        async with AsyncMutagentOpenAI(max_retries=0) as client:
            await client.chat.completions.create(**ASKED)
            stream = await client.chat.completions.create(**ASKED, stream=True, stream_options={"include_usage": True})
            assert isinstance(stream, openai.AsyncStream)
            async for _ in stream:
                pass
            await client.embeddings.create(model="text-embedding-3-small", input="one")
            with pytest.raises(openai.RateLimitError):
                await client.chat.completions.create(**faulty("429"))

    asyncio.run(ask())
    whole, streamed, embedded, failed = (told(span) for span in spans.all())
    assert whole == CHAT
    assert streamed == {**CHAT, "first_token": True}
    assert (embedded["kind"], failed["status"]) == ("llm.embedding", "error")


def test_cancelled_call_and_stream_are_ended(spans: testing.Recorder) -> None:
    async def ask() -> None:
        async with AsyncMutagentOpenAI(max_retries=0) as client:
            stream = await client.chat.completions.create(**faulty("stalled-stream"), stream=True)
            arrived = asyncio.Event()

            async def read() -> None:
                async for event in stream:
                    if event.choices[0].delta.content:
                        arrived.set()

            reader = asyncio.create_task(read())
            await arrived.wait()
            reader.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reader

    asyncio.run(ask())
    said = only(spans)
    assert (said["status"], said["message"], said["first_token"]) == ("error", "CancelledError", True)
    assert said["output"]["content"].startswith("It")


def test_without_tracing_nothing_of_the_client_is_different(client: MutagentOpenAI) -> None:
    answer = client.chat.completions.create(**ASKED)
    assert answer.choices[0].message.content == ANSWER
    assert type(client.chat.completions.create(**ASKED, stream=True)) is openai.Stream
