# How MutagenT's page decorates a function: code that must run unchanged, so it is kept as it stands there.
# ruff: noqa
# mypy: ignore-errors
# fmt: off
from mutagent.tracing import init_tracing, trace

init_tracing(api_key="mt_xxxxxxxxxxxx")

@trace(kind="agent")
def run_support_agent(query: str) -> str:
    # All inputs, outputs, and timing are captured automatically
    response = call_llm(query)
    return response
