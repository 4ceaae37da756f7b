"""One case of one SDK, in a process of its own: `sdk_case.py CASE PEER URL [COMPRESSION]`; prints one line of JSON.

Cases: `disabled` (what a traced call costs while tracing is off), `messages` (50 chat messages, 14 kB of JSON, as
arguments), `mapping` (a dict of 372 kB), `cut` (the same under a limit of 64 kB), `longest` (as many numbers as a value
may hold), `cpu` (the whole process, 200 000 nested spans), `memory` (1 000 000 nested spans), `sustained` (100 000
spans a second from 4 threads for 10 s) and `latency` (a program with work of its own between its spans).
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sdk_overhead

QUESTION = sdk_overhead.QUESTION
N_TIMED_ROUNDS = 15
N_MEMORY_SPANS, N_MEMORY_STEPS = 1_000_000, 40
N_CPU_SPANS = 200_000
MALLINFO = ["arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "use", "free", "keep"]
N_THREADS, N_SPANS_A_SECOND, SUSTAINED_SECONDS = 4, 100_000, 10
BURST_SECONDS = 0.002
# An agent's step waits for a model for hundreds of milliseconds; a tenth of one is little work between two spans.
N_LATENCY_CALLS = 2000
BLOCKED_SECONDS = 0.001


def messages() -> list[dict[str, Any]]:
    """A conversation of 50 messages that is 14 kB as JSON."""
    return [
        {"role": "user" if index % 2 else "assistant", "content": f"{index}: " + QUESTION[:215], "name": "example"}
        for index in range(50)
    ]


def mapping() -> dict[str, Any]:
    """A dict that is 372 kB as JSON: documents as a retriever gives them."""
    return {
        f"document {index}": {
            "text": QUESTION[:150],
            "score": index / 7,
            "tags": ["weather", "city", index],
            "source": {"page": index, "path": f"/data/weather/{index}.html", "is_fresh": True},
        }
        for index in range(1240)
    }


def best_us(call: Callable[[], object], n_calls: int) -> float:
    """What a call takes in the best of some rounds, since others on the machine only make it slower."""
    best = float("inf")
    for _ in range(N_TIMED_ROUNDS):
        began = time.perf_counter()
        for _ in range(n_calls):
            call()
        best = min(best, time.perf_counter() - began)
    return best / n_calls * 1e6


def off(peer: str) -> sdk_overhead.Peer:
    """An SDK that is told not to trace, or has no key."""
    name = {"traceroot": "traceroot", "mutagent": "mutagent.tracing", "tracewood": "tracewood"}[peer]
    module: Any = __import__(name, fromlist=["_"])
    if peer == "tracewood":
        module.initialize(enabled=False)
    elif peer == "traceroot":
        module.initialize()
    verb = module.trace if peer == "mutagent" else module.observe
    word = "kind" if peer == "mutagent" else "type"
    return sdk_overhead.Peer(lambda kind: verb(**{word: kind}), lambda: None)


def disabled(peer: str, _url: str) -> dict[str, float]:
    """What a call costs more than an undecorated one."""

    def plain(query: str) -> str:
        return query

    traced = off(peer).decorate("tool")(plain)
    bare_us = best_us(lambda: plain(QUESTION), 20_000)
    return {"us": best_us(lambda: traced(QUESTION), 20_000) - bare_us}


def argument(peer: str, url: str, value: Any, n_calls: int, **options: Any) -> dict[str, float]:
    """What a call costs whose argument is large."""
    if peer == "tracewood" and options:
        module: Any = __import__("tracewood")
        module.initialize(endpoint=url, **options)
        set_up = sdk_overhead.Peer(lambda kind: module.observe(type=kind), module.shutdown)
    else:
        set_up = sdk_overhead.PEERS[peer](url)
    traced = set_up.decorate("tool")(lambda value: "")
    traced(value)
    us = best_us(lambda: traced(value), n_calls)
    set_up.flush()
    return {"us": us}


def cpu(peer: str, url: str, compression: str) -> dict[str, float]:
    """What the whole process spends a span until all is delivered, compressed."""
    if peer == "tracewood":
        module: Any = __import__("tracewood")
        module.initialize(endpoint=url, compression=compression)
        set_up = sdk_overhead.Peer(lambda kind: module.observe(type=kind), module.shutdown)
    else:
        set_up = sdk_overhead.PEERS[peer](url)
    agent = sdk_overhead.agent_of(set_up)
    for _ in range(sdk_overhead.N_WARM_UP):
        agent(QUESTION)
    began = time.process_time()
    for _ in range(N_CPU_SPANS // 3):
        agent(QUESTION)
    set_up.flush()
    spent = time.process_time() - began
    return {"us": spent / (N_CPU_SPANS // 3 * 3) * 1e6, **fate(peer)}


def fate(peer: str) -> dict[str, float]:
    """What became of the spans, as our own SDK counts it."""
    if peer != "tracewood":
        return {}
    stats = __import__("tracewood").stats()
    return {"ended": stats["ended"], "lost": sum(stats["lost"].values())}


def resident_mb() -> float:
    """The memory that this process has in use."""
    status = Path("/proc/self/statm").read_text()
    return int(status.split()[1]) * resource.getpagesize() / 1e6


class Allocated(ctypes.Structure):
    """What the C library tells of its memory: `struct mallinfo2`."""

    _fields_ = [(name, ctypes.c_size_t) for name in MALLINFO]


def in_use_mb() -> float:
    """The memory that is allocated, with each small object of Python counted as if it had the most that one may."""
    tell = ctypes.CDLL(None).mallinfo2
    tell.restype = Allocated
    told = tell()
    return float(told.use + told.hblkhd + sys.getallocatedblocks() * 512) / 1e6


def memory(peer: str, url: str) -> dict[str, float]:
    """How memory grows over a million spans: the process at most, and the slope of what is in use while nothing waits.

    What the process holds goes up and down with the number of spans that wait to be sent, which the queue bounds. What
    is in use then still holds the buffers that are kept for the next spans, a few chunks more or fewer each time. So
    the slope is that of the least in use over each quarter of the second half: what leaks is in use every time.
    """
    set_up = sdk_overhead.PEERS[peer](url)
    flush = __import__(peer).flush
    agent = sdk_overhead.agent_of(set_up)
    gc.collect()
    before = resident_mb()
    peaks: list[float] = []
    used: list[float] = []
    for _ in range(N_MEMORY_STEPS):
        for _ in range(N_MEMORY_SPANS // N_MEMORY_STEPS // 3):
            agent(QUESTION)
        peaks.append(resident_mb())
        flush()
        gc.collect()
        used.append(in_use_mb())
    set_up.flush()
    half = used[len(used) // 2 :]
    n_each = len(half) // 4
    least = [min(half[at : at + n_each]) for at in range(0, 4 * n_each, n_each)]
    middle, mean = (len(least) - 1) / 2, sum(least) / len(least)
    slope = sum((at - middle) * (mb - mean) for at, mb in enumerate(least))
    slope /= sum((at - middle) ** 2 for at in range(len(least)))
    n_spans_each = N_MEMORY_SPANS / N_MEMORY_STEPS * n_each
    return {"growth_mb": max(peaks) - before, "slope_mb": slope * 1_000_000 / n_spans_each, **fate(peer)}


def latency(peer: str, url: str) -> dict[str, float]:
    """What a call of three spans and a tenth of a millisecond of work takes, until more were made than may wait."""
    # The end of the process need not wait for a server in trouble.
    os.environ["TRACEWOOD_EXIT_TIMEOUT"] = "0.1"
    set_up = sdk_overhead.PEERS[peer](url)
    agent, told = sdk_overhead.agent_of(set_up), messages()

    def step() -> None:
        agent(QUESTION)
        json.loads(json.dumps(told))

    return {"us": best_us(step, N_LATENCY_CALLS)}


class Sustained:
    """One thread that makes its share of spans in small bursts, and looks for calls that waited."""

    def __init__(self, agent: Callable[[str], str], began: float) -> None:
        self.agent = agent
        self.began = began
        self.n_spans = self.n_slow = self.n_blocked = 0
        self.slowest = 0.0
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        """Makes the spans. A slow call was blocked if its thread gave the processor away of its own accord."""
        clock, agent, usage = time.perf_counter, self.agent, resource.getrusage
        rate = N_SPANS_A_SECOND / N_THREADS
        while (now := clock() - self.began) < SUSTAINED_SECONDS:
            due = int(now * rate)
            while self.n_spans < due:
                n_waits = usage(resource.RUSAGE_THREAD).ru_nvcsw
                called = clock()
                agent(QUESTION)
                took = clock() - called
                self.n_spans += 3
                if took > BLOCKED_SECONDS:
                    self.n_slow += 1
                    self.slowest = max(self.slowest, took)
                    self.n_blocked += usage(resource.RUSAGE_THREAD).ru_nvcsw > n_waits
            time.sleep(BURST_SECONDS)


def sustained(peer: str, url: str) -> dict[str, float]:
    """A steady stream from several threads: what was lost, and how often a call was held up."""
    set_up = sdk_overhead.PEERS[peer](url)
    agent = sdk_overhead.agent_of(set_up)
    agent(QUESTION)
    # A thread then gives up the interpreter only where it sleeps, so that waiting for it is not taken for ours.
    sys.setswitchinterval(60)
    began = time.perf_counter()
    workers = [Sustained(agent, began) for _ in range(N_THREADS)]
    for worker in workers:
        worker.thread.start()
    for worker in workers:
        worker.thread.join()
    seconds = time.perf_counter() - began
    set_up.flush()
    n_spans = sum(worker.n_spans for worker in workers)
    return {
        "rate": n_spans / seconds,
        "slow": sum(worker.n_slow for worker in workers),
        "blocked": sum(worker.n_blocked for worker in workers),
        "slowest_ms": max(worker.slowest for worker in workers) * 1e3,
        **fate(peer),
    }


CASES: dict[str, Callable[..., dict[str, float]]] = {
    "disabled": disabled,
    "messages": lambda peer, url: argument(peer, url, messages(), 100),
    "mapping": lambda peer, url: argument(peer, url, mapping(), 2),
    "cut": lambda peer, url: argument(peer, url, mapping(), 2, value_bytes_max=64_000),
    "longest": lambda peer, url: argument(peer, url, [[[1] * 1000] * 1000] * 1000, 2),
    "cpu": cpu,
    "latency": latency,
    "memory": memory,
    "sustained": sustained,
}


def main() -> None:
    """Measures one case."""
    case, peer, url = sys.argv[1:4]
    figures = CASES[case](peer, url, *sys.argv[4:])
    print(json.dumps({key: round(value, 3) for key, value in figures.items()}))


if __name__ == "__main__":
    main()
