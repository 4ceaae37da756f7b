"""What the tests of the package share: spans in memory, and a process without settings of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tracewood import _client
from tracewood.testing import Recorder, recorder

PREFIXES = ("TRACEWOOD_", "TRACEROOT_", "MUTAGENT_", "OTEL_", "GITHUB_", "CI_")


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the machine is seen, and no destination outlives its test."""
    for name in list(os.environ):
        if name.startswith(PREFIXES):
            monkeypatch.delenv(name)
    yield
    _client.shutdown(2.0)
    _client._shut_down.clear()
    from tracewood import _native

    _native.set_observer(None)
    _native.rearm()


@pytest.fixture
def spans() -> Iterator[Recorder]:
    with recorder() as kept:
        yield kept


@pytest.fixture
def run_python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program in a process of its own."""

    def run(program: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIXES)}
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            env={**environ, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
