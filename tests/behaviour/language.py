"""Runs the steps of a case in Python, through one of the faces."""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Any

import mutagent.tracing as mt
import traceroot
import tracewood

Step = dict[str, Any]
Running = Generator[Any, Any, None]


class Face:
    """The words of a face for what the steps of a case say."""

    # Where its spans go, and how it records the arguments of a call.
    route = "/v1/traces"
    style = "named"

    def begin(self, url: str) -> None:
        """Has spans sent to a server."""
        tracewood.initialize(endpoint=url)

    def end(self) -> None:
        """Delivers what waits."""
        tracewood.shutdown()

    def decorator(self, kind: str, options: Step) -> Callable[[Any], Any]:
        """The decorator with its arguments."""
        return tracewood.observe(type=kind, **options)

    def attributes(self, words: Step) -> AbstractContextManager[Any]:
        """`using_attributes`."""
        return tracewood.using_attributes(**words)

    def session(self, session_id: str) -> AbstractContextManager[Any]:
        """A block of one session."""
        return self.attributes({"session_id": session_id})

    def update_span(self, words: Step) -> None:
        """Says things of the current span."""
        tracewood.update_current_span(**words)

    def update_trace(self, words: Step) -> None:
        """Says things of the current trace."""
        tracewood.update_current_trace(**words)


class TraceRoot(Face):
    """`traceroot`."""

    route = "/api/v1/public/traces"

    def begin(self, url: str) -> None:
        traceroot.initialize(api_key="tr_key", host_url=url, git_repo="owner/name", git_ref="abc")

    def end(self) -> None:
        traceroot.flush()
        traceroot.shutdown()

    def decorator(self, kind: str, options: Step) -> Callable[[Any], Any]:
        return traceroot.observe(type=kind, **options)

    def attributes(self, words: Step) -> AbstractContextManager[Any]:
        return traceroot.using_attributes(**words)

    def update_span(self, words: Step) -> None:
        traceroot.update_current_span(**words)

    def update_trace(self, words: Step) -> None:
        traceroot.update_current_trace(**words)


class MutagenT(Face):
    """`mutagent.tracing`."""

    route = "/api/traces/batch"
    style = "raw"

    def begin(self, url: str) -> None:
        mt.init_tracing(api_key="mt_key", endpoint=url)

    def end(self) -> None:
        asyncio.run(mt.shutdown_tracing())

    def decorator(self, kind: str, options: Step) -> Callable[[Any], Any]:
        return mt.trace(kind=kind, **options)

    def session(self, session_id: str) -> AbstractContextManager[Any]:
        return mt.session(session_id)


FACES: dict[str, type[Face]] = {"tracewood": Face, "traceroot": TraceRoot, "mutagent": MutagenT}


def run(steps: list[Step], face: Face) -> None:
    """Runs steps from outside of any event loop."""
    drive(Program(face).steps(steps))


def drive(running: Running) -> None:
    """Runs steps in a plain function; what is to be awaited gets an event loop of its own."""
    resume: Callable[[], Any] = partial(next, running)
    with suppress(StopIteration):
        while True:
            waiting = resume()
            try:
                value = asyncio.run(waiting)
            except Exception as error:
                resume = partial(running.throw, error)
            else:
                resume = partial(running.send, value)


async def drive_async(running: Running) -> None:
    """Runs steps in a coroutine."""
    resume: Callable[[], Any] = partial(next, running)
    while True:
        try:
            waiting = resume()
        except StopIteration:
            return
        try:
            value = await waiting
        except Exception as error:
            resume = partial(running.throw, error)
        else:
            resume = partial(running.send, value)


class Program:
    """The steps of a case, and the spans that it has begun by hand."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self.held: dict[str, Any] = {}

    def steps(self, steps: list[Step]) -> Running:
        """Runs steps in order; what must be awaited is handed to the driver."""
        for step in steps:
            yield from self.step(step)

    def step(self, step: Step) -> Running:
        """Runs one step."""
        if "call" in step:
            yield from self.call(step)
        elif "attributes" in step:
            with self.face.attributes(step["attributes"]):
                yield from self.steps(step["do"])
        elif "session" in step:
            with self.face.session(step["session"]):
                yield from self.steps(step["do"])
        elif "update_span" in step:
            self.face.update_span(step["update_span"])
        elif "update_trace" in step:
            self.face.update_trace(step["update_trace"])
        elif "at_once" in step:
            yield self.at_once(step["at_once"])
        elif "start" in step:
            options = mt.SpanOptions(step["kind"], step["start"], mt.SpanIO(**step.get("input", {})))
            self.held[step["start"]] = mt.start_span(options)
        elif "end" in step:
            self.end(dict(step))
        else:
            raise AssertionError(f"no such step: {step}")

    async def at_once(self, lists: list[list[Step]]) -> None:
        """Runs lists of steps as tasks."""
        await asyncio.gather(*(drive_async(self.steps(steps)) for steps in lists))

    def end(self, step: Step) -> None:
        """Ends a span that was begun by hand."""
        span = self.held[step.pop("end")]
        if "output" in step:
            step["output"] = mt.SpanIO(**step["output"])
        if "metrics" in step:
            step["metrics"] = mt.SpanMetrics(**step["metrics"])
        mt.end_span(span, mt.SpanEndOptions(**step))

    def call(self, step: Step) -> Running:
        """Makes the function of a step, decorates it and calls it; an exception that the step tells of is expected."""
        decorate = self.face.decorator(step.get("kind", "span"), step.get("options", {}))
        function = decorate(self.function(step))
        args, kwargs = step.get("args", []), step.get("kwargs", {})
        expected: list[type[BaseException]] = [getattr(builtins, step["raises"][0])] if "raises" in step else []
        sort = step.get("sort", "plain")
        with suppress(*expected):
            if sort == "plain":
                function(*args, **kwargs)
            elif sort == "coroutine":
                yield function(*args, **kwargs)
            elif sort == "generator":
                assert list(function(*args, **kwargs)) == step.get("yields", [])
            else:
                yield exhaust(function(*args, **kwargs), step.get("yields", []))

    def function(self, step: Step) -> Any:
        """A function as the step describes it."""
        sort = step.get("sort", "plain")
        head = f"def {step['call']}({step.get('parameters', '')}):"
        items = step.get("yields", [])
        end = f"    raise {step['raises'][0]}({step['raises'][1]!r})" if "raises" in step else "    return returns"
        body = {
            "plain": [head, "    drive(steps())", end],
            "coroutine": [f"async {head}", "    await drive_async(steps())", end],
            "generator": [head, "    drive(steps())", f"    yield from {items!r}", end],
            "async_generator": [
                f"async {head}",
                "    await drive_async(steps())",
                f"    for item in {items!r}: yield item",
                end.replace("return returns", "return"),
            ],
        }[sort]
        names: dict[str, Any] = {
            "drive": drive,
            "drive_async": drive_async,
            "steps": lambda: self.steps(step.get("do", [])),
            "returns": step.get("returns"),
        }
        exec(compile("\n".join(body), __file__, "exec"), names)
        return names[step["call"]]


async def exhaust(items: Any, expected: list[Any]) -> None:
    """Takes everything out of an asynchronous generator."""
    assert [item async for item in items] == expected
