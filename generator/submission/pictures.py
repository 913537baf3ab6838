"""Fields of the kind 图片: a picture file below the input's folder, what it shows, how wide it is printed."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from generator.base.diagnostics import Finding, suggestion, why_not
from generator.base.files import read_picture
from generator.submission import codes
from generator.submission.model import Fact
from generator.yamlfile.beside import Absent, Outside, find_beside, near_misses
from generator.yamlfile.build import Mapping, Node, Scalar

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
    for key in node.keys():
        if key.text not in PICTURE_KEYS:
            hint = suggestion(key.text, PICTURE_KEYS)
            findings.append(codes.UNKNOWN_FIELD.at(key.span, f"{path}.{key.text}", hint=hint, key=key.text))
    name, before = file.text.strip(), len(findings)
    if words is None:
        findings.append(codes.PICTURE_UNDESCRIBED.at(file.span, path, file=name))
    wide = None if width is None else _width(width, path, findings)
    description = "" if words is None else " ".join(words.text.split())
    try:
        picture = read_picture(find_beside(name, folder), description, wide)
    except (Outside, Absent, ValueError, OSError) as error:
        findings.append(_unusable(error, file, path, folder))
    if len(findings) > before:
        return Fact(path, None, name, file.span)
    return Fact(path, description, name, file.span, picture=picture)


def _unusable(error: Exception, file: Scalar, path: str, folder: Path) -> Finding:
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
