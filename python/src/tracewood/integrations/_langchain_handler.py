"""The callback handler for LangChain and LangGraph: each of their runs is a span, linked to its parent by their ids.

The handler runs in line with the work, so that a span is current while its run does something, and spans made by hand
within a tool or a node lie beneath it. The nodes of a LangGraph, and the graph itself, are told by what LangGraph
writes into the metadata of a run.
"""

from __future__ import annotations

import json
import time

from langchain_core.callbacks import BaseCallbackHandler

from tracewood import _native
from tracewood.integrations import _langchain_words as words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any
    from uuid import UUID

    from tracewood._native import Span

__all__ = ["Handler"]

# Runs whose end is never told; the oldest are ended when there are more, since a leak would be worse.
_RUNS_MAX = 10_000


class _Run:
    """A run that goes on: its span, what was current before, and when it began."""

    __slots__ = ("began", "has_begun_to_answer", "outer", "span")

    def __init__(self, span: Span, outer: Span | None) -> None:
        self.span = span
        self.outer = outer
        self.began = time.monotonic()
        self.has_begun_to_answer = False


def _never_raising(method: Callable[..., None]) -> Callable[..., None]:
    def guarded(self: Handler, *args: Any, **kwargs: Any) -> None:
        try:
            method(self, *args, **kwargs)
        except Exception as error:
            _native.log(10, f"a run of LangChain is not traced: {type(error).__name__}: {error}")

    return guarded


class Handler(BaseCallbackHandler):  # type: ignore[misc]
    """Traces the runs that it is handed: `chain.invoke(question, config={"callbacks": [handler]})`."""

    run_inline = True
    # Called before each span, so that a face may start from the environment.
    _tracewood_start: Callable[[], object] | None = None

    def __init__(self) -> None:
        super().__init__()
        self._runs: dict[UUID, _Run] = {}

    # What begins.

    @_never_raising
    def on_chain_start(self, serialized: Any, inputs: Any, *, run_id: UUID, **told: Any) -> None:
        """A chain, a graph or a node of one begins."""
        metadata = told.get("metadata") or {}
        name = words.name_of(serialized, told, "chain")
        node = metadata.get("langgraph_node")
        kind = "node" if node is not None and node == name else "chain"
        if kind == "node":
            self._is_graph(told.get("parent_run_id"))
        self._begin(run_id, name, kind, told, {"input": words.plain_deep(inputs)})

    @_never_raising
    def on_chat_model_start(self, serialized: Any, messages: Any, *, run_id: UUID, **told: Any) -> None:
        """A chat model is called."""
        said, attributes = words.request_of(told)
        batches = [[words.message_of(message) for message in batch] for batch in messages]
        said["input"] = batches[0] if len(batches) == 1 else batches
        name = words.name_of(serialized, told, "chat model")
        self._begin(run_id, name, "llm.chat", told, said, attributes)

    @_never_raising
    def on_llm_start(self, serialized: Any, prompts: Any, *, run_id: UUID, **told: Any) -> None:
        """A model that completes a text is called."""
        said, attributes = words.request_of(told)
        said["input"] = prompts[0] if len(prompts) == 1 else list(prompts)
        name = words.name_of(serialized, told, "model")
        self._begin(run_id, name, "llm.completion", told, said, attributes)

    @_never_raising
    def on_tool_start(self, serialized: Any, input_str: str, *, run_id: UUID, **told: Any) -> None:
        """A tool is called."""
        given = told.get("inputs")
        attributes = {
            "gen_ai.tool.name": (serialized or {}).get("name"),
            "gen_ai.tool.call.id": told.get("tool_call_id"),
        }
        said = {"input": words.plain_deep(given) if given is not None else input_str}
        self._begin(run_id, words.name_of(serialized, told, "tool"), "tool", told, said, attributes)

    @_never_raising
    def on_retriever_start(self, serialized: Any, query: str, *, run_id: UUID, **told: Any) -> None:
        """A retriever is asked."""
        self._begin(run_id, words.name_of(serialized, told, "retriever"), "retrieval", told, {"input": query})

    # What happens meanwhile.

    @_never_raising
    def on_llm_new_token(self, token: Any, *, run_id: UUID, **told: Any) -> None:
        """A piece of a streamed answer is there."""
        run = self._runs.get(run_id)
        if run is not None and not run.has_begun_to_answer:
            run.has_begun_to_answer = True
            millis = (time.monotonic() - run.began) * 1000
            _native.update(run.span, {"time_to_first_token_millis": millis})

    @_never_raising
    def on_retry(self, retry_state: Any, *, run_id: UUID, **told: Any) -> None:
        """A run is tried again."""
        run = self._runs.get(run_id)
        if run is not None:
            run.span.add_event("retry", {"attempt": int(getattr(retry_state, "attempt_number", 0))})

    # What ends.

    @_never_raising
    def on_chain_end(self, outputs: Any, *, run_id: UUID, **told: Any) -> None:
        """A chain, a graph or a node has ended."""
        self._end(run_id, {"output": words.plain_deep(outputs)})

    @_never_raising
    def on_llm_end(self, response: Any, *, run_id: UUID, **told: Any) -> None:
        """A model has answered."""
        said, attributes = words.answer_of(response)
        self._end(run_id, said, attributes)

    @_never_raising
    def on_tool_end(self, output: Any, *, run_id: UUID, **told: Any) -> None:
        """A tool has returned."""
        self._end(run_id, {"output": words.tool_output(output)})

    @_never_raising
    def on_retriever_end(self, documents: Any, *, run_id: UUID, **told: Any) -> None:
        """A retriever has answered."""
        self._end(run_id, {"output": words.plain_deep(documents)})

    @_never_raising
    def on_chain_error(self, error: BaseException, *, run_id: UUID, **told: Any) -> None:
        """A chain, a graph or a node has failed, or was interrupted."""
        self._fail(run_id, error)

    @_never_raising
    def on_llm_error(self, error: BaseException, *, run_id: UUID, **told: Any) -> None:
        """A model could not be asked."""
        self._fail(run_id, error)

    @_never_raising
    def on_tool_error(self, error: BaseException, *, run_id: UUID, **told: Any) -> None:
        """A tool has failed."""
        self._fail(run_id, error)

    @_never_raising
    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **told: Any) -> None:
        """A retriever has failed."""
        self._fail(run_id, error)

    # The spans.

    def _begin(
        self,
        run_id: UUID,
        name: str,
        kind: str,
        told: dict[str, Any],
        said: dict[str, Any],
        attributes: dict[str, Any] | None = None,
    ) -> None:
        start = type(self)._tracewood_start
        if start is not None:
            start()
        if not _native.is_active():
            return
        around = self._runs.get(told["parent_run_id"]) if told.get("parent_run_id") else None
        parent = None if around is None else around.span
        if parent is None or parent.trace_id is None:
            span = _native.start_span(name, kind)
        else:
            span = _native.start_span(name, kind, trace_id=parent.trace_id, parent_span_id=parent.span_id)
        metadata = {key: value for key, value in (told.get("metadata") or {}).items() if not key.startswith("ls_")}
        if metadata:
            said["metadata"] = words.plain_deep(metadata)
        tags = [tag for tag in told.get("tags") or [] if not tag.startswith(("seq:", "graph:", "map:", "langsmith:"))]
        if tags:
            said["tags"] = tags
        _native.update(span, said)
        kept = {key: value for key, value in (attributes or {}).items() if value is not None}
        if kept:
            span.set_attributes(kept)
        if len(self._runs) >= _RUNS_MAX:
            self._runs.pop(next(iter(self._runs))).span.end()
        self._runs[run_id] = _Run(span, span.resume())
        words.mark(span, kind)

    def _is_graph(self, run_id: UUID | None) -> None:
        """The parent of a node is the graph, which nothing before has told."""
        run = None if run_id is None else self._runs.get(run_id)
        if run is not None:
            _native.update(run.span, {"kind": "graph"})

    def _leave(self, run_id: UUID) -> _Run | None:
        run = self._runs.pop(run_id, None)
        if run is not None:
            current = _native.current_span()
            # Where something else is current, this is told from another context, which has nothing to bring back.
            if current is not None and current.span_id == run.span.span_id:
                run.span.suspend(run.outer)
        return run

    def _end(self, run_id: UUID, said: dict[str, Any], attributes: dict[str, Any] | None = None) -> None:
        run = self._leave(run_id)
        if run is not None:
            _native.update(run.span, said)
            if attributes:
                run.span.set_attributes(attributes)
            run.span.end()

    def _fail(self, run_id: UUID, error: BaseException) -> None:
        run = self._leave(run_id)
        if run is None:
            return
        # LangGraph's way to stop and wait for a person, or to go on elsewhere.
        if any(cls.__name__ == "GraphBubbleUp" for cls in type(error).__mro__):
            reason = json.dumps(words.plain_deep(list(error.args)), default=str)
            run.span.add_event("interrupted", {"reason": reason})
            run.span.end()
        else:
            run.span.fail(error)
