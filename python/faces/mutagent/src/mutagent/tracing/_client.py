"""What `init_tracing` and `shutdown_tracing` do: MutagenT's destination comes and goes."""

from __future__ import annotations

import os

from mutagent.tracing._span import dashed
from mutagent.tracing.types import TracingConfig
from tracewood import _client, _native, _options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["flush", "init_tracing", "is_tracing_initialized", "shutdown_tracing", "start_from_environment"]

_NAME = "mutagent"
_DEFAULT_ENDPOINT = "https://api.mutagent.io"
_FLUSH_SECONDS = 30.0
_SHUTDOWN_SECONDS = 5.0


def init_tracing(
    api_key: str | None = None,
    endpoint: str | None = None,
    environment: str | None = None,
    batch_size: int | None = None,
    batch_interval_ms: int | None = None,
    debug: bool = False,
    source: str | None = None,
    config: TracingConfig | None = None,
    *,
    flush_interval_ms: int | None = None,
) -> None:
    """Starts sending spans to MutagenT, or to a Tracewood server, which takes the same.

    Args:
        api_key: The key; else `MUTAGENT_API_KEY`.
        endpoint: The server; else `MUTAGENT_ENDPOINT`, `MUTAGENT_SERVER_URL`.
        environment: `production` and the like; else `MUTAGENT_ENVIRONMENT`.
        batch_size: How many spans are sent at once.
        batch_interval_ms: How many milliseconds a span waits at most.
        debug: Whether the start and end of every span are printed.
        source: What made the traces.
        config: All of this in one object, which then alone counts.
        flush_interval_ms: Another name for `batch_interval_ms`.

    Raises:
        ValueError: If there is no key, or an argument is broken.
    """
    if config is not None:
        api_key, endpoint, environment = config.api_key, config.endpoint, config.environment
        batch_size, batch_interval_ms = config.batch_size, config.batch_interval_ms
        debug, source = config.debug, config.source
    read = _options.read
    key = api_key or os.environ.get("MUTAGENT_API_KEY")
    if not key:
        raise ValueError("init_tracing: api_key is required (or set MUTAGENT_API_KEY env var)")
    interval = batch_interval_ms if batch_interval_ms is not None else flush_interval_ms
    variables = ("MUTAGENT_ENDPOINT", "MUTAGENT_SERVER_URL")
    settings: dict[str, Any] = {
        "url": read(endpoint, variables, _options.url, _DEFAULT_ENDPOINT, "endpoint"),
        "api_key": str(key),
        "source": source or "sdk",
        "environment": read(environment, ("MUTAGENT_ENVIRONMENT",), _options.text, None, "environment"),
        "batch_size": read(batch_size, (), _options.number(1, 100_000), 10, "batch_size"),
        "flush_interval": read(interval, (), _options.number(1, 86_400_000), 5000, "batch_interval_ms") / 1000,
        "timeout": 10.0,
    }
    settings["batch_size_max"] = max(settings["batch_size"], 2048)
    _client.add_destination(_NAME, "mutagent", **settings)
    _client.faces[_NAME] = settings["url"]
    _native.set_observer(_print if debug else None)


def is_tracing_initialized() -> bool:
    """Whether spans are sent to MutagenT; never starts anything."""
    return _NAME in _client.faces


async def shutdown_tracing() -> None:
    """Delivers what waits, five seconds at most, and stops; `init_tracing` starts it again."""
    if _NAME in _client.faces:
        import asyncio

        _client.faces.pop(_NAME)
        # The loop goes on with other tasks meanwhile.
        await asyncio.get_running_loop().run_in_executor(None, _client.remove_destination, _NAME, _SHUTDOWN_SECONDS)
        _native.set_observer(None)
    _native.rearm()


def flush(timeout: float = _FLUSH_SECONDS) -> None:
    """Waits until what ended before is delivered.

    Args:
        timeout: How many seconds to wait at most.
    """
    _client.flush(timeout)


def start_from_environment() -> None:
    """Starts where the environment holds a key and nobody started before; without a key nothing happens."""
    if _NAME not in _client.faces and os.environ.get("MUTAGENT_API_KEY"):
        init_tracing()


def _print(what: str, span: Any, status: str, duration_millis: float) -> None:
    trace_id = dashed(span.trace_id or "")
    if what == "start":
        line = f"START span={span.span_id} trace={trace_id} kind={span.kind} name={span.name}"
    else:
        line = f"END   span={span.span_id} trace={trace_id} status={status} duration={duration_millis:.2f}ms"
    print(f"[mutagent:trace] {line}", flush=True)  # noqa: T201 - that is what `debug` is for
