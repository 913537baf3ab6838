"""Why a text is not the quantity that was expected."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["NotAQuantity", "QuantityFault"]


class QuantityFault(StrEnum):
    """One reason each; the value is the reason in words, fit to stand behind 「…」 in a message."""

    EMPTY = "没有填写"
    NO_NUMBER = "没有数字"
    SEVERAL_NUMBERS = "有不止一个数"
    PROSE = "数字夹在文字中"
    MALFORMED = "数字的写法不对（千分号须三位一节，小数点前后都要有数字）"
    TOO_LONG = "太长（数字最多30位，全文最多100字）"
    UNKNOWN_SIGN = "有不认识的符号"
    DATE = "是日期，不是数量"
    NO_UNIT = "没有单位"
    UNKNOWN_UNIT = "单位不认识"
    CONTRADICTORY = "前后限定或单位互相矛盾"


class NotAQuantity(ValueError):
    """A text that does not state one quantity.

    Attributes:
        fault: The reason.
        part: The piece of the text the reason is about (an unknown sign, an unknown unit); may be empty.
    """

    def __init__(self, fault: QuantityFault, part: str = "") -> None:
        super().__init__(fault, part)
        self.fault = fault
        self.part = part

    def __str__(self) -> str:
        return f"{self.fault}：「{self.part}」" if self.part else str(self.fault)
