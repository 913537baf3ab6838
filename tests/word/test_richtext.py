"""What docxtpl's users bring with values: formatted paragraphs, breaks in any text, pictures and files from memory."""

from __future__ import annotations

from typing import Any

import docxtpl
import openxml_audit
import pytest
from markupsafe import Markup, escape

from generator.base.diagnostics import Refused

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BOLD = "<w:rPr><w:b/></w:rPr>"


def sound(kit: Any, out: Any) -> bool:
    return not openxml_audit.OpenXmlValidator().validate(str(kit.file(out.data, "成品.docx"))).errors


def test_any_text_may_begin_paragraphs_and_pages(kit: Any) -> None:
    body = kit.paragraph("前") + f"<w:p><w:pPr><w:pStyle w:val='Body'/></w:pPr>{kit.run('a{{ x }}b', BOLD)}</w:p>"
    out = kit.render(body.replace("'Body'", '"Body"'), {"x": "一\a二\f三\n四\t五"})
    assert out.lines() == ["前", "a一", "二", "\n", "三\n四\t五b"]
    assert out.xml().count(f'<w:pPr><w:pStyle w:val="Body"/></w:pPr><w:r>{BOLD}') == 3
    assert sound(kit, out)


def test_breaks_in_runs_lists_and_cells(kit: Any) -> None:
    body = kit.paragraph("{{r r }}") + kit.paragraph("{{p xs }}") + kit.table(["{{ t }}"])
    out = kit.render(body, {"r": "一\a二", "xs": ["三\a四"], "t": "五\a六"})
    assert out.lines() == ["一", "二", "三", "四", "五", "六"]
    assert sound(kit, out)


@pytest.mark.parametrize(
    "around",
    [
        '<w:hyperlink w:anchor="a">{}</w:hyperlink>',
        '<w:fldSimple w:instr=" REF a ">{}</w:fldSimple>',
        "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>",
    ],
)
def test_what_encloses_a_run_is_not_torn_apart(kit: Any, around: str) -> None:
    body = kit.paragraph("前") + f"<w:p>{around.format(kit.run('{{ x }}'))}</w:p>"
    out = kit.render(body, {"x": "一\a二\f三"})
    assert out.lines() == ["前", "一\n二\n三"]
    assert out.xml().count('<w:br w:type="page"/>') == 1
    assert sound(kit, out)


def test_a_break_behind_a_text_box_has_the_format_of_its_own_paragraph(kit: Any) -> None:
    box = f"<w:r><w:pict><v:rect><v:textbox><w:txbxContent>{kit.paragraph('框', style='Body')}"
    box += "</w:txbxContent></v:textbox></v:rect></w:pict></w:r>"
    body = f'<w:p><w:pPr><w:jc w:val="right"/></w:pPr>{box}{kit.run("{{ x }}", BOLD)}</w:p>'
    out = kit.render(body, {"x": "一\a二"})
    assert out.xml().count(f'<w:pPr><w:jc w:val="right"/></w:pPr><w:r>{BOLD}') == 1
    assert out.lines() == ["一", "框", "二"]


def test_markup_is_the_text_that_it_stands_for(kit: Any) -> None:
    values = {"x": escape("a & <b>"), "y": Markup("c &amp; d")}
    assert kit.render(kit.paragraph("{{ x }}|{{ y }}|{{ y | upper }}"), values).lines() == ["a & <b>|c & d|C & D"]


def test_values_of_docxtpl_itself_are_told_by_name(kit: Any) -> None:
    with pytest.raises(Refused) as caught:
        kit.render(kit.paragraph("{{r x }}{{ y }}"), {"x": docxtpl.RichText("甲"), "y": docxtpl.Listing("乙")})
    messages = [finding.message for finding in caught.value.findings]
    assert ["docxtpl 的 RichText" in messages[0], "docxtpl 的 Listing" in messages[1]] == [True, True]


@pytest.mark.parametrize("text", ["{{ x }}", "{{ x.f }}", "{{ loop }}", "{{ namespace(a=1) }}"])
def test_objects_without_a_text_of_their_own_are_not_printed(kit: Any, text: str) -> None:
    class Thing:
        def f(self) -> str:
            return ""

    with pytest.raises(Refused) as caught:
        kit.render(kit.paragraph(f"{{% for y in [1] %}}{text}{{% endfor %}}"), {"x": Thing()})
    assert [finding.code for finding in caught.value.findings] == ["JX531"]


def test_what_a_block_or_a_macro_printed_is_text_to_filters(kit: Any) -> None:
    text = "{% set x %}a & {{ b }}{% endset %}{{ x | upper }}|{{ x | length }}|{{ x ~ 1 }}|{{ x == 'a & <b>' }}"
    text += (
        "{% macro m() %}<{{ b }}>{% endmacro %}|{{ m() | replace('b', 'c') }}|{{ m() | reverse }}|{{ [m(), 1] | join }}"
    )
    text += "|{% filter replace('a', '<w:p/>') %}a\tb{% endfilter %}|{% filter upper | lower %}X&{{ b }}{% endfilter %}"
    assert kit.render(kit.paragraph(text), {"b": "<b>"}).lines() == [
        "A & <B>|7|a & <b>1|是|<<c>>|>>b<<|<<b>>1|<w:p/>\tb|x&<b>"
    ]


def test_blocks_of_paragraphs_are_kept_and_printed_as_paragraphs(kit: Any) -> None:
    p = kit.paragraph
    kept = p("{%p set x %}") + p("甲{{ a }}") + p("{%p endset %}") + p("{%p macro m(y) %}") + p("乙{{ y }}")
    kept += p("{%p endmacro %}")
    out = kit.render(kept + p("{{p x }}") + p("{{p m(2) }}"), {"a": 1})
    assert out.lines() == ["甲1", "乙2"]
    assert sound(kit, out)
    with pytest.raises(Refused) as caught:
        kit.render(kept + p("前{{ x }}"), {"a": 1})
    assert "放不进一段文字里" in caught.value.findings[0].message


@pytest.mark.parametrize(
    "bodies", [("{%p filter upper %}", "{%p endfilter %}"), ("{% filter upper %}", "{% endfilter %}")]
)
def test_a_filter_goes_over_text_of_one_paragraph(kit: Any, bodies: tuple[str, str]) -> None:
    with pytest.raises(Refused) as caught:
        kit.layout(kit.paragraph(bodies[0]) + kit.paragraph("甲") + kit.paragraph(bodies[1]))
    assert len(caught.value.findings) == 1
    with pytest.raises(Refused):
        kit.layout(kit.table(["{{tc x }}"]))


def test_a_block_with_formats_keeps_them(kit: Any) -> None:
    text = "{% set x %}a & {{ b }}{% endset %}{{ x ~ '<1>' }}|{{ x | upper }}|{{ x | string | length }}"
    out = kit.render(kit.paragraph(text), {"b": "b\nc\td"})
    assert out.lines() == ["a & b\nc\td<1>|A & B\nC\tD|9"]
    assert len(list(out.tree().iter(f"{WORD}br"))) == 2
