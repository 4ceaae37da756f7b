"""A small program on the published `mutagent-sdk`; prints the ids of the traces that it made, by scenario."""

import asyncio
import contextlib
import json
import sys
from datetime import datetime, timezone

from mutagent.tracing import (
    Document,
    SpanEndOptions,
    SpanEvent,
    SpanIO,
    SpanKind,
    SpanMessage,
    SpanMetrics,
    SpanOptions,
    SpanStatus,
    ToolCall,
    end_span,
    get_current_trace_id,
    init_tracing,
    run_in_span_context,
    session,
    shutdown_tracing,
    start_span,
    trace,
    with_trace,
)

trace_ids: dict[str, str | None] = {}


def note(scenario: str) -> None:
    trace_ids[scenario] = get_current_trace_id()


@trace(kind=SpanKind.TOOL, name="look up", attributes={"table": "orders", "limit": 10, "nested": {"a": [1, None]}})
def look_up(query: str, n: int = 3) -> dict:
    return {"rows": n, "query": query}


@trace(kind=SpanKind.AGENT)
def agent(question: str) -> None:
    note("decorated")
    look_up(question, n=4)


@trace(kind="workflow")
async def fetch(name: str) -> int:
    await asyncio.sleep(0)
    return len(name)


@trace(kind=SpanKind.GRAPH, name="async root")
async def gather() -> list:
    note("async")
    return await asyncio.gather(fetch("one"), fetch("three"))


@trace(kind=SpanKind.GUARDRAIL, name="pay")
def pay(cents: int) -> None:
    raise ValueError(f"no money for {cents}")


@trace(kind=SpanKind.CHAIN, name="checkout")
def checkout() -> str:
    note("error")
    with contextlib.suppress(ValueError):
        pay(1250)
    return "unpaid"


def by_hand() -> None:
    root = start_span(
        SpanOptions(kind="something of ours", name="root", input=SpanIO(text="user query here"), attributes={"a": 1.5})
    )
    trace_ids["by hand"] = root.trace_id

    def inside() -> None:
        chat = start_span(
            SpanOptions(
                kind=SpanKind.LLM_CHAT,
                name="chat",
                input=SpanIO(
                    messages=[
                        SpanMessage(role="system", content="be brief"),
                        SpanMessage(role="user", content="grüße", name="ada"),
                    ]
                ),
            )
        )
        end_span(
            chat,
            SpanEndOptions(
                status=SpanStatus.OK,
                output=SpanIO(
                    messages=[SpanMessage(role="tool", content="{}", tool_call_id="call_1")],
                    tool_calls=[ToolCall(id="call_1", name="look_up", arguments={"query": "x"}, result={"rows": 1})],
                ),
                metrics=SpanMetrics(
                    model="gpt-4o",
                    provider="openai",
                    input_tokens=150,
                    output_tokens=50,
                    total_tokens=200,
                    cost_usd=0.0125,
                    latency_ms=12.5,
                    ttft_ms=3.5,
                ),
                attributes={"temperature": 0.7},
                events=[
                    SpanEvent(
                        name="first token",
                        timestamp=datetime(2026, 11, 22, 3, 7, 10, 329489, tzinfo=timezone.utc),
                        attributes={"index": 0},
                    )
                ],
            ),
        )
        found = start_span(SpanOptions(kind=SpanKind.RETRIEVAL, name="search"))
        end_span(
            found,
            SpanEndOptions(output=SpanIO(documents=[Document(content="text", metadata={"page": 3}, score=0.75)])),
        )

    run_in_span_context(root, inside)
    end_span(root, SpanEndOptions(status="error", status_message="gave up", output=SpanIO(text="pipeline result")))


def with_handle() -> None:
    def body(handle) -> str:
        trace_ids["handle"] = handle.trace_id
        handle.set_attributes({"step": 2})
        handle.add_event("half way", {"done": 0.5})
        handle.set_output(SpanIO(raw={"left": "right"}))
        handle.set_metrics(SpanMetrics(model="gpt-4o-mini", input_tokens=10))
        return "returned"

    with_trace("rerank", body, name="order", input=SpanIO(raw=[3, 1, 2]))


async def main() -> None:
    # All in one batch: the package abandons a batch that is still on its way when it is shut down.
    init_tracing(api_key="mt_test", endpoint=sys.argv[1], environment="staging", batch_size=100, source="sdk")
    agent("what is sold?")
    await gather()
    with session("S-1"):
        checkout()
    by_hand()
    with_handle()
    await shutdown_tracing()


asyncio.run(main())
print(json.dumps(trace_ids))
