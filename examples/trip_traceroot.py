"""The trip planner traced through `traceroot`: a decorator a function, and the model's usage where it is known."""

from __future__ import annotations

from collections.abc import Iterator

from openai import OpenAI

import traceroot
import trip
from traceroot import observe, update_current_span, update_current_trace, using_attributes

TOOLS = {name: observe(name=name, type="tool")(tool) for name, tool in trip.TOOLS.items()}


def record_model_call(reply: trip.Reply) -> None:
    """Tells the current span which model answered, and what it used."""
    update_current_span(
        model=reply.model,
        model_parameters={"temperature": trip.TEMPERATURE},
        usage={"input_tokens": reply.input_tokens, "output_tokens": reply.output_tokens},
    )


@observe(name="choose_tools", type="llm", capture_input=False)
def choose_tools(client: OpenAI, messages: trip.Messages) -> list[dict[str, object]]:
    """Asks the model which tools it needs."""
    update_current_span(input=list(messages))
    reply = trip.ask_for_tools(client, messages)
    record_model_call(reply)
    return reply.tool_calls


@observe(name="write_answer", type="llm", capture_input=False, capture_output=False)
def write_answer(client: OpenAI, messages: trip.Messages) -> Iterator[str]:
    """Streams the answer; the span lasts as long as the stream."""
    update_current_span(input=list(messages))
    reply = trip.Reply()
    yield from trip.stream_answer(client, messages, reply)
    update_current_span(output=reply.text)
    record_model_call(reply)


@observe(name="plan_trip", type="agent", tags=["example"], metadata={"face": "traceroot"}, capture_input=False)
def plan_trip(client: OpenAI, question: str) -> str:
    """Lets the model call tools until all of them succeeded, then lets it write."""
    update_current_span(input={"question": question})
    update_current_trace(metadata={"rounds_max": trip.ROUNDS_MAX})
    messages = trip.first_messages(question)
    for _ in range(trip.ROUNDS_MAX):
        if trip.run_tools(TOOLS, choose_tools(client, messages), messages):
            break
    pieces = []
    for piece in write_answer(client, messages):
        print(piece, end="", flush=True)
        pieces.append(piece)
    print()
    return "".join(pieces)


def main() -> None:
    """Plans one trip."""
    arguments = trip.arguments()
    traceroot.initialize(api_key="tr-local", host_url=arguments.tracewood)
    client = OpenAI(base_url=arguments.openai, api_key="sk-local")
    with using_attributes(user_id="ada", session_id="trip-to-lisbon", tags=["trip"], metadata={"channel": "terminal"}):
        plan_trip(client, arguments.question)
    traceroot.flush()


if __name__ == "__main__":
    main()
