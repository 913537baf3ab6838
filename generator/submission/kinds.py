"""Readers of field kinds: the text of a scalar to its value."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.base.amount import (
    CHINESE,
    Amount,
    AmountFault,
    Grade,
    NotAnAmount,
    parse_amount,
    parse_money,
    parse_number,
    split_grade,
)
from generator.base.diagnostics import Code, Finding, Span, nearest, suggestion
from generator.base.formats import PERCENT, plain
from generator.base.passage import Origin
from generator.base.target import Operator
from generator.base.target_text import parse_target
from generator.base.units import MONEY_UNITS, resolve_unit
from generator.submission import codes
from generator.template.model import Field, says_nothing

if TYPE_CHECKING:
    from generator.formula.values import Value


_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_DATE_IN_DIGITS = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_DATE_IN_WORDS = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_NOT = re.compile("[未不没无非]")
_MONTH = re.compile(r"\d{4}[-/.年]\d{1,2}月?")
_DAY = re.compile(r"\d{1,2}[-/.月]\d{1,2}日?")
_YEAR = re.compile(r"((?:19|20)\d{2})\s*(?:年|年度)?")
_PER_CENT = re.compile(rf"百分之\s*([0-9.]+|{CHINESE})")
_PERSONS = {"人", "名", "位"}
# Letters typed for digits, or read so from a picture, beside other digits.
_LETTERS = re.compile(r"(?<=[0-9.,])[OolI]|[OolI](?=[0-9.,])")
# How people write numbers otherwise; compiled where a number could not be read.
_PLAIN = str.maketrans("（）［］。圆", "()[].元")
# 1 234.50 is one number, 12 34 are two.
_GROUPED = r"(?<=[0-9])\s+(?=[0-9]{3}(?![0-9]))"
_APART = r"[0-9.]\s+[0-9]"
_CURRENCY = r"人民币|RMB|CNY|[￥¥]"
_AROUND = r"^[约近共计大概]+|左右$|[整正]$"
_BRACKETED = r"-?[(\[]-?[0-9.]"
_NEGATIVE = r"^[-△▲负]|[0-9]-|-$"
# Not between digits: 5-6 is no number, nor is 5(2).
_SIGNS = r"^[-△▲负]?[(\[]?[-△▲负]?|(?<=[0-9])-(?![0-9])|-$|[(\[](?![0-9])|[)\]](?![0-9])"
_NUMBER = r"([0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)[.余多]?(\D*)"
_UP_OR_DOWN = re.compile(r"[预计约比上年同期期]*(增长|增加|上升|提高|下降|减少|降低)\s*([0-9.]+\s*[%‰])")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９％．，－＋", "0123456789%.,-+")
_NOUGHT = Fraction(0)


class KindFault(Exception):
    """A text is not of its field's kind: the code, the words of its message, and a better hint if any."""

    def __init__(self, code: Code, hint: str = "", **words: str) -> None:
        super().__init__(code.title)
        self.code, self.hint, self.words = code, hint, words

    def at(self, span: Span, path: str, text: str, name: str = "") -> Finding:
        """The finding of the text at this place; ``name`` is what messages call the field, by default its path."""
        return self.code.at(span, path, hint=self.hint, **{"name": name or path, "text": text, **self.words})


def read_kind(field: Field, text: str, origin: Origin | None = None) -> Value:
    """The value of a text; amounts get the ``origin``.

    Money is an amount in 元, a rate the ratio, a date a ``date``, anything in words the text itself.

    Raises:
        KindFault: The text is not of the field's kind, or outside its bounds.
    """
    value = _READERS[field.kind](field, text)
    if type(value) is not Amount and type(value) is not Grade:
        return value
    # In half-width signs without spaces, as reports print it. Mutable here: it was just created.
    value.origin, value.text = origin, value.text if type(value) is Grade else half_width(value.text)
    return value


def _money(field: Field, text: str) -> Value:
    try:
        return _bounded(field, parse_money(text))
    except NotAnAmount as fault:
        if fault.fault is AmountFault.NO_UNIT:
            raise KindFault(codes.NO_UNIT) from None
        hint = _meant(field, text)
        if fault.fault is AmountFault.UNKNOWN_UNIT:
            hint = hint or suggestion(fault.part, MONEY_UNITS)
            raise KindFault(codes.UNKNOWN_UNIT, hint, unit=fault.part, expected="金额单位") from None
        hint = "没有发生的填「0 元」。" if says_nothing(text) else hint
        raise _not_a_number(fault, "金额", "125.00 万元", hint) from None


def _meant(field: Field, text: str) -> str:
    """A hint with the number that a text evidently means (￥498.02 万元, (5.00), 1,234.50-, 498.02 万); else blank."""
    joined = re.sub(_GROUPED, "", text)
    plain_text = half_width(_digits(joined)).translate(_PLAIN)
    bare = re.sub(_AROUND, "", re.sub(_CURRENCY, "", plain_text))
    match = re.fullmatch(_NUMBER, re.sub(_SIGNS, "", bare))
    if match is None or re.search(_APART, joined):
        return ""
    number = f"0{match[1]}" if match[1].startswith(".") else match[1]
    units = _units_meant(field, match[2], has_currency=re.search(_CURRENCY, plain_text) is not None)
    ways = [f"{number}{unit}" if unit in ("%", "‰") else f"{number} {unit}".strip() for unit in units]
    try:
        parse_money(ways[0]) if field.kind == "金额" else parse_amount(ways[0], (field.unit,) if field.unit else ())
    except NotAnAmount:
        return ""
    positive, negative = ("」或「".join(sign + way for way in ways) for sign in ("", "-"))
    is_bracketed = re.match(_BRACKETED, bare) is not None
    if not is_bracketed and re.search(_NEGATIVE, bare) is None:
        return f"写成「{positive}」。"
    if not (field.least < 0 if field.least is not None else field.signed or field.kind in ("比率", "数量")):
        return f"这是负数的写法，这里不能是负数；不是负数的写成「{positive}」。"
    return f"写成「{negative}」" + (f"（会计用括号表示负数）；不是负数的写成「{positive}」。" if is_bracketed else "。")


def _units_meant(field: Field, unit: str, *, has_currency: bool) -> tuple[str, ...]:
    """The unit that a person left out or cut short; for money without any there are two."""
    if field.kind != "金额":
        return (unit or "%" if field.kind == "比率" else unit,)
    if not unit and not has_currency:
        return "元", "万元"
    unit = re.sub("[wW]", "万", unit)
    known = [one for one in MONEY_UNITS if unit.startswith(one)]  # 万元以上, 万元(估)
    return (max(known, key=len) if known else f"{unit}元",)


def _digits(text: str) -> str:
    """Replaces the letters O, l and I beside digits by the digits that they look like."""
    return _LETTERS.sub(lambda letter: "0" if letter[0] in "Oo" else "1", text)


def _number(field: Field, text: str) -> Value:
    amount = _parsed(text, "数字", field.example or "98", field)
    if not field.unit and amount.unit.name in ("分", "%"):
        if amount.unit.name == "%":
            words = {"unit": "%", "expected": "这里可用的单位"}
            raise KindFault(codes.UNKNOWN_UNIT, f"写成「{plain(amount.number)}」。", **words)
        amount = parse_amount(plain(amount.number))
    return _bounded(field, _with_unit(amount, field))


def _whole(field: Field, text: str) -> Value:
    nothing = "" if field.least else f"0 {field.unit}".strip()
    amount = _with_unit(_parsed(text, "整数", field.example or "12", field, nothing), field)
    if amount.denominator != 1:
        raise KindFault(codes.NOT_WHOLE)
    return _bounded(field, amount)


def _with_unit(amount: Amount, field: Field) -> Amount:
    """The amount with the field's unit, also if only the number was typed."""
    unit = amount.unit.name
    same = resolve_unit(field.unit)
    is_same = same.scale == amount.unit.scale == 1 and amount.dimension == same.dimension != ""  # ㎡ and 平方米
    if unit in ("", field.unit) or is_same or {unit, field.unit} <= _PERSONS:
        return amount if unit else amount.located(None, amount.text + field.unit)
    expected = f"「{field.unit}」" if field.unit else "这里可用的单位"
    hint = f"写成「{plain(amount.number)} {field.unit}」。" if field.unit else "这里只填数字，不带单位。"
    raise KindFault(codes.UNKNOWN_UNIT, hint, unit=unit, expected=expected)


def _ratio(field: Field, text: str) -> Value:
    clean = _PER_CENT.sub(r"\1%", text)
    if change := _UP_OR_DOWN.fullmatch(half_width(clean)):
        sign = "-" if change[1] in ("下降", "减少", "降低") else ""
        words = {"expected": "百分数", "why": f"写了「{change[1]}」，这里用正负号表示", "example": ""}
        raise KindFault(codes.NOT_A_NUMBER, f"写成「{sign}{change[2]}」。", **words)
    amount = _parsed(clean, "百分数", "96.69%", field)
    meant = _digits(clean) if amount.unit.name.endswith("%") else clean
    meant = re.sub(r"[%％]\s*[%％]$", "%", meant)
    if meant != clean:
        raise KindFault(codes.UNKNOWN_UNIT, f"写成「{meant}」。", unit=amount.unit.name, expected="「%」")
    if amount.unit.name not in ("%", "‰"):
        written = plain(amount.number)
        share = f"{plain(amount.number * 100)}%"
        hint = f"写成「{share if 0 < amount < 1 else f'{written}%'}」。"
        if amount.unit.name not in ("", "分"):
            hint = ""
        elif amount == 1:
            hint = "是全部就写「100%」，是百分之一就写「1%」。"
        raise KindFault(codes.NOT_A_RATIO, hint)
    return _bounded(field, amount)


def _target(_field: Field, text: str) -> Value:
    """The bound of a target as an amount; for a range, or a target in words, its text."""
    target = parse_target(text)
    one = target.quantity
    return text if one is None or target.operator is Operator.RANGE else one.located(None, text)


def _date(_field: Field, text: str) -> Value:
    text = half_width(text)
    if words := _DATE_IN_WORDS.fullmatch(text):
        year = "".join(str("零一二三四五六七八九".index(digit)) for digit in words[1].replace("〇", "零"))
        with suppress(NotAnAmount):
            text = f"{year}年{parse_number(words[2])[0]}月{parse_number(words[3])[0]}日"
    match = _DATE.fullmatch(text) or _DATE_IN_DIGITS.fullmatch(text)
    if match:
        with suppress(ValueError):
            return date(*(int(part) for part in match.groups()))
    hint = "写明哪一天，如「2021年12月31日」。" if _MONTH.fullmatch(text) else ""
    raise KindFault(codes.NOT_A_DATE, "年、月、日都要写，如「2021年12月31日」。" if _DAY.fullmatch(text) else hint)


def _year(_field: Field, text: str) -> Value:
    match = _YEAR.fullmatch(half_width(text.strip()))
    if not match:
        raise KindFault(codes.NOT_A_YEAR)
    return Amount(Fraction(match[1]), match[1])


def _option(field: Field, text: str) -> Value:
    # In narrow columns each character has a line of its own.
    one = text if text in field.choices else "".join(text.split())
    if one not in field.choices:
        raise KindFault(codes.NOT_A_CHOICE, _choice_meant(field, text))
    return one


def _choice_meant(field: Field, text: str) -> str:
    """A hint with the choices like a text, but never with one that says the contrary, as 未达成 for 达成."""
    meant = [one for one in field.choices if bool(_NOT.search(one)) is bool(_NOT.search(text))]
    return suggestion(text, meant) if nearest(text, meant) else f"可用的有：{'、'.join(field.choices)}。"


def _grade(field: Field, text: str) -> Value:
    """The share of the weight that a grade earns: 「达成预期指标 95%」; optional if only one is possible."""
    grade, stated = split_grade(text)
    if grade not in field.grades:
        known = next((name for name in field.grades if text.startswith(name)), None)
        # 达成预期指标 0.9
        hint = f"系数写成百分数，如「{known} {PERCENT.print(field.grades[known][1])}」。" if known else ""
        raise KindFault(codes.NOT_A_CHOICE, hint or _choice_meant(field, grade or text))
    low, high = field.grades[grade]
    share = low if stated is None else stated
    words = {"grade": grade, "low": PERCENT.print(low), "high": PERCENT.print(high)}
    if stated is None and low != high:
        raise KindFault(codes.NO_COEFFICIENT, **words)
    if not low <= share <= high:
        fitting = [name for name, (least, most) in field.grades.items() if least <= share <= most]
        hint = f"{PERCENT.print(share)} 属于「{'」「'.join(fitting)}」；等次和系数改一个。" if fitting else ""
        raise KindFault(codes.OUTSIDE_GRADE, hint, share=PERCENT.print(share), **words)
    return Grade(share, text)


def _truth(_field: Field, text: str) -> Value:
    if text not in ("是", "否"):
        raise KindFault(codes.NOT_A_CHOICE, "填「是」或「否」。")
    return text == "是"


def _parsed(text: str, expected: str, example: str, field: Field, nothing: str = "") -> Amount:
    """The amount of a text; ``nothing`` is what to write instead of 无."""
    try:
        return parse_amount(text, (field.unit,) if field.unit else ())
    except NotAnAmount as fault:
        hint = f"没有的填「{nothing}」。" if nothing and says_nothing(text) else ""
        hint = hint or _meant(field, text)
        if not hint and field.absent and not any(char.isdigit() for char in text):
            hint = f"写一个数，如「{example}」；没有的写「无」。"
        raise _not_a_number(fault, expected, example, hint) from None


def _not_a_number(fault: NotAnAmount, expected: str, example: str, hint: str) -> KindFault:
    return KindFault(codes.NOT_A_NUMBER, hint, expected=expected, why=str(fault), example=example)


def _bounded(field: Field, amount: Amount) -> Amount:
    unsigned = field.least is None and not field.signed and field.kind != "比率"
    least = _NOUGHT if unsigned else field.least
    shown = PERCENT.print if field.kind == "比率" else plain
    # Comparing fractions is slow: for 0 the sign is enough.
    if least is not None and (amount.numerator < 0 if unsigned else amount < least):
        raise KindFault(codes.TOO_SMALL, least=shown(least))
    if field.most is not None and amount > field.most:
        raise KindFault(codes.TOO_LARGE, most=shown(field.most))
    return amount


def half_width(text: str) -> str:
    """The text in half-width signs without spaces, as reports print figures."""
    return "".join(text.split()).translate(_HALF_WIDTH)


_READERS: dict[str, Callable[[Field, str], Value]] = {
    "文字": lambda _field, text: text,
    "金额": _money,
    "数值": _number,
    "整数": _whole,
    "比率": _ratio,
    "数量": lambda field, text: _parsed(text, "数量和单位", field.example or "74家", field),
    "目标": _target,
    "日期": _date,
    "年份": _year,
    "选项": _option,
    "等次": _grade,
    "是否": _truth,
}
