"""Rules on the form of texts: numbered outlines, paired and full-width punctuation, comparison signs.

Official texts number levels 一、（一）1.（1）①, and enumerate within a paragraph by 一是…二是… or 第一，…第二，….
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from generator.base.amount import chinese_number
from generator.base.diagnostics import Code, Finding
from generator.base.formats import circled_number
from generator.base.passage import CIRCLED, ORDINAL
from generator.checks import codes
from generator.checks.rule import Case, Found, Given, Rule, Slip, TextFinder, findings, masked, numbers_masked
from generator.checks.texts import HAN, HIDDEN, Text
from generator.submission.model import field_path
from generator.template.model import Template

_NUMBERS = {chinese_number(number): number for number in range(1, 100)}
_NUMBERS |= {circled_number(number): number for number in range(1, 51)}
_OUTLINE: tuple[tuple[Callable[[int], str], str], ...] = (
    (lambda number: f"{chinese_number(number)}、", rf"(?P<number>{ORDINAL})、"),
    (lambda number: f"（{chinese_number(number)}）", rf"[（(](?P<number>{ORDINAL})[）)]"),
    (lambda number: f"{number}.", r"(?P<number>\d{1,2})(?:[、．]|\.(?![\d%]))"),
    (lambda number: f"（{number}）", r"[（(](?P<number>\d{1,2})[）)]"),
    (circled_number, rf"(?P<number>{CIRCLED})"),
    (lambda number: f"第{chinese_number(number)}", rf"第(?P<number>{ORDINAL})(?=[，、,])"),
    (lambda number: f"{chinese_number(number)}是", rf"(?P<number>{ORDINAL})是"),
    (lambda number: f"其{chinese_number(number)}", rf"其(?P<number>{ORDINAL})(?=[，、,])"),
)
"""How the number of each level is written, and the pattern that reads it; those behind the fifth are in sentences."""
_HEADS = [re.compile(rf"[ \u3000]*(?P<mark>{mark})") for _, mark in _OUTLINE[:5]]
_INLINE = [(level, re.compile(f"(?P<mark>{mark})")) for level, (_, mark) in enumerate(_OUTLINE, 1) if level > 3]
_LEVELS = [write(1) for write, _ in _OUTLINE[:5]]
_CLAUSE = re.compile(r"(?:^|[。；：，！？])[ \u3000]*")
_STARTS = re.compile("[（(第其一二三四五六七八九十①-⑳㉑-㊿]")
_PASTED = re.compile(
    rf"[ \u3000]*(?:[（(](?:{ORDINAL}|\d{{1,2}})[）)](?![号期栋层级类批])[、.．]?|第{ORDINAL}[，、,]|{ORDINAL}是"
    rf"|(?:{ORDINAL}|\d{{1,2}})(?:[、．]|\.(?![\d%]))(?![一二三四五六七八九十\d])|{CIRCLED}[、.．]?)[ \u3000]*"
)
_LONGEST_HEADING = 40
_ENDS = "。；！？…"
_PROMISE = re.compile(r"如下[：:]?[ ]*$")


class Place(NamedTuple):
    """A slip in one of several paragraphs."""

    paragraph: int
    slip: Slip


class _Mark(Struct, frozen=True):
    """A number of the outline, with its level (from 1; beyond 5 within sentences) and place."""

    level: int
    number: int
    paragraph: int
    start: int
    end: int
    is_head: bool

    def slip(self, said: str) -> Place:
        return Place(self.paragraph, Slip(self.start, self.end, said))


def numbers_out_of_order(paragraphs: Sequence[str]) -> Iterator[Place]:
    """A number that does not follow the one before it at its level: 一、三、; （二） without （一）."""
    last: dict[int, int] = {}

    @cache
    def first_at(paragraph: int, written: str) -> int:
        return paragraphs[paragraph].find(written)

    def is_in_sentence(mark: _Mark, one_before: str) -> bool:
        """Whether the number before a mark is within a sentence of its paragraph: 主要做法一是……；二是……."""
        return mark.level > len(_LEVELS) and 0 <= first_at(mark.paragraph, one_before) < mark.start

    for mark in _marks(tuple(paragraphs)):
        before = last.get(mark.level, 0)
        for deeper in [level for level in last if level > mark.level]:
            del last[deeper]
        write, _ = _OUTLINE[mark.level - 1]
        if mark.number not in (before + 1, 1) and not is_in_sentence(mark, write(mark.number - 1)):
            follows = f"接在「{write(before)}」后面，" if before else f"前面没有「{write(1)}」，"
            yield mark.slip(f"{follows}应为「{write(before + 1)}」")
        last[mark.level] = mark.number


def skipped_levels(paragraphs: Sequence[str], most: int = 0) -> Iterator[Place]:
    """A level that is left out below another: 一、 and then ①.

    One level that is not used at all may be left out (一、 and then 1.), which is common, and ``most`` levels that are
    used elsewhere.
    """
    heads = [mark for mark in _marks(tuple(paragraphs)) if mark.is_head]
    used = {mark.level for mark in heads}
    for above, below in pairwise(heads):
        left_out = set(range(above.level + 1, below.level))
        if len(left_out) > max(1, most) or (len(left_out) > most and left_out & used):
            missing = "、".join(f"「{_LEVELS[level - 1]}」" for level in sorted(left_out))
            yield below.slip(f"上一级是「{_LEVELS[above.level - 1]}」，中间少了{missing}一级")


def empty_headings(paragraphs: Sequence[str]) -> Iterator[Place]:
    """A heading with nothing below it, unlike others of its level; 「如下：」 with nothing behind it."""
    heads = [mark for mark in _marks(tuple(paragraphs)) if mark.is_head]
    levels = {mark.paragraph: mark.level for mark in heads}
    followed = {mark.level for mark in heads if _has_below(mark, levels, len(paragraphs))}
    for mark in heads:
        text = paragraphs[mark.paragraph].strip()
        # A sentence needs nothing below it.
        is_title = len(text) <= _LONGEST_HEADING and not any(char in text for char in _ENDS)
        if mark.level in followed and is_title and not _has_below(mark, levels, len(paragraphs)):
            yield mark.slip("这个标题下面没有内容")
    if len(paragraphs) > 1 and (ending := _PROMISE.search(paragraphs[-1])):
        yield Place(len(paragraphs) - 1, Slip(*ending.span(), "后面没有内容"))


def _has_below(mark: _Mark, levels: dict[int, int], count: int) -> bool:
    """Whether the next paragraph belongs to it: without a number, or of a deeper level."""
    below = mark.paragraph + 1
    return below < count and levels.get(below, mark.level + 1) > mark.level


@lru_cache(maxsize=256)
def _marks(paragraphs: tuple[str, ...]) -> tuple[_Mark, ...]:
    """Every number of the outline, in the order of the text."""
    return tuple(mark for at, text in enumerate(paragraphs) for mark in _marks_in(masked(text), at))


def _marks_in(text: str, paragraph: int) -> Iterator[_Mark]:
    heads = [mark for level, head in enumerate(_HEADS, 1) if (mark := _mark(head.match(text), level, paragraph))]
    yield from heads
    for clause in _CLAUSE.finditer(text):
        at = clause.end()
        if _STARTS.match(text, at) and not (heads and at == heads[0].start):
            for level, pattern in _INLINE:
                if mark := _mark(pattern.match(text, at), level, paragraph, is_head=False):
                    yield mark


def _mark(match: re.Match[str] | None, level: int, paragraph: int, *, is_head: bool = True) -> _Mark | None:
    if match is None:
        return None
    text = match["number"]
    number = int(unicodedata.normalize("NFKC", text)) if text.isdecimal() else _NUMBERS.get(text)
    return _Mark(level, number, paragraph, *match.span("mark"), is_head) if number is not None else None


def _outline(name: str, code: Code, read: Callable[[Sequence[str]], Iterator[Place]], *, columns: bool = True) -> Rule:
    def find(case: Case, _given: Given) -> Iterator[Finding]:
        found = []
        for paragraphs in case.numbered:
            lines = [paragraph.line for paragraph in paragraphs]
            # In a table, other columns are between the cells: what is below a heading cannot be known.
            is_column = paragraphs[0].text.kind == "文字" and len({paragraph.text.path for paragraph in paragraphs}) > 1
            if is_column and not columns:
                continue
            # Another rule reports numbers before texts that the report numbers itself.
            if _PASTED.match(lines[0]) and is_numbered(paragraphs[0].text, case.submission.template):
                continue
            for number, slip in read(lines):
                text, start, _ = paragraphs[number]
                found.append(Found(text, Slip(start + slip.start, start + slip.end, slip.said)))
        return findings(code, found)

    return Rule(name, (code,), find)


NUMBER_ORDER = _outline("序号次序", codes.OUT_OF_ORDER, numbers_out_of_order)
SKIPPED_LEVEL = _outline("序号层级", codes.SKIPPED_LEVEL, skipped_levels)
EMPTY_HEADING = _outline("空标题", codes.EMPTY_HEADING, empty_headings, columns=False)


def pasted_numbers(text: str) -> Iterator[Slip]:
    """The number that a text begins with: 「（一）贯彻…」「1.改造…」「一是…」."""
    match = _PASTED.match(text)
    if match is not None and match.end() < len(text):
        yield Slip(*match.span(), "有序号", "")


def is_numbered(text: Text, template: Template) -> bool:
    """Whether reports number this text: its field says so, or it is a point's remarks."""
    if text.kind == "指标":
        points = template.narratives.opening.get("要点", "")
        return ".要点." in text.path and "loop.index" in points and "中文数字" in points
    field = template.by_path.get(field_path(text.path))
    return field is not None and field.numbered


PASTED_NUMBER = TextFinder("多余序号", codes.PASTED_NUMBER, pasted_numbers, _PASTED, is_numbered)


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
_PROPER = re.compile("（）|《》|“”|〔〕|〈〉")
_NO_MARKS = re.compile(f'[^{_MARKS}"]+')
_DEEPEST = 4
_TWICE = re.compile(r"([“（《〈〔【「『‘])\1")


class _Brackets(NamedTuple):
    """The positions of an opening mark and its closing one."""

    start: int
    end: int


def unpaired_marks(text: str) -> Iterator[Slip]:
    """Brackets of the wrong width, missing or too many; straight quotation marks around Chinese."""
    if "{" not in text and _is_well_paired(text):  # as nearly every text
        return
    shown = numbers_masked(text)
    if _is_well_paired(shown):
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
    # Straight quotation marks in pairs around Chinese: "创新".
    quotes = [at for at, char in enumerate(shown) if char == '"']
    for start, end in zip(quotes[::2], quotes[1::2], strict=True) if len(quotes) % 2 == 0 else ():
        if re.search(HAN, shown[start:end]):
            yield from (_instead(at, at + 1, mark) for at, mark in ((start, "“"), (end, "”")))


def _is_well_paired(text: str) -> bool:
    """Whether all marks are nested pairs, none of them twice: a cheap test first."""
    marks, depth = _NO_MARKS.sub("", text), 0
    while marks and depth < _DEEPEST:
        marks, depth = _PROPER.sub("", marks), depth + 1
    return not marks and not _TWICE.search(text)


def _paired(text: str) -> tuple[list[_Brackets], list[int]]:
    """The pairs, and the marks without counterpart."""
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
    """Whether two marks are of one kind, of any width, or enclose an interval such as ``[0,5)``."""
    opener, closer = text[start], text[end]
    mate = _CLOSERS[closer]
    if mate == opener or (mate in _KIND_OF and _KIND_OF[mate] == _KIND_OF.get(opener)):
        return True
    is_short = end - start <= _LONGEST_INTERVAL
    return opener in "([（" and closer in ")]）" and is_short and bool(_INTERVAL.fullmatch(text, start + 1, end))


def _is_no_bracket(text: str, at: int) -> bool:
    """Whether a mark belongs to ``1）`` or ``a)``, or is the apostrophe of ``it's``."""
    if text[at] in ")）":
        is_number = _LIST_NUMBER.search(text, max(0, at - _LONGEST_INTERVAL), at) is not None
        return is_number and "（" not in text[max(0, at - 3) : at]
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
    """Whether a pair encloses Chinese, or a number within Chinese: 「(甲)」「第(1)项」; not in formulas."""
    is_around_chinese = bisect_left(chinese, pair.start) < bisect_left(chinese, pair.end)
    if text[pair.start] == "[" or is_around_chinese:
        return is_around_chinese
    inside = text[pair.start + 1 : min(pair.end, pair.start + _LONGEST_INTERVAL)]
    beside = text[pair.start - 1 : pair.start] + text[pair.end + 1 : pair.end + 2]
    return inside.isdecimal() and bool(re.search(HAN, beside))


def _instead(start: int, end: int, expected: str) -> Slip:
    return Slip(start, end, f"应为「{expected}」", expected)


UNPAIRED = TextFinder("括号引号", codes.UNPAIRED, unpaired_marks, re.compile(f'[{_MARKS}"]'))


_FULL_WIDTH = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
_WIDE_MARKS = "，。；：、！？）》〉】〕」』”’％…—"
_OPENING = "（《〈【〔「『“‘"
# The sign first: a pattern that begins with a look behind is tried at every character.
_BEHIND = re.compile(rf"[,;:!?](?:(?<=(?:{HAN}|[{_WIDE_MARKS}]).)|(?<=(?:{HAN}|[{_WIDE_MARKS}]) .))")
_BEFORE = re.compile(
    rf"[,;!?](?:(?<=[0-9A-Za-z%)\]‰].)(?={HAN}|[{_OPENING}])|(?<={HIDDEN}.)(?={HAN}|[{_OPENING}{HIDDEN}]))"
)
_FULL_STOP = re.compile(rf"\.(?:(?<=(?:{HAN}|[{_WIDE_MARKS}]).)(?![.\w])|(?<=[^\n][0-9%)\]].)$)", re.MULTILINE)
_BETWEEN = re.compile(rf"\.(?<={HAN}.)(?={HAN})")
_ELLIPSIS = re.compile(rf"\.(?<=(?:{HAN}|[{_WIDE_MARKS}]).)\.+|。{{3,}}")
_HAS_CHINESE = re.compile(HAN)

_SAME_TWICE = r"([，；：、！？])\1+|(?<!。)。。(?!。)|[%％]\s?[%％]"
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
    """The same mark twice, or two that exclude each other: 「，，」「，。」「5.4% %」."""
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


HALF_WIDTH = TextFinder(
    "半角标点",
    codes.HALF_WIDTH,
    half_width_punctuation,
    re.compile(r"[,;:!?.。](?:(?<=[,;:!?])|(?<=\.)(?!\d)|(?<=。)。。)"),
)
_TWO_MARKS = re.compile(r"[，。；：、！？][，。；：、！？]|[%％]\s?[%％]")
DOUBLED = TextFinder("重复标点", codes.DOUBLED, doubled_punctuation, _TWO_MARKS, typed=True)
COMPARISON = TextFinder("比较符号", codes.COMPARISON, comparison_signs, _SIGN, typed=True)
RULES = (NUMBER_ORDER, SKIPPED_LEVEL, EMPTY_HEADING, PASTED_NUMBER, HALF_WIDTH, UNPAIRED, DOUBLED, COMPARISON)
