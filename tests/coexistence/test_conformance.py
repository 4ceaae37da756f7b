"""OpenTelemetry's own tests of its API and SDK, as their published sources hold them, run against our provider."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / ".venv-clients" / "coexistence" / "sources"
PLUGIN = Path(__file__).parent / "conformance"
# The package of the tests, the files in it, and how many tests and spans there are at least: fewer would mean that the
# tests moved away.
SUITES = {
    "opentelemetry_sdk": (["tests/trace", "tests/context/test_asyncio.py"], 260, 80),
    "opentelemetry_api": (
        ["tests/trace", "tests/context", "tests/propagators", "tests/util/test_contextmanager.py"],
        170,
        0,
    ),
}


@pytest.mark.parametrize("package", SUITES)
def test_published_tests_pass_against_ours(package: str, tmp_path: Path) -> None:
    paths, n_tests_min, n_spans_min = SUITES[package]
    (source,) = SOURCES.glob(f"{package}-*")
    report = tmp_path / "report.xml"
    # `python` of the tests that start one is the one that runs them.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "PYTEST_"))}
    environ |= {"PYTHONPATH": str(PLUGIN), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environ['PATH']}"}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tracewood_conformance", "-p", "no:cacheprovider"),
            *("--rootdir", str(source), "-c", os.devnull, f"--junitxml={report}", *paths),
        ],
        cwd=source,
        env=environ,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    assert len(cases) >= n_tests_min
    assert not [case.get("name") for case in cases if case.find("skipped") is not None]
    told = re.search(r"spans of ours: (\d+)", done.stdout)
    assert told is not None
    assert int(told.group(1)) >= n_spans_min
