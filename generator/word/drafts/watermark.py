"""The word 草稿 on every page: across it as a watermark, and in its header."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final, cast

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import XmlPart
from docx.oxml import parse_xml as element_of

from generator.word import names
from generator.word.merging.sections import add_reference, references, turns_pages
from generator.word.names import w
from generator.word.parts import add_part, names_in

if TYPE_CHECKING:
    from docx.parts.document import DocumentPart

    from generator.word.names import Tree

__all__ = ["mark_pages"]

_WORDS: Final = "草稿（不是正式报告）"
_OFF: Final = frozenset({"0", "false", "off"})
_SPACES: Final = (
    f'xmlns:w="{names.WORD[1:-1]}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w10="urn:schemas-microsoft-com:office:word"'
)
# As Word writes its own watermarks, so that 设计 → 水印 knows it.
_PARAGRAPH: Final = (
    f"<w:p {_SPACES}>"
    '<w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    '<w:ind w:left="0" w:right="0" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/></w:pPr>'
    '<w:r><w:rPr><w:rFonts w:ascii="黑体" w:hAnsi="黑体" w:eastAsia="黑体" w:cs="黑体"/><w:color w:val="C00000"/>'
    '<w:sz w:val="21"/><w:szCs w:val="21"/></w:rPr><w:t>{words}</w:t></w:r>'
    "<w:r><w:rPr><w:noProof/></w:rPr><w:pict>"
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
    '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
    'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/><v:handles>'
    '<v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>'
    '<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
    '<v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{spid}" type="#_x0000_t136" '
    'style="position:absolute;margin-left:0;margin-top:0;width:330pt;height:165pt;rotation:315;z-index:-251658752;'
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;"
    'mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="silver" stroked="f">'
    '<v:fill opacity=".5"/><v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="草稿"/>'
    '<w10:wrap anchorx="margin" anchory="margin"/></v:shape></w:pict></w:r></w:p>'
)
_FIRST_SHAPE: Final = 2049


def mark_pages(main: DocumentPart) -> None:
    """Marks every page of a finished Word file, whatever headers its sections have or lack."""
    numbers = count()
    own = {one.target_part for one in main.rels.values() if one.reltype == RT.HEADER and not one.is_external}
    for part in sorted(own, key=lambda one: str(one.partname)):
        if isinstance(part, XmlPart):
            cast("Tree", part.element).append(_paragraph(next(numbers)))
    known: set[str] = set()
    turning, taken = turns_pages(main), names_in(main)
    free = (name for number in count(1) if (name := f"/word/header{number}.xml") not in taken)
    for section in cast("Tree", main.element).iter(w("sectPr")):
        known |= references(section, "header").keys()
        for kind in sorted(_needed(section, turning=turning) - known):
            header = element_of(f'<w:hdr xmlns:w="{names.WORD[1:-1]}"/>')
            header.append(_paragraph(next(numbers)))
            add_reference(section, "header", kind, add_part(main, next(free), CT.WML_HEADER, RT.HEADER, header))
            known.add(kind)


def _needed(section: Tree, *, turning: bool) -> set[str]:
    """The kinds of headers that the pages of a section show; those it has none of are taken from the one before."""
    first = section.find(w("titlePg"))
    has_first = first is not None and first.get(w("val")) not in _OFF
    return {"default"} | ({"first"} if has_first else set()) | ({"even"} if turning else set())


def _paragraph(number: int) -> Tree:
    return element_of(_PARAGRAPH.format(words=_WORDS, number=number + 1, spid=_FIRST_SHAPE + number))
