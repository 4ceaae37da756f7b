"""Settings from arguments and the environment: one reader for the package and its faces, one frozen result.

An argument wins over a variable, a variable over the default. A broken argument raises `ValueError`; a broken variable
is said in one warning and the default is used, since the environment may be read in the middle of a user's call.
"""

from __future__ import annotations

import os

from tracewood import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    Value = TypeVar("Value")

__all__ = ["Options", "boolean", "duration", "mapping", "number", "read", "resolve", "share", "text", "url"]

_DEFAULT_ENDPOINT = "http://127.0.0.1:4318"
_COMPRESSIONS = ("auto", "gzip", "none")
_QUEUE_POLICIES = ("drop", "block", "spill")


if TYPE_CHECKING:
    from typing_extensions import TypedDict

    class Further(TypedDict, total=False):
        """The options that few programs set; python/README.md says what each of them does."""

        capture_input: bool | None
        capture_output: bool | None
        exit_timeout: float | None
        handle_sigterm: bool | None
        hide_secrets: bool | None
        join_provider: bool | None
        queue_policy: str | None
        queue_timeout: float | None
        queue_spans_max: int | None
        queue_bytes_max: int | None
        spool: str | os.PathLike[str] | None
        spool_bytes_max: int | None
        sample_ratio: float | None
        tail_sampling: bool | None
        tail_slower_than: float | None
        tail_ratio: float | None
        depth_max: int | None
        items_max: int | None
        string_bytes_max: int | None
        value_bytes_max: int | None


class Options:
    """What `tracewood.initialize` settled on; nothing changes it afterwards."""

    __slots__ = (
        "api_key",
        "capture_input",
        "capture_output",
        "compression",
        "debug",
        "enabled",
        "environment",
        "exit_timeout",
        "file",
        "flush_at",
        "flush_interval",
        "git_ref",
        "git_repo",
        "handle_sigterm",
        "headers",
        "hide_secrets",
        "join_provider",
        "limits",
        "patch_threads",
        "queue_bytes_max",
        "queue_policy",
        "queue_spans_max",
        "queue_timeout",
        "resource",
        "sample_ratio",
        "service_name",
        "spool",
        "spool_bytes_max",
        "tail_ratio",
        "tail_sampling",
        "tail_slower_than",
        "timeout",
        "url",
    )

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"'{name}' is settled")

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def text(value: Any) -> str:
    """Any text."""
    return str(value)


def boolean(value: Any) -> bool:
    """`true`, `1`, `yes`, `on` or their opposites, in any case."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in ("true", "1", "yes", "on"):
        return True
    if word in ("false", "0", "no", "off"):
        return False
    raise ValueError("true or false")


def number(least: int, most: int) -> Callable[[Any], int]:
    """A whole number between two others."""

    def parse(value: Any) -> int:
        try:
            found = int(str(value).strip())
        except ValueError:
            found = least - 1
        if not least <= found <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return found

    return parse


def duration(value: Any) -> float:
    """A number of seconds above zero."""
    try:
        found = float(str(value).strip())
    except ValueError:
        found = 0.0
    if not 0 < found <= 86_400:
        raise ValueError("a number of seconds above 0 and up to 86400")
    return found


def share(value: Any) -> float:
    """A share from 0 to 1."""
    try:
        found = float(str(value).strip())
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise ValueError("a number from 0 to 1")
    return found


def url(value: Any) -> str:
    """An http or https address, without the slash at its end."""
    found = str(value).strip().rstrip("/")
    if not found.startswith(("http://", "https://")) or not found.split("://", 1)[1]:
        raise ValueError("an address such as http://127.0.0.1:4318")
    return found


def mapping(value: Any) -> dict[str, str]:
    """A dictionary, or `name=value` pairs with commas between them as OpenTelemetry writes headers."""
    if isinstance(value, dict):
        return {str(name): str(item) for name, item in value.items()}
    from urllib.parse import unquote

    pairs: dict[str, str] = {}
    for pair in str(value).split(","):
        if pair.strip():
            name, equals, item = pair.partition("=")
            if not equals or not name.strip():
                raise ValueError("name=value pairs with commas between them")
            pairs[unquote(name.strip())] = unquote(item.strip())
    return pairs


def compression(value: Any) -> str:
    """`auto`, `gzip` or `none`."""
    word = str(value).strip().lower()
    if word not in _COMPRESSIONS:
        raise ValueError("'auto', 'gzip' or 'none'")
    return word


def queue_policy(value: Any) -> str:
    """`drop`, `block` or `spill`."""
    word = str(value).strip().lower()
    if word not in _QUEUE_POLICIES:
        raise ValueError("'drop', 'block' or 'spill'")
    return word


def read(
    argument: Any,
    variables: tuple[str, ...],
    parse: Callable[[Any], Value],
    default: Value,
    name: str,
    environ: Mapping[str, str] | None = None,
) -> Value:
    """Reads one setting.

    Args:
        argument: What the caller gave; `None` for nothing.
        variables: The environment variables that may say it, the first one that is set and not empty counts.
        parse: Makes the value, or raises `ValueError` with the accepted form.
        default: What counts where nobody said anything.
        name: The name of the argument, for the message.
        environ: The environment; that of the process by default.

    Returns:
        The value.

    Raises:
        ValueError: If the argument is broken; a broken variable is only warned of.
    """
    if argument is not None:
        try:
            return parse(argument)
        except ValueError as form:
            raise ValueError(f"{name}={argument!r} is not {form}") from None
    environ = os.environ if environ is None else environ
    for variable in variables:
        given = environ.get(variable)
        if given:
            try:
                return parse(given)
            except ValueError as form:
                _native.log(30, f"{variable}='{given}' is not {form}; using {default!r} instead")
                return default
    return default


def resolve(**given: Any) -> Options:
    """Settles the options of `tracewood.initialize` from its arguments and the environment.

    Args:
        **given: The arguments; what is absent or `None` is looked up in `TRACEWOOD_<NAME>`.

    Returns:
        The options.

    Raises:
        ValueError: If an argument is broken.
        TypeError: If an argument is unknown.
    """

    def option(name: str, parse: Callable[[Any], Value], default: Value, *more: str) -> Value:
        return read(given.pop(name, None), (f"TRACEWOOD_{name.upper()}", *more), parse, default, name)

    endpoint = option("endpoint", url, "")
    api_key = option("api_key", text, "")
    nothing: dict[str, str] = {}
    headers = option("headers", mapping, nothing, "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS")
    if api_key and not any(name.lower() == "authorization" for name in headers):
        headers = {**headers, "Authorization": f"Bearer {api_key}"}
    resource = read(None, ("OTEL_RESOURCE_ATTRIBUTES",), mapping, nothing, "resource")
    options = Options(
        api_key=api_key,
        url=_traces_url(endpoint),
        headers=headers,
        resource=resource,
        service_name=option("service_name", text, resource.get("service.name", ""), "OTEL_SERVICE_NAME"),
        environment=option("environment", text, resource.get("deployment.environment.name", "")),
        enabled=option("enabled", boolean, True) and not read(None, ("OTEL_SDK_DISABLED",), boolean, False, "enabled"),
        compression=option("compression", compression, "auto", "OTEL_EXPORTER_OTLP_COMPRESSION"),
        timeout=option("timeout", duration, 10.0),
        exit_timeout=option("exit_timeout", duration, 5.0),
        flush_interval=option("flush_interval", duration, 1.0),
        flush_at=option("flush_at", number(1, 100_000), 512),
        queue_spans_max=option("queue_spans_max", number(1, 10_000_000), 100_000),
        queue_bytes_max=option("queue_bytes_max", number(1024, 1 << 40), 64 * 1024 * 1024),
        queue_policy=option("queue_policy", queue_policy, "drop"),
        queue_timeout=option("queue_timeout", duration, 1.0),
        spool=option("spool", text, ""),
        spool_bytes_max=option("spool_bytes_max", number(1024, 1 << 50), 256 * 1024 * 1024),
        sample_ratio=option("sample_ratio", share, 1.0),
        tail_sampling=option("tail_sampling", boolean, False),
        tail_slower_than=option("tail_slower_than", duration, 5.0),
        tail_ratio=option("tail_ratio", share, 0.0),
        hide_secrets=option("hide_secrets", boolean, True),
        handle_sigterm=option("handle_sigterm", boolean, True),
        join_provider=option("join_provider", boolean, True),
        git_repo=option("git_repo", text, ""),
        git_ref=option("git_ref", text, ""),
        file=option("file", text, ""),
        patch_threads=option("patch_threads", boolean, True),
        debug=option("debug", boolean, False),
        capture_input=option("capture_input", boolean, True),
        capture_output=option("capture_output", boolean, True),
        limits={
            "depth": option("depth_max", number(1, 64), 32),
            "items": option("items_max", number(1, 1_000_000), 10_000),
            "string_bytes": option("string_bytes_max", number(16, 1 << 30), 256 * 1024),
            "value_bytes": option("value_bytes_max", number(256, 1 << 30), 1024 * 1024),
        },
    )
    if given:
        raise TypeError(f"initialize() got an unknown option '{next(iter(given))}'")
    return options


def _traces_url(endpoint: str) -> str:
    """Where spans go: the endpoint with OTLP's path, unless a variable of OpenTelemetry names the whole address."""
    if not endpoint:
        whole = read(None, ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",), url, "", "endpoint")
        if whole:
            return whole
        endpoint = read(None, ("OTEL_EXPORTER_OTLP_ENDPOINT",), url, _DEFAULT_ENDPOINT, "endpoint")
    return endpoint if endpoint.endswith("/v1/traces") else endpoint + "/v1/traces"
