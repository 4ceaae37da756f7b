"""Which repository and commit the program runs from, read from the files of git and from the variables of CI systems.

No process is started: a walk up the folders, then a few small files. Answers are kept per folder, since every
decorated function asks where its file lies.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Repository", "detect", "location", "slug"]

# What CI systems set, since their checkouts may lack `.git` or name the runner's own mirror: (repository, commit).
_CI_VARIABLES = (
    ("GITHUB_REPOSITORY", "GITHUB_SHA"),
    ("CI_PROJECT_PATH", "CI_COMMIT_SHA"),  # GitLab
    ("BITBUCKET_REPO_FULL_NAME", "BITBUCKET_COMMIT"),
    ("CIRCLE_REPOSITORY_URL", "CIRCLE_SHA1"),
    ("BUILDKITE_REPO", "BUILDKITE_COMMIT"),
    ("BUILD_REPOSITORY_URI", "BUILD_SOURCEVERSION"),  # Azure Pipelines
    ("GIT_URL", "GIT_COMMIT"),  # Jenkins
)
# A file of git longer than this is none that we know how to read; a packed-refs of 100 000 refs is about 6 MB.
_FILE_BYTES_MAX = 16 * 1024 * 1024

_roots: dict[str, str | None] = {}


class Repository:
    """What is known of the repository: `owner/name` and the full commit hash, each `None` where it is not known."""

    __slots__ = ("ref", "repo")

    def __init__(self, repo: str | None, ref: str | None) -> None:
        self.repo = repo
        self.ref = ref


def detect(folder: str | None = None, environ: Mapping[str, str] | None = None) -> Repository:
    """Finds repository and commit: the variables of CI systems first, then the `.git` at or above a folder.

    Args:
        folder: Where to start; the current folder by default.
        environ: The environment to read; that of the process by default.

    Returns:
        The two, found independently of each other; never raises.
    """
    environ = os.environ if environ is None else environ
    repo = ref = None
    for repo_name, ref_name in _CI_VARIABLES:
        repo = repo or slug(environ.get(repo_name, ""))
        ref = ref or environ.get(ref_name) or None
    if repo is None or ref is None:
        try:
            root = _root_above(os.getcwd() if folder is None else folder)
            git_dir = None if root is None else _git_dir(root)
            if git_dir is not None:
                common_dir = _common_dir(git_dir)
                repo = repo or slug(_remote_url(_read(os.path.join(common_dir, "config"))) or "")
                ref = ref or _head(git_dir, common_dir)
        except OSError:
            pass
    return Repository(repo, ref)


def location(file: str) -> str:
    """The path of a source file as it is shown: relative to its repository, else to the current folder, else as it is.

    Args:
        file: `co_filename` of a function.

    Returns:
        A path with `/` between its parts.
    """
    if file.startswith("<"):  # typed into a shell, or made by `exec`
        return file
    try:
        path = os.path.abspath(file)
        root = _root_above(os.path.dirname(path))
        if root is None:
            root = os.getcwd()
        if path.startswith(root + os.sep):
            path = path[len(root) + 1 :]
    except OSError:
        return file
    return path.replace(os.sep, "/")


def slug(url: str) -> str | None:
    """The `owner/name` in the address of a repository on any forge; groups within groups are kept.

    Args:
        url: `https://…`, `ssh://…`, `git@host:path`, or the path alone.

    Returns:
        The path without `.git`, or `None` where there is none.
    """
    url = url.strip()
    if "://" in url:
        path = url.split("://", 1)[1].partition("/")[2]
    elif ":" in url and "/" not in url.split(":", 1)[0]:
        path = url.split(":", 1)[1]
    else:
        path = url
    path = path.split("?", 1)[0].strip("/")
    if path.endswith(".git"):
        path = path[:-4]
    return path if "/" in path and not path.startswith(".") else None


def _root_above(folder: str) -> str | None:
    """The nearest folder at or above `folder` that holds a `.git`."""
    seen = []
    while folder not in _roots:
        seen.append(folder)
        if os.path.exists(os.path.join(folder, ".git")):
            _roots[folder] = folder
            break
        above = os.path.dirname(folder)
        if above == folder:
            _roots[folder] = None
            break
        folder = above
    root = _roots[folder]
    for folder in seen:
        _roots[folder] = root
    return root


def _git_dir(root: str) -> str | None:
    """The folder with HEAD: `.git` itself, or what a `.git` file of a worktree or submodule points at."""
    path = os.path.join(root, ".git")
    if os.path.isdir(path):
        return path
    first = _read(path).split("\n", 1)[0]
    return os.path.join(root, first[7:].strip()) if first.startswith("gitdir:") else None


def _common_dir(git_dir: str) -> str:
    """The folder with config and refs, which the worktrees of a repository share."""
    try:
        return os.path.join(git_dir, _read(os.path.join(git_dir, "commondir")).strip())
    except OSError:
        return git_dir


def _remote_url(config: str) -> str | None:
    """The address of `origin`, else of the first remote."""
    first = None
    remote = None
    for line in map(str.strip, config.splitlines()):
        if line.startswith("["):
            remote = line[8:].strip('"] ') if line.startswith("[remote ") else None
        elif remote is not None and line.split("=", 1)[0].strip() == "url" and "=" in line:
            url = line.split("=", 1)[1].strip()
            if remote == "origin":
                return url
            first = first or url
    return first


def _head(git_dir: str, common_dir: str) -> str | None:
    """The commit that is checked out, through loose and packed refs."""
    head = _read(os.path.join(git_dir, "HEAD")).strip()
    if not head.startswith("ref:"):
        return head or None
    name = head[4:].strip()
    for folder in (git_dir, common_dir):
        try:
            return _read(os.path.join(folder, *name.split("/"))).strip() or None
        except OSError:
            continue
    for line in _read(os.path.join(common_dir, "packed-refs")).splitlines():
        if line.endswith(" " + name):
            return line.split(" ", 1)[0]
    return None


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read(_FILE_BYTES_MAX)
