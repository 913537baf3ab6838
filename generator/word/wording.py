"""How text becomes WordprocessingML: escaped, with line breaks, never able to break out of its element."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from jinja2.runtime import Undefined

from generator.figures import Figure, chinese_date, plain
from generator.word import codes

if TYPE_CHECKING:
    from generator.diagnostics import Code

__all__ = ["Printed", "UnprintableError", "attribute", "plain_text", "text_of", "text_xml"]

_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]").search
_SPACE: Final = '<w:t xml:space="preserve">'
_BREAK: Final = f"</w:t><w:br/>{_SPACE}"
_TAB: Final = f"</w:t><w:tab/>{_SPACE}"


class Printed(str):
    """XML that the engine itself wrote, to be printed as it is."""

    __slots__ = ()


class UnprintableError(Exception):
    """A value cannot be printed; carries the code and the words of the finding."""

    def __init__(self, why: str, mend: str = "", code: Code = codes.UNPRINTABLE) -> None:
        super().__init__(why)
        self.why, self.mend, self.code = why, mend, code


def text_of(value: object) -> str:
    """The text of a value, before escaping.

    Raises:
        UnprintableError: It is a list, a mapping or the like, which has no text of its own.
    """
    if isinstance(value, str):
        return value
    for kind, text in _TEXTS:
        if isinstance(value, kind):
            return text(value)
    if isinstance(value, Mapping | Sequence | set | frozenset) or callable(value):
        mend = "取其中的一项，或用 {%p for %}、{{p }}、| join('、') 逐项印出。"
        raise UnprintableError(f"它是{_kind(value)}，不是一段文字", mend)
    return str(value)


# The first that fits decides, so the narrower kinds come first.
_TEXTS: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (NoneType, lambda _: ""),
    (Undefined, str),
    (bool, lambda value: "是" if value else "否"),
    (Figure, str),
    (Fraction, plain),
    (Decimal, lambda value: format(value, "f")),
    (date, chinese_date),
)


def _kind(value: object) -> str:
    if isinstance(value, Mapping):
        return "一组有名称的值"
    return "一个方法" if callable(value) else "一列值"


def _checked(text: str) -> str:
    """The text with line ends made one kind.

    Raises:
        UnprintableError: It holds a control character, which Word files cannot.
    """
    bad = _REFUSED(text)
    if bad is not None:
        why = f"文字里有不可见的控制字符 U+{ord(bad.group()):04X}（第 {bad.start() + 1} 个字）"
        raise UnprintableError(why, "在填报文件里删去这个字符。")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _escaped(text: str) -> str:
    return _checked(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text_xml(text: str) -> str:
    """Text inside ``w:t``: escaped, a line end as a line break, a tab as a tab stop."""
    escaped = _escaped(text)
    if "\n" in escaped:
        escaped = escaped.replace("\n", _BREAK)
    return escaped.replace("\t", _TAB) if "\t" in escaped else escaped


def plain_text(value: object) -> Printed:
    """A value as the text of an element that knows no breaks (core properties, drawing text)."""
    return value if isinstance(value, Printed) else Printed(_escaped(text_of(value)))


def attribute(value: object) -> Printed:
    """A value inside an XML attribute."""
    return Printed(_escaped(text_of(value)).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;"))
