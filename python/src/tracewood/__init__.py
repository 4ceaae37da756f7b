"""Tracing for AI agents: decorate a function, and each call becomes a span with its input, output, cost and errors.

Nothing starts at import; `initialize` says where the spans go.

    import tracewood

    tracewood.initialize()

    @tracewood.observe(type="agent")
    def answer(question: str) -> str: ...
"""

from __future__ import annotations

from tracewood import _native
from tracewood._manual import (
    get_current_span,
    get_current_span_id,
    get_current_trace_id,
    span,
    start_span,
    update_current_span,
    update_current_trace,
    using_attributes,
)
from tracewood._manual import word as _word
from tracewood._native import Span
from tracewood._remote import extract, inject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, ParamSpec, TypeVar, overload

    from typing_extensions import Unpack

    from tracewood._kinds import SpanKind
    from tracewood._options import Further

    Given = ParamSpec("Given")
    Result = TypeVar("Result")
    Kept = TypeVar("Kept")

__version__ = _native.__version__

__all__ = [
    "Span",
    "SpanKind",
    "__version__",
    "extract",
    "flush",
    "get_current_span",
    "get_current_span_id",
    "get_current_trace_id",
    "initialize",
    "inject",
    "observe",
    "propagate",
    "register_encoder",
    "shutdown",
    "span",
    "start_span",
    "stats",
    "update_current_span",
    "update_current_trace",
    "using_attributes",
]


def initialize(
    api_key: str | None = None,
    endpoint: str | None = None,
    *,
    host_url: str | None = None,
    enabled: bool | None = None,
    environment: str | None = None,
    service_name: str | None = None,
    headers: Mapping[str, str] | None = None,
    compression: str | None = None,
    timeout: float | None = None,
    flush_interval: float | None = None,
    flush_at: int | None = None,
    git_repo: str | None = None,
    git_ref: str | None = None,
    file: str | None = None,
    integrations: Sequence[Any] | None = None,
    redact: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    patch_threads: bool | None = None,
    debug: bool | None = None,
    **options: Unpack[Further],
) -> None:
    """Says where spans go, over OTLP; calling it again replaces what was said before.

    Every option is also read from `TRACEWOOD_<OPTION>`; the endpoint, headers, compression, service name and resource
    also from the variables of OpenTelemetry.

    Args:
        api_key: The key, sent as `Authorization: Bearer`; a server on this machine needs none.
        endpoint: The server; http://127.0.0.1:4318 by default.
        host_url: Another word for `endpoint`.
        enabled: `False` sends nothing.
        environment: `production`, `staging` and the like.
        service_name: The name of the program; that of its script by default.
        headers: Further headers of every request.
        compression: `auto`, `gzip` or `none`.
        timeout: How many seconds one request may take.
        flush_interval: How many seconds a span waits for others at most.
        flush_at: How many waiting spans are sent at once.
        git_repo: The repository; found by default.
        git_ref: The commit; found by default.
        file: A file that spans are written to as well, one OTLP request in JSON a line.
        integrations: The libraries to trace, by name.
        redact: Takes a dictionary of what a span is about to say and gives what may be sent. It runs in the thread that
            sends, not in one of yours; if it raises, no text of the span is sent.
        patch_threads: Whether threads and thread pools carry the current span along.
        debug: Whether spans are printed as well.
        **options: What few programs set: delivery (`exit_timeout`, `handle_sigterm`, `queue_policy`, `queue_timeout`,
            `queue_spans_max`, `queue_bytes_max`, `spool`, `spool_bytes_max`), sampling (`sample_ratio`,
            `tail_sampling`, `tail_slower_than`, `tail_ratio`), whether spans of a provider of OpenTelemetry's SDK are
            taken as well (`join_provider`), and what is recorded (`capture_input`,
            `capture_output`, `hide_secrets`, `depth_max`, `items_max`, `string_bytes_max`, `value_bytes_max`).

    Raises:
        ValueError: If an argument is broken; a broken variable is only warned of.
        TypeError: If an option is unknown.
    """
    from tracewood import _start

    _start.start(
        api_key=api_key,
        endpoint=host_url if endpoint is None else endpoint,
        enabled=enabled,
        environment=environment,
        service_name=service_name,
        headers=None if headers is None else dict(headers),
        compression=compression,
        timeout=timeout,
        flush_interval=flush_interval,
        flush_at=flush_at,
        git_repo=git_repo,
        git_ref=git_ref,
        file=file,
        integrations=integrations,
        redact=redact,
        patch_threads=patch_threads,
        debug=debug,
        **options,
    )


if TYPE_CHECKING:

    @overload
    def observe(name: Callable[Given, Result], /) -> Callable[Given, Result]: ...

    @overload
    def observe(
        name: str | None = None,
        type: SpanKind | str = "span",
        metadata: Mapping[str, Any] | None = None,
        tags: Sequence[str] | None = None,
        capture_input: bool = True,
        capture_output: bool = True,
        session_id: str | None = None,
        user_id: str | None = None,
    ) -> Callable[[Kept], Kept]: ...


def observe(
    name: Any = None,
    type: Any = "span",
    metadata: Any = None,
    tags: Any = None,
    capture_input: bool = True,
    capture_output: bool = True,
    session_id: str | None = None,
    user_id: str | None = None,
) -> Any:
    """Makes each call of a function a span; works with and without parentheses, on functions of every sort.

    Args:
        name: What the spans are called; the name of the function by default.
        type: What sort of work it is: a `SpanKind` or any text.
        metadata: What to attach to every span.
        tags: Labels of every span.
        capture_input: Whether arguments are recorded.
        capture_output: Whether results are recorded.
        session_id: The conversation of every span.
        user_id: Whom every span is done for.

    Returns:
        The decorated function, or a decorator.
    """
    from tracewood._wrap import wrap

    if callable(name) or isinstance(name, (classmethod, staticmethod)):
        return wrap(name)

    def decorate(target: Any) -> Any:
        return wrap(
            target,
            name=name,
            kind=_word(type),
            metadata=metadata,
            tags=tags,
            capture_input=capture_input,
            capture_output=capture_output,
            session_id=session_id,
            user_id=user_id,
        )

    return decorate


def flush(timeout: float = 30.0) -> dict[str, int]:
    """Waits until every span that ended before is delivered or lost, or until the time is over.

    Args:
        timeout: How many seconds to wait at most.

    Returns:
        How many spans were `delivered`, `lost` and put into the spool (`spooled`) meanwhile, and how many are
        `remaining`.
    """
    from tracewood import _client

    return _client.flush(timeout)


def shutdown(timeout: float = 5.0) -> dict[str, int]:
    """Delivers what waits and stops; `initialize` starts it again.

    Args:
        timeout: How many seconds to wait at most.

    Returns:
        As for `flush`.
    """
    from tracewood import _client

    return _client.shutdown(timeout)


def stats() -> dict[str, Any]:
    """What was done so far, in numbers: spans started and ended, and for each destination what became of them."""
    return _native.stats()


def propagate(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Makes a function run in the context of now, whichever thread calls it, so that its spans nest where it was made.

    Args:
        function: What will be called in another thread.

    Returns:
        A function that may be called any number of times, also at the same time.
    """
    from tracewood._threads import propagate as carry

    return carry(function)


def register_encoder(cls: type[Kept], encoder: Callable[[Kept], Any]) -> None:
    """Says how instances of a class are recorded, subclasses included.

    Args:
        cls: The class.
        encoder: Makes something simpler of an instance: a dictionary, a text, a number. If it raises, only the name of
            the class is recorded.
    """
    _native.register(cls, encoder)


def __getattr__(name: str) -> Any:
    # `enum` takes longer to import than all the rest, and most programs write the kind as text.
    if name == "SpanKind":
        from tracewood._kinds import SpanKind

        return SpanKind
    raise AttributeError(f"module 'tracewood' has no attribute '{name}'")
