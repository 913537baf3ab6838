"""Web addresses of links that hold tags: ``https://…/{{ 编号 }}``. Word keeps them apart from the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from generator.word.values import checked_address
from generator.word.wording import Printed, UnprintableError, content_of, plain_text, text_of

if TYPE_CHECKING:
    from generator.word.names import Tree

__all__ = ["address", "field_code", "is_link", "tagged_target"]

_KIND: Final = "hyperlink"


def is_link(relation: Tree) -> bool:
    """Whether a relationship is a link to somewhere outside."""
    outside = relation.get("TargetMode") == "External"
    return outside and str(relation.get("Type", "")).rpartition("/")[2] == _KIND


def tagged_target(relation: Tree) -> str:
    """The address of a link with tags in it, as it was typed; blank for any other."""
    if not is_link(relation):
        return ""
    target = str(relation.get("Target", ""))
    # Word writes braces and blanks in their percent form.
    typed = unquote(target) if "%7b" in target.lower() else target
    return typed if "{{" in typed or "{%" in typed else ""


def address(content: str) -> Printed:
    """The address that was printed, as an attribute; signs that an address cannot have are written as ``%…``.

    Raises:
        UnprintableError: It is no address that a link may lead to.
    """
    typed = content_of(content).replace("&quot;", '"')
    return Printed(checked_address(typed).replace("&", "&amp;"))


def field_code(value: object) -> Printed:
    """A value inside the code of a field, which it cannot end or turn into another.

    Raises:
        UnprintableError: It holds signs that mean something there.
    """
    text = text_of(value)
    if any(sign in text for sign in '"\\{}\n\r\t'):
        raise UnprintableError("域代码里的值不能有引号、反斜线、花括号和换行", "把这些字符从值里去掉。")
    return plain_text(text)
