"""Units: which are known, what they measure, what one of them is worth."""

from __future__ import annotations

import re
from collections.abc import Collection
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Final

from msgspec import Struct

MONEY = "money"
RATIO = "ratio"
MONEY_UNITS = ("元", "千元", "万元", "百万元", "千万元", "亿元")
"""The units of money to name in a hint."""

_ONE = Fraction(1)

_SCALES: dict[str, Fraction] = {
    "万亿": Fraction(10**12),
    "千万": Fraction(10**7),
    "百万": Fraction(10**6),
    "十万": Fraction(10**5),
    "亿": Fraction(10**8),
    "万": Fraction(10**4),
    "千": Fraction(10**3),
    "百": Fraction(10**2),
}
"""Longest first: 万亿 is not 万 of 亿…"""

_MEASURES: dict[str, tuple[str, Fraction]] = {
    "元": (MONEY, _ONE),
    "%": (RATIO, Fraction(1, 100)),
    "‰": (RATIO, Fraction(1, 1000)),
    "‱": (RATIO, Fraction(1, 10_000)),
    "㏙": (RATIO, Fraction(1, 10**6)),
    **dict.fromkeys(("日", "日历日", "日历天", "自然日"), ("天", _ONE)),
    "月": ("个月", _ONE),
    "双月": ("个月", Fraction(2)),
    "个工作日": ("工作日", _ONE),
    "个百分点": ("百分点", _ONE),
    "千米": ("米", Fraction(1000)),
    "公里": ("米", Fraction(1000)),
    "海里": ("米", Fraction(1852)),
    "㎡": ("平方米", _ONE),
    **dict.fromkeys(("平", "平米"), ("平方米", _ONE)),
    "平方公里": ("平方米", Fraction(10**6)),
    "平方千米": ("平方米", Fraction(10**6)),
    "公顷": ("平方米", Fraction(10**4)),
    "亩": ("平方米", Fraction(2000, 3)),
    "公斤": ("千克", _ONE),
    "斤": ("千克", Fraction(1, 2)),
    "克": ("千克", Fraction(1, 1000)),
    "毫克": ("千克", Fraction(1, 10**6)),
    "微克": ("千克", Fraction(1, 10**9)),
    "厘米": ("米", Fraction(1, 100)),
    "毫米": ("米", Fraction(1, 1000)),
    "立方": ("立方米", _ONE),
    "升": ("立方米", Fraction(1, 1000)),
    "毫升": ("立方米", Fraction(1, 10**6)),
    "人日": ("人天", _ONE),
    "毫秒": ("秒", Fraction(1, 1000)),
    "星期": ("周", _ONE),
    "吨": ("千克", Fraction(1000)),
    "兆瓦": ("千瓦", Fraction(1000)),
    "兆帕": ("千帕", Fraction(1000)),
    "度": ("千瓦时", _ONE),
    "标箱": ("标准箱", _ONE),
}
"""Units that are not their own dimension, or are worth more than one of it."""

_COUNT_WORDS = (
    "个 家 户 人 名 位 人次 项 件 份 本 册 套 篇 条 期 次 场 场次 批 批次 班次 届 轮 笔 起 宗 例 台 辆 艘 架 座 栋 幢 "
    "间 处 所 只 头 株 棵 张 枚 块 片 支 队 组 对 门 种 类 款 级次 镇 村 点 分 倍 字 页 幅 面 条次 家次 项次 户次 "
    "件次 车次 学时 课时 小时 分钟 秒 天 周 个月 季度 年 工作日 百分点 床 张床 间次 班 站 篇次 档 部 集 米 平方米 "
    "立方米 千克 千瓦 千瓦时 吨标准煤 标准箱 千帕 浊度单位 美元 欧元 港元 港币 分贝 人天 人年 企业 项目 基站 城市 县 "
    "市 区 乡 街道 社区 园区 校 学校 医院 床位 车位 工位 席 席位 岗位 具 盏 根 杆 口 眼 井 剂次 月 旬 季 半年 学期 "
    "学年 摄氏度 顶 顿 束 桶 袋 箱 瓶 罐 盒 捆 卷 副 双 尾 羽 匹 艘次 架次 亩次 册次 辆次 头次 台次 例次 趟 桩 学位 "
    "机时 泊位 航次 列次 梯次 人份 工时 网点 站点 点位 试点 窗口 标段 网格 航班 担 方"
)
_COUNTS = frozenset(_COUNT_WORDS.split())
"""Units that are their own dimension: 家 compares with 家."""

_THINGS = "村 镇 乡 县 市 区 街道 社区 园区 学校 医院 企业 项目 城市 基站"

_KIN = (
    frozenset({"人", "人次", "名", "位"}),
    frozenset({"次", "场", "场次", "期", "批", "批次", "班次", "届", "轮"}),
    frozenset({"家", "户", "个", "家次", "户次"}),
    frozenset({"个", "项", "件", "份", "项次", "件次"}),
    frozenset({"本", "册", "份"}),
    *(frozenset({"个", one}) for one in _THINGS.split()),
)
"""Units that people confuse: their numbers may be compared with a remark that the units differ."""


class Unit(Struct, frozen=True):
    """A unit as written, what it measures, and its worth in the dimension's base unit.

    ``known`` is false for a unit that is neither built in nor declared: it is its own dimension. ``base`` is the unit
    without its scale (万元 → 元).
    """

    name: str
    dimension: str
    scale: Fraction
    known: bool
    base: str


NO_UNIT: Final = Unit("", "", Fraction(1), known=True, base="")


def known_units() -> tuple[str, ...]:
    """The built-in units."""
    return tuple(sorted(_MEASURES.keys() | _COUNTS))


def resolve_unit(name: str, declared: Collection[str] = ()) -> Unit:
    """The unit of that name; ``declared`` units are known, too. Never fails."""
    return _resolved(name, tuple(declared))


# A report names a dozen units, thousands of times.
@lru_cache(maxsize=1024)
def _resolved(name: str, declared: tuple[str, ...]) -> Unit:
    parts = [_single(part, declared) for part in name.split("/")]
    if len(parts) == 1:
        return parts[0]
    scale = parts[0].scale / prod(part.scale for part in parts[1:])
    known = all(part.known and part.name for part in parts)
    return Unit(name, "/".join(part.dimension for part in parts), scale, known, name)


@lru_cache(maxsize=1024)
def are_kin(one: str, other: str) -> bool:
    """Whether two different dimensions may be compared by their numbers (人次 and 人, 人次/周 and 人/周)."""
    parts, others = one.split("/"), other.split("/")
    return len(parts) == len(others) and all(
        part == its or any(part in family and its in family for family in _KIN)
        for part, its in zip(parts, others, strict=True)
    )


_TIMES = {
    **dict.fromkeys(("秒", "分钟", "小时"), "秒"),
    **dict.fromkeys(("天", "周"), "天"),
    **{unit: unit for unit in ("学期", "学年")},
    **dict.fromkeys(("旬", "个月", "季", "季度", "半年", "年"), "个月"),
}
_LENGTHS: dict[str, int | Fraction] = {
    "分钟": 60,
    "小时": 3600,
    "周": 7,
    "旬": Fraction(1, 3),
    "季": 3,
    "季度": 3,
    "半年": 6,
    "年": 12,
}
PER_YEAR = {"年": 1, "半年": 2, "季度": 4, "季": 4, "个月": 12, "旬": 36}
"""How many of a period make a year."""
DAYS = {"小时": Fraction(1, 24), "分钟": Fraction(1, 1440), "秒": Fraction(1, 86400), "天": Fraction(1)}
"""Lengths of time in days."""


def is_count(unit: str) -> bool:
    """Whether a unit only says what is counted (家, 人): numbers without a unit may have it."""
    one = resolve_unit(unit)
    return one.scale == 1 and one.dimension in _COUNTS


def is_time(unit: str) -> bool:
    """Whether one of these units is a length of time."""
    return resolve_unit(unit).dimension in _TIMES or resolve_unit(unit).dimension == "工作日"


def time_factor(one: str, other: str) -> Fraction | None:
    """The worth of the first dimension in the second if they differ only in exact units of time (年, 个月)."""
    parts, others = one.split("/"), other.split("/")
    factor = Fraction(1)
    for number, (part, its) in enumerate(zip(parts, others, strict=False)):
        if part != its:
            # 每天 may mean each working day.
            if number and {part, its} == {"天", "周"}:
                return None
            if part not in _TIMES or _TIMES[part] != _TIMES.get(its):
                return None
            worth = Fraction(_LENGTHS.get(part, 1), _LENGTHS.get(its, 1))
            factor = factor / worth if number else factor * worth
    return factor if len(parts) == len(others) else None


_PARTS = {
    ("年", "个月"): 12,
    ("天", "小时"): 24,
    ("小时", "分钟"): 60,
    ("小时", "分"): 60,
    ("分钟", "秒"): 60,
    ("分", "秒"): 60,
}


def units_per(great: str, small: str) -> Fraction | None:
    """How many small units make a great one, for amounts in both (2年3个月, 3亿2500万元, 5公里300米)."""
    times = _PARTS.get((great.removeprefix("个"), small if small == "个月" else small.removeprefix("个")))
    if times is not None:
        return Fraction(times)
    one, other = resolve_unit(great), resolve_unit(small)
    if one.base and (one.base == other.base or one.dimension != other.dimension):
        return None
    factor: Fraction = one.scale / other.scale
    return factor if factor > 1 and factor.denominator == 1 else None


def _single(name: str, declared: Collection[str]) -> Unit:
    whole = _unscaled(name, _ONE, name, declared)
    if whole.known:
        return whole
    # 次/2周
    if name[:1].isdecimal() and (one := _unscaled(name, _ONE, name[1:], declared)).known:
        return Unit(name, one.dimension, one.scale * int(name[0]), known=bool(name[1:]), base=name)
    for prefix, scale in _SCALES.items():
        if name.startswith(prefix):
            rest = _unscaled(name, scale, name.removeprefix(prefix), declared)
            if rest.known:
                return rest
    return whole


def _unscaled(name: str, scale: Fraction, base: str, declared: Collection[str]) -> Unit:
    if base in declared or base == "":
        return Unit(name, base, scale, known=True, base=base)
    counted = base.removeprefix("个") or base
    dimension, worth = _MEASURES.get(base) or (base if base in _COUNTS else counted, _ONE)
    return Unit(name, dimension, scale * worth, known=base in _MEASURES or dimension in _COUNTS, base=base)


_SCALE = "|".join(_SCALES)
_NAMES = sorted(known_units(), key=lambda unit: (-len(unit), unit))
_LONG_NAMES = "|".join(re.escape(name) for name in _NAMES if len(name) > 1)
_SHORT_NAMES = "".join(re.escape(name) for name in _NAMES if len(name) == 1)
# Single characters as a class compile and match much faster; a dozen patterns contain this.
UNIT = rf"(?:(?:{_SCALE})?(?:个?(?:{_LONG_NAMES})|[{_SHORT_NAMES}])|{_SCALE})"
"""A pattern that finds a known unit."""
SIGNS_OF_UNITS = {
    "[kK][gG]": "公斤",
    "mg|㎎": "毫克",
    "[μµ]g|㎍": "微克",
    "t": "吨",
    "m[lL]": "毫升",
    "[lL]": "升",
    "[kK][mM][²2]": "平方公里",
    "m[²2]": "平方米",
    "m[³3]": "立方米",
    "[kK][mM]": "公里",
    "cm": "厘米",
    "mm": "毫米",
    "m": "米",
    "ha": "公顷",
    "[kK][wW]·?[hH]|千瓦·时": "千瓦时",
    "kW": "千瓦",
    "MW": "兆瓦",
    "[kK][pP]a": "千帕",
    "M[pP]a": "兆帕",
    "NTU": "浊度单位",
    "ppm": "㏙",
    "h": "小时",
    "min": "分钟",
    r"dB(?:\([ACc]\))?": "分贝",
    "℃|[°º˚][cC]": "摄氏度",
    "TEU|teu": "标准箱",
}
"""Symbols of units, as patterns, with the names of the units."""
