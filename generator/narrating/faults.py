"""What the template engine says of a text, in Chinese."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import nodes

__all__ = ["in_chinese", "what_is"]

_SAYINGS = (
    (re.compile(r"No filter named '(.*?)'"), "「| {0}」不是可用的印制形式"),
    (re.compile(r"unexpected end of template", re.IGNORECASE), "没有写完，缺少结尾的「}}」「%}」或「{% endif %}」"),
    (re.compile(r"Encountered unknown tag '(.*?)'"), "没有「{0}」这种标记"),
    (re.compile(r"unexpected char '(.*?)' at"), "有不认识的符号「{0}」"),
    (re.compile(r"got 'end of "), "没有写完"),
    (re.compile(r"(?:got|unexpected) '(.*?)'"), "不应有「{0}」"),
)
_KINDS = {
    "Call": "调用",
    "For": "循环",
    "Concat": "拼接",
    "Assign": "赋值",
    "AssignBlock": "赋值",
    "Include": "引入其他文件",
    "Import": "引入其他文件",
    "FromImport": "引入其他文件",
    "Extends": "引入其他文件",
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Pos"), "运算"),
    **dict.fromkeys(("List", "Tuple", "Dict", "Slice"), "列表"),
}


def in_chinese(fault: Exception) -> str:
    """What went wrong; our own errors are Chinese already, the engine's are put in our words."""
    said = str(getattr(fault, "message", None) or fault)
    for pattern, words in _SAYINGS:
        match = pattern.search(said)
        if match:
            return words.replace("{0}", match.group(1)) if match.groups() else words
    return said if any("\u4e00" <= char <= "\u9fff" for char in said) else "所引用的内容不能这样写"


def what_is(node: nodes.Node) -> str:
    """What kind of construct a refused piece of a text is."""
    return _KINDS.get(type(node).__name__, "这种标记")
