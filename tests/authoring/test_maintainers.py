"""What a maintainer of a national form tries first: conditions, loops over tables in tables, deadlines, no 指标."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document

from generator.cli import main
from tests.small_template import small, underlined

TABLE = """\
项目:
  类型: 表
  标签: 项目
  列:
    名称: {类型: 文字, 标签: 名称}
    等级: {类型: 文字, 标签: 等级}
"""


@pytest.mark.parametrize(
    ("condition", "rate", "score"),
    [
        ("80% ≤ 率 < 90%", "85%", "5"),
        ("80% ≤ 率 < 90%", "90%", "0"),
        ("率 ≥ 80% 且 率 < 90%", "80%", "5"),
        ("率 ≥ 80% 或 率 < 10%", "9%", "5"),
        ("非 率 ≥ 80%", "85%", "0"),
    ],
)
def test_an_input_that_is_computed_throughout_needs_no_entries(
    tmp_path: Path, condition: str, rate: str, score: str
) -> None:
    fields = "率: {类型: 比率, 标签: 率}\n"
    form = small(tmp_path, fields, f"- {{名称: 执行率, 分值: 10, 得分: '5 if {condition} else 0'}}\n")
    for entries in ("", "指标:\n", "指标: {}\n"):
        total = form.assess(f"率: {rate}\n{entries}").scorecard.total
        assert total is not None
        assert total.score.text == score


def test_a_deadline_is_compared_with_a_day_and_an_upper_limit_of_0_has_a_rate(tmp_path: Path) -> None:
    columns = (
        "{目标: {类型: 目标, 标签: 目标}, 完成: {类型: 目标, 标签: 完成}, "
        "得分: {类型: 数值, 标签: 得分, 公式: '5 if 达标(目标, 完成) else 5 × 完成率(目标, 完成)'}}"
    )
    form = small(tmp_path, f"指标表: {{类型: 表, 标签: 指标表, 列: {columns}}}\n")
    rows = (("12月20日前", "12月15日"), ("12月20日前", "12月25日"), ("≤0起", "1起"), ("≤0起", "0起"), ("≤100%", "125%"))
    text = "年度: 2024\n指标表:\n" + "".join(f"- {{目标: {target}, 完成: {actual}}}\n" for target, actual in rows)
    found = form.assess(text).scorecard.symbols.find("指标表.得分")
    assert [trace.text for trace in found] == ["5", "0", "0", "5", "3.75"]


@pytest.mark.parametrize(
    ("lines", "hint"),
    [
        (("{%p for 行 in 项目 %}", "{{ 行.一级 }}", "{%p endfor %}"), "「行.等级」"),
        (
            ('{%p for 行 in 项目 | selectattr("等级") %}', "{{ 行.一级 }}", "{%p endfor %}"),
            "「行.等级」",
        ),
        (
            ("{%p for 项 in 项目 %}", "{%p for 行 in 项.没有的 %}", "{{ 行.一级 }}", "{%p endfor %}", "{%p endfor %}"),
            "项.名称、项.等级",
        ),
    ],
)
def test_the_names_of_a_loop_are_suggested_as_they_are_written(
    tmp_path: Path, lines: tuple[str, ...], hint: str
) -> None:
    form = small(tmp_path, TABLE)
    layout = Document()
    for line in lines:
        layout.add_paragraph(line)
    layout.save(str(form.folder / "templates" / "小" / "报告.docx"))
    checked = CliRunner().invoke(main, ["template", "check", "小", "--templates", str(form.folder / "templates")])
    assert (checked.exit_code, checked.output.count("错误 JX518")) == (1, 1), checked.output
    assert hint in checked.output


def test_rows_that_are_added_up_unrounded_are_told(tmp_path: Path) -> None:
    columns = (
        "{目标: {类型: 目标, 标签: 目标}, 完成: {类型: 目标, 标签: 完成}, "
        "得分: {类型: 数值, 标签: 得分, 形式: 分, 公式: '5 × 完成率(目标, 完成)'}}"
    )
    form = small(
        tmp_path,
        f"指标表: {{类型: 表, 标签: 指标表, 列: {columns}}}\n",
        "- {名称: 绩效指标, 分值: 15, 得分: 求和(指标表.得分)}\n",
        full=15,
    )
    manifest = form.folder / "templates" / "小" / "template.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("印制:\n", "印制:\n  分: {小数位: 2}\n"), "utf-8")
    found = form.check("指标表:\n" + "- {目标: ≥3场, 完成: 2场}\n" * 3)
    told = next(one for one in found if one.code == "JX438")
    assert "9.99" in told.message
    assert underlined(told) == "5 × 完成率(目标, 完成)"
