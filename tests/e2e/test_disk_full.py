"""A disk that is really full: the server says so, goes on answering, and recovers once there is room.

Where the system lets us mount a small disk of memory. Where it does not, `crates/store/tests/store/disk.rs` asks the
same of a disk that only pretends.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import live

DISK = "48m"
SPAN_BYTES = 200_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """A disk of 48 MB; nothing where it may not be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tracewood", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def post(server: live.Server, number: int) -> tuple[int, dict[str, str]]:
    """Sends one large span; the status, and the headers of a refusal."""
    import urllib.error
    import urllib.request

    # Noise, so that neither log nor index can make it small.
    text = "".join(f"{(number * 7919 + n) * 2654435761 % 2**64:016x} " for n in range(SPAN_BYTES // 17))
    at = 1_795_000_000_000_000_000 + number
    span = {
        "traceId": f"{number + 1:032x}",
        "spanId": f"{number + 1:016x}",
        "name": "large",
        "startTimeUnixNano": str(at),
        "endTimeUnixNano": str(at + 1),
        "attributes": [{"key": "input.value", "value": {"stringValue": text}}],
    }
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
    asked = urllib.request.Request(f"{server.url}/v1/traces", data=body, headers={"content-type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, {}
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {name.lower(): value for name, value in error.headers.items()}


def test_full_disk_is_said_and_over_once_there_is_room(small_disk: Path | None) -> None:
    if small_disk is None:
        # Nothing to ask here; the same is asked of a disk that pretends.
        return
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * 30_000_000)
    data = small_disk / "data"
    with live.serving(data) as server:
        acknowledged, number = [], 0
        status, headers = post(server, number)
        while status == 200:
            acknowledged.append(number)
            number += 1
            assert number < 1_000, "the disk is never full"
            status, headers = post(server, number)
        assert status == 503
        assert int(headers["retry-after"]) >= 1
        # Reads go on, and the server says what is wrong, unless there was room for its own probe meanwhile.
        assert live.request("GET", f"{server.url}/api/v1/traces?limit=10")[0] == 200
        assert live.request("GET", f"{server.url}/healthz")[0] in {200, 503}

        ballast.unlink()

        def recovered() -> bool | None:
            return post(server, number)[0] == 200 or None

        live.wait_until("a server that takes spans again", recovered)
        acknowledged.append(number)
        for one in acknowledged:
            assert server.trace(f"{one + 1:032x}")["trace"]["span_count"] == 1
