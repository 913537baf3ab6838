"""Rules on figures in texts: slips of figures beside them, and sums, rates and changes that their sentence tells."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from fractions import Fraction
from functools import cache
from itertools import accumulate, chain, combinations, dropwhile, pairwise
from typing import NamedTuple

from generator.base.amount import Amount, is_number, round_half_up
from generator.base.diagnostics import Finding, Span
from generator.base.forms import PERCENT, plain
from generator.base.units import MONEY, RATIO, are_kin
from generator.checks import codes
from generator.checks.mentions import Figure, Measure, Statement, figures_in, pairs_of, value_in
from generator.checks.rule import OWN_NAME, Case, Given, Rule, listed, name_of_bureau
from generator.checks.texts import HIDDEN
from generator.formula.values import walk
from generator.scoring.model import Scored
from generator.submission.model import Fact, Record

_FEWEST_DIGITS = 3
_OF_MANY = (MONEY, RATIO, "个", "项", "件", "")
_COMMON = frozenset(listed("数量 人数 次数 人次 场次 完成 全年 项目 工作 情况 满意 意度 合格 格率 时间 成本 支出 资金"))
"""Character pairs that tell little about an indicator."""


class _Figure(NamedTuple):
    """A figure that another may repeat; ``pairs`` of its name, of which the clause must say one, unless empty.

    ``first`` are its first digits if nothing else beside the text is counted in its unit.
    """

    value: Fraction
    dimension: str
    name: str
    span: Span
    pairs: frozenset[str] = frozenset()
    first: str = ""


def _wrong_digits(case: Case, given: Given) -> Iterator[Finding]:
    """A figure in a text, or a cost among a project's indicators, that is one beside it but for a slip."""
    by_text: dict[str, list[Statement]] = defaultdict(list)
    for statement in chain(case.statements.all, case.statements.planned):
        # Round figures are alike by chance.
        if len(_significant(statement.quantity.number)) >= _FEWEST_DIGITS:
            path = statement.text.path
            by_text[path.rpartition("[")[0] if path.endswith("]") else path].append(statement)
    records = {record.path: record for record in case.submission.facts.records}
    beside = _figures_beside(case, records)
    slips = [
        (one, slip)
        for path, statements in by_text.items()
        if (figures := beside(path))
        for stated in [{one.quantity for one in statements}]
        for one in statements
        if (slip := _slip(one.quantity, figures, _words_around(one), stated))
    ]
    differing = case.statements.differing(name_of_bureau(case, given)) if slips else ()
    reported = {(match.statement.text.path, match.statement.start) for match in differing}
    for one, found in slips:
        if (one.text.path, one.start) not in reported:
            span = one.text.place(one.start, one.end)
            yield codes.WRONG_DIGITS.at(span, one.text.path, said=one.said, stated=one.quantity.text, **found)
    for measure in case.measures:
        project = measure.table.rpartition(".")[0]
        for target, part in ((measure.target, "目标"), (measure.actual, "完成")) if project.endswith("]") else ():
            cost = target.quantity if target.dimension == MONEY else None
            if cost is None or len(_significant(cost)) < _FEWEST_DIGITS:
                continue
            if slip := _slip(cost, _amounts_of(records[project])):
                (span, path), clause = measure.place(part), f"{measure.name}：{target.text}"
                yield codes.WRONG_DIGITS.at(span, path, said=clause, stated=cost.text, **slip)


def _words_around(statement: Statement) -> str:
    """The clause without the figure itself: 人次 is its unit."""
    return statement.clause.replace(statement.text.plain[statement.start : statement.end], "|")


def _figures_beside(case: Case, records: dict[str, Record]) -> Callable[[str], list[_Figure]]:
    """A function that gives the figures beside a text by its path.

    They are the amounts of its record and their differences, those behind the indicator that it explains, those of the
    whole for a text on the whole, and the figures of the indicators of its project, or of the whole.
    """
    nodes = [(text.path, one) for one in case.scorecard.walk_all() for text in (one.entry.reason, one.entry.remarks)]
    explaining: dict[str, list[Scored]] = defaultdict(list)
    for path, node in nodes:
        explaining[path].append(node)
    homes: dict[str, dict[str, list[Measure]]] = defaultdict(lambda: defaultdict(list))
    for one in case.measures:
        homes[one.table.rpartition(".")[0]][one.table].append(one)

    def explained(path: str) -> list[_Figure]:
        values = [node.value for node in explaining.get(path, ()) if node.value is not None]
        facts = (part for value in values for part in walk(value) if not part.formula)
        return _with_differences((one.value, one.name, one.span) for one in facts)

    @cache
    def of_record(path: str) -> list[_Figure]:
        return _amounts_of(records[path]) if path in records else []

    @cache
    def of_the_whole() -> list[_Figure]:
        return [amount for record in records.values() if "[" not in record.path for amount in _totals(record, case)]

    @cache
    def of_rows(home: str, table: str) -> list[_Figure]:
        times = Counter(side for one in homes[home][table] for side in {one.target.dimension, one.actual.dimension})
        return [figure for one in homes[home][table] for figure in _figures_of(one, times)]

    def beside(path: str) -> list[_Figure]:
        figures = [*of_record(path.rpartition(".")[0]), *explained(path)]
        figures += of_the_whole() if "[" not in path else []
        # A project's texts tell of its own rows; reasons in a row, of what is missing.
        above = [home for home in accumulate(path.split("."), "{}.{}".format) if home in homes]
        for home, table in ((one, table) for one in above or [""] for table in homes.get(one, ())):
            figures += of_rows(home, table) if not path.startswith(f"{table}[") else []
        return figures

    return beside


def _amounts_of(record: Record) -> list[_Figure]:
    facts = (fact for fact in record.members.values() if isinstance(fact, Fact))
    return _with_differences((fact.value, fact.path, fact.span) for fact in facts)


def _totals(record: Record, case: Case) -> Iterator[_Figure]:
    """The amounts of a record, typed and computed, that are not too round."""
    for name in (name for name, field in record.fields.items() if field.kind == "金额"):
        trace = value_in(case.scorecard.book, record, name)
        value = trace.value if trace is not None else None
        if is_number(value) and len(_significant(value)) > _FEWEST_DIGITS:
            yield _Figure(value, MONEY, f"「{record.path}.{name}」", record.span)


def _with_differences(figures: Iterable[tuple[object, str, Span]]) -> list[_Figure]:
    amounts = [(value, name, span) for value, name, span in figures if type(value) is Amount]
    amounts = [one for one in amounts if one[0].dimension == MONEY]
    return [_Figure(value, MONEY, f"「{name}」", span) for value, name, span in amounts] + [
        _Figure(abs(value - other), MONEY, f"「{name}」与「{its}」的差", span)
        for (value, name, span), (other, its, _) in combinations(amounts, 2)
    ]


def _figures_of(one: Measure, times: Mapping[str, int]) -> Iterator[_Figure]:
    # 的满 of 对服务的满意度 tells no more than 满意.
    pairs = frozenset(pair for pair in pairs_of(one.core) if "的" not in pair) - _COMMON
    for target, part, side in ((one.target, "目标", "目标"), (one.actual, "完成", "实际")):
        for end in dict.fromkeys(target.ends) if pairs and target.quantity is not None else ():
            kind = target.dimension
            shown = _significant(end) if times[kind] == 1 and kind not in _OF_MANY else ""
            first = shown[:2] if len(shown) > _FEWEST_DIGITS else ""
            yield _Figure(end, kind, f"「{one.name}」的{side}", one.place(part)[0], pairs, first)


def _slip(
    quantity: Amount, beside: list[_Figure], words: str = "", stated: Set[Fraction] = frozenset()
) -> dict[str, str] | None:
    """What is wrong with a figure, in words for the finding; None if it is one beside it, or of another kind.

    Nor is it a slip of one that the text has ``stated``: 合同金额483.2万元，支付438.2万元.
    """
    own, kind, first = _digits(quantity, quantity), quantity.dimension, _significant(quantity)[:2]
    alike = [one for one in beside if one.dimension == kind or are_kin(one.dimension, kind)]
    for one in alike:
        is_named = not one.pairs or one.first == first or any(pair in words for pair in one.pairs)
        if is_named and one.value not in stated and (how := _difference(own, quantity, one)):
            if any(_digits(other.value, quantity) == own for other in alike):
                return None
            value = f"{plain(one.value / quantity.unit.scale)}{quantity.unit.name}"
            return {"how": how, "value": value, "name": one.name, "where": one.span.in_words}
    return None


def _difference(own: str, quantity: Amount, meant: _Figure) -> str:
    """How the digits of two figures differ by one slip; blank if they differ otherwise."""
    digits, (one, other) = _digits(meant.value, quantity), (_significant(quantity), _significant(meant.value))
    differing = [at for at, (left, right) in enumerate(zip(digits, own, strict=False)) if left != right]
    near = len(differing) == 2 and len(digits[differing[0] : differing[1] + 1].replace(".", "")) == 2
    if near and "0" not in (own[0], digits[0]) and len(digits) == len(own) and sorted(digits) == sorted(own):
        return "只差两个数字的次序"
    # 125万元 may be a tenth of 1250万元, but not a ten-thousandth.
    times = max(quantity / meant.value, meant.value / quantity) if one == other else 0
    if one == other and (len(one) > _FEWEST_DIGITS or not 1 < times < 100):
        return "数字相同，小数点或单位不同"
    if meant.first and len(other) == len(one) + 1 and digits[0] == own[0]:
        return "丢了一个数字" if any(other[:at] + other[at + 1 :] == one for at in range(len(other))) else ""
    # 6612 for 612. A lost digit (61) may as well be another figure.
    if len(one) != len(other) + 1 or len(other) < _FEWEST_DIGITS:
        return ""
    doubled = {one[:at] + one[at + 1 :] for at in range(1, len(one)) if one[at] == one[at - 1]}
    return "多写了一个数字" if other in doubled else ""


def _significant(value: Fraction) -> str:
    above, below = value.as_integer_ratio()
    whole, rest = divmod(above * 10_000, below)
    # Most have four decimals at most: no fraction needs to be made.
    return (plain(value * 10_000).replace(".", "") if rest else str(whole)).strip("-0")


def _digits(value: Fraction, like: Amount) -> str:
    """The absolute amount in the unit and with the decimals of another."""
    return f"{round_half_up(abs(value) / like.unit.scale, like.places):f}"


_SENTENCE, _UNSEEN = re.compile(r"[^。！？\n]+"), re.compile(f"{HIDDEN}(?!年|{HIDDEN})")  # a figure that is referred to
_TOLD = re.compile(
    r"[%％点计余他、中至到的共](?:(?<=\d[%％])|(?<=百分点)|(?<=[合共总累]计)|(?<=其[余他中])|(?<=\D中)[，,]|(?<=[^\W\d]、)(?=[^，。；、]{0,9}\d)"
    r"|(?<=[升降增减加小大高][至到])\d|(?<=的)[\d]|共\d)"
)
"""What stands in every sentence whose figures tell another one."""
_UP, _DOWN = "增长|增加|上升|提高|提升|净增|增幅|升|增", "下降|减少|降低|回落|下滑|减幅|降幅|降|减|缩[小短减]"
_SINCE = (
    r"[，、；（(]?(?:同比(?:上年度?)?|环比|(?:[比较与同])?(?:上年|上一年|去年|前年|年初|\d{4}年)?"
    r"(?:度|末|底|同期)?(?:相比)?[，,]?)"
)
_CHANGED = re.compile(
    rf"{_SINCE}(?P<each>分别)?(?:共|约|也)?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:了|幅度)?(?:为|达到?)?"
)
_TO, _FROM = re.compile(rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))?(?:到|至|为)"), re.compile("[由从][^，。；、]{0,12}$")
_THAN = re.compile(
    r"[比较与和同][^，。；、]{0,12}(?<=[的年期末底度])$|(?:上年|去年|(?P<year>\d{4})年)(?:同期)?(?:(?![多少增减])[^，。；、]){0,6}$"
)
_IN_YEAR = re.compile(r"(\d{4})年[^年]*$")
_ABOVE = re.compile("(?<!不)(?:(?P<up>[高多]于|超[过出])|(?P<down>[低少]于|不足))[^，。；、]{0,8}的$")
_AND, _PEOPLE = ("、", "和", "，", "及"), frozenset({"人", "人次", "名", "位"})
_OF, _OF_NAMED = (
    re.compile("(?:占|[约为是]|完成|达到?|超|相当于)[^，。；、]{0,12}$"),
    re.compile("[占为](?P<name>[^，。；、]{2,8})的$"),
)
_SO_FAR = re.compile("[，,](?:目前|现|已|实际)")
_SHARE = re.compile("[，,、（(]占(?:比|总数的|全部的|总量的)?(?:为|达)?")
_RATE = re.compile(r"[，,、（(；][^，。；、]{0,6}?(?:(?P<what>[^\W\d]{2})率(?:为|达到?|是)?|(?P<done>完成))")
_PLANNED = re.compile("计划|目标|预算|任务|下达|安排|应")
_ALL = re.compile(
    "[，,、；]?(?P<count>[两三四五六七八九])?(?:类|项|者|期|批|年|地|种|部分|方面)?(?:合计|共计|总计|(?<=年)累计|(?<=，)共)(?:为|达)?"
)
_OPENED = re.compile("[^，。；、（()）]{0,8}[（(]")
_OF_WHICH = re.compile("[，,；：:]?其中|[^，。；、]{0,8}中[，,]?")
_OVERLAP, _REST = (
    re.compile("[男女每各均]|党员|岁|民族|脱贫|残疾|学历|以[上下内]|同时|[可重兼]"),
    re.compile("其[他余它]"),
)
_NEAR, _WITHIN, _TWICE, _TWENTYFOLD, _MOST = Fraction(1, 5), Fraction(1, 10), Fraction(1), Fraction(19), 60


def _is_slip(written: Amount, meant: Fraction, least: int, *, replaced: bool = True) -> bool:
    """Whether an amount is written with a slip, if it has at least so many digits: 917% for 91.7%."""
    finer = (round_half_up(meant / written.unit.scale, written.places + more) for more in range(3))
    return any(_is_misspelt(_digits(written, written), f"{one:f}", least, replaced=replaced) for one in finer)


def _is_misspelt(one: str, other: str, least: int, *, replaced: bool) -> bool:
    """Whether digits differ by two swapped ones, a lost one, the point, or one other digit."""
    short, long = sorted((text.replace(".", "").strip("0") for text in (one, other)), key=len)
    if short == long or len(long) < least:
        return short == long and one != other
    if len(short) < len(long):
        return len(short) > 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
    differing = [at for at, (left, right) in enumerate(zip(short, long, strict=True)) if left != right]
    is_swap = len(differing) == 2 and differing[1] - differing[0] == 1 and sorted(short) == sorted(long)
    return is_swap or (replaced and len(differing) == 1 and len(long) >= _FEWEST_DIGITS)


class _Meant(NamedTuple):
    """What a figure should be, from ``low`` to ``high``, and the figures that tell so."""

    low: Fraction
    high: Fraction
    figures: str

    def fits(self, quantity: Amount, *, exactly: bool = False) -> bool:
        """Whether it is that figure, rounded, or else cut off or up."""
        step = _half(quantity) * (1 if exactly or quantity.dimension != RATIO else 2)
        return self.low - step <= quantity <= self.high + step

    def is_near(self, quantity: Amount, share: Fraction) -> bool:
        """Whether it is this figure with a slip, and not another thing."""
        middle = abs(self.low + self.high) / 2
        return middle <= abs(quantity) * (1 + share) <= middle * (1 + share) ** 2 or _is_slip(quantity, middle, 2)


def _half(quantity: Amount) -> Fraction:
    """Half a unit of the last place; counts are exact."""
    is_exact = not quantity.places and quantity.unit.scale == 1 and quantity.dimension not in (MONEY, RATIO)
    return Fraction(0) if is_exact else quantity.unit.scale / 10**quantity.places / 2


def _share_of(part: Figure, whole: Figure, less: int = 0) -> _Meant:
    """The share, or by how much the part is more."""
    (above, few), (below, least) = (part.quantity, _half(part.quantity)), (whole.quantity, _half(whole.quantity))
    low, high = (above - few) / (below + least), (above + few) / max(below - least, below / 2)
    words = f"{above.text}÷{below.text}{'－1' if less else ''} = {PERCENT.print(above / below - less)}"
    return _Meant(low - less, high - less, words)


def _difference_of(now: Figure, then: Figure, own: Amount) -> _Meant:
    times, unit = (100, "个百分点") if now.quantity.dimension == RATIO else (1, own.unit.name)
    change, half = (now.quantity - then.quantity) * times, (_half(now.quantity) + _half(then.quantity)) * times
    result = f"{plain(change if times > 1 else change / own.unit.scale)}{unit}"
    return _Meant(change - half, change + half, f"{now.quantity.text}－{then.quantity.text} = {result}")


def _sum_of(parts: Iterable[Figure]) -> _Meant:
    amounts = [one.quantity for one in parts]
    total, half = sum(amounts, Fraction(0)), sum(map(_half, amounts), Fraction(0))
    words = "＋".join(one.text for one in amounts)
    return _Meant(total - half, total + half, f"{words} = {plain(total / amounts[0].unit.scale)}{amounts[0].unit.name}")


def _has_slip(parts: Iterable[Figure], total: Fraction, least: int = 2, *, replaced: bool = True) -> bool:
    """Whether the parts would add up to the total but for a slip in one of them."""
    amounts = [one.quantity for one in parts]
    rest = total - sum(amounts, Fraction(0))
    return any(rest + one > 0 and _is_slip(one, rest + one, least, replaced=replaced) for one in amounts)


def _alike(figures: Iterable[Figure], quantity: Amount, *, kin: bool = False) -> list[Figure]:
    kind, usable = quantity.dimension, (one for one in figures if one.quantity and not one.is_rough)
    return [one for one in usable if (its := one.quantity.dimension) == kind or (kin and {its, kind} <= _PEOPLE)]


def _arithmetic(case: Case, _given: Given) -> Iterator[Finding]:
    """A sum, share, rate or change that does not follow from the other figures of its sentence."""
    for text in case.printed_with(_TOLD):
        for sentence in _SENTENCE.finditer(text.plain):
            is_told = _TOLD.search(sentence[0]) and not _UNSEEN.search(sentence[0])
            said = figures_in(text.plain, *sentence.span()) if is_told else []
            wrong = chain(_wrong_rates(said), _wrong_ways(said), _wrong_sums(said, text.plain))
            # More figures are a table.
            for figure, meant in wrong if 1 < len(said) <= _MOST else ():
                words = {"figures": meant.figures, "stated": figure.quantity.text}
                words["said"] = text.plain[max(sentence.start(), figure.start - 40) : figure.end].strip("，、； ")
                yield codes.SUMS_IN_TEXT.at(text.place(figure.start, figure.end), text.path, **words)


_Wrong = Iterator[tuple[Figure, _Meant]]


def _wrong_rates(said: list[Figure]) -> _Wrong:
    """The shares and changes of figures before them in the sentence that are not theirs."""
    for at, figure in enumerate(said):
        changes = _changed(said, at) if at and not figure.is_rough else []
        others = (_of_a_change, _shared) if at and not figure.is_rough else ()
        meant = changes or [one for find in others for one in find(said, at)]
        fits = any(one.fits(figure.quantity, exactly=number > 0) for number, one in enumerate(meant))
        # 比上年的 leaves no doubt what it is about, 占 and 整改率 may be of another whole.
        if meant and not fits and meant[0].is_near(figure.quantity, _TWENTYFOLD if changes else _TWICE):
            yield figure, meant[0]


def _compared(before: list[Figure]) -> tuple[list[Figure], Figure] | None:
    """The figures of now, the nearest first, and that of then: 由…到, 比上年的."""
    last = next((at for at in reversed(range(len(before))) if not _CHANGED.fullmatch(before[at].lead)), -1)
    then = before[last] if last > 0 else None
    if then is None or then.is_rough or not then.quantity:
        return None
    if _TO.fullmatch(then.lead) and _FROM.search(before[last - 1].lead):
        return ([then], before[last - 1]) if _alike(before[last - 1 : last], then.quantity) else None
    now, than = _alike(reversed(before[:last]), then.quantity), _THAN.search(then.lead)
    if not now or than is None:
        return None
    # 2023年120件，2024年130件
    year = _IN_YEAR.search(now[0].lead) if than["year"] else None
    return ([then], now[0]) if year is not None and year[1] < than["year"] else (now, then)


def _compared_each(said: list[Figure], first: int, at: int) -> tuple[list[Figure], Figure] | None:
    """The same of one of several changes: 167起、36人，与上年的182起、39人相比，分别下降8.2%和7.7%."""
    last = next((n for n in range(at + 1, len(said)) if said[n].lead not in _AND), len(said))
    start = first - (last - first)
    if start < 1 or not _THAN.search(said[start].lead):
        return None
    then = said[start + at - first]
    now = _alike(reversed(said[:start]), then.quantity)
    return (now, then) if now and not then.is_rough and then.quantity else None


def _changed(said: list[Figure], at: int) -> list[_Meant]:
    """What the change may be that a figure tells of those before it, the likeliest first."""
    first = next((n for n in reversed(range(at + 1)) if said[n].lead not in _AND), 0)
    own, change = said[at].quantity, _CHANGED.fullmatch(said[first].lead)
    if change is None or not (change["each"] or first == at):
        return []
    found: list[_Meant] = []
    pair = _compared_each(said, first, at) if change["each"] else _compared(said[:at])
    now, then = pair or ([], said[at])
    for one in now:
        more, less = (one, then) if change["up"] else (then, one)
        kind, is_of_points = then.quantity.dimension, own == abs(one.quantity - then.quantity)
        # From 92% to 94% it rose by 2个百分点, not by 2%.
        if own.dimension == kind != RATIO or (kind == RATIO and (own.dimension == "百分点" or is_of_points)):
            found.append(_difference_of(more, less, own))
        elif own.dimension == RATIO:
            share = _share_of(one, then, 1)
            found.append(share if change["up"] else share._replace(low=-share.high, high=-share.low))
    return found


def _of_a_change(said: list[Figure], at: int) -> Iterator[_Meant]:
    """What share a change may be of last year's figure: 收入792万元，比上年增加189万元，增长31.4%."""
    by, change = said[at - 1], _CHANGED.fullmatch(said[at].lead)
    if change is None or by.is_rough or said[at].quantity.dimension != RATIO or not _CHANGED.fullmatch(by.lead):
        return
    for one in _alike(reversed(said[: at - 1]), by.quantity):
        then, half = one.quantity - by.quantity * (1 if change["up"] else -1), _half(one.quantity) + _half(by.quantity)
        if then > half:
            low, high = ((by.quantity + more) / (then - more) for more in (-half, half))
            words = f"{by.quantity.text}÷{plain(then / by.quantity.unit.scale)}{by.quantity.unit.name}"
            yield _Meant(low, high, f"{words} = {PERCENT.print(by.quantity / then)}")


def _shared(said: list[Figure], at: int) -> list[_Meant]:
    """What the share may be that a figure tells of those before it: 其中B，占; A，整改B，整改率; B，为A的."""
    figure, last, before = said[at], said[at - 1], said[: at - 1]
    rate, earlier = _RATE.fullmatch(figure.lead), _alike(reversed(before), last.quantity, kin=True)
    if figure.quantity.dimension != RATIO or last.quantity.dimension == RATIO or not earlier or last.is_rough:
        return []
    named, of_which = _OF_NAMED.search(figure.lead), [n for n, one in enumerate(said[:at]) if "其中" in one.lead and n]
    if figure.lead == "的":
        meant = [_share_of(earlier[0], last)] if _OF.search(last.lead) else []
    elif named is not None:
        meant = [_share_of(last, one) for one in earlier if one.lead[-2:].strip("，、；") in named["name"]]
    elif _SHARE.fullmatch(figure.lead):
        at = of_which[-1] if of_which else at - 1 if _SO_FAR.match(last.lead) else 0
        meant = [_share_of(last, one) for one in _alike(reversed(said[:at]), last.quantity, kin=True)[:1]]
    elif rate is not None and (
        _PLANNED.search(earlier[0].lead) if rate["done"] else all(char in last.lead for char in rate["what"])
    ):
        meant = [_share_of(last, earlier[0])]
    else:
        meant = []
    # Any other two figures may be meant.
    others = [one for one in said if one.quantity.dimension != RATIO] if meant else []
    pairs = ((one, other) for one in others for other in _alike(others, one.quantity, kin=True) if one is not other)
    return [*meant, *(one for pair in pairs if (one := _share_of(*pair)).high - one.low < one.low / 20)]


def _wrong_ways(said: list[Figure]) -> _Wrong:
    """由120件降到130件; 1.1万元，低于预算的1万元."""
    for before, figure in pairwise(said):
        to = _TO.fullmatch(figure.lead) if _FROM.search(before.lead) else None
        way, pair = to or _ABOVE.search(figure.lead), (before.quantity, figure.quantity)
        if way is None or not (way["up"] or way["down"]) or len(_alike([before, figure], pair[0])) < 2:
            continue
        is_more = pair[1] > pair[0] if to else pair[0] > pair[1]
        if pair[0] != pair[1] and is_more is not bool(way["up"]):
            words = f"{pair[0].text}{'＜' if pair[0] < pair[1] else '＞'}{pair[1].text}"
            yield figure, _Meant(Fraction(0), Fraction(0), words)


def _wrong_sums(said: list[Figure], text: str) -> _Wrong:
    """Totals that differ from the figures before them, or from their parts behind them."""
    for at, figure in enumerate(said):
        own, alike = figure.quantity, _alike(said[:at], figure.quantity)
        if total := _ALL.fullmatch(figure.lead):
            count = "  两三四五六七八九".find(total["count"] or " ") or len(alike)
            parts = [*combinations(alike[-8:], count), *(alike[first:] for first in range(len(alike) - 1))]
            sums = [_sum_of(one) for one in parts] if count > 1 and len(alike) > 1 else []
            likely = [
                one for one, of in zip(sums, parts, strict=False) if one.is_near(own, _NEAR) or _has_slip(of, own)
            ]
            if likely and not any(one.fits(own) for one in sums):
                yield figure, likely[0]
        elif not figure.is_rough and own.dimension != RATIO:
            yield from _wrong_parts(figure, said[at + 1 :], text)


def _wrong_parts(whole: Figure, behind: list[Figure], text: str) -> _Wrong:
    """Parts of a whole that are all of it and differ, or a little more than it is: 其中A、B，其他C; （A、B）."""
    own = whole.quantity
    parts: list[Figure] = []
    for one in dropwhile(lambda one: one.quantity.dimension == RATIO, behind):
        if one.quantity.dimension != own.dimension or one.is_rough or (parts and one.lead[:1] not in "、，,和及"):
            break
        parts.append(one)
    lead = parts[0].lead if parts else ""
    if len(parts) < 2 or _OVERLAP.search("".join(one.lead for one in parts)):
        return
    in_brackets = _OPENED.match(lead) and text[parts[-1].end : parts[-1].end + 1] in ("）", ")")
    if not in_brackets and not _OF_WHICH.match(lead):
        return
    total, is_all = _sum_of(parts), (in_brackets and "其中" not in lead) or _REST.search(parts[-1].lead)
    is_above = bool(is_all) or total.low > own
    is_slip = _has_slip(parts, own, 2 if is_above else 3, replaced=is_above)
    is_near = is_above and total.is_near(own, _NEAR if is_all else _WITHIN)
    if (is_slip or is_near) and not total.fits(own):
        yield whole, total


RULES = (
    Rule("数字颠倒", (codes.WRONG_DIGITS,), _wrong_digits, OWN_NAME),
    Rule("句中算术", (codes.SUMS_IN_TEXT,), _arithmetic),
)
