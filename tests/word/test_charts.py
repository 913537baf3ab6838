"""Native bar charts: what Word finds in them, and the workbook that people edit."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from generator.base.amount import Amount
from generator.base.diagnostics import Refused
from generator.word import Layout

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
RATES = [
    {"名称": "预算编制", "得分率": Amount(Fraction(1), "100%"), "得分": Amount(Fraction(8), "8")},
    {"名称": "项目管理", "得分率": Amount(Fraction(983, 1000), "98.30%"), "得分": Amount(Fraction(983, 50), "19.66")},
    {"名称": "A & <B>", "得分率": Amount(Fraction(6831, 8000), "85.38%"), "得分": Amount(Fraction(6831, 1000), "6.83")},
]
PLAIN = "{{p 柱形图(表, 类别='名称', 数值='得分率') }}"


def chart_of(out: Any, number: int = 1) -> Any:
    return out.tree(f"word/charts/chart{number}.xml")


def numbers(chart: Any, series: int = 0) -> list[str]:
    return [point.findtext(f"{C}v") for point in list(chart.iter(f"{C}numCache"))[series].iter(f"{C}pt")]


def cells(out: Any, number: int = 1) -> list[list[tuple[object, str]]]:
    book: Any = openpyxl.load_workbook(io.BytesIO(out.files[f"word/embeddings/chart{number}.xlsx"]))
    return [[(cell.value, cell.number_format) for cell in row] for row in book.active.iter_rows()]


def refused(kit: Any, tag: str, values: dict[str, Any], **options: Any) -> list[str]:
    with pytest.raises(Refused) as caught:
        kit.render(kit.paragraph(tag), values, **options)
    return [f"{finding.code} {finding.message} {finding.hint}" for finding in caught.value.findings]


def test_is_a_bar_chart_with_names_and_numbers(kit: Any) -> None:
    chart = chart_of(kit.render(kit.paragraph(PLAIN), {"表": RATES}))
    assert [bar.get("val") for bar in chart.iter(f"{C}barDir")] == ["col"]
    names = [point.findtext(f"{C}v") for point in next(chart.iter(f"{C}cat")).iter(f"{C}pt")]
    assert names == ["预算编制", "项目管理", "A & <B>"]
    assert numbers(chart) == ["1", "0.983", "0.8538"]
    assert [form.text for form in chart.iter(f"{C}formatCode")] == ["0.00%"]


def test_labels_print_each_number_as_the_report_does(kit: Any) -> None:
    chart = chart_of(kit.render(kit.paragraph(PLAIN), {"表": RATES}))
    labels = next(chart.iter(f"{C}dLbls"))
    assert labels.find(f"{C}numFmt").get("formatCode") == "0.00%"
    own = {
        label.find(f"{C}idx").get("val"): label.find(f"{C}numFmt").get("formatCode")
        for label in labels.iter(f"{C}dLbl")
    }
    assert own == {"0": "0%"}


def test_rates_are_seen_against_a_hundred_percent(kit: Any) -> None:
    chart = chart_of(kit.render(kit.paragraph(PLAIN), {"表": RATES}))
    assert [limit.get("val") for limit in (*chart.iter(f"{C}max"), *chart.iter(f"{C}min"))] == ["1", "0"]
    above = [{"名称": "甲", "得分率": "120%"}]
    assert list(chart_of(kit.render(kit.paragraph(PLAIN), {"表": above})).iter(f"{C}max")) == []


def test_the_workbook_holds_the_same_numbers(kit: Any) -> None:
    out = kit.render(kit.paragraph(PLAIN), {"表": RATES})
    assert cells(out) == [
        [(None, "General"), ("得分率", "General")],
        [("预算编制", "General"), (1, "0%")],
        [("项目管理", "General"), (0.983, "0.00%")],
        [("A & <B>", "General"), (0.8538, "0.00%")],
    ]
    chart = chart_of(out)
    assert [place.text for place in chart.iter(f"{C}f")] == ["Sheet1!$B$1", "Sheet1!$A$2:$A$4", "Sheet1!$B$2:$B$4"]


def test_everything_is_linked(kit: Any) -> None:
    out = kit.render(kit.paragraph(PLAIN), {"表": RATES})
    assert 'Target="/word/charts/chart1.xml"' in out.xml("word/_rels/document.xml.rels")
    link = etree.fromstring(out.files["word/charts/_rels/chart1.xml.rels"])[0]
    assert (link.get("Id"), link.get("Target")) == ("rId1", "/word/embeddings/chart1.xlsx")
    assert next(chart_of(out).iter(f"{C}externalData")).values() == ["rId1"]
    types = out.xml("[Content_Types].xml")
    assert 'PartName="/word/charts/chart1.xml"' in types
    assert 'PartName="/word/embeddings/chart1.xlsx"' in types


def test_the_size_and_the_words_for_the_blind(kit: Any) -> None:
    out = kit.render(kit.paragraph("{{p 柱形图(表, '名称', '得分率', '各项', 100, 50.5) }}"), {"表": RATES})
    drawing = out.tree().find(".//{*}inline")
    assert drawing.find("{*}extent").attrib == {"cx": "3600000", "cy": "1818000"}
    said = drawing.find("{*}docPr").get("descr")
    assert said == "柱形图：各项。得分率：预算编制 100%、项目管理 98.30%、A & <B> 85.38%。"
    own = kit.render(kit.paragraph("{{p 柱形图(表, '名称', '得分率', 说明='三项') }}"), {"表": RATES})
    assert own.tree().find(".//{*}docPr").get("descr") == "三项"


def test_long_descriptions_end_somewhere(kit: Any) -> None:
    rows = [{"名称": f"指标{number}" * 5, "得分率": "1%"} for number in range(100)]
    said = kit.render(kit.paragraph(PLAIN), {"表": rows}).tree().find(".//{*}docPr").get("descr")
    assert len(said) < 1100
    assert said.endswith("……")


def test_fonts_for_chinese_are_those_of_the_placeholder_or_the_layout(kit: Any) -> None:
    run = kit.run(PLAIN, '<w:rPr><w:rFonts w:eastAsia="楷体_GB2312"/></w:rPr>')
    chart = chart_of(kit.render(f"<w:p>{run}</w:p>", {"表": RATES}))
    assert {font.get("typeface") for font in chart.iter(f"{A}ea")} == {"楷体_GB2312"}
    styles = (
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault>'
        '<w:rPr><w:rFonts w:eastAsia="仿宋"/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>'
    )
    data = kit.package(kit.paragraph(PLAIN), extra={"word/styles.xml": styles.encode()})
    chart = chart_of(kit.out(Layout.open(kit.file(data)).render({"表": RATES})))
    assert {font.get("typeface") for font in chart.iter(f"{A}ea")} == {"仿宋"}


def test_no_font_is_named_where_none_is_known(kit: Any) -> None:
    assert list(chart_of(kit.render(kit.paragraph(PLAIN), {"表": RATES})).iter(f"{A}ea")) == []


def test_title_legend_and_lying_bars(kit: Any) -> None:
    tag = "{{p 柱形图(表, '名称', ['得分', '得分率'], 标题='A & B', 横向=true) }}"
    chart = chart_of(kit.render(kit.paragraph(tag), {"表": RATES}))
    assert [text.text for text in chart.iter(f"{A}t")] == ["A & B"]
    assert len(list(chart.iter(f"{C}legend"))) == 1
    assert [bar.get("val") for bar in chart.iter(f"{C}barDir")] == ["bar"]
    assert next(chart.iter(f"{C}catAx")).find(f"{C}scaling/{C}orientation").get("val") == "maxMin"
    assert numbers(chart, 0) == ["8", "19.66", "6.83"]
    plain = chart_of(kit.render(kit.paragraph(PLAIN), {"表": RATES}))
    assert list(plain.iter(f"{C}legend")) == list(plain.iter(f"{C}title")) == []


def test_money_in_a_printing_form(kit: Any) -> None:
    rows = [{"项目": {"名": "甲"}, "金额": Amount(Fraction(1250000), "125.00 万元")}]
    tag = "{{p 柱形图(表, '项目.名', '金额', 形式='万元') }}"
    out = kit.render(kit.paragraph(tag), {"表": rows})
    assert numbers(chart_of(out)) == ["125"]
    assert cells(out)[1] == [("甲", "General"), (125, "0.00")]
    plain = kit.render(kit.paragraph("{{p 柱形图(表, '项目.名', '金额') }}"), {"表": rows})
    assert numbers(chart_of(plain)) == ["1250000"]


@pytest.mark.parametrize(
    ("value", "number", "form"),
    [
        ("1,009.31", "1009.31", "#,##0.00"),
        ("−3.5", "-3.5", "0.0"),
        ("-12%", "-0.12", "0%"),
        (3, "3", "General"),
        (Decimal("2.50"), "2.5", "General"),
        (Fraction(1, 3), "0.333333333333333", "General"),
        (Fraction(200000, 3), "66666.6666666667", "General"),
        (Fraction(10**20), "100000000000000000000", "General"),
        (Amount(Fraction(6), "6项"), "6", "General"),
    ],
)
def test_numbers_are_those_that_are_printed(kit: Any, value: object, number: str, form: str) -> None:
    chart = chart_of(kit.render(kit.paragraph("{{p 柱形图(表, '名', '数') }}"), {"表": [{"名": "甲", "数": value}]}))
    assert numbers(chart) == [number]
    assert next(chart.iter(f"{C}formatCode")).text == form


def test_a_missing_number_leaves_a_gap(kit: Any) -> None:
    rows = [{"名": "甲", "数": None}, {"名": "乙", "数": "5"}, {"名": None, "数": 1}]
    out = kit.render(kit.paragraph("{{p 柱形图(表, '名', '数', 形式='去零') }}"), {"表": [*rows[:1], *rows[2:]]})
    assert numbers(chart_of(out)) == ["1"]
    assert cells(out)[1] == [("甲", "General"), (None, "General")]
    nothing = kit.render(kit.paragraph("{{p 柱形图(表, '名', '数') }}"), {"表": rows[:1]})
    assert numbers(chart_of(nothing)) == []


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{p 柱形图(表, '名称', '得分律') }}", "没有「得分律」这一列。 是否为「得分」「得分率」"),
        ("{{p 柱形图(空表, '名称', '得分率') }}", "一行也没有"),
        ("{{p 柱形图('表', '名称', '得分率') }}", "要的是一张表"),
        ("{{p 柱形图([1], '名称', '得分率') }}", "每一行都要有「名称」"),
        ("{{p 柱形图(表, '名称', '名称') }}", "准确的数，得到的是「预算编制」"),
        ("{{p 柱形图(表, '名称', '得分率', 宽=0) }}", "宽要写 1 至 1000 毫米"),
        ("{{p 柱形图(表, '名称', '得分率', 高='大') }}", "高要写"),
        ("{{p 柱形图(表, '名称', '得分率', 形式='百分') }}", "没有「百分」这种印制形式。 是否为「百分比」"),
        ("{{p 柱形图(表, '名称', '得分率', 形式='_run') }}", "没有「_run」这种印制形式"),
        ("{{p 柱形图(表, '名称', '名称', 形式='万元') }}", "印制形式「万元」不能用在「预算编制」上"),
        ("{{p 柱形图(表, '名称', []) }}", "最多画"),
        ("{{ 柱形图(表, '名称', '得分率') ~ '图' }}", "柱形图不是文字"),
    ],
)
def test_tells_what_it_cannot_draw(kit: Any, tag: str, said: str) -> None:
    found = refused(kit, tag, {"表": RATES, "空表": []})
    assert len(found) == 1
    assert said in found[0]
    assert found[0].startswith("JX531")


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{p 柱形图(表, 类另='名称', 数值='得分率') }}", "没有「类另」这一项。 是否为「类别」"),
        ("{{p 柱形图(表) }}", "「柱形图」没有写「类别」「数值」"),
        ("{{p 柱形图(表, '名称', '得分率', 数据=表) }}", "写多了"),
    ],
)
def test_tells_wrong_arguments_before_any_value_is_known(kit: Any, tag: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        kit.layout(kit.paragraph(tag))
    assert [finding.code for finding in caught.value.findings] == ["JX513"]
    assert said in f"{caught.value.findings[0].message} {caught.value.findings[0].hint}"


def test_arguments_that_are_unpacked_are_looked_at_when_they_are_known(kit: Any) -> None:
    tag = "{{p 柱形图(表, **项) }}"
    out = kit.render(kit.paragraph(tag), {"表": RATES, "项": {"类别": "名称", "数值": "得分率"}})
    assert numbers(chart_of(out)) == ["1", "0.983", "0.8538"]
    assert "没有「名」这一项" in refused(kit, tag, {"表": RATES, "项": {"名": "名称"}})[0]


def test_an_undefined_table_is_told_once(kit: Any) -> None:
    found = refused(kit, "{{p 柱形图(表格, '名称', '得分率') }}", {"表": RATES})
    assert [text[:5] for text in found] == ["JX530"]
    empty = kit.render(kit.paragraph("{{p 柱形图(表格, '名称', '得分率') }}"), {}, undefined="empty")
    assert "word/charts/chart1.xml" not in empty.files


def test_names_in_the_arguments_are_checked(kit: Any) -> None:
    with pytest.raises(Refused) as caught:
        kit.layout(kit.paragraph("{{p 柱形图(表格, 类别='名称', 数值=列) }}"), names={"表"})
    assert [finding.code for finding in caught.value.findings] == ["JX518", "JX518"]
    assert kit.layout(kit.paragraph(PLAIN)).names == ("表",)


def test_charts_of_the_layout_keep_their_names(kit: Any) -> None:
    data = kit.package(kit.paragraph(PLAIN) * 2, extra={"word/charts/chart1.xml": b"<c/>"})
    out = kit.out(Layout.open(kit.file(data)).render({"表": RATES}))
    assert sorted(name for name in out.files if name.startswith("word/charts/chart")) == [
        "word/charts/chart1.xml",
        "word/charts/chart2.xml",
        "word/charts/chart3.xml",
    ]
    assert out.files["word/charts/chart1.xml"] == b"<c/>"


def test_is_sound_and_the_same_every_time(kit: Any) -> None:
    body = kit.paragraph(PLAIN) + kit.paragraph("{{p 柱形图(表, '名称', ['得分', '得分率'], '标题', 横向=true) }}")
    layout = kit.layout(body, {"header1": kit.paragraph(PLAIN)})
    data = layout.render({"表": RATES})
    assert data == layout.render({"表": RATES})
    assert [str(error) for error in OpenXmlValidator().validate(kit.file(data, "成品.docx")).errors] == []
    assert zipfile.ZipFile(io.BytesIO(data)).read("word/charts/chart3.xml")


def test_libreoffice_draws_it(kit: Any, to_pdf: Any, tmp_path: Path) -> None:
    path = tmp_path / "图.docx"
    path.write_bytes(kit.render(kit.paragraph(PLAIN), {"表": RATES}).data)
    assert to_pdf(path).read_bytes().startswith(b"%PDF")
