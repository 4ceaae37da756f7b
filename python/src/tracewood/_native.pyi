"""The native module: capture of Python objects, the current span, delivery. Nothing of it is public but `Span`."""

from collections.abc import Callable
from types import FunctionType
from typing import Any, Literal, TypeVar, final

_Kept = TypeVar("_Kept")

__all__ = [
    "Attributes",
    "Memory",
    "OtelSpan",
    "ProviderCore",
    "Site",
    "Snapshot",
    "Span",
    "SpanScope",
    "TracerCore",
    "__version__",
    "add_destination",
    "add_memory",
    "after_fork_in_child",
    "carried",
    "carry",
    "current_headers",
    "current_ids",
    "current_session_id",
    "current_span",
    "drain_log",
    "encode",
    "end_redaction",
    "flush",
    "follow_sigterm",
    "handle_sigterm",
    "has_destination",
    "is_active",
    "is_coroutine",
    "join_opentelemetry",
    "limit_sigterm",
    "log",
    "pop_attributes",
    "push_attributes",
    "random_ids",
    "rearm",
    "record_readable",
    "register",
    "remote_span",
    "remove_destination",
    "set_captures",
    "set_limits",
    "set_observer",
    "set_redactor",
    "set_sampling",
    "set_secrets_hidden",
    "shutdown",
    "start_span",
    "stats",
    "swap_current",
    "tell_resource",
    "traced",
    "update",
]

__version__: str

@final
class Site:
    """What is known of a decorated function before it is called."""

    def __new__(
        cls,
        name: str,
        kind: str,
        *,
        style: str = "named",
        positional: tuple[str, ...] | None = None,
        var_positional: str | None = None,
        keyword_only: tuple[str, ...] | None = None,
        var_keyword: str | None = None,
        defaults: dict[str, Any] | None = None,
        has_self: bool = False,
        file: str | None = None,
        line: int | None = None,
        function: str | None = None,
        metadata: Any = None,
        tags: Any = None,
        attributes: dict[str, Any] | None = None,
        capture_input: bool = True,
        capture_output: bool = True,
        session_id: str | None = None,
        user_id: str | None = None,
        first_call: Callable[[], object] | None = None,
    ) -> Site: ...
    @property
    def enter(self) -> Callable[..., Span | None]:
        """Takes the arguments of a call and begins its span, which is current then; `None` while tracing is off."""

    @property
    def begin(self) -> Callable[..., Span | None]:
        """The same for a generator, whose span is current only while its body runs."""

@final
class Span:
    """A span that was begun; once ended, or begun while tracing was off, its methods do nothing."""

    @property
    def trace_id(self) -> str | None:
        """The trace, in 32 hex digits."""

    @property
    def span_id(self) -> str | None:
        """The span, in 16 hex digits."""

    @property
    def parent_span_id(self) -> str | None:
        """The span that it was begun in, in 16 hex digits."""

    @property
    def name(self) -> str | None:
        """What it is called."""

    @property
    def kind(self) -> str | None:
        """What sort of work it is."""

    @property
    def started_at_unix_nanos(self) -> int | None:
        """When it began, in nanoseconds since the Unix epoch."""

    @property
    def is_recording(self) -> bool:
        """Whether it records: not ended, and begun while tracing was on."""

    view: Any
    """The object of a face that stands for this span."""

    def update(
        self,
        *,
        name: str | None = None,
        kind: str | None = None,
        input: Any = None,
        output: Any = None,
        metadata: Any = None,
        tags: Any = None,
        model: str | None = None,
        model_parameters: Any = None,
        usage: Any = None,
        cost: float | None = None,
        prompt: Any = None,
        provider: str | None = None,
        session_id: str | None = None,
        user_id: str | None = None,
    ) -> None:
        """Says things of the span; what is `None` stays as it is."""

    def set_attributes(self, attributes: dict[str, Any]) -> None:
        """Sets attributes, each over one of the same name."""

    def set_status(self, status: str, message: str = "") -> None:
        """Says how it went: `ok`, `error` or `unset`."""

    def add_event(
        self, name: str, attributes: dict[str, Any] | None = None, *, at_unix_nanos: int | None = None
    ) -> None:
        """Notes that something happened, now unless a time is given."""

    def record_exception(self, error: BaseException, *, is_status: bool = True) -> None:
        """Notes an exception without ending the span."""

    def end(self) -> None:
        """Ends the span now; the span around it is current again."""

    def activate(self) -> None:
        """Makes the span current until it ends."""

    def leave(self, result: Any) -> bool:
        """Ends the span of a function that returned; answers whether a coroutine came back that must be awaited."""

    def fail(self, error: BaseException) -> None:
        """Ends the span of a function that raised."""

    def resume(self) -> Span | None:
        """Makes the span current while the body of a generator runs; answers what was current before."""

    def suspend(self, before: Span | None) -> None:
        """Brings back what was current before the body of a generator ran."""

    def add_item(self, item: Any) -> None:
        """Records what a generator yielded, as one item of its output."""

    def finish(self, value: Any) -> None:
        """Ends the span of a generator that is exhausted or closed."""

@final
class Memory:
    """The spans that arrived in memory."""

    def spans(self) -> list[dict[str, Any]]:
        """Every span that arrived so far, in the order of their ends."""

    def clear(self) -> None:
        """Forgets them."""

@final
class Attributes:
    """What `using_attributes` hangs on spans; one object for each block."""

@final
class OtelSpan:
    """A span as OpenTelemetry's API knows it; what its SDK lets be read of a span can be read of it as well."""

    @property
    def context(self) -> Any:
        """Its `SpanContext`."""

    def get_span_context(self) -> Any:
        """Its `SpanContext`."""

    def end(self, end_time: int | None = None) -> None:
        """Ends it; only the first end counts."""

    def set_attribute(self, key: str, value: Any) -> None:
        """Sets an attribute."""

    def set_attributes(self, attributes: Any) -> None:
        """Sets attributes."""

    def add_event(self, name: str, attributes: Any = None, timestamp: int | None = None) -> None:
        """Notes that something happened."""

    def add_link(self, context: Any, attributes: Any = None) -> None:
        """Points at another span."""

    def update_name(self, name: str) -> None:
        """Renames it."""

    def is_recording(self) -> bool:
        """Whether what is said of it is recorded."""

    def set_status(self, status: Any, description: str | None = None) -> None:
        """Says how it stands: a `Status`, or a `StatusCode` with a description."""

    def record_exception(
        self, exception: BaseException, attributes: Any = None, timestamp: int | None = None, escaped: bool = False
    ) -> None:
        """Notes an exception."""

    def __enter__(self) -> OtelSpan: ...
    def __exit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None: ...
    def __getattribute__(self, name: str, /) -> Any: ...

@final
class SpanScope:
    """A span around a block or around each call of a function; each entering begins another one."""

    def __new__(
        cls,
        tracer: Any,
        core: TracerCore | None,
        name: str,
        context: Any,
        kind: Any,
        attributes: Any,
        links: Any,
        start_time: int | None,
        record_exception: bool,
        set_status_on_exception: bool,
        end_on_exit: bool,
    ) -> SpanScope: ...
    def renew(self) -> SpanScope:
        """The same again, for a call of a decorated function that may run beside others."""

    def __enter__(self) -> Any: ...
    def __exit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> bool: ...
    def __call__(self, function: _Kept) -> _Kept: ...

@final
class ProviderCore:
    """What all spans of a tracer provider have in common."""

    def __new__(
        cls,
        processor: Any,
        *,
        limits: list[int | None],
        ratio_bound: int | None = None,
        follows_parent: bool = True,
        sampler: Any = None,
        id_generator: Any = None,
        keeps_ended: bool = False,
    ) -> ProviderCore: ...
    def belong_to(self, owner: Any, is_main: bool) -> None:
        """Says whose core this is, by a weak reference, and whether it is the provider of the process."""

    def set_listening(self, is_listening: bool) -> None:
        """Says whether there is a processor to be told."""

    def set_enabled(self, is_enabled: bool) -> None:
        """Says whether its tracers make spans."""

@final
class TracerCore:
    """What all spans of a tracer have in common."""

    def __new__(cls, provider: ProviderCore, name: str, version: str, scope: Any) -> TracerCore: ...
    def start_span(
        self,
        name: str,
        context: Any,
        kind: Any,
        attributes: Any,
        links: Any,
        start_time: int | None,
        record_exception: bool,
        set_status_on_exception: bool,
    ) -> Any:
        """Begins a span without making it current; one that records nothing where nobody wants it."""

@final
class Snapshot:
    """What can be read of a span of OpenTelemetry at one moment."""

    def fields(self) -> dict[str, Any]:
        """Everything in it: what of OpenTelemetry's types is plain as it is, the rest as pieces to make them of."""

def add_destination(name: str, sort: str, settings: dict[str, Any]) -> None:
    """Adds a destination, in the place of one of the same name.

    Raises:
        ValueError: If a setting cannot work.
    """

def add_memory(name: str) -> Memory:
    """Adds a destination in memory and gives it."""

def tell_resource(attributes: dict[str, Any]) -> None:
    """Tells every destination more of the process than it was told when it was added."""

def follow_sigterm() -> None:
    """Has a SIGTERM interrupt the main thread until Python's handler has begun; Linux only."""

def handle_sigterm() -> None:
    """Says that the handler of SIGTERM has begun."""

def limit_sigterm(timeout: float) -> None:
    """After so many seconds in which the handler has not begun, the process ends as if there were none."""

def after_fork_in_child() -> None:
    """Makes the recorder of a forked child its own."""

def carried() -> tuple[Any, Any] | None:
    """Both context variables as they are here; `None` where there is nothing to carry."""

def carry(both: tuple[Any, Any] | None) -> tuple[Any, Any]:
    """Sets both context variables to what was carried here; answers what they were."""

def current_headers() -> tuple[str, str] | None:
    """The current span in the words of W3C, `(traceparent, tracestate)`; `None` where there is none."""

def current_ids() -> tuple[str, str] | None:
    """The trace and span ids of the current span in hex, also where it has ended."""

def current_session_id() -> str | None:
    """The session of the innermost block that names one."""

def current_span() -> Span | None:
    """The current span, unless there is none or it has ended."""

def drain_log() -> None:
    """Hands the log lines of the core that wait to `logging`."""

def encode(value: Any) -> str:
    """Any value as JSON text, as it would be recorded."""

def end_redaction() -> None:
    """Lets no thread ask for the interpreter any more to redact a span; to be called at the end of the process."""

def flush(timeout: float) -> tuple[int, int, int, int]:
    """Waits until what ended before is delivered or lost: `(delivered, remaining, lost, spooled)`."""

def has_destination(name: str) -> bool:
    """Whether a destination of that name takes spans."""

def is_active() -> bool:
    """Whether any destination takes spans."""

def is_coroutine(object: Any) -> bool:
    """Whether it is exactly what a coroutine function returns."""

def join_opentelemetry(variable: Any, runtime: Any, span_key: str) -> None:
    """From now on the current span lies in OpenTelemetry's context; one that is current already is put there."""

def log(level: int, line: str) -> None:
    """Writes a line to the logger `tracewood`; a handler that raises is ignored."""

def pop_attributes(before: Any) -> None:
    """Brings back what `push_attributes` answered."""

def push_attributes(
    *,
    user_id: str | None = None,
    session_id: str | None = None,
    tags: Any = None,
    metadata: Any = None,
    prompt_template: str | None = None,
    prompt_template_version: str | None = None,
    prompt_template_variables: Any = None,
) -> Any:
    """Puts fields over those that are current, each over its own, and answers what was current before."""

def random_ids() -> tuple[int, int]:
    """A fresh trace id and span id, as numbers."""

def record_readable(span: Any) -> bool:
    """Takes over a `ReadableSpan` that is sampled, unless that was done; answers whether it did."""

def rearm() -> None:
    """Lets every function look at the environment again at its next call, as after a shutdown."""

def register(cls: type[_Kept], encoder: Callable[[_Kept], Any]) -> None:
    """Registers what writes the instances of a type and its subtypes."""

def remove_destination(name: str) -> bool:
    """Takes a destination away, which still delivers what it has; answers whether there was one."""

def remote_span(trace_id: str, span_id: str, is_sampled: bool, tracestate: str) -> Span | None:
    """What stands for the span of another process, current until its `end` is called; `None` where an id is none."""

def set_captures(input: bool, output: bool) -> None:
    """Says whether arguments and results are recorded at all."""

def set_sampling(
    ratio: float = 1.0, *, has_tail: bool = False, slower_than: float | None = None, ratio_of_others: float = 0.0
) -> None:
    """Says which traces are kept: a share of all, and of these, with a tail rule, the ones that tell something."""

def set_secrets_hidden(are_hidden: bool) -> None:
    """Says whether texts that have the shape of a well-known secret are written over."""

def set_limits(
    *,
    depth: int | None = None,
    items: int | None = None,
    string_bytes: int | None = None,
    value_bytes: int | None = None,
) -> None:
    """Sets how much of a value is recorded; what is `None` is at its usual limit."""

def set_observer(
    observer: Callable[[Literal["start", "end"], Span, str, float], object] | None,
) -> None:
    """Has a callable told of every start and end: `(what, span, status, duration_millis)`; `None` ends it."""

def set_redactor(redactor: Callable[[dict[str, Any]], dict[str, Any]] | None) -> None:
    """Has a callable look through every span: it takes a dictionary and answers what may be sent; `None` ends it."""

def shutdown(timeout: float) -> tuple[int, int, int, int]:
    """Flushes, then stops every destination: `(delivered, remaining, lost, spooled)`."""

def start_span(
    name: str,
    kind: str,
    *,
    trace_id: str | None = None,
    parent_span_id: str | None = None,
    parent: Span | None = None,
    is_mutagent: bool = False,
) -> Span:
    """Begins a span by hand, without making it current; one that records nothing while tracing is off."""

def stats() -> dict[str, Any]:
    """What was done so far, in numbers."""

def swap_current(span: Span | None) -> Span | None:
    """Makes a span, or none, current without any order; answers what was."""

def traced(target: Callable[..., Any], site: Site, model: FunctionType) -> Any:
    """What stands in the place of a callable and makes a span of each call.

    Args:
        target: What is called.
        site: What is known of it.
        model: The function whose code, defaults and the like are shown to whoever asks.

    Returns:
        A callable that is a function to `isinstance` and `inspect`, binds like one, and adds no frame.
    """

def update(span: Span, words: dict[str, Any]) -> None:
    """Says things of a span; what is `None` stays as it is."""
