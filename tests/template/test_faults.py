"""Every mistake in a template's files is told at its place, all of them in one run."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from generator.base.diagnostics import Finding, Refused, in_order
from generator.template.load import load_template

Change = tuple[str, str, str]
"""A file, a text in it, and what takes its place."""


RULES = """\
勾稽:
- 名称: 收入决算数与各项收入之和
  条件: 约等于(预决算.收入决算数, 收入.合计)
  消息: 收入决算数（{{ 预决算.收入决算数 }}）与各项收入之和（{{ 收入.合计 }}万元）不一致。
- 名称: 目标要有原因
  表: 绩效目标
  条件: 达成 or 已填(原因)
  级别: 警告
  位置: 完成
  消息: 绩效目标「{{ 指标 }}」没有完成（完成率{{ 完成率 }}），没有说明原因。
"""


class Bench:
    """A copy of the shipped template with rules of its own, to be damaged."""

    def __init__(self, workplace: Path) -> None:
        self.folder = workplace / "templates" / "meizhou"
        (self.folder / "checks.yaml").write_text(RULES, "utf-8")

    def change(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), "utf-8")

    def add(self, file: str, text: str) -> None:
        path = self.folder / file
        path.write_text(path.read_text("utf-8") + text, "utf-8")

    def faults(self) -> tuple[Finding, ...]:
        with pytest.raises(Refused) as caught:
            load_template(self.folder)
        findings = caught.value.findings
        assert findings == in_order(findings)
        return findings

    def fault(self) -> Finding:
        findings = self.faults()
        assert len(findings) == 1, [f"{finding.code} {finding.message}" for finding in findings]
        return findings[0]


@pytest.fixture
def bench(workplace: Path) -> Bench:
    return Bench(workplace)


def marked(finding: Finding) -> str:
    """The characters of the file that the finding's caret line underlines."""
    line = Path(finding.span.file).read_text("utf-8").splitlines()[finding.span.line - 1]
    return line[finding.span.column - 1 : finding.span.column - 1 + finding.span.length]


def where(finding: Finding) -> tuple[str, str]:
    return Path(finding.span.file).name, marked(finding)


def at(finding: Finding) -> str:
    """The line of the file from the finding's place on."""
    line = Path(finding.span.file).read_text("utf-8").splitlines()[finding.span.line - 1]
    return line[finding.span.column - 1 :]


TEMPLATE, FIELDS, INDICATORS, CHECKS = "template.yaml", "fields.yaml", "indicators.yaml", "checks.yaml"


@pytest.mark.parametrize(
    ("change", "key", "hint"),
    [
        ((TEMPLATE, "文件名:", "文件各: x\n文件名:"), "文件各", "是否为「文件名」？"),
        ((TEMPLATE, "  总分: 合计", "  总份: 合计"), "总份", "是否为「总分」？"),
        ((TEMPLATE, "{名称: 良, 条件", "{备注: 无, 名称: 良, 条件"), "备注", "可用的有：名称、条件。"),
        ((TEMPLATE, "表内得分: {小数位", "表内得分: {千分: 是, 小数位"), "千分", "是否为「千分位」？"),
        ((TEMPLATE, "  结尾:", "  说命: x\n  结尾:"), "说命", "是否为「说明」"),
        ((TEMPLATE, "    计算: 经计算", "    计祘: 经计算"), "计祘", "可用的有"),
        ((FIELDS, "单位: 项, 标签: 采购项目数", "单位: 项, 示列: 6, 标签: 采购项目数"), "示列", "是否为「示例」"),
        ((FIELDS, "总体要求: {类型: 段落", "总体要求: {公试: 甲, 类型: 段落"), "公试", "是否为「公式」"),
        (
            (INDICATORS, "      参数: {控制线: 10%}", "      参数: {控制线: 10%}\n      评分标淮: x"),
            "评分标淮",
            "是否为「评分标准」？",
        ),
        ((INDICATORS, "{名称: 采购制度, 分值", "{叙诉: x, 名称: 采购制度, 分值"), "叙诉", "是否为「叙述」？"),
        ((CHECKS, "  位置: 完成", "  位值: 完成"), "位值", "是否为「位置」？"),
    ],
)
def test_an_unknown_key_comes_with_near_misses(bench: Bench, change: Change, key: str, hint: str) -> None:
    bench.change(*change)
    finding = bench.fault()
    assert finding.code == "JX704"
    assert where(finding) == (change[0], key)
    assert f"「{key}」" in finding.message
    assert hint in finding.hint


@pytest.mark.parametrize(
    ("change", "key", "place", "path"),
    [
        ((TEMPLATE, "名称: 梅州市部门整体支出绩效自评报告\n", ""), "名称", "版本", ""),
        ((TEMPLATE, '版本: "2021"\n', ""), "版本", "名称", ""),
        ((TEMPLATE, "版式: 报告.docx", "版式:"), "版式", "名称", ""),
        ((TEMPLATE, "  满分: 110 ", "  #"), "满分", "小数位", "评分"),
        ((TEMPLATE, "  小数位: 2 ", "  #"), "小数位", "满分", "评分"),
        ((TEMPLATE, "{名称: 良, 条件: 总分 ≥ 80}", "{名称: 良}"), "条件", "{", "等级[2]"),
        ((TEMPLATE, "{名称: 良, 条件: 总分 ≥ 80}", "{条件: 总分 ≥ 80}"), "名称", "{", "等级[2]"),
        ((FIELDS, "年度: {类型: 年份, 标签: 报告年度", "年度: {类型: 年份"), "标签", "{", "年度"),
        ((FIELDS, "年度: {类型: 年份, 标签: 报告年度", "年度: {标签: 报告年度"), "类型", "{", "年度"),
        ((FIELDS, "年度: {类型: 年份, 标签: 报告年度", "空的:\n年度: {类型: 年份, 标签: 报告年度"), "空的", "空的", ""),
        ((FIELDS, "总体要求: {类型: 段落", "总体要求: {类型: 组"), "字段", "{", "总体要求"),
        ((FIELDS, "总体要求: {类型: 段落", "总体要求: {类型: 表"), "列", "{", "总体要求"),
        (
            (INDICATORS, "    - 名称: 财务管理合规性\n      分值: 5", "    - 名称: 财务管理合规性"),
            "分值",
            "名称",
            "指标.财务管理合规性",
        ),
        ((INDICATORS, "{名称: 采购制度, 分值: 1}", "{名称: 采购制度}"), "分值", "{", "指标.采购合规性.要点[1]"),
        ((INDICATORS, "{名称: 采购制度, 分值: 1}", "{分值: 1}"), "名称", "{", "指标.采购合规性.要点[1]"),
        ((CHECKS, "  条件: 达成 or 已填(原因)\n", ""), "条件", "名称", "勾稽.目标要有原因"),
        (
            (CHECKS, "  消息: 绩效目标「{{ 指标 }}」没有完成（完成率{{ 完成率 }}），没有说明原因。\n", ""),
            "消息",
            "名称",
            "勾稽.目标要有原因",
        ),
    ],
)
def test_a_missing_key_is_told_where_it_belongs(bench: Bench, change: Change, key: str, place: str, path: str) -> None:
    bench.change(*change)
    finding = bench.fault()
    assert finding.code == "JX705"
    assert f"「{key}」" in finding.message
    assert f"「{key}」" in finding.hint
    assert Path(finding.span.file).name == change[0]
    assert at(finding).startswith(place)
    assert finding.path == path


GROUP = "一组「名称: 值」"


@pytest.mark.parametrize(
    ("change", "key", "expected", "place"),
    [
        ((TEMPLATE, "  满分: 110", "  满分: 一百一十吧"), "满分", "数字", "一百一十吧"),
        ((TEMPLATE, "  满分: 110", "  满分: [110]"), "满分", "数字", "["),
        ((TEMPLATE, "  小数位: 2 ", "  小数位: 2.5 "), "小数位", "不超过 12 的整数", "2.5"),
        ((TEMPLATE, "  小数位: 2 ", "  小数位: 999999999 "), "小数位", "不超过 12 的整数", "999999999"),
        ((TEMPLATE, "  小数位: 2 ", "  小数位: -1 "), "小数位", "不超过 12 的整数", "-1"),
        ((TEMPLATE, "  表内得分: {小数位: 2}", "  表内得分: {小数位: 两位}"), "小数位", "不超过 12 的整数", "两位"),
        ((TEMPLATE, "  表内得分: {小数位: 2}", "  表内得分: 2"), "表内得分", "一组「名称: 值」", "2"),
        ((TEMPLATE, "千分位: 是", "千分位: 对"), "千分位", "「是」或「否」", "对"),
        ((TEMPLATE, "千分位: 是", "千分位: [是]"), "千分位", "「是」或「否」", "["),
        ((TEMPLATE, "  符合: 100%", "  符合: 全部"), "符合", "数字", "全部"),
        ((TEMPLATE, "  符合: 100%", "  符合: {比例: 100%}"), "符合", "数字", "{"),
        ((TEMPLATE, "总分: 合计", "总分: [合计]"), "总分", "公式", "["),
        ((TEMPLATE, "    自评: 此项指标自评得{{ 得分 | 得分 }}分。", "    自评: [此项]"), "自评", "文字", "["),
        ((TEMPLATE, "名称: 梅州市部门整体支出绩效自评报告\n", "名称: [甲]\n"), "名称", "文字", "["),
        (
            (FIELDS, '年度: {类型: 年份, 标签: 报告年度, 示例: "2021"}', "年度: 年份"),
            "年度",
            "一组「名称: 值」",
            "年份",
        ),
        ((FIELDS, "选项: [已完成, 按计划推进, 推进中, 未启动, 暂停, 取消]", "选项: 已完成"), "选项", "列表", "已完成"),
        (
            (
                FIELDS,
                "选项: [已完成, 按计划推进, 推进中, 未启动, 暂停, 取消]",
                "选项: [已完成, 按计划推进, 推进中, 未启动, 暂停, 取消, {甲: 乙}]",
            ),
            "选项",
            "文字",
            "{",
        ),
        ((FIELDS, "最小: 0, 最大: 100,", "最小: 零个点, 最大: 100,"), "最小", "数字", "零个点"),
        ((INDICATORS, "      参数: {控制线: 10%}", "      参数: {控制线: 10%, 另: [1]}"), "另", "公式", "["),
        ((INDICATORS, "  参数: {每项加分: 2}", "  参数: {每项加分: 2}\n  要点: 无"), "要点", "列表", "无"),
        (
            (INDICATORS, "      - {名称: 采购制度, 分值: 1}", "      - {名称: 采购制度, 分值: 1}\n      - 采购"),
            "要点",
            "由「名称: 值」组成的列表",
            "采购",
        ),
        (
            (INDICATORS, "{名称: 采购制度, 分值: 1}", "{名称: 采购制度, 分值: 1, 结论: 100%}"),
            "结论",
            "「名称: 值」的列表",
            "100%",
        ),
        ((INDICATORS, "  附加: 是", "  附加: 对"), "附加", "「是」或「否」", "对"),
        (
            (TEMPLATE, '  说明: "{{ 说明 }}', '    说明: "{{ 说明 }}'),
            "要点",
            "一段文字，里面却有「说明: 」，那一行缩进多了",
            ">",
        ),
        (
            (INDICATORS, "      - {名称: 采购制度, 分值: 1}", "      - {名称: 采购制度, 分值: -1}"),
            "分值",
            "不小于 0 的数字；扣分项写 0 和「附加: 是」，扣分写进「得分」",
            "-1",
        ),
        ((INDICATORS, "  级别: 2", "  级别: 1.5"), "级别", "1 以上的整数", "1.5"),
        ((INDICATORS, "  级别: 2", "  级别: -1"), "级别", "1 以上的整数", "-1"),
        (
            (FIELDS, "年度: {类型: 年份,", "附: {类型: 表, 标签: 附, 必填: 否, 列: [甲]}\n年度: {类型: 年份,"),
            "列",
            GROUP,
            "[",
        ),
        ((FIELDS, "年度: {类型: 年份,", "附: {类型: 组, 标签: 附, 字段: 甲}\n年度: {类型: 年份,"), "字段", GROUP, "甲"),
    ],
)
def test_a_value_of_the_wrong_shape(bench: Bench, change: Change, key: str, expected: str, place: str) -> None:
    bench.change(*change)
    finding = bench.fault()
    assert finding.code == "JX706"
    assert (f"「{key}」" in finding.message, expected in finding.message) == (True, True)
    assert where(finding) == (change[0], place)


@pytest.mark.parametrize(
    ("change", "kind", "what", "hint"),
    [
        ((FIELDS, "年度: {类型: 年份", "年度: {类型: 年度"), "年度", "类型", "是否为「年份」？"),
        (
            (FIELDS, "公式: 专项资金合计.参评个数 × 100, 形式: 得分", "公式: 1 × 100, 形式: 得份"),
            "得份",
            "印制形式",
            "是否为「得分」",
        ),
        (
            (INDICATORS, "取值: 满意度.数值\n      取值形式: 比率", "取值: 满意度.数值\n      取值形式: 比例"),
            "比例",
            "印制形式",
            "是否为「比率」？",
        ),
        ((TEMPLATE, "约亿元: {单位: 亿元", "约亿元: {单位: 美元"), "美元", "单位", "是否为「元」「万元」「亿元」？"),
        (
            (TEMPLATE, "得分: {小数位: 2, 去零: 末尾}", "得分: {小数位: 2, 去零: 末位}"),
            "末位",
            "去零办法",
            "是否为「末尾」？",
        ),
        (
            (CHECKS, "  级别: 警告\n  位置: 完成", "  级别: 严重\n  位置: 完成"),
            "严重",
            "级别",
            "可用的有：错误、警告、提示。",
        ),
    ],
)
def test_an_unknown_kind(bench: Bench, change: Change, kind: str, what: str, hint: str) -> None:
    bench.change(*change)
    finding = bench.fault()
    assert finding.code == "JX707"
    assert (f"「{kind}」" in finding.message, what in finding.message) == (True, True)
    assert where(finding) == (change[0], kind)
    assert hint in finding.hint


class TestWeights:
    def test_of_the_form(self, bench: Bench) -> None:
        bench.change(TEMPLATE, "  满分: 110", "  满分: 100")
        finding = bench.fault()
        assert finding.code == "JX708"
        assert re.findall(r"[\d.]+", finding.message) == ["100", "110"]
        assert where(finding) == (TEMPLATE, "100")

    def test_of_a_group(self, bench: Bench) -> None:
        """Both sums in which the weight stands are wrong: its own and that of the group above."""
        bench.change(INDICATORS, "  - 名称: 公平性\n    分值: 4", "  - 名称: 公平性\n    分值: 4.5")
        findings = bench.faults()
        assert [finding.code for finding in findings] == ["JX708", "JX708"]
        assert [finding.message for finding in findings] == [
            "「预算使用效益」的分值是 30，各下级分值之和是 30.5。",
            "「公平性」的分值是 4.5，各下级分值之和是 4。",
        ]
        assert [where(finding)[1] for finding in findings] == ["30", "4.5"]
        assert [finding.path for finding in findings] == ["指标.预算使用效益", "指标.公平性"]

    def test_of_items(self, bench: Bench) -> None:
        bench.change(INDICATORS, "{名称: 采购备案, 分值: 2}", "{名称: 采购备案, 分值: 1.99}")
        finding = bench.fault()
        assert finding.code == "JX708"
        assert re.findall(r"[\d.]+", finding.message) == ["5", "4.99"]
        assert where(finding) == (INDICATORS, "5")

    def test_of_all_levels_at_once(self, bench: Bench) -> None:
        bench.change(TEMPLATE, "  满分: 110", "  满分: 110.01")
        bench.change(INDICATORS, "  - 名称: 信息公开\n    分值: 4", "  - 名称: 信息公开\n    分值: 3")
        bench.change(INDICATORS, "{名称: 采购备案, 分值: 2}", "{名称: 采购备案, 分值: 3}")
        assert [finding.message for finding in bench.faults()] == [
            "「预算执行情况」的分值是 50，各下级分值之和是 49。",
            "「信息公开」的分值是 3，各下级分值之和是 4。",
            "「采购合规性」的分值是 5，各下级分值之和是 6。",
            "「满分」的分值是 110.01，各下级分值之和是 110。",
        ]


def test_a_repeated_indicator(bench: Bench) -> None:
    bench.change(INDICATORS, "    - 名称: 数据质量", "    - 名称: 资产盘点情况")
    first = (bench.folder / INDICATORS).read_text("utf-8").splitlines().index("    - 名称: 资产盘点情况") + 1
    finding = bench.fault()
    assert finding.code == "JX709"
    assert f"第 {first} 行" in finding.message
    assert finding.span.line == first + 4
    assert finding.hint


def test_a_repeated_item_would_take_the_first_ones_score(bench: Bench) -> None:
    bench.change(INDICATORS, "{名称: 公开执行, 分值: 1}", "{名称: 采购制度, 分值: 1}")
    finding = bench.fault()
    assert finding.code == "JX709"
    assert "「采购合规性.采购制度」重复出现" in finding.message


def test_items_of_two_indicators_may_have_one_name(bench: Bench) -> None:
    bench.change(INDICATORS, "{名称: 自评报告公开, 分值: 1}", "{名称: 管理制度, 分值: 1}")
    named = [item.name for node in load_template(bench.folder).all_indicators() for item in node.items]
    assert named.count("管理制度") == 2


def test_an_indicator_that_nothing_scores(bench: Bench) -> None:
    bench.change(INDICATORS, "年中无大量调剂，分配不固化。\n      得分: 自评分", "年中无大量调剂，分配不固化。")
    finding = bench.fault()
    assert finding.code == "JX710"
    assert "「预算编制合理性」" in finding.message
    assert finding.path == "指标.预算编制合理性"
    assert at(finding).startswith("名称: 预算编制合理性")


@pytest.mark.parametrize(
    ("change", "code", "place", "path"),
    [
        (
            (INDICATORS, "得分: 分值 if 取值 = 0 else 0", "得分: 分值 if 取值 = 0"),
            "JX301",
            "分值 if 取值 = 0",
            "指标.财政拨款收入预决算差异率",
        ),
        (
            (INDICATORS, "得分: 分值 if 取值 = 0 else 0", "得分: 分值 ** 取值"),
            "JX301",
            "*",
            "指标.财政拨款收入预决算差异率",
        ),
        (
            (INDICATORS, "得分: 限(取值 × 分值, 0, 分值)", "得分: 限制(取值 × 分值, 0, 分值)"),
            "JX302",
            "限制",
            "指标.政府采购执行率",
        ),
        (
            (INDICATORS, "得分: 限(取值 × 分值, 0, 分值)", "得分: 限(取值 × 分值, 0)"),
            "JX303",
            "限",
            "指标.政府采购执行率",
        ),
        ((INDICATORS, "{控制线: 10%}", "{控制线: 10 %%}"), "JX301", "%", "指标.结转结余率"),
        (
            (FIELDS, "公式: '计数(绩效目标, 达成)'", "公式: '计 数(绩效目标, 达成)'"),
            "JX301",
            "数",
            "绩效目标统计.已完成",
        ),
        (
            (FIELDS, "公式: '计数(绩效目标, 达成)'", "公式: '计树(绩效目标, 达成)'"),
            "JX302",
            "计树",
            "绩效目标统计.已完成",
        ),
        ((TEMPLATE, "{名称: 良, 条件: 总分 ≥ 80}", "{名称: 良, 条件: 总分 ≥ 80 分}"), "JX301", "分", "等级[2]"),
        ((TEMPLATE, "总分: 合计", "总分: 合计 +"), "JX301", "合计 +", "评分"),
        (
            (CHECKS, "条件: 达成 or 已填(原因)", "条件: 达成 or 以填(原因)"),
            "JX302",
            "以填",
            "勾稽.目标要有原因",
        ),
    ],
)
def test_a_formula_that_cannot_be_parsed(bench: Bench, change: Change, code: str, place: str, path: str) -> None:
    """And nothing else is said: no missing score rule, no unknown name as a consequence."""
    bench.change(*change)
    finding = bench.fault()
    assert finding.code == code
    assert Path(finding.span.file).name == change[0]
    assert at(finding).startswith(place)
    assert finding.path == path


@pytest.mark.parametrize(
    ("change", "name", "hint", "path"),
    [
        (
            (FIELDS, "公式: 支出.基本支出 + 支出.项目支出", "公式: 支出.基本支出 + 支出.项目支处"),
            "支出.项目支处",
            "「支出.项目支出」",
            "支出.合计",
        ),
        (
            (FIELDS, "公式: 求和(专项资金.权重)", "公式: 求和(专项资金.权重) × 专项资金合记.金额"),
            "专项资金合记.金额",
            "「专项资金合计.金额」",
            "专项资金合计.权重",
        ),
        ((FIELDS, "完成 ÷ 目标值", "完成 ÷ 目标直"), "目标直", "「目标值」", "绩效目标.完成率"),
        (
            (FIELDS, "公式: 求和(专项资金.权重)", "公式: 求和(专项资金.权种)"),
            "专项资金.权种",
            "「专项资金.权重」",
            "专项资金合计.权重",
        ),
        (
            (FIELDS, "公式: 计数(人员.直属单位)", "公式: 计数(人员.直属单)"),
            "人员.直属单",
            "「人员.直属单位」",
            "人员.直属单位数",
        ),
        (
            (FIELDS, "公式: '计数(绩效目标, 达成)'", "公式: '计数(绩效目标, 达城)'"),
            "达城",
            "「达成」",
            "绩效目标统计.已完成",
        ),
        ((FIELDS, "公式: 求和(专项资金.权重)", "公式: '求和(专项资金, 权重) + 金额'"), "金额", "", "专项资金合计.权重"),
        ((FIELDS, "公式: 求和(专项资金.权重)", "公式: '求和(专项资金, 任务)'"), "任务", "", "专项资金合计.权重"),
        (
            (FIELDS, "自评分 ÷ 100 × 指标.专项资金绩效完成情况.分值", "自评分 ÷ 100 × 指标.专项资金绩效完成情况.分数"),
            "指标.专项资金绩效完成情况.分数",
            "「指标.专项资金绩效完成情况.分值」",
            "专项资金.指标得分",
        ),
        (
            (FIELDS, "自评分 ÷ 100 × 指标.专项资金绩效完成情况.分值", "自评分 ÷ 100 × 指标.数据质量.取值"),
            "指标.数据质量.取值",
            "「指标.数据质量.",
            "专项资金.指标得分",
        ),
        (
            (INDICATORS, "得分: 分值 if 取值 ≤ 控制线 else 0", "得分: 分值 if 取值 ≤ 控制县 else 0"),
            "控制县",
            "「控制线」",
            "指标.结转结余率",
        ),
        (
            (INDICATORS, "得分: 分值 if 取值 = 0 else 0", "得分: 分值 if 取值 ≤ 控制线 else 0"),
            "控制线",
            "",
            "指标.财政拨款收入预决算差异率",
        ),
        (
            (
                INDICATORS,
                "年中无大量调剂，分配不固化。\n      得分: 自评分",
                "年中无大量调剂，分配不固化。\n      得分: 取值",
            ),
            "取值",
            "",
            "指标.预算编制合理性",
        ),
        (
            (
                INDICATORS,
                "年中无大量调剂，分配不固化。\n      得分: 自评分",
                "年中无大量调剂，分配不固化。\n      得分: 求和(要点.得分)",
            ),
            "要点.得分",
            "",
            "指标.预算编制合理性",
        ),
        (
            (
                INDICATORS,
                "得分: 分值 if 三公经费.实际 ≤ 三公经费.预算 else 0",
                "得分: 分值 if 三公经费.实际 ≤ 三公经费.予算 else 0",
            ),
            "三公经费.予算",
            "「三公经费.预算」",
            "指标.公用经费控制率",
        ),
        ((INDICATORS, "{每项加分: 2}", "{每项加分: 加分标准}"), "加分标准", "", "指标.工作受表彰或批评"),
        (
            (CHECKS, "条件: 达成 or 已填(原因)", "条件: 达成 or 已填(原困)"),
            "原困",
            "「原因」",
            "勾稽.目标要有原因",
        ),
        (
            (
                CHECKS,
                "条件: 约等于(预决算.收入决算数, 收入.合计)",
                "条件: 约等于(预决算.收入决算数, 收入.合汁)",
            ),
            "收入.合汁",
            "「收入.合计」",
            "勾稽.收入决算数与各项收入之和",
        ),
        ((TEMPLATE, "条件: 总分 ≥ 80", "条件: 总份 ≥ 80"), "总份", "「总分」", "等级.良"),
        ((TEMPLATE, "条件: 总分 ≥ 80", "条件: 合计 ≥ 80"), "合计", "", "等级.良"),
        ((TEMPLATE, "总分: 合计", "总分: 合记"), "合记", "「合计」", "评分.总分"),
        ((TEMPLATE, "总分: 合计", "总分: 总分"), "总分", "", "评分.总分"),
    ],
)
def test_an_unknown_name_in_a_formula(bench: Bench, change: Change, name: str, hint: str, path: str) -> None:
    bench.change(*change)
    finding = bench.fault()
    assert finding.code == "JX305"
    assert f"「{name}」" in finding.message
    assert where(finding) == (change[0], name)
    assert hint in finding.hint
    assert finding.path == path


@pytest.mark.parametrize(
    "change",
    [
        (
            (
                INDICATORS,
                "得分: 分值 if 取值 ≤ 控制线 else 0",
                "得分: 分值 if 取值 ≤ 控制线 and 指标.数据质量.得分率 > 0 else 指标.信息公开.得分",
            )
        ),
        ((INDICATORS, "{控制线: 10%}", "{控制线: 分值 × 2%}")),
        (
            (
                INDICATORS,
                "得分: 分值 if 三公经费.实际 ≤ 三公经费.预算 else 0",
                "得分: 分值 × 求和(专项资金, 权重 × 自评分 ÷ 100)",
            )
        ),
        ((INDICATORS, "      - {名称: 采购制度, 分值: 1}\n", "      - {名称: 采购制度, 分值: 1, 得分: 分值}\n")),
        (
            (
                INDICATORS,
                "得0.5分；均在规定时限内回复得1分。\n",
                "得0.5分；均在规定时限内回复得1分。\n      得分: '求和(要点, 得分, 得分 = 分值) + 0 × 计数(要点)'\n",
            )
        ),
        ((CHECKS, "条件: 达成 or 已填(原因)", "条件: 达成 or 计数(专项资金, 项目 = 原因) > 0")),
        ((TEMPLATE, "总分: 合计", "总分: 限(合计, 0, 满分 - 10 + 指标.工作受表彰或批评.得分)")),
        ((TEMPLATE, "条件: 总分 ≥ 80", "条件: 总分 ≥ 80 and 得分率 > 50% and 满分 > 0 and 支出.合计 > 0")),
        (
            (
                FIELDS,
                "公式: 求和(专项资金.权重)",
                "公式: '求和(专项资金, 求和(专项资金, 权重) × 自评分) ÷ 专项资金合计.满分'",
            )
        ),
    ],
)
def test_names_that_do_exist(bench: Bench, change: Change) -> None:
    bench.change(*change)
    load_template(bench.folder)


def test_a_check_of_no_table(bench: Bench) -> None:
    bench.change(CHECKS, "  表: 绩效目标\n  条件: 达成", "  表: 绩效目际\n  条件: 达成")
    finding = bench.fault()
    assert finding.code == "JX305"
    assert "「绩效目际」" in finding.message
    assert where(finding) == (CHECKS, "绩效目际")
    assert finding.hint == "是否为「绩效目标」？"
    assert finding.path == "勾稽.目标要有原因"


def test_the_unit_of_no_sibling(bench: Bench) -> None:
    bench.change(FIELDS, "单位同: 完成}", "单位同: 完成值}")
    finding = bench.fault()
    assert finding.code == "JX305"
    assert "「完成值」" in finding.message
    assert "「完成」" in finding.hint
    assert finding.path == "绩效目标.目标值"


@pytest.mark.parametrize("file", [TEMPLATE, FIELDS])
def test_a_missing_file(bench: Bench, file: str) -> None:
    (bench.folder / file).unlink()
    finding = bench.fault()
    assert finding.code == "JX703"
    assert f"「{file}」" in finding.message
    assert finding.span.file == str(bench.folder)


def test_all_missing_files_in_one_run(bench: Bench) -> None:
    for file in (TEMPLATE, FIELDS):
        (bench.folder / file).unlink()
    assert [finding.code for finding in bench.faults()] == ["JX703", "JX703"]


def test_an_unreadable_file_is_told_by_reading(bench: Bench) -> None:
    (bench.folder / CHECKS).write_bytes("勾稽: 收入".encode("gbk"))
    bench.change(FIELDS, "年度: {类型", "年度： {类型")
    files = {Path(finding.span.file).name for finding in bench.faults()}
    assert files == {CHECKS, FIELDS}


def test_faults_of_all_files_come_in_one_run(bench: Bench) -> None:
    bench.change(TEMPLATE, "{名称: 良, 条件: 总分 ≥ 80}", "{名称: 良, 条件: 总分 ≥}")
    bench.change(TEMPLATE, "  满分: 110", "  满分: 111")
    bench.change(FIELDS, "公式: 求和(专项资金.权重)", "公式: 求和(专项资金.权种)")
    bench.change(INDICATORS, "得分: 限(取值 × 分值, 0, 分值)", "得分: 限制(取值 × 分值, 0, 分值)")
    bench.change(INDICATORS, "{名称: 采购备案, 分值: 2}", "{名称: 采购备案, 分值: 3}")
    bench.change(CHECKS, "  位置: 完成", "  位值: 完成")
    findings = bench.faults()
    assert [(finding.code, *where(finding)) for finding in findings] == [
        ("JX704", CHECKS, "位值"),
        ("JX305", FIELDS, "专项资金.权种"),
        ("JX302", INDICATORS, "限制"),
        ("JX708", INDICATORS, "5"),
        ("JX708", TEMPLATE, "111"),
        ("JX301", TEMPLATE, "总分 ≥"),
    ]


def test_structural_faults_of_all_files_come_in_one_run(bench: Bench) -> None:
    bench.change(TEMPLATE, "千分位: 是", "千分位: 对")
    bench.change(FIELDS, "年度: {类型: 年份", "年度: {类型: 年度")
    bench.change(FIELDS, "最小: 0, 最大: 100,", "最小: 零个点, 最大: 100,")
    bench.change(INDICATORS, "{名称: 采购制度, 分值: 1}", "{名称: 采购制度}")
    bench.change(CHECKS, "  级别: 警告\n  位置: 完成", "  级别: 严重\n  位置: 完成")
    assert [finding.code for finding in bench.faults()] == ["JX707", "JX707", "JX706", "JX705", "JX706"]


def test_structural_faults_hide_no_deeper_ones(bench: Bench) -> None:
    """Neither those of other files nor those of their own, as long as these are no consequences."""
    bench.change(TEMPLATE, "千分位: 是", "千分位: 对")
    bench.change(FIELDS, "年度: {类型: 年份", "年度: {类型: 年度")
    bench.change(FIELDS, "单位: 项, 标签: 采购项目数", "单位: 项, 示列: 6, 标签: 采购项目数")
    bench.change(FIELDS, "公式: 求和(专项资金.权重)", "公式: 求和(专项资金.权种)")
    bench.change(INDICATORS, "      参数: {控制线: 10%}", "      参数: {控制线: 10%}\n      评分标淮: x")
    bench.change(INDICATORS, "得分: 分值 if 取值 ≤ 控制线 else 0", "得分: 分值 if 取值 ≤ 控制县 else 0")
    bench.change(INDICATORS, "{名称: 采购备案, 分值: 2}", "{名称: 采购备案, 分值: 3}")
    bench.change(CHECKS, "  条件: 达成 or 已填(原因)", "  条件: 达成 or 已填(原困)")
    bench.change(CHECKS, "  级别: 警告", "  级别: 严重")
    assert [(finding.code, *where(finding)) for finding in bench.faults()] == [
        ("JX305", CHECKS, "原困"),
        ("JX707", CHECKS, "严重"),
        ("JX707", FIELDS, "年度"),
        ("JX704", FIELDS, "示列"),
        ("JX305", FIELDS, "专项资金.权种"),
        ("JX704", INDICATORS, "评分标淮"),
        ("JX305", INDICATORS, "控制县"),
        ("JX708", INDICATORS, "5"),
        ("JX706", TEMPLATE, "对"),
    ]


def test_slips_of_yaml_hide_nothing(bench: Bench) -> None:
    bench.change(FIELDS, "    计划: {类型: 金额", "    计划： {类型: 金额")
    bench.change(FIELDS, "公式: 求和(专项资金.权重)", "公式: 求和(专项资金.权种)")
    bench.change(INDICATORS, "{名称: 采购备案, 分值: 2}", "{名称: 采购备案, 分值: 3}")
    bench.change(INDICATORS, "  附加: 是", "  附加：是")
    assert [finding.code for finding in bench.faults()] == ["JX110", "JX305", "JX708", "JX110"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('示例: "2021"}', '示例: "2021}'),  # nothing of the file can be read
        ("    实际: {类型: 金额, 标签: 实际采购金额", "    计划: {类型: 金额, 标签: 实际采购金额"),  # one field is lost
    ],
)
def test_of_a_file_that_is_not_read_whole_only_what_is_sure_is_told(bench: Bench, old: str, new: str) -> None:
    """A name that stands nowhere in it is no field's."""
    bench.change(FIELDS, old, new)
    bench.change(INDICATORS, "取值: 采购.实际 ÷ 采购.计划", "取值: 采购.实际 ÷ 菜购.计划")
    bench.change(INDICATORS, "{名称: 采购备案, 分值: 2}", "{名称: 采购备案, 分值: 3}")
    first, *others = bench.faults()
    assert where(first)[0] == FIELDS
    assert [(finding.code, *where(finding)) for finding in others] == [
        ("JX305", INDICATORS, "菜购.计划"),
        ("JX708", INDICATORS, "5"),
    ]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        # Members that could not be read may be whatever is named.
        ([(FIELDS, "采购:\n  类型: 组", "采购:\n  类型: 祖")], ["JX707"]),
        ([(FIELDS, "年度: {类型: 年份, 标签: 报告年度", "年度: 2021\n旧年度: {类型: 年份, 标签: 旧")], ["JX706"]),
        ([(INDICATORS, "      参数: {控制线: 10%}", "      参娄: {控制线: 10%}")], ["JX704"]),
        ([(INDICATORS, "      取值: 采购.实际 ÷", "      取直: 采购.实际 ÷")], ["JX704"]),
        ([(INDICATORS, "      取值: 采购.实际 ÷", "      取值: =采购.实际 ÷")], ["JX301"]),
        ([(TEMPLATE, "条件: 总分 ≥ 80", "条件: 总分 => 80")], ["JX301"]),
        ([(TEMPLATE, "  符合: 100%", "  符合: 100")], ["JX706"]),
        (
            [(TEMPLATE, '文件名: "{{ 部门.名称 }}{{ 年度 }}年度部门整体支出绩效自评报告"', "文件名: “{{ 年度 }}”")],
            ["JX706"],
        ),
        ([(INDICATORS, "  - 名称: 公平性\n    分值: 4", "  - 名称: 公平性\n    分置: 4")], ["JX704", "JX705"]),
        ([(TEMPLATE, "  满分: 110", "  满份: 110")], ["JX704", "JX705"]),
        ([(TEMPLATE, "评分:\n", "评份:\n")], ["JX704"]),
        ([(TEMPLATE, "\n印制:\n", "\n印刷:\n")], ["JX704"]),
        (
            [
                (INDICATORS, "  - 名称: 经济性\n    分值: 8\n    下级:", "  - 名称: 经济性\n    分值: 8\n    下及:"),
                (CHECKS, "条件: 达成 or", "条件: 指标.公用经费控制率.得分 > 0 or"),
            ],
            ["JX704", "JX710"],
        ),
        (
            [
                (INDICATORS, "    - 名称: 数据质量\n", "    - 名字: 数据质量\n"),
                (CHECKS, "条件: 达成 or", "条件: 指标.数据质量.得分 > 0 or"),
            ],
            ["JX704", "JX705"],
        ),
    ],
)
def test_nothing_follows_from_what_could_not_be_read(bench: Bench, changes: list[Change], codes: list[str]) -> None:
    for change in changes:
        bench.change(*change)
    assert sorted(finding.code for finding in bench.faults()) == codes


@pytest.mark.parametrize("file", [TEMPLATE, FIELDS, INDICATORS, CHECKS])
@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_refused_and_not_waited_for(bench: Bench, file: str, kind: str) -> None:
    (bench.folder / file).unlink()
    if kind == "folder":
        (bench.folder / file).mkdir()
    else:
        os.mkfifo(bench.folder / file)
    finding = bench.fault()
    assert finding.code == "JX712"
    assert f"「{file}」不是普通文件" in finding.message


@pytest.mark.parametrize("layout", ["../别的/报告.docx", "/etc/passwd", r"..\\报告.docx", "C:/报告.docx", "外面.docx"])
def test_a_layout_outside_the_folder_is_refused(bench: Bench, layout: str) -> None:
    (bench.folder / "外面.docx").symlink_to("/etc/passwd")
    bench.change(TEMPLATE, "版式: 报告.docx", f"版式: {layout}")
    finding = bench.fault()
    assert finding.code == "JX713"
    assert where(finding) == (TEMPLATE, layout)


def test_a_layout_that_is_no_file_is_refused(bench: Bench) -> None:
    (bench.folder / "夹.docx").mkdir()
    bench.change(TEMPLATE, "版式: 报告.docx", "版式: 夹.docx")
    assert bench.fault().code == "JX712"


def test_a_layout_in_a_folder_below(bench: Bench) -> None:
    bench.change(TEMPLATE, "版式: 报告.docx", "版式: 版式/报告.docx")
    assert load_template(bench.folder).layout == bench.folder / "版式" / "报告.docx"


def test_the_place_of_a_rule_must_be_there(bench: Bench) -> None:
    bench.change(CHECKS, "  位置: 完成", "  位置: 完城")
    finding = bench.fault()
    assert (finding.code, *where(finding)) == ("JX305", CHECKS, "完城")
    assert "「完成」" in finding.hint


def test_consequences_of_another_fault_are_not_told(bench: Bench) -> None:
    """A table without columns would leave dozens of names unknown, a missing weight two wrong sums."""
    bench.change(
        FIELDS,
        "受到批评、约谈、问责的填在「批评」，不加分。\n  列:",
        "受到批评、约谈、问责的填在「批评」，不加分。\n  栏:",
    )
    assert {finding.code for finding in bench.faults()} == {"JX704", "JX705"}
    bench.change(INDICATORS, "    - 名称: 财务管理合规性\n      分值: 5", "    - 名称: 财务管理合规性")
    assert {finding.code for finding in bench.faults()} == {"JX704", "JX705"}


def test_an_unknown_name_on_a_later_line_is_told_at_the_formula(bench: Bench) -> None:
    bench.change(
        INDICATORS,
        "      得分: 限(取值 × 分值, 0, 分值)",
        "      得分: 限(取值 × 分值,\n        0,\n        分置)",
    )
    finding = bench.fault()
    assert finding.code == "JX305"
    assert "「分置」" in finding.message
    assert at(finding) == "限(取值 × 分值,"


def test_scores_without_a_form(bench: Bench) -> None:
    (bench.folder / INDICATORS).unlink()
    findings = bench.faults()
    missing = [finding for finding in findings if finding.code == "JX703"]
    assert [where(finding) for finding in missing] == [(TEMPLATE, "110")]
    assert "删去 template.yaml 的「评分」" in missing[0].hint
    (bench.folder / INDICATORS).write_text("指标: []\n", "utf-8")
    assert ("JX705", INDICATORS) in [(finding.code, where(finding)[0]) for finding in bench.faults()]


def test_a_text_without_quotes_reads_as_a_name(bench: Bench) -> None:
    bench.change(FIELDS, "公式: '计数(重点工作, 进展 = \"已完成\")'", "公式: '计数(重点工作, 进展 = 已完成)'")
    finding = bench.fault()
    assert (finding.code, *where(finding)) == ("JX305", FIELDS, "已完成")
    assert finding.hint == '「已完成」是文字，要放进引号："已完成"。'


def test_what_a_group_has_is_told_where_nothing_is_alike(bench: Bench) -> None:
    bench.change(FIELDS, "公式: 支出.基本支出 + 支出.项目支出", "公式: 支出.基本支出 + 采购.QWERTY")
    hint = bench.fault().hint
    assert hint.startswith("可用的有：采购.")
    assert "支出" not in hint


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ((TEMPLATE, "作者: 部门.名称", "作者: 部门.名"), "JX305", "属性.作者"),
        ((TEMPLATE, "日期: 封面.填报日期", "日期: 部门.名称"), "JX706", "属性.日期"),
        ((TEMPLATE, "作者: 部门.名称", "作者: 封面.联系电话"), "JX706", "属性.作者"),
    ],
)
def test_properties_come_from_public_fields_of_their_kind(bench: Bench, change: Change, code: str, path: str) -> None:
    bench.change(*change)
    if "联系电话" in change[2]:
        bench.change(FIELDS, "标签: 联系电话,", "标签: 联系电话, 不公开: 是,")
    finding = bench.fault()
    assert (finding.code, finding.path, marked(finding)) == (code, path, change[2].partition(": ")[2])
