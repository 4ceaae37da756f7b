"""Runs every lint of the repository, one after the other, and says at the end which of them found something."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import steps

BIN = steps.VENV / "bin"
TYPED = ["tools", "tests", "examples", "bench"]

Check = tuple[str, list[str | Path], Path]


def checks() -> list[Check]:
    """The lints: a name, a command, and where it is run."""
    python = steps.ROOT / "python"
    return [
        ("rustfmt", ["cargo", "fmt", "--all", "--check"], steps.ROOT),
        (
            "clippy",
            ["cargo", "clippy", "--locked", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
            steps.ROOT,
        ),
        ("ruff", [BIN / "ruff", "check", "--quiet", "."], steps.ROOT),
        ("ruff format", [BIN / "ruff", "format", "--quiet", "--check", "."], steps.ROOT),
        ("mypy of tools and tests", [BIN / "mypy", *TYPED], steps.ROOT),
        (
            "mypy of the package and its faces",
            [BIN / "mypy", "-p", "tracewood", "-p", "traceroot", "-p", "mutagent.tracing"],
            python,
        ),
        # The installed wheel and the stub that lies in it, so that what users get is what is checked.
        ("stubtest of the native module", [BIN / "stubtest", "tracewood._native"], steps.ROOT),
        ("biome and tsc of the page", ["npm", "run", "--silent", "lint"], steps.ROOT),
        ("tidy", [sys.executable, "tools/tidy.py"], steps.ROOT),
    ]


def main() -> int:
    """Runs all lints, since whoever mends one wants to know of the others."""
    failed = []
    for name, command, where in checks():
        began = time.monotonic()
        print(f"lint: {name} …", flush=True)
        words = [str(word) for word in command]
        if subprocess.run(words, cwd=where, env=steps.environment(), check=False).returncode != 0:
            failed.append(name)
            print(f"lint: {name} failed: {' '.join(words)}", flush=True)
        else:
            print(f"lint: {name} in {time.monotonic() - began:.1f} s", flush=True)
    if failed:
        print(f"lint failed: {', '.join(failed)}")
    print(f"{len(checks()) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
