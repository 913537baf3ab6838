"""Wording that a report of one year cannot use, braces printed as they stand, references that print nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from generator.base.tags import whole_tags
from generator.checking.rule import Example, Given, Rule
from generator.checking.text import codes
from generator.checking.text.finding import Slip, TextFinder, findings, slips_of
from generator.checking.text.masking import masked, without_quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.checking.context import Case

__all__ = ["BLANK_REFERENCE", "BRACES", "RELATIVE_YEAR", "blank_references", "literal_braces", "relative_years"]

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


_REFERENCE = re.compile(r"\{\{-?\s*(?P<path>[^\s|{}()'\"]+)\s*(?P<filters>\|[^{}]*)?-?\}\}")
_STEP = re.compile(r"[^.\[\]]+")


def blank_references(text: str, names: Mapping[str, object]) -> Iterator[Slip]:
    """The references of a text to values that were not filled in.

    Within ``{% if … %}`` nothing is said: there the author has thought of it.

    Args:
        text: The text.
        names: What it can refer to.
    """
    if any(text.startswith("{%", start) for start, _ in whole_tags(text)):
        return
    for match in _REFERENCE.finditer(text):
        if "default" not in (match["filters"] or "") and _is_blank(match["path"], names):
            yield Slip(*match.span(), f"引用的「{match['path']}」没有填，印出来是空的")


def _is_blank(path: str, names: Mapping[str, object]) -> bool:
    """Whether the path leads to a value, and that is blank."""
    value: object = names
    for step in _STEP.findall(path):
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif (
            isinstance(value, Sequence)
            and not isinstance(value, str)
            and step.isdecimal()
            and 0 < int(step) <= len(value)
        ):
            value = value[int(step) - 1]
        else:
            return False
    return value is None or value in ("", [])


def _find_blank_references(case: Case, _given: Given) -> Iterator[Finding]:
    texts = case.printed_with(_REFERENCE)
    return findings(codes.BLANK_REFERENCE, slips_of(texts, lambda text: blank_references(text, case.report.content)))


BLANK_REFERENCE = Rule(
    name="空的引用",
    group=12,
    codes=(codes.BLANK_REFERENCE,),
    why=(
        "文字里引用的字段没有填，印出来是空的，如「金额为元」。写在条件「{% if … %}」里的，用「default」"
        "给了代替文字的，不报。"
    ),
    find=_find_blank_references,
    examples=(
        Example(
            codes.BLANK_REFERENCE,
            bad='自评结论: "没有完成是因为{{ 绩效目标[1].原因 }}。"',
            good="自评结论: \"没有完成是因为{{ 绩效目标[1].原因 | default('疫情', true) }}。\"",
            place="自评结论",
            marked="{{ 绩效目标[1].原因 }}",
        ),
    ),
)
