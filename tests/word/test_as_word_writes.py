"""What Word keeps apart from the text, in layouts and attachments: notes, bookmarks, lists, charts, fields."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace
from openxml_audit import OpenXmlValidator

from generator.base.diagnostics import Refused, Span
from generator.base.files import Document
from generator.word import Layout
from generator.word.merge.join import Attachment, attach, too_much_together
from generator.word.opc import own_package, write_package

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
ROWS = {"xs": [{"名": "甲", "有": True}, {"名": "乙", "有": False}, {"名": "丙", "有": True}]}
SHAPE = (
    f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/><w:lvl w:ilvl="0">'
    '<w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    f'<w:num xmlns:w="{W}" w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)
ITEM = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'


def loop(kit: Any, inner: str, opening: str = "{%p for x in xs %}") -> str:
    return f"{kit.paragraph(opening)}{inner}{kit.paragraph('{%p endfor %}')}"


def note(kit: Any, number: int, text: str, kind: str = "footnote") -> str:
    return f'<w:{kind} w:id="{number}">{kit.paragraph(text)}</w:{kind}>'


def refer(number: int, kind: str = "footnote") -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def para(inner: str, properties: str = "") -> str:
    return f"<w:p>{properties}{inner}</w:p>"


def field(kit: Any, code: str, result: str) -> str:
    begin, middle, end = (f'<w:r><w:fldChar w:fldCharType="{one}"/></w:r>' for one in ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText>{code}</w:instrText></w:r>{middle}{kit.run(result)}{end}"


def sound(kit: Any, out: Any) -> Any:
    assert OpenXmlValidator().validate(kit.file(out.data, "成品.docx")).errors == []
    return out


def beside(kit: Any, body: str, parts: dict[str, tuple[str, str, str]]) -> bytes:
    """A file with further parts, each with its content type, its relationship's id, and its content."""
    files = kit.out(kit.package(body)).files
    for name, (kind, key, content) in parts.items():
        link = f'<Relationship Id="{key}" Type="{OFFICE}/{key}" Target="{name.removeprefix("word/")}"/></Relationships>'
        links, types = "word/_rels/document.xml.rels", "[Content_Types].xml"
        files[links] = files[links].replace(b"</Relationships>", link.encode())
        override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
        files[types] = files[types].replace(b"</Types>", override.encode())
        files[name] = content.encode()
    return bytes(kit.zipped(files))


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_each_copy_of_a_reference_has_its_note(kit: Any, kind: str) -> None:
    inner = para(f"{kit.run('{{ x.名 }}')}{refer(1, kind)}") + kit.paragraph("{%p if x.有 %}")
    inner += para(kit.run("另") + refer(2, kind)) + kit.paragraph("{%p endif %}")
    separator = f'<w:{kind} w:type="separator" w:id="-1"><w:p/></w:{kind}>'
    notes = separator + note(kit, 1, "{{ x.名 }}的注", kind) + note(kit, 2, "另注", kind)
    out = sound(kit, kit.render(loop(kit, inner), ROWS, {f"{kind}s": notes}))
    part = out.tree(f"word/{kind}s.xml")
    said = {one.get(f"{{{W}}}id"): "".join(one.itertext()) for one in part}
    used = [one.get(f"{{{W}}}id") for one in out.tree().iter(f"{{{W}}}{kind}Reference")]
    assert [said[number] for number in used] == ["甲的注", "另注", "乙的注", "丙的注", "另注"]
    assert list(said) == ["-1", *used]


def test_each_copy_of_a_comment_has_its_range(kit: Any) -> None:
    start, end = (f'<w:commentRange{edge} w:id="0"/>' for edge in ("Start", "End"))
    inner = f"{kit.paragraph('{%p if x.有 %}')}<w:p>{start}</w:p>{kit.paragraph('{%p endif %}')}"
    inner += para(f"{kit.run('{{ x.名 }}')}{end}{refer(0, 'comment')}")
    comment = f'<w:comment w:id="0" w:author="审">{kit.paragraph("核对{{ x.名 }}")}</w:comment>'
    out = kit.render(loop(kit, inner), ROWS, {"comments": comment})
    texts = {one.get(f"{{{W}}}id"): "".join(one.itertext()) for one in out.tree("word/comments.xml")}
    used = [one.get(f"{{{W}}}id") for one in out.tree().iter(f"{{{W}}}commentReference")]
    assert [texts[one] for one in used] == ["核对甲", "核对乙", "核对丙"]
    assert len(set(used)) == 3
    starts = [one.get(f"{{{W}}}id") for one in out.tree().iter(f"{{{W}}}commentRangeStart")]
    assert starts == [used[0], used[2]]


def test_a_caption_of_words_in_a_loop_is_told(kit: Any) -> None:
    caption = para(kit.run("表") + field(kit, " SEQ 表 \\* ARABIC ", "1"))
    assert kit.layout(caption + loop(kit, kit.paragraph("{{ x.名 }}"))).findings == ()
    simple = f'<w:fldSimple w:instr="SEQ 图">{kit.run("1")}</w:fldSimple>'
    told = kit.layout(caption + loop(kit, caption + para(simple))).findings
    assert [(one.code, one.path) for one in told] == [("JX505", "第 2 段「{%p for x in xs %}」")]


def test_a_wrong_tag_in_a_note_is_told_at_its_note(kit: Any) -> None:
    body = para(kit.run("{% for x in xs %}{{ x.名 }}") + refer(1) + kit.run("{% endfor %}"))
    for known in ({"names": {"xs", "xs.名"}}, {}):
        with pytest.raises(Refused) as refused:
            kit.render(body, ROWS, {"footnotes": note(kit, 1, "{{ x.没有 }}")}, **known)
        assert "脚注 1 第 1 段" in refused.value.findings[0].path


def test_bookmarks_in_a_loop_lead_to_their_own_copy(kit: Any) -> None:
    start, end = '<w:bookmarkStart w:id="5" w:name="位"/>', '<w:bookmarkEnd w:id="5"/>'
    inner = para(field(kit, "REF 位 \\h", "甲")) + para(f"{start}{kit.run('{{ x.名 }}')}{end}")
    out = sound(kit, kit.render(loop(kit, inner) + para(field(kit, "REF 位 \\h", "甲")), ROWS))
    names = [one.get(f"{{{W}}}name") for one in out.tree().iter(f"{{{W}}}bookmarkStart")]
    assert names == ["位", "位_2", "位_3"]
    assert [one.text.split()[1] for one in out.tree().iter(f"{{{W}}}instrText")] == [*names, "位"]
    ends = [one.get(f"{{{W}}}id") for one in out.tree().iter(f"{{{W}}}bookmarkEnd")]
    assert ends == [one.get(f"{{{W}}}id") for one in out.tree().iter(f"{{{W}}}bookmarkStart")]
    assert len(set(ends)) == 3
    for body in (loop(kit, para(start + kit.run("{{ x.名 }}"))) + para(end), para(start) + loop(kit, para(end))):
        sound(kit, kit.render(body, ROWS))  # one end alone is copied


@pytest.mark.parametrize(
    ("inner", "lists"),
    [
        ("{}" + "<w:p>" + ITEM + "</w:p>" * 1 + "<w:p>" + ITEM + "</w:p>", 3),  # a heading, then a list
        ("<w:p>" + ITEM + "</w:p>{}", 1),  # an item, then what it says
        ("{}<w:p>" + ITEM + "</w:p>", 1),  # a numbered caption
    ],
)
def test_a_list_that_begins_in_a_loop_counts_anew(kit: Any, inner: str, lists: int) -> None:
    body = loop(kit, inner.format(kit.paragraph("{{ x.名 }}")))
    out = sound(kit, kit.render(body, ROWS, {"numbering": SHAPE}))
    used = [one.get(f"{{{W}}}val") for one in out.tree().iter(f"{{{W}}}numId")]
    assert len(set(used)) == lists
    nums = {one.get(f"{{{W}}}numId"): one for one in out.tree("word/numbering.xml").iter(f"{{{W}}}num")}
    restarts = [next(nums[one].iter(f"{{{W}}}startOverride")).get(f"{{{W}}}val") for one in set(used) - {"1"}]
    assert restarts == ["3"] * (lists - 1)


def test_a_list_in_an_inner_loop_counts_on(kit: Any) -> None:
    item = loop(kit, f"<w:p>{ITEM}{kit.run('{{ 项 }}')}</w:p>", "{%p for 项 in '甲乙' %}")
    out = kit.render(loop(kit, kit.paragraph("{{ x.名 }}") + item), ROWS, {"numbering": SHAPE})
    used = Counter(one.get(f"{{{W}}}val") for one in out.tree().iter(f"{{{W}}}numId"))
    assert sorted(used.values()) == [2, 2, 2]


def test_copied_columns_keep_their_widths(kit: Any) -> None:
    cells = ["序号", "{%tc for x in xs %}", "{{ x.名 }}", "{%tc endfor %}", "备注"]
    body = kit.table(cells)
    widths = iter((700, 200, 900, 200, 2000) * 2)
    out = kit.render(re.sub("2000", lambda _: str(next(widths)), body), ROWS)
    printed = [int(one.get(f"{{{W}}}w")) for one in out.tree().iter(f"{{{W}}}tcW")]
    assert printed == [518, 666, 666, 666, 1481]


def test_minus_takes_breaks_and_tabs_along(kit: Any) -> None:
    broken = "<w:r><w:t>住在</w:t><w:br/><w:tab/><w:t> {%- if n -%} </w:t></w:r><w:r><w:br/><w:t>城里</w:t></w:r>"
    out = kit.render(para(broken + kit.run("{%- endif -%}") + '<w:r><w:br w:type="page"/></w:r>'), {"n": 1})
    assert "住在城里" in "".join(out.lines())
    assert out.xml().count("<w:br") == 1


def test_tags_in_charts_smartart_and_equations_print(kit: Any) -> None:
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    runs = "".join(f"<m:r><m:t>{text}</m:t></m:r>" for text in ("率={{", "率", "}}"))
    body = para(f'<m:oMath xmlns:m="{math}"><m:f><m:num>{runs}</m:num><m:den/></m:f></m:oMath>')
    assert "<m:t>率=5</m:t>" in kit.render(body, {"率": 5}).xml()
    parts = "".join(f"<m:r><m:t>{text}</m:t></m:r>" for text in ("A={", "x∈R", "}"))
    assert parts in kit.render(body + para(f'<m:oMath xmlns:m="{math}">{parts}</m:oMath>'), {"率": 5}).xml()

    def drawn(inner: str) -> Layout:
        text = f'<x xmlns:a="{A}"><a:p>{inner}</a:p></x>'
        return Layout.open(beside(kit, kit.paragraph("文"), {"word/charts/chart1.xml": (CHART, "chart", text)}))

    out = kit.out(drawn("<a:r><a:t>{{ 名</a:t></a:r><a:r><a:t> }}表</a:t></a:r>").render({"名": "<1>"}))
    assert "&lt;1&gt;表" in out.xml("word/charts/chart1.xml")
    with pytest.raises(Refused, match="JX523"):
        drawn("<a:t>{% if 名 %}</a:t></a:p><a:p><a:t>{% endif %}</a:t>")


def test_a_bound_control_shows_what_its_tag_prints(kit: Any) -> None:
    bound = '<w:sdtPr><w:showingPlcHdr/><w:dataBinding w:xpath="/a" w:storeItemID="{A}"/></w:sdtPr>'
    body = f"<w:sdt>{bound}<w:sdtContent>{kit.paragraph('{{ 名 }}')}</w:sdtContent></w:sdt>"
    out = kit.render(body, {"名": "甲"})
    assert out.lines() == ["甲"]
    assert "dataBinding" not in out.xml()
    assert "showingPlcHdr" not in out.xml()


def test_braces_of_citation_programs_are_no_tags(kit: Any) -> None:
    code = 'ADDIN ZOTERO_ITEM {"a":{"b":{"c":1}}}'
    out = kit.render(para(field(kit, code, "(张)") + kit.run("{{ a }}")), {"a": 1})
    assert code in out.xml()
    assert out.lines() == ["(张)1"]


def test_a_heading_row_merges_with_the_rows_of_the_loop(kit: Any) -> None:
    key = "{% vm '指标' %}指标"
    body = kit.table(
        [key, "级别"], ["{%tr for x in xs %}", ""], [key, "{{ x.名 }}"], ["{%tr endfor %}", ""], [key, "合计"]
    )
    out = kit.render(body, ROWS)
    merges = [one.get(f"{{{W}}}val") for one in out.tree().iter(f"{{{W}}}vMerge")]
    assert merges == ["restart", "continue", "continue", "continue", "continue"]
    assert [row[0] for row in out.rows()] == ["指标", "", "", "", ""]


def test_a_name_in_single_braces_is_told(kit: Any) -> None:
    body = kit.paragraph("编号{ 年度 }、{ 行.名 }、{见附件}、{{ 年度 }}") + loop(kit, "", "{%p for 行 in xs %}")
    found = kit.layout(body, names={"年度", "xs", "xs.名"}).findings
    assert [one.code for one in found] == ["JX529", "JX529"]
    assert "{ 年度 }" in found[0].message
    assert "{ 行.名 }" in found[1].message


def test_names_in_brackets_that_are_no_tags_are_told(kit: Any) -> None:
    text = "【【年度】】、[[年度]]、《《年度》》、«年度»、【部门.名称】、剩】】，"
    text += "【年度】、《《条例》办法》、【注.一】、[[1]]"
    found = kit.layout(kit.paragraph(text), names={"年度", "部门.名称"}).findings
    assert [one.code for one in found] == ["JX504"] * 6
    assert {"「【部门.名称】", "「】】"} <= {one.message.split("」")[0] for one in found}


@pytest.mark.parametrize(("opening", "closing"), [("\u202a", "\u202c"), ("\u2067", "\u2069"), ("\u200f", "")])
def test_signs_of_direction_in_tags_do_not_count(kit: Any, opening: str, closing: str) -> None:
    tags = f"{{{{ {opening}部门.名称{closing} }}}}", f"{{% if {opening}u{closing} %}}是{{% endif %}}"
    body = kit.paragraph(f"{opening}！{closing}".join(tags))
    assert kit.render(body, {"部门": {"名称": "甲局"}, "u": True}).lines() == [f"甲局{opening}！{closing}是"]


def test_a_vertical_tab_is_a_line_break(kit: Any) -> None:
    assert kit.render(kit.paragraph("{{ u }}"), {"u": "甲\v乙"}).lines() == ["甲\n乙"]


def test_shapes_in_a_loop_have_ids_of_their_own(kit: Any) -> None:
    office = 'xmlns:o="urn:schemas-microsoft-com:office:office"'
    shape = f'<w:r><w:pict><v:rect {office} id="框" o:spid="_x0000_s1026"/></w:pict></w:r>'
    control = f'<w:sdt><w:sdtPr><w:id w:val="7"/></w:sdtPr><w:sdtContent>{kit.run("甲")}</w:sdtContent></w:sdt>'
    out = kit.render(loop(kit, para(shape + control)), ROWS)
    assert len({one.get("id") for one in out.tree().iter("{urn:schemas-microsoft-com:vml}rect")}) == 3
    assert 'w:val="7"' not in out.xml()


def test_the_type_of_the_text_may_be_stated_for_all(kit: Any) -> None:
    files = kit.out(kit.package(kit.paragraph("{{ a }}"))).files
    types = re.sub(rb'<Override PartName="/word/document.xml"[^>]*>', b"", files["[Content_Types].xml"])
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    files["[Content_Types].xml"] = types.replace(b"application/xml", main)
    assert kit.out(Layout.open(kit.zipped(files)).render({"a": "甲"})).lines() == ["甲"]


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_of_a_file_within_the_text_are_counted_where_they_stand(kit: Any, kind: str) -> None:
    guest = kit.package(para(kit.run("子") + refer(1, kind)), {f"{kind}s": note(kit, 1, "子注", kind)})
    body = para(refer(1, kind)) + kit.paragraph("{{p 文 }}") + para(refer(2, kind))
    notes = note(kit, 1, "前注", kind) + note(kit, 2, "后注", kind)
    out = kit.render(body, {"文": Document(guest, "子.docx", Span("填报.yaml"), "文")}, {f"{kind}s": notes})
    used = [one.get(f"{{{W}}}id") for one in out.tree().iter(f"{{{W}}}{kind}Reference")]
    said = {one.get(f"{{{W}}}id"): "".join(one.itertext()) for one in out.tree(f"word/{kind}s.xml")}
    assert [said[number] for number in used] == ["前注", "子注", "后注"]
    assert [number for number in said if number in used] == used == sorted(used, key=int)


class TestAttached:
    """The same in files behind a report, or inside it."""

    @pytest.fixture(params=["attached", "placed"])
    def join(self, request: pytest.FixtureRequest, kit: Any) -> Any:
        def joined(guest: bytes, host: str = "", parts: dict[str, str] | None = None) -> Any:
            if request.param == "placed":
                placed = Document(guest, "甲.docx", Span("填报.yaml"), "文")
                return kit.render(host + kit.paragraph("{{p 文 }}"), {"文": placed}, parts)
            opened = Attachment.open(guest, "甲.docx", "甲", Span("填报.yaml"), "附件[1]")
            report = own_package(kit.package(host or kit.paragraph("报告"), parts))
            return kit.out(write_package(attach(report, [opened])))

        return joined

    def test_references_follow_renamed_bookmarks(self, kit: Any, join: Any) -> None:
        start, end = '<w:bookmarkStart w:id="1" w:name="_Toc1"/>', '<w:bookmarkEnd w:id="1"/>'
        simple = f'<w:fldSimple w:instr=" REF _Toc1 \\h ">{kit.run("甲")}</w:fldSimple>'
        cut = field(kit, "PAGEREF _To</w:instrText></w:r><w:r><w:instrText>c1 \\h", "1")
        guest = para(field(kit, 'HYPERLINK \\l "_Toc1"', "跳") + simple + cut) + para(start + kit.run("甲") + end)
        out = join(kit.package(guest), para(start + kit.run("报告") + end))
        names = [one.get(f"{{{W}}}name") for one in out.tree().iter(f"{{{W}}}bookmarkStart")]
        assert len(set(names)) == 2
        codes = [one.text for one in out.tree().iter(f"{{{W}}}instrText") if one.text]
        codes += [one.get(f"{{{W}}}instr") for one in out.tree().iter(f"{{{W}}}fldSimple")]
        assert len(codes) == 3
        assert all(re.search(rf"\b{names[1]}\b", code) for code in codes)

    def test_counts_are_its_own(self, kit: Any, join: Any) -> None:
        caption = para(field(kit, "SEQ 表 \\* ARABIC", "1"))
        listed = para(field(kit, 'TOC \\h \\c "表"', "1"))
        out = join(kit.package(caption + caption + listed), caption)
        one, *others = [code.text for code in out.tree().iter(f"{{{W}}}instrText")]
        assert one == "SEQ 表 \\* ARABIC"
        assert len({re.search(r"表_\d+", code)[0] for code in others}) == 1  # type: ignore[index]

    @pytest.mark.parametrize("code", ["TITLE", " docproperty 文号 ", "STYLEREF 1", "FILENAME \\p"])
    def test_properties_stay_as_they_were(self, kit: Any, join: Any, code: str) -> None:
        simple = f'<w:fldSimple w:instr="{code}">{kit.run("二")}</w:fldSimple>'
        out = join(kit.package(para(kit.run("题：") + field(kit, code, "一") + simple)))
        assert "题：一二" in out.lines()
        assert "fldChar" not in out.xml()
        assert "fldSimple" not in out.xml()

    def test_fields_within_fields_stay_apart(self, kit: Any, join: Any) -> None:
        code = f"IF </w:instrText></w:r>{field(kit, 'TITLE', '一')}<w:r><w:instrText> = 1"
        out = join(kit.package(para(field(kit, code, "二"))))
        assert [one.text for one in out.tree().iter(f"{{{W}}}instrText")] == ["IF ", "TITLE", " = 1"]

    def test_own_number_formats_stay(self, kit: Any, join: Any) -> None:
        choice = (
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice '
            'Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice><mc:Fallback>'
            '<w:numFmt w:val="decimalZero"/></mc:Fallback></mc:AlternateContent>'
        )
        shape = SHAPE.replace('<w:numFmt w:val="decimal"/>', choice)
        out = join(kit.package(para(kit.run("零"), ITEM), {"numbering": shape}))
        found = [one.get(f"{{{W}}}format") for one in out.tree("word/numbering.xml").iter(f"{{{W}}}numFmt")]
        assert found == ["001, 002, 003, ..."]

    def test_colours_of_its_theme_stay(self, kit: Any, join: Any) -> None:
        coloured = f'<c xmlns:a="{A}"><a:schemeClr val="accent1"><a:lumMod val="5"/></a:schemeClr></c>'
        drawn = (
            f'<w:drawing><x xmlns:a="{A}" xmlns:r="{OFFICE}" r:id="chart"><a:schemeClr val="accent1"/></x></w:drawing>'
        )
        guest = kit.out(
            beside(kit, para(f"<w:r>{drawn}</w:r>"), {"word/charts/chart1.xml": (CHART, "chart", coloured)})
        )
        theme = re.sub(rb"(<a:accent1>\s*<a:srgbClr val=)\"\w+\"", rb'\1"FF0000"', guest.files["word/theme.xml"])
        out = join(kit.zipped({**guest.files, "word/theme.xml": theme}))
        chart = next(content for name, content in out.files.items() if "chart1" in name and "rels" not in name)
        assert b'srgbClr val="FF0000"><a:lumMod' in chart
        assert 'srgbClr val="FF0000"' in out.xml()

    def test_smartart_comes_with_its_picture(self, kit: Any, join: Any) -> None:
        dgm = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
        drawn = f'<w:drawing><dgm:relIds xmlns:dgm="{dgm}" xmlns:r="{OFFICE}" r:dm="diagramData"/></w:drawing>'
        kinds = ("application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml", "application/xml")
        guest = beside(kit, para(f"<w:r>{drawn}</w:r>"), {
            "word/diagrams/data1.xml": (kinds[0], "diagramData", '<d><ext relId="diagramDrawing"/></d>'),
            "word/diagrams/drawing1.xml": (kinds[1], "diagramDrawing", "<画/>"),
        })  # fmt: skip
        out = join(guest)
        data = next(content.decode() for name, content in out.files.items() if name.endswith("data1.xml"))
        links = {one.get("Id"): one.get("Target") for one in out.tree("word/_rels/document.xml.rels")}
        assert links[re.search(r'relId="([^"]*)"', data)[1]].endswith("drawing1.xml")  # type: ignore[index]

    def test_a_picture_that_is_lost_stops_nothing(self, kit: Any, join: Any) -> None:
        lost = f'<w:r><w:drawing><x xmlns:r="{OFFICE}" r:embed="rIdL"/></w:drawing></w:r>'
        files = kit.out(kit.package(para(kit.run("甲") + lost) + kit.table(["格"]))).files
        links = "word/_rels/document.xml.rels"
        link = f'<Relationship Id="rIdL" Type="{OFFICE}/image" Target="../NULL"/></Relationships>'
        files[links] = files[links].replace(b"</Relationships>", link.encode())
        files["word/document.xml"] = re.sub(rb"<w:tr>.*</w:tr>", b"", files["word/document.xml"])
        assert "甲" in join(kit.zipped(files)).lines()


def test_a_title_is_not_left_alone_on_its_page(kit: Any) -> None:
    guest = kit.package(kit.paragraph("标题", properties="<w:pPr><w:pageBreakBefore/></w:pPr>"))
    opened = Attachment.open(guest, "甲.docx", "甲", Span("填报.yaml"), "附件[1]")
    out = kit.out(write_package(attach(own_package(kit.package(kit.paragraph("报告"))), [opened])))
    assert [one.get(f"{{{W}}}val") for one in out.tree().iter(f"{{{W}}}pageBreakBefore")] == ["0"]


def test_files_that_are_too_large_together_are_refused_at_the_one_too_many(kit: Any) -> None:
    one = Attachment.open(kit.package("<w:p/>" * 100_000), "甲.docx", "", Span("填报.yaml"), "附件")
    opened = [replace(one, path=f"附件[{at}]") for at in range(1, 8)]
    assert too_much_together(opened[:5]) == []
    assert [(one.code, one.path) for one in too_much_together(opened)] == [("JX536", "附件[6]")]


@pytest.mark.parametrize(
    ("piece", "count", "said"),
    [
        ("<w:p><!--{}--></w:p>", 670_000, r"1\d MB，超过 12 MB"),
        ("<w:p/><!--{}-->", 300_000, r"60\d{4} 处，超过 280000 处"),
    ],
)
def test_a_file_too_large_to_join_is_refused_with_its_size(kit: Any, piece: str, count: int, said: str) -> None:
    files = kit.out(kit.package(kit.paragraph("甲"))).files
    made = "".join(piece.format(at) for at in range(count))
    text = files["word/document.xml"].replace(b"<w:body>", f"<w:body>{made}".encode())
    with pytest.raises(Refused, match=said) as refused:
        Attachment.open(kit.zipped({**files, "word/document.xml": text}), "甲.docx", "", Span("填报.yaml"), "附件[1]")
    assert [one.code for one in refused.value.findings] == ["JX536"]
