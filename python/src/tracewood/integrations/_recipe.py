"""How one library is traced: which versions, by which package, and what is called to begin and to end it."""

from __future__ import annotations

import importlib
import importlib.metadata
from importlib.util import find_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from opentelemetry.trace import TracerProvider

    # What ends the tracing of a library again.
    End = Callable[[], object]

__all__ = ["Content", "NotTracedError", "Recipe", "openinference", "register", "registered"]


class NotTracedError(Exception):
    """A library cannot be traced; the text says why, and what to do about it."""


class Content:
    """What of inputs and outputs is recorded."""

    __slots__ = ("input", "output")

    def __init__(self, *, input: bool, output: bool) -> None:
        self.input = input
        self.output = output

    @property
    def whole(self) -> bool:
        """Whether both are; most native emitters know one switch only."""
        return self.input and self.output


class Recipe:
    """What there is to know of one integration."""

    __slots__ = ("begin", "extra", "libraries", "name", "version_before", "version_min")

    def __init__(
        self,
        name: str,
        *,
        libraries: dict[str, str],
        begin: Callable[[TracerProvider, Content], End],
        version_min: str = "0",
        version_before: str | None = None,
    ) -> None:
        """Says it.

        Args:
            name: The name of the integration.
            libraries: Import name and distribution of the library, and of others that stand for it.
            begin: Has the library traced; raises `NotTracedError`, or whatever goes wrong.
            version_min: The first version that can be traced.
            version_before: The first version that cannot be traced any more.
        """
        self.name = name
        self.extra = name.replace("_", "-")
        self.libraries = libraries
        self.begin = begin
        self.version_min = version_min
        self.version_before = version_before

    def check(self) -> None:
        """Finds the library, in a version that can be traced.

        Raises:
            NotTracedError: If it is not there, too old or too new.
        """
        found = [module for module in self.libraries if is_installed(module)]
        if not found:
            module, distribution = next(iter(self.libraries.items()))
            raise NotTracedError(
                f"'{module}' is not installed, so it is not traced: pip install {distribution} {self.wanted()}"
            )
        distribution = self.libraries[found[0]]
        version = version_of(distribution)
        # A library that was put on the path without its metadata is believed to be a good one.
        if version is None:
            return
        if numbers(version) < numbers(self.version_min):
            raise NotTracedError(
                f"{distribution} {version} is too old to be traced, "
                f"{self.version_min} is the oldest that can be: pip install --upgrade {distribution}"
            )
        if self.version_before and numbers(version) >= numbers(self.version_before):
            raise NotTracedError(
                f"{distribution} {version} is too new to be traced, "
                f"versions before {self.version_before} can be: pip install '{distribution}<{self.version_before}'"
            )

    def wanted(self) -> str:
        """What brings the instrumentation, as it stands in a line of `pip install`."""
        return f'"tracewood[{self.extra}]"'


_recipes: dict[str, Recipe] = {}


def register(recipe: Recipe) -> Recipe:
    """Makes a recipe known under its name.

    Args:
        recipe: What to know.

    Returns:
        The recipe.
    """
    _recipes[recipe.name] = recipe
    return recipe


def registered(name: str) -> Recipe:
    """The recipe of a name, imported on demand.

    Args:
        name: The name of an integration.

    Returns:
        Its recipe.
    """
    if name not in _recipes:
        importlib.import_module(f"tracewood.integrations.{name}")
    return _recipes[name]


def openinference(*paths: str, **given: Any) -> Callable[[TracerProvider, Content], End]:
    """Tracing by the instrumentation package of OpenInference for the library.

    Args:
        *paths: `module:Class` below `openinference.instrumentation`; the first is the one that must be there.
        **given: Further arguments of its `instrument`.

    Returns:
        What a recipe begins with.
    """

    def begin(provider: TracerProvider, content: Content) -> End:
        ends: list[End] = []
        for path in paths:
            end = _instrumented(path, provider, content, given, is_needed=path == paths[0])
            if end is not None:
                ends.append(end)

        def end_all() -> None:
            for end in ends:
                end()

        return end_all

    return begin


def _instrumented(
    path: str, provider: TracerProvider, content: Content, given: dict[str, Any], *, is_needed: bool
) -> End | None:
    module, _, name = path.partition(":")
    whole = f"openinference.instrumentation.{module}"
    if not is_installed(whole):
        if is_needed:
            raise NotTracedError(f"'{whole}' is not installed")
        return None
    from openinference.instrumentation import TraceConfig
    from opentelemetry.instrumentation.dependencies import get_dependency_conflicts

    instrumentor = getattr(importlib.import_module(whole), name)()
    conflict = get_dependency_conflicts(instrumentor.instrumentation_dependencies())
    if conflict is not None:
        if not is_needed:
            return None
        raise NotTracedError(f"its instrumentation asks for '{conflict.required}' and found '{conflict.found}'")
    if instrumentor.is_instrumented_by_opentelemetry:
        raise NotTracedError("something else traces it already, which stays as it is")
    config = TraceConfig(hide_inputs=not content.input, hide_outputs=not content.output)
    try:
        instrumentor.instrument(tracer_provider=provider, config=config, **given)
    except Exception:
        # What was half done is undone, so that the library works as if nobody had tried; the public verb would do
        # nothing, since it was not done.
        _quietly(instrumentor._uninstrument)
        raise
    end: End = instrumentor.uninstrument
    return end


def _quietly(call: Callable[[], object]) -> None:
    try:
        call()
    except Exception:
        return


def is_installed(module: str) -> bool:
    """Whether a module could be imported, without importing more than its parents.

    Args:
        module: Its whole name.

    Returns:
        The answer; a parent that cannot be imported means no.
    """
    try:
        return find_spec(module) is not None
    except Exception:
        return False


def version_of(distribution: str) -> str | None:
    """The installed version of a distribution; `None` where nobody knows.

    Args:
        distribution: Its name.

    Returns:
        The version.
    """
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, which is all that a limit needs.

    Args:
        version: Such as `2.14.0rc1`.

    Returns:
        Such as `(2, 14, 0)`.
    """
    found: list[int] = []
    for piece in version.split("."):
        digits = piece[: next((place for place, letter in enumerate(piece) if not letter.isdigit()), len(piece))]
        if not digits:
            break
        found.append(int(digits))
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)
