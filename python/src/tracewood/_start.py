"""What `tracewood.initialize` does: settles the options and adds the destinations that they name."""

from __future__ import annotations

from tracewood import _client, _git, _native, _options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["start"]

_NAME = "tracewood"


def start(*, integrations: Any = None, redact: Any = None, **given: Any) -> None:
    """Settles the options and adds the destinations; a destination of an earlier call is replaced.

    Args:
        integrations: The libraries to trace.
        redact: What looks through every span.
        **given: The arguments of `tracewood.initialize`.

    Raises:
        ValueError: If an argument is broken.
        TypeError: If an option is unknown.
    """
    options = _options.resolve(**given)
    _client.prepare(patch_threads=options.patch_threads)
    _client.settle_exit(options.exit_timeout)
    for name in (_NAME, f"{_NAME} file", f"{_NAME} console"):
        _native.remove_destination(name)
    if redact is not None:
        _native.set_redactor(redact)
    if not options.enabled:
        return
    found = _git.detect()
    told = _client.resource(options)
    for key, value in (("vcs.repository.url.full", found.repo), ("vcs.ref.head.revision", found.ref)):
        if value:
            told.setdefault(key, value)
    _native.set_limits(**options.limits)
    settings = {
        "url": options.url,
        "headers": options.headers,
        "compression": options.compression,
        "timeout": options.timeout,
        "flush_interval": options.flush_interval,
        "batch_size": options.flush_at,
        "batch_size_max": max(options.flush_at, 2048),
        "queue_spans_max": options.queue_spans_max,
        "queue_bytes_max": options.queue_bytes_max,
        "resource": told,
    }
    _native.add_destination(_NAME, "otlp", settings)
    if options.file:
        _native.add_destination(f"{_NAME} file", "file", {"path": options.file, "resource": told})
    if options.debug:
        _native.add_destination(f"{_NAME} console", "console", {})
    if integrations:
        from tracewood import integrations as room

        room.instrument(integrations)
