"""The rule on sentences whose figures tell one another: sums, parts, shares, rates and changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, partial
from itertools import chain, combinations, dropwhile, islice, pairwise

from generator.base.amount import Amount
from generator.base.diagnostics import Finding
from generator.base.formats import PERCENT, plain
from generator.base.units import RATIO, resolve_unit
from generator.checks import codes
from generator.checks.digits import (
    CHANGED,
    DOWN,
    EACH,
    PLAN,
    UP,
    Figure,
    Meant,
    Plan,
    alike_in,
    difference_of,
    figures_in,
    half_unit,
    has_slip,
    plans_by_done,
    share_of,
    sum_of,
)
from generator.checks.mentions import Measure
from generator.checks.rule import Case, Given, Rule
from generator.checks.texts import HIDDEN, home_of

_SENTENCE, _UNSEEN = re.compile(r"[^。！？\n]+"), re.compile(f"{HIDDEN}(?!年|{HIDDEN})")  # a figure that is referred to
_TWO = re.compile(r"\d(?<![\d.,].)[\d.,]*+\D++\d")
_TOLD = re.compile(
    r"[%％点计余他、中](?:(?<=\d[%％])|(?<=百分点)|(?<=[合共总累]计)|(?<=其[余他中])|(?<=\D中)[，,]|(?<=[^\W\d]、)(?=[^，。；、]{0,9}\d))"
    r"|[至到的共多少约支达排划标务差低高超加成有余省转缺]\d|年(?<=全年)|(?:未|每[个名]?[^\W\d])[^，。；、\d]{0,4}\d"
)
"""Cheap: matches in every sentence with figures from which another one follows."""
_BY = re.compile(rf"(?:{UP}|{DOWN})[^\W\d]?$")
_TO = re.compile(rf"(?:调?(?:(?P<up>{UP})|(?P<down>{DOWN}))|调整|核定)?(?:到|至|为)")
_FROM = re.compile("[由从][^，。；、]{0,12}$")
_THAN = re.compile(
    r"[比较与和同][^，。；、]{0,12}(?<=[的年期末底度算划标务数制额值])$|(?:上年|去年|年初(?!预|计划|目标)|(?P<year>\d{4})年)(?:同期)?(?:(?![多少增减])[^，。；、]){0,6}$"
)
_WAS = re.compile(r"[（(](?:上年|去年|(\d{4})年)(?:同期)?[为是]?")
_IN_YEAR = re.compile(r"(\d{4})年[^年]*$")
_BASIS = re.compile(rf"年初|[上去]年[末底]|环比|前年|\d{{4}}年|[同上去]|{PLAN}")
_REAL = re.compile("增加值|总值|产值|GDP|可比|不变价|口径|剔除|实际增长")
"""These grow at constant prices, or without a part."""
_RANKS = re.compile("[排位]名|名[次列]|位[次列居]|精度|误差|分辨|等级|响应|[资质能]效")
_ABOVE = re.compile(
    "(?:^[，,、（(]?[均都也远略仍已]?|(?<!不))(?:(?P<up>[高多]于|超[过出])|(?P<down>[低少]于|不足))(?P<of>[^，。；、]{0,8}的)?$"
)
_AND = ("、", "和", "，", "及")
_OF = re.compile("[，,、（(](?:仅|只|已|实际)?(?:占|[约为是]|完成|达到?|超|相当于)[^，。；、]{0,12}$")
_OF_NAMED = re.compile("[占为](?P<name>[^，。；、]{2,8})的$")
_UNREAD = re.compile(r"\d[^\W\d年月日]{1,3}$")
_SO_FAR = re.compile("[，,](?:目前|现|已|实际)")
_SHARE = re.compile(r"(?:[^，。；、\d]{0,14}[，,、（(])?占(?:比|总数的|全部的|总量的)?(?:为|达)?")
_SHARE_EACH = re.compile("[，,、]?(?:分别占比?|占比分别)(?:为|达)?")  # 分别占全市的 is of another whole
_RATE = re.compile(r"[，,、（(；](?:(?P<what>[^\W\d]{2,8})率(?:为|达到?|是)?|[^，。；、]{0,6}?(?P<done>完成))")
_PLANNED = re.compile("计划|目标|预算|任务|下达|安排|应")
_DUE = re.compile(r"应[^，。；、]*[，,、；]实际?(\w)")
_SPENT = re.compile("(?:执行|支出|收缴|征收|入库|拨付|到位|使用|支付)$")
_ALL = re.compile(
    "[，,、；]?(?P<count>[两三四五六七八九])?(?:类|项|者|期|批|年|地|种|部分|方面)?(?:合计|共计|总计|(?<=年)累计|(?<=[，批项类期])共(?:下达|安排|筹集|落实)?)(?:为|达)?"
    r"|[，,；](?P<year>全年)(?:共|累计|合计|总计)?(?P<done>[^，。；、\d]{0,4})"
)
_WAY_OF_HALF = re.compile("[上下]半年|[一二三四]季度|[共各约\\W]")
_OF_YEAR = re.compile("(?=.*(?:半年|季度|月))[^共计]*")
_OPENED = re.compile("[^，。；、（()）]{0,8}[（(]")
_HOLDS = re.compile("[中（(]")
"""Is in the words before the first part of a whole: 其中, 在职人员中, （."""
_OF_WHICH = re.compile("(?:[^，。；、]{0,14}[，,；：:])?其中|[^，。；、]{0,8}中[，,]?")
_OVERLAP = re.compile(
    "[男女每各均含]|党员|岁|民族|脱贫|残疾|学历|以[上下内]|同时|[可重兼]|规上|规模|限上|高新|专精|计划|(?<!中央)预算|目标|上年"
)
_REST = re.compile("其[他余它]")
_FEW, _QUOTED = 7, 60
_NEAR, _TWICE, _TWENTYFOLD, _MOST = Fraction(1, 5), Fraction(1), Fraction(19), 60


def _arithmetic(case: Case, _given: Given) -> Iterator[Finding]:
    """A sum, share, rate or change that does not follow from the other figures of its sentence."""
    plans, rows = cache(partial(plans_by_done, case)), {one.row.path: one for one in case.measures}
    for text in case.figured:
        row = rows.get(text.path.rpartition(".")[0])
        for sentence in _SENTENCE.finditer(text.plain):
            is_told = row is not None or (_TWO.search(sentence[0]) and _TOLD.search(sentence[0]))
            said = figures_in(text.plain, *sentence.span()) if is_told and not _UNSEEN.search(sentence[0]) else []
            # More figures are a table.
            if not (row is None) < len(said) <= _MOST:
                continue
            wrong = [_wrong_rates(said, case.year), _wrong_ways(said), _wrong_sums(said, text.plain)]
            wrong += [_wrong_gaps(said, text.plain), _wrong_products(said)]
            wrong += [_beside_plans(said, plans, row, home_of(text.path)), _of_own_row(said, row)]
            # What was planned may stand in the sentence and in the filing.
            for figure, meant in dict(chain.from_iterable(wrong)).items():
                words = {"figures": meant.figures, "stated": figure.quantity.text}
                # Its last clauses, whole ones as far as a few dozen characters have any.
                begin, cut = sentence.start(), figure.end - _QUOTED
                end = text.plain[max(begin, cut) : figure.end]
                words["said"] = ((end.partition("，")[2] if cut > begin else "") or end).strip("，、； ")
                yield codes.SUMS_IN_TEXT.at(text.place(figure.start, figure.end), text.path, **words)


_Wrong = Iterator[tuple[Figure, Meant]]
_Plans = Mapping[tuple[str, Fraction], Sequence[Plan]]


def _wrong_rates(said: list[Figure], year: int | None) -> _Wrong:
    """The shares and changes of figures before them in the sentence that are not theirs."""
    for at, figure in enumerate(said):
        changes = _changed(said, at, year) if at and not figure.is_rough else []
        is_share = at and not figure.is_rough and figure.quantity.dimension == RATIO
        others = (_of_a_change, _shared, _shared_each) if is_share else ()
        meant = changes or [one for find in others for one in find(said, at)]
        fits = any(one.fits(figure.quantity, exactly=number > 0) for number, one in enumerate(meant))
        # 比上年的 leaves no doubt what it is about, 占 and 整改率 may be of another whole.
        if meant and not fits and meant[0].is_near(figure.quantity, _TWENTYFOLD if changes else _TWICE):
            yield figure, meant[0]


def _is_of_another(change: str, before: str) -> bool:
    """Whether a change has another base than the words before it: 比年初增加30亿元，同比增长8%."""
    found = [one[0] for one in map(_BASIS.search, (before, change)) if one]
    return len({"同" if one in "上去" else one for one in found}) > 1


def _compared(before: list[Figure], lead: str) -> tuple[list[Figure], Figure] | None:
    """The figures of now, the nearest first, and that of then: 由…到, 比上年的."""
    last = next((at for at in reversed(range(len(before))) if not CHANGED.fullmatch(before[at].lead)), -1)
    then = before[last] if last > 0 else None
    if then is None or then.is_rough or not then.quantity:
        return None
    if _TO.fullmatch(then.lead) and _FROM.search(before[last - 1].lead):
        return ([then], before[last - 1]) if alike_in(before[last - 1 : last], then.quantity) else None
    now, than = alike_in(reversed(before[:last]), then.quantity), _THAN.search(then.lead)
    if not now or than is None:
        return None
    if than[0][0] in "比较与和同" and _is_of_another(lead, then.lead):
        return None
    # 2023年120件，2024年130件
    year = _IN_YEAR.search(now[0].lead) if than["year"] else None
    return ([then], now[0]) if year is not None and year[1] < than["year"] else (now, then)


def _of_each(said: list[Figure], at: int) -> tuple[int, list[Figure], Figure]:
    """Where a row of figures with this one begins, the figures before those that it tells of, and this one's.

    A、B，分别下降8.2%和7.7%: 7.7% is about B.
    """
    first = next((n for n in reversed(range(at + 1)) if said[n].lead not in _AND), 0)
    last = next((n for n in range(at + 1, len(said)) if said[n].lead not in _AND), len(said))
    start = max(0, 2 * first - last)
    return first, said[:start], said[start + at - first]


def _compared_each(said: list[Figure], at: int) -> tuple[list[Figure], Figure] | None:
    """The same of one of several changes: 167起、36人，与上年的182起、39人相比，分别下降8.2%和7.7%."""
    _, before, then = _of_each(said, at)
    now = alike_in(reversed(before), then.quantity)
    return (now, then) if now and _THAN.search(said[len(before)].lead) and not then.is_rough and then.quantity else None


def _changed(said: list[Figure], at: int, year: int | None) -> list[Meant]:
    """The changes that a figure may state about those before it, the likeliest first."""
    first, *_ = _of_each(said, at)
    own, change = said[at].quantity, CHANGED.fullmatch(said[first].lead)
    if change is None or not (change["each"] or first == at):
        return []
    found: list[Meant] = []
    pair = _compared_each(said, at) if change["each"] else _compared(said[:at], said[at].lead)
    was = _WAS.fullmatch(said[at + 1].lead) if said[at + 1 :] else None
    # 增长8.2%（2023年为12.2万人次）, but not 同比增长8.2%（2019年为…）
    if was and not (was[1] and year and int(was[1]) != year - 1 and _BASIS.search(said[at].lead)):
        pair = alike_in(reversed(said[:at]), said[at + 1].quantity), said[at + 1]
    now, then = pair or ([], said[at])
    for one in now:
        more, less = (one, then) if change["up"] else (then, one)
        kind, is_of_points = then.quantity.dimension, own == abs(one.quantity - then.quantity)
        # From 92% to 94% it rose by 2个百分点, not by 2%.
        if own.dimension == kind != RATIO or (kind == RATIO and (own.dimension == "百分点" or is_of_points)):
            found.append(difference_of(more, less, own))
        elif own.dimension == RATIO and not _REAL.search("".join(one.lead for one in said[: at + 1])):
            share = share_of(one, then, 1)
            found.append(share if change["up"] else share._replace(low=-share.high, high=-share.low))
    return found


def _of_a_change(said: list[Figure], at: int) -> Iterator[Meant]:
    """What share a change may be of last year's figure: 收入792万元，比上年增加189万元，增长31.4%."""
    by, change = said[at - 1], CHANGED.fullmatch(said[at].lead)
    # 比计划多2公里，增长5% is growth since last year.
    if _is_of_another(said[at].lead, by.lead) or _PLANS.search(by.lead) or by.is_rough or change is None:
        return
    if _REAL.search("".join(one.lead for one in said[: at + 1])):
        return
    # 与上年的42公里相比，里程增加4公里，增长9.5%
    if (than := said[:at][-2:-1]) and _THAN.search(than[0].lead) and _BY.search(by.lead):
        yield from (share_of(by, one) for one in alike_in(than, by.quantity))
    if not CHANGED.fullmatch(by.lead):
        return
    for one in alike_in(reversed(said[: at - 1]), by.quantity):
        then = one.quantity - by.quantity * (1 if change["up"] else -1)
        half = half_unit(one.quantity) + half_unit(by.quantity)
        if then > half:
            low, high = ((by.quantity + more) / (then - more) for more in (-half, half))
            words = f"{by.quantity.text}÷{plain(then / by.quantity.unit.scale)}{by.quantity.unit.name}"
            yield Meant(low, high, f"{words} = {PERCENT.print(by.quantity / then)}")


def _shared(said: list[Figure], at: int) -> list[Meant]:
    """The shares that a figure may state about those before it: 其中B，占; A，整改B，整改率; B，为A的."""
    figure, last, before = said[at], said[at - 1], said[: at - 1]
    rate, earlier = _RATE.fullmatch(figure.lead), alike_in(reversed(before), last.quantity, kin=True)
    if last.quantity.dimension == RATIO or not earlier or last.is_rough:
        return []
    is_behind = _PLANNED.search(last.lead) and not _PLANNED.search(earlier[0].lead)
    whole, part = (last, earlier[0]) if is_behind else (earlier[0], last)
    # 户 in 监测户86户260人，消除风险72户218人，消除率83.7% are no figures.
    if any(_UNREAD.search(one.lead) for one in (earlier[0], last)):
        return []
    named = _OF_NAMED.search(figure.lead)
    of_which = [n for n, one in enumerate(said[:at]) if n and _OF_WHICH.match(one.lead)]
    if said[at + 1 :] and said[at + 1].lead in _AND:
        meant = []  # 占60%和40%
    elif figure.lead == "的":
        meant = [share_of(earlier[0], last)] if _OF.search(last.lead) else []
    elif named is not None:
        name, wholes = named["name"], [one for one in earlier if "总" in one.lead or "总" not in named["name"]]
        meant = [share_of(last, one) for one in wholes if one.lead[-2:].strip("，、；") in name]
    elif _SHARE.fullmatch(figure.lead):
        at = of_which[-1] if of_which else at - 1 if _SO_FAR.match(last.lead) else 0
        meant = [share_of(last, one) for one in alike_in(reversed(said[:at]), last.quantity, kin=True)[:1]]
    elif rate is not None and _is_rate_of(rate, whole, part, said[:at]):
        # 合同368万元，节约27万元，节约率6.8% is of both.
        meant = [share_of(part, whole), share_of(part, part._replace(quantity=_total([part, whole])))]
    else:
        meant = []
    return [*meant, *_quotients(said)] if meant else []


def _is_rate_of(rate: re.Match[str], whole: Figure, part: Figure, before: list[Figure]) -> bool:
    """Whether a rate is that of these two: 计划12处，完成10处，完成率; 应检420批次，实检400批次，抽检率."""
    # 按时办结率 is another one than 办结率.
    if (what := rate["what"]) is None or (_PLANNED.search(whole.lead) and _SPENT.search(what)):
        return _PLANNED.search(whole.lead) is not None
    due = _DUE.search(whole.lead + part.lead)
    if (due and due[1] in what) or (len(what) > 4 and part.lead.endswith(what[:-2])):
        return True
    return what[-2:] in part.lead and all(char in "".join(one.lead for one in before) for char in what)


def _quotients(said: list[Figure]) -> Iterator[Meant]:
    """The shares of any two figures, one of which may be meant; of rough ones only the very quotient."""
    others = [one for one in said if one.quantity.dimension != RATIO]
    for one in others:
        for other in (other for other in alike_in(others, one.quantity, kin=True) if other is not one):
            share, exact = share_of(one, other), one.quantity / other.quantity
            is_fine = share.high - share.low < share.low / 20
            yield share if is_fine else share._replace(low=exact, high=exact)


def _shared_each(said: list[Figure], at: int) -> Iterator[Meant]:
    """What one of several shares may be, of a whole before them or of all of them: A、B，分别占80%和20%."""
    first, before, part = _of_each(said, at)
    parts = said[len(before) : first]
    if _SHARE_EACH.fullmatch(said[first].lead) and len(parts) > 1 and len(alike_in(parts, part.quantity)) == len(parts):
        whole = part._replace(quantity=_total(parts))
        yield from (share_of(part, one) for one in [whole, *alike_in(reversed(before), part.quantity)])


def _total(parts: list[Figure]) -> Amount:
    first, total = parts[0].quantity, sum((one.quantity for one in parts), Fraction(0))
    text = f"{plain(total / first.unit.scale)}{first.unit.name}"
    return Amount(total, text, unit=first.unit, places=max(one.quantity.places for one in parts))


_PLANS = re.compile(f"{PLAN}|完成率")
_BESIDE_PLAN = re.compile(
    rf"(?:(?P<over>超[过出额]?|[高多]于)|(?P<below>[低少]于)|[比较])(?:年初|全年|年度|既定|预期|控制|考核)*(?:{PLAN})(?:数|值|任务)?(?:放映|举办|开展|完成|培训|支出)?"
    rf"(?:(?P<up>{UP})|(?P<down>{DOWN}))?了?$|(?<!\w)(?P<share>[只仅]?(?:[占为]|完成|达到?|相当于)了?(?:年初|全年|年度|调整后)*的?"
    rf"(?:{PLAN})(?:数|值|任务)?的|(?:计划|任务|目标)?完成率(?:为|达到?|是)?)$"
)


def _of_row(row: Measure | None) -> tuple[Figure, Figure] | None:
    """The actual value and the target of an indicator, if both count the same."""
    actual, target = (row.actual.quantity, row.target.quantity) if row is not None else (None, None)
    if row is None or actual is None or target is None or actual.dimension != target.dimension:
        return None
    done, planned = (row.columns.get(part, "") for part in ("完成", "目标"))
    return Figure(0, 0, actual, done, False), Figure(0, 0, target, planned, False)


_OWN = re.compile(
    r"(?:^|[，,；;（(、：:])(?:年初|年度|全年|本年|绩效)*(?:(?P<planned>(?:计划|目标|预期)(?:[值数]|完成)*)|实际(?:完成|达到|执行)?[值数]?"
    r"(?P<what>[^，。；、\d]{0,8}?))(?:为|是|[≥≤:：]|不[低少]于|不超过)?$"
)
_NO_SUBJECT = re.compile("实际|完成|全年|年[初度]|[值率仍略稍仅只也、 ]")
_OTHER_YEAR = re.compile(r"[上去前下明次]年|20\d\d年|调整|修订|原[定来]|历年|截至")


def _of_own_row(said: list[Figure], row: Measure | None) -> _Wrong:
    """A target or an actual value that the reason of an indicator states otherwise than its row."""
    own = _of_row(row)
    for at, figure in enumerate(said if own else ()):
        way = _OWN.search(figure.lead)
        if row is None or own is None or way is None or (way["what"] or "") not in row.name:
            continue
        _, _, meant, column, _ = own[bool(way["planned"])]
        # 农村类计划6期，实际4期
        before, *planned = re.split(PLAN, re.split("[，。；、：]", said[at - 1].lead if at else "")[-1])
        is_part = planned and _NO_SUBJECT.sub("", before) not in row.name
        # 实际受理1030件，有效1024件
        if figure.quantity.dimension != meant.dimension or is_part or any(one.quantity == meant for one in said):
            continue
        filed = Meant(meant, meant, f"「{column}」填的是 {meant.text}")
        is_off = not filed.fits(figure.quantity, exactly=True) and filed.is_near(figure.quantity, _TWICE)
        if is_off and not _OTHER_YEAR.search("".join(one.lead for one in said[: at + 1])):
            yield figure, filed


def _beside_plans(said: list[Figure], plans: Callable[[], _Plans], row: Measure | None, home: str) -> _Wrong:
    """How much more or less than planned, or what part of it, a figure beside is: 3780个，超计划180个.

    In the reason of an indicator the figure may be that of its row: 比目标低4.5个百分点.
    """
    for at, figure in enumerate(said):
        is_beside = not figure.is_rough and _PLANS.search(figure.lead)
        way, own = _BESIDE_PLAN.search(figure.lead) if is_beside else None, figure.quantity
        if way is None or not any(way.groups()) or (way["share"] and own.dimension != RATIO):
            continue
        kind, is_less = RATIO if own.dimension == "百分点" else own.dimension, way["below"] or way["down"]
        around = said[:at] or said[1:2]
        done = (one for one in reversed(around) if not (one.is_rough or CHANGED.fullmatch(one.lead)))
        pairs = [
            (now, figure._replace(quantity=plan.amount))
            for now in done
            if (now.quantity.dimension == kind) is (way["share"] is None) and not EACH.search(now.lead)
            for plan in plans().get((now.quantity.dimension, now.quantity), ())
            if plan.is_of(now.lead, home)
        ]
        # 就诊率88%，比目标低6个百分点 is about another target, as is 就诊率比目标低6个百分点.
        own_row = _of_row(row) if not said[:at] else None
        if row and own_row and (way["share"] or own_row[0].quantity.dimension == kind):
            subject = _NO_SUBJECT.sub("", re.split("[，。；]", figure.lead[: way.start()])[-1])
            pairs = [own_row] if subject in row.name else []
        if way["share"]:
            meant = [share_of(now, plan) for now, plan in pairs]
        else:
            meant = [difference_of(*((plan, now) if is_less else (now, plan)), own) for now, plan in pairs]
        # 超过目标108亿元 states the target itself, and 完成率96% may be the indicator.
        fits = any(one.fits(own) for one in meant) or any(plan.quantity == own for _, plan in pairs)
        fits |= "完成率" in way[0] and any(now.quantity == own for now, _ in pairs)
        is_none = meant and not (meant[0].low or meant[0].high)
        if meant and not fits and (is_none or meant[0].is_near(own, _TWENTYFOLD)):
            yield figure, meant[0]


_GAP = re.compile(
    rf"(?:[，,、（(；]|^(?P<of>的(?:{PLAN})))(?:(?P<by>(?:[低高少多]于|超[过出额]?)(?:年初|全年|年度|既定|预期)*(?:{PLAN})[值数]?|"
    rf"(?:[比较与](?:年初|全年|年度)?(?:{PLAN})[值数]?的?)?[仍尚还相仅]?(?:差|少|多|低|高|超|缺)(?:[额距出了为]|完成|支出|开展|举办|实施)*)"
    r"|[仍尚还]?(?P<rest>(?:其余|剩余|节约|节省|结余|结转|未[^，。；、\d]{1,4}|有)(?:资金|经费|项目)?[的为]?))$"
)
_LOWEST = re.compile("(?:[≥≤]|不[低少]于|不超过|至少)$")


def _wrong_gaps(said: list[Figure], text: str) -> _Wrong:
    """How much is missing from what was planned, or above it: 计划12处，完成10处，少3处; or left: 其余3处."""
    for at, figure in enumerate(said[2:], 2):
        own, gap = figure.quantity, _GAP.search(figure.lead)
        if gap is None or (figure.is_rough and gap["by"] != "超"):
            continue
        kind = RATIO if own.dimension == "百分点" else own.dimension
        last = [one for one in said[:at] if one.quantity.dimension == kind and own.dimension != RATIO][-2:]
        if len(last) < 2 or said[at - 1] is not last[1] or EACH.search(last[1].lead):
            continue
        # 有3处未完成, but not 采购198万元，有50万元未支付
        behind = re.compile("未(..)").match(text, figure.end) if gap["rest"] == "有" else None
        if gap["rest"] == "有" and (behind is None or behind[1] not in f"{last[1].lead}完成"):
            continue
        (one, is_one), (other, is_other) = ((one, bool(_PLANNED.search(one.lead))) for one in last)
        is_of_plan = is_one is not (is_other or bool(gap["of"])) or (gap["rest"] or "")[1:2] == "余"
        if not is_of_plan or any(each.is_rough and not _LOWEST.search(each.lead) for each in last):
            continue
        more, less = (one, other) if one.quantity > other.quantity else (other, one)
        meant = difference_of(more, less, own)
        # Part of the rest may be something else (1处未开工，1处在建), or of what there was before.
        is_above = own > meant.high and more is one and not re.search("年初|原", one.lead)
        if not meant.fits(own) and (is_above if gap["rest"] else meant.is_near(own, _TWENTYFOLD)):
            yield figure, meant


_FOR_EACH = re.compile(r"每[个名]?([^\W\d])[^，。；、\d]{0,4}$|([人户])均[^，。；、\d]{0,4}$")
_IN_ALL = re.compile("(?:^|[，,])(?:合计|共计|总计|累计|共)[^，。；、]{0,4}$")


def _wrong_products(said: list[Figure]) -> _Wrong:
    """What so many of them come to: 补助120人，每人500元，共6.5万元."""
    for one, other, last in zip(said, said[1:], said[2:], strict=False):
        if not _IN_ALL.search(last.lead) or one.is_rough or other.is_rough or last.is_rough:
            continue
        for each, count in ((one.quantity, other.quantity), (other.quantity, one.quantity)):
            lead, base = (one if each is one.quantity else other).lead, count.unit.base
            per, worth = _FOR_EACH.search(lead), resolve_unit(base).scale
            if per is None or (per[1] or per[2]) not in count.unit.name or each.dimension != last.quantity.dimension:
                continue
            # 每人每月500元; 1公里 are 1000米, but 每公里 is of one.
            if len(EACH.findall(lead)) > 1 or (worth != 1 and f"每{base}" not in lead):
                continue
            half, total, own = half_unit(each) * count / worth, each * count / worth, last.quantity
            words = f"{each.text}×{count.text} = {plain(total / own.unit.scale)}{own.unit.name}"
            meant = Meant(total - half, total + half, words)
            if not meant.fits(own) and meant.is_near(own, _TWICE / 2):
                yield last, meant


def _wrong_ways(said: list[Figure]) -> _Wrong:
    """由120件降到130件; 1.1万元，低于预算的1万元."""
    for at, (before, figure) in enumerate(pairwise(said)):
        to = _TO.fullmatch(figure.lead) if _FROM.search(before.lead) and not _RANKS.search(before.lead) else None
        above, own = _ABOVE.search(figure.lead), figure.quantity
        # 满意度91%，投诉率低于3%
        way = to or (above if above and (above["of"] or not above.start()) else None)
        if way is None or not (way["up"] or way["down"]) or not alike_in([before], own) or figure.is_rough:
            continue
        # 补助1200元，增加200元，高于全省的1100元
        others = [one.quantity for one in ([before] if to else alike_in(said[: at + 1], own))]
        if not any(one == own or ((own > one) if to else (one > own)) is bool(way["up"]) for one in others):
            words = f"{others[-1].text}{'＜' if others[-1] < own else '＞'}{own.text}"
            yield figure, Meant(Fraction(0), Fraction(0), words)


def _is_sum_of_some(own: Amount, figures: list[Figure]) -> bool:
    """Whether some of the figures add up to this one: 男40人、女33人，其中党员30人，共73人."""
    slack = sum(map(half_unit, (one.quantity for one in figures)), half_unit(own))
    sets = (some for count in range(2, len(figures) + 1) for some in combinations(figures, count))
    return any(abs(sum((one.quantity for one in some), -own)) <= slack for some in sets)


def _wrong_sums(said: list[Figure], text: str) -> _Wrong:
    """Totals that differ from the figures before them, or from their parts behind them."""
    totals, has_parts = 0, _HOLDS.search(text, said[0].end, said[-1].start)
    for at, figure in enumerate(said):
        own = figure.quantity
        if totals < _FEW and (total := _ALL.fullmatch(figure.lead)):
            totals, alike = totals + 1, alike_in(said[:at], own)[-_FEW:]
            # 每校13人，共130人; 约100万元、82万元，合计182万元
            open_ones = (one.is_rough and one.quantity.dimension == own.dimension for one in said[:at])
            if any(open_ones) or any(EACH.search(one.lead) for one in alike):
                continue
            # 一季度120件、二季度135件，上半年共255件 are not three parts.
            leads = "".join(one.lead for one in alike)
            # 上半年受理120件、下半年受理150件，全年办结265件
            is_another = (total["done"] or "") not in leads and _WAY_OF_HALF.sub("", leads)
            if total["year"] and (is_another or not _OF_YEAR.fullmatch(leads)):
                continue
            count = "  两三四五六七八九".find(total["count"] or " ")
            if count < 2 and _is_sum_of_some(own, alike):
                continue
            parts: list[Sequence[Figure]] = [alike[first:] for first in range(len(alike) - 1) if count < 2]
            parts += combinations(alike, count) if count > 1 else [[one for one in alike if "其中" not in one.lead]]
            sums = [(sum_of(one), one) for one in parts if len(one) > 1]
            if not any(one.fits(own) for one, _ in sums):
                likely = (one for one, of in sums if one.is_near(own, _NEAR) or has_slip(of, own))
                yield from ((figure, one) for one in islice(likely, 1))
        elif has_parts and not figure.is_rough and own.dimension != RATIO:
            yield from _wrong_parts(figure, said[at + 1 :], text)


def _wrong_parts(whole: Figure, behind: list[Figure], text: str) -> _Wrong:
    """Parts of a whole that are all of it and differ, or a little more than it is: 其中A、B，其他C; （A、B）."""
    own = whole.quantity
    parts: list[Figure] = []
    behind = [one for one in behind if one.quantity.dimension != RATIO]
    for one in dropwhile(lambda one: CHANGED.fullmatch(one.lead), behind):
        if one.quantity.dimension != own.dimension or one.is_rough or (parts and one.lead[:1] not in "、，,和及"):
            break
        # 其中财政拨款1100万元、其他收入100万元，比上年增加200万元
        if CHANGED.fullmatch(one.lead):
            break
        # 在职24人，其中行政13人、事业11人，退休32人
        if len(parts) > 1 and parts[-1].lead[0] == "、" and one.lead[0] in "，," and not _REST.search(one.lead):
            break
        parts.append(one)
    lead = parts[0].lead if parts else ""
    if len(parts) < 2 or _OVERLAP.search("".join(one.lead for one in parts)):
        return
    if CHANGED.fullmatch(whole.lead) or _THAN.search(whole.lead):
        return
    in_brackets = _OPENED.match(lead) and text[parts[-1].end : parts[-1].end + 1] in ("）", ")")
    if not in_brackets and not _OF_WHICH.match(lead):
        return
    total, is_all = sum_of(parts), (in_brackets and "其中" not in lead) or _REST.search(parts[-1].lead)
    is_above = bool(is_all) or total.low > own
    is_slip = has_slip(parts, own, 2 if is_above else 3, replaced=is_above)
    is_near = is_above and total.is_near(own, _NEAR)
    if (is_slip or is_near) and not total.fits(own):
        yield whole, total


RULES = (Rule("句中算术", (codes.SUMS_IN_TEXT,), _arithmetic),)
