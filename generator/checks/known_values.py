"""What a report knows by name, rows of tables and single fields, and which statement is about which of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from generator.base.amount import Amount
from generator.base.diagnostics import Span
from generator.base.numbers import scaled
from generator.base.target import Target, as_target, parse_target
from generator.base.units import resolve_unit
from generator.checks.mentions import Goal, Statement, name_column, pairs_of, statements_in, value_in
from generator.checks.texts import Text
from generator.scoring.symbols import Book
from generator.submission.model import Fact, Record, Submission, Table
from generator.template.model import Field

ELSEWHEN = re.compile(r"下年|下一年|下一步|明年|次年|职责|职能|机构|编制")
"""What a bureau is there for, and what it is going to do: labels of what says nothing of the year."""

_SHORTEST, _LONGEST = 4, 200
_FIGURES = ("金额", "数量", "目标", "比率", "整数", "数值")
_ASIDE = re.compile(r"[（(][^）)]*[）)]|[《》“”「」（()）\s、，·]|\d{4}年度?")
_EMPTY = re.compile(
    r"数量|个数|数目|总数|次数|人数|场次|场数|数$|额度|金额(?!度)|总额|额$|情况|完成|实现|推动|新增|打造|生成|获得|组织|开展|支持|带动|"
    r"促进|举办|全市|全省|全县|全区|本市|本部门|部门|年度|的|及|和|与"
)
_SLIGHT = re.compile(r"认定|企业|单位|项目|工作|公司|机构|建设")


class Known(Struct, frozen=True, dict=True):
    """One thing with a name and figures.

    Attributes:
        name: As the bureau or the template calls it.
        core: What of the name tells it from others.
        path: Where it is in the data: of a row, or of a field.
        figures: Its figures: the column or label, the text as typed or printed, and what the text says.
        span: Where it stands in the input.
    """

    name: str
    core: str
    path: str
    figures: tuple[tuple[str, str, Target], ...]
    span: Span

    @cached_property
    def dimensions(self) -> frozenset[str]:
        """What its figures measure."""
        return frozenset(figure.dimension for _, _, figure in self.figures)

    @cached_property
    def pairs(self) -> tuple[str, ...]:
        """Every two characters of the core side by side."""
        return tuple(pairs_of(self.core))

    def share_in(self, statement: Statement) -> float:
        """How much of the core the statement's clause names: 1 is all of it. Words may stand in another order."""
        named = [pair in statement.pairs for pair in self.pairs]
        # A character is named if it stands in the clause beside a neighbour.
        covered = sum(before or behind for before, behind in zip([False, *named], [*named, False], strict=True))
        return covered / len(self.core)

    def comparable(self, statement: Statement) -> list[tuple[str, str, Target]]:
        """The figures that measure the same as the statement."""
        return [one for one in self.figures if one[2].dimension == statement.quantity.dimension]

    def agrees(self, statement: Statement) -> bool:
        """Whether one of its figures is the stated one, at the places with which it is stated."""
        return any(_agrees(figure, statement) for _, _, figure in self.comparable(statement))


def _agrees(figure: Target, statement: Statement) -> bool:
    quantity = statement.quantity
    if figure.is_bound:
        low, high = figure.interval.low, figure.interval.high
        return (low is None or quantity >= low) and (high is None or quantity <= high)
    if _rounded(figure.ends[0], quantity) == quantity.number:
        return True
    # The table may be the rougher one: 5.8 there, 5.79 here. A figure without decimals is no rounded one.
    other = figure.quantity
    return other is not None and 0 < other.places < quantity.places and _rounded(quantity, other) == other.number


def _rounded(value: Fraction, written: Amount) -> Fraction:
    """The value in the unit and with the decimals in which another is written."""
    scale = written.unit.scale
    numerator, denominator = value.numerator * scale.denominator, value.denominator * scale.numerator
    return Fraction(scaled(numerator, denominator, written.places), 10**written.places)


def known_things(facts: Record, book: Book) -> list[Known]:
    """Everything with a name of its own, long enough not to be taken for another, and a figure with a unit."""
    found = [known for known in _in_record(facts, book) if len(known.core) >= _SHORTEST]
    named = Counter((known.core, dimension) for known in found for dimension in known.dimensions)
    return [known for known in found if all(named[known.core, dimension] == 1 for dimension in known.dimensions)]


def _in_record(record: Record, book: Book) -> Iterator[Known]:
    for name, field in record.fields.items():
        member = record.members.get(name)
        if ELSEWHEN.search(field.label):
            continue
        if isinstance(member, Table):
            yield from (known for row in member.rows if (known := _row(row, book)) is not None)
        elif isinstance(member, Record):
            yield from _in_record(member, book)
        elif field.kind in _FIGURES and (known := _single(record, field, member, book)) is not None:
            yield known


def _single(record: Record, field: Field, fact: Fact | None, book: Book) -> Known | None:
    path = f"{record.path}.{field.name}".lstrip(".")
    if isinstance(fact, Fact):
        target, span = _typed(fact, field), fact.span
    else:
        trace = value_in(book, record, field.name)
        target, span = parse_target(_printed(trace.value if trace is not None else None, field)), record.span
    figures = (("", target.text, target),)
    return Known(field.label, _core(field.label), path, figures, span) if target.dimension else None


def _typed(fact: Fact, field: Field) -> Target:
    """What was typed, with the field's unit where that was left out."""
    text, amount = fact.text.strip(), fact.value
    if field.unit and not text.endswith(field.unit):
        text += field.unit
    if not isinstance(amount, Amount) or field.kind == "目标":
        return parse_target(text)
    unit = resolve_unit(amount.unit.name or field.unit)
    return as_target(Amount(amount.number * unit.scale, text, unit=unit, places=amount.places))


def _printed(value: object, field: Field) -> str:
    """A computed amount or rate, with the unit in which it is printed."""
    if not isinstance(value, Fraction) or isinstance(value, Amount) or field.form is None:
        return ""
    unit = "" if field.kind == "比率" else field.form.unit
    return f"{field.form.print(value)}{unit}" if field.kind in ("金额", "比率") else ""


def _row(row: Record, book: Book) -> Known | None:
    """A row by its name: the text next before its first figure."""
    first = next((name for name, field in row.fields.items() if field.kind in _FIGURES), "")
    named = row.members.get(name_column(row.fields, before=first))
    if not isinstance(named, Fact) or not isinstance(named.value, str):
        return None
    figures: list[tuple[str, str, Target]] = []
    for field in row.fields.values():
        figure = _figure(row, field, book)
        # A computed target beside the typed one says nothing new.
        again = field.formula is not None and figure and any(figure[2].ends == one.ends for _, _, one in figures)
        if figure is not None and not again:
            figures.append(figure)
    return Known(named.value, _core(named.value), row.path, tuple(figures), named.span) if figures else None


def _figure(row: Record, field: Field, book: Book) -> tuple[str, str, Target] | None:
    """A column's figure; of the computed ones only those that come with a unit, as a computed target does."""
    fact = row.members.get(field.name)
    target = _typed(fact, field) if isinstance(fact, Fact) and fact.value is not None else None
    if field.formula is not None and field.kind in ("数量", "目标"):
        trace = value_in(book, row, field.name)
        target = parse_target(trace.text) if trace is not None else None
    if target is None or not target.dimension or field.kind not in _FIGURES:
        return None
    return field.name, target.text, target


def _core(name: str) -> str:
    """The name without brackets, marks, and words that say little; those that say a little stay in a short one."""
    # No clause says so much: it is no name, and brackets without end would cost the square of its length.
    if len(name) > _LONGEST:
        return ""
    plain = _EMPTY.sub("", _ASIDE.sub("", name))
    strong = _SLIGHT.sub("", plain)
    return strong if len(strong) >= _SHORTEST else plain


_ENOUGH, _PERHAPS = 0.85, 0.5
_DIGIT = re.compile(r"\d")
_CHANGE = re.compile(r"增|降|减|提高")
_SHARE = re.compile(r"占|比重|比例|率|贡献|份额")


class Match(NamedTuple):
    """A statement that is about a thing, and how much of the thing's name it says."""

    share: float
    known: Known
    statement: Statement


class Statements:
    """What a bureau states in its texts, each with the things that it may be about. Gathered once for all rules.

    ``actuals`` names the column with the actual value, by the path of every row that has a target.
    """

    def __init__(
        self, submission: Submission, book: Book, texts: Iterable[Text], goals: Iterable[Goal], year: int | None
    ) -> None:
        told = [text for text in texts if not ELSEWHEN.search(text.label) and _DIGIT.search(text.raw)]
        self.all = list(statements_in(told, year))
        self.known = known_things(submission.facts, book) if self.all else []
        self.actuals = {goal.row.path: goal.actual.path.rpartition(".")[2] for goal in goals}
        # By what is measured, then by each two characters of a name: the numbers of the known things.
        self._named: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, known in enumerate(self.known):
            for dimension in known.dimensions:
                for pair in set(known.pairs):
                    self._named[dimension][pair].append(number)

    def differing(self) -> Iterator[Match]:
        """For every thing and every text that is about it, the statement that differs from all figures of the thing.

        None where one of the text's statements about the thing agrees, or where the statement agrees with another thing
        that it may be about.
        """
        best: dict[tuple[str, str], Match] = {}
        agreed: set[tuple[str, str]] = set()
        for statement in self.all:
            matches = list(self._matches(statement))
            agreeing = [match for match in matches if match.known.agrees(statement)]
            agreed.update((match.known.path, statement.text.path) for match in agreeing)
            if agreeing or not matches:
                continue
            match = max(matches, key=lambda found: (found.share, len(found.known.core)))
            if not self._is_decided(match):
                continue
            key = (match.known.path, statement.text.path)
            if match.share >= _ENOUGH and (key not in best or match.share > best[key].share):
                best[key] = match
        yield from (match for key, match in best.items() if key not in agreed)

    def _is_decided(self, match: Match) -> bool:
        """Whether what the thing really came to can be held against the statement, not only what it was to be."""
        actual = self.actuals.get(match.known.path)
        return actual is None or any(column == actual for column, _, _ in match.known.comparable(match.statement))

    def _matches(self, statement: Statement) -> Iterator[Match]:
        """The things that the statement may be about."""
        named = self._named[statement.quantity.dimension]
        # In the order of the input: what is said first is the same in every run.
        for number in sorted({number for pair in named.keys() & statement.pairs for number in named[pair]}):
            known = self.known[number]
            share = self._share(known, statement)
            if share >= _PERHAPS:
                yield Match(share, known, statement)

    @staticmethod
    def _share(known: Known, statement: Statement) -> float:
        """How much of a thing's name a statement says; nothing where it cannot be about the thing."""
        if statement.quantity.dimension not in known.dimensions or statement.text.path.startswith(f"{known.path}."):
            return 0
        if statement.is_change > bool(_CHANGE.search(known.name)) or statement.is_share > bool(
            _SHARE.search(known.name)
        ):
            return 0
        return known.share_in(statement)

    def exactly(self, goal: Goal) -> Statement | None:
        """The figure that a text gives for an actual value of which the table gives only a bound."""
        known = next((known for known in self.known if known.path == goal.row.path), None)
        if known is None:
            return None
        best, said = _PERHAPS, None
        for statement in self.all:
            share = self._share(known, statement)
            if share > best and known.agrees(statement):
                best, said = share, statement
        return said
