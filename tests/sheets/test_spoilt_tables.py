"""Tables as bureaus spoil them: cut by a comma, lying on their side, with headings among their rows, with nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.small_template import Small, small

FIELDS = """
项目:
  类型: 表
  标签: 项目
  必填: 否
  列:
    名称: {类型: 文字, 标签: 项目名称}
    预算: {类型: 金额, 标签: 预算数, 必填: 否}
    执行: {类型: 金额, 标签: 执行数, 必填: 否}
合计: {类型: 金额, 标签: 合计, 公式: 求和(项目.预算)}
"""


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS)


def total(form: Small, file: str) -> str:
    (value,) = form.assess(f"项目: {{来源: {file}}}\n").scorecard.symbols.find("合计")
    return value.text


def found(form: Small, rows: str) -> list[tuple[str, str]]:
    (form.folder / "表.csv").write_text(rows, "utf-8")
    return [(one.code, str(one.span)) for one in form.check("项目: {来源: 表.csv}\n")]


def book(form: Small, *rows: list[object]) -> str:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)  # type: ignore[union-attr]
    workbook.save(form.folder / "表.xlsx")
    return "表.xlsx"


HEAD = "名称,预算（万元）,执行（万元）,备注\n"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("甲,4,500,96,\n", [("JX258", "表.csv:2:2")]),
        ("甲,4,500,96\n", [("JX258", "表.csv:2:2")]),
        ("甲,乙合办,615.2,600\n", [("JX258", "表.csv:2:1")]),
        ("甲,615.2\n", [("JX295", "表.csv:2:2")]),
        ('"甲,乙",4500,96,\n', [("JX460", "表.csv:2:1")]),
        ("甲,0,—,\n", []),
    ],
)
def test_a_row_that_a_comma_cut(form: Small, row: str, told: list[tuple[str, str]]) -> None:
    assert found(form, f"{HEAD}{row}丙,3,2,\n") == told


def test_a_table_that_lies_on_its_side(form: Small) -> None:
    file = book(form, ["单位：万元"], ["项目名称", "甲", "乙", "合计"], ["预算数", 3, 4, 7], ["执行数", 3, "约2", 5])
    (wrong,) = form.check(f"项目: {{来源: {file}}}\n")
    assert (wrong.code, str(wrong.span), wrong.path) == ("JX207", "表.xlsx!Sheet!C4", "项目[2].执行")
    book(form, ["单位：万元"], ["项目名称", "甲", "乙", "合计"], ["预算数", 3, 4, 7], ["执行数", 3, 2, 5])
    assert total(form, file) == "70000元"


def test_headings_among_rows_are_no_rows_and_their_sums_are_compared(form: Small) -> None:
    rows: list[list[object]] = [
        ["名称", "预算（万元）"],
        ["一、市级", 7],
        ["甲", 3],
        ["乙", 4],
        ["二、县级"],
        ["丙", 5],
    ]
    assert total(form, book(form, *rows)) == "120000元"
    rows[1][1] = 8
    assert [(one.code, str(one.span)) for one in form.check(f"项目: {{来源: {book(form, *rows)}}}\n")] == [
        ("JX257", "表.xlsx!Sheet!B2")
    ]


def test_rows_that_only_say_that_there_is_nothing(form: Small) -> None:
    for rows in ("项目: [无]\n", "项目: [{名称: 无, 预算: 无}]\n", "项目: [{名称: 不适用, 预算: }]\n"):
        assert not form.check(rows)
        assert form.assess(rows).scorecard.symbols.find("合计")[0].value == 0


def test_a_share_among_typed_rows_is_told(form: Small) -> None:
    text = "项目:\n- {名称: 甲, 预算: 3 万元}\n- {名称: 其中：市级, 预算: 2 万元}\n- {名称: 其中心改造, 预算: 1 万元}\n"
    (form.folder / "templates" / "小" / "checks.yaml").write_text("勾稽: []\n", "utf-8")
    assert form.pointed(text, "JX419") == [("其中：市级", "项目[2].名称")]


@pytest.mark.parametrize(("last", "told"), [("6.01", [("全部", "项目[4].名称")]), ("6.02", []), ("6", [])])
def test_a_last_row_with_the_sum_of_the_others_is_told(form: Small, last: str, told: list[tuple[str, str]]) -> None:
    first = "1.01" if "." in last else "1"
    rows = ((first, "甲"), ("2", "乙"), ("3", "丙"), (last, "全部"))
    text = "项目:\n" + "".join(f"- {{名称: {name}, 预算: {amount} 万元}}\n" for amount, name in rows)
    (form.folder / "templates" / "小" / "checks.yaml").write_text("勾稽: []\n", "utf-8")
    assert form.pointed(text, "JX419") == told


def test_a_required_text_is_more_than_a_word_for_none(tmp_path: Path) -> None:
    fields = "依据: {类型: 列表, 标签: 依据}\n结论: {类型: 文字, 标签: 结论}\n"
    form = small(tmp_path, fields + "超编: {类型: 文字, 标签: 超编, 没有时: 没有超编。}\n")
    assert form.pointed("依据: [无]\n结论: 无\n超编: 无\n", "JX294") == [("无", "依据"), ("无", "结论")]
    facts, found = form.accept("依据: [无, 《通知》]\n结论: 无。\n超编: 无\n")
    assert not found
    assert [facts.facts.members[name].value for name in ("依据", "超编")] == [("《通知》",), "没有超编。"]  # type: ignore[union-attr]
