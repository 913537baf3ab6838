"""A template's switches, held against the rules that there are."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from generator.base.amount import NotAnAmount, parse_amount
from generator.base.diagnostics import suggestion
from generator.base.units import RATIO
from generator.checking import codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.base.diagnostics import Finding, Severity, Span
    from generator.checking.rule import Given, Rule, Setting
    from generator.template import Switch, Template

__all__ = ["Use", "misused_switches", "used_rules"]


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
                yield Use(rule, None, _defaults(rule))
        elif switch.on or (switch.on is None and not rule.off):
            yield Use(rule, switch.level, {**_defaults(rule), **_given(rule, switch)})


def _defaults(rule: Rule) -> Given:
    return {name: setting.default for name, setting in rule.settings.items()}


def _given(rule: Rule, switch: Switch) -> Given:
    known = {name: texts for name, (texts, _) in switch.settings.items() if name in rule.settings}
    values = {name: _value(rule.settings[name], texts) for name, texts in known.items()}
    return {name: value for name, value in values.items() if value is not None}


def _value(setting: Setting, texts: tuple[str, ...]) -> Fraction | tuple[str, ...] | None:
    """What a template writes for a setting; None where it is not what the setting takes."""
    if isinstance(setting.default, tuple):
        return texts
    try:
        amount = parse_amount(texts[0] if len(texts) == 1 else "")
    except NotAnAmount:
        return None
    return amount if amount.dimension in ("", RATIO) and amount >= 0 else None


def misused_switches(rules: Iterable[Rule], template: Template) -> Iterator[Finding]:
    """What a template switches that there is not, or in a way that does not fit: errors of its checks.yaml."""
    known = {rule.name: rule for rule in rules if not rule.fixed}
    for switch in template.switches:
        path = f"检查.{switch.name}"
        if switch.name not in known:
            hint = suggestion(switch.name, known)
            yield codes.UNKNOWN_CHECK.at(switch.span, path, hint=hint, name=switch.name)
            continue
        yield from _misused_settings(known[switch.name].settings, switch.settings, path)


def _misused_settings(
    settings: Mapping[str, Setting], given: Mapping[str, tuple[tuple[str, ...], Span]], path: str
) -> Iterator[Finding]:
    for name, (texts, span) in given.items():
        place = f"{path}.{name}"
        if name not in settings:
            hint = suggestion(name, ["级别", *settings])
            yield codes.UNKNOWN_SETTING.at(span, place, hint=hint, name=name)
        elif _value(settings[name], texts) is None:
            yield codes.BAD_SETTING.at(span, place, name=name, text="、".join(texts))
