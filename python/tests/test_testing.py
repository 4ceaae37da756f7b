"""What users test their own programs with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tracewood
from tracewood.testing import Recorder, recorder


@tracewood.observe(type="tool")
def weather(city: str) -> str:
    return f"sunny in {city}"


@tracewood.observe(type="agent")
def answer(question: str) -> str:
    return weather("Rome")


def test_fixture_keeps_the_spans_of_one_test(tracewood_spans: Recorder) -> None:
    answer("What is the weather?")
    assert [span["name"] for span in tracewood_spans.all()] == ["weather", "answer"]
    assert tracewood_spans.tree("kind", "output") == [
        {
            "name": "answer",
            "kind": "agent",
            "output": "sunny in Rome",
            "children": [{"name": "weather", "kind": "tool", "output": "sunny in Rome", "children": []}],
        }
    ]
    tracewood_spans.clear()
    assert tracewood_spans.all() == []


def test_block_keeps_spans_and_stops() -> None:
    with recorder() as spans:
        weather("Oslo")
        assert spans.one("weather")["input"] == {"city": "Oslo"}
    weather("Rome")
    assert len(spans.all()) == 1


def test_one_tells_what_there_is() -> None:
    with recorder() as spans:
        weather("Oslo")
        with pytest.raises(LookupError, match="0 spans are called 'rain'; there is weather"):
            spans.one("rain")
    with pytest.raises(LookupError, match="no span at all"):
        Recorder().one("x")


def test_example_of_the_readme_runs(tmp_path: Path) -> None:
    readme = Path(__file__).parent.parent.joinpath("README.md").read_text()
    example = readme.split("\n## Testing\n")[1].split("```python\n")[1].split("```")[0]
    tmp_path.joinpath("test_example.py").write_text(example)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout
