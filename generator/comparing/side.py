"""One of the two inputs that are compared: as far as it can be read, scored and written out."""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from generator import pipeline, template
from generator.base.diagnostics import in_order
from generator.base.errors import Refused
from generator.comparing.revision import Revision, as_revision
from generator.patterns import regex
from generator.pipeline import Mode
from generator.submission.tables import fill_in
from generator.yamlfile.beside import Absent, Outside, find_beside
from generator.yamlfile.build import Mapping, Scalar, Sequence
from generator.yamlfile.source import parse_yaml, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.pipeline import Assessment
    from generator.template import Template
    from generator.yamlfile.build import Node
    from generator.yamlfile.source import Source

__all__ = ["Side", "open_side"]

_NAMES_A_FILE: Final = regex(r"[^\n]{1,200}\.[A-Za-z0-9]{2,5}")
_TEMPLATE: Final = "模板"


class Side(Struct, frozen=True):
    """One input.

    Attributes:
        name: As it was asked for: a file, or a revision of one.
        root: Its tree with the rows of the tables that it names; None where it cannot be read at all.
        template: Its template; None where it names none that is there.
        assessment: Its scores and its report; None where errors are in the way.
        findings: What was found in it.
        remarks: What to know of how it was read, in Chinese.
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
        """The year that it is about, as typed; blank where it states none."""
        node = self.root.get("年度") if self.root is not None else None
        return node.text.strip() if isinstance(node, Scalar) else ""

    @property
    def template_name(self) -> str:
        """The name of the template that it names; blank where it names none."""
        node = self.root.get(_TEMPLATE) if self.root is not None else None
        return node.text.strip() if isinstance(node, Scalar) else ""


@contextmanager
def open_side(argument: str, templates: Path | None = None, *, drafts: bool = False) -> Iterator[Side]:
    """One of the inputs to compare; files that were brought from a revision are there until it is left.

    Args:
        argument: A file, or 「版本:文件」.
        templates: The folder of templates; looked for upward from the file where absent.
        drafts: Score and write out what has errors as well, as far as it goes.

    Raises:
        FileProblem: It cannot be read, or git cannot give it.
    """
    revision = as_revision(argument)
    if revision is None:
        yield _side(argument, read_yaml(Path(argument)), Path(argument), templates, drafts=drafts)
        return
    source = parse_yaml(revision.read(), revision.name)
    names = list(dict.fromkeys(_named_files(source.root)))
    file = revision.on_disk
    if not names:
        yield _side(argument, source, file, templates, drafts=drafts)
        return
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        remarks = _bring(revision, names, file.parent, Path(folder))
        found = templates or _folder_of_templates(source.root, file)
        yield _side(argument, source, Path(folder) / file.name, found, remarks, drafts=drafts)


def _side(  # noqa: PLR0913 - the parts of a side
    name: str, source: Source, file: Path, templates: Path | None, remarks: tuple[str, ...] = (), *, drafts: bool
) -> Side:
    """The input as far as it goes; ``file`` is where its tables and attachments are looked for."""
    assessment, findings = _assessed(source, file, templates)
    is_draft = drafts and assessment is None
    if is_draft:
        assessment, findings = _assessed(source, file, templates, Mode.DRAFT)
    form = assessment.submission.template if assessment is not None else _template(source.root, file, templates)
    root = source.root
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


def _template(root: Mapping | None, file: Path, templates: Path | None) -> Template | None:
    named = root.get(_TEMPLATE) if root is not None else None
    if not isinstance(named, Scalar):
        return None
    try:
        return template.load_template(template.find_template(named.text, file, templates))
    except Refused:
        return None


def _folder_of_templates(root: Mapping | None, file: Path) -> Path | None:
    """Where the template is, as seen from the file itself and not from where its copy lies."""
    named = root.get(_TEMPLATE) if root is not None else None
    if not isinstance(named, Scalar):
        return None
    try:
        return template.find_template(named.text, file).parent
    except Refused:
        return None


def _named_files(node: Node | None) -> Iterator[str]:
    """What looks like the name of a file, anywhere in the tree."""
    if isinstance(node, Scalar):
        if _NAMES_A_FILE.fullmatch(node.text.strip()):
            yield node.text.strip()
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _named_files(item)
    elif node is not None:
        for entry in node.entries:
            yield from _named_files(entry.value)


def _bring(revision: Revision, names: list[str], beside: Path, folder: Path) -> tuple[str, ...]:
    """Copies of the named files in a folder: from the revision, else from the disk, which is said."""
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
