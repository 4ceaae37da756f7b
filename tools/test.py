"""Runs the test suites, streams what they say, and ends with a table and one line of totals.

Usage: `tools/test.py [SUITE...]`; all suites without names. Ends with 1 if a test failed, if a runner failed, or if a
suite executed no test at all, since a suite that is not found would otherwise look like one that passes.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import steps

REPORTS = steps.ROOT / "build" / "reports"
CARGO_RESULT = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored")
# What asks for OpenTelemetry's interfaces, and what must hold with its context as well as without.
WITH_OPENTELEMETRY = tuple(
    f"tests/test_{name}.py"
    for name in ("otel", "otel_processors", "otel_wires", "context", "generators", "mutagent", "remote", "wrap")
)
LAST_LINE = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$")


@dataclass
class Counts:
    """How many tests passed, failed and were skipped."""

    n_passed: int = 0
    n_failed: int = 0
    n_skipped: int = 0

    def add(self, other: Counts) -> None:
        """Adds the counts of another suite."""
        self.n_passed += other.n_passed
        self.n_failed += other.n_failed
        self.n_skipped += other.n_skipped

    def __str__(self) -> str:
        """The line that the whole run ends with."""
        skipped = f", {self.n_skipped} skipped" if self.n_skipped else ""
        return f"{self.n_passed} passed, {self.n_failed} failed{skipped}"


@dataclass(frozen=True)
class Suite:
    """One runner: its command, where it is run, and how its counts are read from its output."""

    name: str
    command: tuple[str, ...]
    count: Callable[[Iterable[str]], Counts]
    where: Path = steps.ROOT
    # Why this interpreter cannot run it; empty where it can.
    left_out: str = ""


def count_cargo(lines: Iterable[str]) -> Counts:
    """Sums the result lines that every Rust test binary ends with."""
    total = Counts()
    for line in lines:
        if found := CARGO_RESULT.match(line):
            total.add(Counts(*(int(number) for number in found.groups())))
    return total


def count_last_line(lines: Iterable[str]) -> Counts:
    """Reads the totals from the last such line."""
    total = Counts()
    for line in lines:
        if found := LAST_LINE.match(line.strip()):
            total = Counts(*(int(number or 0) for number in found.groups()))
    return total


def count_report(report: Path) -> Counts:
    """Reads the totals from a JUnit report, which pytest and Vitest write alike."""
    if not report.is_file():
        return Counts()
    total = Counts()
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            total.n_failed += 1
        elif case.find("skipped") is not None:
            total.n_skipped += 1
        else:
            total.n_passed += 1
    return total


def report_of(name: str) -> Path:
    """Where a suite writes its report."""
    return REPORTS / f"{name}.xml"


def pytest_suite(name: str, *paths: str, where: Path = steps.ROOT, venv: Path = steps.VENV) -> Suite:
    """A suite that pytest runs, in the project's environment unless another one is named."""
    report = report_of(name)
    command = (str(steps.venv_python(venv)), "-m", "pytest", "-q", "-ra", f"--junitxml={report}", *paths)
    return Suite(name, command, lambda _: count_report(report), where)


def suites() -> list[Suite]:
    """Every suite, the quick and telling ones first."""
    page = report_of("page")
    vitest = (
        "npm",
        "test",
        "--silent",
        "-w",
        "web",
        "--",
        "--reporter=default",
        "--reporter=junit",
        f"--outputFile={page}",
    )
    rust = ("cargo", "test", "--locked", *steps.TESTED_CRATES, "--no-fail-fast")
    return [
        Suite("lint", (sys.executable, "tools/lint.py"), count_last_line),
        Suite("rust", rust, count_cargo),
        pytest_suite("tools", "tests/tools", "tests/providers"),
        pytest_suite("python", "tests", "--ignore-glob=*test_otel*", where=steps.ROOT / "python"),
        # In a process of its own: once OpenTelemetry is imported, the current span lies elsewhere for all tests.
        pytest_suite("opentelemetry", *WITH_OPENTELEMETRY, where=steps.ROOT / "python"),
        pytest_suite("behaviour", "tests/behaviour"),
        Suite("page", vitest, lambda _: count_report(page)),
        pytest_suite("clients", "tests/clients"),
        # Most of it is the start of other programs, one for each library.
        integrations(sys.version_info[:2]),
        pytest_suite("coexistence", "tests/coexistence", venv=steps.client_venv("coexistence")),
        pytest_suite("e2e", "tests/e2e"),
    ]


def integrations(version: tuple[int, int]) -> Suite:
    """The suite of the libraries that are traced, left out where they cannot be installed."""
    suite = pytest_suite("integrations", "tests/integrations", "-n2", venv=steps.client_venv("integrations-current"))
    oldest = steps.OLDEST_PYTHON_FOR_INTEGRATIONS
    if version >= oldest:
        return suite
    needed, running = (".".join(map(str, each)) for each in (oldest, version))
    return replace(suite, left_out=f"the libraries need CPython {needed}, this is {running}")


@dataclass(frozen=True)
class Outcome:
    """What came of a suite."""

    suite: Suite
    counts: Counts
    exit_code: int
    seconds: float

    @property
    def verdict(self) -> str:
        """A few words for the table; see `is_well` for what fails the run."""
        if self.suite.left_out:
            return f"left out: {self.suite.left_out}"
        if self.counts.n_failed or self.exit_code != 0:
            return "failed"
        return "ok" if self.counts.n_passed else "no test was run"

    @property
    def is_well(self) -> bool:
        """Whether it ran and nothing failed, or this interpreter cannot run it."""
        return bool(self.suite.left_out) or self.verdict == "ok"


def run(suite: Suite) -> Outcome:
    """Runs one suite with its output on the screen, unless it is left out."""
    if suite.left_out:
        print(f"\n=== {suite.name}: left out, {suite.left_out}", flush=True)
        return Outcome(suite, Counts(), 0, 0.0)
    print(f"\n=== {suite.name}: {' '.join(suite.command)}", flush=True)
    began = time.monotonic()
    report_of(suite.name).unlink(missing_ok=True)
    lines = []
    with subprocess.Popen(
        suite.command,
        cwd=suite.where,
        env=steps.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    counts = suite.count(lines)
    if process.returncode != 0 and counts.n_failed == 0:
        # It did not compile, or it fell over before it could count.
        counts.n_failed = 1
    return Outcome(suite, counts, process.returncode, time.monotonic() - began)


def main(names: list[str]) -> int:
    """Runs the named suites, or all."""
    known = {suite.name: suite for suite in suites()}
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"unknown suite '{unknown[0]}'; there are {', '.join(known)}", file=sys.stderr)
        return 2
    # A shell that runs this in the background has it ignore Ctrl-C, and the programs under test would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    REPORTS.mkdir(parents=True, exist_ok=True)
    outcomes = [run(known[name]) for name in names or known]
    total = Counts()
    print(f"\n{'suite':<14}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for outcome in outcomes:
        counts = outcome.counts
        total.add(counts)
        mark = "" if outcome.verdict == "ok" else f"  {outcome.verdict}"
        numbers = f"{counts.n_passed:>8}{counts.n_failed:>8}{counts.n_skipped:>9}{outcome.seconds:>9.1f}"
        print(f"{outcome.suite.name:<14}{numbers}{mark}")
    print(total)
    return 0 if all(outcome.is_well for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
