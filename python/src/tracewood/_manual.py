"""Spans made and changed by hand: `span`, `start_span`, `using_attributes` and the updates of span and trace."""

from __future__ import annotations

from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType
    from typing import Any, TypeVar

    from tracewood._native import Span
    from tracewood._remote import extract

    Function = TypeVar("Function", bound=Callable[..., Any])

__all__ = [
    "get_current_span",
    "get_current_span_id",
    "get_current_trace_id",
    "span",
    "start_span",
    "update_current_span",
    "update_current_trace",
    "using_attributes",
]


def word(kind: Any) -> str:
    """The text of a kind, whether it came as text or as a member of any enumeration."""
    value = getattr(kind, "value", kind)
    return value if isinstance(value, str) else str(value)


def start_span(
    name: str,
    *,
    type: Any = "span",
    input: Any = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Sequence[str] | None = None,
    attributes: Mapping[str, Any] | None = None,
    session_id: str | None = None,
    user_id: str | None = None,
    parent: extract | None = None,
) -> Span:
    """Begins a span and makes it current; it goes on until its `end` is called.

    Args:
        name: What it is called.
        type: What sort of work it is.
        input: What goes in.
        metadata: What to attach to it.
        tags: Its labels.
        attributes: Further attributes.
        session_id: The conversation that it belongs to.
        user_id: Whom it is done for.
        parent: The span of another process to begin under, as `extract` gives it.

    Returns:
        The span; while tracing is off, one that records nothing.
    """
    begun = _native.start_span(str(name), word(type), parent=None if parent is None else parent.remote())
    words = {"input": input, "metadata": metadata, "tags": tags, "session_id": session_id, "user_id": user_id}
    _native.update(begun, words)
    if attributes:
        begun.set_attributes(dict(attributes))
    begun.activate()
    return begun


class span:
    """A span around a block: `with tracewood.span("search", type="tool") as found: …`.

    What the block raises is recorded and goes on. The object can be used any number of times, each a span of its own,
    also in `async with` and as a decorator.
    """

    __slots__ = ("_begun", "_name", "_options")

    def __init__(self, name: str, **options: Any) -> None:
        """Takes the arguments of `start_span`."""
        self._name = name
        self._options = options
        self._begun: list[Span] = []

    def __enter__(self) -> Span:
        begun = start_span(self._name, **self._options)
        self._begun.append(begun)
        return begun

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        begun = self._begun.pop()
        if error is None:
            begun.end()
        else:
            begun.fail(error)

    async def __aenter__(self) -> Span:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    def __call__(self, function: Function) -> Function:
        from tracewood._wrap import wrap

        options = dict(self._options)
        kind = word(options.pop("type", "span"))
        options.pop("input", None)
        options.pop("parent", None)
        return wrap(function, name=self._name, kind=kind, **options)  # type: ignore[no-any-return]


class using_attributes:
    """Hangs user, session, tags and metadata on every span that begins within a block.

    Blocks nest; the innermost that says something about a field counts. It works in `with` and `async with`, and as a
    decorator of functions of every sort.
    """

    __slots__ = ("_before", "_words")

    def __init__(
        self,
        *,
        session_id: str = "",
        user_id: str = "",
        metadata: Mapping[str, Any] | None = None,
        tags: Sequence[str] | None = None,
        prompt_template: str = "",
        prompt_template_version: str = "",
        prompt_template_variables: Mapping[str, Any] | None = None,
    ) -> None:
        """Takes what to hang on the spans; what is empty stays as it is around the block.

        Args:
            session_id: The conversation.
            user_id: Whom it is done for.
            metadata: Anything else.
            tags: Labels.
            prompt_template: The text of a prompt template.
            prompt_template_version: Its version.
            prompt_template_variables: What was put into it.
        """
        words: dict[str, Any] = {
            "session_id": None if session_id in ("", None) else str(session_id),
            "user_id": None if user_id in ("", None) else str(user_id),
            "metadata": metadata or None,
            "tags": tags or None,
            "prompt_template": None if prompt_template in ("", None) else str(prompt_template),
            "prompt_template_version": None if prompt_template_version in ("", None) else str(prompt_template_version),
            "prompt_template_variables": prompt_template_variables or None,
        }
        self._words = {name: value for name, value in words.items() if value is not None}
        self._before: list[Any] = []

    def __enter__(self) -> using_attributes:
        self._before.append(_native.push_attributes(**self._words))
        return self

    def __exit__(self, *_: object) -> None:
        _native.pop_attributes(self._before.pop())

    async def __aenter__(self) -> using_attributes:
        return self.__enter__()

    async def __aexit__(self, *_: object) -> None:
        self.__exit__()

    def __call__(self, function: Function) -> Function:
        from tracewood._scope import scoped

        return scoped(function, self._words)  # type: ignore[no-any-return]


def get_current_span() -> Span | None:
    """The current span, or `None` where there is none that goes on."""
    return _native.current_span()


def get_current_trace_id() -> str | None:
    """The trace of the current span in 32 hex digits, or `None`."""
    ids = _native.current_ids()
    return None if ids is None else ids[0]


def get_current_span_id() -> str | None:
    """The current span in 16 hex digits, or `None`."""
    ids = _native.current_ids()
    return None if ids is None else ids[1]


def update_current_span(
    *,
    name: str | None = None,
    input: Any = None,
    output: Any = None,
    metadata: Mapping[str, Any] | None = None,
    model: str | None = None,
    model_parameters: Mapping[str, Any] | None = None,
    usage: Mapping[str, Any] | None = None,
    cost: float | None = None,
    prompt: Any = None,
    provider: str | None = None,
    tags: Sequence[str] | None = None,
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
        provider: Who runs the model.
        tags: Its labels.
    """
    current = _native.current_span()
    if current is not None:
        words = {
            "name": name,
            "input": input,
            "output": output,
            "metadata": metadata,
            "model": model,
            "model_parameters": model_parameters,
            "usage": usage,
            "cost_usd": cost,
            "prompt": prompt,
            "provider": provider,
            "tags": tags,
        }
        _native.update(current, words)


def update_current_trace(
    *,
    user_id: str | None = None,
    session_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Sequence[str] | None = None,
) -> None:
    """Says things of the trace from within any of its spans; what is `None` stays as it is.

    Args:
        user_id: Whom it is done for.
        session_id: The conversation that it belongs to.
        metadata: What to attach to it.
        tags: Its labels.
    """
    current = _native.current_span()
    if current is not None:
        words = {
            "trace_user_id": user_id,
            "trace_session_id": session_id,
            "trace_metadata": metadata,
            "trace_tags": tags,
        }
        _native.update(current, words)
