"""Evidence of indicators (佐证): titles of documents, or files beside the input."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Finding, Refused, suggestion, why_not
from generator.base.files import Absent, Outside, find_beside, near_misses
from generator.submission import codes
from generator.submission.model import Entry, Evidence
from generator.template.fields import says_nothing
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from generator.submission.model import Submission

EVIDENCE = "佐证"
KEYS = ("标题", "文件")
_MOST = 200
_ENDINGS = (
    "pdf ofd doc docx wps xls xlsx et csv ppt pptx dps txt rtf htm html eml msg "
    "jpg jpeg png gif bmp tif tiff webp heic mp3 mp4 mov avi wmv zip rar 7z"
)
_FILE = re.compile(rf".*[^\s.]\.(?:{_ENDINGS.replace(' ', '|')})", re.IGNORECASE | re.DOTALL)
"""It ends as files of a known kind do."""


def names_file(text: str) -> bool:
    """Whether a single text names a file, and not a title."""
    return _FILE.fullmatch(text.strip()) is not None


INCOMPLETE = frozenset({codes.EVIDENCE_NOT_FOUND.number, codes.EVIDENCE_EMPTY.number})
"""Codes that keep evidence from being handed in, but not a report from being written."""


def read_evidence(node: Node | None, path: str, folder: Path, findings: list[Finding]) -> tuple[Evidence, ...]:
    """The evidence that an input names; what is wrong with it is added to ``findings``.

    That a file is there is seen here; it is not read.

    Args:
        node: What stands behind 佐证: one title or file, or a list; None where nothing does.
        path: Its place in the data.
        folder: The folder of the input; the files must be below it.
        findings: Where problems go.
    """
    reader = _Reader(folder, findings)
    if node is None:
        return ()
    if not isinstance(node, Sequence):
        return tuple(reader.one(node, path))
    if len(node.items) > _MOST:
        findings.append(_wrong_shape(node, path))
        return ()
    places = ((item, f"{path}[{number}]") for number, item in enumerate(node.items, 1))
    return tuple(found for item, place in places for found in reader.one(item, place))


class _Reader(Struct):
    folder: Path
    findings: list[Finding]

    def one(self, node: Node, path: str) -> Iterator[Evidence]:
        """The evidence that one entry names; none where it is blank, or wrong."""
        if isinstance(node, Mapping):
            yield from self._described(node, path)
        elif not isinstance(node, Scalar):
            self.findings.append(_wrong_shape(node, path))
        elif names_file(node.text):
            yield from self._file(node, path, path)
        elif not node.is_blank and node.text.strip() and not says_nothing(node.text):
            yield Evidence(path, node.text.strip(), node.span)

    def _described(self, node: Mapping, path: str) -> Iterator[Evidence]:
        """An entry that names its title, its file, or both."""
        for key in node.keys():
            if key.text not in KEYS:
                hint = suggestion(key.text, KEYS)
                self.findings.append(codes.UNKNOWN_FIELD.at(key.span, f"{path}.{key.text}", hint=hint, key=key.text))
        parts = [node.get(key) for key in KEYS]
        if not all(part is None or isinstance(part, Scalar) for part in parts):
            self.findings.append(_wrong_shape(node, path))
            return
        scalars = (part if isinstance(part, Scalar) and not part.is_blank else None for part in parts)
        title, file = (part if part is not None and part.text.strip() else None for part in scalars)
        if file is not None:
            yield from self._file(file, path, f"{path}.文件", title)
        elif title is not None:
            yield Evidence(path, title.text.strip(), title.span)

    def _file(self, named: Scalar, path: str, place: str, title: Scalar | None = None) -> Iterator[Evidence]:
        """The evidence that is a file; a missing file is reported and still counts, by its title."""
        name = named.text.strip()
        file = None
        try:
            file = find_beside(name, self.folder)
        except Outside:
            self.findings.append(codes.EVIDENCE_OUTSIDE.at(named.span, place, file=name))
            return
        except Absent:
            hint = near_misses(name, self.folder)
            self.findings.append(codes.EVIDENCE_NOT_FOUND.at(named.span, place, hint=hint, file=name))
        if file is not None and not file.stat().st_size:
            self.findings.append(codes.EVIDENCE_EMPTY.at(named.span, place, file=name))
        words = title.text.strip() if title is not None else PureWindowsPath(name).stem
        span = title.span if title is not None else named.span
        yield Evidence(path, words, span, name, named.span, file, titled=title is not None)


def _wrong_shape(node: Node, path: str) -> Finding:
    return codes.EVIDENCE_SHAPE.at(node.span, path, name=path, most=_MOST)


class Listed(Struct, frozen=True):
    """One line of the list of evidence: a document of an indicator, in one or several files, or in none.

    Attributes:
        number: The line, from 1.
        place: Which of the scored indicators it is of, in the form's order, from 1.
        form: What the row is called whose form the indicator belongs to; empty for that of the whole filing.
        indicator: The indicator's name.
        title: What the document is called.
        materials: What the bureau names under this title.
        entry: The bureau's entry on the indicator.
    """

    number: int
    place: int
    form: str
    indicator: str
    title: str
    materials: tuple[Evidence, ...]
    entry: Entry

    @property
    def files(self) -> tuple[Evidence, ...]:
        """Those of its materials that are files."""
        return tuple(one for one in self.materials if one.name)


def list_evidence(submission: Submission) -> tuple[Listed, ...]:
    """All evidence in the order of the forms; what has the same title under one indicator makes one line."""
    lines: list[Listed] = []
    for form in submission.forms:
        for place, indicator in enumerate(form.leaves(), 1):
            titled: dict[str, list[Evidence]] = {}
            entry = form.entry(indicator)
            for one in entry.all_materials():
                titled.setdefault(one.title, []).append(one)
            for title, materials in titled.items():
                about = form.title if form.path else ""
                lines.append(Listed(len(lines) + 1, place, about, indicator.name, title, tuple(materials), entry))
    return tuple(lines)


def with_evidence(submission: Submission) -> Submission:
    """The submission with the SHA-256 of every file of evidence among its sources, by the name that it is given.

    Raises:
        Refused: Some of them cannot be read; one finding for each.
    """
    digests, unreadable = dict(submission.sources), list[Finding]()
    seen: dict[Path, str] = {}
    for one in (one for line in list_evidence(submission) for one in line.files):
        if one.file is None:
            continue
        try:
            file = one.file.resolve()
            if file not in seen:
                with file.open("rb") as stream:
                    seen[file] = hashlib.file_digest(stream, "sha256").hexdigest()
            digests[one.name] = seen[file]
        except OSError as error:
            why = why_not(error)
            unreadable.append(codes.EVIDENCE_UNREADABLE.at(one.named, one.path, file=one.name, why=why))
    if unreadable:
        raise Refused(unreadable)
    return replace(submission, sources=tuple(sorted(digests.items())))
