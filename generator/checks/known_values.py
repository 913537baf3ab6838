"""Named figures of the input (rows and fields), and which statement of a text is about which of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from itertools import accumulate, chain
from operator import add
from typing import NamedTuple

from msgspec import Struct

from generator.base.amount import Amount, scaled
from generator.base.diagnostics import Span
from generator.base.target import Target
from generator.base.target_text import as_target, parse_target
from generator.base.units import RATIO, resolve_unit
from generator.checks.mentions import Goal, Statement, name_column, pairs_of, statements_in, value_in
from generator.checks.texts import PLACE, Text, home_of
from generator.scoring.symbols import Symbols
from generator.submission.model import Fact, Record, Submission, Table
from generator.template.model import Field

_ELSEWHEN = re.compile(r"预期.*目标|总体目标$|下年|下一年|下一步|明年|次年|职责|职能|机构|编制")

_SHORTEST, _LONGEST = 4, 200
_PERHAPS = 0.5
"""The share of a thing's name that a statement about it says at least."""
_FIGURES = ("金额", "数量", "目标", "比率", "整数", "数值")
_PRINTED = ("金额", "比率")
"""Kinds of computed fields that are printed with a unit."""
_ASIDE = re.compile(r"[（(][^）)]*[）)]|[《》“”「」（()）\s、，·]|\d{4}年度?")
_EMPTY = re.compile(
    r"数量|长度|里程|个数|数目|总数|次数|人数|场次|场数|数$|额度|金额(?!度)|总额|额$|情况|完成|实现|实施|推动|新增|打造|生成|获得|组织|开展|支持|带动|"
    r"促进|举办|全市|全省|全县|全区|本市|本部门|部门|年度|的|及|和|与"
)
_ABOVE = {"县": ("全市", "全省", "全国"), "市": ("全省", "全国"), "省": ("全国",)}
# The longer names first: 自治区 ends in 区.
_RANKS = {"自治区": "省", "省": "省", "州": "市", "盟": "市", "市": "市", "区": "县", "旗": "县", "县": "县"}
_SLIGHT = re.compile(r"认定|企业|单位|项目|工作|公司|机构|建设")


class Known(Struct, frozen=True, dict=True):
    """A row or a field with a name and figures.

    ``core`` is the distinctive part of the name; ``figures`` have each a column (blank for a field), its text as typed
    or printed, and the parsed value.
    """

    name: str
    core: str
    path: str
    figures: tuple[tuple[str, str, Target], ...]
    span: Span

    @cached_property
    def dimensions(self) -> frozenset[str]:
        """The dimensions of its figures."""
        return frozenset(figure.dimension for _, _, figure in self.figures)

    @property
    def ends(self) -> frozenset[tuple[Fraction, Fraction]]:
        """The ends of its figures."""
        return frozenset(figure.ends for _, _, figure in self.figures)

    @cached_property
    def home(self) -> str:
        """The row of a table that it is in: its project; blank for the whole."""
        return home_of(self.path.rpartition(".")[0] + ".")

    @cached_property
    def pairs(self) -> tuple[str, ...]:
        """The character pairs of the core."""
        return _pairs(self.core)

    def share_in(self, statement: Statement, said: str = "") -> float:
        """Share of the core's characters (0 to 1) that the statement's clause names, in any order of words."""
        named = [pair in (said or statement.clause) for pair in self.pairs]
        # A character counts where the clause has it beside a neighbour.
        covered = sum(before or behind for before, behind in zip([False, *named], [*named, False], strict=True))
        return covered / len(self.core)

    def comparable(self, statement: Statement) -> list[tuple[str, str, Target]]:
        """The figures of the statement's dimension."""
        return [one for one in self.figures if one[2].dimension == statement.quantity.dimension]

    def agrees(self, statement: Statement) -> bool:
        """Whether one of its figures, rounded to the statement's decimals, is the stated one."""
        figures = [figure for _, _, figure in self.comparable(statement)]
        # Beside an exact actual value, a target ≥3000 only agrees with 3000.
        exact = statement.is_plan or any(not figure.is_bound for figure in figures)
        return any(_agrees(figure, statement, exact) for figure in figures)


def _agrees(figure: Target, statement: Statement, exact: bool) -> bool:
    quantity = statement.quantity
    if figure.is_bound and not exact:
        least, most = figure.interval.low, figure.interval.high
        return (least is None or quantity >= least) and (most is None or quantity <= most)
    low, high = figure.ends
    if _is_rounded(low, quantity) or (high is not low and _is_rounded(high, quantity)):
        return True
    # The table may be the rougher one: 5.8 there, 5.79 here. A figure without decimals is not rounded.
    other = figure.quantity
    return other is not None and 0 < other.places < quantity.places and _is_rounded(quantity, other)


def _is_rounded(value: Fraction, written: Amount) -> bool:
    """Whether the value, in the unit and decimals of the written one, equals it."""
    scale = written.unit.scale
    above, below = scale.denominator, scale.numerator
    own = scaled(written.numerator * above, written.denominator * below, written.places)
    return scaled(value.numerator * above, value.denominator * below, written.places) == own


def known_things(facts: Record, symbols: Symbols, pairs: Set[str] | None) -> list[Known]:
    """Every row and field with a figure and a name long and unique enough to be recognised.

    ``pairs`` are the character pairs of the texts, unless too many: names that they cannot say are dropped early.
    """
    named = [one for one in _in_record(facts) if len(one.core) >= _SHORTEST and one.may_be_in(pairs)]
    found = [known for one in named if (known := one.known(symbols)) is not None]
    # The bureau's form and a project's may have the same thing with the same figures: keep the first. Only where a name
    # repeats, as hashing fractions is slow.
    named_so = Counter(known.core for known in found)
    alike = {(known.core, known.ends if named_so[known.core] > 1 else None): known for known in reversed(found)}
    found = list(reversed(alike.values()))
    times = Counter((known.core, dimension) for known in found for dimension in known.dimensions)
    return [known for known in found if all(times[known.core, dimension] == 1 for dimension in known.dimensions)]


class _Named(NamedTuple):
    """A row or a field whose figures are not read yet; ``field`` is None for a row."""

    name: str
    core: str
    record: Record
    field: Field | None
    span: Span

    def may_be_in(self, pairs: Set[str] | None) -> bool:
        """Whether a statement made of these pairs could say ``_PERHAPS`` of the core: a pair has two characters."""
        return pairs is None or sum(map(pairs.__contains__, _pairs(self.core))) * 2 >= len(self.core) * _PERHAPS

    def known(self, symbols: Symbols) -> Known | None:
        """With its figures, of computed ones only those whose value has a unit of its own; None if none has a unit."""
        if self.field is not None:
            return _single(self.record, self.field, self.core, symbols)
        figures: list[tuple[str, str, Target]] = []
        for field in (one for one in self.record.fields.values() if one.kind in _FIGURES):
            fact = self.record.fact(field.name)
            target = _typed(fact, field) if fact is not None and fact.value is not None else None
            if field.formula is not None and field.kind in ("数量", "目标"):
                trace = value_in(symbols, self.record, field.name)
                target = parse_target(trace.text) if trace is not None else None
            if target is None or not target.dimension:
                continue
            # A computed target adds nothing to the same one typed.
            if field.formula is None or all(target.ends != one.ends for _, _, one in figures):
                figures.append((field.name, target.text, target))
        return Known(self.name, self.core, self.record.path, tuple(figures), self.span) if figures else None


def _in_record(record: Record) -> Iterator[_Named]:
    for name, field in record.fields.items():
        member = record.members.get(name)
        if _is_elsewhen(field.label):
            continue
        if isinstance(member, Table):
            yield from _in_rows(member)
        elif isinstance(member, Record):
            yield from _in_record(member)
        elif field.kind in _FIGURES:
            yield _Named(field.label, _core(field.label), record, field, record.span)


def _in_rows(table: Table) -> Iterator[_Named]:
    first = next((name for name, field in table.fields.items() if field.kind in _FIGURES), "")
    named = name_column(table.fields, before=first)
    for row in table.rows:
        name = row.fact(named)
        if name is not None and isinstance(name.value, str):
            yield _Named(name.value, _core(name.value), row, None, name.span)
        for member in row.members.values():
            if isinstance(member, Table):
                yield from _in_rows(member)


def _single(record: Record, field: Field, core: str, symbols: Symbols) -> Known | None:
    path, fact = f"{record.path}.{field.name}".lstrip("."), record.fact(field.name)
    if fact is not None:
        target, span = _typed(fact, field), fact.span
    else:
        trace = value_in(symbols, record, field.name)
        value, printed = trace.value if trace is not None else None, ""
        if isinstance(value, Fraction) and not isinstance(value, Amount) and field.format and field.kind in _PRINTED:
            printed = field.format.print(value) + ("" if field.kind == "比率" else field.format.unit)
        target, span = parse_target(printed), record.span
    figures = (("", target.text, target),)
    return Known(field.label, core, path, figures, span) if target.dimension else None


def _typed(fact: Fact, field: Field) -> Target:
    """The fact's figure, with the field's unit where the bureau left it out."""
    text, amount = fact.text.strip(), fact.value
    if field.unit and not text.endswith(field.unit):
        text += field.unit
    if field.kind == "目标" or not isinstance(amount, Amount):
        return parse_target(text)
    unit = resolve_unit(amount.unit.name or field.unit)
    value = amount if unit == amount.unit else amount.number * unit.scale
    return as_target(Amount(value, text, unit=unit, places=amount.places))


_FILLER = re.compile(
    "不[低少高]于|不超过|至少|全年|全部|当年|本年|累计|共计?|合计|总计|实际|已经?|目前|顺利|成功|为|达到?|了|是|有|项目|工作"
)


@lru_cache(maxsize=1024)
def core_of(words: str) -> str:
    """What a name or the words before a figure are about: 放映 in 放映场次 and 全年放映."""
    return _FILLER.sub("", _EMPTY.sub("", _ASIDE.sub("", words)))


# Labels come from the template, the same in every report.
@lru_cache(maxsize=1024)
def _is_elsewhen(label: str) -> bool:
    """Whether such a field is not about the report's year: duties, staff, plans."""
    return _ELSEWHEN.search(label) is not None


@lru_cache(maxsize=1024)
def _core(name: str) -> str:
    """The name without brackets, marks and common words; with the less common ones if too little is left."""
    # So long a text is no name, and many brackets would take quadratic time.
    if len(name) > _LONGEST:
        return ""
    plain = _EMPTY.sub("", _ASIDE.sub("", name))
    strong = _SLIGHT.sub("", plain)
    return strong if len(strong) >= _SHORTEST else plain


@lru_cache(maxsize=1024)
def _pairs(core: str) -> tuple[str, ...]:
    return tuple(pairs_of(core))


_ENOUGH, _MANY, _NEAR = 0.85, 100_000, 60
_CHANGE = re.compile(r"增|降|减|提高|节约|节省")
_SHARE = re.compile(r"占|比重|比例|率|贡献|份额")
_LEVEL = re.compile("重点|(?:国家|[省市县区镇乡村])级")
_GIVEN = re.compile("下达|追加|增拨|争取")
_ADDED = re.compile(r"新[增建设]|改造|扩建|增设|第[一二三]批")


def _wider_areas(own: str) -> tuple[str, ...]:
    """What texts call the areas around the place of a bureau: 全市, 全省, 全国 in the name of a county's."""
    place = PLACE.match(own)
    return next((_ABOVE[rank] for level, rank in _RANKS.items() if place is not None and place[0].endswith(level)), ())


def _is_wider(known: Known, statement: Statement, wider: Sequence[str]) -> bool:
    """Whether the statement begins with an area above the bureau's own, as 全省, that the name does not say."""
    begins = re.sub(r"^\W*(?:\d{4}年度?|今年|当年|年末)?", "", statement.lead)[:2]
    return begins in wider and begins not in known.name


def _is_added(known: Known, statement: Statement) -> bool:
    """Whether it is added to the thing: 新增队伍6支 to the 队伍 ≥120支 of a target."""
    added = _ADDED.search(statement.lead)
    return added is not None and added[0] not in known.name


def _is_part(known: Known, statement: Statement) -> bool:
    """Whether it may be a part: 市级水质检测12批次 of 40批次, 省财政下达180万元 of the money of a project."""
    given = _GIVEN.search(statement.lead)
    if given and given[0] not in known.name and not any(given[0] in column for column, _, _ in known.figures):
        return True
    level = _LEVEL.search(statement.clause)
    if level is None or level[0] in known.name:
        return False
    return all(statement.quantity < one.ends[0] for _, _, one in known.comparable(statement))


class Match(NamedTuple):
    """A statement about a known thing, with the share of its name that the statement says."""

    share: float
    known: Known
    statement: Statement


class Statements:
    """The statements in the bureau's texts with digits, matched with the things that they may be about.

    ``all`` are the statements, ``planned`` those of what was to be achieved, ``known`` the things, ``actuals`` the
    actual value's column of every row with a target, by row path.
    """

    def __init__(
        self, submission: Submission, symbols: Symbols, texts: Sequence[Text], goals: Iterable[Goal], year: int | None
    ) -> None:
        self.all = list(statements_in((text for text in texts if not _is_elsewhen(text.label)), year))
        plans = (text for text in texts if text.label.endswith("目标"))
        self.planned = list(statements_in(plans, year, is_plan=True))
        self.by_text: dict[str, list[Statement]] = defaultdict(list)
        for one in chain(self.all, self.planned):
            self.by_text[one.text.path].append(one)
        clauses = "\n".join({statement.clause: None for statement in chain(self.all, self.planned)})
        pairs = frozenset(map(add, clauses, clauses[1:])) if len(clauses) < _MANY else None
        self.known = known_things(submission.facts, symbols, pairs) if clauses else []
        self._by_home: dict[str, list[Known]] = defaultdict(list)
        for known in self.known:
            self._by_home[known.home].append(known)
        self.actuals = {goal.row.path: goal.actual.path.rpartition(".")[2] for goal in goals}
        # Dimension -> character pair of a name -> indices in ``known``.
        self._named: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, known in enumerate(self.known):
            for dimension in known.dimensions:
                for pair in set(known.pairs):
                    self._named[dimension][pair].append(number)

    def differing(self, own: str) -> Iterator[Match]:
        """For every thing and text, the statement that says most of its name and differs from all its figures.

        Skipped if another statement of the text agrees with the thing, or the statement agrees with another thing.
        ``own`` is the name of the bureau: what a text says of a wider area is not about its things.
        """
        wider = _wider_areas(own)
        best: dict[tuple[str, str], Match] = {}
        agreed: set[tuple[str, str]] = set()
        for statement in chain(self.all, self.planned):
            matches = [one for one in self._matches(statement) if not _is_wider(one.known, statement, wider)]
            agreeing = [match for match in matches if match.known.agrees(statement)]
            agreed.update((match.known.path, statement.text.path) for match in agreeing)
            if agreeing or not matches:
                continue
            match = max(matches, key=lambda found: (found.share, len(found.known.core)))
            actual = self.actuals.get(match.known.path)
            # Of a row with a target, the actual value must be comparable, not only the target.
            of_row = actual is not None and not statement.is_plan
            if of_row and all(column != actual for column, _, _ in match.known.comparable(statement)):
                continue
            key = (match.known.path, statement.text.path)
            if match.share >= _ENOUGH and (key not in best or match.share > best[key].share):
                best[key] = match
        for key, (share, known, statement) in best.items():
            # Each project and the whole may have their 群众满意度.
            is_elsewhere = known.home != home_of(statement.text.path) and self.is_at_home(statement)
            # 接待游客86万人次 in the text on the whole is not the 接待人次 of a project.
            if known.home and known.home != home_of(statement.text.path):
                is_elsewhere |= known.share_in(statement, f"{statement.lead}|") < _PERHAPS + 0.1
            if key not in agreed and not is_elsewhere and not self.is_part(known, statement):
                yield Match(share, known, statement)

    def is_part(self, known: Known, statement: Statement) -> bool:
        """Whether figures near it add up to the thing's (一期1.2万人，二期2.15万人), or shares lie around it."""
        kind, start = statement.quantity.dimension, statement.start
        near = [one for one in self.by_text[statement.text.path] if abs(one.start - start) < _NEAR]
        around = [one for one in near if one.quantity.dimension == kind and one.is_plan == statement.is_plan]
        actual = None if statement.is_plan else self.actuals.get(known.path)
        figures = (one for column, _, one in known.comparable(statement) if actual in (None, column))
        ends = {end for one in figures for end in one.ends}
        if kind == RATIO:
            shares = [one.quantity for one in around if self._share(known, one) >= _ENOUGH]
            return len(shares) > 1 and any(min(shares) < end < max(shares) for end in ends)
        before = [one.quantity for one in around if one.start < start]
        behind = list(accumulate(one.quantity for one in around if one.start >= start))
        sums = [sum(before[at:], Fraction(0)) for at in range(len(before) + 1)]
        return any(one + other in ends for one in sums for other in behind if one or other != statement.quantity)

    def are_apart(self, one: Statement, other: Statement) -> bool:
        """Whether the texts are of two projects, or of one and the whole, with each its own figure."""
        is_elsewhere = home_of(one.text.path) != home_of(other.text.path)
        return is_elsewhere and self.is_at_home(one) and self.is_at_home(other)

    def is_at_home(self, statement: Statement) -> bool:
        """Whether a row or field of the text's project, or of the whole, has this figure and part of its name."""
        beside = self._by_home.get(home_of(statement.text.path), ())
        return any(self._share(known, statement) > 0 and known.agrees(statement) for known in beside)

    def _matches(self, statement: Statement) -> Iterator[Match]:
        """The things that the statement may be about."""
        named = self._named.get(statement.quantity.dimension)
        if not named:
            return
        # Cut into pairs only if that is cheaper: a text of nothing but figures has thousands of statements.
        few = len(named) < len(statement.clause)
        shared = [pair for pair in named if pair in statement.clause] if few else named.keys() & statement.pairs
        # Sorted for a deterministic order.
        for number in sorted({number for pair in shared for number in named[pair]}):
            known = self.known[number]
            share = self._share(known, statement)
            if share >= _PERHAPS:
                yield Match(share, known, statement)

    def may_be_about(self, known: Known, statement: Statement, own: str) -> bool:
        """Whether nothing beside the figure says that it is about something else: a wider area, a change, a share."""
        is_other = _is_wider(known, statement, _wider_areas(own)) or _is_added(known, statement)
        return self._share(known, statement) > 0 and not is_other

    @staticmethod
    def _share(known: Known, statement: Statement) -> float:
        """Share of a thing's name that a statement says; 0 if it cannot be about the thing."""
        if statement.quantity.dimension not in known.dimensions or statement.text.path.startswith(f"{known.path}."):
            return 0
        # 未成年人观众0.6万人次 are not all 观众.
        is_other = statement.group not in known.name or (statement.is_change and not _CHANGE.search(known.name))
        is_other |= statement.is_share and not _SHARE.search(known.name)
        is_other |= "每" in statement.lead and "每" not in known.name
        is_other |= statement.is_plan and _is_added(known, statement)
        share = 0 if is_other else known.share_in(statement)
        return 0 if share and _is_part(known, statement) else share

    def exactly(self, goal: Goal) -> Statement | None:
        """The statement with the exact figure of a goal whose actual value is only a bound."""
        known = next((known for known in self.known if known.path == goal.row.path), None)
        if known is None:
            return None
        agreeing = [one for one in self.all if self._share(known, one) > _PERHAPS and known.agrees(one)]
        return max(agreeing, key=partial(self._share, known), default=None)
