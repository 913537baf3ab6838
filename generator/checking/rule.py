"""What a check is made of: the rule, its settings, its examples, and the thirteen kinds of objections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from msgspec import Struct, field

from generator.base.diagnostics import Code, Finding
from generator.checking.context import Case

__all__ = ["GROUPS", "Example", "Find", "Given", "Rule", "Setting"]

GROUPS = {
    1: "各部分相加不等于合计，得分超过分值，同一得分两处不同",
    2: "按规则评定的得分和规则算出的不同",
    3: "没有完成、没有满分或大幅超额而没有说明原因",
    4: "同一事实两处的数不同",
    5: "「若干项，完成若干项」和清单的数目不同",
    6: "收支、结转等金额关系不成立",
    7: "有预算没有指标，有项目没有得分，权重合计不对",
    8: "目标和实际的单位不同或没有单位",
    9: "目标不能衡量，实际值只是界限或照抄目标，期间不同",
    10: "层次序号颠倒、跳级，标题下没有内容",
    11: "年份不是报告年度或其前后一年，文号不合规范",
    12: "标点、括号、引号和称谓",
    13: "剔除或不适用没有写明依据",
}
"""What reviewers object to, the most valuable first."""

Given = Mapping[str, Fraction | tuple[str, ...]]
"""The settings of a rule as the template at hand has them: a number, or words."""

Find = Callable[[Case, Given], Iterable[Finding]]


class Setting(Struct, frozen=True):
    """Something of a rule that a template may change in checks.yaml: a number (30% is 3/10), or a list of words."""

    default: Fraction | tuple[str, ...]
    what: str


class Example(Struct, frozen=True):
    """A change of the example input (tests/checking/示例) that a rule finds, and one like it that it does not.

    ``bad`` and ``good`` are YAML, one ``path: value`` a line, as in the test cases of templates. ``place`` is the path
    that the finding of ``code`` names, ``marked`` the piece of the input that it underlines.
    """

    code: Code
    bad: str
    good: str
    place: str
    marked: str


class Rule(Struct, frozen=True):
    """One check.

    Attributes:
        name: Its name in Chinese, by which checks.yaml switches it; unique.
        group: Which of ``GROUPS`` it belongs to.
        codes: What it finds. Each has a page of its own in docs/检查/.
        why: For that page, in Chinese: what is looked at, what is allowed for, what is left alone, and why it matters.
        find: From a report, and the rule's settings, to findings. Each finding is at its code's own severity.
        examples: At least one for each code.
        settings: What a template may change besides the level, by name.
        off: Whether it is off until a template switches it on.
        fixed: Whether templates cannot switch it, because what it says has its level elsewhere.
    """

    name: str
    group: int
    codes: tuple[Code, ...]
    why: str
    find: Find
    examples: tuple[Example, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    off: bool = False
    fixed: bool = False
