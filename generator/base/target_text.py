"""Reads targets and actual values as bureaus write them.

The grammar, over a text in half-width signs without spaces: words, signs or words of comparison, a number,
its unit, 以上 or 以内, words. A second number makes it a range (80%≤X≤95%) or a change of level (由80%提高到90%),
a day makes it a deadline. What the grammar does not cover is qualitative; ``Target.fault`` says why.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from generator.base.amount import (
    CHINESE,
    DIGITS,
    SCIENTIFIC,
    Amount,
    AmountFault,
    NotAnAmount,
    as_one_number,
    has_digit,
    money_in_digits,
    normalised,
    parse_number,
)
from generator.base.target import (
    COMPARISONS,
    DOWN,
    ONE_SIGN,
    UP,
    Better,
    Found,
    Kind,
    Operator,
    Target,
    change_of,
    kind_of,
    operator_of,
    read_deadline,
)
from generator.base.units import MONEY, RATIO, SIGNS_OF_UNITS, UNIT, Unit, is_time, resolve_unit


def as_target(value: Target | Amount | str | None, level: str = "") -> Target:
    """A target or an actual value, parsed if it is not yet.

    A typed amount with a built-in unit is used as it is. Others are parsed again: values of other fields cannot be
    compared in a unit that only one field declares.
    """
    if isinstance(value, Target):
        return value
    if isinstance(value, str):
        text = value
    elif not level and type(value) is Amount and value.unit.known and value.unit == resolve_unit(value.unit.name):
        return Target(value.text, Operator.PLAIN, value, value)
    else:
        text = value.text if value is not None else ""
    # Other levels change nothing: keep one cache entry.
    return parse_target(text, level) if "成本" in level or "时效" in level else parse_target(text)


# Every formula and check that asks about a row parses the same few texts; one filing has some hundreds.
@lru_cache(maxsize=512)
def parse_target(text: str, level: str = "") -> Target:
    """Parses a target or an actual value; never fails.

    ``≧12家``, ``10亿元以上``, ``总成本不超过52万元``, ``约80人``, ``半小时内``, ``每月1次``, ``2-3家``, ``11月底前``,
    ``270家``. Everything else is ``QUALITATIVE``, with the ``fault`` that keeps it from being a quantity.

    ``level`` is the 二级指标, which decides what a number without sign or word asks for: for 成本 and times under 时效
    at most that, else at least that.
    """
    try:
        plain = _plain(text)
        found = read_deadline(plain)
        if found and not (found.is_period and _NUMBER.search(found.lead + found.tail)):
            return _dated(found, text)
        target = _read(_PERIOD_WORDS.sub("", plain), text, level)
    except NotAnAmount as problem:
        return Target(text, Operator.QUALITATIVE, fault=problem.fault)
    if _PERHAPS_A_YEAR.fullmatch(plain) or ("时效" in level and _PERHAPS_A_DAY.fullmatch(plain)):
        return Target(text, Operator.QUALITATIVE, fault=AmountFault.VAGUE_DATE)
    return target


_SIGN = f"(?:{ONE_SIGN.pattern})"
# 至少 may precede a verb: 至少提交一条意见建议.
_LEAD = re.compile(rf"{_SIGN}+$|(?:至少|最少)(?=[^\W\d]{{1,6}}$)")
_SUFFIX = re.compile("[及或]?以[上下]|[以之]?内|左右|上下|[多余]$")
# 12名专家以上, 5万元资金以内. 3公里范围以内 is a place.
_LATE_SUFFIX = re.compile(r"(?!范围)[^\W\d_]{1,4}?(?=(?:[及或]?以[上下内]|之内|左右)$)")

_BELOW = re.compile(rf"(?:/{UNIT})+")
_NO_UNIT = "前|个半|半|完成|合格|达标|满意|优秀|良好|热线|以外|之后|起|后"
_END_OF_UNIT = rf"(?=(?:{_SUFFIX.pattern}|之间|区间)?$|[-~至到]\d|[且,、≤])"
# Mbps, TB
_LETTERS = rf"[A-Za-z]{{1,3}}{_END_OF_UNIT}"
_UNKNOWN_UNIT = re.compile(rf"(?!{_NO_UNIT}|{_SUFFIX.pattern})(?:[A-Za-z]{_LETTERS}|[^\W\d_]{{1,3}}?{_END_OF_UNIT})")
# 5万担
_UNKNOWN_IN_TENS = re.compile(rf"[百千万亿]+(?!{UNIT}|[多余元]){_UNKNOWN_UNIT.pattern}")
# 元/生, 人/窗口: the denominator need not be a known unit.
_PER_THING = rf"(?<!%)/(?!{_NO_UNIT})[^\W\d_]{{1,3}}?(?=(?:[/·]{UNIT})*(?:{_SUFFIX.pattern})?$)(?:[/·]{UNIT})*"
_UNITS = re.compile(rf"{UNIT}(?:(?:[/·]|(?<=元)一)[2-9]?{UNIT})*(?:{_PER_THING})?")
_OF_THINGS = re.compile(
    rf"个(?!{_NO_UNIT}|[已未待正均全]|{_SUFFIX.pattern})[^\W\d_]{{1,4}}?(?=(?:{_SUFFIX.pattern})?$)"
)
_TROUBLE = "投诉|事故|差错|失误|错误|缺陷|违规|违纪|举报|上访|信访|伤亡|死亡|故障|污染|案件|超支|负债|损失"
_NO_TROUBLE = re.compile(_TROUBLE)
_SPELT = f"{CHINESE}(?:点[零〇一二三四五六七八九]+)?"
_NUMBER = re.compile(
    rf"""(?<![A-Za-z\d.第±])(?:
    (?P<of>[百十]万|[百千万]|(?!0|[零〇]){CHINESE}|(?!0)\d+)分之(?P<share>{DIGITS}|{_SPELT})
    |(?P<part>\d+(?:\.\d+)?)[:/](?P<whole>[1-9]\d*(?:\.\d+)?)(?!\.?\d|[:/万千百])
    |(?P<digits>(?:(?:(?<![\w%‰㎡²³])|(?<=[增涨降跌]幅)|(?<=[于过为达长速]))[+-])?(?:(?<!\w)[.,]+)?\d++(?:[.,]+\d++)*+)(?![A-Za-z](?!{_LETTERS}))
    |(?P<half>半)(?=个?(?:年|月|小时|天|日))
    |(?P<none>零(?={_TROUBLE})|(?:^|(?<=[为是]))零$)
    |(?<![第统几数点])(?P<chinese>(?![百千]){_SPELT})(?=[多余]?{UNIT}(?!{CHINESE})|[~至到-](?:{CHINESE}|\d[\d.]*){UNIT}))""",
    re.VERBOSE,
)
_FINE = ("小时", "工作日", "百分点", "学时", "课时")
"""个小时 is 小时, but 个月 is not 月."""

_NOT_APPLICABLE = re.compile(r"(?:不适[用应]|不涉及|暂?无|没有|无此项|n/?a|[-/\\—－／]+)[。.]?", re.IGNORECASE)
_WRITTEN = rf"(?:{DIGITS}|{CHINESE})(?:{UNIT})?"
_ONES = "一二三四五六七八九"
_NEIGHBOURS = "|".join(map("".join, pairwise(_ONES)))
_AFTER_TENTHS = "$|[及或]?以|左右|[-~至到]"
_REPAIRS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        ("《[^《》]*》", ""),
        ("》", ">"),
        ("《", "<"),
        (r"(?<=\d)。(?=\d)", "."),
        (r"负(?=\d)", "-"),
        ("人·次", "人次"),
        (rf"({DIGITS})/(?:10|十)万(?![^\W\d及或以左])", r"十万分之\1"),
        (r"([场人批班])\(次\)", r"\1次"),
        (rf"(?<=\d)\(({UNIT})\)", r"\1"),
        (rf"\(({UNIT})\)((?:{_SIGN})*[\d.,]+)$", r"\2\1"),
        *(
            (rf"(?:(?<=[\d{_ONES}万亿千百十])|(?<=[^\W\d]/))(?:{sign})(?![A-Za-z\d²³·])", name)
            for sign, name in SIGNS_OF_UNITS.items()
        ),
        (r"(?<=[^\W\d]/)d(?![A-Za-z\d])", "日"),
        (r"(?:pH|PH|ph)值?(?=\d)", "酸碱度"),
        # Numbers that are names.
        *(
            (name, "")
            for name in (
                r"一(?![十百千万]|月一[日号])([^\W\d_])一[^\W\d_]|一次性|一站式|一体化|一条龙|十分(?![及或]?以|钟)|一次(?=验收|合格|通过|成功|交验|办)|一件事",
                r"[A-Za-z][A-Za-z/]*\+?\d+(?:[-.]\d+)*+(?![%‰~])",
                r"(?<!\d)(?:11[09]|12[02]|12\d{3})(?=平台|热线|[报接出处]警|接处警|急救|平均|指挥|投诉|举报|工单|诉求|受理|按时)",
                r"(?:九年|十二年)(?=义务|一贯|制)|[12]型(?=糖尿病)|(?:\d+[-~至到])?\d+周?岁(?:及?以[上下])?(?=\D+\d)",
                r"(?<![\d月])\d{1,3}号(?=[楼桥线路机井泵库厂馆文令]|地块)|第?[一二三四]期(?=工程|项目|建设)",
                rf"(?:\d+|{CHINESE})个?(?:小时|工作日|天|日|分钟|月)[之以]?内(?=[^\d,、;。]*率)",
            )
        ),
        ("负增长率?(?=.)", "下降"),
        ("^0增长$", "零增长"),
        (rf"(?:以|控制在)?({_WRITTEN})(?:为(?:上限|最高限额|限)|封顶)$", r"不超过\1"),
        (rf"以?({_WRITTEN})(?:为下限|保底)$", r"不少于\1"),
        (rf"(?<![^\W\d])限(?={_WRITTEN}$)", "不超过"),
        ("介于(.+)[和与](?=.+之间$)", r"\1~"),
        (rf"(?<=\d)((?:{UNIT})?)限额[以之]?内$", r"\1以内"),
        ("(?:没有?|未)(?=超[过出]|突破|低于|少于|高于|多于)", "不"),
        (rf"(?={_NEIGHBOURS})(.)(.)成(?={_AFTER_TENTHS})", r"百分之\1十至百分之\2十"),
        (rf"(?<![{_ONES}])([{_ONES}])成([{_ONES}]?)(?={_AFTER_TENTHS})", r"百分之\1十\2"),
        ("(?:一半|半数)(?=[及或]?以[上下]|$)", "百分之五十"),
        (rf"^[^\W\d]*±({DIGITS}[%‰])(?:[以之]?内)?$", r"-\1~\1之间"),
        (rf"(?<![不得能应可要])(?:{COMPARISONS[Operator.MORE_THAN]})({_WRITTEN})(?=\(包?含(?:本数|\1)?\))", r"≥\1"),
        (rf"(?<![不得能应可要])(?:{COMPARISONS[Operator.LESS_THAN]})({_WRITTEN})(?=\(包?含(?:本数|\1)?\))", r"≤\1"),
        (rf"(?<!提前)(?<=前)(\d+|{CHINESE})$", r"\1名"),
        (rf"(?:第(?=[^以]+以[内上])|不低于第)(\d+|{CHINESE})[名位]?(?:以[内上])?$", r"前\1名"),
        (r"保持(?:在|为)?第(?=[\d一二三四五六七八九十])", "第"),
        (rf"(?:第|(?:排名?|位[居列]|名列)第?)(\d+|{CHINESE})(?=[名位]$)", r"名次为\1"),
        (rf"(?:(?:^|(?<=全[国省市县区]))第|(?:排名?|位[居列]|名列)第)(\d+|{CHINESE})$", r"名次为\1名"),
        (r"(?<=[\d十百千万])来([^\W\d]{1,3})$", r"\1左右"),
        (r"(?<=\d)([万亿千百])([多余])", r"\2\1"),
        (r"(?:7[×x*])?24小时(?=[^\W\d]{2})(?![以之]?内)", ""),
        (r"^隔(?=[周月天日])", "每2"),
        (r"(?<=\d)\+([^\W\d]{0,3})$|(?<=\d[^\W\d])\+$", r"\1以上"),
        (r"^每(周|月|天|日|季度|季|年)/?次$", r"每\1一次"),
        (r"^一?(?=(?:半?年|双?[月周]|天|日)(?:至少|不少于|≥)?[\d一二两三四五六七八九十]+次)", "每"),
        (r"人民币|[¥￥](?=.*元)", ""),
        (r"(\d)元零?(\d)分", r"\1元0角\2分"),
        (r"(\d)元(\d)角(?:零?(\d)分)?", r"\1.\2\3元"),
        ("(?<=元)整(?=$|[及或]?以|[/)之左])", ""),
        (r"[。;,、·.]+$", ""),
    )
)
_ASIDE = re.compile(r"\([^()]*\)")
_EXCLUDED = re.compile(rf"\(不(?:包?含|包括)(?:本数|{_WRITTEN})?\)")
_PERIOD_WORDS = re.compile(r"(?<![\d~至到-])(?:19|20)\d\d年度?")
_PERHAPS_A_YEAR = re.compile(r"(?:19|20)\d\d(?:\.(?:0[1-9]|1[0-2]))?")
_PERHAPS_A_DAY = re.compile(r"(?:1[0-2]|[1-9])\.(?:3[01]|[12]\d|[1-9])|(?:19|20)\d\d(?:\.\d{1,2})?")
_VAGUE = re.compile("若干.*|一批|多[次个项场]|待定|某.*|.*等|.*(?:性|(?<!效)率)|.*范围内|.*区域")
_MEANS = ("/人", "/户", "/生")
_PER = re.compile(rf"每(?P<several>[两双2-9])?(?P<unit>{UNIT}|季)|(?P<mean>[日周月年人户生])均(?!浓度|值|水平|得分)")
_GAP = re.compile("[,;、。]")
_ELSEWHERE = re.compile("|".join(words for operator, words in COMPARISONS.items() if operator in UP | DOWN))

_WITH_SIGNS = re.compile("逾期|超[标限载期市龄编员支声]|最[低高](?:生活|工资|收入|限价|气温|温度)|不到位|不足额")
_SHARED = re.compile("[各每]|分别|[人户]均|其中")
_NEGATED = re.compile("(?:[未没无非不第含]|没有|高出|(?<![降减最])低)$")
_RISEN_TO = re.compile("(?:增长|增加|提升|提高|上升|扩大|延长|增|升)[到至为]")
_FALLEN_TO = re.compile("(?:下降|降低|减少|压减|压缩|缩短|降|减|缩)[到至为]")
_COST = re.compile("(?:成本|费用|支出|造价|开支|经费)(?:总额|金额|额)?(?:为|:)?$")
_UNWANTED = re.compile(
    rf"(?:{_TROUBLE}|生师比|失业|不良|[发患]病|流失|辍学|漏损|逾期|空置|误差|偏差|浮动|波动|扣分|浓度|排放|能耗|用时|时长)(?:贷款)?[量率数]*(?:次数|件数|起数)?(?:为|:)?$"
)
_CAP = re.compile("(?:上限|封顶线?|限额|限价|控制[数价])[为:]?$")
_MONEY_WORDS = re.compile("成本|费|支出|资金|投资|造价|金额|收入|产值|税")
_LENGTH_OF_TIME = re.compile(
    "(?:时间|用时|时长|时限|周期|期限|工期|年限|寿命|[修保效]期|之日起)[为:]?$|^(?:已|实际|全年|本年|累计|新增|完成|实现|情况|到|[共合总]计|[共数值为达:])+$"
)
_LASTING = re.compile("(?:开放|运行|营业|优良)(?:时间|时长|天数)?[为:]?$")
_RANK = re.compile("名次$")
_DANGLING = re.compile(r"[≤≥<>=²³°‱^×+~/↑↓-]")
_TIME_LIMIT = re.compile("(?:时限|工期|(?:响应|办理|办结|审批|处理|处置|到达|到场|反馈|等候|等待)时间)[为:]?$")
_DONE = re.compile("(?:全部|基本)?(?:完成|办结|答复|到位|送达|到达|响应|处理)")
_FIRST_DATE_YEAR = 1000
_LETTER_FOR_DIGIT = re.compile(r"\d[OolI]+\d")
_TIME_OF_DAY = re.compile(r"\d{1,2}:\d\d")
_PROPORTION = re.compile(r"[\d.]+[:/][\d.]+")


def _plain(text: str) -> str:
    plain = normalised(text)
    if not plain:
        raise NotAnAmount(AmountFault.EMPTY)
    if _NOT_APPLICABLE.fullmatch(plain):
        raise NotAnAmount(AmountFault.NOT_APPLICABLE)
    if SCIENTIFIC.search(plain) or _LETTER_FOR_DIGIT.search(plain):
        raise NotAnAmount(AmountFault.MALFORMED)
    plain = money_in_digits(plain)
    for pattern, repaired in _REPAIRS:
        plain = pattern.sub(repaired, plain)
    plain = as_one_number(plain)
    for aside in _ASIDE.findall(plain):
        # 20万元(不含)以下 and 5人以内(不含5人) are less than that, 90%(±2%) allows for some.
        if ("每" in aside and not _NUMBER.search(aside)) or "±" in aside or _EXCLUDED.fullmatch(aside):
            raise NotAnAmount(AmountFault.PROSE)
    return _ASIDE.sub("", plain)


def _dated(found: Found, text: str) -> Target:
    if _NUMBER.search(found.lead) or _NUMBER.search(found.tail):
        raise NotAnAmount(AmountFault.SEVERAL_NUMBERS)
    operator = Operator.RANGE if found.is_range else Operator.BEFORE
    return Target(text, operator, deadline=found.deadline)


class _Number(NamedTuple):
    """A number with its unit and 以上, from ``start`` to ``end``."""

    start: int
    end: int
    value: Fraction
    places: int
    written: str
    unit: str
    suffix: str
    is_spelt: bool


def _numbers(plain: str) -> list[_Number]:
    found: list[_Number] = []
    while match := _NUMBER.search(plain, found[-1].end if found else 0):
        value, places = _value(match)
        more = plain.startswith(("多", "余"), match.end())
        at = match.end() + more
        known = _UNITS.match(plain, at)
        if known and known[0] == "个":
            known = _OF_THINGS.match(plain, at) or known
        known = _UNKNOWN_IN_TENS.match(plain, at) or known
        none = match["chinese"] or (not value and _NO_TROUBLE.match(plain, at))
        unit = known or (None if none else _UNKNOWN_UNIT.match(plain, at))
        name = _PARTS_OF.get(match["of"], "%") if match["share"] else unit[0] if unit else ""
        at = unit.end() if unit and not match["share"] else at
        at = late.end() if known and (late := _LATE_SUFFIX.match(plain, at)) else at
        if plain.startswith("月", match.end()) or (name.startswith(("年", "学年")) and value >= _FIRST_DATE_YEAR):
            raise NotAnAmount(AmountFault.DATE)
        suffix = _SUFFIX.match(plain, at)
        end = suffix.end() if suffix else at
        # 1次以上/月
        if suffix and (below := _BELOW.match(plain, end)):
            name, end = name + below[0], below.end()
        said = "多" if more or (suffix and suffix[0] in "多余") else suffix[0] if suffix else ""
        spelt = bool(match["chinese"])
        found.append(_Number(match.start(), end, value, places, plain[match.start() : match.end()], name, said, spelt))
    return found


_PARTS_OF = {"百": "%", "千": "‰", "万": "‱", "百万": "㏙"}


def _value(match: re.Match[str]) -> tuple[Fraction, int]:
    if match["part"]:
        return Fraction(match["part"]) / Fraction(match["whole"]), 0
    if match["half"] or match["none"]:
        return Fraction(1 if match["half"] else 0, 2), 0
    of, share = match["of"], "一百" if match["share"] == "百" else match["share"]
    value, places = parse_number(share or match["digits"] or match["chinese"])
    if not share or of in _PARTS_OF:
        return value, places
    # In percent: 三分之二.
    whole = 10**5 if of == "十万" else parse_number(of)[0]
    return value * 100 / whole, places


def _read(plain: str, text: str, level: str) -> Target:
    periods = [_period(match) for match in _PER.finditer(plain)]
    plain = _PER.sub(_HERE, plain)
    numbers = _numbers(plain)
    # 90±2%, ≠0, 下降-2%
    if re.search(r"±|≠|!=|(?<=[减降升加低少落滑高涨增])-", plain):
        raise NotAnAmount(AmountFault.PROSE)
    if _VAGUE.fullmatch(plain) and (not numbers or numbers[0].written == "一"):
        raise NotAnAmount(AmountFault.VAGUE)
    if not numbers:
        raise NotAnAmount(AmountFault.PROSE if has_digit(plain) else AmountFault.NO_NUMBER)
    if len(numbers) == 1:
        return _one(plain, numbers[0], periods, text, level)
    if len(numbers) > 2:
        raise NotAnAmount(AmountFault.SEVERAL_NUMBERS)
    return _two(plain, (numbers[0], numbers[1]), periods, text, level)


_HERE = "\x01"  # replaces 每月 and the like


def _period(match: re.Match[str]) -> str:
    if match["mean"]:
        return f"/{match['mean']}"
    several, unit = match["several"] or "", match["unit"]
    if unit.startswith("个") and not is_time(unit):
        raise NotAnAmount(AmountFault.PROSE)
    return "/" + {"两": "2", "双": "双"}.get(several, several) + unit


def _amount(number: _Number, periods: list[str], words: str, level: str) -> Amount:
    name = number.unit.replace("·", "/").replace("元一", "元/")
    name = name[1:] if name.startswith("个") and name[1:].startswith(_FINE) else name
    is_share = name in ("%", "‰")
    times = [
        one
        for one in periods
        if not (is_share and (one in _MEANS or is_time(one[1:].lstrip("2")))) and not (one in _MEANS and one in name)
    ]
    unit = resolve_unit(name + "".join(times))
    if _OF_THINGS.fullmatch(name) and not unit.known:
        unit = Unit(unit.name, "个", unit.scale, known=True, base="个")
    elif not unit.known and "/" in unit.name:
        unit = replace(unit, known=resolve_unit(unit.name.partition("/")[0]).known)
    if not name and times:
        raise NotAnAmount(AmountFault.PROSE)
    if not unit.base and unit.name and ("成本" in level or _MONEY_WORDS.search(words)):
        unit = Unit(unit.name, MONEY, unit.scale, known=True, base="元")
    written = number.written + ("" if "分之" in number.written else unit.name)
    return Amount(number.value * unit.scale, written, unit=unit, places=number.places)


def _one(plain: str, number: _Number, periods: list[str], text: str, level: str) -> Target:
    before, tail = plain[: number.start], plain[number.end :]
    signs = _LEAD.search(before.rstrip(_HERE))
    words = before[: signs.start()] + before[signs.end() :] if signs else before
    operator = operator_of(signs[0] if signs else "", number.suffix)
    if _GAP.search(words, words.rfind(_HERE) if _HERE in words else len(words)) or _HERE in tail.lstrip(_HERE):
        raise NotAnAmount(AmountFault.SEVERAL_NUMBERS)
    # 95%≤, 30-, -≥40: what is meant by the sign?
    if _DANGLING.match(tail) or words in ("-", "负") or re.search(r"[\d%‰][-~至到]$", words):
        raise NotAnAmount(AmountFault.CONTRADICTORY)
    said = bool(signs and signs[0] not in ("为", ":", "近", "将近")) or bool(number.suffix)
    amount = _amount(number, periods, words, level)
    if signs and signs[0] in ("近", "将近") and kind_of(amount) is Kind.DURATION:
        raise NotAnAmount(AmountFault.PROSE)
    _check_words(words, tail, number, amount, said)
    change = change_of(words + tail if tail == "增长" else words, number.written)
    if operator is Operator.PLAIN and words.endswith("前"):
        operator = Operator.AT_MOST
    low = None if operator in DOWN else amount
    high = None if operator in UP else amount
    better = _better(words, amount, change, level)
    if kind_of(amount) is Kind.DURATION and (_DONE.fullmatch(tail) or _TIME_LIMIT.search(words)):
        better = Better.LESS
    return Target(text, operator, low, high, better=better, change=change)


def _check_words(words: str, tail: str, number: _Number, amount: Amount, said: bool) -> None:
    """Raises NotAnAmount if the words around a number make it a part of something else."""
    is_of_other = (
        # 不超过预算的5%, each 5, 前5年
        _ELSEWHERE.search(_WITH_SIGNS.sub("", words)),
        _SHARED.search(words),
        words.endswith("前") and amount.dimension not in ("名", "位", RATIO),
        _NEGATED.search(words) and not (words.endswith("第") and amount.unit.name in ("名", "位")),
        tail.startswith(("后", "之后", "以后", "以外", "起", "的", "一遇")) and amount.dimension != RATIO,
    )
    if any(is_of_other):
        raise NotAnAmount(AmountFault.PROSE)
    # 3/4 may be a day, 9:30 a time; 15日前 is a day.
    if (not said and re.fullmatch(r"\d{1,2}/\d{1,2}|\d{1,2}:\d\d", number.written)) or (
        number.unit in ("日", "") and tail.startswith(("前", "之前"))
    ):
        raise NotAnAmount(AmountFault.VAGUE_DATE)
    # Which way 1:3 is better is unclear, and always so for 投入产出比; for 3:1 it is not.
    # 1:20以上 is mostly said of the 20, 不低于1:20 of the share.
    is_said = said and not (number.suffix and ":" in number.written and number.value < 1)
    is_clear = (is_said or (number.value > 1 and ":" in number.written)) and "产出" not in words
    if _PROPORTION.fullmatch(number.written) and not is_clear:
        raise NotAnAmount(AmountFault.SEVERAL_NUMBERS)
    # 24小时值守, 间隔5年, 近5年
    around = words.strip(_HERE) or tail.strip(_HERE)
    is_time_of_something = kind_of(amount) is Kind.DURATION and "/" not in amount.unit.name and around
    lengths = (_LENGTH_OF_TIME, _LASTING, _RISEN_TO, _FALLEN_TO)
    if is_time_of_something and not (said or any(one.search(words) for one in lengths) or _DONE.fullmatch(tail)):
        raise NotAnAmount(AmountFault.PROSE)
    # 3公里范围内, 12μmol/L以下: behind words that are no unit.
    if not said and ((number.is_spelt and tail.strip(_HERE)) or re.search("以[上下内]|内$", tail)):
        raise NotAnAmount(AmountFault.PROSE)


def _better(words: str, amount: Amount, change: str, level: str) -> Better:
    """What a number without sign or word asks for."""
    of_money = amount.dimension.partition("/")[0] == MONEY
    if change or _RANK.search(words):
        # 增长-2% may be allowed, or asked for.
        return Better.LESS if not change else Better.UNKNOWN if amount < 0 else Better.MORE
    if not amount:
        # 0起 asks for none; 0% may be a rate of growth.
        is_rate = amount.dimension == RATIO and not _UNWANTED.search(words)
        return Better.UNKNOWN if of_money or is_rate else Better.LESS
    if _FALLEN_TO.search(words) or _CAP.search(words):
        return Better.LESS
    if _COST.search(words) or "成本" in level:
        return Better.LESS if of_money else Better.UNKNOWN
    if _UNWANTED.search(words) or amount.dimension.startswith("摄氏度") or not amount.unit.known:
        return Better.UNKNOWN
    is_limit = "时效" in level and kind_of(amount) is Kind.DURATION and not _LASTING.search(words)
    return Better.LESS if is_limit else Better.MORE


_THINGS = re.compile(rf"(?!{_NO_UNIT}|{_SUFFIX.pattern}|[的范左已未待])[^\W\d_]{{1,6}}")
_BETWEEN = re.compile(
    rf"(?P<range>[-~至到])|≤[^\W\d]{{1,6}}≤|[且,、并]*(?P<limit>(?:{COMPARISONS[Operator.AT_MOST]})+|(?P<below>{COMPARISONS[Operator.LESS_THAN]}))|"
    rf"了?(?P<up>{_RISEN_TO.pattern}{_SIGN}*)|了?(?P<down>{_FALLEN_TO.pattern}{_SIGN}*)"
)


def _two(plain: str, numbers: tuple[_Number, _Number], periods: list[str], text: str, level: str) -> Target:
    """A range, or a change from one level to another."""
    first, last = numbers
    between = _BETWEEN.fullmatch(plain, first.end, last.start)
    if between is None:
        raise NotAnAmount(AmountFault.SEVERAL_NUMBERS)
    if any(_TIME_OF_DAY.fullmatch(number.written) for number in numbers):
        raise NotAnAmount(AmountFault.VAGUE_DATE)
    before = plain[: first.start]
    if between["up"] or between["down"]:
        amount = _amount(last, periods, before, level)
        better = Better.MORE if between["up"] else Better.LESS
        if first.suffix or last.suffix or plain[last.end :]:
            raise NotAnAmount(AmountFault.PROSE)
        return Target(text, Operator.PLAIN, amount, amount, better=better)
    signs = _LEAD.search(before)
    operator = operator_of(signs[0] if signs else "", "")
    controlled = bool(signs and "控制在" in signs[0])
    wanted = UP if between["limit"] else (Operator.PLAIN, Operator.AT_MOST)[: 1 + controlled]
    tail = plain[last.end :].strip(_HERE)
    # 3-5篇论文
    thing = tail.removesuffix("之间").removesuffix("区间")
    is_plain = not thing or (_THINGS.fullmatch(thing) and not is_time(last.unit))
    if operator not in wanted or first.suffix or last.suffix or not is_plain:
        raise NotAnAmount(AmountFault.CONTRADICTORY)
    # The lower end may leave its unit out (2-3家) or shorten it (1000万-2000万元).
    if not first.unit:
        first = first._replace(unit=last.unit)
    elif resolve_unit(first.unit).base == "":
        first = first._replace(unit=first.unit + resolve_unit(last.unit).base)
    words = before[: signs.start()] if signs else before
    least, most = (_amount(number, periods, words, level) for number in (first, last))
    if least.dimension != most.dimension or least > most:
        raise NotAnAmount(AmountFault.CONTRADICTORY)
    change = change_of(words, first.written)
    better = Better.LESS if operator is Operator.AT_MOST else _better(words, most, change, level)
    # 3-5家 may be exceeded, ≥3家且≤5家 may not.
    better = Better.EXACTLY if thing != tail or "酸碱度" in words or "≤" in between[0] or between["limit"] else better
    is_open = operator is Operator.MORE_THAN, bool(between["below"])
    return Target(text, Operator.RANGE, least, most, better=better, change=change, is_open=is_open)


def says_not_applicable(text: str) -> bool:
    """Whether an actual value says that the row does not apply, with its basis or not (不适用：没有采购)."""
    return text.strip().startswith(("不适用", "不涉及"))
