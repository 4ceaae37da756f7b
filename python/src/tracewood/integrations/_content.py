"""Whether messages are recorded: Tracewood's switches, and those of everybody else set to the same.

The emitters that follow OpenTelemetry's conventions record no messages unless a variable says so. A trace without them
is of little use, so here they are on unless somebody objects: `capture_input=False`, `capture_output=False`, their
variables `TRACEWOOD_CAPTURE_INPUT` and `TRACEWOOD_CAPTURE_OUTPUT`, or any variable below that the user has set.
"""

from __future__ import annotations

import os

from tracewood import _options
from tracewood.integrations._recipe import Content

__all__ = ["settle"]

# OpenTelemetry's own switch; whoever sets it to this speaks for every integration.
SWITCH = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_OFF = ("no_content", "false", "0", "no", "off")

# Variable, and what it says where messages are recorded and where they are not.
_VARIABLES = (
    (SWITCH, "SPAN_ONLY", "NO_CONTENT"),
    ("ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE", "content", "metadata_only"),
    ("ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS", "true", "false"),
    ("ENABLE_SENSITIVE_DATA", "true", "false"),
    ("TRACELOOP_TRACE_CONTENT", "true", "false"),
)


def settle(capture_input: bool | None, capture_output: bool | None) -> Content:
    """Settles what is recorded, and sets the variables of other emitters that the user left open.

    Args:
        capture_input: What the program said.
        capture_output: What the program said.

    Returns:
        What holds.
    """
    is_off = os.environ.get(SWITCH, "").strip().lower() in _OFF and SWITCH not in _set_here
    default = not is_off
    boolean = _options.boolean
    content = Content(
        input=_options.read(capture_input, ("TRACEWOOD_CAPTURE_INPUT",), boolean, default, "capture_input"),
        output=_options.read(capture_output, ("TRACEWOOD_CAPTURE_OUTPUT",), boolean, default, "capture_output"),
    )
    for variable, on, off in _VARIABLES:
        if variable not in os.environ or variable in _set_here:
            _set_here.add(variable)
            os.environ[variable] = on if content.whole else off
    return content


# What this file wrote and may write again; what the user wrote stays.
_set_here: set[str] = set()
