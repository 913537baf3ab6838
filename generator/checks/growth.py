"""Rule on growth told in texts: 增长 or 下降 against the figures of this year and of the year before.

Which figure was last year's of which one the template says for carrying forward (结转自).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from msgspec import Struct

from generator.base.diagnostics import Finding
from generator.checks import codes
from generator.checks.context import Case
from generator.checks.mentions import value_at
from generator.checks.rule import Example, Given, Rule
from generator.checks.texts import Text
from generator.scoring.symbols import Book
from generator.submission.model import Fact, Record, Table
from generator.template.model import Field, walk_fields

_UP, _DOWN = "增长|增加|上升|提高|上涨|增多", "下降|减少|降低|回落|下滑|压减|负增长"
_CHANGED = re.compile(rf"(?:{_DOWN}|{_UP})了?(?=(?:为|约)?[-－]?\d)")
_SINCE = re.compile("同比|比上年|较上年|比去年|较去年|上年同期")
_SENTENCE = re.compile(r"[^。；！？\n]+")
# What may stand beside a name without making another one of it.
_AROUND = (
    r"全[市省县区年]|[本我][市省县区局部门]+|本年度?|上年|去年|同期|年度|\d{4}年|其中|决算数?|支出|金额|总额|合计|共计?|完成|实现|达到?|为|是|"
    r"同比|比|较|相|与|也|均|则|[、，：\s]|约?[-－]?\d[\d,.]*+[亿万千百]*+[元名人个项家%％吨]?+"
)
_OTHER = re.compile("增速|增幅|百分点|增长率|占比|比重|目标|预计|计划|力争")
_LONGEST = 120
_LABEL = re.compile(r"[（(].*|^本年|^年末|决算数?$|金额$|数$")


class Pair(Struct, frozen=True):
    """A figure of this year and the one of the year before, under the name that texts may call it."""

    name: str
    path: str
    now: Fraction
    before: Fraction


def _pairs(record: Record, book: Book, labels: Mapping[str, str]) -> Iterator[Pair]:
    for name, field in record.fields.items():
        member = record.members.get(name)
        if isinstance(member, Record):
            yield from _pairs(member, book, labels)
        elif isinstance(member, Table):
            yield from _in_table(member, field)
        elif field.brought and isinstance(member, Fact):
            now, before = value_at(book, field.brought), member.value
            if now is not None and isinstance(now.value, Fraction) and isinstance(before, Fraction):
                yield Pair(_LABEL.sub("", labels.get(field.brought, "")), field.brought, now.value, before)


def _in_table(table: Table, field: Field) -> Iterator[Pair]:
    """Each row by its name, and the table as a whole."""
    for before in (one for one in table.fields.values() if one.brought.startswith(f"{table.path}.")):
        both = before.brought.rpartition(".")[2], before.name
        rows = [(row, [_number(row, column) for column in both]) for row in table.rows]
        for row, (now, last) in rows:
            words = (fact.value for fact in row.members.values() if isinstance(fact, Fact))
            named = next((word for word in words if isinstance(word, str)), "")
            if now is not None and last is not None:
                yield Pair(named, f"{row.path}.{both[0]}", now, last)
        sums = [sum((figures[at] or Fraction(0) for _, figures in rows), Fraction(0)) for at in (0, 1)]
        yield Pair(_LABEL.sub("", field.label), table.path, *sums)


def _number(row: Record, column: str) -> Fraction | None:
    fact = row.members.get(column)
    return fact.value if isinstance(fact, Fact) and isinstance(fact.value, Fraction) else None


def _growth(case: Case, _given: Given) -> Iterator[Finding]:
    """Growth or decline told of a figure that went the other way."""
    texts, fields = case.printed_with(_SINCE), case.submission.template.fields
    labels = {field.path: field.label for field in walk_fields(fields)} if texts else {}
    found = _pairs(case.submission.facts, case.scorecard.book, labels) if texts else ()
    pairs = {pair.name: pair for pair in found if len(pair.name) > 1}
    for text in texts if pairs else ():
        for sentence in _SENTENCE.finditer(text.plain):
            yield from _told(text, sentence, pairs)


def _told(text: Text, sentence: re.Match[str], pairs: dict[str, Pair]) -> Iterator[Finding]:
    start = 0
    for changed in _CHANGED.finditer(sentence[0]):
        lead, start = sentence[0][start : changed.start()], changed.end()
        if len(lead) > _LONGEST or _OTHER.search(lead) or not _SINCE.search(lead):
            continue
        said = next((pair for name, pair in pairs.items() if name in lead and _is_about(name, lead)), None)
        if said is None:
            continue
        is_up = bool(re.match(_UP, changed[0])) != sentence[0][changed.end() :].lstrip("为约").startswith(("-", "－"))
        if said.now != said.before and is_up != (said.now > said.before):
            span = text.place(sentence.start() + changed.start(), sentence.start() + changed.end())
            went = "多" if said.now > said.before else "少"
            yield codes.OTHER_WAY.at(span, text.path, name=said.name, said=changed[0], went=went, where=said.path)


def _is_about(name: str, lead: str) -> bool:
    return re.fullmatch(f"(?:{_AROUND})*{re.escape(name)}(?:{_AROUND})*", lead) is not None


GROWTH = Rule(
    name="增减的方向",
    group=4,
    codes=(codes.OTHER_WAY,),
    why=(
        "文字说比上年增长、下降，填报里又有今年和上年两个数（模板用「结转自」写明哪个是哪个的上年数），方向要一致。只看方向，"
        "不看幅度：幅度可以按可比价、另一种口径计算。名称和填报里的不同、说的是增速或比重的不看。"
    ),
    find=_growth,
    examples=(
        Example(
            codes.OTHER_WAY,
            bad="三公经费.上年: 9.00 万元\n概况: 全年三公经费实际支出8.50万元，比上年增长5.6%。",
            good="三公经费.上年: 9.00 万元\n概况: 全年三公经费实际支出8.50万元，比上年下降5.6%。",
            place="概况[1]",
            marked="增长",
        ),
    ),
)
