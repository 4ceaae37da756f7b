"""What is done where a program uses OpenTelemetry: its context becomes ours, whenever it is imported.

Nothing here imports OpenTelemetry. Where it is not imported yet, the import system tells us when it is.
"""

from __future__ import annotations

import sys

from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

__all__ = ["follow_provider", "join", "when_imported"]

# The module that says where in a context the current span lies, and the one that holds the provider of the process.
PROPAGATION = "opentelemetry.trace.propagation"
TRACE = "opentelemetry.trace"

_watched: set[str] = set()


def join() -> None:
    """Has spans of ours and of OpenTelemetry nest in each other, from now on or from its import on."""
    when_imported(PROPAGATION, _share_context)


def follow_provider() -> None:
    """Has the spans of a provider that somebody else made the one of the process delivered too, whenever that is."""
    when_imported(TRACE, _follow)


def _follow(trace: ModuleType) -> None:
    from tracewood import _coexist

    _coexist.follow(trace)


def _share_context(module: ModuleType) -> None:
    runtime: Any = getattr(sys.modules["opentelemetry.context"], "_RUNTIME_CONTEXT", None)
    key = getattr(module, "_SPAN_KEY", None)
    if runtime is None or not isinstance(key, str):
        _native.log(30, "this version of opentelemetry-api is not known; its spans and ours do not nest in each other")
        return
    from contextvars import ContextVar

    variable = getattr(runtime, "_current_context", None)
    _native.join_opentelemetry(variable if type(variable) is ContextVar else None, runtime, key)


def when_imported(name: str, then: Callable[[ModuleType], object]) -> None:
    """Has a function called once with a module: now, if it is imported, else as soon as it is.

    Args:
        name: The module.
        then: What to do; what it raises is no trouble of the program that imports.
    """
    module = sys.modules.get(name)
    if module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False):
        then(module)
        return
    mark = f"{name} {then.__qualname__}"
    if mark not in _watched:
        _watched.add(mark)
        sys.meta_path.insert(0, _Watcher(name, then))


class _Watcher:
    """Finds nothing itself, but tells when a module has been loaded by whoever found it."""

    def __init__(self, name: str, then: Callable[[ModuleType], object]) -> None:
        self._name = name
        self._then = then

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Called by the import system for every module."""
        if name != self._name or self not in sys.meta_path:
            return None
        sys.meta_path.remove(self)
        for finder in list(sys.meta_path):
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = None if find is None else find(name, path, target)
            if spec is not None:
                self._follow(spec.loader)
                return spec
        return None

    def _follow(self, loader: Any) -> None:
        execute = getattr(loader, "exec_module", None)
        if execute is None:
            return

        def exec_module(module: ModuleType) -> None:
            execute(module)
            try:
                self._then(module)
            except Exception as error:
                _native.log(30, f"'{self._name}' could not be joined: {error!r}")

        try:
            loader.exec_module = exec_module
        except AttributeError:
            _native.log(10, f"the loader of '{self._name}' cannot be followed")
