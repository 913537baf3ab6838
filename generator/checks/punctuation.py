"""Rules on punctuation: paired brackets and quotation marks, full-width marks, doubled marks, comparison signs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from generator.base.diagnostics import Finding
from generator.checks import codes
from generator.checks.rule import (
    HAN,
    Case,
    Given,
    Rule,
    Slip,
    TextFinder,
    findings,
    numbers_masked,
    slips_of,
    values_with,
)
from generator.checks.texts import HIDDEN

_PAIRS = {"（": "）", "(": ")", "〔": "〕", "[": "]", "【": "】", "［": "］", "《": "》", "〈": "〉"}
_PAIRS |= {"“": "”", "‘": "’", "「": "」", "『": "』"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
_KINDS = {"round": "（(", "square": "〔[【［"}
_KIND_OF = {mark: kind for kind, marks in _KINDS.items() for mark in marks}
_HALF = "()[]"
_WIDE = {"(": "（", ")": "）", "[": "〔", "]": "〕"}
_MARKS = re.escape("".join([*_PAIRS, *_CLOSERS]))
_MARK = re.compile(f"[{_MARKS}]")
_LIST_NUMBER = re.compile(r"(?:^|[\n。；，：])[ ]*(?:\d{1,2}|[a-z]|[①-⑳])$")
_LONGEST_INTERVAL = 40
_INTERVAL = re.compile(r"[-\d.,，%+∞ ]+")
_PROPER = ("（）", "《》", "“”", "〔〕", "〈〉")
_NO_MARKS = re.compile(f'[^{_MARKS}"]+')
_DEEPEST = 4
_TWICE = re.compile(r"([“（《〈〔【「『‘])\1")


class _Brackets(NamedTuple):
    """Where a mark was opened and where it was closed."""

    start: int
    end: int


def unpaired_marks(text: str) -> Iterator[Slip]:
    """A bracket of the wrong width, one too many, one that is missing; straight quotation marks around Chinese."""
    shown = numbers_masked(text)
    if _is_well_paired(shown) and not _TWICE.search(shown):
        return
    pairs, left = _paired(shown)
    known = set(pairs)
    chinese = [match.start() for match in re.finditer(HAN, shown)] if pairs else []
    for pair in pairs:
        yield from _of_other_width(shown, pair, chinese)
        if _Brackets(pair.start - 1, pair.end + 1) in known and shown[pair.start - 1] == shown[pair.start]:
            yield from (Slip(at, at + 1, "多了一个", "") for at in pair)
    for at in left:
        mark = shown[at]
        if mark in shown[max(0, at - 1) : at] + shown[at + 1 : at + 2]:
            yield Slip(at, at + 1, "多了一个", "")
        else:
            missing = f"前面缺少「{_CLOSERS[mark]}」" if mark in _CLOSERS else f"后面缺少「{_PAIRS[mark]}」"
            yield Slip(at, at + 1, missing)
    # "创新" in the marks of a keyboard, in pairs around Chinese.
    quotes = [at for at, char in enumerate(shown) if char == '"']
    for start, end in zip(quotes[::2], quotes[1::2], strict=True) if len(quotes) % 2 == 0 else ():
        if re.search(HAN, shown[start:end]):
            yield from (_instead(at, at + 1, mark) for at, mark in ((start, "“"), (end, "”")))


def _is_well_paired(text: str) -> bool:
    """Whether all marks are nested pairs, as in nearly every text: a cheap test before the real one."""
    marks = _NO_MARKS.sub("", text)
    for _ in range(_DEEPEST):
        for pair in _PROPER:
            marks = marks.replace(pair, "")
    return not marks


def _paired(text: str) -> tuple[list[_Brackets], list[int]]:
    """The pairs, and the marks that have no counterpart."""
    opened: list[int] = []
    pairs: list[_Brackets] = []
    left: list[int] = []
    for match in _MARK.finditer(text):
        at = match.start()
        if match[0] in _PAIRS:
            opened.append(at)
        elif not _is_no_bracket(text, at):
            # It closes the last opener, or the one before that, whose successor then was never closed.
            back = next((back for back in (1, 2) if len(opened) >= back and _match(text, opened[-back], at)), 0)
            if back:
                pairs.append(_Brackets(opened[-back], at))
                left += opened[len(opened) - back + 1 :]
                del opened[-back:]
            else:
                left.append(at)
    return pairs, sorted([*left, *opened])


def _match(text: str, start: int, end: int) -> bool:
    """Whether two marks are of one kind, whatever their width; intervals such as ``[0,5)`` count as well."""
    opener, closer = text[start], text[end]
    mate = _CLOSERS[closer]
    if mate == opener or (mate in _KIND_OF and _KIND_OF[mate] == _KIND_OF.get(opener)):
        return True
    is_short = end - start <= _LONGEST_INTERVAL
    return opener in "([（" and closer in ")]）" and is_short and bool(_INTERVAL.fullmatch(text, start + 1, end))


def _is_no_bracket(text: str, at: int) -> bool:
    """Whether a mark is that of ``1）`` or ``a)``, or the apostrophe of ``it's``."""
    if text[at] in ")）":
        return (
            bool(_LIST_NUMBER.search(text, max(0, at - _LONGEST_INTERVAL), at))
            and "（" not in text[max(0, at - 3) : at]
        )
    return text[at] == "’" and at > 0 and text[at - 1].isascii() and text[at - 1].isalpha()


def _of_other_width(text: str, pair: _Brackets, chinese: list[int]) -> Iterator[Slip]:
    opener, closer = text[pair.start], text[pair.end]
    if opener in _HALF and closer in _HALF:
        if _should_be_wide(text, pair, chinese):
            yield from (_instead(at, at + 1, _WIDE[text[at]]) for at in pair)
    elif _PAIRS[opener] != closer and _KIND_OF.get(opener) == _KIND_OF.get(_CLOSERS[closer]):
        if closer in _HALF or opener not in _HALF:
            yield _instead(pair.end, pair.end + 1, _PAIRS[opener])
        else:
            yield _instead(pair.start, pair.start + 1, _CLOSERS[closer])


def _should_be_wide(text: str, pair: _Brackets, chinese: list[int]) -> bool:
    """Whether a pair is around Chinese, or around a number in Chinese: 「(甲)」「第(1)项」; not in formulas."""
    is_around_chinese = bisect_left(chinese, pair.start) < bisect_left(chinese, pair.end)
    if text[pair.start] == "[" or is_around_chinese:
        return is_around_chinese
    inside = text[pair.start + 1 : min(pair.end, pair.start + _LONGEST_INTERVAL)]
    beside = text[pair.start - 1 : pair.start] + text[pair.end + 1 : pair.end + 2]
    return inside.isdecimal() and bool(re.search(HAN, beside))


def _instead(start: int, end: int, expected: str) -> Slip:
    return Slip(start, end, f"应为「{expected}」", expected)


UNPAIRED = Rule(
    name="括号引号",
    codes=(codes.UNPAIRED,),
    find=TextFinder(codes.UNPAIRED, unpaired_marks, re.compile(f'[{_MARKS}"]')),
)


_FULL_WIDTH = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
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

_SAME_TWICE = r"([，；：、！？])\1+|(?<!。)。。(?!。)"
_CLASH = r"([，、；：。])(?=[，、；：。])(?!\1)"

_SIGNS = {"≧": "≥", "≦": "≤", "⩾": "≥", "⩽": "≤"}
_SIGN = re.compile(f"[{''.join(_SIGNS)}]")


def half_width_punctuation(text: str) -> Iterator[Slip]:
    """A half-width mark behind Chinese, or between figures, references and Chinese: 「制度;资金」「增长5%,居全省」."""
    shown = numbers_masked(text)
    for pattern in (_BEHIND, _BEFORE):
        for match in pattern.finditer(shown):
            yield _instead(*match.span(), _FULL_WIDTH[match[0]])
    for match in _ELLIPSIS.finditer(shown):
        yield _instead(*match.span(), "……")
    for match in _BETWEEN.finditer(shown):
        # A full stop, or the dot in a foreign name: 「约翰·史密斯」.
        yield Slip(*match.span(), "应为「。」或「·」")
    if _HAS_CHINESE.search(shown):
        for match in _FULL_STOP.finditer(shown):
            yield _instead(*match.span(), "。")


def doubled_punctuation(text: str) -> Iterator[Slip]:
    """The same mark twice, or two that exclude each other: 「，，」「，。」."""
    shown = numbers_masked(text)
    for match in re.finditer(_SAME_TWICE, shown):
        yield _instead(*match.span(), match[0][0])
    for match in re.finditer(_CLASH, shown):
        after = shown[match.end()]
        yield Slip(*match.span(), f"和后面的「{after}」只应留一个", "" if after == "。" else None)


def comparison_signs(text: str) -> Iterator[Slip]:
    """``≧`` and ``≦``, which many fonts lack."""
    for match in _SIGN.finditer(text):
        yield _instead(*match.span(), _SIGNS[match[0]])


HALF_WIDTH = Rule(
    name="半角标点",
    codes=(codes.HALF_WIDTH,),
    find=TextFinder(
        codes.HALF_WIDTH, half_width_punctuation, re.compile(r"[,;:!?.。](?:(?<=[,;:!?])|(?<=\.)(?!\d)|(?<=。)。。)")
    ),
)
DOUBLED = Rule(
    name="重复标点",
    codes=(codes.DOUBLED,),
    find=TextFinder(codes.DOUBLED, doubled_punctuation, re.compile(r"[，。；：、！？][，。；：、！？]")),
)


def _find_comparison_signs(case: Case, _given: Given) -> Iterator[Finding]:
    texts = values_with(case.submission, case.source, _SIGN)
    return findings(codes.COMPARISON, slips_of(texts, comparison_signs))


COMPARISON = Rule(name="比较符号", codes=(codes.COMPARISON,), find=_find_comparison_signs)
RULES = (HALF_WIDTH, UNPAIRED, DOUBLED, COMPARISON)
