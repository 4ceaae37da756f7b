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
    # One after the other, so that the last one counts as a whole.
    with _client.starting():
        _begin(options, integrations, redact)


def _begin(options: _options.Options, integrations: Any, redact: Any) -> None:
    _client.prepare(
        patch_threads=options.patch_threads,
        handle_sigterm=options.handle_sigterm,
        join_provider=options.join_provider,
    )
    _client.settle_exit(options.exit_timeout)
    # What is replaced stays until the new one takes its place, so that no span falls between them.
    wanted = {_NAME: True, f"{_NAME} file": options.file, f"{_NAME} console": options.debug}
    for name, is_wanted in wanted.items():
        if not (options.enabled and is_wanted):
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
    _native.set_captures(options.capture_input, options.capture_output)
    _native.set_secrets_hidden(options.hide_secrets)
    _native.set_sampling(
        options.sample_ratio,
        has_tail=options.tail_sampling,
        slower_than=options.tail_slower_than,
        ratio_of_others=options.tail_ratio,
    )
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
        "queue_policy": options.queue_policy,
        "queue_timeout": options.queue_timeout,
        "spool": options.spool,
        "spool_bytes_max": options.spool_bytes_max,
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
