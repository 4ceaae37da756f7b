"""Traces that go on in another process: the trace context of W3C out of headers, and into them."""

from __future__ import annotations

from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, MutableMapping
    from types import TracebackType
    from typing import Any, TypeVar

    Headers = TypeVar("Headers", bound=MutableMapping[str, str])

__all__ = ["extract", "inject"]

_HEX = frozenset("0123456789abcdef")
# What W3C asks to be passed on at least, and the most members that it allows.
_TRACESTATE_CHARACTERS_MAX = 8192
_TRACESTATE_MEMBERS_MAX = 32


def inject(headers: Headers) -> Headers:
    """Writes the current span into headers, so that what is called with them goes on with its trace.

    Without a current span nothing is written. A mapping that refuses to be written to is left as it is.

    Args:
        headers: Anything with items that can be set, such as the headers of a request that is about to be sent.

    Returns:
        The same headers.
    """
    told = _native.current_headers()
    if told is not None:
        traceparent, tracestate = told
        try:
            headers["traceparent"] = traceparent
            if tracestate:
                headers["tracestate"] = tracestate
        except Exception:
            _native.log(10, "inject() could not write into the headers")
    return headers


class extract:
    """The span of another process out of the headers that came from there.

        with tracewood.extract(request.headers):
            answer()  # its span is a child of the one over there

        span = tracewood.start_span("answer", parent=tracewood.extract(request.headers))

    Names of headers are told apart without regard to case; a WSGI environment and ASGI's pairs of bytes are read too.
    Headers that are absent or malformed are ignored: the block then changes nothing. The object may be used any number
    of times, also in `async with`.
    """

    __slots__ = ("_entered", "_told")

    def __init__(self, headers: Mapping[Any, Any] | Iterable[tuple[Any, Any]] | None) -> None:
        """Reads the headers, and never raises.

        Args:
            headers: A mapping, or pairs, of texts or bytes.
        """
        self._told: tuple[str, str, bool, str] | None = None
        self._entered: list[_native.Span | None] = []
        try:
            self._told = _read(headers)
        except Exception:
            _native.log(10, "extract() could not read the headers")

    @property
    def trace_id(self) -> str | None:
        """The trace in 32 hex digits; `None` where the headers named none."""
        return None if self._told is None else self._told[0]

    @property
    def span_id(self) -> str | None:
        """The span over there in 16 hex digits; `None` where the headers named none."""
        return None if self._told is None else self._told[1]

    @property
    def is_sampled(self) -> bool | None:
        """Whether the trace is kept over there, which its spans here follow; `None` where the headers named none."""
        return None if self._told is None else self._told[2]

    def __bool__(self) -> bool:
        return self._told is not None

    def remote(self) -> _native.Span | None:
        """What stands for the span over there, for one use."""
        return None if self._told is None else _native.remote_span(*self._told)

    def __enter__(self) -> extract:
        remote = self.remote()
        if remote is not None:
            remote.activate()
        self._entered.append(remote)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        remote = self._entered.pop()
        if remote is not None:
            remote.end()

    async def __aenter__(self) -> extract:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)


def _read(headers: Any) -> tuple[str, str, bool, str] | None:
    """The trace, the span, whether it is sampled and the state; `None` where the headers do not say so."""
    if headers is None:
        return None
    parents: list[str] = []
    states: list[str] = []
    for key, value in headers.items() if hasattr(headers, "items") else headers:
        name = _text(key).lower().replace("_", "-").removeprefix("http-")
        if name in ("traceparent", "tracestate"):
            values = value if isinstance(value, (list, tuple)) else [value]
            (parents if name == "traceparent" else states).extend(_text(item).strip() for item in values)
    # Two parents are as good as none.
    found = _parent(parents[0]) if len(parents) == 1 else None
    return None if found is None else (*found, _state(",".join(states)))


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _parent(text: str) -> tuple[str, str, bool] | None:
    """The fields of a `traceparent`, of version 00 or of a later one that begins in the same way."""
    fields = text.split("-")
    if len(fields) < 4 or [len(field) for field in fields[:4]] != [2, 32, 16, 2]:
        return None
    version, trace_id, span_id, flags = fields[:4]
    is_hex = all(_HEX.issuperset(field) for field in fields[:4])
    is_known = version != "ff" and (version != "00" or len(fields) == 4)
    if not is_hex or not is_known or not trace_id.strip("0") or not span_id.strip("0"):
        return None
    return trace_id, span_id, bool(int(flags, 16) & 1)


def _state(text: str) -> str:
    """A `tracestate` that may be passed on; one that is malformed is dropped as a whole."""
    members = [member.strip() for member in text.split(",") if member.strip()]
    is_sound = (
        len(members) <= _TRACESTATE_MEMBERS_MAX
        and len(text) <= _TRACESTATE_CHARACTERS_MAX
        and all(member.isascii() and member.isprintable() and member.find("=") > 0 for member in members)
    )
    return ",".join(members) if is_sound else ""
