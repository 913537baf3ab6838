"""Files below the input's folder: attachments (附件), Word files (fields of kind 文档) and pictures (kind 图片)."""

from __future__ import annotations

import re
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from generator.base.diagnostics import Code, Finding, suggestion, why_not
from generator.base.files import Absent, Document, Outside, find_beside, near_misses, read_picture
from generator.submission import codes
from generator.submission.model import Attachment, Fact
from generator.template.model import Template
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence

ATTACHMENTS = "附件"
KEYS = ("文件", "标题")
_ENDING = ".docx"
_MOST_BYTES = 50_000_000
_MOST_FILES = 100


class _Unusable(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read_attachments(
    root: Mapping, template: Template, folder: Path, findings: list[Finding]
) -> tuple[Attachment, ...]:
    """The attachments that an input names; what is wrong with them is added to ``findings``.

    A template that has a field of that name keeps it: there are no attachments then.

    Args:
        root: The tree of the input.
        template: Its template.
        folder: The folder of the input; the files must be below it.
        findings: Where problems go.
    """
    node = None if ATTACHMENTS in template.fields else root.get(ATTACHMENTS)
    if node is None or (isinstance(node, Scalar) and node.is_blank):
        return ()
    if isinstance(node, Mapping) or (isinstance(node, Sequence) and len(node.items) > _MOST_FILES):
        findings.append(_wrong_shape(node, ATTACHMENTS))
        return ()
    found: list[Attachment] = []
    for number, item in enumerate(node.items if isinstance(node, Sequence) else (node,), 1):
        try:
            found.append(_attachment(item, f"{ATTACHMENTS}[{number}]", folder, findings))
        except _Unusable as unusable:
            findings.append(unusable.finding)
    return tuple(found)


def read_document_field(named: Scalar, path: str, folder: Path, findings: list[Finding]) -> Fact:
    """The fact that a field of the kind 文档 is: its value is the name of the file."""
    if not named.text.strip():
        return Fact(path, None, "", named.span)
    name = named.text.strip()
    try:
        document = Document(_content(named, path, _located(named, path, folder)), name, named.span, path)
    except _Unusable as unusable:
        findings.append(unusable.finding)
        return Fact(path, None, name, named.span)
    return Fact(path, name, name, named.span, document=document)


def _attachment(item: Node, path: str, folder: Path, findings: list[Finding]) -> Attachment:
    named, title = item, None
    if isinstance(item, Mapping):
        _report_unknown(item, KEYS, path, findings)
        named, title = item.get(KEYS[0]) or item, item.get(KEYS[1])
    if not isinstance(named, Scalar) or not named.text.strip() or not (title is None or isinstance(title, Scalar)):
        raise _Unusable(_wrong_shape(item, path))
    file = _located(named, path, folder)
    words = title.text.strip() if title is not None else ""
    data = _content(named, path, file)
    return Attachment(path, data, named.text.strip(), words or file.stem, named.span, sha256(data).hexdigest())


def _report_unknown(node: Mapping, known: tuple[str, ...], path: str, findings: list[Finding]) -> None:
    for key in node.keys():
        if key.text not in known:
            hint = suggestion(key.text, known)
            findings.append(codes.UNKNOWN_FIELD.at(key.span, f"{path}.{key.text}", hint=hint, key=key.text))


def _wrong_shape(node: Node, path: str) -> Finding:
    return codes.ATTACHMENT_SHAPE.at(node.span, path, name=path, most=_MOST_FILES)


def _located(named: Scalar, path: str, folder: Path) -> Path:
    """The path of the file; links may not lead out of the folder."""
    name = named.text.strip()
    try:
        target = find_beside(name, folder)
    except Outside:
        raise _unusable(codes.ATTACHMENT_OUTSIDE, named, path) from None
    except Absent:
        raise _unusable(codes.ATTACHMENT_NOT_FOUND, named, path, hint=near_misses(name, folder, (_ENDING,))) from None
    if target.suffix.lower() != _ENDING:
        raise _unusable(codes.ATTACHMENT_FORMAT, named, path, kind=target.suffix or "没有扩展名的文件")
    return target


def _content(named: Scalar, path: str, file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        reason = "没有读取权限" if isinstance(error, PermissionError) else "系统无法读取"
        raise _unusable(codes.ATTACHMENT_UNREADABLE, named, path, reason=reason) from error
    if len(data) > _MOST_BYTES:
        raise _unusable(codes.ATTACHMENT_UNREADABLE, named, path, reason=f"文件超过 {_MOST_BYTES // 1_000_000} MB")
    return data


def _unusable(code: Code, named: Scalar, path: str, hint: str = "", **words: object) -> _Unusable:
    return _Unusable(code.at(named.span, path, hint=hint, file=named.text.strip(), **words))


PICTURE_KEYS = ("文件", "说明", "宽")
_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp")
_WIDTH = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(?:mm|毫米)?")
_NARROWEST, _WIDEST = 5, 400


def read_picture_field(node: Node, path: str, folder: Path, findings: list[Finding]) -> Fact:
    """The fact that a picture is: its value is what it shows, its text the file's name.

    Args:
        node: What stands in the input.
        path: Its path.
        folder: The folder of the input; the file must be below it.
        findings: Where problems go.
    """
    file, words, width = (_scalar(node, key) for key in PICTURE_KEYS)
    if not isinstance(node, Mapping) or file is None:
        findings.append(codes.PICTURE_SHAPE.at(node.span, path, name=path))
        return Fact(path, None, "", node.span)
    _report_unknown(node, PICTURE_KEYS, path, findings)
    name, before = file.text.strip(), len(findings)
    if words is None:
        findings.append(codes.PICTURE_UNDESCRIBED.at(file.span, path, file=name))
    wide = None if width is None else _width(width, path, findings)
    description = "" if words is None else " ".join(words.text.split())
    try:
        picture = read_picture(find_beside(name, folder), description, wide)
    except (Outside, Absent, ValueError, OSError) as error:
        findings.append(_unusable_picture(error, file, path, folder))
    if len(findings) > before:
        return Fact(path, None, name, file.span)
    return Fact(path, description, name, file.span, picture=picture)


def _unusable_picture(error: Exception, file: Scalar, path: str, folder: Path) -> Finding:
    name = file.text.strip()
    if isinstance(error, Outside):
        return codes.PICTURE_OUTSIDE.at(file.span, path, file=name)
    if isinstance(error, Absent):
        return codes.PICTURE_NOT_FOUND.at(file.span, path, hint=near_misses(name, folder, _ENDINGS), file=name)
    why = why_not(error) if isinstance(error, OSError) else str(error)
    return codes.PICTURE_UNUSABLE.at(file.span, path, file=name, why=why)


def _scalar(node: Node, key: str) -> Scalar | None:
    """What stands under a key; None where it is blank."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return value if isinstance(value, Scalar) and value.text.strip() else None


def _width(node: Scalar, path: str, findings: list[Finding]) -> Fraction | None:
    found = _WIDTH.fullmatch(node.text.strip())
    width = Fraction(found.group(1)) if found else Fraction(0)
    if _NARROWEST <= width <= _WIDEST:
        return width
    words = {"text": node.text, "least": str(_NARROWEST), "most": str(_WIDEST)}
    findings.append(codes.PICTURE_WIDTH.at(node.span, f"{path}.宽", **words))
    return None
