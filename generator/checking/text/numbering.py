"""Rules: the numbered outlines of a bureau's own texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.checking.rule import Example, Rule
from generator.checking.text import codes
from generator.checking.text.finding import Found, findings
from generator.checking.text.outline import NUMBERED, empty_headings, numbers_out_of_order, skipped_levels
from generator.checking.text.slip import Slip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.base.diagnostics import Code, Finding
    from generator.checking.case import Case
    from generator.checking.rule import Find, Given
    from generator.checking.text.outline import Place
    from generator.checking.texts import Paragraph

__all__ = ["EMPTY_HEADING", "NUMBER_ORDER", "SKIPPED_LEVEL"]


def _numbered(case: Case) -> Iterator[Sequence[Paragraph]]:
    for paragraphs in case.series:
        if NUMBERED.search("\n".join([paragraph.line for paragraph in paragraphs])):
            yield paragraphs


def _is_column(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether other columns stand between them: then what is below a heading cannot be seen here."""
    return paragraphs[0].text.kind == "文字" and len({paragraph.text for paragraph in paragraphs}) > 1


def _finder(code: Code, read: Callable[[Sequence[str]], Iterator[Place]], *, columns: bool = True) -> Find:
    def find(case: Case, _given: Given) -> Iterator[Finding]:
        found = [
            _found(paragraphs, place)
            for paragraphs in _numbered(case)
            if columns or not _is_column(paragraphs)
            for place in read([paragraph.line for paragraph in paragraphs])
        ]
        return findings(code, found)

    return find


def _found(paragraphs: Sequence[Paragraph], place: Place) -> Found:
    text, start, _ = paragraphs[place.paragraph]
    return Found(text, Slip(start + place.slip.start, start + place.slip.end, place.slip.said))


NUMBER_ORDER = Rule(
    name="序号次序",
    group=10,
    codes=(codes.OUT_OF_ORDER,),
    why=(
        "文字里手写的序号要从一起，逐个加一，不漏不重：「一、」「（一）」「1.」「（1）」「①」，句中的「一是……二是……」「第一，……第二，……」。"
        "一个字段的各段、一张表的一列，前后连着看；上一级换了，下一级重新从一起。又从一起的不报。版式自己印的序号不在这里看，"
        "由「jixiao template check」看。"
    ),
    find=_finder(codes.OUT_OF_ORDER, numbers_out_of_order),
    examples=(
        Example(
            codes.OUT_OF_ORDER,
            bad="自评结论: 一是制度健全；二是执行到位；四是公开及时。",
            good="自评结论: 一是制度健全；二是执行到位；三是公开及时。",
            place="自评结论",
            marked="四是",
        ),
    ),
)
SKIPPED_LEVEL = Rule(
    name="序号层级",
    group=10,
    codes=(codes.SKIPPED_LEVEL,),
    why=(
        "公文的层次依次是「一、」「（一）」「1.」「（1）」「①」。只有两层时，「一、」下面可以直接用「1.」，所以只少一级、"
        "这段文字里别处也没有用那一级的不报；少两级以上的，别处用了那一级的，报。"
    ),
    find=_finder(codes.SKIPPED_LEVEL, skipped_levels),
    examples=(
        Example(
            codes.SKIPPED_LEVEL,
            bad="年度工作: [一、抓好培训。, ①举办公共服务培训12场。]",
            good="年度工作: [一、抓好培训。, （一）举办公共服务培训12场。]",
            place="年度工作[2]",
            marked="①",
        ),
    ),
)
EMPTY_HEADING = Rule(
    name="空标题",
    group=10,
    codes=(codes.EMPTY_HEADING,),
    why=(
        "带序号的标题下面没有内容，而同级的别的标题下面有；或者最后一段以「如下」结束，后面什么也没有。各条都只有一行的，是清单，不报。"
    ),
    find=_finder(codes.EMPTY_HEADING, empty_headings, columns=False),
    examples=(
        Example(
            codes.EMPTY_HEADING,
            bad="年度工作: [（一）公共服务, 举办培训12场。, （二）技术改造]",
            good="年度工作: [（一）公共服务, 举办培训12场。, （二）技术改造, 新增改造企业42家。]",
            place="年度工作[3]",
            marked="（二）",
        ),
    ),
)
