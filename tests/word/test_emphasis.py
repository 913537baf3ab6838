"""Emphasis: ``**…**`` in a text is printed in the character style 着重 of the layout, or in bold."""

from __future__ import annotations

from typing import Any

import openxml_audit
import pytest

from generator.base.passage import Origin, Passage, emphasised, lone_mark, without_marks
from generator.word import Layout

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT = emphasised(Passage.of("**一是加强 & 领导。**其余**二是**\n尾", Origin("正文")))
RUN = '<w:rPr><w:rFonts w:eastAsia="仿宋_GB2312"/><w:sz w:val="32"/></w:rPr>'


def with_style(kit: Any, body: str) -> bytes:
    """A layout that has the style."""
    style = (
        f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:default="1" w:styleId="Body"><w:name w:val="Normal"/>'
        '</w:style><w:style w:type="character" w:customStyle="1" w:styleId="a9"><w:name w:val="着重"/><w:rPr>'
        '<w:rFonts w:eastAsia="楷体_GB2312"/><w:b/></w:rPr></w:style></w:styles>'
    )
    data: bytes = kit.package(body, extra={"word/styles.xml": style.encode()})
    return data


def runs(out: Any) -> list[tuple[str, str]]:
    """The text of each run and what its properties are."""
    return [
        (
            "".join(run.itertext()),
            " ".join(str(one.tag).rpartition("}")[2] for one in run.iterfind(f"{{{W}}}rPr/*")),
        )
        for run in out.tree().iter(f"{{{W}}}r")
        if "".join(run.itertext())
    ]


def test_a_text_remembers_what_is_emphasised() -> None:
    assert TEXT == "一是加强 & 领导。其余二是\n尾"
    assert isinstance(TEXT, Passage)
    assert TEXT.strong == ((0, 10), (12, 14))
    assert {one.origin.path for one in TEXT.stretches} == {"正文"}
    (first, second) = ("前" + TEXT[:4]).splitlines(), (TEXT + "。").splitlines()
    assert [getattr(one, "strong", ()) for one in (*first, *second)] == [((1, 5),), ((0, 10), (12, 14)), ()]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("无", -1),
        ("**一**", -1),
        ("一**", 1),
        ("**一\n二**", 0),
        ("**一** **二", 6),
        ("138****1234", -1),
        ("2***3", -1),
    ],
)
def test_signs_come_in_pairs(text: str, at: int) -> None:
    assert lone_mark(text) == at


def test_signs_are_left_out_where_checks_read() -> None:
    assert without_marks("前**一是。**后**二**") == ("前一是。后二", (1, 4, 5, 6))


def test_it_is_printed_in_the_style_of_the_layout(kit: Any) -> None:
    body = f"<w:p>{kit.run('前{{ x }}后', RUN)}</w:p>" + kit.paragraph("{{r x }}") + kit.paragraph("{{p xs }}")
    path = kit.file(with_style(kit, body))
    out = kit.out(Layout.open(path).render({"x": TEXT, "xs": [TEXT]}))
    assert out.lines() == [f"前{TEXT}后", str.__str__(TEXT), str.__str__(TEXT)]
    plain, strong = "rFonts sz", "rStyle sz"
    assert runs(out)[:5] == [
        ("前", plain), ("一是加强 & 领导。", strong), ("其余", plain), ("二是", strong), ("尾后", plain),
    ]  # fmt: skip
    assert out.xml().count('<w:rStyle w:val="a9"/>') == 6
    assert not openxml_audit.OpenXmlValidator().validate(str(kit.file(out.data, "成品.docx"))).errors


def test_it_is_bold_where_the_layout_has_no_such_style(kit: Any) -> None:
    out = kit.render(f"<w:p>{kit.run('{{ x }}', RUN)}</w:p>" + kit.table(["{{ x }}"]), {"x": TEXT})
    assert [kind for text, kind in runs(out) if text == "二是"] == ["rFonts b bCs sz", "b bCs"]
    assert not openxml_audit.OpenXmlValidator().validate(str(kit.file(out.data, "成品.docx"))).errors


def test_in_links_and_properties_of_the_document_it_is_text(kit: Any) -> None:
    link = f'<w:p><w:hyperlink w:anchor="a">{kit.run("{{ x }}")}</w:hyperlink></w:p>'
    out = kit.render(link, {"x": TEXT}, {"core": "<dc:title>{{ x }}</dc:title>"})
    assert out.lines() == [str.__str__(TEXT)]
    assert ("二是", "b bCs") in runs(out)
    assert out.tree("docProps/core.xml")[0].text == str.__str__(TEXT)
