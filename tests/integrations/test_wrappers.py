"""Libraries without a name of their own are traced by the clients that they call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integrations.saying import ANSWER, QUESTION
from tracewood import integrations, testing

MESSAGES = [{"role": "user", "content": QUESTION}]


@pytest.fixture(autouse=True)
def nothing_is_traced() -> Iterator[None]:
    yield
    integrations.uninstrument()


def test_litellm_is_traced_by_the_client_that_it_calls(
    spans: testing.Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "true")
    import litellm

    assert integrations.instrument(["openai"]) == ["openai"]
    answer = litellm.completion(model="openai/gpt-4o-mini", messages=MESSAGES)
    assert answer.choices[0].message.content == ANSWER
    span = spans.one("ChatCompletion")
    assert (span["kind"], span["model"], span["provider"]) == ("llm", "gpt-4o-mini-2024-07-18", "openai")
    assert span["input"] == MESSAGES
    assert span["output"] == [{"role": "assistant", "content": ANSWER}]
    assert (span["usage"]["input_tokens"], span["usage"]["cache_read_tokens"]) == (120, 64)
