"""The demo: a server, an example agent traced through both faces, its traces in the terminal, and the page's address.

Run by `make demo`, which builds everything first. With `--once` it stops after the traces were read back, and ends with
0 only if every span that the agent made is there with all that belongs to it.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import live
import steps

# About as long as a real model takes for a word, so that the waterfall looks like one.
PACE_MILLIS = 15.0
FACES = ("traceroot", "mutagent")
SESSION = "trip-to-lisbon"
# What the two faces can say; MutagenT has no word for a user.
USERS = {"traceroot": "ada", "mutagent": None}

Json = dict[str, Any]


@dataclass(frozen=True)
class Expected:
    """A span that the example makes."""

    name: str
    kind: str
    is_error: bool = False


# In the order of their starts; the first is the root and the parent of all others.
EXPECTED = [
    Expected("plan_trip", "agent"),
    Expected("choose_tools", "llm"),
    Expected("get_weather", "tool", is_error=True),
    Expected("choose_tools", "llm"),
    Expected("get_weather", "tool"),
    Expected("get_distance", "tool"),
    Expected("pack_bag", "tool"),
    Expected("write_answer", "llm"),
]


def problems(face: str, found: Json) -> list[str]:
    """What is wrong or missing in the trace of one face; nothing when it is complete."""
    spans = sorted(found["spans"], key=lambda span: span["started_at"])
    names = [span["name"] for span in spans]
    if names != [span.name for span in EXPECTED]:
        return [f"the spans are {names}"]
    wrong: list[str] = []

    def expect(span: Json, what: str, is_right: bool) -> None:
        if not is_right:
            wrong.append(f"{span['name']}: {what} is {span.get(what)!r}")

    for span, expected in zip(spans, EXPECTED, strict=True):
        is_root = span is spans[0]
        expect(span, "kind", span["kind"] == expected.kind)
        expect(span, "parent_span_id", span["parent_span_id"] == (None if is_root else spans[0]["span_id"]))
        expect(span, "status", (span["status"] == "error") == expected.is_error)
        expect(span, "duration_nanos", (span["duration_nanos"] or 0) > 0)
        expect(span, "session_id", span["session_id"] == SESSION)
        expect(span, "user_id", span["user_id"] == USERS[face])
        expect(span, "input", bool(span["input"]))
        if expected.is_error:
            expect(span, "status_message", "did you mean 'Lisbon'?" in (span["status_message"] or ""))
        else:
            expect(span, "output", bool(span["output"]))
        if expected.kind == "llm":
            usage = span["usage"]
            expect(span, "model", span["model"] == "gpt-4o-mini-2024-07-18")
            expect(span, "usage", bool(usage["input_tokens"] and usage["output_tokens"]))
            expect(span, "cost_usd", bool(span["cost_usd"]))
    return wrong + problems_of_summary(face, found["trace"], spans)


def problems_of_summary(face: str, trace: Json, spans: list[Json]) -> list[str]:
    """What is wrong with the totals of a trace."""
    calls = [span for span in spans if span["kind"] == "llm"]
    expected = {
        "name": "plan_trip",
        "span_count": len(EXPECTED),
        "error_count": 1,
        "input_tokens": sum(span["usage"]["input_tokens"] or 0 for span in calls),
        "output_tokens": sum(span["usage"]["output_tokens"] or 0 for span in calls),
        "session_id": SESSION,
        "user_id": USERS[face],
        "root_missing": False,
    }
    wrong = [f"trace: {key} is {trace[key]!r}, not {value!r}" for key, value in expected.items() if trace[key] != value]
    cost = sum(span["cost_usd"] or 0 for span in calls)
    if abs((trace["cost_usd"] or 0) - cost) > 1e-9:
        wrong.append(f"trace: cost_usd is {trace['cost_usd']!r}, not {cost!r}")
    return wrong


def run_example(face: str, server: live.Server, model_url: str) -> Json:
    """Runs the example through one face in a process of its own, and reads its trace back."""
    before = {trace["trace_id"] for trace in server.traces()}
    script = steps.ROOT / "examples" / f"trip_{face}.py"
    command = [steps.venv_python(), script, "--tracewood", server.url, "--openai", model_url]
    clean = live.environment_without("TRACEWOOD_", "TRACEROOT_", "MUTAGENT_", "OTEL_")
    done = subprocess.run([str(word) for word in command], env=clean, check=False, timeout=120)
    if done.returncode != 0:
        raise live.LiveError(f"{script.name} ended with {done.returncode}")

    def new_trace() -> str | None:
        return next((trace["trace_id"] for trace in server.traces() if trace["trace_id"] not in before), None)

    trace_id = live.wait_until(f"a trace through {face}", new_trace)
    return server.trace(trace_id, n_spans=len(EXPECTED))


def show(server: live.Server, trace: Json) -> None:
    """Prints a trace as the command line does."""
    sys.stdout.flush()
    command = [str(steps.binary()), "traces", "show", trace["trace"]["trace_id"], "--server", server.url]
    subprocess.run(command, check=True, timeout=60)


def check_ports(addresses: dict[str, str]) -> str | None:
    """A sentence about the first address that is taken, before minutes are spent on building."""
    for variable, address in addresses.items():
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit():
            return f"{variable} is '{address}', which is not of the form HOST:PORT"
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, int(port)))
            except OSError:
                free = f"make demo {variable}={host}:0"
                return f"port {port} of {host} is taken; `{free}` lets the system choose a free one"
    return None


def in_short(path: Path) -> Path:
    """A path as seen from the repository, where it lies in it."""
    whole = path.resolve()
    return whole.relative_to(steps.ROOT) if whole.is_relative_to(steps.ROOT) else whole


def run(options: argparse.Namespace) -> int:
    """Shows both traces, and then serves on or stops."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(live.serving(options.data, options.listen, options.grpc))
        print(f"the server listens on {server.url} (gRPC {server.grpc}), its data lies in {in_short(options.data)}")
        wrong = []
        with live.model(PACE_MILLIS) as model_url:
            for face in FACES:
                print(f"\nthe trip planner, traced through {face}:", flush=True)
                trace = run_example(face, server, model_url)
                print()
                show(server, trace)
                wrong += [f"{face}: {problem}" for problem in problems(face, trace)]
        for problem in wrong:
            print(f"incomplete: {problem}", file=sys.stderr)
        if options.once:
            print("\n" + ("both traces are complete" if not wrong else "the traces are not complete"))
            return 1 if wrong else 0
        print(f"\nOpen {server.url} to see them. Ctrl-C stops the server.", flush=True)
        code = server.program.process.wait()
        print(f"the server ended with {code}: {server.program.said()}", file=sys.stderr)
        return 1


def on_terminate(_number: int, _frame: FrameType | None) -> None:
    """Ends the demo as Ctrl-C does, so that nothing it started outlives it."""
    raise KeyboardInterrupt


def main() -> int:
    """Runs the demo."""
    parser = argparse.ArgumentParser(description="Traces an example agent through both faces.")
    parser.add_argument("--listen", default="127.0.0.1:4318", help="where the server takes HTTP")
    parser.add_argument("--grpc", default="127.0.0.1:4317", help="where the server takes gRPC")
    parser.add_argument("--data", type=Path, default=steps.ROOT / ".tracewood", help="where the server keeps its data")
    parser.add_argument("--once", action="store_true", help="stop after the traces were read back and checked")
    parser.add_argument("--only-ports", action="store_true", help="say whether the ports are free, and stop")
    options = parser.parse_args()
    taken = check_ports({"LISTEN": options.listen, "GRPC": options.grpc})
    if taken:
        print(taken, file=sys.stderr)
        return 1
    if options.only_ports:
        return 0
    signal.signal(signal.SIGTERM, on_terminate)
    try:
        return run(options)
    except live.LiveError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped")
        return 0


if __name__ == "__main__":
    sys.exit(main())
