"""A small program on the published `traceroot` package; prints the ids of the traces that it made, by scenario."""

import asyncio
import contextlib
import json
import sys

import traceroot
from traceroot import observe, update_current_span, update_current_trace, using_attributes

traceroot.initialize(
    api_key="tr-test", host_url=sys.argv[1], git_repo="acme/shop", git_ref="4f2c1e0a9b8d7c6f5e4d3c2b1a09f8e7d6c5b4a3"
)
trace_ids: dict[str, str | None] = {}


def note(scenario: str) -> None:
    trace_ids[scenario] = traceroot.get_current_trace_id()


@observe(type="tool", metadata={"table": "orders", "limit": 10}, tags=["sql"])
def look_up(query: str, n: int = 3, *more: object, **options: object) -> dict:
    return {"rows": n, "query": query}


@observe(name="ask model", type="llm")
def ask_model(messages: list) -> str:
    update_current_span(
        name="ask gpt",
        model="gpt-4o",
        model_parameters={"temperature": 0.7, "max_tokens": 1024},
        usage={"input_tokens": 100, "output_tokens": 50, "cache_read_tokens": 40},
        cost=0.0125,
        prompt=[{"role": "user", "content": "grüße"}],
        metadata={"attempt": 1},
    )
    return "fine"


@observe(name="agent", type="agent", metadata={"v": 1}, tags=["a", "b"], session_id="S-arg", user_id="U-arg")
def agent(question: str) -> list:
    note("nested")
    look_up(question, 4, "extra", deep={"list": [1, 2.5, None, True]})
    ask_model([{"role": "user", "content": question}])
    update_current_trace(user_id="U-trace", session_id="S-trace", tags=["trace tag"], metadata={"plan": "pro"})
    return [{"answer": 42}]


@observe(type="task")
async def fetch(name: str) -> int:
    await asyncio.sleep(0)
    return len(name)


@observe(name="async root")
async def gather() -> list:
    note("async")
    return await asyncio.gather(fetch("one"), fetch("three"))


@observe(name="counter")
def count(n: int):
    yield from range(n)


@observe(name="generator root")
def consume() -> int:
    note("generator")
    return sum(count(3))


class Basket:
    @observe(name="pay", type="scorer")
    def pay(self, cents: int) -> None:
        raise ValueError(f"no money for {cents}")

    @observe(name="checkout", type="evaluation")
    def checkout(self) -> str:
        note("error")
        with contextlib.suppress(ValueError):
            self.pay(1250)
        return "unpaid"


@observe(name="quiet", capture_input=False, capture_output=False)
def quiet(secret: str) -> str:
    note("quiet")
    return secret


@observe(name="plain")
def plain() -> int:
    note("attributes")
    return 7


agent("what is sold?")
asyncio.run(gather())
consume()
Basket().checkout()
quiet("do not record")
with using_attributes(user_id="U", session_id="S", tags=["t1", "t2"], metadata={"feature": "chät", "n": 1}):
    plain()
traceroot.flush()
print(json.dumps(trace_ids))
