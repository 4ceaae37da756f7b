"""What cannot be traced is said once and changes nothing: missing packages, wrong versions, failing instrumentors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor

from integrations.saying import ANSWER, QUESTION
from tracewood import integrations, testing
from tracewood.integrations import _content, _recipe

ASKED: Any = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": QUESTION}]}


@pytest.fixture(autouse=True)
def nothing_is_traced() -> Iterator[None]:
    integrations._warned.clear()
    yield
    integrations.uninstrument()


@pytest.fixture(autouse=True)
def own_switches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for variable, _, _ in _content._VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    _content._set_here.clear()
    yield
    for variable in _content._set_here:
        os.environ.pop(variable, None)


def ask() -> str:
    with OpenAI(max_retries=0) as client:
        return str(client.chat.completions.create(**ASKED).choices[0].message.content)


def test_calls_are_traced_from_the_name_on_and_no_longer_after_its_end(spans: testing.Recorder) -> None:
    assert integrations.instrument(["openai", "openai"]) == ["openai"]
    assert integrations.active() == ["openai"]
    assert ask() == ANSWER
    assert [span["name"] for span in spans.all()] == ["ChatCompletion"]
    integrations.uninstrument("openai")
    assert ask() == ANSWER
    assert len(spans.all()) == 1


def test_missing_library_is_one_warning_with_the_line_to_type(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        assert integrations.instrument(["llama_index", "crewai"]) == []
    assert [record.message for record in caplog.records] == [
        "'llama_index.core' is not installed, so it is not traced: "
        'pip install llama-index-core "tracewood[llama-index]"',
        "'crewai' is not installed, so it is not traced: pip install crewai \"tracewood[crewai]\"",
    ]


def test_missing_instrumentation_is_one_warning_with_the_line_to_type(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = _recipe.is_installed
    monkeypatch.setattr(_recipe, "is_installed", lambda name: "openinference" not in name and installed(name))
    assert integrations.instrument("openai") == []
    assert ask() == ANSWER
    assert [record.message for record in caplog.records if record.name == "tracewood"] == [
        "'openai' is not traced: 'openinference.instrumentation.openai' is not installed: "
        'pip install "tracewood[openai]"'
    ]


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1.99", "openai 1.99 is too old to be traced, 2.8 is the oldest that can be: pip install --upgrade openai"),
        ("99.0", "openai 99.0 is too new to be traced, versions before 9 can be: pip install 'openai<9'"),
    ],
)
def test_unsupported_version_is_said_and_left_alone(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, spans: testing.Recorder, version: str, said: str
) -> None:
    recipe = _recipe.registered("openai")
    monkeypatch.setattr(recipe, "version_before", "9")
    monkeypatch.setattr(_recipe, "version_of", lambda _: version)
    assert integrations.instrument("openai") == []
    assert ask() == ANSWER
    assert [record.message for record in caplog.records if record.name == "tracewood"] == [said]
    assert spans.all() == []


def test_instrumentor_that_raises_leaves_the_library_as_it_was(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, spans: testing.Recorder
) -> None:
    original = OpenAI.request
    whole = OpenAIInstrumentor._instrument

    def half(self: Any, **kwargs: Any) -> None:
        whole(self, **kwargs)
        raise RuntimeError("out of luck")

    monkeypatch.setattr(OpenAIInstrumentor, "_instrument", half)
    assert integrations.instrument("openai") == []
    assert OpenAI.request is original
    assert ask() == ANSWER
    assert spans.all() == []
    warned = [record.message for record in caplog.records if record.name == "tracewood"]
    assert warned == ["'openai' is not traced, its instrumentation failed: RuntimeError: out of luck"]


def test_library_that_something_else_traces_stays_with_it(caplog: pytest.LogCaptureFixture) -> None:
    OpenAIInstrumentor().instrument()
    try:
        assert integrations.instrument("openai") == []
        assert OpenAIInstrumentor().is_instrumented_by_opentelemetry
    finally:
        OpenAIInstrumentor().uninstrument()
    assert "something else traces it already" in caplog.text


def test_every_recipe_is_registered_under_its_name_with_its_extra() -> None:
    recipes = [_recipe.registered(name) for name in integrations.NAMES]
    assert [recipe.name for recipe in recipes] == list(integrations.NAMES)
    assert [recipe.extra for recipe in recipes] == [name.replace("_", "-") for name in integrations.NAMES]


@pytest.mark.parametrize(
    ("capture", "has_input", "has_output"),
    [({}, True, True), ({"capture_input": False}, False, True), ({"capture_output": False}, True, False)],
)
def test_content_is_recorded_unless_somebody_objects(
    spans: testing.Recorder, capture: dict[str, bool], has_input: bool, has_output: bool
) -> None:
    integrations.instrument("openai", **capture)
    ask()
    (span,) = spans.all()
    text = str({**span, "output": None, "attributes": span["attributes"]})
    assert (QUESTION in text, ANSWER in text) == (has_input, has_output)
    assert span["usage"]["input_tokens"] == 120
    whole = has_input and has_output
    assert os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] == ("SPAN_ONLY" if whole else "NO_CONTENT")
    mode = "content" if whole else "metadata_only"
    assert os.environ["ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE"] == mode


def test_switch_that_the_user_has_set_speaks_for_every_integration(
    spans: testing.Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "NO_CONTENT")
    integrations.instrument("openai")
    ask()
    (span,) = spans.all()
    assert QUESTION not in str(span)
    assert ANSWER not in str(span)
    assert os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] == "NO_CONTENT"
