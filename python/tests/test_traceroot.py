"""The face `traceroot`: names, signatures, defaults, variables and life cycle of TraceRoot's SDK."""

from __future__ import annotations

import inspect
import threading

import pytest

import traceroot
from traceroot import constants
from tracewood import _native
from tracewood.testing import Recorder

URL = "http://127.0.0.1:9"


def names(function: object) -> list[tuple[str, object]]:
    parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    return [(parameter.name, parameter.default) for parameter in parameters]


def test_exports_are_there() -> None:
    for name in traceroot.__all__:
        assert getattr(traceroot, name) is not None
    wanted = "initialize observe using_attributes update_current_span update_current_trace Integration get_client flush"
    wanted += " shutdown TracerootClient get_current_trace_id get_current_span_id SpanKind __version__"
    assert set(wanted.split()) == set(traceroot.__all__)
    assert constants.SpanKind is traceroot.SpanKind


def test_signatures_are_those_of_the_package() -> None:
    initialize = names(traceroot.initialize)
    assert [name for name, _ in initialize] == [
        *("api_key", "host_url", "flush_interval", "batch_size", "timeout", "enabled", "integrations", "git_repo"),
        *("git_ref", "redact", "environment"),
    ]
    assert {default for _, default in initialize} == {None}
    kinds = [parameter.kind for parameter in inspect.signature(traceroot.initialize).parameters.values()]
    assert kinds == [inspect.Parameter.POSITIONAL_OR_KEYWORD] * 10 + [inspect.Parameter.KEYWORD_ONLY]
    assert names(traceroot.observe) == [
        ("name", None),
        ("type", traceroot.SpanKind.SPAN),
        ("metadata", None),
        ("tags", None),
        ("capture_input", True),
        ("capture_output", True),
        ("session_id", None),
        ("user_id", None),
    ]
    words = ["name", "input", "output", "metadata", "model", "model_parameters", "usage", "cost", "prompt"]
    assert names(traceroot.update_current_span) == [(word, None) for word in words]
    words = ["user_id", "session_id", "metadata", "tags"]
    assert names(traceroot.update_current_trace) == [(word, None) for word in words]


def test_kinds_and_integrations_are_text_too() -> None:
    kinds = [kind.value for kind in traceroot.SpanKind]
    assert kinds == ["span", "agent", "tool", "llm", "evaluation", "task", "scorer"]
    assert str(traceroot.SpanKind.LLM) == traceroot.SpanKind.LLM == "llm"
    assert len(traceroot.Integration) == 17
    assert traceroot.Integration.GOOGLE_GENAI == "google_genai"


def test_missing_key_is_one_warning_and_a_later_initialize_works(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @traceroot.observe(type="agent")
    def work() -> int:
        return 1

    assert [work(), work()] == [1, 1]
    assert caplog.text.count("TRACEROOT_API_KEY") == 1
    assert traceroot.get_client().enabled is False
    client = traceroot.initialize(api_key="k", host_url=URL)
    assert client.enabled
    assert traceroot.get_client() is client
    assert _native.is_active()


def test_first_call_starts_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACEROOT_API_KEY", "from env")
    monkeypatch.setenv("TRACEROOT_HOST_URL", URL + "/")
    monkeypatch.setenv("TRACEROOT_FLUSH_AT", "7")
    monkeypatch.setenv("TRACEROOT_FLUSH_INTERVAL", "0.5")
    monkeypatch.setenv("TRACEROOT_TIMEOUT", "0.5")
    monkeypatch.setenv("TRACEROOT_GIT_REPO", "o/n")
    monkeypatch.setenv("TRACEROOT_GIT_REF", "abc")
    monkeypatch.setenv("TRACEROOT_ENVIRONMENT", "staging")

    @traceroot.observe
    def work() -> str | None:
        return traceroot.get_current_trace_id()

    trace_id = work()
    assert trace_id is not None
    assert len(trace_id) == 32
    client = traceroot.get_client()
    assert client.enabled
    told = (client.api_key, client.host_url, client.batch_size, client.flush_interval, client.timeout)
    assert told == ("from env", URL, 7, 0.5, 0.5)
    assert (client.git_repo, client.git_ref, client.environment) == ("o/n", "abc", "staging")


def test_broken_variable_never_reaches_the_call(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TRACEROOT_API_KEY", "k")
    monkeypatch.setenv("TRACEROOT_HOST_URL", URL)
    monkeypatch.setenv("TRACEROOT_FLUSH_AT", "abc")
    assert traceroot.observe(lambda: 1)() == 1
    assert "TRACEROOT_FLUSH_AT='abc' is not a whole number from 1 to 2048" in caplog.text
    assert traceroot.get_client().batch_size == 100


def test_broken_argument_raises() -> None:
    with pytest.raises(ValueError, match="batch_size=5000"):
        traceroot.initialize("k", URL, None, 5000)


def test_switch_is_off_for_four_words_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for word, is_on in (("FALSE", False), ("0", False), ("no", False), ("off", False), ("anything", True)):
        monkeypatch.setenv("TRACEROOT_ENABLED", word)
        assert traceroot.initialize("k", URL).enabled is is_on
        traceroot.shutdown()
    assert traceroot.initialize("k", URL, enabled=False).enabled is False


def test_second_initialize_warns_and_keeps_the_first(caplog: pytest.LogCaptureFixture) -> None:
    first = traceroot.initialize("k", URL)
    assert traceroot.initialize("other", URL) is first
    assert "initialized already" in caplog.text


def test_shutdown_then_initialize_works(spans: Recorder) -> None:
    first = traceroot.initialize("k", URL)
    traceroot.shutdown()
    traceroot.shutdown()
    assert not first.enabled
    traceroot.observe(lambda: 1)()
    assert not first.enabled
    second = traceroot.initialize("k", URL)
    assert second is not first
    assert second.enabled


def test_initialize_from_many_threads_makes_one_client() -> None:
    clients = []
    threads = [threading.Thread(target=lambda: clients.append(traceroot.initialize("k", URL))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, clients))) == 1


def test_integrations_resolve_and_what_is_missing_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    from tracewood import integrations

    integrations._warned.clear()
    wanted = [*traceroot.Integration, "agno", "nonsense"]
    traceroot.initialize("k", URL, integrations=wanted)
    integrations.instrument(wanted)
    assert caplog.text.count('pip install agno "tracewood[agno]"') == 1
    assert caplog.text.count("'nonsense' is no integration") == 1
    assert {integrations.resolve(each) for each in traceroot.Integration} == set(integrations.NAMES)


def test_status_message_tells_the_type(spans: Recorder) -> None:
    @traceroot.observe
    def fails() -> None:
        raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        fails()
    assert spans.one("fails")["status_message"] == "ValueError: boom"
