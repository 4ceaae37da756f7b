"""Repository and commit from the files of git and the variables of CI systems, for every forge and layout."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tracewood import _git

SHA = "0123456789abcdef0123456789abcdef01234567"
OTHER = "f" * 40


def make(root: Path, url: str = "https://github.com/owner/name.git", head: str = "ref: refs/heads/main") -> Path:
    git = root / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text(head + "\n")
    (git / "config").write_text(f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {url}\n\tfetch = +refs/*\n')
    (git / "refs" / "heads" / "main").write_text(SHA + "\n")
    return root


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/owner/name.git", "owner/name"),
        ("https://github.com/owner/name", "owner/name"),
        ("https://user:secret@gitlab.example/group/sub/name.git", "group/sub/name"),
        ("git@github.com:owner/name.git", "owner/name"),
        ("git@bitbucket.org:owner/name.git", "owner/name"),
        ("ssh://git@git.example:2222/owner/name.git/", "owner/name"),
        ("owner/name", "owner/name"),
        ("name", None),
        ("../elsewhere", None),
        ("", None),
    ],
)
def test_address_of_any_forge_gives_owner_and_name(url: str, expected: str | None) -> None:
    assert _git.slug(url) == expected


def test_repository_is_found_from_a_folder_below(tmp_path: Path) -> None:
    below = make(tmp_path) / "a" / "b"
    below.mkdir(parents=True)
    found = _git.detect(str(below), {})
    assert (found.repo, found.ref) == ("owner/name", SHA)


def test_detached_head_is_the_commit(tmp_path: Path) -> None:
    assert _git.detect(str(make(tmp_path, head=OTHER)), {}).ref == OTHER


def test_packed_refs_are_read(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / ".git" / "refs" / "heads" / "main").unlink()
    (tmp_path / ".git" / "packed-refs").write_text(f"# pack-refs with: peeled\n{OTHER} refs/heads/main\n^{SHA}\n")
    assert _git.detect(str(tmp_path), {}).ref == OTHER


def test_worktree_shares_config_and_refs(tmp_path: Path) -> None:
    main = make(tmp_path / "main")
    private = main / ".git" / "worktrees" / "side"
    private.mkdir(parents=True)
    (private / "HEAD").write_text("ref: refs/heads/side\n")
    (private / "commondir").write_text("../..\n")
    (main / ".git" / "refs" / "heads" / "side").write_text(OTHER)
    side = tmp_path / "side"
    side.mkdir()
    (side / ".git").write_text(f"gitdir: {private}\n")
    found = _git.detect(str(side), {})
    assert (found.repo, found.ref) == ("owner/name", OTHER)


def test_origin_counts_before_other_remotes(tmp_path: Path) -> None:
    make(tmp_path)
    config = tmp_path / ".git" / "config"
    config.write_text('[remote "fork"]\n url = git@x:me/fork.git\n' + config.read_text())
    assert _git.detect(str(tmp_path), {}).repo == "owner/name"
    config.write_text('[remote "fork"]\n url = git@x:me/fork.git\n')
    assert _git.detect(str(tmp_path), {}).repo == "me/fork"


@pytest.mark.parametrize(
    ("variables", "repo", "ref"),
    [
        ({"GITHUB_REPOSITORY": "o/n", "GITHUB_SHA": OTHER}, "o/n", OTHER),
        ({"CI_PROJECT_PATH": "g/s/n", "CI_COMMIT_SHA": OTHER}, "g/s/n", OTHER),
        ({"GIT_URL": "git@host:o/n.git", "GIT_COMMIT": OTHER}, "o/n", OTHER),
        ({"GITHUB_REPOSITORY": "o/n"}, "o/n", SHA),
        ({"GITHUB_SHA": OTHER}, "owner/name", OTHER),
    ],
)
def test_variables_of_ci_count_first_and_each_by_itself(
    tmp_path: Path, variables: dict[str, str], repo: str, ref: str
) -> None:
    found = _git.detect(str(make(tmp_path)), variables)
    assert (found.repo, found.ref) == (repo, ref)


def test_broken_or_absent_files_are_no_trouble(tmp_path: Path) -> None:
    assert (_git.detect(str(tmp_path), {}).repo, _git.detect(str(tmp_path), {}).ref) == (None, None)
    broken = tmp_path / "broken"
    (broken / ".git").mkdir(parents=True)
    assert _git.detect(str(broken), {}).repo is None
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / ".git").write_bytes(b"\xff\xfe nothing")
    assert _git.detect(str(strange), {}).ref is None
    assert _git.detect(str(tmp_path / "gone"), {}).ref is None


def test_location_is_relative_to_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "repo")
    assert _git.location(str(tmp_path / "repo" / "src" / "a.py")) == "src/a.py"
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    monkeypatch.chdir(outside)
    assert _git.location(str(outside / "b.py")) == "b.py"
    assert _git.location(str(tmp_path / "c.py")) == str(tmp_path / "c.py")
    assert _git.location("<stdin>") == "<stdin>"


def test_git_itself_agrees(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        command = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e@example", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q", "-b", "trunk")
    git("remote", "add", "origin", "git@git.example:team/project.git")
    git("commit", "-q", "--allow-empty", "-m", "first")
    found = _git.detect(str(tmp_path), {})
    assert (found.repo, found.ref) == ("team/project", git("rev-parse", "HEAD"))
