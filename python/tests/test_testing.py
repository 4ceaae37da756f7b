"""What users test their own programs with."""

from __future__ import annotations

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
