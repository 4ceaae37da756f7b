"""Bounds and sampling as the variables of OpenTelemetry say them, and as objects of its SDK do."""

from __future__ import annotations

from tracewood._options import number, read, share

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Sampling", "limits_from_environment", "limits_of", "sampling_from_environment", "sampling_of"]

# OpenInference raises OpenTelemetry's 128 to this, since it flattens messages into attributes.
SPAN_ATTRIBUTES_MAX = 10_000
# OpenTelemetry's default of everything else that is counted.
COUNT_MAX = 128
# The bound under which the low half of every trace id lies.
ALL = 1 << 64

Limits = "tuple[int | None, int | None, int | None, int | None, int | None, int | None, int | None]"


def _limit(default: int | None, *variables: str) -> int | None:
    """A count out of the first variable that is there; an empty one takes the bound away, as in the SDK."""
    import os

    for variable in variables:
        if variable in os.environ:
            if not os.environ[variable].strip():
                return None
            return read(None, (variable,), number(0, 1 << 31), default, variable)
    return default


def limits_from_environment() -> list[int | None]:
    """Attributes, events, links, attributes of an event and of a link, characters of a span's texts and of others."""
    attributes, length = "OTEL_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"
    return [
        _limit(SPAN_ATTRIBUTES_MAX, "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", attributes),
        _limit(COUNT_MAX, "OTEL_SPAN_EVENT_COUNT_LIMIT"),
        _limit(COUNT_MAX, "OTEL_SPAN_LINK_COUNT_LIMIT"),
        _limit(COUNT_MAX, "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", attributes),
        _limit(COUNT_MAX, "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", attributes),
        _limit(None, "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", length),
        _limit(None, length),
    ]


def limits_of(limits: Any) -> list[int | None]:
    """The same out of a `SpanLimits` of the SDK."""
    return [
        limits.max_span_attributes,
        limits.max_events,
        limits.max_links,
        limits.max_event_attributes,
        limits.max_link_attributes,
        limits.max_span_attribute_length,
        limits.max_attribute_length,
    ]


class Sampling:
    """Which traces are kept: a share of them, and whether a parent's decision counts; or an object that is asked."""

    def __init__(self, ratio: float = 1.0, *, follows_parent: bool = True, sampler: Any = None) -> None:
        """Takes a share from 0 to 1, or a sampler in its place."""
        self.ratio = ratio
        self.follows_parent = follows_parent
        self.sampler = sampler

    @property
    def bound(self) -> int | None:
        """Below which the low half of a kept trace id lies; `None` where a sampler is asked."""
        return None if self.sampler is not None else round(self.ratio * ALL)

    def get_description(self) -> str:
        """What it does, in the words of the SDK."""
        if self.sampler is not None:
            return str(self.sampler.get_description())
        if self.ratio in (0.0, 1.0):
            root = "AlwaysOnSampler" if self.ratio else "AlwaysOffSampler"
        else:
            root = f"TraceIdRatioBased{{{self.ratio}}}"
        return f"ParentBased{{root:{root}}}" if self.follows_parent else root


def sampling_from_environment() -> Sampling:
    """What `OTEL_TRACES_SAMPLER` and its argument say; a sampler that is none of OpenTelemetry's own is warned of."""
    word = read(None, ("OTEL_TRACES_SAMPLER",), _sampler, "parentbased_always_on", "sampler")
    kind = word.removeprefix("parentbased_")
    ratio = {"always_on": 1.0, "always_off": 0.0}.get(kind)
    if ratio is None:
        ratio = read(None, ("OTEL_TRACES_SAMPLER_ARG",), share, 1.0, "sampler")
    return Sampling(ratio, follows_parent=word != kind)


def _sampler(value: Any) -> str:
    word = str(value).strip().lower()
    if word.removeprefix("parentbased_") not in ("always_on", "always_off", "traceidratio"):
        raise ValueError("always_on, always_off, traceidratio, or one of these after parentbased_")
    return word


def sampling_of(sampler: Any) -> Sampling:
    """What an object of the SDK decides, in numbers where that can be, since asking it costs as much as a span.

    Args:
        sampler: A sampler with `should_sample`.
    """
    from opentelemetry.sdk.trace import sampling

    if type(sampler) is sampling.ParentBased:
        followed = (
            sampler._remote_parent_sampled is sampling.ALWAYS_ON
            and sampler._local_parent_sampled is sampling.ALWAYS_ON
            and sampler._remote_parent_not_sampled is sampling.ALWAYS_OFF
            and sampler._local_parent_not_sampled is sampling.ALWAYS_OFF
        )
        ratio = _ratio_of(sampler._root) if followed else None
        return Sampling(sampler=sampler) if ratio is None else Sampling(ratio)
    ratio = _ratio_of(sampler)
    return Sampling(sampler=sampler) if ratio is None else Sampling(ratio, follows_parent=False)


def _ratio_of(sampler: Any) -> float | None:
    from opentelemetry.sdk.trace import sampling

    if sampler is sampling.ALWAYS_ON:
        return 1.0
    if sampler is sampling.ALWAYS_OFF:
        return 0.0
    return float(sampler.rate) if type(sampler) is sampling.TraceIdRatioBased else None
