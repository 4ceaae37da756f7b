"""The one wheel on every CPython from 3.10 on that this machine has: calls of every sort, exceptions, exit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tracewood

MINORS = range(10, 15)

PROGRAM = """
import asyncio, copy, inspect, json, pickle, sys, threading, types
import tracewood
from tracewood.testing import recorder

@tracewood.observe(type="tool")
def plain(a, b=2, *rest, c=3, **more):
    return a

class Holder:
    @tracewood.observe
    def method(self, a): return plain(a)
    @classmethod
    @tracewood.observe
    def of_class(cls, a): return a

@tracewood.observe
async def waits(a):
    await asyncio.sleep(0)
    return plain(a)

@tracewood.observe
def items(n):
    for x in range(n):
        plain(x)
        got = yield x
    return "end"

@tracewood.observe
async def async_items(n):
    for x in range(n): yield x

@tracewood.observe(name="deep", capture_input=False)
def deep(n): return deep(n - 1) + 1 if n else 0

@tracewood.observe
def fails(): raise ValueError("no")

async def main():
    return [await waits(1), [x async for x in async_items(2)], await asyncio.gather(waits(2), waits(3))]

with recorder() as spans:
    key = "".join(["x", "y"])
    results = [plain(1, 5, 6, c=7, **{key: 8}), plain(a="k"), Holder().method(2), Holder.of_class(3), list(items(2)),
               asyncio.run(main()), deep(400)]
    try: fails()
    except ValueError as error: results.append(len(inspect.getinnerframes(error.__traceback__)))
    thread = threading.Thread(target=plain, args=(1,)); thread.start(); thread.join()
    found = spans.all()
told = [results, len(found), found[0]["input"],
        [span["events"][0]["attributes"]["exception.message"] for span in found if span["name"] == "fails"],
        [inspect.isfunction(plain), isinstance(plain, types.FunctionType), str(inspect.signature(plain))],
        pickle.loads(pickle.dumps(plain)) is plain, copy.copy(plain) is plain,
        [inspect.iscoroutinefunction(waits), inspect.isgeneratorfunction(items),
         inspect.isasyncgenfunction(async_items)], plain.__defaults__, plain.__annotations__]
print(json.dumps(told))
"""

EXPECTED = (
    '[[1, "k", 2, 3, [0, 1], [1, [0, 1], [2, 3]], 400, 2], 418, '
    '{"a": 1, "b": 5, "rest": [6], "c": 7, "more": {"xy": 8}}, ["no"], '
    '[true, true, "(a, b=2, *rest, c=3, **more)"], true, true, [true, true, true], [2], {}]\n'
)


def interpreters() -> list[str]:
    """The interpreters of this machine, this one first: those on the path, and those that pyenv keeps."""
    found = {f"3.{sys.version_info.minor}": sys.executable}
    kept = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for minor in MINORS:
        of_pyenv = sorted(kept.glob(f"3.{minor}.*/bin/python"))
        for program in [*map(str, of_pyenv), shutil.which(f"python3.{minor}")]:
            if program and subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode == 0:
                found.setdefault(f"3.{minor}", program)
    return list(found.values())


@pytest.mark.parametrize("program", interpreters())
def test_wheel_works_on_every_python_of_this_machine(program: str, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TRACEWOOD_")}
    # Only this package: what else is installed here is for another interpreter.
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "tracewood").symlink_to(Path(tracewood.__file__).parent)
    done = subprocess.run(
        [program, "-W", "error", str(script)],
        env={**environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.stdout == EXPECTED, done.stderr
