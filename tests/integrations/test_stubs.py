"""The stand-ins for model APIs satisfy the published clients: whole, streamed, with tools and reasoning, in trouble."""

from __future__ import annotations

import struct
from typing import Any

import anthropic
import boto3
import botocore.exceptions
import httpx2
import openai
import pytest
from google import genai
from google.genai import errors, types
from groq import Groq
from mistralai.client import Mistral
from openai import OpenAI

QUESTION = "What is the weather in Vienna?"
ANSWER = "It is sunny in Vienna, 21 degrees."
SCHEMA: Any = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
ARGUMENTS = {"city": "Vienna"}
BEDROCK_MODEL = "anthropic.claude-3-5-sonnet-20241022-v2:0"


def test_responses_have_text_tools_reasoning_and_usage() -> None:
    tools: Any = [{"type": "function", "name": "get_weather", "parameters": SCHEMA, "strict": True}]
    with OpenAI(max_retries=0) as client:
        call = client.responses.create(model="o4-mini", input=QUESTION, tools=tools, reasoning={"summary": "auto"})
        assert [item.type for item in call.output] == ["reasoning", "function_call"]
        whole = client.responses.create(model="gpt-4o-mini", input=QUESTION)
        assert whole.output_text == ANSWER
        assert whole.usage is not None
        assert (whole.usage.input_tokens, whole.usage.output_tokens_details.reasoning_tokens) == (120, 12)
        with client.responses.stream(model="gpt-4o-mini", input=QUESTION) as stream:
            assert stream.get_final_response().output_text == ANSWER
        with client.responses.stream(model="gpt-4o-mini", input=QUESTION, tools=tools) as stream:
            (item,) = stream.get_final_response().output
            assert (item.type, item.arguments) == ("function_call", '{"city": "Vienna"}')
        for fault, error in (("429", openai.RateLimitError), ("500", openai.InternalServerError)):
            with pytest.raises(error):
                client.responses.create(model="gpt-4o-mini", input=f"{QUESTION} stub-fault={fault}")


def test_embeddings_are_the_same_as_numbers_and_as_base64() -> None:
    with OpenAI(max_retries=0) as client:
        packed = client.embeddings.create(model="text-embedding-3-small", input=["one", "two"])
        plain = client.embeddings.create(model="text-embedding-3-small", input="one", encoding_format="float")
    assert [len(one.embedding) for one in packed.data] == [8, 8]
    assert packed.data[0].embedding == pytest.approx(plain.data[0].embedding)
    assert packed.usage.prompt_tokens == 4


def test_anthropic_messages_whole_and_streamed() -> None:
    tools: Any = [{"name": "get_weather", "input_schema": SCHEMA}]
    asked: Any = {"model": "claude-haiku-4-5", "max_tokens": 2000, "messages": [{"role": "user", "content": QUESTION}]}
    thinking: Any = {"type": "enabled", "budget_tokens": 1024}
    with anthropic.Anthropic(max_retries=0) as client:
        whole = client.messages.create(**asked, tools=tools, thinking=thinking)
        assert [block.type for block in whole.content] == ["thinking", "tool_use"]
        assert (whole.stop_reason, whole.usage.input_tokens, whole.usage.cache_read_input_tokens) == (
            "tool_use",
            40,
            64,
        )
        with client.messages.stream(**asked, tools=tools, thinking=thinking) as stream:
            streamed = stream.get_final_message()
        assert (streamed.content[1], streamed.usage.output_tokens) == (whole.content[1], 30)
        with client.messages.stream(**asked) as stream:
            assert "".join(stream.text_stream) == ANSWER
        for fault, error in (("429", anthropic.RateLimitError), ("500", anthropic.InternalServerError)):
            with pytest.raises(error):
                client.messages.create(**asked, extra_headers={"x-stub-fault": fault})
        with (
            pytest.raises(httpx2.RemoteProtocolError),
            client.messages.stream(**asked, extra_headers={"x-stub-fault": "broken-stream"}) as stream,
        ):
            stream.get_final_message()


def test_gemini_generates_content_whole_and_streamed() -> None:
    declared = types.FunctionDeclaration(name="get_weather", parameters_json_schema=SCHEMA)
    thinking = types.ThinkingConfig(include_thoughts=True)
    config = types.GenerateContentConfig(tools=[types.Tool(function_declarations=[declared])], thinking_config=thinking)
    with genai.Client() as client:
        asked: Any = {"model": "gemini-2.5-flash", "contents": QUESTION}
        whole = client.models.generate_content(**asked, config=config)
        assert [(call.name, call.args) for call in whole.function_calls or []] == [("get_weather", ARGUMENTS)]
        assert whole.usage_metadata is not None
        assert (whole.usage_metadata.cached_content_token_count, whole.usage_metadata.thoughts_token_count) == (64, 12)
        pieces = list(client.models.generate_content_stream(**asked))
        assert "".join(piece.text or "" for piece in pieces) == ANSWER
        assert pieces[-1].usage_metadata == client.models.generate_content(**asked).usage_metadata
        vectors = client.models.embed_content(model="gemini-embedding-001", contents="one").embeddings or []
        assert len(vectors[0].values or []) == 8
        for fault, error in (("429", errors.ClientError), ("500", errors.ServerError)):
            with pytest.raises(error):
                client.models.generate_content(model="gemini-2.5-flash", contents=f"{QUESTION} stub-fault={fault}")


def test_bedrock_converses_whole_and_in_binary_events() -> None:
    client = boto3.client("bedrock-runtime", config=boto3.session.Config(retries={"total_max_attempts": 1}))
    asked: Any = {"modelId": BEDROCK_MODEL, "messages": [{"role": "user", "content": [{"text": QUESTION}]}]}
    tools = {"tools": [{"toolSpec": {"name": "get_weather", "inputSchema": {"json": SCHEMA}}}]}
    whole = client.converse(**asked, toolConfig=tools)
    (part,) = whole["output"]["message"]["content"]
    assert (part["toolUse"]["input"], whole["stopReason"]) == (ARGUMENTS, "tool_use")
    assert whole["usage"]["cacheReadInputTokens"] == 64
    events = list(client.converse_stream(**asked)["stream"])
    texts = [event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event]
    assert "".join(texts) == ANSWER
    assert events[-1]["metadata"]["usage"]["outputTokens"] == 30
    for fault, code in (("429", "ThrottlingException"), ("500", "InternalServerException")):
        asked["messages"] = [{"role": "user", "content": [{"text": f"stub-fault={fault}"}]}]
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            client.converse(**asked)
        assert caught.value.response["Error"]["Code"] == code
    client.close()


def test_groq_and_mistral_find_openais_words(stubs: str) -> None:
    messages: Any = [{"role": "user", "content": QUESTION}]
    with Groq(max_retries=0) as groq:
        answer = groq.chat.completions.create(model="llama-3.3-70b-versatile", messages=messages)
    assert answer.choices[0].message.content == ANSWER
    with Mistral(api_key="local", server_url=stubs) as mistral:
        said = mistral.chat.complete(model="mistral-small-latest", messages=messages)
        assert said.choices[0].message.content == ANSWER
        with mistral.chat.stream(model="mistral-small-latest", messages=messages) as stream:
            assert (
                "".join(str(event.data.choices[0].delta.content or "") for event in stream if event.data.choices)
                == ANSWER
            )


def test_a_frame_of_aws_is_as_long_as_it_says() -> None:
    from providers.bedrock_api import frame

    data = frame("messageStart", {"role": "assistant"})
    assert struct.unpack(">I", data[:4]) == (len(data),)
