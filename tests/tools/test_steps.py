"""A build step is done again exactly where what it depends on changed, and a failed one is not taken for done."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

import steps


@dataclass
class Trial:
    """A step that counts how often it is run."""

    source: Path
    made: Path
    n_runs: int = 0
    fails: bool = False

    def run(self) -> str:
        self.n_runs += 1
        if self.fails:
            raise steps.StepError("it broke")
        self.made.write_text("made")
        return "a word"


@pytest.fixture(name="trial")
def step_in_an_empty_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trial:
    trial = Trial(tmp_path / "source", tmp_path / "made")
    trial.source.write_text("one")
    step = steps.Step("the trial", trial.run, lambda: [trial.source], is_made=trial.made.exists)
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(steps, "STEPS", {"trial": step})
    monkeypatch.setattr(steps, "claim_target", lambda: None)
    return trial


def test_step_runs_once_for_the_same_inputs(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    assert steps.main(["trial"]) == 0
    assert "[1/1] the trial: done in" in capsys.readouterr().out
    assert steps.main(["trial"]) == 0
    assert capsys.readouterr().out == "[1/1] the trial: up to date\n"
    assert trial.n_runs == 1


def test_step_runs_again_after_a_change(trial: Trial) -> None:
    steps.main(["trial"])
    trial.source.write_text("two")
    steps.main(["trial"])
    trial.source.write_text("one")
    steps.main(["trial"])
    assert trial.n_runs == 3


def test_step_runs_again_when_what_it_made_is_gone(trial: Trial) -> None:
    steps.main(["trial"])
    trial.made.unlink()
    steps.main(["trial"])
    assert trial.n_runs == 2


def test_failed_step_stops_the_run_and_is_tried_again(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    steps.main(["trial"])
    trial.source.write_text("two")
    trial.fails = True
    assert steps.main(["trial", "trial"]) == 1
    assert trial.n_runs == 2
    assert "the trial: failed: it broke" in capsys.readouterr().err
    trial.fails = False
    trial.source.write_text("one")
    steps.main(["trial"])
    assert trial.n_runs == 3


def test_sources_are_looked_at_anew_when_another_clone_used_the_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACEWOOD_TARGET_DIR", str(tmp_path / "target"))
    sources = {}
    for clone in ("one", "two"):
        sources[clone] = tmp_path / clone / "crates" / "span" / "src" / "lib.rs"
        sources[clone].parent.mkdir(parents=True)
        sources[clone].write_text("")
        os.utime(sources[clone], (1000, 1000))

    def claim(clone: str) -> bool:
        os.utime(sources[clone], (1000, 1000))
        monkeypatch.setattr(steps, "ROOT", tmp_path / clone)
        steps.claim_target()
        return sources[clone].stat().st_mtime != 1000

    assert [claim("one"), claim("one"), claim("two"), claim("two"), claim("one")] == [False, False, True, False, True]


def test_unknown_step_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert steps.main(["nonsense"]) == 2
    assert "venv" in capsys.readouterr().err
