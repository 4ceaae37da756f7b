"""Makes the spans that OpenInference opens for LangChain's runs current while their runs do something.

OpenInference links its own spans by the ids of runs and leaves the context alone. Then a span made by hand within a
tool, or by the client that a model calls, would not lie beneath it, and one model call would be told twice.
"""

from __future__ import annotations

import functools

from langchain_core.callbacks import BaseCallbackHandler, BaseCallbackManager
from opentelemetry import context, trace

from tracewood import _native
from tracewood.integrations import _guard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any
    from uuid import UUID

__all__ = ["follow"]

# Runs whose end is never told are forgotten beyond this.
_RUNS_MAX = 10_000


def follow(tracer: Any) -> Callable[[], None]:
    """Follows the runs that OpenInference's handler traces.

    Args:
        tracer: Its handler.

    Returns:
        What ends it.
    """
    # Ours comes after theirs only where both run in line with the work.
    tracer.run_inline = True
    handler = _Current(tracer)
    original = BaseCallbackManager.__init__

    @functools.wraps(original)
    def init(manager: Any, *args: Any, **kwargs: Any) -> None:
        original(manager, *args, **kwargs)
        if not any(isinstance(one, _Current) for one in manager.inheritable_handlers):
            manager.add_handler(handler, True)

    BaseCallbackManager.__init__ = init

    def end() -> None:
        BaseCallbackManager.__init__ = original

    return end


class _Current(BaseCallbackHandler):  # type: ignore[misc]
    run_inline = True

    def __init__(self, tracer: Any) -> None:
        super().__init__()
        self._tracer = tracer
        self._before: dict[UUID, tuple[int, Any]] = {}

    def enter(self, *_: Any, run_id: UUID, **__: Any) -> None:
        try:
            span = self._tracer.get_span(run_id)
            if span is None:
                return
            if len(self._before) >= _RUNS_MAX:
                self._before.pop(next(iter(self._before)))
            self._before[run_id] = (span.get_span_context().span_id, context.get_current())
            context.attach(trace.set_span_in_context(span))
        except Exception as error:
            _native.log(10, f"a run of LangChain is not made current: {type(error).__name__}: {error}")

    def enter_model(self, *_: Any, run_id: UUID, **__: Any) -> None:
        self.enter(run_id=run_id)
        # OpenInference says only at the end of a run that it called a model.
        if run_id in self._before:
            _guard.mark(self._before[run_id][0])

    def leave(self, *_: Any, run_id: UUID, **__: Any) -> None:
        span_id, before = self._before.pop(run_id, (0, None))
        # Where something else is current, this is told from another context, which has nothing to bring back.
        if before is not None and trace.get_current_span().get_span_context().span_id == span_id:
            context.attach(before)


for _run in ("chain", "tool", "retriever"):
    setattr(_Current, f"on_{_run}_start", _Current.enter)
for _run in ("chat_model", "llm"):
    setattr(_Current, f"on_{_run}_start", _Current.enter_model)
for _run in ("chain", "llm", "tool", "retriever"):
    setattr(_Current, f"on_{_run}_end", _Current.leave)
    setattr(_Current, f"on_{_run}_error", _Current.leave)
