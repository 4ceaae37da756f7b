"""The drop-in clients of `mutagent.tracing`: OpenAI's and Anthropic's, traced without an instrumentation package."""

from __future__ import annotations

from anthropic import Anthropic

from mutagent.tracing import init_tracing, trace
from mutagent.tracing.integrations.anthropic import wrap_anthropic
from mutagent.tracing.integrations.openai import MutagentOpenAI

QUESTION = {"role": "user", "content": "What is the weather in Vienna?"}


@trace(kind="agent")
def ask() -> str:
    with MutagentOpenAI() as openai:
        asked = {"model": "gpt-4o-mini", "messages": [QUESTION], "temperature": 0.2}
        stream = openai.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True})
        said = "".join(event.choices[0].delta.content or "" for event in stream if event.choices)
    with wrap_anthropic(Anthropic()) as anthropic:
        anthropic.messages.create(model="claude-haiku-4-5", max_tokens=2000, messages=[QUESTION])
    return said


init_tracing()
print(ask())
