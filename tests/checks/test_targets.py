"""Targets and what was achieved: the borders of each rule, and what is left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.base.diagnostics import Finding
from tests.small_template import Small, small

Checked = Callable[[str], tuple[Finding, ...]]

ON_TARGETS = (
    "JX420",
    "JX421",
    "JX428",
    "JX429",
    "JX430",
    "JX431",
    "JX432",
    "JX433",
    "JX434",
    "JX435",
    "JX437",
    "JX446",
    "JX459",
    "JX497",
)


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings if finding.code in ON_TARGETS]


@pytest.mark.parametrize(
    ("target", "actual", "more", "found"),
    [
        ("40家", "40家", "", []),
        ("40家", "52家", "", []),
        ("40家", "53家", "", ["JX421"]),
        ("40家", "53家", "原因: 政策调整", []),
        ("30-40家", "52家", "", []),
        ("30-40家", "53家", "", ["JX421"]),
        ("40家", "53家", "方式: 反向", ["JX420"]),
        ("40家", "20家", "方式: 反向", []),
        ("40家", "53家", "方式: 约束", ["JX420"]),
        ("≤40家", "53家", "", ["JX420"]),
        ("40家", "39家", "", ["JX420"]),
        ("40家", "39家", "原因: 需求不足", []),
        ("40家", "40户", "", ["JX428"]),
        ("40家", "39户", "", ["JX420", "JX428"]),
        ("40家", "40万元", "", ["JX428"]),
        ("40家", '"40"', "", ["JX429"]),
        ('"40"', '"40"', "", ["JX429"]),
        ('"0"', '"0"', "", []),
        ("≤5万元", '"0"', "", ["JX429"]),
        ("≤5万元", "0元", "", []),
        ("40家", "40坨", "", ["JX430"]),
        ("40坨", "39坨", "", ["JX430"]),
        ("40家", "基本完成", "", ["JX430"]),
        ("40家", "不适用", "", ["JX459"]),
        ("40家", "不适用", "原因: 项目已取消", []),
        ("40家", "不适用：项目已取消", "", []),
        ("40家", "≥20家", "", ["JX430"]),
        ("40家", "≥41家", "", ["JX433"]),
        ("≥40家", "≥40家", "", ["JX434"]),
        ("≥40家", "＞40家", "", ["JX433"]),
        ("5亿元", "51000万元", "", ["JX431"]),
        ("5亿元", "5.1亿元", "", []),
        ("5000米", "5公里", "", []),
        ("消除", "已消除", "", ["JX432"]),
        ("≥040家", "40家", "", ["JX446"]),
        ("40家", "040家", "", ["JX446"]),
        ("≥40家", "40家（2024年06月调查）", "", []),
        ("40家", "40家待验收", "", ["JX497"]),
        ("40家", "40家已验收", "", []),
        ("40家", "40家推进中", "", ["JX497"]),
        ("推进40家", "40家推进中", "", []),
    ],
)
def test_a_target_and_its_actual_value(checked: Checked, target: str, actual: str, more: str, found: list[str]) -> None:
    row = f"{{项目: 企业技术改造, 指标: 某事, 目标: {target}, 完成: {actual}{f', {more}' if more else ''}}}"
    assert codes(checked(f"绩效目标[2]: {row}")) == found


@pytest.mark.parametrize(
    ("name", "more", "found"),
    [
        ("投资年均增长", "原因: 按两年平均增速填列", ["JX435"]),
        ("“十四五”时期投资增长", "原因: 按2年平均增速填列", ["JX435"]),
        ("投资两年平均增长", "原因: 按两年平均增速填列", []),
        ("投资五年平均增长", "原因: 按两年平均增速填列", ["JX435"]),
        ("全年投资增长", "原因: 上半年受疫情影响", []),
        ("投资年均增长", "原因: 上半年增速较低", ["JX435"]),
        ("投资年均增长", "原因: 受疫情影响", []),
    ],
)
def test_periods_are_compared_where_both_are_written(checked: Checked, name: str, more: str, found: list[str]) -> None:
    row = f"{{项目: 企业技术改造, 指标: {name}, 目标: 8%, 完成: 7%, {more}}}"
    assert codes(checked(f"绩效目标[2]: {row}")) == found


TABLE = """\
目标表:
  类型: 表
  标签: 目标
  必填: 否
  列:
    指标: {类型: 文字, 标签: 指标}
    单位: {类型: 文字, 标签: 计量单位, 必填: 否}
    目标: {类型: 目标, 标签: 目标, 必填: 否}
    基数: {类型: 数量, 标签: 基数, 必填: 否}
    完成: {类型: 数量, 标签: 完成, 必填: 否}
    目标值: {类型: 数量, 标签: 目标值, 公式: 基数 × 2, 单位同: 完成}
    达成: {类型: 是否, 标签: 达成, 公式: SIGN}
    结果: {类型: 文字, 标签: 结果, 公式: '判定(目标, 完成)'}
    首项: {类型: 是否, 标签: 首项, 公式: 指标 = "甲"}
    多于: {类型: 是否, 标签: 多于, 公式: '已填(完成) and (完成 > 1 or 1 < 完成)'}
"""


def table(folder: Path, sign: str) -> Small:
    return small(folder, TABLE.replace("SIGN", f"'{sign} if 已填(基数) and 已填(完成) else 是'"))


@pytest.mark.parametrize(
    ("sign", "row", "found"),
    [
        ("完成 ≥ 目标值", "基数: 10 家, 完成: 19 家", []),  # without a column for reasons, none is asked for
        ("完成 ≥ 目标值", "基数: 10 家, 完成: 20 户", []),  # the computed target is printed in the unit of the actual
        ("完成 ≤ 目标值", "基数: 10 家, 完成: 20 家", []),
        ("完成 ≥ 目标值", "基数: 1 家, 目标: '5', 完成: '6'", []),  # the unit has a column of its own
        ("完成 ≥ 目标值", "基数: 1 家, 目标: 5家", ["JX430"]),  # blank is not nought
        ("完成 ≥ 目标值", "完成: 5家", []),
        ("基数 ≥ 完成", "基数: 10 家, 完成: 9 家", []),  # two facts, neither of them a computed target
    ],
)
def test_a_computed_target_is_found_by_the_comparison(tmp_path: Path, sign: str, row: str, found: list[str]) -> None:
    assert codes(table(tmp_path, sign).check(f"目标表:\n  - {{指标: 乙, {row}}}\n")) == found


def test_a_row_without_a_name_goes_by_its_place(tmp_path: Path) -> None:
    form = small(
        tmp_path,
        """\
目标表:
  类型: 表
  标签: 目标
  列:
    目标: {类型: 目标, 标签: 目标}
    完成: {类型: 目标, 标签: 完成}
    原因: {类型: 文字, 标签: 原因, 必填: 否}
    结果: {类型: 文字, 标签: 结果, 公式: '判定(目标, 完成, "反向")'}
""",
    )
    (finding,) = form.check("目标表:\n  - {目标: 5家, 完成: 6家}\n")
    assert (finding.code, finding.path) == ("JX420", "目标表[1].完成")
    assert "「目标表[1]」没有完成" in finding.message


@pytest.mark.parametrize(
    ("changes", "code", "found"),
    [
        # 资金: 权重 75% and 25%, 自评分 96 and 98
        ("资金[1].权重: 75.04%", "JX427", 1),
        ("资金[1].权重: 75.1%\n资金[2].权重: 25.0%", "JX427", 0),
        ("资金[1].权重: ~", "JX427", 0),
        ("资金[1].自评分: ~", "JX426", 1),
        ("资金[1].自评分: ~\n资金[2].自评分: ~", "JX426", 0),
        ("资金[2].项目: 总 计", "JX419", 1),
        ("资金[2].项目: 小计：", "JX419", 1),
        ("资金[2].项目: 合计工程", "JX419", 0),
        ("绩效目标[1].项目: 其他项目", "JX425", 0),  # the column does not name projects of the table alone
        ("绩效目标[2].项目: 公共服务提升\n绩效目标[3].项目: 公共服务提升", "JX425", 0),  # nor if it names but one
        ("三公经费: {预算: 0 元, 实际: 0 万元}", "JX431", 0),
        ("三公经费: {预算: 10万元, 实际: 8.5 万元}", "JX431", 0),
    ],
)
def test_tables_of_money(checked: Checked, changes: str, code: str, found: int) -> None:
    assert [finding.code for finding in checked(changes)].count(code) == found


@pytest.mark.parametrize(
    ("said", "code", "found"),
    [
        ("剔除因素影响以后增长5%。", "JX436", 1),
        ("扣除上级资金后为3万元。", "JX436", 1),
        ("剔除专项资金（市财政局文件规定）后为3%。", "JX436", 0),
        ("扣除非在编人员后共3人。", "JX436", 0),
        ("本条不适用。", "JX437", 1),
        ("因未设食堂，本条不适用。", "JX437", 0),
        ("工资扣除价格因素实际增长4.7%。", "JX436", 0),
        ("本条不适用。因未设食堂。", "JX437", 1),
    ],
)
def test_exclusions_in_texts(checked: Checked, said: str, code: str, found: int) -> None:
    assert [finding.code for finding in checked(f"概况: {said}")].count(code) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("本部门总分为9.5分。", 1),
        ("本部门总分为10分，等级为优。", 0),
        ("自评得分10.00分。", 0),
        ("各项目自评得分9.5分。", 0),
        ("2023年自评得分9.5分。", 0),
        ("下属单位评价等级为“良”。", 0),
        ("评价等级为“良”。", 1),
        ("评价等级为三星。", 0),
        ("自评结果为良好。", 1),
        ("年度考核评定结果为良。", 0),
        ("2024年部门决算工作评价结果为良。", 0),
        ("2024年自评得分9.5分。", 1),
    ],
)
def test_the_total_in_texts(checked: Checked, said: str, found: int) -> None:
    assert [finding.code for finding in checked(f"自评结论: {said}")].count("JX418") == found


@pytest.mark.parametrize(
    ("path", "said", "found"),
    [
        ("概况", "资产盘点（2分）", 1),
        ("概况", "资产盘点（分值1分，自评得1分）", 0),
        ("概况", "目标公开(3分)", 1),
        ("概况", "培训（2分）", 0),
        ("指标.资产盘点.佐证", "资产盘点（95.6分）测评报告", 0),  # a title of evidence: a result
        ("指标.资产盘点.说明", "此项分值为3分。", 1),
        ("指标.资产盘点.说明", "各处分值3分。", 0),
        ("指标.公示情况.要点.目标公开.说明", "分值3分", 1),
        ("指标.公示情况.要点.目标公开.说明", "分值2分", 0),
    ],
)
def test_weights_in_texts(checked: Checked, path: str, said: str, found: int) -> None:
    assert [finding.code for finding in checked(f"{path}: {said}")].count("JX417") == found
