"""The life of a process: what is delivered when it ends, in each of the ways in which it may, and what a fork needs."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["watch"]


# What the end of the process calls; one, since there is one client.
_enders: list[Callable[[], object]] = []
# What a forked child calls first.
_renewers: list[Callable[[], object]] = []


class _Anchor:
    """What multiprocessing hangs its callbacks on; they are called as long as it is there."""


_anchor = _Anchor()


def watch(end: Callable[[], object], renew: Callable[[], object], *, handle_sigterm: bool = True) -> None:
    """Has what is traced delivered when the process ends, and forks begin with nothing of their parent's.

    Args:
        end: Delivers what waits; may be called more than once.
        renew: Makes a forked child independent of its parent.
        handle_sigterm: Whether the signal that asks a process to end delivers as well; without it, or where the
            program has a handler of its own, the process ends as it would without Tracewood.
    """
    import atexit

    _enders[:] = [end]
    _renewers[:] = [renew]
    atexit.register(_end)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_enter_child)
    process = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is not None:
        _finalize(_anchor)
    if handle_sigterm:
        _handle_sigterm()


def _end() -> None:
    for end in _enders:
        end()


def _enter_child() -> None:
    """Runs in a forked child, before anything else of it."""
    for renew in _renewers:
        renew()
    # Children of multiprocessing and of Celery leave by `os._exit`, which calls nothing that was registered at exit.
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        util.register_after_fork(_anchor, _finalize)
    signals = sys.modules.get("celery.signals")
    if signals is not None:
        signals.worker_process_shutdown.connect(_end_of_worker, weak=False, dispatch_uid="tracewood")


def _finalize(_: object) -> None:
    """Has multiprocessing deliver at the end of its child, as the last thing that it does."""
    util = sys.modules["multiprocessing.util"]
    util.Finalize(None, _end, exitpriority=-1000)


def _end_of_worker(**_: Any) -> None:
    _end()


def _handle_sigterm() -> None:
    """Delivers before the process ends by SIGTERM, where the program leaves that to the system."""
    import signal

    from tracewood import _native

    def deliver(number: int, _: object) -> None:
        _native.handle_sigterm()
        # First, so that a second signal ends a process whose server does not answer.
        signal.signal(number, signal.SIG_DFL)
        _end()
        os.kill(os.getpid(), number)

    try:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, deliver)
            # Python runs a handler between two instructions, and a main thread may not get there for long.
            _native.follow_sigterm()
    except ValueError:
        # Only the main thread may.
        return
