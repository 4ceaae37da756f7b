"""The process and its one client: what is started once, and what a face asks for to be sent where."""

from __future__ import annotations

import _thread
import os
import sys

from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from typing import Any

    from tracewood._options import Options

__all__ = [
    "add_destination",
    "exit_seconds",
    "faces",
    "flush",
    "prepare",
    "remove_destination",
    "renew",
    "resource",
    "settle_exit",
    "shutdown",
    "starting",
    "stats",
    "tell_resource",
    "told_resource",
    "was_shut_down",
]

# What each face has settled, by its name; the faces own no state of their own.
faces: dict[str, Any] = {}

# How long the end of the process may be held up by a server that does not answer; `exit_timeout` changes it.
EXIT_SECONDS = 5.0

# Held while tracing is started; a forked child has one of its own, since nobody may be left to open that of its parent.
_locks = [_thread.allocate_lock()]

# What was done once for the process.
_prepared: set[str] = set()
_shut_down: set[str] = set()
_exit_seconds: list[float] = []
_told: dict[str, Any] = {}
# What of that the user has said; nobody else changes it.
_settled: set[str] = set()


def prepare(
    *, patch_threads: bool = True, handle_sigterm: bool | None = None, join_provider: bool | None = None
) -> None:
    """Does once what the first destination needs: delivery at exit, forks, and the context of threads."""
    if _prepared:
        return
    _prepared.add("process")
    from tracewood import _opentelemetry, _process
    from tracewood._options import boolean, read

    _opentelemetry.join()
    if read(join_provider, ("TRACEWOOD_JOIN_PROVIDER",), boolean, True, "join_provider"):
        _opentelemetry.follow_provider()
    handles = read(handle_sigterm, ("TRACEWOOD_HANDLE_SIGTERM",), boolean, True, "handle_sigterm")
    _process.watch(_at_exit, renew, handle_sigterm=handles)
    if patch_threads and os.environ.get("TRACEWOOD_PATCH_THREADS", "").lower() not in ("0", "false", "no", "off"):
        from tracewood._threads import patch

        patch()


def starting() -> LockType:
    """What keeps two threads from starting at once."""
    return _locks[0]


def renew() -> None:
    """Makes the client of a forked child its own."""
    _native.after_fork_in_child()
    _locks[0] = _thread.allocate_lock()


def add_destination(name: str, sort: str, **settings: Any) -> None:
    """Has every finished span go to one more place, instead of where the same name sent it before.

    Args:
        name: The name of the place.
        sort: `otlp`, `traceroot`, `mutagent`, `file` or `console`.
        **settings: What that sort needs.

    Raises:
        ValueError: If a setting cannot work.
    """
    prepare()
    _native.add_destination(name, sort, settings)
    _shut_down.discard(name)


def remove_destination(name: str, timeout: float) -> None:
    """Delivers what waits and takes a destination away.

    Args:
        name: The name that it was added under.
        timeout: How many seconds to wait at most.
    """
    _native.flush(timeout)
    _native.remove_destination(name)
    _shut_down.add(name)


def was_shut_down(name: str) -> bool:
    """Whether a destination was taken away again, so that a face does not start it from the environment by itself."""
    return name in _shut_down


def resource(options: Options | None = None, settled: dict[str, Any] | None = None) -> dict[str, Any]:
    """What is said of the process with every batch.

    Args:
        options: What the user has said.
        settled: What else the user has said, to a face.
    """
    told: dict[str, Any] = {
        "service.name": _service_name(),
        "telemetry.sdk.name": "tracewood",
        "telemetry.sdk.language": "python",
        "telemetry.sdk.version": _native.__version__,
        "process.pid": os.getpid(),
        "process.runtime.name": sys.implementation.name,
        "process.runtime.version": ".".join(map(str, sys.version_info[:3])),
    }
    if "opentelemetry.trace" in sys.modules:
        from tracewood import _coexist

        told.update(_coexist.their_resource(sys.modules["opentelemetry.trace"]))
    said: dict[str, Any] = {**(options.resource if options else {}), **(settled or {})}
    if options is not None:
        more = {
            "service.name": options.service_name,
            "deployment.environment.name": options.environment,
            "vcs.repository.url.full": options.git_repo,
            "vcs.ref.head.revision": options.git_ref,
        }
        said.update((key, value) for key, value in more.items() if value)
    told.update(said)
    _settled.update(said)
    _told.clear()
    _told.update(told)
    return told


def tell_resource(theirs: dict[str, Any]) -> None:
    """Has what another library says of the process said by us too, from the next batch on, unless the user has said it.

    Args:
        theirs: What it says.
    """
    new = {key: value for key, value in theirs.items() if key not in _settled and _told.get(key) != value}
    if new and _told:
        _told.update(new)
        _native.tell_resource(new)


def told_resource() -> dict[str, Any]:
    """What was last said of the process, or would be."""
    return dict(_told) if _told else resource()


def flush(timeout: float) -> dict[str, int]:
    """Waits until everything that ended before is delivered or lost, or until the time is over.

    Args:
        timeout: How many seconds to wait at most.

    Returns:
        How many spans were `delivered` and `lost` meanwhile, how many wait in the spool, and how many are `remaining`.
    """
    return _counts(_native.flush(timeout))


def shutdown(timeout: float) -> dict[str, int]:
    """Flushes, then stops every destination; tracing may be started again afterwards.

    Args:
        timeout: How many seconds to wait at most.

    Returns:
        As for `flush`.
    """
    told = _counts(_native.shutdown(timeout))
    _native.set_redactor(None)
    _native.set_sampling()
    _native.set_captures(True, True)
    _native.set_secrets_hidden(True)
    _shut_down.update(faces)
    faces.clear()
    return told


def _counts(counts: tuple[int, int, int, int]) -> dict[str, int]:
    return dict(zip(("delivered", "remaining", "lost", "spooled"), counts, strict=True))


def stats() -> dict[str, Any]:
    """What was done so far, in numbers: spans started and ended, and for each destination what became of them."""
    return _native.stats()


def settle_exit(seconds: float) -> None:
    """Says how long the end of the process may be held up."""
    _exit_seconds[:] = [seconds]
    _native.limit_sigterm(seconds)


def exit_seconds() -> float:
    """How long whatever may run at the end of the process waits for delivery at most."""
    from tracewood._options import duration, read

    given = _exit_seconds[0] if _exit_seconds else None
    return read(given, ("TRACEWOOD_EXIT_TIMEOUT",), duration, EXIT_SECONDS, "exit_timeout")


def _at_exit() -> None:
    _native.shutdown(exit_seconds())
    _native.end_redaction()


def _service_name() -> str:
    """What the program is called where nobody said: the name of its script or module."""
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    name = getattr(spec, "name", None)
    if name:
        return str(name).removesuffix(".__main__")
    file = getattr(main, "__file__", None)
    return os.path.splitext(os.path.basename(file))[0] if file else "python"
