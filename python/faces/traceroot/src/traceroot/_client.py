"""What `traceroot.initialize` does: reads what TraceRoot's SDK reads and adds its destination."""

from __future__ import annotations

import os
from _thread import RLock  # `threading` itself is not needed

from tracewood import _client, _git, _native, _options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

__all__ = ["TracerootClient", "get_client", "initialize", "start_from_environment"]

_NAME = "traceroot"
# The version that TraceRoot's server is told, so that it treats us as the SDK whose wire we speak.
_SDK_VERSION = "0.5.0"
_DEFAULT_HOST = "https://app.traceroot.ai"
_BATCH_MAX = 2048
_FLUSH_SECONDS = 30.0
_SHUTDOWN_SECONDS = 5.0

_lock = RLock()


class TracerootClient:
    """What was settled at `initialize`, as TraceRoot's SDK shows it."""

    def __init__(
        self,
        api_key: str | None,
        host_url: str,
        flush_interval: float,
        batch_size: int,
        timeout: float,
        git_repo: str | None,
        git_ref: str | None,
        environment: str | None,
    ) -> None:
        self.api_key = api_key
        self.host_url = host_url
        self.flush_interval = flush_interval
        self.batch_size = batch_size
        self.timeout = timeout
        self.git_repo = git_repo
        self.git_ref = git_ref
        self.environment = environment

    @property
    def enabled(self) -> bool:
        """Whether spans are sent: there is a key, nobody switched it off, and it was not shut down."""
        return _client.faces.get(_NAME) is self and _native.has_destination(_NAME)

    @property
    def span_processor(self) -> None:
        """There is none: spans do not pass through the OpenTelemetry SDK."""
        return None

    def flush(self) -> None:
        """Waits until what ended before is delivered, 30 seconds at most."""
        _client.flush(_FLUSH_SECONDS)

    def shutdown(self) -> None:
        """Delivers what waits and stops; `initialize` starts it again."""
        with _lock:
            if _client.faces.get(_NAME) is self:
                _client.faces.pop(_NAME)
                _client.remove_destination(_NAME, _SHUTDOWN_SECONDS)
                _native.set_redactor(None)


def initialize(
    api_key: str | None = None,
    host_url: str | None = None,
    flush_interval: float | None = None,
    batch_size: int | None = None,
    timeout: float | None = None,
    enabled: bool | None = None,
    integrations: Sequence[Any] | None = None,
    git_repo: str | None = None,
    git_ref: str | None = None,
    redact: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    *,
    environment: str | None = None,
) -> TracerootClient:
    """Starts sending spans to TraceRoot, or to a Tracewood server, which takes the same; arguments win over variables.

    Args:
        api_key: The key; else `TRACEROOT_API_KEY`. Without one there is a warning and nothing is sent.
        host_url: The server; else `TRACEROOT_HOST_URL`.
        flush_interval: How many seconds a span waits at most; else `TRACEROOT_FLUSH_INTERVAL`.
        batch_size: How many spans are sent at once, 2048 at most; else `TRACEROOT_FLUSH_AT`.
        timeout: How many seconds a request may take; else `TRACEROOT_TIMEOUT`.
        enabled: `False` sends nothing; else `TRACEROOT_ENABLED`.
        integrations: The libraries to trace.
        git_repo: `owner/name`; else `TRACEROOT_GIT_REPO`, else found.
        git_ref: The commit; else `TRACEROOT_GIT_REF`, else found.
        redact: Takes a dictionary of what is about to be sent and gives what may be.
        environment: `production` and the like; else `TRACEROOT_ENVIRONMENT`.

    Returns:
        The client. While one is at work, a second call only warns and returns it.

    Raises:
        ValueError: If an argument is broken; a broken variable is only warned of.
    """
    read = _options.read
    with _lock:
        if redact is not None:
            _native.set_redactor(redact)
        current = _client.faces.get(_NAME)
        if current is not None and current.enabled:
            _native.log(30, "traceroot is initialized already; this call changes nothing")
            return current  # type: ignore[no-any-return]
        key = api_key or os.environ.get("TRACEROOT_API_KEY") or None
        is_on = read(enabled, ("TRACEROOT_ENABLED",), _switch, True, "enabled")
        found = None
        repo = git_repo or os.environ.get("TRACEROOT_GIT_REPO") or None
        ref = git_ref or os.environ.get("TRACEROOT_GIT_REF") or None
        if key and is_on and (repo is None or ref is None):
            found = _git.detect()
        client = TracerootClient(
            api_key=key,
            host_url=read(host_url, ("TRACEROOT_HOST_URL",), _options.url, _DEFAULT_HOST, "host_url"),
            flush_interval=read(
                flush_interval, ("TRACEROOT_FLUSH_INTERVAL",), _options.duration, 5.0, "flush_interval"
            ),
            batch_size=read(batch_size, ("TRACEROOT_FLUSH_AT",), _options.number(1, _BATCH_MAX), 100, "batch_size"),
            timeout=read(timeout, ("TRACEROOT_TIMEOUT",), _options.duration, 30.0, "timeout"),
            git_repo=repo or (found.repo if found else None),
            git_ref=ref or (found.ref if found else None),
            environment=read(environment, ("TRACEROOT_ENVIRONMENT",), _options.text, None, "environment"),
        )
        _client.faces[_NAME] = client
        if not is_on:
            return client
        if key is None:
            if not _native.is_active():
                _native.log(30, "traceroot has no API key and sends nothing; set TRACEROOT_API_KEY")
            return client
        _send_to(client)
        if integrations:
            from tracewood import integrations as room

            room.instrument(integrations)
        return client


def _send_to(client: TracerootClient) -> None:
    told = _client.resource(None, {"deployment.environment.name": client.environment} if client.environment else None)
    _client.add_destination(
        _NAME,
        "traceroot",
        url=client.host_url,
        api_key=client.api_key,
        sdk_version=_SDK_VERSION,
        git_repo=client.git_repo,
        git_ref=client.git_ref,
        environment=client.environment,
        compression="gzip",
        timeout=client.timeout,
        flush_interval=client.flush_interval,
        batch_size=client.batch_size,
        batch_size_max=max(client.batch_size, _BATCH_MAX),
        retries_internal_error=True,
        resource=told,
    )


def get_client() -> TracerootClient:
    """The client; made from the environment where there is none."""
    with _lock:
        return _client.faces.get(_NAME) or initialize()


def start_from_environment() -> None:
    """Initializes at the first call of a decorated function, unless that was done or shut down before."""
    with _lock:
        if _NAME not in _client.faces and not _client.was_shut_down(_NAME):
            initialize()


def _switch(value: Any) -> bool:
    """Off for `false`, `0`, `no` and `off` in any case; every other text is on, as in TraceRoot's SDK."""
    return str(value).strip().lower() not in ("false", "0", "no", "off")
