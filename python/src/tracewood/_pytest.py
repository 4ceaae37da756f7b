"""The pytest plugin: the fixture `tracewood_spans`, which keeps the spans of one test in memory."""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracewood.testing import Recorder

__all__ = ["tracewood_spans"]


@pytest.fixture
def tracewood_spans() -> Iterator[Recorder]:
    """The spans that end during the test."""
    from tracewood.testing import recorder

    with recorder() as spans:
        yield spans
