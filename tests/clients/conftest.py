"""A server for each test: the built binary, an empty data directory, ports of the system's choice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import live


@pytest.fixture
def server(tmp_path: Path) -> Iterator[live.Server]:
    with live.serving(tmp_path / "data") as running:
        yield running
