"""Which fields of a template may come from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.base.diagnostics import Span
from generator.submission.fill_in import fill_in
from generator.submission.sheet_tables import Tables
from generator.template.model import Field
from generator.yamlfile.build import Mapping, Scalar, Sequence
from generator.yamlfile.source import parse_yaml

PLACE = Span("fields.yaml", 1, 1)


def field(name: str, kind: str = "文字", *members: Field, required: bool = True) -> Field:
    return Field(name, name, kind, name, PLACE, required, members={member.name: member for member in members})


def filled(source: str, known: Field, folder: Path) -> tuple[Mapping, Tables]:
    root = parse_yaml(source.encode(), "填报.yaml").root
    assert root is not None
    return fill_in(root, {known.name: known}, folder)


@pytest.fixture(autouse=True)
def _file(tmp_path: Path) -> None:
    (tmp_path / "表.csv").write_text("名称,处室\n甲,一处\n", encoding="utf-8")


def names(table: object) -> list[str]:
    assert isinstance(table, Sequence)
    rows = [row.get("名称") for row in table.items if isinstance(row, Mapping)]
    return [cell.text for cell in rows if isinstance(cell, Scalar)]


def test_a_table_in_a_group(tmp_path: Path) -> None:
    root, tables = filled(
        "人员: {单位: {来源: 表.csv}}", field("人员", "组", field("单位", "表", field("名称"))), tmp_path
    )
    group = root.get("人员")
    assert isinstance(group, Mapping)
    assert names(group.get("单位")) == ["甲"]
    assert list(tables.sources) == ["表.csv"]


def test_a_table_within_a_row_of_a_table(tmp_path: Path) -> None:
    known = field("项目", "表", field("名称"), field("单位", "表", field("名称")))
    root, tables = filled("项目:\n  - 文字\n  - {名称: 乙, 单位: {来源: 表.csv}}\n", known, tmp_path)
    table = root.get("项目")
    assert isinstance(table, Sequence)
    row = table.items[1]
    assert isinstance(row, Mapping)
    assert names(row.get("单位")) == ["甲"]
    assert not tables.findings


@pytest.mark.parametrize("required", [True, False])
def test_a_column_that_is_itself_a_table_cannot_stand_in_a_file(tmp_path: Path, required: bool) -> None:
    below = field("处室", "表", field("名称"), required=required)
    _, tables = filled("单位: {来源: 表.csv}", field("单位", "表", field("名称"), below), tmp_path)
    assert [(finding.code, str(finding.span)) for finding in tables.findings] == [
        ("JX230", "填报.yaml:1:5") for _ in range(required)
    ]
    assert ("单位.处室" in tables.refused) is required


@pytest.mark.parametrize("source", ["单位: 表.csv", "单位: {名称: 表.csv}", "别的: {来源: 表.csv}"])
def test_everything_else_stays_as_it_is(tmp_path: Path, source: str) -> None:
    root, tables = filled(source, field("单位", "表", field("名称")), tmp_path)
    assert root == parse_yaml(source.encode(), "填报.yaml").root
    assert not tables.sources
    assert not tables.findings
