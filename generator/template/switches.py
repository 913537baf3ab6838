"""The part 检查 of checks.yaml: which of the program's own checks a template switches on, off or changes.

::

    检查:
      说明原因: 错误
      文号: 关闭
      大幅超额: {级别: 提示, 幅度: 50%}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.base.diagnostics import Finding, suggestion
from generator.template import codes
from generator.template.model import Switch
from generator.template.reader import SEVERITIES, Reader
from generator.yamlfile.build import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from generator.base.diagnostics import Span
    from generator.yamlfile.build import Node

__all__ = ["LEVELS", "read_switches"]

_ON = {"开启": True, "关闭": False}
LEVELS = (*SEVERITIES, *_ON)
"""What may stand behind a check's name: its level, or whether it is made at all."""


def read_switches(checks: Reader) -> tuple[Switch, ...]:
    """The switches of checks.yaml; what is of the wrong shape is reported, unknown names are left to ``checking``."""
    return tuple(_switch(key, node, checks.findings) for key, node in checks.entries("检查"))


def _switch(key: Scalar, node: Node, findings: list[Finding]) -> Switch:
    path = f"检查.{key.text}"
    if isinstance(node, Mapping):
        level = node.get("级别")
        switch = _of_word(key, level, path, findings) if level is not None else Switch(key.text, key.span)
        settings = {
            entry.key.text: (_texts(entry.value, entry.key.text, path, findings), entry.value.span)
            for entry in node.entries
            if entry.key.text != "级别"
        }
        return Switch(key.text, key.span, switch.on, switch.level, settings)
    return _of_word(key, node, path, findings)


def _of_word(key: Scalar, node: Node, path: str, findings: list[Finding]) -> Switch:
    word = node.text if isinstance(node, Scalar) else ""
    if word not in LEVELS:
        findings.append(_no_level(word, node.span, path))
    level = SEVERITIES.get(word)
    return Switch(key.text, key.span, _ON.get(word, True if level else None), level)


def _no_level(word: str, span: Span, path: str) -> Finding:
    if word:
        return codes.UNKNOWN_KIND.at(span, path, hint=suggestion(word, LEVELS), kind=word, what="级别")
    return codes.WRONG_SHAPE.at(span, path, key=path.partition(".")[2], expected=f"{'、'.join(LEVELS)}之一")


def _texts(node: Node, name: str, path: str, findings: list[Finding]) -> tuple[str, ...]:
    """A value, or a list of values."""
    items = node.items if isinstance(node, Sequence) else (node,)
    if not all(isinstance(item, Scalar) for item in items):
        findings.append(codes.WRONG_SHAPE.at(node.span, path, key=name, expected="一个值或一个列表"))
    return tuple(item.text for item in items if isinstance(item, Scalar))
