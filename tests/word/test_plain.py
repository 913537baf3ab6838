"""A Word file as lines of text: what a reader sees, once."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from generator.base.diagnostics import Refused
from generator.word.read.document import text_lines


@pytest.fixture(scope="module")
def corpus() -> Any:
    spec = importlib.util.spec_from_file_location("word_corpus", Path(__file__).with_name("test_corpus.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_text_box_is_printed_once_behind_its_paragraph(kit: Any, corpus: Any) -> None:
    body = kit.paragraph("前") + corpus.text_box(kit.paragraph("框一") + kit.table(["甲", "乙"])) + kit.paragraph("后")
    assert list(text_lines(kit.package(body))) == ["前", "", "〔文本框〕框一", "〔文本框〕| 甲 | 乙 |", "后"]


def test_what_was_deleted_is_left_out(kit: Any) -> None:
    gone = '<w:del w:id="1" w:author="某"><w:r><w:delText>旧</w:delText></w:r></w:del>'
    moved = f'<w:moveFrom w:id="2" w:author="某">{kit.run("移走")}</w:moveFrom>'
    come = f'<w:ins w:id="3" w:author="某">{kit.run("新")}</w:ins>'
    row = f'<w:tr><w:trPr><w:del w:id="4" w:author="某"/></w:trPr><w:tc>{kit.paragraph("旧行")}</w:tc></w:tr>'
    table = kit.table(["留"]).replace("</w:tbl>", f"{row}</w:tbl>")
    assert list(text_lines(kit.package(f"<w:p>{gone}{moved}{come}</w:p>{table}"))) == ["新", "| 留 |"]


def test_content_controls_nested_tables_breaks_and_other_parts(kit: Any, corpus: Any) -> None:
    row = kit.table(["受控的行"]).partition("<w:tr>")
    table = row[0] + corpus.control(row[1] + row[2].removesuffix("</w:tbl>")) + "</w:tbl>"
    outer = kit.table([kit.paragraph("外") + kit.table(["内"]) + kit.paragraph("尾"), "邻"])
    signs = "<w:p><w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t><w:noBreakHyphen/></w:r></w:p>"
    lines = list(text_lines(kit.package(table + outer + signs, {"header1": kit.paragraph("眉"), "footer1": "<w:p/>"})))
    assert lines == ["| 受控的行 |", "| 外⏎| 内 |⏎尾 | 邻 |", "一\t二\n三-", "〔页眉〕", "眉"]


def test_a_package_without_a_body_is_no_word_file(kit: Any) -> None:
    data = kit.zipped({"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>"})
    with pytest.raises(Refused) as caught:
        list(text_lines(data))
    assert [finding.code for finding in caught.value.findings] == ["JX501"]
