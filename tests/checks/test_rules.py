"""Every rule of the checks: a case that it finds, and one like it that it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.authoring.lint import check_settings
from tests.small_template import Small, small, underlined

FIELDS = """\
收入:
  类型: 组
  标签: 收入
  必填: 否
  字段:
    拨款: {类型: 金额, 标签: 拨款, 必填: 否}
    其他: {类型: 金额, 标签: 其他, 必填: 否}
    合计: {类型: 金额, 标签: 合计, 公式: 收入.拨款 + 收入.其他, 形式: 万元}
项目:
  类型: 表
  标签: 项目
  必填: 否
  列:
    名称: {类型: 文字, 标签: 名称}
    金额: {类型: 金额, 标签: 金额}
    目标: {类型: 数量, 标签: 目标, 必填: 否}
    完成: {类型: 数量, 标签: 完成, 必填: 否}
    原因: {类型: 文字, 标签: 原因, 必填: 否}
    占比: {类型: 比率, 标签: 占比, 公式: 金额 ÷ 求和(项目.金额), 形式: 比率}
    大额: {类型: 是否, 标签: 大额, 公式: 金额 ≥ 100 元}
统计:
  类型: 组
  标签: 统计
  必填: 否
  字段:
    个数: {类型: 整数, 标签: 个数, 单位: 个, 公式: 计数(项目)}
    金额: {类型: 金额, 标签: 金额, 公式: 求和(项目.金额), 形式: 万元}
    比率: {类型: 比率, 标签: 比率, 公式: 收入.其他 ÷ 收入.合计}
"""
BASE = """\
收入: {拨款: 8279.60 万元, 其他: 0.43 万元}
项目:
  - {名称: 甲, 金额: 25 元}
  - {名称: 乙, 金额: 175 元}
"""


class TestStatedFields:
    @pytest.fixture
    def form(self, tmp_path: Path) -> Small:
        return small(tmp_path, FIELDS)

    @pytest.mark.parametrize(
        ("stated", "right"),
        [
            ("8280.03 万元", True),
            ("8280.0300 万元", True),
            ("8,280.03 万元", True),
            ("８２８０.０３万元", True),
            ("8280.0 万元", True),
            ("8280 万元", True),
            ("82800300 元", True),
            ("82800300.00 元", True),
            ("0.83 亿元", True),
            ("0.8 亿元", True),
            ("1 亿元", True),
            ("8280.1 万元", False),
            ("8281 万元", False),
            ("82800451 元", False),
            ("0.82 亿元", False),
            ("0 亿元", False),
            ("0 元", False),
            ("0.00 万元", False),
        ],
    )
    def test_a_total_agrees_at_the_places_and_in_the_unit_in_which_it_is_stated(
        self, form: Small, stated: str, right: bool
    ) -> None:
        text = BASE.replace("0.43 万元}", f"0.43 万元, 合计: {stated}}}")
        assert form.pointed(text, "JX412") == ([] if right else [(stated, "收入.合计")])

    def test_the_finding_shows_both_values_and_the_sum(self, form: Small) -> None:
        (finding,) = form.check(BASE.replace("0.43 万元}", "0.43 万元, 合计: 8280.30 万元}"))
        assert (finding.code, finding.severity) == ("JX412", "error")
        assert "填的是 8280.30 万元" in finding.message
        assert "由明细计算是 8280.03" in finding.message
        assert "收入.拨款 + 收入.其他 = 82796000+4300" in finding.message
        assert "「收入.合计」" in finding.hint

    @pytest.mark.parametrize(
        ("stated", "right"),
        [
            ("12.5%", True),
            ("13%", True),
            ("125‰", True),
            ("12.50%", True),
            ("12%", False),
            ("12.4%", False),
            ("0%", False),
        ],
    )
    def test_a_column_that_is_stated_is_compared_row_by_row(self, form: Small, stated: str, right: bool) -> None:
        text = BASE.replace("金额: 25 元", f"金额: 25 元, 占比: {stated}")
        assert form.pointed(text, "JX412") == ([] if right else [(stated, "项目[1].占比")])

    def test_a_tie_is_rounded_half_up(self, form: Small) -> None:
        text = BASE.replace("金额: 25 元", "金额: 1 元, 占比: 12.5%").replace("175 元", "7 元, 占比: 87.5%")
        assert form.pointed(text, "JX412") == []
        assert form.pointed(text.replace("12.5%", "13%").replace("87.5%", "88%"), "JX412") == []
        assert form.pointed(text.replace("12.5%", "12%"), "JX412") == [("12%", "项目[1].占比")]

    @pytest.mark.parametrize(
        ("stated", "right"),
        [
            ("{个数: 2, 金额: 0.02 万元}", True),
            ("{个数: 2 个, 金额: 200 元}", True),
            ("{个数: 3, 金额: 200 元}", False),
            ("{个数: 2, 金额: 201 元}", False),
            ("{比率: 0.01%}", True),
            ("{比率: 0%}", True),
            ("{比率: 0.00%}", False),
        ],
    )
    def test_counts_sums_and_rates_of_tables_are_compared(self, form: Small, stated: str, right: bool) -> None:
        assert bool(form.pointed(BASE + f"统计: {stated}\n", "JX412")) == (not right)

    def test_yes_and_no_are_compared_as_they_are(self, form: Small) -> None:
        right = BASE.replace("175 元", "175 元, 大额: 是")
        assert form.pointed(right, "JX412") == []
        assert form.pointed(right.replace("大额: 是", "大额: 否"), "JX412") == [("否", "项目[2].大额")]

    @pytest.mark.parametrize(("stated", "right"), [("2022", True), ("2022 年", True), ("2021 年", False)])
    def test_a_year_is_compared_as_a_number(self, tmp_path: Path, stated: str, right: bool) -> None:
        form = small(tmp_path, "下年: {类型: 年份, 标签: 下年, 公式: 年度 + 1}\n")
        assert form.pointed(f"年度: 2021\n下年: {stated}\n", "JX412") == ([] if right else [(stated, "下年")])

    def test_what_is_not_stated_is_not_compared(self, form: Small) -> None:
        assert form.check(BASE) == ()
        assert form.check(BASE.replace("0.43 万元}", "0.43 万元, 合计: ~}")) == ()


INDICATORS = """\
- 名称: 管理情况
  分值: 7
  下级:
  - {名称: 资产盘点, 分值: 1, 得分: 自评分}
  - 名称: 信息公开
    分值: 4
    要点:
    - {名称: 目标公开, 分值: 2}
    - {名称: 报告公开, 分值: 2}
  - {名称: 执行率, 分值: 2, 取值: 统计.比率, 得分: 自评分 × 2 if 自评分 > 0 else 自评分}
- {名称: 支出率, 分值: 3, 得分: 收入.其他 ÷ 收入.拨款 × 分值}
- {名称: 表彰, 分值: 0, 附加: 是, 得分: 0 × 分值}
"""
SCORED = """\
收入: {拨款: 100 元, 其他: 100 元}
指标:
  资产盘点: {自评分: 1, 说明: 已盘点。}
  信息公开:
    说明: 都已公开。
    要点:
      目标公开: {结论: 符合, 说明: 已公开}
      报告公开: {结论: 符合, 说明: 已公开}
  执行率: {自评分: 1, 说明: 已执行。}
  支出率: {说明: 全部支出。}
"""


class TestStatedScores:
    @pytest.fixture
    def form(self, tmp_path: Path) -> Small:
        return small(tmp_path, FIELDS, INDICATORS)

    def test_nothing_is_found_where_nothing_differs(self, form: Small) -> None:
        assert [f.code for f in form.check(SCORED)] == ["JX413"]  # 执行率: stated 1, awarded 2

    @pytest.mark.parametrize(
        ("old", "new", "path"),
        [
            ("已盘点。", "已盘点，自评得2分。", "指标.资产盘点.说明"),
            ("已盘点。", "已盘点，自评得 2 分。", "指标.资产盘点.说明"),
            ("已盘点。", "已盘点，自评2分。", "指标.资产盘点.说明"),
            ("已盘点。", "已盘点，自评得分为0.5分。", "指标.资产盘点.说明"),
            ("已盘点。", "一处自评得1分，此项自评得1.5分。", "指标.资产盘点.说明"),
            ("已盘点。", "已盘点，自评得1分。", None),
            ("已盘点。", "已盘点，自评得1.00分。", None),
            ("已盘点。", "一处自评得0.5分，此项自评得1分。", None),
            ("已盘点。", "应得2分，自评认为可得。", None),
            ("已盘点。", "自评扣2分的情况没有发生，自评加2分。", None),
            ("都已公开。", "都已公开，此项自评得1分。", "指标.信息公开.说明"),
            ("都已公开。", "都已公开，自评得4分。", None),
            (
                "目标公开: {结论: 符合, 说明: 已公开",
                "目标公开: {结论: 符合, 说明: 自评得1分",
                "指标.信息公开.要点.目标公开.说明",
            ),
            ("目标公开: {结论: 符合, 说明: 已公开", "目标公开: {结论: 符合, 说明: 自评得2分", None),
            ("目标公开: {结论: 符合,", "目标公开: {结论: 符合, 自评分: 1,", "指标.信息公开.要点.目标公开.自评分"),
            ("目标公开: {结论: 符合,", "目标公开: {结论: 符合, 自评分: 2,", None),
            ("支出率: {", "支出率: {自评分: 2.5, ", "指标.支出率.自评分"),
            ("支出率: {", "支出率: {自评分: 3.00 分, ", None),
            ("信息公开:\n", "信息公开:\n    自评分: 3\n", "指标.信息公开.自评分"),
        ],
    )
    def test_a_score_stated_as_a_figure_or_in_words_is_compared(
        self, form: Small, old: str, new: str, path: str | None
    ) -> None:
        text = SCORED.replace("执行率: {自评分: 1,", "执行率: {自评分: 0,")
        assert text.count(old) == 1
        text = text.replace(old, new)
        found = form.pointed(text, "JX413")
        assert [where for _, where in found] == ([path] if path else [])
        for pointed, _ in found:
            assert pointed in new
            assert ("自评" in pointed) == path.endswith("说明")  # type: ignore[union-attr]

    def test_the_score_may_come_from_a_reference(self, form: Small) -> None:
        text = SCORED.replace("已盘点。", '"自评得{{ 指标.支出率.得分 }}分。"').replace(
            "执行率: {自评分: 1,", "执行率: {自评分: 0,"
        )
        (finding,) = [f for f in form.check(text) if f.code == "JX413"]
        assert "说明中「自评得3分」写的是 3 分" in finding.message

    def test_the_finding_names_both_scores(self, form: Small) -> None:
        text = SCORED.replace("支出率: {", "支出率: {自评分: 2.5, ").replace(
            "执行率: {自评分: 1,", "执行率: {自评分: 0,"
        )
        (finding,) = [f for f in form.check(text) if f.code == "JX413"]
        assert finding.path == "指标.支出率.自评分"
        assert finding.severity == "error"


class TestScoresWithinWeights:
    @pytest.fixture
    def form(self, tmp_path: Path) -> Small:
        return small(
            tmp_path,
            FIELDS,
            INDICATORS.replace(
                "    - {名称: 报告公开, 分值: 2}", "    - {名称: 报告公开, 分值: 2, 得分: 收入.其他 ÷ 50}"
            ),
        )

    @pytest.mark.parametrize(
        ("spent", "granted", "names"),
        [
            ("100", "100", []),
            ("0", "100", []),
            ("101", "100", ["支出率", "信息公开", "信息公开·报告公开"]),
            ("100.17", "100", ["支出率"]),  # 4.0034 is awarded as 4
            ("100", "99", ["支出率"]),
        ],
    )
    def test_no_indicator_and_no_point_gets_more_than_its_weight(
        self, form: Small, spent: str, granted: str, names: list[str]
    ) -> None:
        text = SCORED.replace("拨款: 100 元, 其他: 100 元", f"拨款: {granted} 元, 其他: {spent} 元")
        text = text.replace("      报告公开: {结论: 符合, 说明: 已公开}\n", "")
        above = [f for f in form.check(text) if f.code == "JX411"]
        assert sorted(f.message.split("「")[1].split("」")[0] for f in above) == sorted(names)
        assert all(Path(f.span.file).name == "indicators.yaml" and f.severity == "error" for f in above)

    def test_a_score_below_nothing_is_found_too(self, tmp_path: Path) -> None:
        form = small(tmp_path, FIELDS, "- {名称: 支出率, 分值: 10, 得分: 分值 - 收入.其他 ÷ 10}\n")
        assert [
            f.code
            for f in form.check(
                "收入: {拨款: 0 元, 其他: 101 元}\n指标: {支出率: {原因: 差旅费超过预算，已压减会议费。}}\n"
            )
        ] == ["JX411"]
        assert (
            form.check("收入: {拨款: 0 元, 其他: 100 元}\n指标: {支出率: {原因: 差旅费超过预算，已压减会议费。}}\n")
            == ()
        )

    @pytest.mark.parametrize(
        ("faults", "stated", "codes"), [("-2", "-1.5", []), ("2", "-1", ["JX411"]), ("-1", "0", [])]
    )
    def test_a_bonus_without_weight_is_a_deduction(
        self, tmp_path: Path, faults: str, stated: str, codes: list[str]
    ) -> None:
        rows = "- {名称: 违规, 分值: 0, 附加: 是, 得分: 收入.其他}\n- {名称: 迟报, 分值: 0, 附加: 是, 得分: 自评分}\n"
        rows += "- {名称: 管理, 分值: 10, 得分: 自评分}\n"
        form = small(tmp_path, FIELDS.replace("标签: 其他", "标签: 其他, 可负: 是"), rows, full=10)
        text = f"收入: {{拨款: 0 元, 其他: {faults} 元}}\n指标: {{迟报: {{自评分: {stated}}}, 管理: {{自评分: 10}}}}\n"
        assert [f.code for f in form.check(text)] == codes
        assert not list(check_settings(form.template))

    @pytest.mark.parametrize(
        ("total", "problem"),
        [("合计 × 2", "「总分」算出的得分是 20，超过了满分 10："), ("最小(合计 × 2, 满分)", ""), ("合计", "")],
    )
    def test_the_total_stays_within_full_marks(self, tmp_path: Path, total: str, problem: str) -> None:
        form = small(tmp_path, FIELDS, "- {名称: 支出率, 分值: 10, 得分: 分值}\n", full=10)
        manifest = form.folder / "templates" / "小" / "template.yaml"
        manifest.write_text(manifest.read_text("utf-8").replace("满分: 10}", f"满分: 10, 总分: '{total}'}}"), "utf-8")
        found = [one for one in form.check("收入: {拨款: 0 元, 其他: 100 元}\n") if one.code == "JX411"]
        assert [one.message.startswith(problem) for one in found] == [True] * bool(problem)
        assert all((one.path, Path(one.span.file).name) == ("评分.总分", "template.yaml") for one in found)


class TestUnexplainedDeductions:
    @pytest.fixture
    def form(self, tmp_path: Path) -> Small:
        return small(tmp_path, FIELDS, INDICATORS)

    @pytest.mark.parametrize(
        ("old", "new", "paths"),
        [
            ("自评分: 1, 说明: 已盘点", "自评分: 0.5, 说明: 已盘点", ["指标.资产盘点"]),
            ("自评分: 1, 说明: 已盘点", "自评分: 0.5, 原因: 只盘点一半, 说明: 已盘点", []),
            ("报告公开: {结论: 符合", "报告公开: {结论: 不符合", ["指标.信息公开"]),
            ("其他: 100 元", "其他: 99.9 元", []),  # 2.997 is awarded as 3
            ("其他: 100 元", "其他: 99 元", ["指标.支出率"]),
        ],
    )
    def test_a_score_below_full_marks_has_a_reason(self, form: Small, old: str, new: str, paths: list[str]) -> None:
        assert SCORED.count(old) == 1
        findings = [f for f in form.check(SCORED.replace(old, new)) if f.code == "JX414"]
        assert [f.path for f in findings] == paths
        assert {f.severity for f in findings} <= {"warning"}

    def test_an_indicator_of_which_the_bureau_says_nothing_is_pointed_at_in_its_part(self, form: Small) -> None:
        text = SCORED.replace("  支出率: {说明: 全部支出。}\n", "").replace("其他: 100 元", "其他: 50 元")
        (finding,) = [f for f in form.check(text) if f.code == "JX414"]
        assert (finding.path, finding.span.line) == ("指标.支出率", 3)
        assert "「指标.支出率.原因」" in finding.hint


RULED = """\
收入: {类型: 组, 标签: 收入, 必填: 否, 字段: {拨款: {类型: 金额, 标签: 拨款, 必填: 否}}}
项目:
  类型: 表
  标签: 项目
  必填: 否
  列:
    名称: {类型: 文字, 标签: 名称}
    金额: {类型: 金额, 标签: 金额}
    目标: {类型: 数量, 标签: 目标, 必填: 否}
    完成: {类型: 数量, 标签: 完成, 必填: 否}
    原因: {类型: 文字, 标签: 原因, 必填: 否}
"""
CHECKS = """\
- 名称: 收入不少于项目支出
  条件: 收入.拨款 ≥ 求和(项目.金额)
  消息: 收入{{ 收入.拨款 }}少于项目支出{{ 项目 | length }}项。
  改法: 核对「收入.拨款」。
- 名称: 未完成的要说明原因
  表: 项目
  条件: 完成 ≥ 目标 or 已填(原因) if 已填(目标) else 是
  级别: 警告
  位置: 完成
  消息: 项目「{{ 名称 }}」完成{{ 完成 }}，没有达到{{ 目标 }}。
  改法: 在「{{ 名称 }}」的「原因」写明。
- 名称: 有项目
  条件: 计数(项目) > 0
  级别: 提示
  消息: 没有项目。
"""


class TestRulesOfTheTemplate:
    @pytest.fixture
    def form(self, tmp_path: Path) -> Small:
        return small(tmp_path, RULED, checks=CHECKS)

    def test_nothing_is_found_where_all_rules_hold(self, form: Small) -> None:
        rows = """\
  - {名称: 甲, 金额: 1 元, 目标: 5家, 完成: 5家}
  - {名称: 乙, 金额: 1 元, 目标: 5家, 完成: 4家, 原因: 迟}
"""
        assert form.check(f"收入: {{拨款: 2 元}}\n项目:\n{rows}") == ()

    def test_a_rule_of_the_whole_report_points_at_its_first_fact(self, form: Small) -> None:
        (finding,) = form.check("收入: {拨款: 2 元}\n项目:\n  - {名称: 甲, 金额: 3 元}\n")
        assert (finding.code, finding.severity, finding.path) == ("JX415", "error", "收入.拨款")
        assert underlined(finding) == "2 元"
        assert (finding.message, finding.hint) == ("收入2元少于项目支出1项。", "核对「收入.拨款」。")

    def test_a_rule_of_a_table_is_held_against_every_row_and_points_where_it_says(self, form: Small) -> None:
        rows = """\
  - {名称: 甲, 金额: 1 元, 目标: 5家, 完成: 4家}
  - {名称: 乙, 金额: 1 元, 目标: 5家, 完成: 5家}
  - {名称: 丙, 金额: 1 元}
  - {名称: 丁, 金额: 1 元, 目标: 5家, 完成: 0家}
"""
        findings = form.check(f"收入: {{拨款: 9 元}}\n项目:\n{rows}")
        assert [(f.severity, f.path, f.message) for f in findings] == [
            ("warning", "项目[1].完成", "项目「甲」完成4家，没有达到5家。"),
            ("warning", "项目[4].完成", "项目「丁」完成0家，没有达到5家。"),
        ]
        assert [underlined(f) for f in findings] == ["4家", "0家"]
        assert findings[0].hint == "在「甲」的「原因」写明。"

    @pytest.mark.parametrize(
        ("rule", "path", "words"),
        [
            ("{条件: 已够, 表: 项目, 位置: 明细}", "项目[2].明细", "-"),
            ("{条件: 已够, 表: 项目}", "项目[2].明细[1].数", "1"),
            ("{条件: 全够}", "项目[1].明细[1].数", "9"),
            ("{条件: 计数(项目) > 2, 位置: 项目}", "项目", "-"),
        ],
    )
    def test_a_rule_points_at_a_table_or_at_what_a_computed_value_comes_from(
        self, tmp_path: Path, rule: str, path: str, words: str
    ) -> None:
        fields = """\
项目:
  类型: 表
  标签: 项目
  列:
    明细: {类型: 表, 标签: 明细, 列: {数: {类型: 数值, 标签: 数}}}
    已够: {类型: 是否, 标签: 已够, 公式: 求和(明细.数) > 5}
全够: {类型: 是否, 标签: 全够, 公式: '计数(项目, 已够) = 2'}
"""
        form = small(tmp_path, fields, checks=f"- {{名称: 够不够, 消息: 不够。, {rule[1:]}\n")
        (finding,) = form.check("项目:\n- 明细: [{数: 9}]\n- 明细:\n  - {数: 1}\n")
        assert (finding.code, finding.path, underlined(finding)) == ("JX415", path, words)

    def test_severity_is_that_of_the_rule(self, form: Small) -> None:
        (finding,) = form.check("收入: {拨款: 9 元}\n")
        assert (finding.severity, finding.message) == ("info", "没有项目。")

    def test_a_rule_that_cannot_be_computed_says_which_fact_is_missing(self, form: Small) -> None:
        (finding,) = [f for f in form.check("项目:\n  - {名称: 甲, 金额: 3 元}\n") if f.code == "JX306"]
        assert "收入.拨款" in finding.message

    def test_a_rule_that_is_no_condition_is_the_templates_fault(self, tmp_path: Path) -> None:
        form = small(tmp_path, RULED, checks="- {名称: 数, 条件: 计数(项目), 消息: 有项目。}\n")
        (finding,) = form.check("收入: {拨款: 2 元}\n")
        assert (finding.code, Path(finding.span.file).name) == ("JX308", "checks.yaml")
        assert "「计数(项目)」不是条件" in finding.message

    def test_a_rule_without_any_fact_points_at_itself(self, tmp_path: Path) -> None:
        form = small(tmp_path, RULED, checks="- {名称: 不成立, 条件: 1 > 2, 消息: 不成立。}\n")
        (finding,) = form.check("收入: {拨款: 2 元}\n")
        assert (finding.code, finding.path, Path(finding.span.file).name) == ("JX415", "不成立", "checks.yaml")

    def test_a_message_that_names_nothing_is_the_templates_fault(self, tmp_path: Path) -> None:
        form = small(tmp_path, RULED, checks=CHECKS.replace("{{ 收入.拨款 }}少于", "{{ 收入.拔款 }}少于"))
        findings = form.check("收入: {拨款: 2 元}\n项目:\n  - {名称: 甲, 金额: 3 元}\n")
        (finding,) = [f for f in findings if f.code == "JX403"]
        assert Path(finding.span.file).name == "checks.yaml"
        assert "「拨款」" in finding.hint
