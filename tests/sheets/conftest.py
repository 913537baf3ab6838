"""Spreadsheets made on the spot, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from generator.base.diagnostics import Finding
from generator.submission.headers import Column
from generator.submission.sheet_tables import SheetTable, Wanted, read_table
from generator.yamlfile.build import Mapping, Scalar
from generator.yamlfile.source import parse_yaml

COLUMNS = (
    Column("项目", "资金项目（一级）", "文字"),
    Column("金额", "资金额度", "金额"),
    Column("得分", "项目自评分（百分制）", "数值", required=False),
    Column("日期", "完成日期", "日期", required=False),
    Column("目标", "目标值", "目标", required=False),
    Column("比率", "完成率", "比率", required=False),
    Column("完成", "是否完成", "是否", required=False),
    Column("人数", "核定人数", "整数", unit="名", required=False),
    Column("占比", "占全部的比重", "比率", computed=True),
)


class Read:
    """A table as read, with short ways to look at it."""

    def __init__(self, table: SheetTable) -> None:
        self.table = table

    @property
    def rows(self) -> list[dict[str, str]]:
        """The texts that are not blank, by column."""
        return [dict(self._texts(row)) for row in self.table.rows.items if isinstance(row, Mapping)]

    @staticmethod
    def _texts(row: Mapping) -> Iterable[tuple[str, str]]:
        for entry in row.entries:
            if isinstance(entry.value, Scalar) and not entry.value.is_blank:
                yield entry.key.text, entry.value.text

    @property
    def found(self) -> list[tuple[str, str]]:
        """Code and place of every finding."""
        return [(finding.code, str(finding.span)) for finding in self.table.findings]

    @property
    def only(self) -> Finding:
        assert len(self.table.findings) == 1, [finding.message for finding in self.table.findings]
        return self.table.findings[0]

    def place(self, row: int, column: str) -> str:
        mapping = self.table.rows.items[row - 1]
        assert isinstance(mapping, Mapping)
        value = mapping.get(column)
        assert isinstance(value, Scalar)
        return str(value.span)


Look = Callable[..., Read]
Save = Callable[..., Path]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Read a table that a line of YAML names, from the test's folder."""

    def read(source: str = "{来源: 表.xlsx}", columns: Iterable[Column] = COLUMNS) -> Read:
        root = parse_yaml(f"专项资金: {source}\n".encode(), "填报.yaml").root
        assert root is not None
        node = root.get("专项资金")
        assert isinstance(node, Mapping)
        wanted = Wanted("专项资金", "专项资金项目", tuple(columns))
        return Read(read_table(node, wanted, tmp_path))

    return read


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Save rows as a workbook; ``change`` is given its sheet."""

    def write(
        *rows: Iterable[Any], name: str = "表.xlsx", title: str = "目标", change: Callable[[Any], object] | None = None
    ) -> Path:
        book = Workbook()
        sheet: Any = book.active
        sheet.title = title
        for row in rows:
            sheet.append(list(row))
        if change is not None:
            change(sheet)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Write a text as a CSV file."""

    def write(text: str, encoding: str = "utf-8", name: str = "表.csv") -> Path:
        (tmp_path / name).write_bytes(text.encode(encoding))
        return tmp_path / name

    return write
