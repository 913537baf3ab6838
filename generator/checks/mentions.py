"""Figures that a bureau mentions in its texts, with what they are said of: 「全年有471家工业企业“小升规”」."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from string import ascii_letters, digits

from msgspec import Struct

from generator.base.amount import Amount, NotAnAmount, parse_amount
from generator.base.units import known_units
from generator.checks.texts import HIDDEN, Text

_NO_COUNTS = "年 月 日 天 季 季度 半年 个月 周 小时 分钟 秒 分 班 级 度 届 档 面 口 眼 根 门 对 部 集 点 组 号"
"""Times, and words that seldom count anything behind a number in a sentence."""
# The longest first; those of one length in one order, so that the pattern is the same in every process.
_UNITS = "|".join(map(re.escape, sorted({*known_units()} - {*_NO_COUNTS.split()}, key=lambda unit: (-len(unit), unit))))
_FIGURE = re.compile(
    rf"(?<![\d,.])\d[\d,]*+(?:\.\d+)?+\s*+(?:万亿|千万|百万|十万|亿|万|千|百)?(?:{_UNITS})(?![A-Za-z\d])"
)
# Before a number these make it a part of a name, a range, an ordinal, or of what a reference prints.
_NO_FIGURE_BEHIND = frozenset("-—~～至第〔《.," + HIDDEN + ascii_letters + digits)
_CLAUSE_END = re.compile(r"[，。；！？：\n]")
_SENTENCE_ENDS = "。；！？\n"
_NAMES = re.compile(r"“([^”]*)”|《[^》]*》|「[^」]*」")
_ROUGH_BEFORE = (
    *("约", "近", "超", "超过", "逾", "突破", "不少于", "不低于", "不足", "至少", "最多", "不超过"),
    *("≥", "＞", "≧", "≤", "＜", ">", "<"),
)
_ROUGH_BEHIND = re.compile(r"\s*(?:多|余|以上|以下|以内|左右|上下|以外)")
_PART = re.compile(
    r"其中|另|分别|各|每|人均|平均|累计|历年|预计|预期|计划|目标|力争|拟|将|上年|去年|同期|前年|次年|明年"
)
_LONG, _FAR = 30, 200
"""What is said of a figure stands within so many characters before and behind it."""
_YEAR = re.compile(r"(\d{4})年")
_CHANGE = re.compile(r"(?<!新)增(?!加值)|降|减|提高|上升|回落|多于|少于|高于|低于|快于")
_SHARE = re.compile(r"占|相当于|比重|贡献")


class Statement(Struct, frozen=True, dict=True):
    """One figure with its unit, in the clause in which it stands.

    Attributes:
        text: The text that holds it.
        start: Where it begins in the text.
        end: Where it ends, its unit included.
        quantity: The figure.
        clause: The clause, without the names of documents, and of anything in quotes that is a sentence of its own.
        lead: The clause before the figure.
    """

    text: Text
    start: int
    end: int
    quantity: Amount
    clause: str
    lead: str

    @property
    def said(self) -> str:
        """The clause as typed; of a long one the part up to the figure."""
        begin = self.start - len(self.lead)
        stop = _CLAUSE_END.search(self.text.plain, self.end)
        whole = self.text.raw[begin : stop.start() if stop else len(self.text.raw)].strip()
        return whole if len(whole) <= _LONG else self.text.raw[max(begin, self.end - _LONG) : self.end].strip()

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Every two characters of the clause that stand side by side."""
        return frozenset(pairs_of(self.clause))

    @property
    def is_change(self) -> bool:
        """Whether it says by how much something grew or fell."""
        return _CHANGE.search(self.lead, max(0, len(self.lead) - 6)) is not None

    @property
    def is_share(self) -> bool:
        """Whether it says what part of something else it is."""
        return bool(_SHARE.search(self.lead))


def pairs_of(text: str) -> list[str]:
    """Every two characters side by side, in order."""
    return [text[at : at + 2] for at in range(len(text) - 1)]


def statements_in(texts: Iterable[Text], year: int | None) -> Iterator[Statement]:
    """Every definite figure that is said of the report's own year: no bound, no estimate, no plan, no part of another.

    Args:
        texts: The bureau's texts.
        year: The year of the report, where it is known.
    """
    for text in texts:
        found = _FIGURE.search(text.plain)
        if found is None:
            continue
        clauses = [0, *(end.end() for end in _CLAUSE_END.finditer(text.plain)), len(text.plain) + 1]
        for match in _FIGURE.finditer(text.plain, found.start()):
            statement = _statement(text, match, clauses)
            if statement is not None and not _is_of_another_time(statement, year):
                yield statement


def _statement(text: Text, match: re.Match[str], clauses: list[int]) -> Statement | None:
    plain, (start, end) = text.plain, match.span()
    at = bisect_right(clauses, start)
    begin, stop = max(clauses[at - 1], start - _FAR), min(clauses[at] - 1, end + _FAR)
    lead = plain[begin:start]
    if start and plain[start - 1] in _NO_FIGURE_BEHIND:
        return None
    if lead.rstrip().endswith(_ROUGH_BEFORE) or _ROUGH_BEHIND.match(plain, end) or _PART.search(_NAMES.sub("", lead)):
        return None
    try:
        quantity = parse_amount(match[0])
    except NotAnAmount:
        return None
    return Statement(text, start, end, quantity, _without_names(plain[begin:stop]), lead)


def _without_names(clause: str) -> str:
    """Documents are not what a figure is said of, nor what a longer name in quotes is made of."""
    return _NAMES.sub(lambda found: found[1] if found[1] and len(found[1]) <= 5 else "", clause)


def _is_of_another_time(statement: Statement, year: int | None) -> bool:
    """Whether the last year that the sentence names before the figure is another one."""
    plain = statement.text.plain
    first = max(0, statement.start - 5 * _FAR)
    begin = max(first, *(plain.rfind(mark, first, statement.start) + 1 for mark in _SENTENCE_ENDS))
    named = _YEAR.findall(plain, begin, statement.start)
    return bool(named) and year is not None and int(named[-1]) != year
