"""Punctuation: half-width behind Chinese, doubled, and signs of comparison that no printer of official texts uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.checking.rule import Example, Rule
from generator.checking.text import codes
from generator.checking.text.finding import Slip, TextFinder, findings, slips_of, values_with
from generator.checking.text.masking import HAN, numbers_masked
from generator.checking.texts import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.checking.context import Case
    from generator.checking.rule import Given

__all__ = ["COMPARISON", "DOUBLED", "HALF_WIDTH", "comparison_signs", "doubled_punctuation", "half_width_punctuation"]

_WIDE = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
_WIDE_MARKS = "，。；：、！？）》〉】〕」』”’％…—"
_OPENING = "（《〈【〔「『“‘"
_BEHIND = re.compile(rf"(?:(?<={HAN}|[{_WIDE_MARKS}])|(?<=(?:{HAN}|[{_WIDE_MARKS}]) ))[,;:!?]")
_BEFORE = re.compile(
    rf"(?<=[0-9A-Za-z%)\]‰])[,;!?](?={HAN}|[{_OPENING}])|(?<={HIDDEN})[,;!?](?={HAN}|[{_OPENING}{HIDDEN}])"
)
_FULL_STOP = re.compile(rf"(?<={HAN}|[{_WIDE_MARKS}])\.(?![.\w])|(?<=[^\n][0-9%)\]])\.$", re.MULTILINE)
_BETWEEN = re.compile(rf"(?<={HAN})\.(?={HAN})")
_ELLIPSIS = re.compile(rf"(?<={HAN}|[{_WIDE_MARKS}])\.{{2,}}|。{{3,}}")
_HAS_CHINESE = re.compile(HAN)

_TWICE = r"([，；：、！？])\1+|(?<!。)。。(?!。)"
_CLASH = r"([，、；：。])(?=[，、；：。])(?!\1)"

_SIGNS = {"≧": "≥", "≦": "≤", "⩾": "≥", "⩽": "≤"}
_SIGN = re.compile(f"[{''.join(_SIGNS)}]")


def half_width_punctuation(text: str) -> Iterator[Slip]:
    """A half-width mark behind Chinese, or between figures, references and Chinese: 「制度;资金」「增长5%,居全省」."""
    shown = numbers_masked(text)
    for pattern in (_BEHIND, _BEFORE):
        for match in pattern.finditer(shown):
            yield _instead(match, _WIDE[match[0]])
    for match in _ELLIPSIS.finditer(shown):
        yield _instead(match, "……")
    for match in _BETWEEN.finditer(shown):
        # A full stop, or the dot in a foreign name: 「约翰·史密斯」.
        yield Slip(*match.span(), "应为「。」或「·」")
    if _HAS_CHINESE.search(shown):
        for match in _FULL_STOP.finditer(shown):
            yield _instead(match, "。")


def doubled_punctuation(text: str) -> Iterator[Slip]:
    """The same mark twice, or two that exclude each other: 「，，」「，。」."""
    shown = numbers_masked(text)
    for match in re.finditer(_TWICE, shown):
        yield _instead(match, match[0][0])
    for match in re.finditer(_CLASH, shown):
        after = shown[match.end()]
        yield Slip(*match.span(), f"和后面的「{after}」只应留一个", "" if after == "。" else None)


def comparison_signs(text: str) -> Iterator[Slip]:
    """``≧`` and ``≦``, which many fonts lack."""
    for match in _SIGN.finditer(text):
        yield _instead(match, _SIGNS[match[0]])


def _instead(match: re.Match[str], expected: str) -> Slip:
    return Slip(match.start(), match.end(), f"应为「{expected}」", expected)


HALF_WIDTH = Rule(
    name="半角标点",
    group=12,
    codes=(codes.HALF_WIDTH,),
    why=(
        "中文后面、数字和中文之间的逗号、分号、冒号、句号、问号、叹号应是全角的。小数点、千分位、时间、比例、网址、"
        "邮箱、外文里的标点不报；引用「{{ … }}」里面不看。"
    ),
    find=TextFinder(
        codes.HALF_WIDTH, half_width_punctuation, re.compile(r"[,;:!?.。](?:(?<=[,;:!?])|(?<=\.)(?!\d)|(?<=。)。。)")
    ),
    examples=(
        Example(
            codes.HALF_WIDTH,
            bad="自评结论: 制度健全;执行率为99.5%，网址为https://example.org/a;b。",
            good="自评结论: 制度健全；执行率为99.5%，网址为https://example.org/a;b。",
            place="自评结论",
            marked=";",
        ),
    ),
)
DOUBLED = Rule(
    name="重复标点",
    group=12,
    codes=(codes.DOUBLED,),
    why="同一个标点连着写两次，或两个不能相连的标点连在一起，如「，，」「，。」。省略号「……」、破折号「——」不报。",
    find=TextFinder(codes.DOUBLED, doubled_punctuation, re.compile(r"[，。；：、！？][，。；：、！？]")),
    examples=(
        Example(
            codes.DOUBLED,
            bad="自评结论: 制度健全，，执行到位……",
            good="自评结论: 制度健全，执行到位……",
            place="自评结论",
            marked="，，",
        ),
    ),
)


def _find_comparison_signs(case: Case, _given: Given) -> Iterator[Finding]:
    texts = values_with(case.submission, case.source, _SIGN)
    return findings(codes.COMPARISON, slips_of(texts, comparison_signs))


COMPARISON = Rule(
    name="比较符号",
    group=12,
    codes=(codes.COMPARISON,),
    why="「≧」「≦」在不少字体里没有，公文用「≥」「≤」。目标值、完成值里的也看；两种写法算出的结果相同。",
    find=_find_comparison_signs,
    examples=(
        Example(
            codes.COMPARISON,
            bad="绩效目标[1].目标: ≧10场",
            good="绩效目标[1].目标: ≥10场",
            place="绩效目标[1].目标",
            marked="≧",
        ),
    ),
)
