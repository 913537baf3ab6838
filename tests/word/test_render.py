"""What a layout prints: the tag language, at work in paragraphs, cells, headers and notes."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from generator.base.amount import Amount
from generator.base.diagnostics import FileProblem, Refused
from generator.word import Layout


def first(kit: Any, text: str, **values: Any) -> str:
    """What one paragraph prints."""
    return str(kit.render(kit.paragraph(text), values).lines()[0])


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("文字", "文字"),
        ("A & B <c> \"d\" 'e' ]]>", "A & B <c> \"d\" 'e' ]]>"),
        ("一\n二\r\n三\r四", "一\n二\n三\n四"),
        ("左\t右", "左\t右"),
        ("{{ x }} {% if %}", "{{ x }} {% if %}"),
        ("{_{", "{_{"),
        (12, "12"),
        (None, ""),
        (True, "是"),
        (False, "否"),
        (Amount(Fraction(1, 3), "0.33万元"), "0.33万元"),
        (Fraction(5, 2), "2.5"),
        (Decimal("1.10"), "1.10"),
        (date(2022, 5, 1), "2022年5月1日"),
        ("𠀀🏭", "𠀀🏭"),
    ],
)
def test_a_value_is_printed_as_text(kit: Any, value: object, printed: str) -> None:
    assert first(kit, "{{ x }}", x=value) == printed


def test_names_and_filters_may_be_chinese(kit: Any) -> None:
    assert first(kit, "{{ 收支.收入决算数 | 万元 }}万元", 收支={"收入决算数": Fraction(828002876, 10)}) == "8280.03万元"


def test_a_field_named_like_a_method_is_the_field(kit: Any) -> None:
    assert first(kit, "{{ x.items }}{{ x.values }}", x={"items": "项", "values": "值"}) == "项值"
    assert first(kit, "{% for k, v in x | items %}{{ k }}={{ v }};{% endfor %}", x={"a": 1, "b": 2}) == "a=1;b=2;"


def test_a_layout_is_opened_from_a_path_from_bytes_or_from_a_file(kit: Any) -> None:
    path = kit.file(kit.package(kit.paragraph("{{ a }}")))
    with path.open("rb") as file:
        sources = (path, str(path), path.read_bytes(), io.BytesIO(path.read_bytes()), file)
        layouts = [Layout.open(source) for source in sources]
    assert {layout.render({"a": "甲"}) for layout in layouts} == {layouts[0].render({"a": "甲"})}
    assert [layout.file for layout in layouts] == [str(path), str(path), "版式", "版式", str(path)]


def test_a_tag_split_over_runs_is_joined_and_other_runs_keep_their_format(kit: Any) -> None:
    bold = "<w:rPr><w:b/></w:rPr>"
    body = (
        f"<w:p>{kit.run('甲')}{kit.run('{{ 部')}{kit.run('门.名', bold)}{kit.run('称 }}乙', bold)}{kit.run('丙')}</w:p>"
    )
    out = kit.render(body, {"部门": {"名称": "市工信局"}})
    assert out.lines()[0] == "甲市工信局乙丙"
    runs = [
        (run.findtext(f"{{{WORD}}}t"), run.find(f"{{{WORD}}}rPr") is not None)
        for run in out.tree().iter(f"{{{WORD}}}r")
    ]
    assert runs == [("甲", False), ("市工信局", False), ("乙", True), ("丙", False)]


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_a_line_break_inside_a_tag_goes_with_it(kit: Any) -> None:
    body = "<w:p><w:r><w:t>{{ x</w:t><w:br/><w:tab/><w:t>| 万元 }}</w:t><w:br/><w:t>后</w:t></w:r></w:p>"
    assert kit.render(body, {"x": 10000}).lines()[0] == "1.00\n后"


def test_conditions_within_a_paragraph(kit: Any) -> None:
    text = "{% if n > 1 %}多{% elif n == 1 %}一{% else %}无{% endif %}"
    assert [first(kit, text, n=n) for n in (2, 1, 0)] == ["多", "一", "无"]


def test_conditions_over_paragraphs_without_p_leave_their_empty_lines_as_docxtpl_does(kit: Any) -> None:
    body = kit.paragraph("{% if x %}") + kit.paragraph("甲") + kit.paragraph("{% endif %}")
    assert kit.render(body, {"x": True}).lines() == ["", "甲", ""]
    assert kit.render(body, {"x": False}).lines() == [""]


def test_paragraph_loops_hold_tables_with_row_loops(kit: Any) -> None:
    body = (
        kit.paragraph("{%p for 组 in 组们 %}")
        + kit.paragraph("{{ loop.index | 中文数字 }}、{{ 组.名 }}")
        + kit.table(
            ["项", "数"], ["{%tr for 项 in 组.项 %}", ""], ["{{ 项 }}", "{{ loop.index }}"], ["{%tr endfor %}", ""]
        )
        + kit.paragraph("{%p else %}")
        + kit.paragraph("没有")
        + kit.paragraph("{%p endfor %}")
    )
    out = kit.render(body, {"组们": [{"名": "甲", "项": ["a", "b"]}, {"名": "乙", "项": []}]})
    assert [line for line in out.lines() if "、" in line] == ["一、甲", "二、乙"]
    assert out.rows(0) == [["项", "数"], ["a", "1"], ["b", "2"]]
    assert out.rows(1) == [["项", "数"]]
    assert kit.render(body, {"组们": []}).lines() == ["没有"]


def test_a_list_becomes_paragraphs_in_the_format_of_its_placeholder(kit: Any) -> None:
    body = f'<w:p><w:pPr><w:pStyle w:val="Body"/></w:pPr>{kit.run("{{p 正文 }}", "<w:rPr><w:b/></w:rPr>")}</w:p>'
    out = kit.render(body, {"正文": ("一<", "二\n三")})
    assert out.lines() == ["一<", "二\n三"]
    assert out.xml().count('<w:pPr><w:pStyle w:val="Body"/></w:pPr><w:r><w:rPr><w:b/></w:rPr>') == 2
    assert kit.render(body, {"正文": []}).lines() == []
    assert kit.render(body, {"正文": "只有一段"}).lines() == ["只有一段"]


def test_the_section_of_a_placeholder_paragraph_is_not_doubled(kit: Any) -> None:
    section = '<w:pPr><w:sectPr><w:pgSz w:w="16838" w:h="11906"/></w:sectPr></w:pPr>'
    out = kit.render(f"<w:p>{section}{kit.run('{{p x }}')}</w:p>", {"x": ["一", "二"]})
    assert out.xml().count("<w:sectPr") == 2
    assert [line for line in out.lines() if line] == ["一", "二"]


def test_run_tags_split_their_run(kit: Any) -> None:
    red = '<w:rPr><w:color w:val="FF0000"/></w:rPr>'
    body = f"<w:p>{kit.run('前{%r if x %}中{%r endif %}后{{r y }}完', red)}</w:p>"
    out = kit.render(body, {"x": True, "y": "值"})
    assert out.lines()[0] == "前中后值完"
    assert out.xml().count(red) == 5
    assert kit.render(body, {"x": False, "y": "值"}).lines()[0] == "前后值完"


def test_trim_markers_join_paragraphs(kit: Any) -> None:
    texts = ["房子", "{%- if 城 -%}", "在城里", "{%- else -%}", "在乡下", "{%- endif -%}", "。"]
    body = "".join(kit.paragraph(text) for text in texts)
    assert kit.render(body, {"城": True}).lines() == ["房子在城里。"]
    assert kit.render(body, {"城": False}).lines() == ["房子在乡下。"]


def test_trim_markers_inside_a_paragraph_strip_blanks_only(kit: Any) -> None:
    assert first(kit, "甲 {%- if 1 -%} 乙 {%- endif -%} 丙 {{- 'x' -}} 丁") == "甲乙丙x丁"


def test_macros_and_set_blocks_are_escaped_once(kit: Any) -> None:
    text = "{% macro m(x) %}[{{ x }}]{% endmacro %}{% set b %}{{ y }}&{% endset %}"
    text += "{{ m(y) }}{{ b }}{{ m('a') ~ y }}{{ m('a') + y }}"
    assert first(kit, text, y="<&>") == "[<&>]<&>&[a]<&>[a]<&>"
    called = "{% macro n(l) %}{% for i in l %}<{{ caller(i) }}>{% endfor %}{% endmacro %}"
    called += "{% call(z) n(ys) %}{{ z }}&{{ y }}{% endcall %}"
    assert first(kit, called, ys=["<a>", 1], y="&<b/>") == "<<a>&&<b/>><1&&<b/>>"


def test_arithmetic_is_exact(kit: Any) -> None:
    assert first(kit, "{{ 0.1 + 0.2 - 0.3 }} {{ 1.5 * a }}{% if 0.1 + 0.2 == 0.3 %} 等{% endif %}", a=3) == "0 4.5 等"
    assert (
        first(kit, "{{ (a + b) * 3 - 1 }} {{ a / 3 * 3 }} {{ 7 // 2 }} {{ 7 % 4 }}", a=1, b=Decimal("0.1"))
        == "2.3 1 3 3"
    )


def test_comments_print_nothing(kit: Any) -> None:
    body = kit.paragraph("甲{# 备注 {{ x }} #}乙") + kit.paragraph("{#p 整段备注 #}")
    assert kit.render(body, {}).lines() == ["甲乙"]


def test_loops_in_headers_footers_and_notes(kit: Any) -> None:
    parts = {
        "header1": kit.paragraph("{% for x in xs %}{{ x }}/{% endfor %}"),
        "footer1": kit.paragraph("{%p for x in xs %}") + kit.paragraph("{{ x }}") + kit.paragraph("{%p endfor %}"),
        "footnotes": f'<w:footnote w:id="1">{kit.paragraph("注{{ n }}")}</w:footnote>',
        "endnotes": f'<w:endnote w:id="1">{kit.paragraph("尾{{ n }}")}</w:endnote>',
        "comments": f'<w:comment w:id="1" w:author="a">{kit.paragraph("批{{ n }}")}</w:comment>',
        "core": "<dc:title>{{ n }}号 &amp; 其他</dc:title>",
    }
    out = kit.render(kit.paragraph("正文"), {"xs": ["甲", "乙"], "n": "<1>"}, parts)
    assert out.lines("word/header1.xml") == ["甲/乙/"]
    assert out.lines("word/footer1.xml") == ["甲", "乙"]
    assert [out.lines(f"word/{name}.xml")[0] for name in ("footnotes", "endnotes", "comments")] == [
        "注<1>",
        "尾<1>",
        "批<1>",
    ]
    assert out.tree("docProps/core.xml")[0].text == "<1>号 & 其他"


def test_a_header_that_prints_no_paragraph_gets_an_empty_one(kit: Any) -> None:
    header = kit.paragraph("{%p if x %}") + kit.paragraph("甲") + kit.paragraph("{%p endif %}")
    assert kit.render(kit.paragraph("正文"), {"x": False}, {"header1": header}).lines("word/header1.xml") == [""]


def test_a_cell_that_loses_all_its_paragraphs_gets_an_empty_one(kit: Any) -> None:
    cell = kit.paragraph("{%p if x %}") + kit.paragraph("甲") + kit.paragraph("{%p endif %}")
    body = kit.table([cell, "乙"])
    assert kit.render(body, {"x": True}).rows() == [["甲", "乙"]]
    assert kit.render(body, {"x": False}).rows() == [["", "乙"]]


def test_a_cell_that_ends_in_a_nested_table_still_ends_in_a_paragraph(kit: Any) -> None:
    cell = kit.table(["内"]) + kit.paragraph("{%p if x %}") + kit.paragraph("后") + kit.paragraph("{%p endif %}")
    out = kit.render(kit.table([cell]), {"x": False})
    assert out.xml().count("</w:tbl><w:p/></w:tc>") == 1


def test_attributes_take_tags_too(kit: Any) -> None:
    body = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="1" cy="1"/><wp:docPr id="1" name="x" descr="{{ 图 }}"/>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
    assert 'descr="&quot;a&quot; &lt;b&gt;&#10;c"' in kit.render(body, {"图": '"a" <b>\nc'}).xml()


def test_the_same_values_give_the_same_bytes(kit: Any) -> None:
    layout = kit.layout(kit.paragraph("{{ x }}"), {"header1": kit.paragraph("{{ x }}")})
    data = layout.render({"x": 1})
    assert data == layout.render({"x": 1})
    assert data != layout.render({"x": 2})
    assert next(iter(kit.out(data).files)) == "[Content_Types].xml"
    assert list(kit.out(data).files)[1:] == sorted(list(kit.out(data).files)[1:])


def test_a_long_part_never_stands_in_memory_as_a_whole(kit: Any) -> None:
    p = kit.paragraph
    layout = kit.layout(p("{%p for x in many %}") + p("{{ long }}") + p("{%p endfor %}"))
    values = {"many": range(200), "long": "甲<" * 20_000}
    tracemalloc.start()
    try:
        layout.render(values)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 30_000_000  # of 40 million


def test_rendering_leaves_the_values_alone(kit: Any) -> None:
    values = {"xs": [{"a": 1}]}
    kit.layout(kit.paragraph("{% for x in xs %}{{ x.a }}{% endfor %}")).render(values)
    assert values == {"xs": [{"a": 1}]}


def test_a_layout_of_the_same_content_is_compiled_once(kit: Any) -> None:
    file = kit.file(kit.package(kit.paragraph("{{ x }}")))
    assert Layout.open(file)._built is Layout.open(file)._built
    assert Layout.open(file)._built is not Layout.open(file, undefined="empty")._built


def test_a_layout_without_tags_is_handed_through(kit: Any) -> None:
    assert kit.render(kit.paragraph("没有标记"), {}).lines() == ["没有标记"]


def test_the_callers_filters_come_first(kit: Any) -> None:
    options = {"filters": {"万元": lambda value: f"约{value}", "加": lambda value, more: value + more}}
    assert kit.render(kit.paragraph("{{ 1 | 万元 }}{{ 1 | 加(2) }}"), {}, **options).lines() == ["约13"]


def test_names_tells_what_the_tags_ask_for(kit: Any) -> None:
    body = kit.paragraph(
        "{% for x in 表 %}{{ x.a }}{{ loop.index }}{{ 部门.名称 }}{% endfor %}{% set y = z %}{{ y }}{{ range(3) }}"
    )
    assert kit.layout(body.replace("{{ range(3) }}", "")).names == ("z", "表", "部门")


def test_a_missing_file_is_a_file_problem(kit: Any) -> None:
    with pytest.raises(FileProblem) as caught:
        Layout.open(kit.folder / "没有.docx")
    assert caught.value.findings[0].code == "JX500"


def test_undefined_values_can_print_nothing(kit: Any) -> None:
    body = kit.paragraph(
        "甲{{ a }}{{ b.c.d }}{% if e %}x{% endif %}{% for f in g %}y{% endfor %}{{ h | default('无') }}{{ i | 万元 }}乙"
    )
    assert kit.render(body, {"b": {}}, undefined="empty").lines() == ["甲无乙"]


def test_two_layouts_render_independently_in_threads(kit: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    rows = [["{%tr for x in xs %}"], ["{% vm x.k %}{{ x.k }}"], ["{%tr endfor %}"]]
    layout = kit.layout(kit.table(["头"], *rows))
    inputs = [{"xs": [{"k": f"{n}"} for _ in range(30)]} for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        outputs = list(pool.map(layout.render, inputs))
    assert outputs == [layout.render(values) for values in inputs]


def test_values_may_be_any_mapping(kit: Any) -> None:
    from types import MappingProxyType

    assert first(kit, "{{ x.items }}", x=MappingProxyType({"items": "项"})) == "项"


def test_refused_findings_name_the_file(kit: Any) -> None:
    with pytest.raises(Refused) as caught:
        kit.layout(kit.paragraph("{{ x")).render({})
    finding = caught.value.findings[0]
    assert (finding.span.file, finding.span.line) == (str(kit.folder / "版式.docx"), 0)


def test_everyday_filters_of_docxtpl_users_work(kit: Any) -> None:
    text = (
        "{{ xs | join('、') }} {{ xs | length }} {{ xs | first }}{{ xs | last }} {{ ys | join('/', attribute='a') }} "
        "{{ 'a-b' | replace('-', '+') }} {{ s | upper | e | safe }} {{ n | string }} {{ '12' | int + 1 }} "
        "{{ s | int }} "
        "{{ xs | batch(2) | map('join') | join(';') }} {{ xs | slice(2) | map('join') | join(';') }} "
        "{{ xs | sort(reverse=true) | join }} "
        "{{ ys | sum(attribute='a') }} {{ ys | groupby('a') | map('first') | join(',') }}"
    )
    values = {"xs": ["甲", "乙", "丙"], "ys": [{"a": 1}, {"a": 2}], "s": "q<", "n": None}
    assert first(kit, text, **values) == "甲、乙、丙 3 甲丙 1/2 a+b Q<  13 0 甲乙;丙 甲乙;丙 甲乙丙 3 1,2"


def test_texts_and_lists_are_added(kit: Any) -> None:
    assert first(kit, "{{ ('a' + s) ~ 1 }}{{ ([1] + [2]) | join }}", s="<b>") == "a<b>112"


def test_a_block_value_is_printed_by_itself(kit: Any) -> None:
    from generator.word.render.values import BlockValue

    class Twice(BlockValue):
        def block_xml(self, paragraph: str, style: str) -> str:
            return f"<w:p>{paragraph}<w:r>{style}<w:t>二</w:t></w:r></w:p>" * 2

    assert kit.render(kit.paragraph("{{p x }}"), {"x": Twice()}).lines() == ["二", "二"]


def test_counters_over_loops_work(kit: Any) -> None:
    text = "{% set n = namespace(sum=0) %}{% for x in xs if x > 1 %}{% set n.sum = n.sum + x %}{% endfor %}{{ n.sum }}"
    assert first(kit, text, xs=[1, 2, 3]) == "5"
    assert kit.layout(kit.paragraph(text), names=["xs"]).names == ("xs",)


def test_trim_markers_at_the_ends_of_a_part_or_beside_tables_and_lifted_tags_join_nothing(kit: Any) -> None:
    body = kit.paragraph("{%- if 1 %}甲") + kit.table(["乙"]) + kit.paragraph("{%- endif %}")
    assert kit.render(body, {}).lines() == ["甲", "乙", ""]
    assert kit.render(kit.paragraph("甲{% if 1 -%}") + kit.paragraph("乙{% endif %}"), {}).lines() == ["甲乙"]
    lines = ["{%p for x in xs %}", "{%- if x -%} {{ x }} {%- endif -%}", "{%p endfor %}"]
    assert kit.render("".join(map(kit.paragraph, lines)), {"xs": ["甲", "乙"]}).lines() == ["甲", "乙"]


def test_paragraph_numbers_of_comments_are_kept_since_others_refer_to_them(kit: Any) -> None:
    inner = '<w:p w14:paraId="00AA00AA" w:rsidR="00112233">' + kit.run("{{ x }}") + "</w:p>"
    out = kit.render(inner, {"x": 1}, {"comments": f'<w:comment w:id="1" w:author="a">{inner}</w:comment>'})
    assert "00AA00AA" in out.xml("word/comments.xml")
    assert "00AA00AA" not in out.xml()
    assert "00112233" not in out.xml()


def test_a_paragraph_that_ends_a_section_keeps_it_when_its_tag_is_lifted(kit: Any) -> None:
    section = '<w:pPr><w:sectPr><w:pgSz w:w="16838" w:h="11906"/></w:sectPr></w:pPr>'
    body = kit.paragraph("{%p if x %}") + kit.paragraph("甲") + f"<w:p>{section}{kit.run('{%p endif %}')}</w:p>"
    assert kit.render(body, {"x": False}).xml().count("<w:sectPr") == 2
    assert kit.render(body, {"x": True}).lines() == ["甲", ""]


def test_a_run_tag_at_the_edge_of_its_run_leaves_no_empty_run(kit: Any) -> None:
    body = f"<w:p>{kit.run('{%r if 1 %}')}<w:r><w:t>甲{{%r endif %}}</w:t><w:br/></w:r></w:p>"
    out = kit.render(body, {})
    assert out.lines() == ["甲\n"]
    assert len(out.tree().findall(f".//{{{WORD}}}r")) == 2
