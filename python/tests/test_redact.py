"""The function that looks through every span before it leaves the process: nothing passes it unseen."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk import trace as sdk_trace
from opentelemetry.trace import StatusCode

import traceroot
from tracewood import _native, otel
from tracewood.testing import Recorder


@traceroot.observe(metadata={"key": "secret"})
def work(key: str) -> dict[str, str]:
    traceroot.update_current_span(prompt="the secret", model="m")
    return {"answer": key}


def hide(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value.replace("secret", "***") if isinstance(value, str) else value for key, value in told.items()}


def test_texts_are_rewritten_and_the_rest_stays(spans: Recorder, server_url: str) -> None:
    traceroot.initialize("k", server_url, redact=hide)
    with traceroot.using_attributes(user_id="secret user", metadata={"m": "secret"}):
        work("secret")
    span = spans.one("work")
    assert (span["input"], span["output"], span["model"]) == ({"key": "***"}, {"answer": "***"}, "m")
    assert span["metadata"] == {"key": "***", "m": "***"}
    assert span["user_id"] == "secret user"
    assert span["attributes"]["traceroot.redacted"] is True


def test_exceptions_are_looked_through_too(spans: Recorder, server_url: str) -> None:
    traceroot.initialize("k", server_url, redact=hide)

    @traceroot.observe
    def fails() -> None:
        raise ValueError("secret")

    with pytest.raises(ValueError, match="secret"):
        fails()
    span = spans.one("fails")
    assert span["status_message"] == "ValueError: ***"
    assert "secret" not in str(span["events"])


def their_call(tracer: Any) -> None:
    """What an instrumentation says of a model call."""
    attributes = {"llm.input_messages.0.message.content": "secret", "llm.model_name": "m"}
    with tracer.start_as_current_span("their call", attributes=attributes) as span:
        span.add_event("gen_ai.content.completion", {"text": "secret"})
        span.set_status(StatusCode.ERROR, "secret")


def test_spans_of_instrumentations_are_looked_through_too(spans: Recorder, server_url: str) -> None:
    traceroot.initialize("k", server_url, redact=hide)
    their_call(otel.tracer_provider().get_tracer("their.instrumentation"))
    span = spans.one("their call")
    assert "secret" not in str(span)
    assert span["attributes"]["llm.input_messages.0.message.content"] == "***"
    assert (span["model"], span["status_message"]) == ("m", "***")


def test_spans_of_somebody_elses_provider_are_looked_through_too(spans: Recorder, server_url: str) -> None:
    traceroot.initialize("k", server_url, redact=lambda told: 1 / 0)
    provider = sdk_trace.TracerProvider()
    provider.add_span_processor(otel.span_processor())
    their_call(provider.get_tracer("their.instrumentation"))
    assert "secret" not in str(spans.one("their call"))


@pytest.mark.parametrize("broken", [lambda told: 1 / 0, lambda told: None, lambda told: "text"])
def test_failure_lets_no_text_pass_and_never_raises(spans: Recorder, server_url: str, broken: Any) -> None:
    traceroot.initialize("k", server_url, redact=broken)
    assert work("secret") == {"answer": "secret"}
    span = spans.one("work")
    assert (span["input"], span["output"]) == ("[redaction failed]", "[redaction failed]")
    assert "secret" not in str(span)


def test_function_that_is_traced_itself_ends(spans: Recorder, server_url: str) -> None:
    def looks(told: dict[str, Any]) -> dict[str, Any]:
        work("secret")
        return hide(told)

    traceroot.initialize("k", server_url, redact=looks)
    work("secret")
    assert "secret" not in str(spans.all())
    assert spans.all()[-1]["output"] == {"answer": "***"}


def test_function_runs_in_no_thread_of_the_program_and_waits_for_none(spans: Recorder, server_url: str) -> None:
    ran_in: set[int] = set()
    goes_on = threading.Event()

    def looks(told: dict[str, Any]) -> dict[str, Any]:
        ran_in.add(threading.get_ident())
        goes_on.wait(60)
        return hide(told)

    traceroot.initialize("k", server_url, redact=looks)
    for _ in range(50):
        assert work("secret") == {"answer": "secret"}
    goes_on.set()
    assert {str(span["output"]) for span in spans.all()} == {"{'answer': '***'}"}
    assert threading.get_ident() not in ran_in


def test_end_of_the_process_is_redacted_or_fails_closed(run_python: Any, tmp_path: Path) -> None:
    program = """
import sys, time, tracewood
def looks(told):
    if sys.argv[1:] == ["hang"]: time.sleep(60)
    return {key: str(value).replace("secret", "***") for key, value in told.items()}
tracewood.initialize(file=r"{file}", flush_interval=60, exit_timeout=1, endpoint="http://127.0.0.1:9", redact=looks)
@tracewood.observe
def work(x): return x
work("secret")
sys.argv[1:] = []
"""
    for hangs in (False, True):
        file = tmp_path / f"{hangs}.jsonl"
        words = "['hang']" if hangs else "[]"
        done = run_python(program.replace("{file}", str(file)).replace("argv[1:] = []", f"argv[1:] = {words}"))
        assert done.returncode == 0, done.stderr
        written = file.read_text() if file.exists() else ""
        assert "secret" not in written
        assert ("***" in written) is not hangs


def test_child_of_a_fork_redacts_too(run_python: Any, tmp_path: Path) -> None:
    program = """
import os, sys, tracewood
tracewood.initialize(file=r"{file}", exit_timeout=1, endpoint="http://127.0.0.1:9",
    redact=lambda told: {key: str(value).replace("secret", "***") for key, value in told.items()})
@tracewood.observe
def work(x): return x
work("secret")
if os.fork() == 0:
    work("secret of a child")
    sys.exit(0)
os.wait()
"""
    done = run_python(program.replace("{file}", str(tmp_path / "spans.jsonl")))
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "spans.jsonl").read_text()
    assert written.count("***") >= 2
    assert "secret" not in written


def test_late_redaction_is_applied_and_shutdown_ends_it(spans: Recorder, server_url: str) -> None:
    traceroot.initialize("k", server_url)
    traceroot.initialize("k", server_url, redact=hide)
    work("secret")
    _native.remove_destination("traceroot")
    traceroot.shutdown()
    work("secret")
    assert [span["output"] for span in spans.all()] == [{"answer": "***"}, {"answer": "secret"}]
