"""The word 草稿 on every page: across it as a watermark, and in its header."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from generator.word import names
from generator.word.merging.sections import turns_pages
from generator.word.names import w
from generator.word.trees import parse_xml
from generator.word.volume import RELATION

if TYPE_CHECKING:
    from generator.word.names import Tree
    from generator.word.volume import Volume

__all__ = ["mark_pages"]

_WORDS: Final = "草稿（不是正式报告）"
_HEADER: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
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


def mark_pages(volume: Volume) -> None:
    """Marks every page of a finished Word file, whatever headers its sections have or lack."""
    numbers = count()
    for name in _headers(volume):
        volume.tree(name).append(_paragraph(next(numbers)))
    known: set[str] = set()
    turning = turns_pages(volume)
    for section in volume.body.iter(w("sectPr")):
        known |= {str(reference.get(w("type"))) for reference in section.findall(w("headerReference"))}
        for kind in sorted(_needed(section, turning=turning) - known):
            _give_header(volume, section, kind, next(numbers))
            known.add(kind)


def _headers(volume: Volume) -> list[str]:
    """The headers that are there."""
    relations = volume.relations(volume.main)
    found = [volume.target(volume.main, one) for one in relations if str(one.get("Type")).endswith("/header")]
    return sorted({name for name in found if name in volume.entries})


def _needed(section: Tree, *, turning: bool) -> set[str]:
    """The kinds of headers that the pages of a section show; those it has none of are taken from the one before."""
    first = section.find(w("titlePg"))
    has_first = first is not None and first.get(w("val")) not in _OFF
    return {"default"} | ({"first"} if has_first else set()) | ({"even"} if turning else set())


def _give_header(volume: Volume, section: Tree, kind: str, number: int) -> None:
    folder = volume.main.rpartition("/")[0]
    taken = volume.entries.keys() | {volume.target(volume.main, one) for one in volume.relations(volume.main)}
    name = next(name for free in count(1) if (name := f"{folder}/header{free}.xml") not in taken)
    header = parse_xml(f'<w:hdr xmlns:w="{names.WORD[1:-1]}"/>'.encode())
    header.append(_paragraph(number))
    volume.add(name, _HEADER, header)
    key = f"rIdDraft_{kind}"
    volume.relate("header", name, key)
    reference = parse_xml(f'<w:headerReference xmlns:w="{names.WORD[1:-1]}" w:type="{kind}"/>'.encode())
    reference.set(f"{RELATION}id", key)
    section.insert(0, reference)


def _paragraph(number: int) -> Tree:
    text = _PARAGRAPH.format(words=_WORDS, number=number + 1, spid=_FIRST_SHAPE + number)
    return parse_xml(text.encode())
