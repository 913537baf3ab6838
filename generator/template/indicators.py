"""indicators.yaml to the scoring form, and the sums that its weights must keep."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.diagnostics import Finding
from generator.figures import plain
from generator.template import codes
from generator.template.model import Indicator, Item, Scoring
from generator.template.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.diagnostics import Span
    from generator.figures import Form

__all__ = ["check_weights", "read_indicators"]


@dataclass(frozen=True, slots=True)
class _Defaults:
    forms: Mapping[str, Form]
    shares: Mapping[str, Fraction]


def read_indicators(
    readers: Iterable[Reader], forms: Mapping[str, Form], shares: Mapping[str, Fraction]
) -> tuple[Indicator, ...]:
    """The root indicators of the form, each with everything below it."""
    defaults = _Defaults(forms, shares)
    return tuple(_indicator(reader, "", 1, defaults) for reader in readers)


def _indicator(reader: Reader, above: str, level: int, defaults: _Defaults) -> Indicator:
    name = reader.text("名称", required=True)
    path = f"{above}/{name}".lstrip("/")
    reader.path = f"指标.{name}"
    level = int(reader.number("级别") or level)
    form = reader.choice("取值形式", defaults.forms, "印制形式", default="无")
    indicator = Indicator(
        name=name,
        path=path,
        level=level,
        weight=reader.number("分值", required=True) or Fraction(0),
        span=reader.node.span,
        children=tuple(_indicator(child, path, level + 1, defaults) for child in reader.readers("下级")),
        bonus=reader.flag("附加"),
        value=reader.formula("取值"),
        value_form=defaults.forms.get(form),
        score=reader.formula("得分"),
        parameters=reader.formulas("参数"),
        items=tuple(_item(item, defaults) for item in reader.readers("要点")),
        standard=reader.text("评分标准"),
        narrative=reader.text("叙述"),
        basis=reader.text("依据"),
        weight_span=reader.place("分值"),
    )
    reader.finish()
    if not indicator.children and not indicator.items and reader.get("得分") is None:
        reader.findings.append(codes.NO_SCORE.at(indicator.span, reader.path, name=name))
    return indicator


def _item(reader: Reader, defaults: _Defaults) -> Item:
    item = Item(
        name=reader.text("名称", required=True),
        weight=reader.number("分值", required=True) or Fraction(0),
        span=reader.node.span,
        shares={**defaults.shares, **reader.numbers("结论")},
        score=reader.formula("得分"),
        narrative=reader.text("叙述"),
        weight_span=reader.place("分值"),
    )
    reader.finish()
    return item


def check_weights(roots: tuple[Indicator, ...], scoring: Scoring | None) -> list[Finding]:
    """Findings for every sum that does not hold: of the form, of each group, of each indicator's items; and doubles."""
    weights = [root.weight for root in roots]
    found = _sum("满分", scoring.full, weights, scoring.full_span) if scoring is not None else []
    for indicator in (node for root in roots for node in root.walk()):
        parts = [child.weight for child in indicator.children] or [item.weight for item in indicator.items]
        if parts:
            found += _sum(indicator.name, indicator.weight, parts, indicator.weight_span)
        found += _doubles([(f"{indicator.name}.{item.name}", item.span) for item in indicator.items])
    return found + _doubles([(node.name, node.span) for root in roots for node in root.walk()])


def _doubles(named: list[tuple[str, Span]]) -> list[Finding]:
    """Findings for every name that was there before: a second one would take the score of the first."""
    first: dict[str, Span] = {}
    found = []
    for name, span in named:
        if name in first:
            found.append(codes.REPEATED.at(span, f"指标.{name}", name=name, first=f"第 {first[name].line} 行"))
        first.setdefault(name, span)
    return found


def _sum(name: str, stated: Fraction, parts: list[Fraction], span: Span) -> list[Finding]:
    computed = sum(parts, Fraction(0))
    if computed == stated:
        return []
    return [codes.WEIGHTS.at(span, f"指标.{name}", name=name, stated=plain(stated), computed=plain(computed))]
