"""Rule: 「7项，完成4项」 in a text agrees with the list that it counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.amount import NotAnAmount, parse_amount
from generator.checking import codes
from generator.checking.goals import tables, value_at
from generator.checking.mentions import pairs_of
from generator.checking.rule import Example, Rule
from generator.formula import Call, Name
from generator.scoring import number
from generator.submission import Record
from generator.template import walk_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.checking.context import Case
    from generator.checking.rule import Given
    from generator.checking.texts import Text
    from generator.submission import Table

__all__ = ["COUNTS"]

_COUNT = r"(\d+|[两二三四五六七八九十]{1,3})\s*[项个件条]"
_SAID = re.compile(
    rf"([^，。；：！？\d\x00]{{4,30}}?)(?:共有|共计|合计|总计|共|有|为)?{_COUNT}(?![^，。；]{{0,200}}其中)"
    rf"[^。；]{{0,10}}?[，,、（(]\s*(?:已经|已|全部|均|实际|其中)*完成(?:了)?{_COUNT}"
)
# Costs little to look for; of two counts, one is said to be finished.
_ANY_COUNT = re.compile(r"[\d两二三四五六七八九十]\s*[项个件条]")
_ENOUGH = 0.6


class _Counted(Struct, frozen=True):
    """A list with the counts that the template makes of it: of all rows, and of those that are finished."""

    table: Table
    label: str
    total: int
    done: int | None


def _counts(case: Case, _given: Given) -> Iterator[Finding]:
    lists: list[_Counted] | None = None
    for text in case.texts:
        if "完成" not in text.raw or len(_ANY_COUNT.findall(text.plain)) < 2:
            continue
        for match in _SAID.finditer(text.plain):
            lists = list(_lists(case)) if lists is None else lists
            counted = _about(match[1], lists)
            if counted is not None:
                yield from _differing(text, match, counted)


def _lists(case: Case) -> Iterator[_Counted]:
    done = dict(_finished(case))
    for table in tables(case.submission.facts):
        label = _label(case, table)
        yield _Counted(table, label, len(table.rows), done.get(table.path))


def _label(case: Case, table: Table) -> str:
    record, label = case.submission.facts, ""
    for name in table.path.split("."):
        label = record.fields[name].label
        member = record.members[name]
        record = member if isinstance(member, Record) else record
    return label


def _finished(case: Case) -> Iterator[tuple[str, int]]:
    """Of every list the count that the template makes of its finished rows: 计数(重点工作, 进展 = "已完成")."""
    for field in walk_fields(case.submission.template.fields):
        root = field.formula.root if field.formula is not None else None
        is_count = isinstance(root, Call) and root.function == "计数" and len(root.arguments) == 2
        if is_count and "完成" in field.name and not re.search("[未没]", field.name):
            table = root.arguments[0]  # type: ignore[union-attr]
            trace = value_at(case.scorecard.book, field.path)
            if isinstance(table, Name) and trace is not None:
                yield ".".join(table.path), int(number(trace))


def _about(words: str, lists: list[_Counted]) -> _Counted | None:
    """The list whose label the words before a count name, if they name one more than the others."""
    said = set(pairs_of(words))
    shares = [(len(said & set(pairs_of(one.label))) / max(len(one.label) - 1, 1), one) for one in lists]
    best = max((share for share, _ in shares), default=0)
    named = [one for share, one in shares if share == best and share >= _ENOUGH]
    return named[0] if len(named) == 1 else None


def _differing(text: Text, match: re.Match[str], counted: _Counted) -> Iterator[Finding]:
    stated = (_number(match[2]), _number(match[3]))
    for group, what, counts, said in ((2, "总数", counted.total, stated[0]), (3, "完成数", counted.done, stated[1])):
        if counts is not None and said is not None and said != counts:
            words = {
                "said": match[0][match.start(1) - match.start() :],
                "what": what,
                "stated": f"{said} 项",
                "table": counted.label,
                "where": f"第 {counted.table.span.line} 行起",
                "counted": "共有" if group == 2 else "里完成的有",
                "number": f"{counts} 项",
            }
            yield codes.COUNT_DIFFERS.at(text.place(*match.span(group)), text.path, **words)


def _number(text: str) -> int | None:
    try:
        return int(parse_amount(text))
    except NotAnAmount:
        return None


COUNTS = Rule(
    name="项数",
    group=5,
    codes=(codes.COUNT_DIFFERS,),
    why=(
        "文字里写「重点工作 7 项，完成 4 项」，清单里却不是这么多行、不是这么多完成。前面的词说到哪一张表的标签，"
        "就和哪一张核对；"
        "完成的数取模板里的统计（公式是「计数(表, 条件)」、名称里有「完成」的字段）。说不清是哪一张表的不看。"
        "填报的项数字段由「填报合计」核对。"
    ),
    find=_counts,
    examples=(
        Example(
            codes.COUNT_DIFFERS,
            bad="概况: 年度重点工作任务3项，已完成3项。",
            good="概况: 年度重点工作任务3项，已完成2项。",
            place="概况[1]",
            marked="3",
        ),
    ),
)
