"""The part 指标 of an empty input: every scored indicator with its weight and standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.base.forms import plain
from generator.formula import names_in
from generator.starting.wording import as_key, flat, indented

if TYPE_CHECKING:
    from generator.formula import Expression
    from generator.template import Indicator, Item, Template

__all__ = ["conclusion_about", "entry_lines", "stated_about"]

_HEAD = (
    "# 各项指标。自评分只填由部门自评的指标；说明写情况和依据；没有得满分的写明原因；佐证写材料的名称，",
    "# 或放在这个文件夹里的文件，几种的写成 [材料一, 佐证/材料二.pdf]。",
    "指标:",
)
_STATED = ("自评分",)


def entry_lines(template: Template) -> list[str]:
    """The lines of the part; none for a template without a scoring form."""
    if not template.indicators:
        return []
    below = [line for indicator in template.indicators for line in _branch(indicator, ())]
    return ["", *_HEAD, *indented(below)]


def _branch(indicator: Indicator, above: tuple[str, ...]) -> list[str]:
    if not indicator.children:
        return ["", *_about(indicator), f"{as_key(indicator.name)}:", *indented(_keys(indicator))]
    here = (*above, f"{flat(indicator.name)}（{plain(indicator.weight)} 分）")
    lines = [line for child in indicator.children for line in _branch(child, here)]
    heads_leaves = not indicator.children[0].children
    return ["", f"# ══ {' › '.join(here)} ══", *lines] if heads_leaves else lines


def _about(indicator: Indicator) -> list[str]:
    way = "由程序计算，不填分"
    if _is_stated(indicator.score):
        way = f"由部门自评，填{stated_about(indicator)}"
    elif any(item.score is None for item in indicator.items):
        way = "按要点评分，逐点填「结论」"
    lines = [f"# {flat(indicator.name)} · {plain(indicator.weight)} 分 · {way}{_evidence(indicator)}"]
    return [*lines, f"# 评分标准：{flat(indicator.standard)}"] if indicator.standard else lines


def _evidence(indicator: Indicator) -> str:
    """What evidence the bureau must name."""
    required = indicator.evidence
    if required is None:
        return ""
    count = f" {required.least} 种" if required.least > 1 else ""
    named = f"（{'、'.join(map(flat, required.titles))}）" if required.titles else ""
    return f" · 要有佐证{'文件' if required.as_files else ''}{count}{named}"


def _keys(indicator: Indicator) -> list[str]:
    lines = ["自评分:"] if _is_stated(indicator.score) else []
    if indicator.items:
        lines += ["要点:", *indented(line for item in indicator.items for line in _item(item))]
    return [*lines, "说明:", "原因:", "佐证:"]


def _item(item: Item) -> list[str]:
    about = f"{plain(item.weight)} 分 · {'由程序计算' if item.score is not None else _worth(item)}"
    keys = ["结论:"] if item.score is None else ["自评分:"] if _is_stated(item.score) else []
    return [f"# {about}", f"{as_key(item.name)}:", *indented([*keys, "说明:"])]


def _worth(item: Item) -> str:
    """What each conclusion earns."""
    return "、".join(f"{name}得 {plain(item.weight * share)} 分" for name, share in item.shares.items())


def _is_stated(score: Expression | None) -> bool:
    return score is not None and _STATED in {name.path for name in names_in(score.root)}


def stated_about(indicator: Indicator) -> str:
    """What a judged score may be."""
    return f"「自评分」（0 到 {plain(indicator.weight)}）"


def conclusion_about(item: Item) -> str:
    """What a conclusion may be."""
    return f"「结论」（{'、'.join(item.shares)}）"
