"""Spreadsheets made on the spot, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from generator.base.diagnostics import Finding, Span
from generator.formula.parser import own_formula
from generator.submission.sheet_tables import Tables, read_table
from generator.template.model import Field
from generator.yamlfile.build import Mapping, Scalar, Sequence
from generator.yamlfile.source import parse_yaml

PLACE = Span("fields.yaml", 1, 1)


def column(name: str, label: str, kind: str, *, unit: str = "", required: bool = True, computed: bool = False) -> Field:
    formula = own_formula("0", PLACE) if computed else None
    return Field(name, name, kind, label, PLACE, required, unit, formula=formula)


def table(path: str, label: str, columns: Iterable[Field]) -> Field:
    return Field(path, path, "表", label, PLACE, members={one.name: one for one in columns})


COLUMNS = (
    column("项目", "资金项目（一级）", "文字"),
    column("金额", "资金额度", "金额"),
    column("得分", "项目自评分（百分制）", "数值", required=False),
    column("日期", "完成日期", "日期", required=False),
    column("目标", "目标值", "目标", required=False),
    column("比率", "完成率", "比率", required=False),
    column("完成", "是否完成", "是否", required=False),
    column("人数", "核定人数", "整数", unit="名", required=False),
    column("占比", "占全部的比重", "比率", computed=True),
)


class Read:
    """A table as read, with short ways to look at it."""

    def __init__(self, items: Sequence, table: Tables) -> None:
        self.items, self.table = items.items, table

    @property
    def rows(self) -> list[dict[str, str]]:
        """The texts that are not blank, by column."""
        return [dict(self._texts(row)) for row in self.items if isinstance(row, Mapping)]

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
        mapping = self.items[row - 1]
        assert isinstance(mapping, Mapping)
        value = mapping.get(column)
        assert isinstance(value, Scalar)
        return str(value.span)


Look = Callable[..., Read]
Save = Callable[..., Path]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Read a table that a line of YAML names, from the test's folder."""

    def read(source: str = "{来源: 表.xlsx}", columns: Iterable[Field] = COLUMNS) -> Read:
        root = parse_yaml(f"专项资金: {source}\n".encode(), "填报.yaml").root
        assert root is not None
        node = root.get("专项资金")
        assert isinstance(node, Mapping)
        tables = Tables(tmp_path)
        return Read(read_table(node, table("专项资金", "专项资金项目", columns), tables), tables)

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
