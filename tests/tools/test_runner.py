"""The runner of the suites counts what runners say, and fails where nothing was run."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "test.py"


@pytest.fixture(name="runner")
def loaded_runner() -> ModuleType:
    # The standard library has a module `test` of its own, so the file is loaded by its path.
    spec = importlib.util.spec_from_file_location("tracewood_test_runner", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_counts_of_all_rust_binaries_are_summed(runner: ModuleType) -> None:
    lines = [
        "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n",
        "test a ... ok\n",
        "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n",
    ]
    assert str(runner.count_cargo(lines)) == "5 passed, 1 failed, 1 skipped"


def test_last_line_of_totals_counts(runner: ModuleType) -> None:
    assert (
        str(runner.count_last_line(["1 passed, 1 failed\n", "9 passed, 0 failed\n", "bye\n"])) == "9 passed, 0 failed"
    )


def test_report_is_counted_case_by_case(runner: ModuleType, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite><testcase/><testcase><failure/></testcase><testcase><error/></testcase>"
        "<testcase><skipped/></testcase></testsuite></testsuites>"
    )
    assert str(runner.count_report(report)) == "1 passed, 2 failed, 1 skipped"
    assert str(runner.count_report(tmp_path / "absent.xml")) == "0 passed, 0 failed"


@pytest.mark.parametrize(
    ("program", "verdict", "counts"),
    [
        ("print('2 passed, 0 failed')", "ok", "2 passed, 0 failed"),
        ("print('2 passed, 1 failed')", "failed", "2 passed, 1 failed"),
        ("print('2 passed, 0 failed'); raise SystemExit(1)", "failed", "2 passed, 1 failed"),
        ("print('nothing here')", "no test was run", "0 passed, 0 failed"),
    ],
)
def test_verdict_needs_tests_and_a_clean_end(runner: ModuleType, program: str, verdict: str, counts: str) -> None:
    suite = runner.Suite("trial", (sys.executable, "-c", program), runner.count_last_line)
    outcome = runner.run(suite)
    assert (outcome.verdict, str(outcome.counts)) == (verdict, counts)


def test_suite_that_the_interpreter_cannot_run_is_left_out_and_said(
    runner: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = runner.run(runner.integrations((3, 10)))
    assert (outcome.is_well, str(outcome.counts)) == (True, "0 passed, 0 failed")
    assert outcome.verdict == "left out: the libraries need CPython 3.11, this is 3.10"
    assert "integrations: left out, the libraries need CPython 3.11" in capsys.readouterr().out
    assert not runner.integrations((3, 11)).left_out
