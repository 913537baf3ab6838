"""Rules, their settings and examples, the groups of objections, and the switches of templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct, field

from generator.base.amount import NotAnAmount, parse_amount
from generator.base.diagnostics import Code, Finding, Severity, suggestion
from generator.base.units import RATIO
from generator.checks import codes
from generator.checks.context import Case
from generator.template.model import Template

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
    14: "指标的方向、种类、数量不合规定，指标重复",
    15: "不可能的数，花钱与产出不相称，处处满分",
    16: "原因空洞，满意度没有调查，文字是别处的",
    17: "公开的材料里有个人信息或涉密字样",
}
"""What reviewers object to, the most valuable first."""

Given = Mapping[str, Fraction | tuple[str, ...]]
"""The settings of a rule as the template at hand has them: a number, or words."""

Find = Callable[[Case, Given], Iterable[Finding]]


class Setting(Struct, frozen=True):
    """A setting of a rule that templates may change in checks.yaml: a number (30% is 3/10), or a list of words."""

    default: Fraction | tuple[str, ...]
    what: str


def listed(words: str) -> tuple[str, ...]:
    """The words of a setting, written with blanks between them."""
    return tuple(words.split())


class Example(Struct, frozen=True):
    """A change of the example input (tests/checks/示例) that a rule reports, and a similar one that it accepts.

    ``bad`` and ``good`` are YAML, one ``path: value`` a line, as in the test cases of templates. ``place`` is the path
    that the finding of ``code`` names, ``marked`` the piece of the input that it underlines.
    """

    code: Code
    bad: str
    good: str
    place: str
    marked: str


class Rule(Struct, dict=True, frozen=True):
    """One check.

    Attributes:
        name: Its name in Chinese, by which checks.yaml switches it; unique.
        group: Which of ``GROUPS`` it belongs to.
        codes: The codes of its findings. Each has a page in docs/检查/.
        why: The text of that page, in Chinese: what is checked, what is tolerated or left alone, and why it matters.
        find: Yields findings for a report and the rule's settings, at the severity of their codes.
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

    @cached_property
    def defaults(self) -> Given:
        """The settings that no template changed."""
        return {name: setting.default for name, setting in self.settings.items()}


class Use(NamedTuple):
    """A rule as a template uses it; ``level`` is None where the severity of its codes stays."""

    rule: Rule
    level: Severity | None
    given: Given


def used_rules(rules: Iterable[Rule], template: Template) -> Iterator[Use]:
    """The rules that are on for a template, in their order, with its levels and settings."""
    switches = {switch.name: switch for switch in template.switches}
    for rule in rules:
        switch = switches.get(rule.name)
        if switch is None:
            if not rule.off:
                yield Use(rule, None, rule.defaults)
        elif switch.on or (switch.on is None and not rule.off):
            given = {}
            for name, setting in rule.settings.items():
                value = _value(setting, switch.settings[name][0]) if name in switch.settings else None
                given[name] = setting.default if value is None else value
            yield Use(rule, switch.level, given)


def _value(setting: Setting, texts: tuple[str, ...]) -> Fraction | tuple[str, ...] | None:
    """The value that a template gives a setting; None where the setting does not take it."""
    if isinstance(setting.default, tuple):
        return texts
    try:
        amount = parse_amount(texts[0] if len(texts) == 1 else "")
    except NotAnAmount:
        return None
    return amount if amount.dimension in ("", RATIO) and amount >= 0 else None


def misused_switches(rules: Iterable[Rule], template: Template) -> Iterator[Finding]:
    """Errors in a template's checks.yaml: unknown checks, unknown settings, bad values."""
    known = {rule.name: rule for rule in rules if not rule.fixed}
    for switch in template.switches:
        path = f"检查.{switch.name}"
        if switch.name not in known:
            hint = suggestion(switch.name, known)
            yield codes.UNKNOWN_CHECK.at(switch.span, path, hint=hint, name=switch.name)
            continue
        settings = known[switch.name].settings
        for name, (texts, span) in switch.settings.items():
            if name not in settings:
                hint = suggestion(name, ["级别", *settings])
                yield codes.UNKNOWN_SETTING.at(span, f"{path}.{name}", hint=hint, name=name)
            elif _value(settings[name], texts) is None:
                yield codes.BAD_SETTING.at(span, f"{path}.{name}", name=name, text="、".join(texts))
