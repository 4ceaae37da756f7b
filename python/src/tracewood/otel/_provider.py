"""The tracer provider: OpenTelemetry's way to spans that go to Tracewood's destinations."""

from __future__ import annotations

import atexit
import os
from threading import Lock
from weakref import ref

from opentelemetry import trace

from tracewood import _client, _native
from tracewood.otel import _limits
from tracewood.otel._sdk import IdGenerator, Resource, Scope, SpanProcessors, sdk_trace
from tracewood.otel._tracer import Tracer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opentelemetry.util.types import Attributes

__all__ = ["TracerProvider", "provider_from_environment", "tracer_provider"]

_MILLIS_A_SECOND = 1000


class TracerProvider(trace.TracerProvider):
    """Gives tracers whose spans go to every destination of the process, beside those of Tracewood's own API.

    Where `opentelemetry-sdk` is installed, what `tracer_provider` gives is also an instance of its `TracerProvider`.
    """

    # Tells ours from those of others without importing this module.
    is_tracewood = True

    def __init__(
        self,
        sampler: Any = None,
        resource: Any = None,
        shutdown_on_exit: bool = True,
        active_span_processor: Any = None,
        id_generator: Any = None,
        span_limits: Any = None,
        *,
        keeps_ended: bool = False,
        is_main: bool = False,
    ) -> None:
        """Takes what the SDK's provider takes; programs call `tracer_provider` instead.

        Args:
            sampler: Which traces are kept; what the environment says by default.
            resource: What the spans that processors are given say of the process.
            shutdown_on_exit: Whether the processors are shut down when the process ends.
            active_span_processor: What tells the processors.
            id_generator: What draws ids.
            span_limits: Bounds; what the environment says by default.
            keeps_ended: Whether attributes, events and links can be read of a span that has ended.
            is_main: Whether the processors are told of spans of Tracewood's own API as well.
        """
        self._sampling = _limits.sampling_from_environment() if sampler is None else _limits.sampling_of(sampler)
        self._sampler = sampler
        self._given_resource = resource
        self._id_generator = id_generator
        self._span_limits = span_limits
        self._active_span_processor = active_span_processor or SpanProcessors()
        self._shutdown_on_exit = shutdown_on_exit
        self._atexit_handler: Any = None
        self._disabled = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
        self._tracers: dict[Any, Tracer] = {}
        self._tracers_lock = Lock()
        self._core = _native.ProviderCore(
            self._active_span_processor,
            limits=_limits.limits_from_environment() if span_limits is None else _limits.limits_of(span_limits),
            ratio_bound=self._sampling.bound,
            follows_parent=self._sampling.follows_parent,
            sampler=self._sampling.sampler,
            id_generator=id_generator,
            keeps_ended=keeps_ended,
        )
        self._core.belong_to(ref(self), is_main)
        if active_span_processor is not None:
            self._listen()

    def get_tracer(
        self,
        instrumenting_module_name: str,
        instrumenting_library_version: str | None = None,
        schema_url: str | None = None,
        attributes: Attributes = None,
    ) -> trace.Tracer:
        """A tracer; the same one for the same scope."""
        if self._disabled:
            return trace.NoOpTracer()
        if not instrumenting_module_name:
            instrumenting_module_name = ""
            _native.log(30, "get_tracer was called without the name of the instrumentation")
        # Whatever it is: a test of somebody's may give an object that only says it is text.
        instrumenting_module_name = str(instrumenting_module_name)
        version = str(instrumenting_library_version or "")
        key = (instrumenting_module_name, version, schema_url, repr(sorted((attributes or {}).items())))
        with self._tracers_lock:
            found = self._tracers.get(key)
            if found is None:
                scope = _scope(instrumenting_module_name, version, schema_url, attributes)
                core = _native.TracerCore(self._core, instrumenting_module_name, version, scope)
                found = self._tracers[key] = Tracer(core, scope, self)
        return found

    def add_span_processor(self, span_processor: Any) -> None:
        """Has a processor of OpenTelemetry told of every start and end.

        This is the slow way: spans are then made into objects of Python as well, when somebody looks at them.
        """
        self._active_span_processor.add_span_processor(span_processor)
        self._listen()

    def _listen(self) -> None:
        self._core.set_listening(True)
        if self._shutdown_on_exit and self._atexit_handler is None:
            self._atexit_handler = atexit.register(self._active_span_processor.shutdown)

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Waits until what ended before is delivered, also by the processors.

        Args:
            timeout_millis: How long to wait at most.

        Returns:
            Whether that was done in time.
        """
        is_flushed = self._active_span_processor.force_flush(timeout_millis)
        told = _client.flush(timeout_millis / _MILLIS_A_SECOND)
        return is_flushed is not False and told["remaining"] == 0

    def shutdown(self) -> None:
        """Shuts the processors down and delivers what waits; the destinations stay, since they are not its own."""
        self._active_span_processor.shutdown()
        if self._atexit_handler is not None:
            atexit.unregister(self._atexit_handler)
            self._atexit_handler = None
        # The SDK of others calls this at the end of a process, which a dead server must not hold up.
        _client.flush(_client.exit_seconds())

    @property
    def resource(self) -> Any:
        """What is said of the process."""
        if self._given_resource is not None:
            return self._given_resource
        told = _client.told_resource()
        if sdk_trace() is None:
            return Resource(told)
        from opentelemetry.sdk.resources import Resource as SdkResource

        return SdkResource.create(told)

    @property
    def sampler(self) -> Any:
        """Which traces are kept."""
        return self._sampling if self._sampler is None else self._sampler

    @property
    def id_generator(self) -> Any:
        """What draws ids."""
        return IdGenerator() if self._id_generator is None else self._id_generator


def _scope(name: str, version: str, schema_url: str | None, attributes: Any) -> Any:
    if sdk_trace() is None:
        return Scope(name, version, schema_url or "", attributes)
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope

    return InstrumentationScope(name, version, schema_url, attributes)


_classes: list[type[TracerProvider]] = []
_main: list[TracerProvider] = []
_lock = Lock()


def provider_class() -> type[TracerProvider]:
    """The class of providers: where the SDK is installed, one that is a subclass of its `TracerProvider` as well.

    Programs and libraries ask for that class before they add a processor.
    """
    if not _classes:
        sdk = sdk_trace()
        bases: tuple[type, ...] = (TracerProvider,)
        if sdk is not None:
            bases = (TracerProvider, sdk.TracerProvider)
            sdk.Tracer.register(Tracer)
            sdk.Span.register(_native.OtelSpan)
        _classes.append(
            type("TracerProvider", bases, {"__module__": "tracewood.otel", "__doc__": TracerProvider.__doc__})
        )
    return _classes[0]


def tracer_provider(
    *,
    set_global: bool = False,
    sampler: Any = None,
    resource: Any = None,
    id_generator: Any = None,
    span_limits: Any = None,
) -> TracerProvider:
    """The provider to give to instrumentations; its spans go where `tracewood.initialize` says.

    It is private unless it is asked to be global, so that whoever owns the provider of the process keeps it.

    Args:
        set_global: Whether it becomes the provider of the process, if there is none yet.
        sampler: A sampler of the SDK; what `OTEL_TRACES_SAMPLER` says by default.
        resource: A resource of the SDK for the spans that processors are given.
        id_generator: What draws ids; the recorder by default.
        span_limits: `SpanLimits` of the SDK; by default 10 000 attributes a span, or what `OTEL_SPAN_*` and
            `OTEL_ATTRIBUTE_*` say.

    Returns:
        The same provider each time, or one of its own where anything but `set_global` is given.
    """
    given = {"sampler": sampler, "resource": resource, "id_generator": id_generator, "span_limits": span_limits}
    if any(value is not None for value in given.values()):
        provider = provider_class()(**given)
    else:
        with _lock:
            if not _main:
                _main.append(provider_class()(is_main=True))
            provider = _main[0]
    if set_global:
        trace.set_tracer_provider(provider)
    return provider


def provider_from_environment() -> TracerProvider:
    """What `OTEL_PYTHON_TRACER_PROVIDER=tracewood` installs: the provider, with a destination from the environment."""
    if not _native.is_active():
        import tracewood

        tracewood.initialize()
    return tracer_provider()
