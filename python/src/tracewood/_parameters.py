"""What a callable is called with: its sort, its parameter names and defaults, found once, when it is decorated.

`inspect` costs 8 ms to import and 20 µs a signature, so plain functions are read from their code object and only the
rest asks `inspect`.
"""

from __future__ import annotations

from types import FunctionType, MethodType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["Parameters", "function_below", "name_of", "parameters_of", "sort_of"]

# Flags of code objects (`inspect.CO_*`).
_VARARGS, _VARKEYWORDS = 0x04, 0x08
_GENERATOR, _COROUTINE, _ITERABLE_COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x100, 0x200


class Parameters:
    """The names that arguments are bound to, in the order in which a call lists them."""

    __slots__ = ("defaults", "has_self", "keyword_only", "positional", "var_keyword", "var_positional")

    def __init__(
        self,
        positional: tuple[str, ...],
        var_positional: str | None,
        keyword_only: tuple[str, ...],
        var_keyword: str | None,
        defaults: dict[str, Any],
    ) -> None:
        self.positional = positional
        self.var_positional = var_positional
        self.keyword_only = keyword_only
        self.var_keyword = var_keyword
        self.defaults = defaults
        # The name is all that tells a method from a function while its class is still being made.
        self.has_self = bool(positional) and positional[0] in ("self", "cls")


def sort_of(target: Callable[..., Any]) -> str:
    """Which wrapper a callable needs: `plain`, `coroutine`, `generator` or `async_generator`."""
    function = function_below(target)
    if function is None:
        return "plain"
    flags = function.__code__.co_flags
    if flags & _COROUTINE or getattr(function, "_is_coroutine_mark", None) is not None:
        return "coroutine"
    if flags & _ASYNC_GENERATOR:
        return "async_generator"
    if flags & _GENERATOR and not flags & _ITERABLE_COROUTINE:
        return "generator"
    return "plain"


def function_below(target: Any) -> FunctionType | None:
    """The Python function that runs when `target` is called, through partials, methods and `__call__`."""
    for _ in range(32):
        if isinstance(target, FunctionType):
            return target
        if isinstance(target, MethodType):
            target = target.__func__
        elif _is_partial(target):
            target = target.func
        elif isinstance(target, type):
            return None
        else:
            target = _call_of(type(target))
            if not isinstance(target, (FunctionType, MethodType)):
                return None
    return None


def name_of(target: Any) -> str:
    """What a callable is called: its own name, that of what a partial calls, else that of its class."""
    for _ in range(32):
        name = getattr(target, "__name__", None)
        if isinstance(name, str):
            return name
        if not _is_partial(target):
            break
        target = target.func
    return type(target).__name__


def _call_of(cls: type) -> Any:
    """The `__call__` of a class, its own or inherited; not that of its metaclass."""
    return next((base.__dict__["__call__"] for base in cls.__mro__ if "__call__" in base.__dict__), None)


def parameters_of(target: Callable[..., Any]) -> Parameters:
    """The parameters of a callable, as `inspect.signature` tells them; never raises."""
    if isinstance(target, FunctionType):
        function = target
        while isinstance(getattr(function, "__wrapped__", None), FunctionType):
            function = function.__wrapped__  # type: ignore[attr-defined]
        if not hasattr(function, "__wrapped__") and not hasattr(function, "__signature__"):
            return _from_code(function)
    try:
        return _from_signature(target)
    except Exception:
        # A builtin without a signature, or a `__signature__` that raises: the names are not known.
        return Parameters((), "args", (), "kwargs", {})


def _from_code(function: FunctionType) -> Parameters:
    code = function.__code__
    names = code.co_varnames
    n_positional, n_keyword_only = code.co_argcount, code.co_kwonlyargcount
    positional = names[:n_positional]
    after = n_positional + n_keyword_only
    var_positional = var_keyword = None
    if code.co_flags & _VARARGS:
        var_positional = names[after]
        after += 1
    if code.co_flags & _VARKEYWORDS:
        var_keyword = names[after]
    given = function.__defaults__ or ()
    defaults: dict[str, Any] = dict(zip(positional[n_positional - len(given) :], given, strict=True))
    defaults.update(function.__kwdefaults__ or {})
    return Parameters(
        positional, var_positional, names[n_positional : n_positional + n_keyword_only], var_keyword, defaults
    )


def _from_signature(target: Callable[..., Any]) -> Parameters:
    from inspect import Parameter, signature

    positional: list[str] = []
    keyword_only: list[str] = []
    var_positional = var_keyword = None
    defaults: dict[str, Any] = {}
    for name, parameter in signature(target).parameters.items():
        if parameter.kind is Parameter.VAR_POSITIONAL:
            var_positional = name
        elif parameter.kind is Parameter.VAR_KEYWORD:
            var_keyword = name
        else:
            (keyword_only if parameter.kind is Parameter.KEYWORD_ONLY else positional).append(name)
            if parameter.default is not Parameter.empty:
                defaults[name] = parameter.default
    return Parameters(tuple(positional), var_positional, tuple(keyword_only), var_keyword, defaults)


def _is_partial(target: Any) -> bool:
    """Whether it is a `functools.partial`, told without importing functools where nobody else did."""
    return any(base.__module__ == "functools" and base.__name__ == "partial" for base in type(target).__mro__)
