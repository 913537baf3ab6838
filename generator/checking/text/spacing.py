"""What typing and copying leave behind: blanks within Chinese, full-width digits, page numbers."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from typing import TYPE_CHECKING

from generator.checking.rule import Example, Rule
from generator.checking.text import codes
from generator.checking.text.finding import Slip, TextFinder
from generator.checking.text.masking import HAN, masked, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BLANKS", "FULL_WIDTH", "PAGE_NUMBER", "full_width_characters", "stray_blanks", "stray_page_numbers"]

_BLANK = r"[ \t\u3000\u00a0]+"
_MARKS = "，。；：、！？（）《》〈〉【】〔〕「」『』“”…"
_BETWEEN = re.compile(rf"(?<={HAN}){_BLANK}(?={HAN})")
_AT_MARK = re.compile(rf"(?<=[{_MARKS}]){_BLANK}(?=\S)|(?<=\S){_BLANK}(?=[{_MARKS}])")
_INDENT = re.compile(r"^\u3000+(?=\S)", re.MULTILINE)
_PADDED = re.compile(rf"{HAN}{_BLANK}{HAN}")

_FULL_WIDTH = r"(?:[０-９](?:．(?=[０-９]))?|[Ａ-Ｚａ-ｚ％])+"

_DASH = r"[-—–－─]"
_ROOM = r"[ \u3000]*"
_PAGE = re.compile(
    rf"(?:^|(?<={HAN}|[，。；：、])){_ROOM}{_DASH}{_ROOM}\d{{1,3}}{_ROOM}{_DASH}(?={_ROOM}(?:$|{HAN}))"
    rf"|第[ ]?\d{{1,3}}[ ]?页[，, ]*共[ ]?\d{{1,3}}[ ]?页",
    re.MULTILINE,
)
_ONLY_PAGE = re.compile(r"^[ \u3000]*\d{1,3}[ \u3000]*$", re.MULTILINE)


def stray_blanks(text: str) -> Iterator[Slip]:
    """A blank between Chinese characters or beside a mark; an indentation, which the layout makes by itself.

    A blank within a title or quotation is meant, and so is that of a name of two characters.
    """
    shown = masked(text)
    if _PADDED.fullmatch(shown.strip()):
        return
    titles = list(quoted(shown, "《“「"))
    for match in _BETWEEN.finditer(shown):
        title = bisect_left(titles, (match.start(), 0)) - 1
        if title < 0 or titles[title][1] <= match.start():
            yield Slip(*match.span(), "不应有空格", "")
    for match in _AT_MARK.finditer(shown):
        yield Slip(*match.span(), "不应有空格", "")
    for match in _INDENT.finditer(shown):
        yield Slip(*match.span(), "段首的空格由版式排，不应再有", "")


def full_width_characters(text: str) -> Iterator[Slip]:
    """Digits, letters and per cent signs of double width."""
    for match in re.finditer(_FULL_WIDTH, masked(text)):
        expected = unicodedata.normalize("NFKC", match[0])
        yield Slip(*match.span(), f"应为半角的「{expected}」", expected)


def stray_page_numbers(text: str) -> Iterator[Slip]:
    """「— 12 —」「第3页 共10页」 within a text, or a line that is nothing but a number."""
    shown = masked(text)
    patterns = (_PAGE, _ONLY_PAGE) if "\n" in shown.strip() else (_PAGE,)
    for pattern in patterns:
        for match in pattern.finditer(shown):
            start = match.end() - len(match[0].lstrip(" \u3000"))
            yield Slip(start, match.end(), "像是混进来的页码")


BLANKS = Rule(
    name="多余空格",
    group=12,
    codes=(codes.BLANKS,),
    why=(
        "汉字之间、标点旁边不应有空格；段首的缩进由版式排，不用空格。书名号、引号里汉字之间的空格，两个字的名称中间的空格不报。"
        "在文件里把一段文字分成几行写时，YAML 把换行读成一个空格，也在这里报。"
    ),
    find=TextFinder(
        codes.BLANKS,
        stray_blanks,
        re.compile(r"[ \t\u3000\u00a0](?:(?<=\u3000)|(?<=[^\x00-\x7f].)|(?=[^\x00-\x7f]))"),
    ),
    examples=(
        Example(
            codes.BLANKS,
            bad="自评结论: 制度健全，执行 到位，开展“5G赋能 数智某市”行动。",
            good="自评结论: 制度健全，执行到位，开展“5G赋能 数智某市”行动。",
            place="自评结论",
            marked=" ",
        ),
    ),
)
FULL_WIDTH = Rule(
    name="全角字符",
    group=12,
    codes=(codes.FULL_WIDTH,),
    why="数字、字母和百分号用半角。只看文字；金额、数量等字段里的全角数字照样能读，印出来是半角的，不报。",
    find=TextFinder(codes.FULL_WIDTH, full_width_characters, re.compile(r"[０-９Ａ-Ｚａ-ｚ％]")),
    examples=(
        Example(
            codes.FULL_WIDTH,
            bad="自评结论: 完成１２项任务，占100%。",
            good="自评结论: 完成12项任务，占100%。",
            place="自评结论",
            marked="１２",
        ),
    ),
)
PAGE_NUMBER = Rule(
    name="混入页码",
    group=12,
    codes=(codes.PAGE_NUMBER,),
    why=(
        "从别的文件复制文字时，页码容易混进来：「— 12 —」「第3页 共10页」，或几行文字里单独成行的一个数。"
        "是不是页码，由人判断，不自动删。"
    ),
    find=TextFinder(
        codes.PAGE_NUMBER,
        stray_page_numbers,
        re.compile("[-—–－─页\\n]"),
    ),
    examples=(
        Example(
            codes.PAGE_NUMBER,
            bad="自评结论: 制度健全，— 12 —执行到位，培训2-3场。",
            good="自评结论: 制度健全，执行到位，培训2-3场。",
            place="自评结论",
            marked="— 12 —",
        ),
    ),
)
