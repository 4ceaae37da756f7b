# How MutagenT's page decorates a coroutine function: code that must run unchanged, so it is kept as it stands there.
# ruff: noqa
# mypy: ignore-errors
# fmt: off
@trace(kind="agent")
async def run_async_agent(query: str) -> str:
    response = await call_llm_async(query)
    return response
