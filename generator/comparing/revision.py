"""Files as git has them: read by git itself, in a process of its own that changes nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

from msgspec import Struct

from generator.base.diagnostics import Span
from generator.base.errors import FileProblem
from generator.comparing import codes
from generator.patterns import regex
from generator.yamlfile.text import MOST_BYTES

__all__ = ["Revision", "as_revision", "find_revision"]

_NAMED: Final = regex(r"(?P<revision>[^:]{2,}|@):(?P<path>.+)", re.DOTALL)
_SECONDS: Final = 60
_MOST_COMMITS: Final = 5_000
_SHORT: Final = 12
_SPECIAL: Final = re.compile(r"[][*?\\]")
# Nothing may be asked, fetched or written.
_QUIET: Final = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
_REASONS: Final = (
    ("not a git repository", "当前文件夹不在 git 仓库里"),
    ("dubious ownership", "git 不信任这个仓库的所有者（见 git config safe.directory）"),
    ("exists on disk, but not in", "这个版本里还没有这个文件"),
    ("does not exist in", "这个版本里没有这个文件"),
    ("invalid object name", "没有这个版本"),
    ("unknown revision", "没有这个版本"),
    ("Needed a single revision", "没有这个版本，或这个版本里没有这个文件"),
)


class Revision(Struct, frozen=True):
    """A file at a revision: ``HEAD~1`` and ``inputs/x.yaml`` of 「HEAD~1:inputs/x.yaml」."""

    revision: str
    path: str

    @property
    def name(self) -> str:
        """As it was written."""
        return f"{self.revision}:{self.path}"

    @property
    def on_disk(self) -> Path:
        """Where the file is, or was, on the disk."""
        path = Path(self.path)
        if path.is_absolute() or path.exists():
            return path
        rooted = Path(_git(self, Path.cwd(), "rev-parse", "--show-toplevel").decode("utf-8", "replace").strip()) / path
        return rooted if rooted.parent.is_dir() else path

    def read(self) -> bytes:
        """The input as it was.

        Raises:
            FileProblem: git is missing, or has no such revision or file.
        """
        return self._blob(self._object())

    def beside(self, name: str) -> bytes | None:
        """A file beside the input as it was then, ``name`` being its path below the input's folder; None if absent.

        Raises:
            FileProblem: git is missing.
        """
        parent = PurePosixPath(self.path.replace("\\", "/")).parent
        sibling = Revision(self.revision, str(parent / name.replace("\\", "/")))
        try:
            return sibling.read()
        except FileProblem as problem:
            if any(finding.code == codes.NO_GIT.number for finding in problem.findings):
                raise
            return None

    def _object(self) -> str:
        """The number under which git keeps the file: below its root as git reads it, else below the folder here."""
        path = Path(self.path)
        if path.is_absolute():
            return self._number(path.parent, f"./{path.name}")
        plain = PurePosixPath(self.path.replace("\\", "/")).as_posix()
        try:
            return self._number(Path.cwd(), plain)
        except FileProblem:
            if plain.startswith("../") or Path(plain).is_absolute():
                raise
            try:
                return self._number(Path.cwd(), f"./{plain}")
            except FileProblem:
                pass
            raise

    def _number(self, folder: Path, path: str) -> str:
        name = f"{self.revision}:{path}"
        return _git(self, folder, "rev-parse", "--verify", name).decode("ascii", "replace").strip()

    def _blob(self, number: str) -> bytes:
        path = Path(self.path)
        folder = path.parent if path.is_absolute() else Path.cwd()
        return _git(self, folder, "cat-file", "blob", number)


def as_revision(argument: str) -> Revision | None:
    """The revision that an argument names; None where it names a file, as every path of the disk does."""
    match = _NAMED.fullmatch(argument)
    if match is None or match["revision"].startswith("-") or os.path.lexists(argument):
        return None
    return Revision(match["revision"], match["path"])


def find_revision(file: Path, digest: str, name: str) -> str:
    """The latest revision in which a file, under this name or another, had these bytes; blank where there is none.

    Args:
        file: The file as it is now.
        digest: SHA-256 of its bytes then, in hexadecimal.
        name: Its name then.

    Raises:
        FileProblem: git is missing, or the file is in no repository.
    """
    wanted, folder = Revision("HEAD", str(file)), file.resolve().parent
    top = Path(_git(wanted, folder, "rev-parse", "--show-toplevel").decode("utf-8", "replace").strip())
    log = ("log", "--all", "-m", "--raw", "--no-abbrev", "--no-renames", "-z", "--format=%x01%H", f"-n{_MOST_COMMITS}")
    # Any character matches what a pattern would read otherwise.
    names = (f":(top,glob)**/{_SPECIAL.sub('?', one)}" for one in dict.fromkeys((file.name, name)) if one)
    history = _git(wanted, folder, *log, "--", *names)
    seen: set[str] = set()
    for entry in history.decode("utf-8", "replace").split("\1")[1:]:
        commit, *changes = entry.split("\0")
        fields = [change.strip() for change in changes if change.strip()]
        for change, path in zip(fields[::2], fields[1::2], strict=False):
            number = change.split()[3]
            if number.strip("0") and number not in seen:
                seen.add(number)
                if sha256(_git(wanted, folder, "cat-file", "blob", number)).hexdigest() == digest:
                    return f"{commit[:_SHORT]}:{top / path}"
    return ""


def _git(wanted: Revision, folder: Path, *arguments: str) -> bytes:
    program = shutil.which("git")
    if program is None:
        raise FileProblem([codes.NO_GIT.at(Span(wanted.name), name=wanted.name)])
    if not folder.is_dir():
        raise _refused(wanted, f"没有「{folder}」这个文件夹")
    command = [program, "-c", "core.fsmonitor=false", "--no-pager", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - git itself; what people typed never begins with a hyphen
            command, cwd=folder, capture_output=True, timeout=_SECONDS, check=False, env={**os.environ, **_QUIET}
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise _refused(wanted, "git 没有按时答复，或无法启动") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")
        raise _refused(wanted, next((why for sign, why in _REASONS if sign in said), "git 没有给出原因"))
    if len(done.stdout) > 5 * MOST_BYTES:
        raise _refused(wanted, "文件太大")
    return done.stdout


def _refused(wanted: Revision, why: str) -> FileProblem:
    return FileProblem([codes.NO_REVISION.at(Span(wanted.name), name=wanted.name, why=why)])
