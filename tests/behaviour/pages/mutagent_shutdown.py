# How MutagenT's page stops: code that must run unchanged, so it is kept as it stands there.
# ruff: noqa
# mypy: ignore-errors
# fmt: off
import asyncio
from mutagent.tracing import shutdown_tracing

# shutdown_tracing is a coroutine — must be awaited
asyncio.run(shutdown_tracing())
# or, inside an async function:
# await shutdown_tracing()
