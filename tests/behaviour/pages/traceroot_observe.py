# How TraceRoot's page decorates functions: code that must run unchanged, so it is kept as it stands there.
# ruff: noqa
# mypy: ignore-errors
# fmt: off
from traceroot import observe

@observe(name="my_function", type="tool")
def my_function(query: str) -> str:
    return do_work(query)

@observe(name="async_agent", type="agent")
async def async_agent(query: str) -> str:
    return await process(query)
