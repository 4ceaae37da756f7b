"""OTLP JSON from nothing but the standard library: each kind of value, read back field by field."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

import live
from clients.reading import expected, shaped

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
STARTED_AT = 1_795_305_600_123_456_789
NESTED: Any = {
    "kvlistValue": {
        "values": [
            {"key": "list", "value": {"arrayValue": {"values": [{"intValue": "1"}, {"stringValue": "two"}, {}]}}},
            {"key": "half", "value": {"doubleValue": 0.5}},
        ]
    }
}
BODY: Any = {
    "resourceSpans": [
        {
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
            "scopeSpans": [
                {
                    "scope": {"name": "by hand", "version": "1"},
                    "spans": [
                        {
                            "traceId": TRACE_ID,
                            "spanId": "b7ad6b7169203331",
                            "name": "root",
                            "kind": 2,
                            "startTimeUnixNano": str(STARTED_AT),
                            "endTimeUnixNano": str(STARTED_AT + 2_000_000),
                            "droppedAttributesCount": 2,
                            "status": {"code": 1},
                        },
                        {
                            "traceId": TRACE_ID.upper(),
                            "spanId": "00f067aa0ba902b7",
                            "parentSpanId": "b7ad6b7169203331",
                            "name": "child",
                            "traceState": "acme=1",
                            "kind": 1,
                            "startTimeUnixNano": STARTED_AT + 1000,
                            "endTimeUnixNano": STARTED_AT + 2000,
                            "attributes": [
                                {"key": "text", "value": {"stringValue": "grüße"}},
                                {"key": "yes", "value": {"boolValue": True}},
                                {"key": "large", "value": {"intValue": "4611686018427387904"}},
                                {"key": "small", "value": {"intValue": -7}},
                                {"key": "double", "value": {"doubleValue": 0.1}},
                                {"key": "infinite", "value": {"doubleValue": "Infinity"}},
                                {"key": "raw", "value": {"bytesValue": "AP8="}},
                                {"key": "nested", "value": NESTED},
                                {"key": "nothing", "value": {}},
                            ],
                            "events": [
                                {
                                    "name": "half way",
                                    "timeUnixNano": str(STARTED_AT + 1500),
                                    "attributes": [{"key": "done", "value": {"doubleValue": 0.5}}],
                                }
                            ],
                            "links": [{"traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": "b7ad6b7169203331"}],
                            "status": {"code": 2, "message": "it broke"},
                            "somethingNewer": {"is": "ignored"},
                        },
                    ],
                }
            ],
        }
    ]
}


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_what_was_sent_is_read_back(server: live.Server, encoding: str) -> None:
    body = json.dumps(BODY).encode()
    headers = {"content-type": "application/json"}
    if encoding:
        body, headers["content-encoding"] = gzip.compress(body), encoding
    status, answer = live.request("POST", f"{server.url}/v1/traces", body, headers)
    assert (status, json.loads(answer)) == (200, {})

    found = server.trace(TRACE_ID, n_spans=2)
    assert [(span["started_at"], span["ended_at"]) for span in found["spans"]] == [
        ("2026-11-22T00:00:00.123456789Z", "2026-11-22T00:00:00.125456789Z"),
        ("2026-11-22T00:00:00.123457789Z", "2026-11-22T00:00:00.123458789Z"),
    ]
    common = {"resource": {"service.name": "shop"}, "scope": {"name": "by hand", "version": "1", "attributes": {}}}
    assert shaped(found) == [
        expected(None, "root", "custom", otel_kind="server", status="ok", dropped_count=2, **common),
        expected(
            "root",
            "child",
            "custom",
            otel_kind="internal",
            trace_state="acme=1",
            status="error",
            status_message="it broke",
            attributes={
                "text": "grüße",
                "yes": True,
                "large": 2**62,
                "small": -7,
                "double": 0.1,
                "infinite": "Infinity",
                "raw": {"bytes_base64": "AP8="},
                "nested": {"list": [1, "two", None], "half": 0.5},
                "nothing": None,
            },
            events=[{"name": "half way", "at": "2026-11-22T00:00:00.123458289Z", "attributes": {"done": 0.5}}],
            links=[{"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "b7ad6b7169203331", "attributes": {}}],
            **common,
        ),
    ]


def test_nonsense_is_refused_in_its_own_encoding_and_nothing_is_kept(server: live.Server) -> None:
    status, answer = live.request(
        "POST", f"{server.url}/v1/traces", b'{"resourceSpans": [', {"content-type": "application/json"}
    )
    assert status == 400
    assert json.loads(answer)["message"]
    assert server.traces() == []
