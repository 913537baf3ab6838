"""Wording that a report of one year cannot use, and braces that would be printed as they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.checking.rule import Example, Rule
from generator.checking.text import codes
from generator.checking.text.finding import TextFinder, findings, slips_of
from generator.checking.text.masking import masked, without_quoted
from generator.checking.text.slip import Slip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.checking.case import Case
    from generator.checking.rule import Given

__all__ = ["BRACES", "RELATIVE_YEAR", "literal_braces", "relative_years"]

# 减去年初结转, 说明年度目标, 以前年度, 当今年代: there the two characters are no word.
_ANY_YEAR = re.compile("[去今明前]年")
_YEAR_WORD = (
    r"(?<![过失减除扣剔略抹舍离撤省免])去年|(?<!当)今年(?![代轻])|(?<![说声证表注写标列查阐申文透光发清])明年"
    r"|(?<![目以此提之当先生日从])前年(?![度限货])"
)
_FROM_THE_REPORT = {"前年": -2, "去年": -1, "今年": 0, "明年": 1}
_BRACE = re.compile(r"｛｛.*?｝｝|｛%.*?%｝|\{[^{}\n]*\}|[{}｛｝]+")


def relative_years(text: str, year: int | None) -> Iterator[Slip]:
    """「去年」「今年」: of which year, depends on when it is read.

    Args:
        text: The text.
        year: The year of the report, if it is known.
    """
    shown = without_quoted(masked(text))
    for match in re.finditer(_YEAR_WORD, shown):
        written = f"，如「{year + _FROM_THE_REPORT[match[0]]}年」" if year is not None else ""
        yield Slip(*match.span(), f"应写明年份{written}")


def literal_braces(text: str) -> Iterator[Slip]:
    """A reference to a fact that is not written as one: 「｛｛ 部门 ｝｝」「{部门}」."""
    for match in _BRACE.finditer(masked(text)):
        yield Slip(*match.span(), "会照原样印出来；引用字段写成「{{ 字段 }}」，不是引用的应删去")


def _find_relative_years(case: Case, _given: Given) -> Iterator[Finding]:
    texts = case.printed_with(_ANY_YEAR)
    return findings(codes.RELATIVE_YEAR, slips_of(texts, lambda text: relative_years(text, case.year)))


RELATIVE_YEAR = Rule(
    name="去年今年",
    group=12,
    codes=(codes.RELATIVE_YEAR,),
    why=(
        "「去年」「今年」「明年」「前年」是哪一年，要看报告在哪一年读；自评报告写的是报告年度，读的人在下一年。应写明年份。"
        "书名号、引号里的，「减去年初」「以前年度」这样碰在一起的字不报。指哪一年由人判断，不自动改。"
    ),
    find=_find_relative_years,
    examples=(
        Example(
            codes.RELATIVE_YEAR,
            bad="自评结论: 减去年初结转，支出比去年增加。",
            good="自评结论: 减去年初结转，支出比上年增加。",
            place="自评结论",
            marked="去年",
        ),
    ),
)
BRACES = Rule(
    name="花括号",
    group=12,
    codes=(codes.BRACES,),
    why="引用字段要写两个半角花括号「{{ 字段 }}」。写成全角的、只写一个的，会照原样印在报告里。",
    find=TextFinder(codes.BRACES, literal_braces, re.compile(r"[{｛}｝]")),
    examples=(
        Example(
            codes.BRACES,
            bad='自评结论: "{{ 部门.名称 }}按{年度}年评分表逐项自评。"',
            good='自评结论: "{{ 部门.名称 }}按{{ 年度 }}年评分表逐项自评。"',
            place="自评结论",
            marked="{年度}",
        ),
    ),
)
