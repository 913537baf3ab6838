"""The lines of a Word file: what a reader sees, where it stands, and the same by the short cut."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.base.diagnostics import Span
from generator.word.opc import Entry, open_package
from generator.word.read.document import read_texts
from generator.word.read.lines import read_lines

ROOT = Path(__file__).resolve().parents[2]
SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{}"/></Relationships>'
)


def entries(body: str, main: str = "word/document.xml", prefix: str = "w:", **others: str) -> dict[str, Entry]:
    """A package with this body, and other parts beside it."""
    space = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    root = f'<{prefix}document {space}="{SPACE}"><{prefix}body>{body}</{prefix}body></{prefix}document>'
    parts = {"_rels/.rels": RELATIONS.format(main), main: root}
    folder = main.rpartition("/")[0]
    parts |= {f"{folder}/{name}.xml": f'<w:x xmlns:w="{SPACE}">{text}</w:x>' for name, text in others.items()}
    return {name: Entry(name, text.encode()) for name, text in parts.items()}


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def field(instruction: str, result: str) -> str:
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    codes = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in instruction.split("|"))
    return f"{marks[0]}{codes}{marks[1]}{result}{marks[2]}"


def r(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def texts(body: str, **others: str) -> list[str]:
    """The texts, read in both ways."""
    package = entries(body, **others)
    lines = [line.text.strip() for line in read_lines(package).lines]
    assert read_texts(package) == lines
    return lines


def shown(package: dict[str, Entry]) -> list[tuple[str, str]]:
    """The lines, each with its place."""
    return [(line.text, line.place) for line in read_lines(package).lines]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p("甲") + p("乙"), ["甲", "乙"]),
        (p("  ") + "<w:p/>" + '<w:p w:rsidR="1"/>' + p(" 甲　"), ["甲"]),
        (f"<w:p>{r('一')}{r('二')}</w:p>", ["一二"]),
        (p("A &amp; B &lt;c&gt; &#x7532;"), ["A & B <c> 甲"]),
        ("<w:p><w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t></w:r></w:p>", ["一\t二\n三"]),
        ("<w:p><w:r><w:t>一</w:t><w:noBreakHyphen/><w:t>二</w:t><w:cr/><w:t>三</w:t></w:r></w:p>", ["一-二\n三"]),
        ("<w:p><w:r><w:t>一</w:t><w:tab></w:tab><w:t>二</w:t><w:br /><w:t>三</w:t><w:cr/></w:r></w:p>", ["一\t二\n三"]),
        ('<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="1"/></w:tabs></w:pPr><w:r><w:t>一</w:t></w:r></w:p>', ["一"]),
        ('<w:p><w:r><w:t>一</w:t><w:br w:type="page"/><w:t>二</w:t></w:r></w:p>', ["一二"]),
        ('<w:p><w:r><w:t>一</w:t><w:br w:type="textWrapping"/><w:t>二</w:t></w:r></w:p>', ["一\n二"]),
        ('<w:p><w:r><w:t xml:space="preserve">一 </w:t><w:t/><w:t xml:space="preserve"/></w:r></w:p>', ["一"]),
        (f"<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins>{r('新')}</w:ins></w:p>", ["新"]),
        (f"<w:p><w:moveFrom>{r('移走')}</w:moveFrom><w:moveTo>{r('移来')}</w:moveTo></w:p>", ["移来"]),
        (f"<w:p>{r('共')}{field(' NUMPAGES ', r('9'))}{r('页')}</w:p>", ["共页"]),
        (f"<w:p>{field(' PA|GE ', r('9'))}{r('页')}</w:p>", ["页"]),
        (f"<w:p>{field(' SEQ 表 ', r('1'))}</w:p>", ["1"]),
        (f"<w:p>{field(' TOC ', r('目录') + field(' PAGEREF _a ', r('3')) + r('尾'))}{r('后')}</w:p>", ["后"]),
        (f'<w:p><w:fldSimple w:instr=" PAGE ">{r("3")}</w:fldSimple>{r("后")}</w:p>', ["后"]),
        (f'<w:p><w:fldSimple w:instr="REF a">{r("4")}</w:fldSimple></w:p>', ["4"]),
        (f'<w:p>{field("", r("5"))}<w:fldSimple w:instr="x"/>{r("6")}</w:p>', ["56"]),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{p('控件')}</w:sdtContent></w:sdt>", ["控件"]),
        ("没有段落", []),
        ("<w:p><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>" + p("甲"), ["甲"]),
    ],
)  # fmt: skip
def test_what_reads_and_what_does_not(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{p('框中')}</w:txbxContent>"
    body = f"<w:p>{r('外')}<mc:AlternateContent {MC}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    package = entries(f"{body}</mc:AlternateContent></w:p>{p('后')}")
    assert shown(package) == [
        ("框中", "文本框 1 第 1 段「框中」"),
        ("外", "第 1 段「外」"),
        ("后", "第 2 段「后」"),
    ]
    assert read_texts(package) == ["框中", "外", "后"]


def test_places_are_those_of_messages_about_layouts() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{p('里')}</w:tc></w:tr></w:tbl>"
    rows = f"<w:tr><w:tc>{p('一')}</w:tc><w:tc>{p('二')}{p('二下')}</w:tc></w:tr>"
    rows += f"<w:sdt><w:sdtContent><w:tr><w:tc>{inner}{p('')}</w:tc><w:tc/></w:tr></w:sdtContent></w:sdt>"
    body = p("首") + "<w:p/>" + f"<w:tbl>{rows}</w:tbl>" + p("这一段很长，超过二十个字，所以只写开头的二十个字")
    assert [place for _, place in shown(entries(body))] == [
        "第 1 段「首」",
        "表 1 行 1 列 1",
        "表 1 行 1 列 2",
        "表 1 行 1 列 2",
        "表 1 行 2 列 1 内 表 1 行 1 列 1",
        "第 3 段「这一段很长，超过二十个字，所以只写开头的…」",
    ]


def test_notes_and_margins_follow_the_body() -> None:
    notes = f'<w:footnote w:id="2">{p("注二")}</w:footnote><w:footnote w:id="3">{p("注三")}</w:footnote>'
    others = {
        "footnotes": notes,
        "endnotes": f'<w:endnote w:id="1">{p("尾")}</w:endnote>',
        "header2": p("眉"),
        "footer1": p("脚"),
    }
    package = entries(p("文"), **others)
    assert shown(package) == [
        ("文", "第 1 段「文」"),
        ("尾", "尾注 1 第 1 段「尾」"),
        ("注二", "脚注 2 第 1 段「注二」"),
        ("注三", "脚注 3 第 1 段「注三」"),
        ("眉", "页眉 第 1 段「眉」"),
        ("脚", "页脚 第 1 段「脚」"),
    ]
    assert read_texts(package) == [text for text, _ in shown(package)]
    # How often a program keeps a header, and in what order, is not the text's.
    assert texts(p("文"), header1=p("眉"), header3=p("眉"), footer7=p("脚")) == ["文", "眉", "脚"]


@pytest.mark.parametrize("prefix", ["w:", "ns0:", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_however_a_program_writes_it(prefix: str, encoding: str) -> None:
    body = f"<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r></w:p><w:tbl><w:tr><w:tc>{p('格')}</w:tc></w:tr></w:tbl>"
    package = entries(re.sub(r"(</?)w:", rf"\1{prefix}", body), main="正文/文档.xml", prefix=prefix)
    data = package["正文/文档.xml"].data().decode().encode(encoding)
    package["正文/文档.xml"] = Entry("正文/文档.xml", data)
    assert [line.text for line in read_lines(package).lines] == ["甲\t乙", "格"] == read_texts(package)


def test_without_a_body_there_is_no_text() -> None:
    package = entries(p("文"))
    del package["word/document.xml"]
    with pytest.raises(ValueError, match="正文部件"):
        read_lines(package)
    del package["_rels/.rels"]
    with pytest.raises(ValueError, match="正文部件"):
        read_texts(package)


@pytest.mark.parametrize("file", sorted(ROOT.glob("templates/*/*.docx")), ids=lambda file: file.parent.name)
def test_both_ways_agree_on_the_layouts(file: Path) -> None:
    package = open_package(file.read_bytes(), Span(str(file)))
    assert read_texts(package) == [line.text.strip() for line in read_lines(package).lines] != []


PIECES = st.sampled_from(
    [r("甲"), r("a &amp; b"), "<w:r><w:tab/></w:r>", "<w:r><w:br/></w:r>", '<w:r><w:br w:type="page"/></w:r>', r(" "),
     "<w:r><w:br /></w:r>", field(" REF a ", r("2")), field("PAGE", r("7")), "<w:r><w:t/></w:r>", "<w:r><w:cr/></w:r>",
     f"<w:moveFrom>{r('走')}</w:moveFrom>", f"<w:sdt><w:sdtContent>{r('控')}</w:sdtContent></w:sdt>"]
)  # fmt: skip
PARAGRAPHS = st.lists(PIECES, max_size=4).map(lambda pieces: f"<w:p>{''.join(pieces)}</w:p>") | st.just("<w:p/>")
BLOCKS = st.recursive(
    PARAGRAPHS,
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(
        lambda blocks: "<w:tbl><w:tr>" + "".join(f"<w:tc>{block}</w:tc>" for block in blocks) + "</w:tr></w:tbl>"
    ),
    max_leaves=6,
)


@given(st.lists(BLOCKS, max_size=5))
def test_the_short_cut_leads_to_the_same_texts(blocks: list[str]) -> None:
    texts("".join(blocks))
