"""Checks the rules of the house that no compiler knows: arrows, purpose lines, budgets, words that must not be there.

Usage: `python3 tools/tidy.py [ROOT]`. Prints one line for each finding and ends with 1 if any of them is an error.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LINES_WARNED = 400
LINES_MAX = 800

# Which crates of ours a crate may depend on, directly or not, outside dev-dependencies (ARCHITECTURE.md, "Arrows").
ARROWS: dict[str, set[str]] = {
    "tracewood-span": set(),
    "tracewood-otlp": {"tracewood-span"},
    "tracewood-sdk": {"tracewood-span", "tracewood-otlp"},
    "tracewood-store": {"tracewood-span"},
    "tracewood-server": {"tracewood-span", "tracewood-otlp", "tracewood-store"},
    "tracewood-cli": {"tracewood-span", "tracewood-otlp", "tracewood-store", "tracewood-server", "tracewood-seed"},
    "tracewood-seed": {"tracewood-span", "tracewood-otlp"},
    "tracewood-testkit": {"tracewood-span", "tracewood-otlp"},
    "tracewood-py": {"tracewood-span", "tracewood-otlp", "tracewood-sdk"},
}
# Libraries that only some crates may name, because what they do is those crates' business alone.
ROOMS_OF_LIBRARIES: dict[str, set[str]] = {
    "pyo3": {"tracewood-py"},
    "napi": {"tracewood-node"},
    "tantivy": {"tracewood-store"},
    "rusqlite": {"tracewood-store"},
    "clickhouse": {"tracewood-store"},
    "axum": {"tracewood-server"},
    "tonic": {"tracewood-server"},
}

COMMENT_OF = {
    ".rs": r"//! ?",
    ".py": r'(?:""" ?|# ?)',
    ".pyi": r'(?:""" ?|# ?)',
    ".ts": r"(?://+|/\*\*?) ?",
    ".tsx": r"(?://+|/\*\*?) ?",
    ".js": r"(?://+|/\*\*?) ?",
    ".mjs": r"(?://+|/\*\*?) ?",
    ".css": r"/\* ?",
    ".toml": r"# ?",
    ".sh": r"# ?",
    ".ini": r"[#;] ?",
    ".yml": r"# ?",
    ".in": r"# ?",
    "Makefile": r"# ?",
}
BUDGETED = {".rs", ".py", ".ts", ".tsx", ".css", ".mjs"}
TEXTS = {*COMMENT_OF, ".md", ".json", ".html", ".lock", ".txt", ".cfg", ".proto", ".svg", ""}

# Written in pieces, so that this file does not find itself.
INDEX_HOSTS = [
    ".".join(pieces)
    for pieces in (
        ("crates", "io"),
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
    )
]
INDEX_HOST = re.compile("|".join(rf"\b{re.escape(host)}\b" for host in INDEX_HOSTS))
# Cargo writes the name of its index into every lock file; it is a name there, not an address that we chose.
LOCK_SOURCE = 'source = "registry+https://github.com/rust-lang/' + INDEX_HOSTS[0] + '-index"'
MACHINE_PATH = re.compile(
    r"(?<![\w.$}\-])/(?:" + "|".join(("wor" + "k", "ro" + "ot", "ho" + "me")) + r")(?=[/\s\"'`),:;]|$)"
)
NEIGHBOUR = re.compile(r"\.\./" + r"shared\b")
BARE_ALLOW = re.compile(r"#!?\[allow\(")
BARE_TODO = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b(?!\(#\d+\))")
OUR_KEY = re.compile(r'"(?:traceroot|tracewood)\.[a-z][a-z_]*(?:\.[a-z_]+)*"')
FILE_NAME = re.compile(r'\.(?:toml|db|sqlite|log|lock|json|jsonl|js|py|sock)"$')


@dataclass(frozen=True)
class Finding:
    """Something that breaks a rule, and where."""

    file: str
    line: int
    text: str
    is_error: bool = True

    def __str__(self) -> str:
        """The finding as a compiler would print it."""
        return f"{self.file}:{self.line}: {'error' if self.is_error else 'warning'}: {self.text}"


def suffix_of(path: Path) -> str:
    """The suffix that says what sort of file it is; a Makefile's is its name."""
    return path.name if path.name == "Makefile" else path.suffix


def is_generated(path: str) -> bool:
    """Whether a file is written by a tool or is a recording, and so keeps that tool's form."""
    parts = path.split("/")
    return bool({"generated", "snapshots", "fixtures", "vendor"} & set(parts)) or path.endswith((".snap", ".lock"))


def is_test(path: str) -> bool:
    """Whether a file holds tests, which budgets and the rule about keys leave alone."""
    name = path.rsplit("/", 1)[-1]
    return bool({"tests", "test", "benches"} & set(path.split("/")[:-1])) or bool(
        re.search(r"^tests?\.rs$|_tests?\.rs$|^test_|\.(?:test|spec)\.", name)
    )


def without_tests(text: str) -> str:
    """Rust source up to its test module, which stands last in a file."""
    return re.split(r"(?m)^#\[cfg\(test\)\]\n(?:#\[.*\]\n)*mod \w+ \{", text, maxsplit=1)[0]


def check_header(path: str, text: str) -> Iterator[Finding]:
    """The first line says in a sentence what the file is for; a `#!` line may stand before it."""
    comment = COMMENT_OF.get(suffix_of(Path(path)))
    if comment is None or is_generated(path):
        return
    lines = text.split("\n", 2)
    number = 1 if text.startswith("#!") and not text.startswith("#![") else 0
    line = lines[number] if number < len(lines) else ""
    if not re.match(comment + r"[^\s].{14,}", line):
        yield Finding(path, number + 1, "the first line must say in one sentence what the file is for")


def check_budget(path: str, text: str) -> Iterator[Finding]:
    """A file is one thing, and so it is short."""
    if Path(path).suffix not in BUDGETED or is_generated(path) or is_test(path):
        return
    # What a tool writes is as long as what it is written from.
    if "do not edit" in text.split("\n", 1)[0]:
        return
    n_lines = without_tests(text).count("\n")
    if n_lines > LINES_MAX:
        yield Finding(path, LINES_MAX, f"{n_lines} lines without tests, {LINES_MAX} is the limit: it is several things")
    elif n_lines > LINES_WARNED:
        yield Finding(path, LINES_WARNED, f"{n_lines} lines without tests: is it still one thing?", is_error=False)


def check_words(path: str, text: str) -> Iterator[Finding]:
    """No address of a package index, no path of one machine, no pointer out of the repository."""
    for number, line in enumerate(text.splitlines(), start=1):
        if INDEX_HOST.search(line) and line != LOCK_SOURCE:
            yield Finding(path, number, "names the host of a package index; whoever builds chooses their own")
        if MACHINE_PATH.search(line):
            yield Finding(path, number, "holds an absolute path of one machine")
        if NEIGHBOUR.search(line):
            yield Finding(path, number, "points at something outside the repository")


def check_marks(path: str, text: str) -> Iterator[Finding]:
    """What is left to do has an issue, and a lint is switched off only with a reason and for one place."""
    suffix = suffix_of(Path(path))
    if suffix not in COMMENT_OF or is_generated(path):
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if suffix == ".rs" and BARE_ALLOW.search(line):
            yield Finding(path, number, 'use #[expect(.., reason = "..")] instead of allow')
        if BARE_TODO.search(line):
            yield Finding(path, number, "what is left to do needs the number of its issue: TO" + "DO(#123)")


def check_keys(path: str, text: str) -> Iterator[Finding]:
    """An attribute key is written down once, in keys.rs or in the table of the dialect that alone uses it."""
    if not path.startswith("crates/") or not path.endswith(".rs") or is_test(path) or is_generated(path):
        return
    if path == "crates/span/src/keys.rs" or "/conventions" in path:
        return
    for number, line in enumerate(without_tests(text).splitlines(), start=1):
        code = line.split("//", 1)[0]
        for key in OUR_KEY.findall(code):
            if not FILE_NAME.search(key):
                yield Finding(path, number, f"{key} belongs into crates/span/src/keys.rs")


def check_arrows(metadata: dict[str, Any]) -> Iterator[Finding]:
    """Dependencies point one way, and a library is named only in the room whose business it is."""
    for package in metadata["packages"]:
        name, where = package["name"], f"{package['name']}/Cargo.toml"
        if name not in ARROWS:
            yield Finding(where, 1, f"'{name}' has no arrows yet; say in tools/tidy.py what it may depend on")
            continue
        for dependency in package["dependencies"]:
            other, is_dev = dependency["name"], dependency["kind"] == "dev"
            if other.startswith("tracewood-") and not is_dev and other not in ARROWS[name]:
                yield Finding(where, 1, f"'{name}' must not depend on '{other}'")
            rooms = ROOMS_OF_LIBRARIES.get(other)
            if rooms is not None and not is_dev and name not in rooms:
                yield Finding(where, 1, f"'{name}' must not name '{other}', only {', '.join(sorted(rooms))} may")


CHECKS = (check_header, check_budget, check_words, check_marks, check_keys)


def check_file(path: str, text: str) -> list[Finding]:
    """Every finding in one file."""
    return [finding for check in CHECKS for finding in check(path, text)]


def listed_files(root: Path) -> list[str]:
    """What git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    return sorted({name for name in listed.stdout.decode().split("\0") if name and (root / name).is_file()})


def cargo_metadata(root: Path) -> dict[str, Any]:
    """What cargo knows of the crates of the workspace."""
    command = ["cargo", "metadata", "--format-version=1", "--no-deps"]
    read = subprocess.run(command, cwd=root, capture_output=True, check=True)
    metadata: dict[str, Any] = json.loads(read.stdout)
    return metadata


def main(arguments: list[str]) -> int:
    """Checks a whole tree."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    findings = list(check_arrows(cargo_metadata(root)))
    for path in listed_files(root):
        if suffix_of(Path(path)) in TEXTS:
            findings += check_file(path, (root / path).read_text(encoding="utf-8", errors="replace"))
    for finding in findings:
        print(finding)
    n_errors = sum(finding.is_error for finding in findings)
    print(f"tidy: {n_errors} errors, {len(findings) - n_errors} warnings")
    return 1 if n_errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
