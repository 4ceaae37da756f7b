"""TraceRoot's Python SDK over Tracewood: the same names, arguments and variables."""

from __future__ import annotations

from traceroot._client import TracerootClient, get_client, initialize
from tracewood import get_current_span_id, get_current_trace_id, update_current_trace, using_attributes
from tracewood import update_current_span as _update_current_span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ParamSpec, TypeVar, overload

    from traceroot.constants import Integration, SpanKind

    Given = ParamSpec("Given")
    Result = TypeVar("Result")
    Kept = TypeVar("Kept")

__version__ = "0.1.0"

__all__ = [
    "Integration",
    "SpanKind",
    "TracerootClient",
    "__version__",
    "flush",
    "get_client",
    "get_current_span_id",
    "get_current_trace_id",
    "initialize",
    "observe",
    "shutdown",
    "update_current_span",
    "update_current_trace",
    "using_attributes",
]


if TYPE_CHECKING:

    @overload
    def observe(name: Callable[Given, Result], /) -> Callable[Given, Result]: ...

    @overload
    def observe(
        name: str | None = None,
        type: SpanKind | str = SpanKind.SPAN,
        metadata: dict[str, Any] | None = None,
        tags: list[str] | None = None,
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
    """Makes each call of a function a span; starts from the environment at the first call if nobody did before.

    Args:
        name: What the spans are called; the name of the function by default.
        type: `llm`, `agent`, `tool`, `span` or another kind, as `SpanKind` or text.
        metadata: What to attach to every span.
        tags: Labels of every span.
        capture_input: Whether arguments are recorded.
        capture_output: Whether results are recorded.
        session_id: The session of every span.
        user_id: The user of every span.

    Returns:
        The decorated function, or a decorator.
    """
    from traceroot._client import start_from_environment
    from tracewood._manual import word
    from tracewood._wrap import wrap

    if callable(name) or isinstance(name, (classmethod, staticmethod)):
        return wrap(name, first_call=start_from_environment)

    def decorate(target: Any) -> Any:
        return wrap(
            target,
            name=name,
            kind=word(type),
            metadata=metadata,
            tags=tags,
            capture_input=capture_input,
            capture_output=capture_output,
            session_id=session_id,
            user_id=user_id,
            first_call=start_from_environment,
        )

    return decorate


def update_current_span(
    *,
    name: str | None = None,
    input: Any = None,
    output: Any = None,
    metadata: dict[str, Any] | None = None,
    model: str | None = None,
    model_parameters: dict[str, Any] | None = None,
    usage: dict[str, Any] | None = None,
    cost: float | None = None,
    prompt: Any = None,
) -> None:
    """Says things of the current span; what is `None` stays as it is, and without a span nothing happens.

    Args:
        name: What it is called.
        input: What went in, instead of the arguments.
        output: What came out, instead of the return value.
        metadata: What to attach to it.
        model: The model that was asked.
        model_parameters: Temperature and the like.
        usage: The tokens used: `input_tokens`, `output_tokens` and so on.
        cost: What it cost in US dollars.
        prompt: What was sent to the model.
    """
    _update_current_span(
        name=name,
        input=input,
        output=output,
        metadata=metadata,
        model=model,
        model_parameters=model_parameters,
        usage=usage,
        cost=cost,
        prompt=prompt,
    )


def flush() -> None:
    """Waits until what ended before is delivered, 30 seconds at most."""
    get_client().flush()


def shutdown() -> None:
    """Delivers what waits and stops; `initialize` starts it again."""
    from tracewood import _client

    client = _client.faces.get("traceroot")
    if client is not None:
        client.shutdown()


def __getattr__(name: str) -> Any:
    # `enum` takes longer to import than all the rest, and most programs write the kind as text.
    if name in ("Integration", "SpanKind", "constants"):
        import traceroot.constants as words

        return words if name == "constants" else getattr(words, name)
    raise AttributeError(f"module 'traceroot' has no attribute '{name}'")
