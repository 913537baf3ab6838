"""Tables that lie in files of their own: each is told of by its place in the input, in groups and in rows of tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.base.diagnostics import Finding
from tests.small_template import FILE, Small, small

TABLE = """
    类型: 表
    标签: 项目清单
    必填: {required}
    列:
      名称: {{类型: 文字, 标签: 名称}}
      金额: {{类型: 金额, 标签: 金额, 单位: 万元, 必填: 否}}
      年份: {{类型: 年份, 标签: 年份, 必填: 否}}
      一半: {{类型: 金额, 标签: 一半, 公式: 金额 ÷ 2}}
"""
GROUP = "组:\n  类型: 组\n  标签: 组\n  字段:\n   项目:" + TABLE.format(required="是")
OPTIONAL = "项目:" + TABLE.format(required="否")
NESTED = """
任务:
  类型: 表
  标签: 任务
  列:
    名称: {类型: 文字, 标签: 名称}
    明细:
      类型: 表
      标签: 明细
      必填: 否
      列: {件: {类型: 文字, 标签: 件}}
"""


@pytest.fixture
def group(tmp_path: Path) -> Small:
    return small(tmp_path, GROUP)


def found(form: Small, text: str, **files: str) -> tuple[Finding, ...]:
    for name, rows in files.items():
        (form.folder / f"{name}.csv").write_text(rows, "utf-8")
    return form.check(text)


def test_in_a_group(group: Small) -> None:
    (group.folder / "项目.csv").write_text("名称,金额（万元）,年份,一半（万元）\n甲,3,2021,1.5\n", "utf-8")
    symbols = group.assess("组: {项目: {来源: 项目.csv}}\n").scorecard.symbols
    assert [(path, *(one.text for one in symbols.find(path))) for path in ("组.项目.金额", "组.项目.一半")] == [
        ("组.项目.金额", "3万元"),
        ("组.项目.一半", "15000元"),
    ]


def test_a_column_that_is_missing_is_told_by_the_path(group: Small) -> None:
    (finding,) = found(group, "组: {项目: {来源: 项目.csv}}\n", 项目="名字,金额（万元）\n甲,3\n")
    assert finding.path == "组.项目"
    assert "名称" in finding.message
    assert Path(finding.span.file).name == "项目.csv"


def test_a_file_without_rows_is_told_by_path_and_label(group: Small) -> None:
    (finding,) = found(group, "组: {项目: {来源: 项目.csv}}\n", 项目="名称,金额\n")
    assert (finding.code, finding.path) == ("JX245", "组.项目")
    assert "「组.项目」（项目清单）" in finding.message


def test_a_table_that_may_be_empty_is_left_out_and_not_named(tmp_path: Path) -> None:
    """A file that is named and has no rows is rather one in which they were not found."""
    (finding,) = found(small(tmp_path, OPTIONAL), "项目: {来源: 项目.csv}\n", 项目="名称,金额\n")
    assert (finding.code, "改为「无」" in finding.hint) == ("JX245", True)


def test_a_year_in_a_file_is_no_date(tmp_path: Path) -> None:
    assert (
        found(small(tmp_path, OPTIONAL), "项目: {来源: 项目.csv}\n", 项目="名称,金额（万元）,年份\n甲,3,2021\n") == ()
    )


def test_in_a_row_of_a_table(tmp_path: Path) -> None:
    form = small(tmp_path, NESTED)
    text = "任务:\n- {名称: 一, 明细: [{件: 甲}]}\n- {名称: 二, 明细: {来源: 明细.csv}}\n"
    (finding,) = found(form, text, 明细="另件,数\n甲,1\n")
    assert finding.path.startswith("任务[2].明细")
    (form.folder / "明细.csv").write_text("件\n乙\n丙\n", "utf-8")
    tasks = form.assess(text).submission.facts.members["任务"]
    details = [row.members["明细"] for row in tasks.rows]  # type: ignore[union-attr]
    assert [[one.members["件"].text for one in table.rows] for table in details] == [["甲"], ["乙", "丙"]]  # type: ignore[union-attr]
    assert tasks.span.line == 3


def test_what_a_sheet_cannot_hold_is_said_of_the_column(tmp_path: Path) -> None:
    form = small(tmp_path, NESTED.replace("      必填: 否\n", ""))
    findings = found(form, "任务: {来源: 任务.csv}\n", 任务="名称\n一\n")
    (finding,) = [one for one in findings if one.path == "任务"]
    assert Path(finding.span.file).name == FILE
    assert "「任务.明细」" in finding.message


def texts_of(form: Small, rows: str) -> list[str]:
    """What stands in the first row, as it was read from the file."""
    (form.folder / "项目.csv").write_text(rows, "utf-8")
    table = form.assess("项目: {来源: 项目.csv}\n").submission.facts.members["项目"]
    return [fact.text for fact in table.rows[0].members.values() if fact.text]  # type: ignore[union-attr]


def test_a_column_is_known_with_its_kind(tmp_path: Path) -> None:
    """The unit in the header belongs to amounts, not to names."""
    assert texts_of(small(tmp_path, OPTIONAL), "名称（个）,金额（万元）\n甲1,3\n") == ["甲1", "3万元"]


def test_a_column_is_known_with_its_unit(tmp_path: Path) -> None:
    fields = OPTIONAL + "      人数: {类型: 整数, 标签: 人数, 单位: 人, 必填: 否}\n"
    assert texts_of(small(tmp_path, fields), "名称,金额（万元）,人数（人）\n甲,3,5\n") == ["甲", "3万元", "5"]


def test_a_column_that_is_computed_is_not_missed(tmp_path: Path) -> None:
    assert found(small(tmp_path, OPTIONAL), "项目: {来源: 项目.csv}\n", 项目="名称,金额（万元）,一半数\n甲,3,1\n") == ()


FLAT = NESTED.replace("      必填: 否\n", "").replace("{件: {", "{分: {类型: 整数, 标签: 分, 必填: 否}, 件: {")
TASKS = "任务: {来源: 任务.csv}\n任务.明细: {来源: 明细.csv}\n"


def test_a_flat_sheet_holds_the_rows_of_all_rows(tmp_path: Path) -> None:
    form = small(tmp_path, FLAT + "合计: {类型: 整数, 标签: 合计, 公式: 求和(任务.明细.分)}\n")
    assert found(form, TASKS, 任务="名称\n一\n二\n", 明细="任务,件,分\n二,乙,1\n一,甲,2\n二,丙,4\n") == ()
    symbols = form.assess(TASKS).scorecard.symbols
    assert [trace.text for trace in symbols.find("任务[2].明细.件")] == ["乙", "丙"]
    assert (symbols.find("合计")[0].text, symbols.find("任务[2].明细[2].分")[0].span.line) == ("7", 4)
    typed = "任务:\n- {名称: 一}\n- {名称: 二}\n任务.明细: {来源: 明细.csv, 按: 名称}\n"
    assert form.assess(typed).scorecard.symbols.find("任务.明细.件")[0].text == "甲"


@pytest.mark.parametrize(
    ("tasks", "details", "told"),
    [
        ("一\n二", "一,甲,1\n三,乙,1\n二,丙,1", [("JX287", "任务.明细[2]", 3)]),
        ("一\n二", "一,甲,1\n,乙,1\n二,丙,1", [("JX287", "任务.明细[2]", 3)]),
        ("一 期\n二（甲）", "一期,甲,1\n二(甲),丙,1", []),
        ("一\n二", "一,甲,1", [("JX202", "任务[2].明细", 3)]),
        ("一\n一", "一,甲,1", [("JX288", "任务[2].名称", 3), ("JX202", "任务[2].明细", 3)]),
        ("一\n二", "一,甲,多\n二,丙,1", [("JX207", "任务[1].明细[1].分", 2)]),
    ],
)
def test_what_is_wrong_in_a_flat_sheet_is_told_at_its_cell(
    tmp_path: Path, tasks: str, details: str, told: list[tuple[str, str, int]]
) -> None:
    found_here = found(small(tmp_path, FLAT), TASKS, 任务=f"名称\n{tasks}\n", 明细=f"任务,件,分\n{details}\n")
    assert sorted((one.code, one.path, one.span.line) for one in found_here) == sorted(told)


def test_a_flat_sheet_that_names_no_rows_is_told_once(tmp_path: Path) -> None:
    form = small(tmp_path, FLAT)
    assert [one.code for one in found(form, TASKS, 任务="名称\n一\n", 明细="件,分\n甲,1\n")] == ["JX242"]
    twice = "任务:\n- {名称: 一, 明细: [{件: 甲}]}\n任务.明细: {来源: 明细.csv}\n"
    assert [one.code for one in found(form, twice, 明细="任务,件,分\n一,甲,1\n")] == ["JX290"]
    by = "任务:\n- {名称: 一}\n任务.明细: {来源: 明细.csv, 按: 名}\n"
    assert [one.code for one in found(form, by)][:1] == ["JX289"]
