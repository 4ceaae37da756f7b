"""Runs the scenarios of tests/SCENARIOS.md in full size, one after the other; takes hours. Run by `make soak`.

Ends with 1 if one of them fails; each says so itself.
"""

from __future__ import annotations

import os
import subprocess
import sys

import steps

PYTHON = str(steps.venv_python())
SCENARIOS: dict[str, tuple[str, ...]] = {
    "killed under load": (PYTHON, "bench/server.py", "kill", "--full"),
    "ten times too much": (PYTHON, "-m", "pytest", "-q", "tests/e2e/test_overload.py"),
    "bytes at random": ("cargo", "test", "--locked", "-p", "tracewood-server", "--test", "routes", "random::"),
    "a gigabyte in a trace": (PYTHON, "bench/page.py", "--full"),
    "an hour of work": (PYTHON, "bench/steady.py"),
}


def main() -> int:
    """Runs them all, also after one has failed."""
    env = {**steps.environment(), "TRACEWOOD_SOAK": "1", "PYTHONPATH": os.pathsep.join(["tools", "tests"])}
    failed = []
    for name, command in SCENARIOS.items():
        print(f"== {name}", flush=True)
        if subprocess.run(command, cwd=steps.ROOT, env=env, check=False).returncode != 0:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "every scenario passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
