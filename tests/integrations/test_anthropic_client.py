"""`wrap_anthropic` around the real clients: messages whole and streamed, tools, thinking, and trouble."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import pytest

from integrations.saying import ANSWER, QUESTION, SCHEMA, USAGE, told
from mutagent.tracing.integrations.anthropic import wrap_anthropic
from tracewood import testing

ASKED: Any = {"model": "claude-haiku-4-5", "max_tokens": 2000, "messages": [{"role": "user", "content": QUESTION}]}
TOOLS: Any = [{"name": "get_weather", "description": "The weather.", "input_schema": SCHEMA}]
THINKING: Any = {"type": "enabled", "budget_tokens": 1024}
MESSAGE = {
    "name": "messages.create",
    "kind": "llm.chat",
    "asked": "claude-haiku-4-5",
    "answered": "claude-haiku-4-5-20251001",
    "provider": "anthropic",
    "parameters": {"max_tokens": 2000},
    "input": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}],
    "output": {"role": "assistant", "content": [{"type": "text", "text": ANSWER}]},
    # Anthropic counts what went into its cache, and says nothing of thinking.
    "usage": {
        **{key: USAGE[key] for key in ("input_tokens", "output_tokens", "cache_read_tokens")},
        "cache_write_tokens": 16,
    },
    "finish": ["end_turn"],
    "tools": None,
    "first_token": False,
    "status": "unset",
    "message": "",
    "events": [],
}
WITH_TOOLS: dict[str, Any] = {
    "parameters": {"max_tokens": 2000, "thinking": THINKING},
    "input": [{"role": "user", "content": QUESTION}],
    "output": {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "The tool knows the weather.", "signature": "c2lnbmVkIGJ5IHRoZSBzdHVi"},
            {
                "type": "tool_use",
                "id": "toolu_000000000000293105146868",
                "name": "get_weather",
                "input": {"city": "Vienna"},
            },
        ],
    },
    "finish": ["tool_use"],
    "tools": TOOLS,
}


@pytest.fixture(name="client")
def wrapped_client() -> Iterator[anthropic.Anthropic]:
    with wrap_anthropic(anthropic.Anthropic(max_retries=0)) as client:
        yield client


def only(spans: testing.Recorder) -> dict[str, Any]:
    (span,) = spans.all()
    return told(span)


def test_message_says_what_went_in_and_came_out(client: anthropic.Anthropic, spans: testing.Recorder) -> None:
    assert isinstance(client, anthropic.Anthropic)
    assert wrap_anthropic(client) is client
    client.messages.create(**ASKED, system="Be brief.")
    assert only(spans) == MESSAGE


def test_tools_and_thinking_whole_and_streamed(client: anthropic.Anthropic, spans: testing.Recorder) -> None:
    client.messages.create(**ASKED, tools=TOOLS, thinking=THINKING)
    whole = only(spans)
    WITH_TOOLS["output"]["content"][1]["id"] = whole["output"]["content"][1]["id"]
    assert whole == {**MESSAGE, **WITH_TOOLS}
    spans.clear()
    with client.messages.stream(**ASKED, tools=TOOLS, thinking=THINKING) as stream:
        assert stream.get_final_message().stop_reason == "tool_use"
    assert only(spans) == {**MESSAGE, **WITH_TOOLS, "first_token": True}


def test_stream_is_the_whole_message(client: anthropic.Anthropic, spans: testing.Recorder) -> None:
    stream = client.messages.create(**ASKED, system="Be brief.", stream=True)
    assert isinstance(stream, anthropic.Stream)
    list(stream)
    assert only(spans) == {**MESSAGE, "first_token": True}
    spans.clear()
    with client.messages.stream(**ASKED) as helper:
        for text in helper.text_stream:
            assert text
            break
    assert only(spans)["events"] == ["stream abandoned"]


def test_abandoned_stream_ends_where_it_was_left(client: anthropic.Anthropic, spans: testing.Recorder) -> None:
    for _ in client.messages.create(**ASKED, stream=True):
        break
    gc.collect()
    assert only(spans)["events"] == ["stream abandoned"]


@pytest.mark.parametrize(
    ("fault", "error"), [("429", anthropic.RateLimitError), ("500", anthropic.InternalServerError)]
)
def test_errors_are_the_clients_own_and_are_recorded(
    client: anthropic.Anthropic, spans: testing.Recorder, fault: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        client.messages.create(**ASKED, extra_headers={"x-stub-fault": fault})
    said = only(spans)
    assert (said["status"], said["events"]) == ("error", ["exception"])
    assert said["message"].startswith(f"{error.__name__}: ")


def test_broken_stream_and_unexpected_answer(client: anthropic.Anthropic, spans: testing.Recorder) -> None:
    with pytest.raises(httpx2.RemoteProtocolError):
        list(client.messages.create(**ASKED, stream=True, extra_headers={"x-stub-fault": "broken-stream"}))
    broken = only(spans)
    assert (broken["status"], broken["output"]["content"]) == ("error", [{"type": "text", "text": "It "}])
    spans.clear()
    answer = client.messages.create(**ASKED, extra_headers={"x-stub-fault": "unexpected"})
    assert answer.to_dict() == {"surprise": ["this", {"is": "no answer"}]}
    assert only(spans)["events"] == ["answer not understood"]


def test_async_messages_and_cancellation(spans: testing.Recorder) -> None:
    async def ask() -> None:
        async with wrap_anthropic(anthropic.AsyncAnthropic(max_retries=0)) as client:
            await client.messages.create(**ASKED, system="Be brief.")
            async with client.messages.stream(**ASKED, system="Be brief.") as stream:
                await stream.get_final_message()
            stalled = await client.messages.create(
                **ASKED, stream=True, extra_headers={"x-stub-fault": "stalled-stream"}
            )
            began = asyncio.Event()

            async def read() -> None:
                async for event in stalled:
                    if event.type == "content_block_delta":
                        began.set()

            reader = asyncio.create_task(read())
            await began.wait()
            reader.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reader

    asyncio.run(ask())
    whole, streamed, cancelled = (told(span) for span in spans.all())
    assert whole == MESSAGE
    assert streamed == {**MESSAGE, "first_token": True}
    assert (cancelled["status"], cancelled["message"]) == ("error", "CancelledError")
