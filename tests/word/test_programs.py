"""Files as other programs write them open as layouts and as attachments, and say the same there.

``written`` makes them, each with the habits of its program: names of parts, wrappers, numbers of notes.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import combinations, takewhile

import docx
import pytest
from docx.enum.section import WD_SECTION
from msgspec import Struct

from generator.base.diagnostics import Refused, Span
from generator.base.files import Document
from generator.word import Layout
from generator.word.merge.join import Attachment, attach
from generator.word.opc import own_package, write_package
from generator.word.read.document import text_lines
from tests.word.conftest import NAMESPACES, OFFICE, WORDML, zipped

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


class Program(Struct, frozen=True):
    """How a program writes: what it puts around and into paragraphs, where its parts are, how it numbers notes."""

    run: str = "<w:r>{style}<w:t xml:space='preserve'>{text}</w:t></w:r>"
    start: str = "<w:p>"
    main: str = "word/document.xml"
    absolute: bool = False
    separators: tuple[int, ...] = (-1, 0)
    first: int = 1
    table: str = '<w:tblW w:w="0" w:type="auto"/>'
    grid: str = '<w:gridCol w:w="4000"/><w:gridCol w:w="4000"/>'
    cell: str = '<w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr>'
    spaces: str = ""
    more: dict[str, tuple[str, str, str]] = {}

    def p(self, text: str, properties: str = "", inner: str = "") -> str:
        return f"{self.start}{properties}{self.run.format(style='', text=text)}{inner}</w:p>"


PROGRAMS = {
    "word": Program(start='<w:p w:rsidR="00A1" w14:paraId="0A0B0C0D">', run=(
        "<w:proofErr w:type='spellStart'/><w:r w:rsidRPr='00B2'><w:rPr><w:rFonts w:hint='eastAsia'/></w:rPr>"
        "<w:t xml:space='preserve'>{text}</w:t></w:r><w:proofErr w:type='spellEnd'/>"
    )),
    "sharepoint": Program(main="word/document2.xml", absolute=True),
    "libreoffice": Program(
        separators=(0, 1), first=2, cell='<w:tcPr><w:tcW w:w="4000" w:type="dxa"/><w:tcBorders/></w:tcPr>',
        run="<w:r><w:rPr></w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>",
    ),
    "pandoc": Program(
        first=20, table='<w:tblStyle w:val="Table"/><w:tblW w:type="pct" w:w="5000"/>', grid="", cell="<w:tcPr/>",
        start='<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>',
    ),
    "google": Program(
        start='<w:p w:rsidR="00000000" w:rsidDel="00000000" w:rsidP="00000000">', separators=(),
        first=0, run=(
            "<w:sdt><w:sdtPr><w:id w:val='1'/><w:tag w:val='goog_rdk_0'/></w:sdtPr><w:sdtContent><w:r><w:rPr>"
            "<w:rtl w:val='0'/></w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r></w:sdtContent></w:sdt>"
        ),
        table='<w:tblStyle w:val="Table1"/><w:tblLayout w:type="fixed"/>',
    ),
    "wps": Program(
        spaces='xmlns:wpsCustomData="http://www.wps.cn/officeDocument/2013/wpsCustomData"',
        run="<w:bookmarkStart w:id='0' w:name='_GoBack'/><w:r><w:rPr><w:rFonts w:hint='eastAsia'/></w:rPr>"
        "<w:t xml:space='preserve'>{text}</w:t></w:r><w:bookmarkEnd w:id='0'/>",
        more={"customXml/item1.xml": ("application/xml", "customXml", "<s:customData xmlns:s='http://www.wps.cn/x'/>")},
    ),
}  # fmt: skip


def field(code: str, result: str) -> str:
    begin, middle, end = (f'<w:r><w:fldChar w:fldCharType="{one}"/></w:r>' for one in ("begin", "separate", "end"))
    cut = "".join(f'<w:r><w:instrText xml:space="preserve">{part}</w:instrText></w:r>' for part in (code[:2], code[2:]))
    return f"{begin}{cut}{middle}<w:r><w:t>{result}</w:t></w:r>{end}"


def box(inner: str) -> str:
    """A text box as Word 2010 and WPS write it, with a copy for older programs."""
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="9" cy="9"/><wp:docPr '
        'id="7" name="框"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f"<wps:wsp><wps:cNvSpPr/><wps:spPr/><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx><wps:bodyPr/>"
        "</wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:rect>"
        f"<v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:rect></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def link(by: Program, key: str) -> str:
    return f'<w:hyperlink r:id="{key}">{by.run.format(style="", text="网站")}</w:hyperlink>'


def picture(key: str) -> str:
    return (
        '<w:r><w:drawing><wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="0" name=""/><a:graphic>'
        f'<a:graphicData uri="p"><a:blip r:embed="{key}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )


def table(by: Program) -> str:
    merged = '<w:tcPr><w:vMerge w:val="{}"/></w:tcPr>'
    rows = [
        "".join(f"<w:tc>{by.cell}{by.p(text)}</w:tc>" for text in ("甲", "乙")),
        f"<w:tc>{merged.format('restart')}{by.p('丙')}</w:tc><w:tc>{by.cell}{by.p('{{ a }}')}</w:tc>",
        f"<w:tc>{merged.format('continue')}<w:p/></w:tc><w:tc>{by.cell}{by.p('丁')}</w:tc>",
    ]
    body = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr>{by.table}</w:tblPr><w:tblGrid>{by.grid}</w:tblGrid>{body}</w:tbl><w:p/>"


FEATURES: dict[str, Callable[[Program], str]] = {
    "text": lambda by: by.p("正文{{ a }}"),
    "table": table,
    "empty table": lambda by: f"<w:tbl><w:tblPr>{by.table}</w:tblPr><w:tblGrid/></w:tbl>" + by.p("表后"),
    "footnote": lambda by: by.p("有注", "", f'<w:r><w:footnoteReference w:id="{by.first}"/></w:r>'),
    "lost note": lambda by: by.p("注没了", "", '<w:r><w:endnoteReference w:id="77"/></w:r>'),
    "comment": lambda by: by.p("有批注", "", '<w:commentRangeStart w:id="0"/><w:commentRangeEnd w:id="0"/><w:r>'
                               '<w:commentReference w:id="0"/></w:r>'),
    "list": lambda by: by.p("一项", '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1001"/></w:numPr></w:pPr>'),
    "lost list": lambda by: by.p("无号", '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="9"/></w:numPr></w:pPr>'),
    "field": lambda by: by.p("页", "", field("PAGEREF _Toc1 \\h", "3") + field('TOC \\o "1-3"', "目录")),
    "simple field": lambda by: by.p("号", "", '<w:fldSimple w:instr=" SEQ 表 "><w:r><w:t>1</w:t></w:r></w:fldSimple>'),
    "citation": lambda by: by.p("引", "", field('ADDIN ZOTERO {"a":{"b":{}}}', "(张)")),
    "link": lambda by: by.p("见", "", link(by, "rIdLink")),
    "lost link": lambda by: by.p("见", "", link(by, "rId404")),
    "bookmark": lambda by: by.p("位", "", '<w:bookmarkStart w:id="3" w:name="_Toc1"/><w:bookmarkEnd w:id="3"/>'),
    "picture": lambda by: by.p("图", "", picture("rIdPic")),
    "lost picture": lambda by: by.p("图", "", picture("rIdNull")),
    "box": lambda by: by.p("框", "", box(by.p("框里{{ a }}"))),
    "smart tag": lambda by: by.p("地", "", '<w:smartTag w:uri="u" w:element="e"><w:r><w:t>名</w:t></w:r></w:smartTag>'),
    "changes": lambda by: by.p("改", "", '<w:ins w:id="1" w:author="a"><w:r><w:t>增</w:t></w:r></w:ins>'
                               '<w:del w:id="2" w:author="a"><w:r><w:delText>删</w:delText></w:r></w:del>'),
    "equation": lambda by: by.p("式", "", '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
                                "<m:r><m:t>x</m:t></m:r></m:oMath>"),
    "sections": lambda by: by.p("节", "<w:pPr><w:sectPr><w:type w:val='continuous'/></w:sectPr></w:pPr>") + by.p("后"),
    "page break": lambda by: by.p("新页", "<w:pPr><w:pageBreakBefore/></w:pPr>", "<w:r><w:br w:type='page'/></w:r>"),
}  # fmt: skip


def written(by: Program, *features: str, inner: str = "") -> bytes:
    """A file of that program, with these features."""
    folder, _, name = by.main.rpartition("/")
    notes = "".join(f'<w:footnote w:type="separator" w:id="{one}"><w:p/></w:footnote>' for one in by.separators)
    notes += f'<w:footnote w:id="{by.first}">{by.p("注{{ a }}")}</w:footnote>'
    shape = (
        '<w:abstractNum w:abstractNumId="99411"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>'
    )
    parts = {
        "styles": '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>',
        "numbering": f'{shape}<w:num w:numId="1001"><w:abstractNumId w:val="99411"/></w:num>',
        "footnotes": notes,
        "comments": f'<w:comment w:id="0" w:author="审">{by.p("批{{ a }}")}</w:comment>',
    }
    more = {f"{folder}/{part}.xml": (f"{WORDML}.{part}+xml", part, f"<w:{part} {NAMESPACES}>{inner}</w:{part}>")
            for part, inner in parts.items()} | by.more  # fmt: skip
    up = "/" if by.absolute else "../"
    links = [(f"rId{at}", kind, up + part, "") for at, (part, (_, kind, _)) in enumerate(more.items())]
    links += [("rIdPic", "image", "media/image1.bin.png", ""), ("rIdNull", "image", "../NULL", "")]
    links += [("rIdLink", "hyperlink", "https://example.com/", ' TargetMode="External"')]
    related = "".join(f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
                      for key, kind, target, mode in links)  # fmt: skip
    body = "".join(FEATURES[one](by) for one in features) + inner
    kinds = {by.main: f"{WORDML}.document.main+xml", **{name: kind for name, (kind, _, _) in more.items()}}
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in kinds.items())
    files = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{LINKS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        f'Target="{by.main}"/></Relationships>',
        f"{folder}/_rels/{name}.rels": f'<Relationships xmlns="{LINKS}">{related}</Relationships>',
        by.main: f"<w:document {NAMESPACES} {by.spaces}><w:body>{body}<w:sectPr/></w:body></w:document>",
        **{part: content for part, (_, _, content) in more.items()},
    }
    return zipped({**{part: text.encode() for part, text in files.items()}, f"{folder}/media/image1.bin.png": PIXEL})


def lines(data: bytes) -> list[str]:
    return [line for line in text_lines(data, "甲.docx") if line]


def check(data: bytes) -> None:
    """What a file says alone, it says as a layout, as an attachment and inside a report."""
    alone = lines(data)
    assert lines(Layout.open(data).render({"a": "{{ a }}"})) == alone
    body = list(takewhile(lambda line: line[0] != "〔", alone))
    noted = ["注{{ a }}"] if any("有注" in line for line in body) else []
    opened = Attachment.open(data, "附.docx", "标题", Span("填报.yaml"), "附件[1]")
    behind = lines(write_package(attach(own_package(written(Program(), "text")), [opened])))
    assert [line for line in body + noted if line not in behind] == []
    host = Layout.open(written(Program(), inner="<w:p><w:r><w:t>{{p 文 }}</w:t></w:r></w:p>"))
    inside = lines(host.render({"文": Document(data, "文.docx", Span("填报.yaml"), "文"), "a": ""}))
    assert [line for line in body + noted if line not in inside] == []


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_each_program_and_feature(name: str, feature: str) -> None:
    check(written(PROGRAMS[name], "text", feature))


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_each_pair_of_features(name: str) -> None:
    for first, second in combinations(FEATURES, 2):
        check(written(PROGRAMS[name], first, second))


def test_python_docx() -> None:
    made = docx.Document()
    made.add_heading("标题", 1)
    made.add_paragraph("{{ a }}", style="List Number").add_run("粗").bold = True
    made.add_table(2, 2).cell(0, 0).merge(made.tables[0].cell(1, 1)).text = "格"
    made.add_picture(io.BytesIO(PIXEL))
    made.add_section(WD_SECTION.NEW_PAGE)
    out = io.BytesIO()
    made.save(out)
    check(out.getvalue())


@pytest.mark.parametrize("code", ["DDEAUTO c:\\x", "INCLUDETEXT x"])
def test_what_does_harm_is_refused(code: str) -> None:
    data = written(PROGRAMS["word"], "text", inner=f"<w:p>{field(code, 'x')}</w:p>")
    with pytest.raises(Refused, match="JX502"):
        Layout.open(data)
    with pytest.raises(Refused, match="JX536"):
        Attachment.open(data, "附.docx", "标题", Span("填报.yaml"), "附件[1]")
