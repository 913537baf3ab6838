"""The page of all codes, for people who look one up: written from the codes themselves, so that it cannot grow old."""

from __future__ import annotations

import re
from itertools import groupby
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.base.diagnostics import Code

__all__ = ["escaped", "handbook", "shown"]

_STAGES = {
    "1": "读取填报文件",
    "2": "填报的内容",
    "3": "公式",
    "4": "文字中的引用、检查",
    "5": "Word 版式",
    "6": "写出文件",
    "7": "模板",
    "8": "命令",
    "9": "程序",
}
_HEAD = """# 问题代码

程序发现问题时，先写级别和代码，再写位置、消息和改法。这一页按代码列出全部问题；「…」处是运行时填入的名称、数字或文字。

- 错误：不改正就不能生成报告。
- 警告：能生成报告，报送前应当核对。
- 提示：供参考。

这一页由程序中的代码表生成，请不要直接修改。
"""
_SAID_THERE = "由模板的规则给出，见运行时的消息。"
_MENDED_THERE = "随具体情况给出，见消息末行的「改法」。"
_SPECIAL = re.compile(r"([\\`*_<\[\]|])")


def handbook(codes: Iterable[Code]) -> str:
    """A Markdown page, in Chinese, of these codes by number: title, severity, what is said, how to mend it.

    Args:
        codes: The codes to list, in any order. The caller gathers them, so that this layer knows no stage.
    """
    ordered = sorted(codes, key=lambda code: code.number)
    stages = groupby(ordered, key=lambda code: code.number[2])
    sections = [_section(_STAGES.get(stage, "其他"), list(members)) for stage, members in stages]
    return "\n".join([_HEAD, *sections])


def _section(title: str, codes: list[Code]) -> str:
    return "\n".join([f"## {title}\n", *map(_entry, codes)])


def _entry(code: Code) -> str:
    return (
        f"### {code.number} {escaped(code.title)}\n\n"
        f"- 级别：{code.severity.word}\n"
        f"- 消息：{shown(code.message, _SAID_THERE)}\n"
        f"- 改法：{shown(code.hint, _MENDED_THERE)}\n"
    )


def shown(template: str, otherwise: str) -> str:
    """A message with its places shown as dots; where it is nothing but places, a word on where to find it."""
    text = "".join(before + ("…" if name is not None else "") for before, name, _, _ in Formatter().parse(template))
    return escaped(text) if text.strip("…。") else otherwise


def escaped(text: str) -> str:
    """The text as Markdown prints it."""
    return _SPECIAL.sub(r"\\\1", text)
