"""What is kept and what is hidden: sampling, secrets, what is recorded at all, and how it is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

import tracewood
from tracewood import _options
from tracewood.testing import Recorder

SECRET = "sk-proj-" + "a1B2c3D4e5" * 5


@tracewood.observe
def work(x: object = None) -> object:
    if x == "fail":
        raise ValueError("as told")
    return x


def test_share_of_traces_is_kept_and_the_rest_is_counted(spans: Recorder, server_url: str) -> None:
    tracewood.initialize(endpoint=server_url, sample_ratio=0.5)
    before = tracewood.stats()["sampled_out"]
    for _ in range(200):
        with tracewood.span("root"):
            work()
    kept = spans.all()
    n_roots = [span["name"] for span in kept].count("root")
    assert 0 < n_roots < 200
    assert len(kept) == 2 * n_roots, "a trace is kept as a whole"
    assert tracewood.stats()["sampled_out"] - before == 400 - len(kept)


def test_nothing_and_everything_are_exact(spans: Recorder, server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACEWOOD_SAMPLE_RATIO", "0")
    tracewood.initialize(endpoint=server_url)
    work()
    assert spans.all() == []
    tracewood.initialize(endpoint=server_url, sample_ratio=1)
    work()
    assert len(spans.all()) == 1


def test_tail_rule_keeps_traces_with_errors_and_slow_ones(spans: Recorder, server_url: str) -> None:
    tracewood.initialize(endpoint=server_url, tail_sampling=True, tail_slower_than=60)
    with tracewood.span("good"):
        work()
    with tracewood.span("bad"):
        work()
        with pytest.raises(ValueError, match="as told"):
            work("fail")
    assert {span["name"] for span in spans.all()} == {"work", "bad"}
    assert len(spans.all()) == 3
    tracewood.initialize(endpoint=server_url, tail_sampling=True, tail_slower_than=1e-9)
    work()
    assert len(spans.all()) == 4
    tracewood.initialize(endpoint=server_url, tail_sampling=True, tail_slower_than=60, tail_ratio=1)
    work()
    assert len(spans.all()) == 5


def test_shape_of_a_secret_is_written_over_unless_switched_off(spans: Recorder, server_url: str) -> None:
    tracewood.initialize(endpoint=server_url)
    work({"key": SECRET})
    assert SECRET not in str(spans.all())
    tracewood.initialize(endpoint=server_url, hide_secrets=False)
    work({"key": SECRET})
    assert spans.all()[-1]["output"] == {"key": SECRET}


def test_capture_can_be_switched_off_for_all(spans: Recorder, server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tracewood.initialize(endpoint=server_url, capture_input=False)
    work(1)
    monkeypatch.setenv("TRACEWOOD_CAPTURE_OUTPUT", "no")
    tracewood.initialize(endpoint=server_url)
    work(2)
    assert [(span["input"], span["output"]) for span in spans.all()] == [(None, 1), ({"x": 2}, None)]


def test_limits_are_settable_and_marked(spans: Recorder, server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACEWOOD_ITEMS_MAX", "3")
    tracewood.initialize(endpoint=server_url, depth_max=2, string_bytes_max=16)
    try:
        work([1, 2, 3, 4])
        work(["x" * 100])
        outputs = [span["output"] for span in spans.all()]
        assert outputs[0][:3] == [1, 2, 3]
        assert outputs[0] != [1, 2, 3, 4]
        assert len(outputs[1][0]) < 100
    finally:
        monkeypatch.undo()
        tracewood.initialize(endpoint=server_url)


def test_limits_may_be_raised_too(spans: Recorder, server_url: str) -> None:
    limits = {"items_max": 20_000, "string_bytes_max": 1 << 20, "value_bytes_max": 4 << 20}
    tracewood.initialize(endpoint=server_url, **limits)  # type: ignore[arg-type]
    try:
        for value in (list(range(15_000)), set(range(15_000)), ["x" * 500_000], "y" * 2_000_000, {"z" * 300_000: 1}):
            work(value)
        found = [span["output"] for span in spans.all()]
    finally:
        tracewood.initialize(endpoint=server_url)
    assert found == [list(range(15_000)), list(range(15_000)), ["x" * 500_000], "y" * 2_000_000, {"z" * 300_000: 1}]


@pytest.mark.parametrize(
    ("name", "given", "found"),
    [
        ("queue_policy", "spill", "spill"),
        ("queue_timeout", "0.5", 0.5),
        ("spool", "/some/where", "/some/where"),
        ("spool_bytes_max", "4096", 4096),
        ("sample_ratio", "0.25", 0.25),
        ("tail_sampling", "true", True),
        ("tail_slower_than", "2", 2.0),
        ("tail_ratio", "0.1", 0.1),
        ("hide_secrets", "off", False),
        ("handle_sigterm", "0", False),
        ("exit_timeout", "9", 9.0),
        ("queue_spans_max", "5", 5),
        ("queue_bytes_max", "2048", 2048),
    ],
)
def test_option_is_an_argument_and_a_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, found: object
) -> None:
    assert getattr(_options.resolve(**{name: given}), name) == found
    monkeypatch.setenv(f"TRACEWOOD_{name.upper()}", given)
    assert getattr(_options.resolve(), name) == found


@pytest.mark.parametrize(
    ("name", "broken", "form"),
    [
        ("sample_ratio", 1.5, "a number from 0 to 1"),
        ("tail_ratio", "x", "a number from 0 to 1"),
        ("queue_policy", "throw", "'drop', 'block' or 'spill'"),
    ],
)
def test_broken_option_names_the_form(name: str, broken: object, form: str) -> None:
    with pytest.raises(ValueError, match=form):
        _options.resolve(**{name: broken})


@pytest.mark.parametrize("policy", ["drop", "block"])
def test_full_queue_drops_what_is_new_and_counts_it_by_reason(tmp_path: Path, policy: str) -> None:
    tracewood.initialize(
        endpoint="http://127.0.0.1:9",
        queue_spans_max=2,
        queue_policy=policy,
        queue_timeout=0.01,
        flush_interval=60,
        timeout=1,
    )
    for _ in range(5):
        work()
    (told,) = tracewood.stats()["destinations"]
    assert (told["queued"], told["lost"]) == (2, {"queue_full": 3})
