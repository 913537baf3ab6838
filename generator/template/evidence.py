"""必需佐证 of an indicator: what a bureau must hand in for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.template import codes
from generator.template.model import RequiredEvidence
from generator.yamlfile.build import Scalar, Sequence

if TYPE_CHECKING:
    from generator.template.reader import Reader

__all__ = ["read_required"]

_KEY = "必需佐证"
_MOST = 50
_EXPECTED = "「是」「否」、几种（如 2）、材料标题的列表，或「数量」「标题」「文件」"


def read_required(reader: Reader, otherwise: RequiredEvidence | None) -> RequiredEvidence | None:
    """What an indicator requires; what holds for the group above it where it says nothing.

    Args:
        reader: Reads the indicator.
        otherwise: What holds for the group.
    """
    node = reader.get(_KEY)
    if node is None:
        return otherwise
    if isinstance(node, Scalar) and node.text in ("是", "否"):
        return RequiredEvidence(1) if node.text == "是" else None
    if isinstance(node, Scalar):
        count = _count(reader, node, _KEY, _EXPECTED)
        return RequiredEvidence(count) if count else otherwise
    if isinstance(node, Sequence):
        titles = _titles(reader, _KEY)
        return RequiredEvidence(max(1, len(titles)), titles)
    return _in_detail(reader)


def _in_detail(reader: Reader) -> RequiredEvidence | None:
    """Given as a mapping: how many, which, and whether as files."""
    below = reader.reader(_KEY)
    assert below is not None  # it is a mapping  # noqa: S101
    titles, number = _titles(below, "标题"), below.scalar("数量", "几种")
    count = _count(below, number, "数量", f"1 到 {_MOST} 的整数") if number is not None else 1
    required = RequiredEvidence(max(1, count, len(titles)), titles, below.flag("文件"))
    below.finish()
    return required


def _titles(reader: Reader, key: str) -> tuple[str, ...]:
    return tuple(title for text in reader.texts(key) if (title := text.strip()))


def _count(reader: Reader, node: Scalar, key: str, expected: str) -> int:
    """A number of documents; 0 where it is none, which is reported."""
    if node.text.isascii() and node.text.isdigit() and 0 < int(node.text[:9]) <= _MOST:
        return int(node.text)
    reader.findings.append(codes.WRONG_SHAPE.at(node.span, reader.path, key=key, expected=expected))
    return 0
