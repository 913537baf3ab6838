"""Values in the address of a link, or in the code of a field: places where not every text may stand."""

from __future__ import annotations

from generator.word.running.values import checked_address
from generator.word.running.wording import Printed, UnprintableError, content_of, plain_text, text_of

__all__ = ["address", "field_code"]


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
