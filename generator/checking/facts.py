"""Rules: one fact is not stated twice with two values, in a text and in a table or in two texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.checking import codes
from generator.checking.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.checking.context import Case
    from generator.checking.mentions import Statement
    from generator.checking.rule import Given

__all__ = ["FACTS", "TEXTS"]

_BEFORE = re.compile(
    r"^[\s“”‘’「」（(]*(?:全市|全省|全县|全区|本市|本部门|我局|本局|全年|当年|本年度?|年度|\d{4}年度?|共|合计|总计)*"
)
_BEHIND = re.compile(r"(?:共计|合计|总计|分别|达到|完成|实现|同比|为|是|达|至|到|共|有|计|了|[“”：:，\s])+$")
_SHORTEST, _LONGEST, _LONGEST_LEAD = 5, 20, 100


def _facts(case: Case, _given: Given) -> Iterator[Finding]:
    """A figure in a text that names a thing of the input, and differs from everything that is stated of the thing."""
    for _, known, statement in case.statements.differing():
        comparable = known.comparable(statement)
        words = {
            "said": statement.said,
            "stated": statement.quantity.text,
            "name": known.name,
            "value": "、".join(f"{column}{text}" for column, text, _ in comparable),
            "where": f"{known.path}，第 {known.span.line} 行",
        }
        text = statement.text
        column = case.statements.actuals.get(known.path, comparable[-1][0])
        # The reference that would put the figure in the text.
        hint = codes.FACT_DIFFERS.hint.format(path=f"{known.path}.{column}".rstrip("."))
        yield codes.FACT_DIFFERS.at(text.place(statement.start, statement.end), text.path, hint=hint, **words)


def _texts(case: Case, _given: Given) -> Iterator[Finding]:
    """Two figures said of the very same words, in two places, that differ."""
    first: dict[tuple[str, str], Statement] = {}
    for statement in case.statements.all:
        subject = _subject(statement) if not (statement.is_share or statement.is_change) else ""
        if not _SHORTEST <= len(subject) <= _LONGEST:
            continue
        key = (subject, statement.quantity.dimension)
        other = first.setdefault(key, statement)
        if other.text.path != statement.text.path and not _alike(other, statement):
            place = other.text.place(other.start, other.end)
            words = {
                "subject": subject,
                "stated": statement.quantity.text,
                "value": other.quantity.text,
                "other": other.text.path,
                "where": f"第 {place.line} 行",
            }
            span = statement.text.place(statement.start, statement.end)
            yield codes.TEXTS_DIFFER.at(span, statement.text.path, **words)


def _subject(statement: Statement) -> str:
    """The words right before a figure, if they are all that it is said of: 「规上工业增加值」."""
    if len(statement.lead) > _LONGEST_LEAD:
        return ""
    subject = _BEHIND.sub("", _BEFORE.sub("", statement.lead))
    return subject if not re.search(r"[\d、（(“\x00]", subject) else ""


def _alike(one: Statement, other: Statement) -> bool:
    """Whether both may stand for one figure: the rougher is the finer rounded."""
    first, second = one.quantity, other.quantity
    half = max(amount.unit.scale / 2 / 10**amount.places if amount else 0 for amount in (first, second))
    return abs(first - second) <= half


FACTS = Rule(
    name="事实一致",
    group=4,
    codes=(codes.FACT_DIFFERS,),
    why=(
        "同一件事，表里填了一个数，文字里又手写了一个数，两处不同。程序在文字里找带单位的数，"
        "看它所在的分句是否说到表中某一行的名称或某个"
        "字段的标签；单位是同一种量、而数和那里填的都不相同时，才报告。\n\n"
        "宁可漏报，不误报：约数和界限（约、近、多、以上、超过）、其中的一部分、计划和预期、上年和别的年份、"
        "增减的幅度、占比、"
        "书名号里的数，以及职责、机构和下年计划里的数，都不看；同一段里另有一个数对得上的，也不报告。"
        "口径可能不同，所以只说「不同」，不说哪一处错。手写的数改成引用（{{ 字段 }}），就不会再不同。"
    ),
    find=_facts,
    examples=(
        Example(
            codes.FACT_DIFFERS,
            bad="年度工作: [全年新增技术改造企业45家。]",
            good="年度工作: [全年新增技术改造企业42家，其中民营企业30家。]",
            place="年度工作[1]",
            marked="45家",
        ),
        Example(
            codes.FACT_DIFFERS,
            bad="概况: 三公经费实际支出8.60万元。",
            good="概况: 三公经费实际支出8.5万元。",
            place="概况[1]",
            marked="8.60万元",
        ),
    ),
)
TEXTS = Rule(
    name="文字一致",
    group=4,
    codes=(codes.TEXTS_DIFFER,),
    why=(
        "两处文字用同样的话说一件事，数却不同。只比较数字前面的词完全相同的：「规上工业增加值为 1280.7 亿元」"
        "和「规上工业增加值 1281 "
        "亿元」可以是同一个数（后者取整），「1270 亿元」就不同。不看的数和「事实一致」相同。"
    ),
    find=_texts,
    examples=(
        Example(
            codes.TEXTS_DIFFER,
            bad="概况: 规上工业增加值120.5亿元。\n年度工作: [全年规上工业增加值为125亿元。]",
            good="概况: 规上工业增加值120.5亿元。\n年度工作: [全年规上工业增加值为121亿元。]",
            place="年度工作[1]",
            marked="125亿元",
        ),
    ),
)
