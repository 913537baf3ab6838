"""Files beside an input: evidence (佐证), attachments (附件), fields of kind 文档 (Word files) and 图片 (pictures)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from hashlib import file_digest, sha256
from pathlib import Path, PureWindowsPath

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Finding, Refused, suggestion, why_not
from generator.base.files import Document, read_picture
from generator.submission import codes
from generator.submission.grid import FileKind, Unreadable, file_beside, read_beside
from generator.submission.model import Attachment, Entry, Evidence, Fact, Submission
from generator.template.model import Template, says_nothing
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence

ATTACHMENTS = "附件"
_FILE_AND_TITLE = ("文件", "标题")
_WORD_FILE = FileKind(
    codes.ATTACHMENT_OUTSIDE,
    codes.ATTACHMENT_NOT_FOUND,
    (".docx",),
    codes.ATTACHMENT_FORMAT,
    codes.ATTACHMENT_UNREADABLE,
    codes.ATTACHMENT_UNREADABLE,
)
_BEHIND = r"[\s：:.、．_—-]"
_NUMBERED = re.compile(
    rf"附件\s*(?:\d{{1,2}}(?![\d年月个项家份]|-\d)|[一二三四五六七八九十]{{1,2}}(?={_BEHIND})|(?={_BEHIND}))"
    rf"{_BEHIND}*(?=\S)"
)
"""The label that reports print above the title themselves, as in 「附件2：情况表」."""
_MOST_FILES = 100


def read_attachments(
    root: Mapping, template: Template, folder: Path, findings: list[Finding]
) -> tuple[Attachment, ...]:
    """The attachments that an input names, in its folder; none if the template has a field of that name."""
    node = None if ATTACHMENTS in template.fields else root.get(ATTACHMENTS)
    if node is None or (isinstance(node, Scalar) and node.is_blank):
        return ()
    if isinstance(node, Mapping) or (isinstance(node, Sequence) and len(node.items) > _MOST_FILES):
        findings.append(codes.ATTACHMENT_SHAPE.at(node.span, ATTACHMENTS, name=ATTACHMENTS, most=_MOST_FILES))
        return ()
    found: list[Attachment] = []
    for number, item in enumerate(node.items if isinstance(node, Sequence) else (node,), 1):
        path, named, title = f"{ATTACHMENTS}[{number}]", item, None
        if isinstance(item, Mapping):
            _report_unknown(item, _FILE_AND_TITLE, path, findings)
            named, title = item.get(_FILE_AND_TITLE[0]) or item, item.get(_FILE_AND_TITLE[1])
        if not isinstance(named, Scalar) or not named.text.strip() or not (title is None or isinstance(title, Scalar)):
            findings.append(codes.ATTACHMENT_SHAPE.at(item.span, path, name=path, most=_MOST_FILES))
            continue
        try:
            file, data = read_beside(named, path, folder, _WORD_FILE)
        except Unreadable as unusable:
            findings.append(unusable.finding)
            continue
        words = title.text.strip() if title is not None else ""
        heading = _NUMBERED.sub("", words or file.stem)
        found.append(Attachment(path, data, named.text.strip(), heading, named.span, sha256(data).hexdigest()))
    return tuple(found)


def read_document_field(named: Scalar, path: str, folder: Path, findings: list[Finding]) -> Fact:
    """The fact of a field of the kind 文档: its value is the name of the file."""
    name = named.text.strip()
    if not name:
        return Fact(path, None, "", named.span)
    try:
        document = Document(read_beside(named, path, folder, _WORD_FILE)[1], name, named.span, path)
    except Unreadable as unusable:
        findings.append(unusable.finding)
        return Fact(path, None, name, named.span)
    return Fact(path, name, name, named.span, document=document)


def _report_unknown(node: Mapping, known: tuple[str, ...], path: str, findings: list[Finding]) -> None:
    for key in node.keys():
        if key.text not in known:
            hint = suggestion(key.text, known)
            findings.append(codes.UNKNOWN_FIELD.at(key.span, f"{path}.{key.text}", hint=hint, key=key.text))


PICTURE_KEYS = ("文件", "说明", "宽")
_PICTURE = FileKind(codes.PICTURE_OUTSIDE, codes.PICTURE_NOT_FOUND, (".png", ".jpg", ".jpeg", ".gif", ".bmp"))
_WIDTH = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(?:mm|毫米)?")
_NARROWEST, _WIDEST = 5, 400


def read_picture_field(node: Node, path: str, folder: Path, findings: list[Finding]) -> Fact:
    """The fact of a picture: its value is the description, its text the file's name."""
    parts = [node.get(key) if isinstance(node, Mapping) else None for key in PICTURE_KEYS]
    file, words, width = (one if isinstance(one, Scalar) and one.text.strip() else None for one in parts)
    if not isinstance(node, Mapping) or file is None:
        findings.append(codes.PICTURE_SHAPE.at(node.span, path, name=path))
        return Fact(path, None, "", node.span)
    _report_unknown(node, PICTURE_KEYS, path, findings)
    name, before = file.text.strip(), len(findings)
    if words is None:
        findings.append(codes.PICTURE_UNDESCRIBED.at(file.span, path, file=name))
    wide = None
    if width is not None:
        match = _WIDTH.fullmatch(width.text.strip())
        wide = Fraction(match[1]) if match else None
        if wide is None or not _NARROWEST <= wide <= _WIDEST:
            limits = {"least": str(_NARROWEST), "most": str(_WIDEST)}
            findings.append(codes.PICTURE_WIDTH.at(width.span, f"{path}.宽", text=width.text, **limits))
    description = "" if words is None else " ".join(words.text.split())
    try:
        picture = read_picture(file_beside(file, path, folder, _PICTURE), description, wide)
    except Unreadable as unusable:
        findings.append(unusable.finding)
    except (ValueError, OSError) as error:
        why = why_not(error) if isinstance(error, OSError) else str(error)
        findings.append(codes.PICTURE_UNUSABLE.at(file.span, path, file=name, why=why))
    if len(findings) > before:
        return Fact(path, None, name, file.span)
    return Fact(path, description, name, file.span, picture=picture)


EVIDENCE = "佐证"
_TITLE_AND_FILE = ("标题", "文件")
_EVIDENCE = FileKind(codes.EVIDENCE_OUTSIDE, codes.EVIDENCE_NOT_FOUND)
_MOST_EVIDENCE = 200
_KNOWN_ENDINGS = (
    "pdf ofd doc docx wps xls xlsx et csv ppt pptx dps txt rtf htm html eml msg "
    "jpg jpeg png gif bmp tif tiff webp heic mp3 mp4 mov avi wmv zip rar 7z"
)
_FILE = re.compile(rf".*[^\s.][\s.]*\.(?:{_KNOWN_ENDINGS.replace(' ', '|')})", re.IGNORECASE | re.DOTALL)


def names_file(text: str) -> bool:
    """Whether a single text names a file, and not a title."""
    return _FILE.fullmatch(text.strip()) is not None


INCOMPLETE = frozenset({codes.EVIDENCE_NOT_FOUND.number, codes.EVIDENCE_EMPTY.number})
"""Codes that keep evidence from being handed in, but not a report from being written."""


def read_evidence(node: Node | None, path: str, folder: Path, findings: list[Finding]) -> tuple[Evidence, ...]:
    """The evidence of an entry 佐证: one title or file, or a list. Files must exist but are not read."""
    if node is None:
        return ()
    places = [(node, path)]
    if isinstance(node, Sequence):
        places = [(item, f"{path}[{number}]") for number, item in enumerate(node.items, 1)]
    if len(places) > _MOST_EVIDENCE:
        findings.append(codes.EVIDENCE_SHAPE.at(node.span, path, name=path, most=_MOST_EVIDENCE))
        return ()
    return tuple(found for item, place in places for found in _evidence(item, place, folder, findings))


def _evidence(node: Node, path: str, folder: Path, findings: list[Finding]) -> Iterator[Evidence]:
    """The evidence that one entry names, by its title, its file, or both; none if it is blank or wrong."""
    title: Node | None = node
    file: Node | None = None
    place = path
    if isinstance(node, Mapping):
        _report_unknown(node, _TITLE_AND_FILE, path, findings)
        (title, file), place = (node.get(key) for key in _TITLE_AND_FILE), f"{path}.文件"
    elif isinstance(node, Scalar) and names_file(node.text):
        title, file = None, node
    elif isinstance(node, Scalar) and says_nothing(node.text):
        return
    if not all(part is None or isinstance(part, Scalar) for part in (title, file)):
        findings.append(codes.EVIDENCE_SHAPE.at(node.span, path, name=path, most=_MOST_EVIDENCE))
        return
    title, named = (part if isinstance(part, Scalar) and part.has_text else None for part in (title, file))
    if named is None:
        if title is not None:
            yield Evidence(path, title.text.strip(), title.span)
        return
    # A missing file is reported but still counts by its title.
    name, found = named.text.strip(), None
    try:
        found = file_beside(named, place, folder, _EVIDENCE)
    except Unreadable as missing:
        findings.append(missing.finding)
        if missing.finding.code == codes.EVIDENCE_OUTSIDE.number:
            return
    if found is not None and not found.stat().st_size:
        findings.append(codes.EVIDENCE_EMPTY.at(named.span, place, file=name))
    words = title.text.strip() if title is not None else PureWindowsPath(name).stem.strip()
    span = title.span if title is not None else named.span
    yield Evidence(path, words, span, name, named.span, found, titled=title is not None)


class Listed(Struct, frozen=True):
    """One line of the list of evidence: a document of an indicator, in any number of files.

    ``number`` is the line and ``place`` the scored indicator in its form's order, both from 1; ``form`` is the name of
    the row whose form it is, empty for that of the whole filing.
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
    """All evidence in the order of the forms, one line for each title of an indicator."""
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
    """The submission with the SHA-256 of every evidence file among its sources, by name.

    Raises:
        Refused: Some files cannot be read; one finding for each.
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
                    seen[file] = file_digest(stream, "sha256").hexdigest()
            digests[one.name] = seen[file]
        except OSError as error:
            why = why_not(error)
            unreadable.append(codes.EVIDENCE_UNREADABLE.at(one.named, one.path, file=one.name, why=why))
    if unreadable:
        raise Refused(unreadable)
    return replace(submission, sources=tuple(sorted(digests.items())))
