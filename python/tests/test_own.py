"""The package's own face: what `initialize` settles, and the verbs around it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

import tracewood
from tracewood import observe, using_attributes
from tracewood.testing import Recorder


@observe
def leaf(x: int = 0) -> int:
    return x


def test_everything_public_is_there_and_nothing_else() -> None:
    for name in tracewood.__all__:
        assert getattr(tracewood, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        tracewood.nonsense  # noqa: B018 - the access is the test


def test_kinds_are_the_union_of_both_faces() -> None:
    import traceroot
    from mutagent.tracing import SpanKind

    words = {kind.value for kind in tracewood.SpanKind}
    assert {kind.value for kind in traceroot.SpanKind} | {kind.value for kind in SpanKind} == words
    assert str(tracewood.SpanKind.LLM_CHAT) == "llm.chat"


def test_kind_may_be_any_text_or_enumeration(spans: Recorder) -> None:
    for kind in (tracewood.SpanKind.RERANK, "my.own", 7):
        observe(name="n", type=kind)(lambda: None)()  # type: ignore[arg-type]
    assert [span["kind_original"] for span in spans.all()] == ["rerank", "my.own", "7"]


def test_file_and_console_get_spans_as_well(tmp_path: Path, server_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "spans.jsonl"
    tracewood.initialize(
        "key",
        server_url,
        environment="staging",
        service_name="trip",
        headers={"x-team": "t"},
        git_repo="owner/name",
        git_ref="abc",
        file=str(file),
        debug=True,
        integrations=["openai"],
    )
    leaf(7)
    assert tracewood.flush()["remaining"] == 0
    request = json.loads(file.read_text().splitlines()[0])
    resource = {
        item["key"]: next(iter(item["value"].values()))
        for item in request["resourceSpans"][0]["resource"]["attributes"]
    }
    assert resource["service.name"] == "trip"
    assert resource["deployment.environment.name"] == "staging"
    assert (resource["vcs.repository.url.full"], resource["vcs.ref.head.revision"]) == ("owner/name", "abc")
    assert "leaf" in capfd.readouterr().out
    stats = tracewood.stats()
    assert {each["name"]: each["delivered"] for each in stats["destinations"]} == {
        "tracewood": 1,
        "tracewood file": 1,
        "tracewood console": 1,
    }
    assert tracewood.shutdown()["lost"] == 0
    assert tracewood.get_current_span() is None
    leaf(8)
    assert tracewood.stats()["destinations"] == []


def test_attributes_work_in_async_with_and_pass_through_generators(spans: Recorder) -> None:
    scope = using_attributes(user_id="U", prompt_template="t {x}", prompt_template_variables={"x": 1})

    @scope
    def echo() -> Iterator[Any]:
        got: Any = None
        while got != "stop":
            try:
                got = yield got
            except ValueError:
                leaf()
                got = "caught"
        return "returned"

    @scope
    async def async_echo() -> AsyncIterator[Any]:
        got: Any = None
        while True:
            try:
                got = yield got
            except ValueError:
                leaf()
                got = "caught"

    body: Any = echo()
    assert [next(body), body.send(1), body.throw(ValueError())] == [None, 1, "caught"]
    with pytest.raises(StopIteration) as stop:
        body.send("stop")
    assert stop.value.value == "returned"
    closed: Any = echo()
    next(closed)
    closed.close()

    async def main() -> None:
        body: Any = async_echo()
        assert await body.asend(None) is None
        assert await body.asend(2) == 2
        assert await body.athrow(ValueError()) == "caught"
        await body.aclose()
        async with using_attributes(session_id="S"):
            leaf()

    asyncio.run(main())
    assert [(span["user_id"], span["session_id"]) for span in spans.all()] == [("U", None), ("U", None), (None, "S")]
    assert spans.all()[0]["attributes"]["llm.prompt_template.template"] == "t {x}"


def test_coroutine_that_a_plain_function_returns_may_fail(spans: Recorder) -> None:
    async def work() -> None:
        leaf()
        raise ValueError("late")

    with pytest.raises(ValueError, match="late"):
        asyncio.run(observe(name="outer")(lambda: work())())  # noqa: PLW0108 - a plain function is what is tested
    assert spans.tree("status") == [
        {"name": "outer", "status": "error", "children": [{"name": "leaf", "status": "unset", "children": []}]}
    ]


def test_marked_functions_and_methods_of_objects_are_wrapped_as_what_they_are(spans: Recorder) -> None:
    import functools
    import types

    class Thing:
        async def wait(self, x: int) -> int:
            return x

        @types.coroutine
        def old(self) -> Iterator[Any]:
            return 3
            yield

    assert asyncio.run(observe(Thing().wait)(2)) == 2

    async def main() -> int:
        return await observe(Thing().old)()  # type: ignore[no-any-return]

    assert asyncio.run(main()) == 3
    assert isinstance(observe(functools.partial(Thing))(), Thing)
    assert observe(Thing.__init__) is not None
    assert [span["name"] for span in spans.all()] == ["wait", "old", "Thing"]


def test_what_cannot_be_called_is_left_as_it_is() -> None:
    assert tracewood.observe(type="tool")(7) == 7


def test_manual_span_takes_attributes(spans: Recorder) -> None:
    span = tracewood.start_span("n", attributes={"a": 1}, metadata={"m": 1}, session_id="S", user_id="U")
    assert (span.name, span.kind, span.is_recording, span.parent_span_id) == ("n", "span", True, None)
    span.record_exception(ValueError("seen"), is_status=False)
    span.set_status("ok")
    span.end()
    assert (span.name, span.is_recording) == (None, False)
    told = spans.one("n")
    assert (told["attributes"]["a"], told["metadata"], told["session_id"], told["user_id"]) == (1, {"m": 1}, "S", "U")
    assert (told["status"], told["events"][0]["attributes"]["exception.message"]) == ("ok", "seen")
