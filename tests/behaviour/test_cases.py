"""Every case through every face: what the program calls, and what arrives at the server."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from behaviour.collector import collecting
from behaviour.language import FACES, run

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


def pairs() -> list[Any]:
    found = []
    for file in CASES:
        case = json.loads(file.read_text())
        for name in case.get("faces", FACES):
            found.append(pytest.param(case, name, id=f"{file.stem}-{name}"))
    return found


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("TRACEWOOD_", "TRACEROOT_", "MUTAGENT_", "OTEL_", "GITHUB_")):
            monkeypatch.delenv(name)


def narrowed(node: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """What arrived, with the fields only that the case names."""
    told = {key: node.get(key) for key in wanted if key not in ("children", "input")}
    if "input" in wanted:
        told["input"] = node.get("input")
    children, expected = node["children"], wanted.get("children", [])
    told["children"] = [
        narrowed(child, expected[index] if index < len(expected) else {"name": ""})
        for index, child in enumerate(children)
    ]
    return told


def completed(wanted: dict[str, Any], style: str, face: str) -> dict[str, Any]:
    """What the case wants of one face."""
    told = dict(wanted)
    if isinstance(told.get("input"), dict) and set(told["input"]) == {"named", "raw"}:
        told["input"] = told["input"][style]
    for key, value in told.items():
        if isinstance(value, dict) and value and set(value) == set(FACES):
            told[key] = value[face]
    told["children"] = [completed(child, style, face) for child in wanted.get("children", [])]
    return told


@pytest.mark.parametrize(("case", "name"), pairs())
def test_case(case: dict[str, Any], name: str) -> None:
    face = FACES[name]()
    wanted = [completed(span, face.style, name) for span in case["spans"]]
    with collecting() as collector:
        face.begin(collector.url)
        try:
            run(case["run"], face)
        finally:
            face.end()
        trees = collector.trees(face.route)
    arrived = [
        narrowed(tree, wanted[index] if index < len(wanted) else {"name": ""}) for index, tree in enumerate(trees)
    ]
    assert arrived == wanted, case["about"]
