"""The rules of the house can fail: each breach is found, each lawful form is let through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import tidy

ROOT = Path(__file__).resolve().parents[2]
PURPOSE = "//! What this file is for, in a sentence.\n"
INDEX = ".".join(("registry", "npmjs", "org"))
SOURCE = 'source = "registry+https://github.com/rust-lang/' + ".".join(("crates", "io")) + '-index"'


def texts(path: str, text: str) -> list[str]:
    return [finding.text for finding in tidy.check_file(path, text) if finding.is_error]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("crates/span/src/a.rs", PURPOSE + "pub fn a() {}\n"),
        ("tools/a.sh", "#!/bin/sh\n# Does what its name says, and no more.\n"),
        ("web/src/a.tsx", "// The list of traces, one row each.\n"),
        ("tools/a.py", '"""Does what its name says, and no more."""\n'),
        ("Makefile", "# The verbs of the repository.\n"),
        ("web/src/generated/a.ts", "export {}\n"),
        ("Cargo.lock", f'[[package]]\nname = "a"\n{SOURCE}\n'),
        ("docs/a.md", "The path `/api/v1/traces` and the address https://docs.rs/tantivy.\n"),
        ("crates/span/src/keys.rs", PURPOSE + 'pub const A: &str = "tracewood.kind";\n'),
        ("crates/otlp/src/conventions/traceroot.rs", PURPOSE + 'const A: &str = "traceroot.span.type";\n'),
        ("crates/otlp/tests/a.rs", PURPOSE + 'const A: &str = "traceroot.span.type";\n'),
        ("crates/cli/src/a.rs", PURPOSE + 'const A: &str = "tracewood.toml";\n'),
        ("crates/cli/src/a.rs", PURPOSE + '#[cfg(test)]\nmod tests {\n    const A: &str = "tracewood.kind";\n}\n'),
        ("crates/cli/src/a.rs", PURPOSE + "// TO" + "DO(#12): say so.\n"),
        ("crates/cli/tests/long.rs", PURPOSE + "\n" * 900),
    ],
)
def test_lawful_files_are_let_through(path: str, text: str) -> None:
    assert texts(path, text) == []


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("crates/span/src/a.rs", "pub fn a() {}\n", "the first line must say"),
        ("crates/span/src/a.rs", "//! placeholder\n", "the first line must say"),
        ("tools/a.sh", "#!/bin/sh\nset -eu\n", "the first line must say"),
        ("tools/a.py", "", "the first line must say"),
        ("crates/span/src/a.rs", PURPOSE + "\n" * 900, "800 is the limit"),
        ("web/package-lock.json", f'"resolved": "https://{INDEX}/a"\n', "host of a package index"),
        ("Cargo.lock", f'source = "registry+https://{INDEX}/"\n', "host of a package index"),
        ("docs/a.md", "Look into " + "/wor" + "k/main for it.\n", "absolute path"),
        ("docs/a.md", "Look into '" + "/ro" + "ot/.cargo'.\n", "absolute path"),
        ("docs/a.md", "As ../" + "shared/design.md says.\n", "outside the repository"),
        ("crates/span/src/a.rs", PURPOSE + "#[all" + "ow(dead_code)]\n", "instead of allow"),
        ("crates/span/src/a.rs", PURPOSE + "// TO" + "DO: later\n", "number of its issue"),
        ("crates/sdk/src/a.rs", PURPOSE + 'const A: &str = "traceroot.span.type";\n', "keys.rs"),
    ],
)
def test_a_breach_is_found(path: str, text: str, said: str) -> None:
    found = texts(path, text)
    assert len(found) == 1
    assert said in found[0]


def test_a_long_file_is_warned_of_before_it_fails() -> None:
    found = tidy.check_file("crates/span/src/a.rs", PURPOSE + "\n" * 500)
    assert [(finding.is_error, finding.line) for finding in found] == [(False, 400)]


def test_what_a_tool_writes_may_be_long() -> None:
    assert tidy.check_file("web/src/api/a.ts", "// Written by scripts/a.mjs; do not edit.\n" + "\n" * 900) == []


def package(name: str, *dependencies: tuple[str, str | None]) -> dict[str, Any]:
    return {"name": name, "dependencies": [{"name": other, "kind": kind} for other, kind in dependencies]}


@pytest.mark.parametrize(
    ("name", "other", "kind", "n_found"),
    [
        ("tracewood-sdk", "tracewood-otlp", None, 0),
        ("tracewood-sdk", "tracewood-server", None, 1),
        ("tracewood-sdk", "tracewood-server", "dev", 0),
        ("tracewood-sdk", "tracewood-server", "build", 1),
        ("tracewood-otlp", "tracewood-sdk", None, 1),
        ("tracewood-sdk", "pyo3", None, 1),
        ("tracewood-py", "pyo3", None, 0),
        ("tracewood-server", "tantivy", None, 1),
        ("tracewood-store", "tantivy", None, 0),
        ("tracewood-store", "axum", None, 1),
        ("tracewood-new", "tracewood-span", None, 1),
    ],
)
def test_arrows_run_one_way(name: str, other: str, kind: str | None, n_found: int) -> None:
    assert len(list(tidy.check_arrows({"packages": [package(name, (other, kind))]}))) == n_found


def test_every_crate_of_the_workspace_has_its_arrows() -> None:
    names = {package["name"] for package in tidy.cargo_metadata(ROOT)["packages"]}
    assert names == set(tidy.ARROWS)
