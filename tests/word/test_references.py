"""Captions, references to them, and the contents list: the text as it is seen, and the fields behind it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openxml_audit import OpenXmlValidator

from generator.base.diagnostics import Refused
from generator.word import Layout

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def style(key: str, name: str, inside: str = "", *, usual: bool = False) -> str:
    default = ' w:default="1"' if usual else ""
    return f'<w:style w:type="paragraph"{default} w:styleId="{key}"><w:name w:val="{name}"/>{inside}</w:style>'


STYLES = (
    style("Body", "Normal", usual=True)
    + style("H1", "heading 1")
    + style("H2", "heading 2")
    + style("Own", "自己的", '<w:basedOn w:val="H1"/>')
    + style("Round", "转圈", '<w:basedOn w:val="Round"/>')
    + style("Flat", "不是标题", '<w:basedOn w:val="H1"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr>')
    + style("Annex", "附表标题", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>')
)


def layout(kit: Any, body: str, parts: dict[str, str] | None = None, styles: str = STYLES, **options: Any) -> Layout:
    extra = {"word/styles.xml": f"<w:styles {SPACE}>{styles}</w:styles>".encode()} if styles else None
    return Layout.open(kit.file(kit.package(body, parts, extra)), **options)


def render(kit: Any, body: str, values: dict[str, Any] | None = None, parts: dict[str, str] | None = None) -> Any:
    return kit.out(layout(kit, body, parts).render(values or {}))


def codes(out: Any, part: str = "word/document.xml") -> list[str]:
    return [(code.text or "").strip() for code in out.tree(part).iter(f"{W}instrText")]


def refused(
    kit: Any, body: str, values: dict[str, Any] | None = None, parts: dict[str, str] | None = None
) -> list[str]:
    with pytest.raises(Refused) as caught:
        layout(kit, body, parts).render(values or {})
    return [f"{one.code} {one.path} {one.message} {one.hint}" for one in caught.value.findings]


@pytest.fixture
def report(kit: Any) -> str:
    p = kit.paragraph
    return str(
        p("见{{ 见('乙') }}和{{ 见('甲') }}。")
        + p("一、情况", style="H1")
        + p("{{ 题注('甲') }}　甲表")
        + p("二、自评", style="H1")
        + p("（一）结论", style="H2")
        + p("{{ 题注('丙') }}　丙表")
        + p("{{ 题注('乙') }}　乙表")
    )


class TestCaptions:
    def test_count_within_their_chapter(self, kit: Any, report: str) -> None:
        lines = render(kit, report).lines()
        assert lines[0] == "见表2-2和表1-1。"
        assert [line for line in lines if line.startswith("表")] == ["表1-1　甲表", "表2-1　丙表", "表2-2　乙表"]

    def test_are_fields_with_bookmarks(self, kit: Any, report: str) -> None:
        out = render(kit, report)
        assert codes(out) == [
            "REF _Ref000900003 \\h",
            "REF _Ref000900001 \\h",
            "SEQ 表 \\* ARABIC \\r 1 \\s 1",
            "SEQ 表 \\* ARABIC \\r 1 \\s 1",
            "SEQ 表 \\* ARABIC \\s 1",
        ]
        whole = r'<w:bookmarkStart w:id="(\d+)" w:name="(_Ref\d+)"/>(.*?)<w:bookmarkEnd w:id="\1"/>'
        marked = re.findall(whole, out.xml())
        seen = {name: "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", inside)) for _, name, inside in marked}
        assert seen == {"_Ref000900001": "表1-1", "_Ref000900002": "表2-1", "_Ref000900003": "表2-2"}

    def test_keep_the_format_of_their_run(self, kit: Any) -> None:
        bold = kit.run("见{{ 见(1 ~ 2) }}", "<w:rPr><w:b/></w:rPr>")
        out = render(kit, f"<w:p>{bold}{kit.run('{{ 题注(1 ~ 2) }}')}</w:p>")
        runs = [
            ("".join(words.text or "" for words in run.iter(f"{W}t")), run.find(f"{W}rPr") is not None)
            for run in out.tree().iter(f"{W}r")
        ]
        assert ("表0-1", True) in runs
        assert ("表0-", False) in runs

    def test_may_count_through(self, kit: Any) -> None:
        p = kit.paragraph
        body = p("{{ 题注('一', '图', false) }}") + p("章", style="H1") + p("{{ 题注('二', 标签='图', 按章=false) }}")
        out = render(kit, body)
        assert out.lines() == ["图1", "章", "图2"]
        assert codes(out) == ["SEQ 图 \\* ARABIC"] * 2

    def test_each_label_has_its_own_count(self, kit: Any) -> None:
        p = kit.paragraph
        body = p("章", style="H1") + p("{{ 题注('一') }}") + p("{{ 题注('二', 标签='图') }}") + p("{{ 题注('三') }}")
        assert render(kit, body).lines()[1:] == ["表1-1", "图1-1", "表1-2"]

    def test_in_loops_have_computed_names(self, kit: Any) -> None:
        p = kit.paragraph
        body = p("{%p for 项 in 表 %}") + p("{{ 题注('表' ~ 项) }}见{{ 见('表' ~ (3 - 项)) }}") + p("{%p endfor %}")
        assert render(kit, body, {"表": [1, 2]}).lines() == ["表0-1见表0-2", "表0-2见表0-1"]

    def test_only_heading_1_begins_a_chapter(self, kit: Any) -> None:
        p = kit.paragraph
        empty = p("", style="H1")
        tracked = (
            '<w:p><w:pPr><w:pStyle w:val="Body"/><w:pPrChange w:id="1" w:author="甲"><w:pPr>'
            '<w:pStyle w:val="H1"/></w:pPr>'
            f"</w:pPrChange></w:pPr>{kit.run('曾经是标题')}</w:p>"
        )
        others = p("附", style="Annex") + p("自", style="Own") + p("平", style="Flat") + p("圈", style="Round")
        body = p("章", style="H1") + empty + tracked + others + p("{{ 题注('一') }}")
        assert render(kit, body).lines()[-1] == "表1-1"

    def test_headings_that_values_bring_count_too(self, kit: Any) -> None:
        p = kit.paragraph
        body = p("{%p for 项 in 表 %}") + p("{{ 项 }}", style="H1") + p("{{ 题注(项) }}") + p("{%p endfor %}")
        assert render(kit, body, {"表": ["甲", "乙"]}).lines() == ["甲", "表1-1", "乙", "表2-1"]

    def test_in_a_text_box_count_once(self, kit: Any) -> None:
        inner = kit.paragraph("{{ 题注('框') }}") + kit.paragraph("框内标题", style="H1")
        box = (
            '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wps:txbx><w:txbxContent>'
            f"{inner}</w:txbxContent></wps:txbx></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
            f"<w:txbxContent>{inner}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
        out = render(kit, f"<w:p>{box}</w:p>" + kit.paragraph("{{ 题注('后') }}见{{ 见('框') }}"))
        assert [line for line in out.lines() if line.startswith("表")] == ["表0-1", "表0-1", "表0-2见表0-1"]
        assert out.xml().count("SEQ 表") == 2

    def test_other_values_in_the_second_copy_stay(self, kit: Any) -> None:
        box = f"<v:textbox><w:txbxContent>{kit.paragraph('{{ 值 }}')}</w:txbxContent></v:textbox>"
        copy = f"<mc:AlternateContent><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
        out = render(kit, f"<w:p><w:r>{copy}</w:r></w:p>", {"值": "甲"})
        assert "甲" in out.xml()

    def test_hostile_names_are_only_names(self, kit: Any) -> None:
        name = "<?jx mark 0?>&'"
        out = render(kit, kit.paragraph("{{ 题注(名) }}{{ 名 }}{{ 见(名) }}"), {"名": name})
        assert out.lines() == [f"表0-1{name}表0-1"]


class TestReferences:
    def test_stand_in_headers_and_footnotes(self, kit: Any, report: str) -> None:
        parts = {"header1": kit.paragraph("详见{{ 见('乙') }}")}
        out = render(kit, report, parts=parts)
        assert out.lines("word/header1.xml") == ["详见表2-2"]
        assert codes(out, "word/header1.xml") == ["REF _Ref000900003 \\h"]

    def test_to_nothing_are_told_before_any_render(self, kit: Any) -> None:
        parts = {"header1": kit.paragraph("{{ 见('得分表') }}")}
        with pytest.raises(Refused) as caught:
            layout(kit, kit.paragraph("{{ 题注('得分汇总表') }}{{ 见(名称='其他') }}"), parts)
        found = [(one.code, one.path, one.hint) for one in caught.value.findings]
        assert found == [
            ("JX519", "第 1 段「{{ 题注('得分汇总表') }}{{ …」", "可用的有：得分汇总表。"),
            ("JX519", "页眉 第 1 段「{{ 见('得分表') }}」", "是否为「得分汇总表」？"),
        ]

    def test_where_there_is_no_caption_at_all(self, kit: Any) -> None:
        with pytest.raises(Refused) as caught:
            layout(kit, kit.paragraph("{{ 见('甲') }}"))
        assert caught.value.findings[0].hint == "在它所指的表或图上写题注。"

    def test_to_a_caption_that_was_not_printed(self, kit: Any) -> None:
        body = kit.paragraph("{% if 有 %}{{ 题注('甲') }}{% endif %}") + kit.paragraph("{{ 见('甲') }}")
        found = refused(kit, body, {"有": False})
        assert [text[:5] for text in found] == ["JX519"]
        assert "第 2 段" in found[0]
        assert render(kit, body, {"有": True}).lines() == ["表0-1", "表0-1"]

    def test_with_computed_names_are_told_at_the_render(self, kit: Any) -> None:
        body = kit.paragraph("{{ 题注(甲) }}") + kit.paragraph("{{ 见('丁') }}")
        assert "不在文档里" in refused(kit, body, {"甲": "乙"})[0]


class TestFaults:
    def test_the_same_name_twice(self, kit: Any) -> None:
        body = kit.paragraph("{% for 项 in 表 %}{{ 题注('甲') }}{% endfor %}")
        assert "题注「甲」印了不止一次" in refused(kit, body, {"表": [1, 2]})[0]

    def test_one_label_counted_in_two_ways(self, kit: Any) -> None:
        body = kit.paragraph("{{ 题注('甲') }}{{ 题注('乙', 按章=false) }}")
        assert "有的按章编号，有的不按章" in refused(kit, body)[0]

    def test_outside_the_body(self, kit: Any) -> None:
        parts = {"header1": kit.paragraph("{{ 题注('甲') }}") + kit.paragraph("{{p 目录() }}")}
        found = refused(kit, kit.paragraph("正文{{ 1 }}"), parts=parts)
        assert [text[:5] for text in found] == ["JX535", "JX535"]
        assert "题注「甲」不在正文里" in found[0]
        assert "目录不在正文里" in found[1]

    @pytest.mark.parametrize(
        ("tag", "said"),
        [
            ("{{ 题注('') }}", "名称要有 1 至 40 个字"),
            ("{{ 见(长) }}", "名称要有 1 至 40 个字"),
            ("{{ 题注('甲', 标签='a b') }}", "标签要是「表」「图」这样的文字"),
            ("{{ 题注('甲') ~ '：' }}", "要单独写成一个标记"),
            ("{{ 目录() }}", "{{p 目录() }}"),
            ("{{p 目录(0) }}", "1 至 9 的整数"),
            ("{{ 见(没有) }}", "「没有」没有值"),
            ("{{ 题注(没有) }}", "「没有」没有值"),
        ],
    )
    def test_are_told_at_their_tag(self, kit: Any, tag: str, said: str) -> None:
        found = refused(
            kit,
            kit.paragraph("第一段") + kit.paragraph(tag) + kit.paragraph("{{ 题注(短) }}"),
            {"长": "长" * 41, "短": "短"},
        )
        assert len(found) == 1
        assert "第 2 段" in found[0]
        assert said in found[0]

    def test_come_after_what_else_is_wrong(self, kit: Any) -> None:
        body = kit.paragraph("{{ 没有 }}") + kit.paragraph("{{ 题注('甲') }}{{ 题注('甲') }}")
        assert [text[:5] for text in refused(kit, body)] == ["JX530"]

    def test_a_value_of_that_name_wins(self, kit: Any) -> None:
        assert kit.layout(kit.paragraph("{{ 目录 }}")).names == ("目录",)
        assert render(kit, kit.paragraph("{{ 目录 }}"), {"目录": "甲"}).lines() == ["甲"]


class TestContents:
    def test_lists_the_headings_as_links(self, kit: Any, report: str) -> None:
        out = render(kit, kit.paragraph("{{p 目录() }}") + report)
        assert out.lines()[:3] == ["一、情况", "二、自评", "（一）结论"]
        assert codes(out)[0] == 'TOC \\o "1-3" \\h \\z \\u \\n'
        anchors = [link.get(f"{W}anchor") for link in out.tree().iter(f"{W}hyperlink")]
        names = [mark.get(f"{W}name") for mark in out.tree().iter(f"{W}bookmarkStart")]
        assert anchors == [name for name in names if name.startswith("_Toc")]
        signs = [sign.get(f"{W}fldCharType") for sign in out.tree().iter(f"{W}fldChar")]
        assert signs.count("begin") == signs.count("end") == signs.count("separate")

    def test_levels(self, kit: Any, report: str) -> None:
        assert render(kit, kit.paragraph("{{p 目录(级=1) }}") + report).lines()[:3] == [
            "一、情况",
            "二、自评",
            "见表2-2和表1-1。",
        ]

    def test_outline_levels_of_styles_and_paragraphs_count(self, kit: Any) -> None:
        direct = f'<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr>{kit.run("直接的")}</w:p>'
        body = (
            kit.paragraph("{{p 目录() }}")
            + kit.paragraph("附表", style="Annex")
            + direct
            + kit.paragraph("正文", style="Flat")
        )
        assert render(kit, body).lines() == ["附表", "直接的", "附表", "直接的", "正文"]

    def test_page_numbers_are_left_to_who_lays_out_pages(self, kit: Any, report: str) -> None:
        out = render(kit, kit.paragraph("{{p 目录(页码=true) }}") + report)
        assert codes(out)[0] == 'TOC \\o "1-3" \\h \\z \\u'
        assert len([code for code in codes(out) if code.startswith("PAGEREF _Toc")]) == 3
        tab = next(out.tree().iter(f"{W}tabs"))[0]
        # The test's page has no margins written.
        assert (tab.get(f"{W}val"), tab.get(f"{W}leader"), tab.get(f"{W}pos")) == ("right", "dot", "8844")

    def test_the_tab_stands_at_the_margin(self, kit: Any) -> None:
        section = (
            '<w:p><w:pPr><w:sectPr><w:pgSz w:w="16838" w:h="11906"/><w:pgMar w:top="1" w:right="1838" w:bottom="1" '
            'w:left="2000" w:header="1" w:footer="1" w:gutter="0"/></w:sectPr></w:pPr></w:p>'
        )
        out = render(kit, kit.paragraph("{{p 目录(页码=true) }}") + kit.paragraph("一", style="H1") + section)
        assert next(out.tree().iter(f"{W}tabs"))[0].get(f"{W}pos") == "13000"
        narrow = section.replace('w:left="2000"', 'w:left="20000"')
        out = render(kit, kit.paragraph("{{p 目录(页码=true) }}") + kit.paragraph("一", style="H1") + narrow)
        assert next(out.tree().iter(f"{W}tabs"))[0].get(f"{W}pos") == "8844"

    def test_lines_have_the_contents_styles_of_the_layout(self, kit: Any, report: str) -> None:
        sheet = STYLES + style("T1", "toc 1") + style("T2", "TOC 2")
        out = kit.out(layout(kit, kit.paragraph("{{p 目录() }}") + report, styles=sheet).render({}))
        kinds = [one.get(f"{W}val") for one in out.tree().iter(f"{W}pStyle")]
        assert kinds[:3] == ["T1", "T1", "T2"]

    def test_else_the_format_of_the_placeholder(self, kit: Any, report: str) -> None:
        format_ = '<w:pPr><w:jc w:val="left"/></w:pPr>'
        placeholder = f"<w:p>{format_}{kit.run('{{p 目录(页码=true) }}', '<w:rPr><w:b/></w:rPr>')}</w:p>"
        lines = list(render(kit, placeholder + report).tree().iter(f"{W}p"))
        assert [child.tag for child in lines[0].find(f"{W}pPr")] == [f"{W}tabs", f"{W}jc"]
        assert [child.tag for child in lines[2].find(f"{W}pPr")] == [f"{W}tabs", f"{W}ind", f"{W}jc"]
        assert lines[0].find(f".//{W}hyperlink/{W}r/{W}rPr/{W}b") is not None

    def test_formats_of_its_own_are_left_alone(self, kit: Any, report: str) -> None:
        format_ = '<w:pPr><w:tabs><w:tab w:val="right" w:pos="99"/></w:tabs><w:ind w:left="7"/></w:pPr>'
        placeholder = f"<w:p>{format_}{kit.run('{{p 目录(页码=true) }}')}</w:p>"
        line = list(render(kit, placeholder + report).tree().iter(f"{W}p"))[2]
        assert line.find(f"{W}pPr/{W}tabs")[0].get(f"{W}pos") == "99"
        assert line.find(f"{W}pPr/{W}ind").get(f"{W}left") == "7"

    def test_without_headings_there_is_an_empty_field(self, kit: Any) -> None:
        out = render(kit, kit.paragraph("{{p 目录() }}") + kit.paragraph("正文"))
        assert out.lines() == ["", "正文"]
        assert len(codes(out)) == 1


def test_layouts_without_styles_number_too(kit: Any) -> None:
    out = kit.out(layout(kit, kit.paragraph("{{ 题注('甲') }}"), styles="").render({}))
    assert out.lines() == ["表0-1"]


def test_nothing_asks_when_the_file_is_opened(kit: Any, report: str) -> None:
    out = render(kit, kit.paragraph("{{p 目录(页码=true) }}") + report)
    assert "updateFields" not in out.xml("word/settings.xml")
    assert "w:dirty" not in out.xml()


def test_is_sound_and_the_same_every_time(kit: Any, report: str) -> None:
    made = layout(kit, kit.paragraph("{{p 目录(页码=true) }}") + report, {"header1": kit.paragraph("{{ 见('丙') }}")})
    data = made.render({})
    assert data == made.render({})
    assert [str(error) for error in OpenXmlValidator().validate(kit.file(data, "成品.docx")).errors] == []


def test_libreoffice_counts_the_same(kit: Any, report: str, to_pdf: Any, tmp_path: Path) -> None:
    import shutil
    import subprocess

    path = tmp_path / "题注.docx"
    path.write_bytes(render(kit, report).data)
    pdf = to_pdf(path)
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    text = (
        subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True)
        .stdout.decode()
        .replace(" ", "")
    )
    assert "见表2-2和表1-1。" in text
    assert re.findall(r"表\d-\d(?=\s*[甲乙丙]表)", text) == ["表1-1", "表2-1", "表2-2"]
