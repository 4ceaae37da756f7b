"""Runs the build steps named on the command line, each only where its inputs changed, with progress and times.

Usage: `python3 tools/steps.py STEP...`; the steps are the keys of `STEPS`. Needs the standard library only, since it is
what makes the environment in the first place. A step that is up to date says so in one line.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / "build" / "stamps"
VENV = ROOT / ".venv"
DIST = ROOT / "dist"
REQUIREMENTS = ROOT / "tools" / "requirements"
CLIENTS = ("traceroot", "mutagent", "otlp-http", "otlp-grpc")
# The libraries that are traced without a change, in as few environments as their pins allow.
INTEGRATIONS = ("current", "google", "crewai")
FACES = ("traceroot", "mutagent")
# Whose own tests are run against ours.
PACKAGES_WITH_TESTS = ("opentelemetry-api", "opentelemetry-sdk")
# Older interpreters lack what the published `traceroot` package and some of the integrations' libraries ask for.
OLDEST_PYTHON_FOR_TRACEROOT = (3, 11)
OLDEST_PYTHON_FOR_INTEGRATIONS = (3, 11)
OLDEST_NODE = (20, 19)


PIP_AND_UV = (
    ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"),
    ("PIP_EXTRA_INDEX_URL", "UV_INDEX"),
    ("PIP_FIND_LINKS", "UV_FIND_LINKS"),
    ("PIP_CERT", "SSL_CERT_FILE"),
)


class StepError(Exception):
    """A step could not be done; the text says what to do about it."""


@dataclass(frozen=True)
class Step:
    """One thing to build: what it is called on the screen, what it depends on, and how it is done."""

    title: str
    run: Callable[[], str | None]
    # The files whose content decides whether the step is run again; without it always run, since the tool knows better.
    inputs: Callable[[], list[Path]] | None = None
    # Whether what an earlier run made is still there.
    is_made: Callable[[], bool] = lambda: True


def target_dir() -> Path:
    """The one cargo target directory that lint, test and demo share."""
    named = os.environ.get("TRACEWOOD_TARGET_DIR") or os.environ.get("CARGO_TARGET_DIR") or "target"
    return (ROOT / named).resolve()


def claim_target() -> None:
    """Makes cargo look anew at every source of ours when another clone used the target directory last.

    Cargo tells sources apart by their place below the workspace and by their age, so it would take what the other clone
    compiled for ours. Libraries of others are not concerned, and they are what a shared directory is for.
    """
    owner, now = target_dir() / "tracewood-clone", str(ROOT)
    if owner.is_file() and owner.read_text() == now:
        return
    if owner.parent.is_dir():
        for file in files_under("Cargo.toml", "crates", "python/native"):
            file.touch()
    owner.parent.mkdir(parents=True, exist_ok=True)
    owner.write_text(now)


def environment() -> dict[str, str]:
    """The environment that every tool is run with."""
    given = {**os.environ, "CARGO_TARGET_DIR": str(target_dir()), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    # What a machine says of its package index to pip holds for uv too.
    for pip, uv in PIP_AND_UV:
        if pip in given:
            given.setdefault(uv, given[pip])
    return given


def binary() -> Path:
    """The server as lint, test and demo use it: development profile, page in it."""
    return target_dir() / "debug" / "tracewood"


def venv_python(venv: Path = VENV) -> Path:
    """The interpreter of a virtual environment."""
    return venv / "bin" / "python"


def client_venv(name: str) -> Path:
    """Where the published client `name` lives, apart from ours since the import names clash."""
    return ROOT / ".venv-clients" / name


def call(*command: str | Path, cwd: Path = ROOT) -> None:
    """Runs a command with its output on the screen."""
    words = [str(word) for word in command]
    try:
        code = subprocess.run(words, cwd=cwd, env=environment(), check=False).returncode
    except FileNotFoundError as error:
        raise StepError(f"'{words[0]}' is not installed; CONTRIBUTING.md lists what a machine must have") from error
    if code != 0:
        raise StepError(f"'{' '.join(words)}' ended with {code}")


def files_under(*paths: str) -> list[Path]:
    """The files below some paths as git sees them: tracked ones and new ones, without what it ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *paths],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = {name for name in listed.stdout.decode().split("\0") if name}
        return sorted(path for path in (ROOT / name for name in names) if path.is_file())
    # A source archive has no git beside it, and then nothing that git would ignore either.
    roots = [ROOT / path for path in paths]
    found = [file for root in roots for file in ([root] if root.is_file() else root.rglob("*")) if file.is_file()]
    return sorted(file for file in found if "node_modules" not in file.parts and "dist" not in file.parts)


def digest(files: list[Path]) -> str:
    """A digest of the names and content of files, and of the interpreter that is in use."""
    state = hashlib.sha256(sys.version.encode())
    for file in files:
        state.update(str(file.relative_to(ROOT)).encode())
        state.update(hashlib.sha256(file.read_bytes()).digest())
    return state.hexdigest()


def uv() -> Path:
    """The installer that .venv brings, which fills an environment many times as fast as pip."""
    return VENV / "bin" / "uv"


def make_venv(venv: Path, *requirements: Path) -> None:
    """Makes a fresh virtual environment that holds exactly what the requirements pin."""
    shutil.rmtree(venv, ignore_errors=True)
    venv.parent.mkdir(parents=True, exist_ok=True)
    if uv().exists():
        try:
            call(uv(), "venv", "--quiet", "--no-project", "--python", sys.executable, venv)
            for file in requirements:
                call(uv(), "pip", "install", "--quiet", "--python", venv_python(venv), "--requirement", file)
            return
        except StepError as error:
            # A machine may have told pip more about its index than uv understands.
            print(f"      {error}; pip is asked instead", flush=True)
            shutil.rmtree(venv, ignore_errors=True)
    make_venv_with_pip(venv, *requirements)


def make_venv_with_pip(venv: Path, *requirements: Path) -> None:
    """The same with what every Python brings."""
    whole = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
    if whole.returncode != 0:
        # Debian keeps `ensurepip` in a package of its own; the pip of the system can fill the environment instead.
        call(sys.executable, "-m", "venv", "--clear", "--without-pip", venv)
        call(sys.executable, "-m", "pip", "--python", venv_python(venv), "install", "--quiet", "pip")
    for file in requirements:
        call(venv_python(venv), "-m", "pip", "install", "--quiet", "--requirement", file)


def build_venv() -> None:
    if sys.version_info < (3, 10):  # noqa: UP036 - this file is what an older interpreter meets first
        raise StepError(f"CPython 3.10 or newer is needed, '{sys.executable}' is {sys.version.split()[0]}")
    make_venv(VENV, REQUIREMENTS / "dev.txt")
    # What lay in the old environment is not in this one, whatever earlier runs say.
    for name in ("install", "values"):
        (STAMPS / name).unlink(missing_ok=True)


def build_values() -> None:
    values = REQUIREMENTS / "values.txt"
    call(uv(), "pip", "install", "--quiet", "--python", venv_python(), "--requirement", values)


def build_clients() -> str | None:
    skipped = None
    for name in CLIENTS:
        venv, pins = client_venv(name), REQUIREMENTS / f"clients-{name}.txt"
        if name == "traceroot" and sys.version_info < OLDEST_PYTHON_FOR_TRACEROOT:
            skipped = "without traceroot, which needs CPython 3.11"
            continue
        mark, wanted = venv / "pins.txt", sys.version + pins.read_text()
        if mark.is_file() and mark.read_text() == wanted:
            continue
        print(f"      {name}", flush=True)
        make_venv(venv, pins)
        mark.write_text(wanted)
    return skipped


def build_integrations() -> str | None:
    if sys.version_info < OLDEST_PYTHON_FOR_INTEGRATIONS:
        return "left out, the libraries need CPython 3.11"
    wanted_wheels = digest(wheels())
    for name in INTEGRATIONS:
        venv, pins = client_venv(f"integrations-{name}"), REQUIREMENTS / f"integrations-{name}.txt"
        mark, wanted = venv / "pins.txt", sys.version + pins.read_text()
        if not mark.is_file() or mark.read_text() != wanted:
            print(f"      {name}", flush=True)
            make_venv(venv, pins)
            mark.write_text(wanted)
        ours = venv / "wheels.txt"
        if not ours.is_file() or ours.read_text() != wanted_wheels:
            install_wheels(venv)
            ours.write_text(wanted_wheels)
    return None


def build_coexistence() -> None:
    venv, pins = client_venv("coexistence"), REQUIREMENTS / "clients-coexistence.txt"
    mark, wanted = venv / "pins.txt", sys.version + pins.read_text()
    if not mark.is_file() or mark.read_text() != wanted:
        make_venv(venv, pins)
        for package in PACKAGES_WITH_TESTS:
            fetch_source(package, pins.read_text(), venv / "sources")
        mark.write_text(wanted)
    ours, wanted_wheels = venv / "wheels.txt", digest(wheels())
    if not ours.is_file() or ours.read_text() != wanted_wheels:
        install_wheels(venv)
        ours.write_text(wanted_wheels)


def fetch_source(package: str, pins: str, where: Path) -> None:
    """Unpacks the published source of a package, whose tests its wheel does not hold."""
    (pin,) = [line for line in pins.splitlines() if line.startswith(f"{package}==")]
    where.mkdir(exist_ok=True)
    alone = ("--no-binary", ":all:", "--no-deps", "--no-build-isolation")
    call(venv_python(), "-m", "pip", "download", "--quiet", *alone, "--dest", where, pin)
    (archive,) = where.glob(f"{package.replace('-', '_')}-*.tar.gz")
    shutil.unpack_archive(archive, where)
    archive.unlink()


def install_wheels(venv: Path) -> None:
    """Puts our wheels into an environment, without what they would bring along."""
    call(uv(), "pip", "install", "--quiet", "--python", venv_python(venv), "--reinstall", "--no-deps", *wheels())


def build_packages() -> None:
    node, wanted = shutil.which("node"), ".".join(map(str, OLDEST_NODE))
    if node is None:
        raise StepError(f"Node {wanted} or newer is needed to build the page, and there is no 'node' on the path")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip().lstrip("v")
    if tuple(map(int, version.split(".")[:2])) < OLDEST_NODE:
        raise StepError(f"Node {wanted} or newer is needed to build the page, '{node}' is {version}")
    call("npm", "ci", "--loglevel=error")


def build_page() -> None:
    call("npm", "run", "--silent", "build")


def build_server() -> None:
    call("cargo", "build", "--locked", "--package", "tracewood-cli")


def build_rust() -> None:
    # The server and the tests in one go, so that both use the same build of what they have in common.
    call("cargo", "build", "--locked", *TESTED_CRATES, "--bins", "--tests")


def build_binary() -> str:
    return build_release("tracewood-cli", "tracewood")


def build_load() -> str:
    return build_release("tracewood-testkit", "tracewood-load")


def build_release(package: str, name: str) -> str:
    call("cargo", "build", "--locked", "--release", "--package", package, "--bin", name)
    DIST.mkdir(exist_ok=True)
    made = DIST / name
    # Written beside and moved over: a running server keeps the file that it was started from.
    shutil.copy2(target_dir() / "release" / name, made.with_suffix(".new"))
    made.with_suffix(".new").replace(made)
    return f"dist/{name}, {made.stat().st_size / 1e6:.1f} MB"


def build_wheels() -> str:
    DIST.mkdir(exist_ok=True)
    for old in DIST.glob("*.whl"):
        old.unlink()
    call(VENV / "bin" / "maturin", "build", "--release", "--locked", "--out", DIST, cwd=ROOT / "python")
    for face in FACES:
        call(
            *(venv_python(), "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
            *("--wheel-dir", DIST, ROOT / "python" / "faces" / face),
        )
    return ", ".join(f"{wheel.name} {wheel.stat().st_size / 1e6:.2f} MB" for wheel in sorted(DIST.glob("*.whl")))


def build_install() -> None:
    install_wheels(VENV)


def wheels() -> list[Path]:
    """The wheels that an earlier step made."""
    return sorted(DIST.glob("*.whl"))


# The native module is a library for the Python interpreter, which Rust tests of it would have to be linked with.
TESTED_CRATES = ("--workspace", "--exclude", "tracewood-py")
NODE_PACKAGES = ("package.json", "package-lock.json", ".npmrc")
WHEEL_SOURCES = (
    *("Cargo.toml", "Cargo.lock", "crates/span", "crates/otlp", "crates/sdk"),
    *("python/native", "python/src", "python/pyproject.toml", "python/README.md", "python/faces"),
)

STEPS: dict[str, Step] = {
    "venv": Step(
        *("the Python environment", build_venv, lambda: files_under("tools/requirements/dev.txt")),
        is_made=venv_python().exists,
    ),
    "values": Step(
        *(
            "the libraries whose values are captured",
            build_values,
            lambda: files_under("tools/requirements/values.txt"),
        ),
        is_made=venv_python().exists,
    ),
    "clients": Step("the environments of the published clients", build_clients),
    "integrations": Step("the libraries that are traced", build_integrations),
    "coexistence": Step("the owners of tracer providers", build_coexistence),
    "packages": Step(
        *("the packages of the page", build_packages, lambda: files_under(*NODE_PACKAGES)),
        is_made=(ROOT / "node_modules").exists,
    ),
    "page": Step(
        *("the page", build_page, lambda: files_under(*NODE_PACKAGES, "web", "docs/openapi.json")),
        is_made=(ROOT / "web" / "dist" / "index.html").exists,
    ),
    "server": Step("the server", build_server),
    "rust": Step("the server and the Rust tests", build_rust),
    "binary": Step("the release binary", build_binary),
    "load": Step("the source of load", build_load),
    "wheels": Step(
        *("the wheels", build_wheels, lambda: files_under(*WHEEL_SOURCES)),
        is_made=lambda: len(wheels()) == 1 + len(FACES),
    ),
    "install": Step("the wheels into .venv", build_install, wheels, is_made=venv_python().exists),
}


def run_step(name: str, head: str) -> None:
    """Runs one step unless an earlier run was made from the same inputs and is still there."""
    step, stamp = STEPS[name], STAMPS / name
    now = digest(step.inputs()) if step.inputs else None
    if now is not None and step.is_made() and stamp.is_file() and stamp.read_text() == now:
        print(f"{head} {step.title}: up to date", flush=True)
        return
    print(f"{head} {step.title} …", flush=True)
    began = time.monotonic()
    stamp.unlink(missing_ok=True)
    said = step.run()
    if now is not None:
        STAMPS.mkdir(parents=True, exist_ok=True)
        stamp.write_text(now)
    print(f"{head} {step.title}: done in {time.monotonic() - began:.1f} s{f' ({said})' if said else ''}", flush=True)


def main(names: list[str]) -> int:
    """Runs the named steps in the order given."""
    if not names or any(name not in STEPS for name in names):
        print(f"usage: steps.py STEP..., steps are {', '.join(STEPS)}", file=sys.stderr)
        return 2
    claim_target()
    for number, name in enumerate(names, start=1):
        head = f"[{number}/{len(names)}]"
        try:
            run_step(name, head)
        except StepError as error:
            print(f"{head} {STEPS[name].title}: failed: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
