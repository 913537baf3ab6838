"""A place in a sheet, as people and programs read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.base.diagnostics import Code, Finding, Span, column_letters, findings_as_text

CODE = Code("JX093", "不对", "不对。")


def finding(span: Span) -> Finding:
    return CODE.at(span, "绩效目标[12].完成")


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (Span("绩效目标.xlsx", 14, 4, 0, "目标"), "绩效目标.xlsx!目标!D14"),
        (Span("绩效目标.xlsx", length=0, sheet="目标"), "绩效目标.xlsx!目标"),
        (Span("文件.csv", 14, 4, 0), "文件.csv:14:4"),
        (Span("文件.csv", length=0), "文件.csv"),
        (Span("填报.yaml", 14, 4), "填报.yaml:14:4"),
    ],
)
def test_a_place_names_file_sheet_and_cell(span: Span, text: str) -> None:
    assert str(span) == text
    assert findings_as_text([finding(span)]) == f"错误 JX093  {text}  绩效目标[12].完成\n  不对。"


@pytest.mark.parametrize(
    ("span", "place"),
    [
        (Span("表.xlsx", 14, 4, 0, "目标"), ("表.xlsx!目标!D14", 0, 0)),
        (Span("表.csv", 14, 4, 0), ("表.csv", 14, 4)),
        (Span("填报.yaml", 3, 2), ("填报.yaml", 3, 2)),
    ],
)
def test_json_holds_the_cell_in_the_file(span: Span, place: tuple[str, int, int]) -> None:
    told = finding(span).as_dict()
    assert (told["file"], told["line"], told["column"]) == place


def test_no_caret_stands_under_a_cell_of_a_csv(tmp_path: Path) -> None:
    file = tmp_path / "表.csv"
    file.write_text("一,二,三\n", encoding="utf-8")
    assert "^" not in findings_as_text([finding(Span(str(file), 1, 3, 0))])
    assert "^" in findings_as_text([finding(Span(str(file), 1, 3, 1))])


@pytest.mark.parametrize(
    ("number", "letters"), [(0, ""), (1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (702, "ZZ"), (703, "AAA")]
)
def test_columns_have_letters(number: int, letters: str) -> None:
    assert column_letters(number) == letters
