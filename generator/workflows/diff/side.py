"""Load one input of a comparison, a file or a revision in git, as far as it can be read, scored and printed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Final

from msgspec import Struct

from generator import pipeline
from generator.base.diagnostics import FileProblem, Finding, Refused, Span, in_order
from generator.base.files import Absent, Outside, find_beside, find_program
from generator.pipeline import Assessment, Mode
from generator.provenance.stamp import ENDINGS, Stamp
from generator.provenance.verify import digest_like
from generator.provenance.write import temporary_folder
from generator.submission.accept import read_filing
from generator.submission.book import read_book
from generator.submission.entries import ANSWERS, REVIEW
from generator.submission.filing import is_workbook
from generator.submission.fill_in import fill_in
from generator.template.files import find_template
from generator.template.load import named_template
from generator.template.model import Template
from generator.workflows import codes
from generator.yamlfile.build import Mapping, Scalar, scalars
from generator.yamlfile.source import Source, parse_yaml
from generator.yamlfile.text import MOST_BYTES

_NAMED: Final = re.compile(r"(?P<revision>[^:]{2,}|@):(?P<path>.+)", re.DOTALL)
_SECONDS: Final = 60
_MOST_COMMITS: Final = 5_000
_SHORT: Final = 12
_FILE_NAME: Final = re.compile(r"[^\n]{1,200}\.[A-Za-z0-9]{2,5}")
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
        """The bytes of the file; raises ``FileProblem`` without git, or if it has no such revision or file."""
        path = Path(self.path)
        folder = path.parent if path.is_absolute() else Path.cwd()
        return _git(self, folder, "cat-file", "blob", self._object())

    def beside(self, name: str) -> bytes | None:
        """Another file's bytes, by its path from the input's folder; None if absent, ``FileProblem`` without git."""
        parent = PurePosixPath(self.path.replace("\\", "/")).parent
        sibling = Revision(self.revision, str(parent / name.replace("\\", "/")))
        try:
            return sibling.read()
        except FileProblem as problem:
            if any(finding.code == codes.NO_GIT.number for finding in problem.findings):
                raise
            return None

    def _object(self) -> str:
        """The id of the blob; a relative path starts at the root of the repository, else at the current folder."""
        path = Path(self.path)
        if path.is_absolute():
            return self._number(path.parent, f"./{path.name}")
        plain = PurePosixPath(self.path.replace("\\", "/")).as_posix()
        try:
            return self._number(Path.cwd(), plain)
        except FileProblem:
            if not plain.startswith("../") and not Path(plain).is_absolute():
                with suppress(FileProblem):
                    return self._number(Path.cwd(), f"./{plain}")
            raise

    def _number(self, folder: Path, path: str) -> str:
        return _git(self, folder, "rev-parse", "--verify", f"{self.revision}:{path}").decode("ascii", "replace").strip()


def as_revision(argument: str) -> Revision | None:
    """The revision that an argument names; None if it is a path, as everything that exists on the disk is."""
    match = _NAMED.fullmatch(argument)
    if match is None or match["revision"].startswith("-") or os.path.lexists(argument):
        return None
    return Revision(match["revision"], match["path"])


def find_revision(file: Path, stamp: Stamp, templates: Path | None = None) -> str:
    """The latest revision of a filing, under this name or another, that a stamp is of; blank if there is none.

    Raises:
        FileProblem: git is missing, or the file is in no repository.
    """
    wanted, folder = Revision("HEAD", str(file)), file.resolve().parent
    top = Path(_git(wanted, folder, "rev-parse", "--show-toplevel").decode("utf-8", "replace").strip())
    log = ("log", "--all", "-m", "--raw", "--no-abbrev", "--no-renames", "-z", "--format=%x01%H", f"-n{_MOST_COMMITS}")
    # "?" stands for characters that are special in patterns.
    then = [stamp.input_name + ending for ending in ("", *ENDINGS)] if stamp.input_name else []
    names = (f":(top,glob)**/{_SPECIAL.sub('?', one)}" for one in dict.fromkeys((file.name, *then)))
    history = _git(wanted, folder, *log, "--", *names)
    seen: set[str] = set()
    for entry in history.decode("utf-8", "replace").split("\1")[1:]:
        commit, *changes = entry.split("\0")
        fields = [change.strip() for change in changes if change.strip()]
        for change, path in zip(fields[::2], fields[1::2], strict=False):
            number = change.split()[3]
            if number.strip("0") and number not in seen:
                seen.add(number)
                data = _git(wanted, folder, "cat-file", "blob", number)
                if stamp.input_digest == digest_like(stamp.input_digest, data, file, templates):
                    return f"{commit[:_SHORT]}:{top / path}"
    return ""


def _git(wanted: Revision, folder: Path, *arguments: str) -> bytes:
    """What git prints for a command in a folder; ``FileProblem`` says why it cannot."""
    program = find_program("git")
    if not program:
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


class Side(Struct, frozen=True):
    """One input: a file, or a revision of one.

    Attributes:
        root: Its tree, with the rows of the spreadsheets that it names; None if it cannot be read at all.
        template: Its template; None if it names none that exists.
        assessment: Its scores and its report; None if errors prevent them.
        remarks: Notes on how it was read, in Chinese.
        is_draft: Whether errors leave gaps in the scores and the report.
    """

    name: str
    root: Mapping | None
    template: Template | None
    assessment: Assessment | None
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...] = ()
    is_draft: bool = False

    @property
    def year(self) -> str:
        """The year that it states, as typed; blank if none."""
        return _typed(self.root, "年度").strip()

    @property
    def template_name(self) -> str:
        """The template that it names; blank if none."""
        return _typed(self.root, "模板").strip()


def _typed(root: Mapping | None, key: str) -> str:
    node = root.get(key) if root is not None else None
    return node.text if isinstance(node, Scalar) else ""


@contextmanager
def open_side(argument: str, templates: Path | None = None, *, drafts: bool = False) -> Iterator[Side]:
    """Load a file, or 「版本:文件」; with ``drafts``, one with errors is assessed as a draft.

    Files copied from a revision exist until the context ends.

    Raises:
        FileProblem: It cannot be read, or git cannot give it.
    """
    revision = as_revision(argument)
    if revision is None:
        yield _side(argument, read_filing(Path(argument), templates), Path(argument), templates, drafts=drafts)
        return
    data = revision.read()
    in_cells = is_workbook(revision.name)
    source = (
        read_book(data, revision.name, revision.on_disk, templates) if in_cells else parse_yaml(data, revision.name)
    )
    file = revision.on_disk
    reviews = [file.stem + ending for ending in (REVIEW, ANSWERS) if revision.beside(file.stem + ending) is not None]
    texts = (one.text.strip() for one in scalars(source.root)) if source.root is not None else ()
    names = [*dict.fromkeys(filter(_FILE_NAME.fullmatch, texts)), *reviews]
    with temporary_folder() as folder:
        remarks = _copy_files(revision, names, file.parent, folder)
        if templates is None:
            # Looked for from the file itself, not from its copy.
            with suppress(Refused):
                templates = find_template(_typed(source.root, "模板"), file).parent
        yield _side(argument, source, folder / file.name, templates, remarks, drafts=drafts)


def _side(  # noqa: PLR0913 - the parts of a side
    name: str, source: Source, file: Path, templates: Path | None, remarks: tuple[str, ...] = (), *, drafts: bool
) -> Side:
    """The input, scored if it can be; its tables and attachments are looked for beside ``file``."""
    assessment, findings = _assessed(source, file, templates)
    is_draft = drafts and assessment is None
    if is_draft:
        assessment, findings = _assessed(source, file, templates, Mode.DRAFT)
    root = source.root
    form = assessment.submission.template if assessment is not None else None
    if root is not None and form is None:
        with suppress(Refused):
            form = named_template(root, file, templates)
    if root is not None and form is not None:
        root, _ = fill_in(root, form.fields, file.parent)
    return Side(name, root, form, assessment, in_order(findings), remarks, is_draft)


def _assessed(
    source: Source, file: Path, templates: Path | None, mode: Mode = Mode.FINISHED
) -> tuple[Assessment | None, tuple[Finding, ...]]:
    try:
        assessment = pipeline.assess_source(source, file, templates, mode)
    except Refused as refused:
        return None, refused.findings
    return assessment, assessment.findings


def _copy_files(revision: Revision, names: list[str], beside: Path, folder: Path) -> tuple[str, ...]:
    """Copy the named files to a folder, from the revision or else from the disk; the remarks list the latter."""
    remarks = []
    for name in names:
        parts = re.split(r"[\\/]", name)
        if ".." in parts or Path(name).is_absolute() or not parts[0]:
            continue
        data = revision.beside(name)
        if data is None:
            try:
                data = find_beside(name, beside).read_bytes()
            except (Absent, Outside, OSError):
                continue
            remarks.append(f"「{name}」在 {revision.revision} 里没有，用的是磁盘上现在的文件")
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return tuple(remarks)
