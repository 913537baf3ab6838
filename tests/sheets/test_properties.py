"""What is written into a spreadsheet comes back as it was, and no file makes the reader stumble."""

from __future__ import annotations

import csv
import io
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from generator.submission.sheet_tables import Tables, read_table
from generator.yamlfile.build import Mapping, Scalar
from generator.yamlfile.source import parse_yaml
from tests.sheets.conftest import COLUMNS, Read, table

# What stands in an official's table; Chinese, so that nothing is a total, a note, an error or a number by chance.
TEXTS = st.text(alphabet="工业和信息化局项目经费甲乙丙“”（）、,;\t\n", min_size=1, max_size=12).filter(str.strip)
# Less than what would be told as a doubtful unit.
AMOUNTS = st.decimals(min_value=0, max_value=999_999, places=2)
ROWS = st.lists(st.tuples(TEXTS, AMOUNTS), min_size=1, max_size=8)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(file: Path) -> Read:
    root = parse_yaml(f"表: {{来源: {file.name}}}\n".encode(), "填报.yaml").root
    assert root is not None
    node = root.get("表")
    assert isinstance(node, Mapping)
    tables = Tables(file.parent)
    return Read(read_table(node, table("表", "表", COLUMNS), tables), tables)


def saved(name: str, data: bytes) -> Read:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(data)
        return read(file)


@given(ROWS, st.integers(0, 3), st.integers(1, 4))
@QUICK
def test_a_workbook_comes_back(rows: list[tuple[str, Decimal]], above: int, left: int) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "目标"
    for column, header in ((left, "金额（万元）"), (left + 2, "项目")):
        sheet.cell(above + 1, column).value = header
    for line, (name, amount) in enumerate(rows, above + 2):
        sheet.cell(line, left).value = float(amount)
        sheet.cell(line, left + 2).value = name
    data = io.BytesIO()
    book.save(data)
    back = saved("表.xlsx", data.getvalue())
    assert not back.found
    assert [row["项目"] for row in back.rows] == [name for name, _ in rows]
    assert [Decimal(row["金额"].removesuffix("万元")) for row in back.rows] == [amount for _, amount in rows]
    assert back.place(len(rows), "项目").endswith(f"{len(rows) + above + 1}")


@given(ROWS, st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]), st.sampled_from([",", "\t", ";"]))
@QUICK
def test_a_csv_comes_back(rows: list[tuple[str, Decimal]], encoding: str, delimiter: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([("项目", "金额"), *((name, f"{amount} 万元") for name, amount in rows)])
    back = saved("表.csv", text.getvalue().encode(encoding))
    assert not back.found
    assert back.rows == [{"项目": name, "金额": f"{amount} 万元"} for name, amount in rows]


@given(st.binary(max_size=300))
@QUICK
def test_any_bytes_give_findings_or_rows(data: bytes) -> None:
    for name in ("表.xlsx", "表.csv"):
        back = saved(name, data)
        assert back.found
        assert all(finding.message and finding.hint for finding in back.table.findings)


@pytest.fixture(scope="module")
def sound() -> bytes:
    book = Workbook()
    book.worksheets[0].append(["项目", "金额", "得分"])
    book.worksheets[0].append(["甲", "1 元", 98.5])
    book.worksheets[0].merge_cells("A2:A3")
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
@QUICK
def test_a_workbook_with_bytes_changed_is_told_or_read(sound: bytes, at: int, noise: bytes) -> None:
    at %= len(sound)
    back = saved("表.xlsx", sound[:at] + noise + sound[at + len(noise) :])
    assert back.found or back.rows


@given(st.text(max_size=40))
@QUICK
def test_any_text_of_a_cell_keeps_its_place(text: str) -> None:
    row = io.StringIO()
    csv.writer(row).writerows([("项目", "金额"), (text, "1 元")])
    back = saved("表.csv", row.getvalue().encode("utf-8", errors="replace"))
    for item in back.items:
        assert isinstance(item, Mapping)
        assert all(isinstance(entry.value, Scalar) for entry in item.entries)
    assert all(finding.span.file in ("表.csv", "填报.yaml") for finding in back.table.findings)
