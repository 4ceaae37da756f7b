"""Spans in memory, for the tests of programs that are traced.

    def test_agent_asks_the_tool(tracewood_spans):
        answer("What is the weather?")
        assert [span["name"] for span in tracewood_spans.all()] == ["weather", "answer"]

The fixture `tracewood_spans` is there as soon as the package is installed; `recorder` does the same in a `with` block.
"""

from __future__ import annotations

from tracewood import _native, _opentelemetry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Recorder", "recorder"]

_NAME = "tracewood testing"
_WAIT_SECONDS = 10.0


class Recorder:
    """The spans that ended while it was there."""

    def __init__(self) -> None:
        self._memory: _native.Memory | None = None

    def __enter__(self) -> Recorder:
        _opentelemetry.join()
        self._memory = _native.add_memory(_NAME)
        return self

    def __exit__(self, *_: object) -> None:
        _native.remove_destination(_NAME)

    def all(self) -> list[dict[str, Any]]:
        """Every span that has ended, in the order of their ends."""
        _native.flush(_WAIT_SECONDS)
        return [] if self._memory is None else self._memory.spans()

    def one(self, name: str) -> dict[str, Any]:
        """The only span of a name.

        Args:
            name: What it is called.

        Returns:
            The span.

        Raises:
            LookupError: If there is none, or more than one.
        """
        spans = self.all()
        found = [span for span in spans if span["name"] == name]
        if len(found) != 1:
            names = ", ".join(span["name"] for span in spans) or "no span at all"
            raise LookupError(f"{len(found)} spans are called '{name}'; there is {names}")
        return found[0]

    def tree(self, *fields: str) -> list[dict[str, Any]]:
        """The spans as trees: each with its name, the fields asked for, and its children in the order of their starts.

        Args:
            *fields: Keys of a span, such as `kind` or `output`.

        Returns:
            The roots; a span whose parent is not here is one.
        """
        spans = sorted(self.all(), key=lambda span: span["started_at_unix_nanos"])
        nodes = {
            span["span_id"]: {"name": span["name"], **{field: span[field] for field in fields}, "children": []}
            for span in spans
        }
        roots: list[dict[str, Any]] = []
        for span in spans:
            parent = nodes.get(span["parent_span_id"])
            (roots if parent is None else parent["children"]).append(nodes[span["span_id"]])
        return roots

    def clear(self) -> None:
        """Forgets the spans so far."""
        _native.flush(_WAIT_SECONDS)
        if self._memory is not None:
            self._memory.clear()


def recorder() -> Recorder:
    """A block in which spans are kept in memory: `with tracewood.testing.recorder() as spans: …`."""
    return Recorder()
