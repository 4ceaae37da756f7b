"""The trip planner traced through `mutagent.tracing`: decorated functions, and spans started and ended by hand."""

from __future__ import annotations

import asyncio
import time

from openai import OpenAI

import trip
from mutagent.tracing import (
    SpanEndOptions,
    SpanEvent,
    SpanIO,
    SpanKind,
    SpanMessage,
    SpanMetrics,
    SpanOptions,
    SpanStatus,
    end_span,
    init_tracing,
    session,
    shutdown_tracing,
    start_span,
    trace,
)

TOOLS = {name: trace(kind=SpanKind.TOOL, name=name)(tool) for name, tool in trip.TOOLS.items()}


def said(messages: trip.Messages) -> SpanIO:
    """A conversation in MutagenT's form."""
    return SpanIO(
        messages=[
            SpanMessage(
                role=message["role"], content=message["content"] or "", tool_call_id=message.get("tool_call_id")
            )
            for message in messages
        ]
    )


def metrics(reply: trip.Reply, ttft_ms: float | None = None) -> SpanMetrics:
    """What a model call used."""
    return SpanMetrics(
        model=reply.model,
        provider="openai",
        input_tokens=reply.input_tokens,
        output_tokens=reply.output_tokens,
        total_tokens=reply.input_tokens + reply.output_tokens,
        ttft_ms=ttft_ms,
    )


def choose_tools(client: OpenAI, messages: trip.Messages) -> list[dict[str, object]]:
    """Asks the model which tools it needs."""
    span = start_span(SpanOptions(kind=SpanKind.LLM_CHAT, name="choose_tools", input=said(messages)))
    reply = trip.ask_for_tools(client, messages)
    if span:
        output = SpanIO(tool_calls=[*reply.tool_calls])
        end_span(span, SpanEndOptions(status=SpanStatus.OK, output=output, metrics=metrics(reply)))
    return reply.tool_calls


def write_answer(client: OpenAI, messages: trip.Messages) -> str:
    """Streams the answer to the terminal, and notes when its first piece came."""
    span = start_span(SpanOptions(kind=SpanKind.LLM_CHAT, name="write_answer", input=said(messages)))
    began, ttft_ms, reply = time.perf_counter(), None, trip.Reply()
    for piece in trip.stream_answer(client, messages, reply):
        ttft_ms = ttft_ms or (time.perf_counter() - began) * 1000
        print(piece, end="", flush=True)
    print()
    if span:
        end_span(
            span,
            SpanEndOptions(
                status=SpanStatus.OK,
                output=SpanIO(messages=[SpanMessage(role="assistant", content=reply.text)]),
                metrics=metrics(reply, ttft_ms),
                attributes={"temperature": trip.TEMPERATURE},
                events=[SpanEvent(name="stream finished", attributes={"characters": len(reply.text)})],
            ),
        )
    return reply.text


@trace(kind=SpanKind.AGENT, name="plan_trip", attributes={"face": "mutagent"})
def plan_trip(question: str, openai_url: str) -> str:
    """Lets the model call tools until all of them succeeded, then lets it write."""
    client = OpenAI(base_url=openai_url, api_key="sk-local")
    messages = trip.first_messages(question)
    for _ in range(trip.ROUNDS_MAX):
        if trip.run_tools(TOOLS, choose_tools(client, messages), messages):
            break
    return write_answer(client, messages)


async def main() -> None:
    """Plans one trip."""
    arguments = trip.arguments()
    init_tracing(api_key="mt_local", endpoint=arguments.tracewood, environment="development")
    with session("trip-to-lisbon"):
        plan_trip(arguments.question, arguments.openai)
    await shutdown_tracing()


if __name__ == "__main__":
    asyncio.run(main())
