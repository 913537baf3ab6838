"""Rule: a reference to a field that was not filled in prints nothing: 「金额为{{ 金额 }}元」 reads 「金额为元」."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from generator.base.tags import whole_tags
from generator.checking.rule import Example, Rule
from generator.checking.text import codes
from generator.checking.text.finding import findings, slips_of
from generator.checking.text.slip import Slip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.base.tags import whole_tags
    from generator.checking.case import Case
from generator.checking.rule import Given

__all__ = ["BLANK_REFERENCE", "blank_references"]

_REFERENCE = re.compile(r"\{\{-?\s*(?P<path>[^\s|{}()'\"]+)\s*(?P<filters>\|[^{}]*)?-?\}\}")
_STEP = re.compile(r"[^.\[\]]+")


def blank_references(text: str, names: Mapping[str, object]) -> Iterator[Slip]:
    """The references of a text to values that were not filled in.

    Within ``{% if … %}`` nothing is said: there the author has thought of it.

    Args:
        text: The text.
        names: What it can refer to.
    """
    if any(text.startswith("{%", start) for start, _ in whole_tags(text)):
        return
    for match in _REFERENCE.finditer(text):
        if "default" not in (match["filters"] or "") and _is_blank(match["path"], names):
            yield Slip(*match.span(), f"引用的「{match['path']}」没有填，印出来是空的")


def _is_blank(path: str, names: Mapping[str, object]) -> bool:
    """Whether the path leads to a value, and that is blank."""
    value: object = names
    for step in _STEP.findall(path):
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif (
            isinstance(value, Sequence)
            and not isinstance(value, str)
            and step.isdecimal()
            and 0 < int(step) <= len(value)
        ):
            value = value[int(step) - 1]
        else:
            return False
    return value is None or value in ("", [])


def _find(case: Case, _given: Given) -> Iterator[Finding]:
    texts = case.printed_with(_REFERENCE)
    return findings(codes.BLANK_REFERENCE, slips_of(texts, lambda text: blank_references(text, case.report.content)))


BLANK_REFERENCE = Rule(
    name="空的引用",
    group=12,
    codes=(codes.BLANK_REFERENCE,),
    why=(
        "文字里引用的字段没有填，印出来是空的，如「金额为元」。写在条件「{% if … %}」里的，用「default」"
        "给了代替文字的，不报。"
    ),
    find=_find,
    examples=(
        Example(
            codes.BLANK_REFERENCE,
            bad='自评结论: "没有完成是因为{{ 绩效目标[1].原因 }}。"',
            good="自评结论: \"没有完成是因为{{ 绩效目标[1].原因 | default('疫情', true) }}。\"",
            place="自评结论",
            marked="{{ 绩效目标[1].原因 }}",
        ),
    ),
)
