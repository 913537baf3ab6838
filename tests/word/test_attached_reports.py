"""A real report with attachments, from the input to the Word file."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from openxml_audit import OpenXmlValidator

import generator
from generator.base.diagnostics import Refused
from generator.workflows.draft import prepare_draft


@pytest.fixture
def filled(workplace: Path) -> Path:
    """The Meizhou input with two attachments, one of them landscape."""
    for name in ("资金表.docx", "说明.docx"):
        made = docx.Document()
        made.add_paragraph(f"{name}正文")
        if name == "资金表.docx":
            section = made.sections[0]
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = section.page_height, section.page_width
        made.save(str(workplace / "inputs" / name))
    file = workplace / "inputs" / "meizhou-gxj-2021.yaml"
    added = "\n附件:\n- {文件: 资金表.docx, 标题: 专项资金绩效情况表}\n- 说明.docx\n"
    file.write_text(file.read_text(encoding="utf-8") + added, encoding="utf-8")
    return file


def test_they_come_behind_the_report(filled: Path, tmp_path: Path) -> None:
    plain = generator.render(Path("inputs") / "meizhou-gxj-2021.yaml", tmp_path / "plain.docx").path
    path = generator.render(filled, tmp_path / "a.docx").path
    made = docx.Document(str(path))
    texts = [one.text for one in made.paragraphs]
    before = [one.text for one in docx.Document(str(plain)).paragraphs]
    assert texts[: len(before)] == before
    assert texts[len(before) :] == ["附件1", "专项资金绩效情况表", "资金表.docx正文", "附件2", "说明", "说明.docx正文"]
    assert [one.orientation for one in made.sections][-2:] == [WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    assert made.sections[-1].footer.paragraphs[0].text == made.sections[1].footer.paragraphs[0].text != ""
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []
    assert path.read_bytes() == generator.render(filled, tmp_path / "b.docx").path.read_bytes()


def test_an_unsafe_file_is_told_with_everything_else(filled: Path, tmp_path: Path) -> None:
    (filled.parent / "资金表.docx").write_bytes(b"PK")
    (filled.parent / "说明.docx").unlink()
    found = [(one.code, one.path) for one in generator.check(filled) if one.code.startswith(("JX2", "JX5"))]
    assert found == [("JX536", "附件[1]"), ("JX228", "附件[2]")]
    with pytest.raises(Refused):
        generator.render(filled, tmp_path / "a.docx")
    assert not (tmp_path / "a.docx").exists()


def test_the_chart_of_the_appendix_is_there(filled: Path, tmp_path: Path) -> None:
    data = generator.render(filled, tmp_path / "a.docx").path.read_bytes()
    import zipfile

    import openpyxl

    files = zipfile.ZipFile(io.BytesIO(data))
    book = openpyxl.load_workbook(io.BytesIO(files.read("word/embeddings/chart1.xlsx")))
    rows = {str(name.value): number.value for name, number in book.worksheets[0].iter_rows(min_row=2)}
    assert len(rows) == 12
    assert rows["项目管理"] == 0.983
    assert rows["工作受表彰或批评"] == 0.4


@pytest.fixture
def enclosing(workplace: Path) -> Path:
    """The Meizhou input with a field of the kind 文档, which its layout prints at its end."""
    place = workplace / "templates" / "meizhou"
    with (place / "fields.yaml").open("a", encoding="utf-8") as stream:
        stream.write("\n补充: {类型: 文档, 标签: 补充说明, 必填: 否}\n")
    layout = docx.Document(str(place / "报告.docx"))
    layout.add_paragraph("{{p 补充 }}")
    layout.save(str(place / "报告.docx"))
    made = docx.Document()
    made.add_paragraph("补充的正文")
    made.save(str(workplace / "inputs" / "补充.docx"))
    file = workplace / "inputs" / "meizhou-gxj-2021.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\n补充: 补充.docx\n附件: 补充.docx\n", encoding="utf-8")
    return file


def test_a_document_of_the_filing_is_set_in(enclosing: Path, tmp_path: Path) -> None:
    path = generator.render(enclosing, tmp_path / "a.docx").path
    assert [one.text for one in docx.Document(str(path)).paragraphs][-4:] == [
        "补充的正文",
        "附件",
        "补充",
        "补充的正文",
    ]
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []


def test_a_broken_document_stops_the_report_and_not_the_draft(enclosing: Path, tmp_path: Path) -> None:
    (enclosing.parent / "补充.docx").write_bytes(b"PK")
    found = {(one.code, one.path) for one in generator.check(enclosing) if one.code.startswith("JX53")}
    assert found == {("JX537", "补充"), ("JX536", "附件[1]")}
    draft = next(iter(prepare_draft(enclosing, tmp_path).files.values()))
    assert docx.Document(io.BytesIO(draft)).paragraphs[-1].text == "（文档「补充.docx」不能用）"
