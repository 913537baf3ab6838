"""CSV: encodings, delimiters, quotes, places."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.submission import grid as delimited
from tests.sheets.conftest import Look

WriteCsv = Callable[..., Path]
SOURCE = "{来源: 表.csv}"
TEXT = "项目,金额\n第五届创新创业大赛活动经费,125.00 万元\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings_are_found_out(look: Look, write_csv: WriteCsv, encoding: str) -> None:
    write_csv(TEXT, encoding)
    assert look(SOURCE).rows == [{"项目": "第五届创新创业大赛活动经费", "金额": "125.00 万元"}]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(look: Look, write_csv: WriteCsv, delimiter: str, ending: str) -> None:
    text = TEXT.replace("活动", '"，；"').replace(",", delimiter).replace("\n", ending)
    write_csv(text.replace('第五届创新创业大赛"，；"经费', '"第五届,;\t经费"'))
    read = look(SOURCE)
    assert read.rows == [{"项目": "第五届,;\t经费", "金额": "125.00 万元"}]
    assert read.place(1, "金额") == "表.csv:2:2"


def test_the_delimiter_is_looked_for_outside_quotes(look: Look, write_csv: WriteCsv) -> None:
    write_csv('\n\n"项目";"金额";"备注,一,二,三"\n甲;1 元;\n')
    assert look(SOURCE).rows == [{"项目": "甲", "金额": "1 元"}]


def test_a_record_stands_where_it_begins(look: Look, write_csv: WriteCsv) -> None:
    write_csv('项目,金额\r\n"甲\r\n一\r二",1 元\r\n\r\n乙,#REF!\r\n')
    read = look(SOURCE)
    assert read.rows[0]["项目"] == "甲\n一\n二"
    assert [read.place(1, "项目"), read.place(2, "项目")] == ["表.csv:2:1", "表.csv:6:1"]
    assert read.found == [("JX247", "表.csv:6:2")]


def test_columns_that_were_too_narrow(look: Look, write_csv: WriteCsv) -> None:
    write_csv("项目,金额\n甲,########\n")
    assert look(SOURCE).only.hint.startswith("列太窄时另存 CSV")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('项目,金额\n甲,1 元\n"乙,2 元\n', "表.csv:3:1"),
        ('项目,金额\n"甲"乙,1 元\n', "表.csv:2:1"),
        ("项目,金额\n" + "甲" * 140_000 + ",1 元\n", "表.csv:2:1"),
    ],
)
def test_what_the_reader_stops_at(look: Look, write_csv: WriteCsv, text: str, place: str) -> None:
    write_csv(text)
    assert look(SOURCE).found == [("JX254", place)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04...", "扩展名是 .csv，内容却是 Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0...", "扩展名是 .csv，内容却是 Excel 工作簿"),
        ("项目".encode() + b"\xff\xff\n", "不是 UTF-8 或 GBK 编码的文本"),
        ("项目\0,金额\n".encode(), "不是 UTF-8 或 GBK 编码的文本"),
        (b"\xff\xfe\x00\xd8", "不是 UTF-8 或 GBK 编码的文本"),
    ],
)
def test_what_is_no_text(look: Look, tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "表.csv").write_bytes(data)
    finding = look(SOURCE).only
    assert (finding.code, str(finding.span)) == ("JX255", "填报.yaml:1:12")
    assert words in finding.message


def test_an_empty_file(look: Look, write_csv: WriteCsv) -> None:
    write_csv("\n , ,\n")
    assert (look(SOURCE).only.code, str(look(SOURCE).only.span)) == ("JX241", "表.csv")


def test_limits(look: Look, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch) -> None:
    write_csv("项目,金额" + "," * 200 + "远\n")
    assert "列数超过了 200 的上限" in look(SOURCE).only.message
    monkeypatch.setattr(delimited, "MOST_LINES", 3)
    write_csv("项目,金额\n甲,1 元\n乙,1 元\n丙,1 元\n")
    assert "行数超过了 3 的上限" in look(SOURCE).only.message


def test_two_encodings_in_one_file_are_told(look: Look, tmp_path: Path) -> None:
    (tmp_path / "表.csv").write_bytes("项目,金额\n".encode("gbk") + "修缮工程,1 元\n".encode())
    assert look("{来源: 表.csv}").only.code == "JX255"


def test_what_programs_write_as_a_formula_is_its_text(look: Look, write_csv: Callable[..., Path]) -> None:
    write_csv('项目,金额\n="001",1 元\n1.23E+17,2 元\n总额,3 元\n')
    read = look("{来源: 表.csv}")
    assert [row["项目"] for row in read.rows] == ["001", "1.23E+17"]
    assert read.found == [("JX284", "表.csv:3:1")]
