"""Layouts written as Word writes them: what prints, and that the file is sound in the eyes of openxml-audit."""

from __future__ import annotations

from typing import Any

import openxml_audit
import pytest

DIRTY = '<w:proofErr w:type="{}"/>'
VALUES: dict[str, Any] = {
    "部门": {"名称": "市工信局 & <直属>"},
    "年度": 2021,
    "任务": [{"名": "甲", "分": 3}, {"名": "乙", "分": 4}],
    "组": [{"名": "一组", "项": [{"类": "A", "值": "1"}, {"类": "A", "值": "2"}]}, {"名": "二组", "项": []}],
    "正文": ["第一段", "第二段"],
    "空": [],
}


def split_tag(*texts: str) -> str:
    """A paragraph whose tag Word broke up with proofing marks, revision numbers and different languages."""
    runs = [
        f'<w:r w:rsidR="00A1{n:04X}"><w:rPr><w:rFonts w:hint="{"eastAsia" if n % 2 else "default"}"/></w:rPr>'
        f'<w:t xml:space="preserve">{text}</w:t></w:r>'
        for n, text in enumerate(texts)
    ]
    start, end = DIRTY.format("gramStart"), DIRTY.format("gramEnd")
    return f'<w:p w:rsidR="00B20001" w:rsidRDefault="00B20002">{runs[0]}{start}{"".join(runs[1:])}{end}</w:p>'


def control(inner: str) -> str:
    """A content control around paragraphs or runs."""
    return f'<w:sdt><w:sdtPr><w:alias w:val="名"/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>'


def text_box(inner: str) -> str:
    """A text box as Word 2010 and later write it: once for themselves, once for older programs."""
    return (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="900000" cy="900000"/>'
        '<wp:docPr id="7" name="框"/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        "<wps:cNvSpPr/><wps:spPr/>"
        f"<wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic>"
        f"</wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:rect><v:textbox><w:txbxContent>{inner}"
        "</w:txbxContent></v:textbox></v:rect></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def smart(inner: str) -> str:
    """A smart tag, which Word 2003 put around names of places and the like."""
    properties = '<w:smartTagPr><w:attr w:name="a" w:val="b"/></w:smartTagPr>'
    return f'<w:smartTag w:uri="urn:x" w:element="place">{properties}{inner}</w:smartTag>'


def cases(kit: Any) -> dict[str, tuple[str, list[str]]]:
    """Bodies and the lines that they print."""
    p, run, table = kit.paragraph, kit.run, kit.table
    name = "市工信局 & <直属>"
    return {
        "proofing marks": (split_tag("关于{", "{ 部", "门.名", "称 }", "}的报告"), [f"关于{name}的报告"]),
        "every brace in a run of its own": (split_tag("{", "{", "年度", "}", "}"), ["2021"]),
        "curly quotes": (p("{% if 部门.名称 != “无” %}有{% endif %}{{ 无名 | default(‘缺’) }}"), ["有缺"]),
        "smart tags": (f"<w:p>{smart(run('{{ 部门'))}{run('.名称 }}')}{smart(run('印'))}</w:p>", [f"{name}印"]),
        "inline control": (f"<w:p>{run('前')}{control(run('{{ 年度 }}'))}{run('后')}</w:p>", ["前2021后"]),
        "tag across a control": (f"<w:p>{run('{{ 年')}{control(run('度 }}'))}{run('后')}</w:p>", ["2021后"]),
        "block control": (control(p("{%p for x in 任务 %}") + p("{{ x.名 }}") + p("{%p endfor %}")), ["甲", "乙"]),
        "bookmarks": (
            '<w:p><w:bookmarkStart w:id="0" w:name="_GoBack"/>'
            + run("{{ 年")
            + '<w:bookmarkEnd w:id="0"/>'
            + run("度 }}")
            + "</w:p>",
            ["2021"],
        ),
        "hyperlink": (f'<w:p><w:hyperlink w:anchor="a">{run("{{ 年")}{run("度 }}")}</w:hyperlink></w:p>', ["2021"]),
        "revisions accepted": (
            f'<w:p><w:ins w:id="9" w:author="a">{run("{{ 年")}</w:ins>{run("度 }}")}</w:p>',
            ["2021"],
        ),
        "text box": (
            text_box(p("{{ 年度 }}") + p("{% for x in 任务 %}{{ x.名 }}{% endfor %}")),
            ["", "2021", "甲乙", "2021", "甲乙"],
        ),
        "text box in a loop": (
            p("{%p for x in 任务 %}") + text_box(p("{{ x.名 }}")) + p("{%p endfor %}"),
            ["", "甲", "甲", "", "乙", "乙"],
        ),
        "row loop": (
            table(["名", "分"], ["{%tr for x in 任务 %}", ""], ["{{ x.名 }}", "{{ x.分 }}"], ["{%tr endfor %}", ""]),
            ["名", "分", "甲", "3", "乙", "4"],
        ),
        "nested tables": (
            table(["外", table(["{%tr for x in 任务 %}"], ["{{ x.名 }}"], ["{%tr endfor %}"]) + p("")]),
            ["外", "甲", "乙", ""],
        ),
        "loops in loops": (
            p("{%p for g in 组 %}")
            + p("{{ g.名 }}")
            + table(["{%tr for x in g.项 %}", ""], ["{% vm x.类 %}{{ x.类 }}", "{{ x.值 }}"], ["{%tr endfor %}", ""])
            + p("{%p endfor %}"),
            ["一组", "A", "1", "", "2", "二组"],
        ),
        "paragraph values": (p("{{p 正文 }}", style="Body") + p("{{p 空 }}") + p("尾"), ["第一段", "第二段", "尾"]),
        "one cell, all lines conditional": (
            table([p("{%p if 空 %}") + p("甲") + p("{%p else %}") + p("乙") + p("{%p endif %}")]),
            ["乙"],
        ),
        "columns": (
            table(["{%tc for x in 任务 %}", "{% cellbg 'FFFF00' %}{{ x.名 }}", "{%tc endfor %}"]),
            ["甲", "乙"],
        ),
        "header row merged over columns": (
            table(
                ["{%tc for x in 任务 %}", "{% hm %}任务", "{%tc endfor %}"],
                ["{%tc for x in 任务 %}", "{{ x.名 }}", "{%tc endfor %}"],
            ),
            ["任务", "甲", "乙"],
        ),
        "several tags in one run": (p("{{ 年度 }}{{ 年度 }}年{% if 空 %}空{% else %}满{% endif %}"), ["20212021年满"]),
        "braces meant as braces": (p("{_{ 年度 }_}{_% if %_} { x } {{ 年度 }}"), ["{{ 年度 }}{% if %} { x } 2021"]),
        "complex field": (
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            + run("{{ 年度 }}")
            + '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
            ["2021"],
        ),
    }


NAMES = [
    "proofing marks", "every brace in a run of its own", "curly quotes", "smart tags", "inline control",
    "tag across a control", "block control", "bookmarks", "hyperlink", "revisions accepted", "text box",
    "text box in a loop", "row loop", "nested tables", "loops in loops", "paragraph values",
    "one cell, all lines conditional", "columns", "header row merged over columns", "several tags in one run",
    "braces meant as braces", "complex field",
]  # fmt: skip


def errors(path: Any) -> list[str]:
    """What the audit finds wrong."""
    return [str(error) for error in openxml_audit.OpenXmlValidator().validate(str(path)).errors]


@pytest.mark.parametrize("name", NAMES)
def test_a_layout_as_word_writes_it(kit: Any, name: str) -> None:
    body, lines = cases(kit)[name]
    undefined = "empty" if name == "curly quotes" else "strict"
    header = kit.paragraph("{% for x in 任务 %}{{ x.名 }} {% endfor %}")
    out = kit.render(body, VALUES, {"header1": header}, undefined=undefined)
    assert out.lines() == lines
    assert out.lines("word/header1.xml") == ["甲 乙 "]
    assert errors(kit.file(out.data, "成品.docx")) == []


def test_every_case_is_tried(kit: Any) -> None:
    assert list(cases(kit)) == NAMES


def test_the_audit_would_see_a_broken_file(kit: Any) -> None:
    broken = kit.package("<w:tbl><w:tr><w:tc/></w:tr></w:tbl>")
    assert errors(kit.file(broken, "坏.docx"))


def test_loops_in_every_part_that_word_has(kit: Any) -> None:
    loop = "{% for x in 任务 %}{{ x.名 }}{% endfor %}"
    notes = {
        kind: "".join(
            f'<w:{kind} {extra}w:id="{number}">{kit.paragraph(text)}</w:{kind}>'
            for number, extra, text in ((-1, 'w:type="separator" ', ""), (1, "", loop))
        )
        for kind in ("footnote", "endnote")
    }
    parts = {
        "header1": kit.table(["{%tr for x in 任务 %}"], ["{{ x.名 }}"], ["{%tr endfor %}"]) + kit.paragraph(""),
        "footer1": kit.paragraph("{%p for x in 任务 %}") + kit.paragraph("{{ x.名 }}") + kit.paragraph("{%p endfor %}"),
        "footnotes": notes["footnote"],
        "endnotes": notes["endnote"],
        "comments": f'<w:comment w:id="1" w:author="某">{kit.paragraph(loop)}</w:comment>',
        "core": f"<dc:title>{loop}</dc:title>",
    }
    references = "".join(
        f'<w:r><w:{kind} w:id="1"/></w:r>' for kind in ("footnoteReference", "endnoteReference", "commentReference")
    )
    out = kit.render(f"<w:p>{kit.run('文')}{references}</w:p>", VALUES, parts)
    assert out.lines("word/header1.xml") == ["甲", "乙", ""]
    assert out.lines("word/footer1.xml") == ["甲", "乙"]
    assert out.lines("word/footnotes.xml") == out.lines("word/endnotes.xml") == ["", "甲乙"]
    assert out.lines("word/comments.xml") == ["甲乙"]
    assert out.tree("docProps/core.xml")[0].text == "甲乙"
    assert errors(kit.file(out.data, "成品.docx")) == []
