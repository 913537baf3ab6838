"""A report's content: facts and figures by name, the bureau's texts, every indicator's narrative, the form's rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import generator
from tests.small_template import Small, small

FIELDS = """\
部门:
  类型: 组
  标签: 部门
  必填: 否
  字段:
    名称: {类型: 文字, 标签: 名称, 必填: 否}
    日期: {类型: 日期, 标签: 日期, 必填: 否}
甲: {类型: 金额, 标签: 甲, 必填: 否}
乙: {类型: 金额, 标签: 乙, 必填: 否}
合计: {类型: 金额, 标签: 合计, 公式: 甲 + 乙, 形式: 万元}
前文: {类型: 文字, 标签: 前文, 必填: 否}
后文: {类型: 文字, 标签: 后文, 必填: 否}
成效: {类型: 段落, 标签: 成效, 必填: 否}
合格: {类型: 是否, 标签: 合格, 必填: 否}
项目:
  类型: 表
  标签: 项目
  必填: 否
  列:
    名称: {类型: 文字, 标签: 名称}
    金额: {类型: 金额, 标签: 金额}
    占比: {类型: 比率, 标签: 占比, 公式: 金额 ÷ 求和(项目.金额), 形式: 比率}
"""
INDICATORS = """\
- 名称: 管理情况
  分值: 6
  下级:
  - {名称: 制度建设, 分值: 2, 评分标准: 有制度, 得分: 自评分}
  - 名称: 信息公开
    分值: 4
    要点:
    - {名称: 目标公开, 分值: 1}
    - {名称: 报告公开, 分值: 1}
    - {名称: 时效, 分值: 2, 得分: 分值 if 甲 ≥ 0 else 0, 叙述: "用了{{ 甲 | 元 }}元"}
- 名称: 执行率
  分值: 4
  参数: {目标线: 50%}
  取值: 甲 ÷ 合计
  取值形式: 比率
  得分: 取值 × 分值
  叙述: |
    执行率={{ 算式 }}={{ 取值 }}{{ 取值 | 比较号(目标线) }}{{ 目标线 }}；
  依据: "{{ 年度 }}年决算"
- {名称: 表彰, 分值: 0, 附加: 是, 级别: 2, 得分: 0 × 分值}
"""
GOOD = """\
年度: 2021
部门: {名称: 甲局, 日期: 2021-12-31}
甲: 1 万元
乙: 2 万元
前文: "{{ 部门.名称 }}支出{{ 合计 }}万元"
成效:
  - 一是{{ 项目[1].名称 }}占{{ 项目[1].占比 }}
  - 二是其他
合格: 是
项目:
  - {名称: 甲项目, 金额: 1 元}
  - {名称: "{{ 年度 }}年项目", 金额: 3 元}
指标:
  制度建设: {自评分: 1.5, 说明: "制度{{ 年度 }}\\n第二段", 原因: 少一项, 佐证: [汇编, 记录]}
  信息公开:
    说明: 另有说明。
    要点:
      目标公开: {结论: 部分符合, 说明: "公开于{{ 部门.日期 }}"}
      报告公开: {结论: 不适用, 说明: 没有报告}
  执行率: {原因: "得{{ 指标.制度建设.得分 }}，共{{ 评分.总分 }}"}
"""


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS, INDICATORS)


def content(form: Small, text: str = GOOD) -> Mapping[str, Any]:
    return form.assess(text).report.content


def test_facts_and_computed_values_stand_under_their_names(form: Small) -> None:
    names = content(form)
    assert (names["年度"], str(names["年度"])) == (2021, "2021")
    assert (names["合计"], str(names["合计"])) == (30000, "3.00")
    assert str(names["部门"]["日期"]) == "2021-12-31"
    assert names["合格"] is True
    assert names["后文"] is None
    assert [str(row["占比"]) for row in names["项目"]] == ["25%", "75%"]


def test_a_missing_list_of_texts_is_an_empty_list(form: Small) -> None:
    start = GOOD.index("成效:")
    assert content(form, GOOD[:start] + GOOD[GOOD.index("合格:") :].replace("合格: 是\n", ""))["成效"] == []


def test_the_bureaus_texts_are_written_out_wherever_they_stand(form: Small) -> None:
    names = content(form)
    assert names["前文"] == "甲局支出3.00万元"
    assert names["成效"] == ["一是甲项目占25%", "二是其他"]
    assert names["项目"][1]["名称"] == "2021年项目"


def test_references_see_facts_as_typed_so_that_their_order_does_not_matter(form: Small) -> None:
    chained = GOOD.replace("合格: 是\n", '合格: 是\n后文: "见{{ 前文 }}"\n')
    findings = form.check(chained)
    assert [(f.code, f.path) for f in findings if f.severity == "error"] == [("JX405", "后文")]
    swapped = GOOD.replace('前文: "', '后文: "').replace("合格: 是\n", '合格: 是\n前文: "见{{ 后文 }}"\n')
    findings = form.check(swapped)
    assert [(f.code, f.path) for f in findings if f.severity == "error"] == [("JX405", "前文")]


def test_a_narrative_is_opening_remarks_and_closing(form: Small) -> None:
    rows = content(form, GOOD)["指标"]
    assert rows["制度建设"]["叙述"] == ["制度建设：制度2021", "第二段。原因：少一项。得1.5分。"]
    assert rows["信息公开"]["叙述"] == ["一是公开于2021年12月31日；二是没有报告；三是用了10000元；另有说明。共2.5分。"]
    assert rows["执行率"]["叙述"] == ["执行率=10000/30000=33.33%＜50%；原因：得1.5，共5.33。得1.33分。"]
    assert rows["管理情况"]["叙述"] == []


def test_points_stand_with_their_scores_and_conclusions(form: Small) -> None:
    points = content(form, GOOD)["指标"]["信息公开"]["要点"]
    assert [(p["名称"], str(p["得分"]), p["结论"], p["说明"], p["叙述"]) for p in points] == [
        ("目标公开", "0.5", "部分符合", "公开于2021年12月31日", "公开于2021年12月31日"),
        ("报告公开", "0", "不适用", "没有报告", "没有报告"),
        ("时效", "2", None, "", "用了10000元"),
    ]


def test_the_basis_is_the_templates_else_the_evidence(form: Small) -> None:
    rows = content(form, GOOD)["指标"]
    assert [rows[name]["依据"] for name in ("制度建设", "信息公开", "执行率")] == ["汇编；记录", "", "2021年决算"]


def test_the_form_is_a_tree_a_mapping_and_rows(form: Small) -> None:
    names = content(form, GOOD)
    assert [row["名称"] for row in names["指标树"]] == ["管理情况", "执行率", "表彰"]
    assert [row["名称"] for row in names["指标树"][0]["下级"]] == ["制度建设", "信息公开"]
    assert list(names["指标"]) == ["管理情况", "制度建设", "信息公开", "执行率", "表彰"]
    assert [row["名称"] for row in names["二级指标"]] == ["制度建设", "信息公开", "表彰"]
    rows = names["评分表"]
    assert [(r["一级"], r["二级"], r["三级"], str(r["得分"])) for r in rows] == [
        ("管理情况", "制度建设", "", "1.5"),
        ("管理情况", "信息公开", "", "2.5"),
        ("执行率", "", "", "1.33"),
        ("表彰", "", "", "0"),
    ]
    assert (rows[0]["一级分值"], rows[0]["二级分值"], rows[0]["评分标准"]) == (6, 2, "有制度")


def test_the_total_stands_under_its_name(form: Small) -> None:
    total = content(form, GOOD)["评分"]
    assert (str(total["总分"]), total["满分"], str(total["得分率"]), total["等级"]) == ("5.33", 10, "53.30%", "差")


def test_a_template_without_a_scoring_form_has_no_scores_to_print(tmp_path: Path) -> None:
    names = content(small(tmp_path, FIELDS), GOOD[: GOOD.index("指标:")])
    assert "评分" not in names
    assert not {"指标", "指标树", "二级指标", "评分表"} & names.keys()


def test_the_file_name_is_written_out(form: Small) -> None:
    assert form.assess(GOOD).report.file_name == "2021年报告"


def test_what_the_bureau_says_of_indicators_is_kept_for_the_checks(form: Small) -> None:
    assert form.assess(GOOD).report.remarks == {
        "指标.制度建设.说明": "制度2021\n第二段",
        "指标.制度建设.原因": "少一项",
        "指标.信息公开.说明": "另有说明。",
        "指标.信息公开.要点.目标公开.说明": "公开于2021年12月31日",
        "指标.信息公开.要点.报告公开.说明": "没有报告",
        "指标.执行率.原因": "得1.5，共5.33",
    }


def test_faults_of_all_texts_are_told_together_each_at_its_place(form: Small) -> None:
    text = GOOD.replace("{{ 部门.名称 }}支出", "{{ 部们.名称 }}支出").replace(
        "占{{ 项目[1].占比 }}", "占{{ 项目[1].占必 }}"
    )
    text = text.replace("得{{ 指标.制度建设.得分 }}", "得{{ 指标.制度建没.得分 }}").replace(
        "公开于{{ 部门.日期 }}", "公开于{{ 部门.日其 }}"
    )
    findings = [f for f in form.check(text) if f.severity == "error"]
    assert [(f.code, f.path, f.span.line) for f in findings] == [
        ("JX403", "前文", 6),
        ("JX403", "成效[1]", 8),
        ("JX403", "指标.信息公开.要点.目标公开.说明", 19),
        ("JX403", "指标.执行率.原因", 21),
    ]
    lines = ("模板: 小\n" + text).splitlines()
    words = [lines[f.span.line - 1][f.span.column - 1 :][: f.span.length] for f in findings]
    assert words == ["部们", "占必", "日其", "制度建没"]


@pytest.mark.parametrize("gone", ["", "乙: 2 万元\n", "自评分: 1.5, "])
def test_faults_of_texts_are_told_alike_where_scores_are_lacking(form: Small, gone: str) -> None:
    text = GOOD.replace("{{ 部门.名称 }}支出", "{{ 部门.名 }}支出").replace("项目[1].占比", "项目[1].占必")
    found = [(one.code, one.path) for one in form.check(text.replace(gone, "")) if one.code.startswith("JX40")]
    assert found == [("JX403", "前文"), ("JX403", "成效[1]")]


def test_a_fault_of_the_templates_own_text_is_told_at_the_template(form: Small) -> None:
    file = form.folder / "templates" / "小" / "indicators.yaml"
    file.write_text(file.read_text("utf-8").replace("{{ 算式 }}", "{{ 算是 }}"), "utf-8")
    (finding,) = [f for f in form.check(GOOD) if f.severity == "error"]
    assert (finding.code, finding.path) == ("JX403", "指标.执行率.叙述")
    assert Path(finding.span.file).name == "indicators.yaml"
    assert "「算式」" in finding.hint


def test_no_braces_are_left_in_the_real_report(meizhou: Path) -> None:
    def texts(value: object) -> list[str]:
        if isinstance(value, Mapping):
            return [text for below in value.values() for text in texts(below)]
        if isinstance(value, list):
            return [text for below in value for text in texts(below)]
        return [] if value is None else [str(value)]

    report = generator.score(meizhou).report
    written = texts(report.content)
    assert len(written) > 500
    assert not [text for text in written if "{{" in text or "{%" in text or "None" in text or "<built-in" in text]
    assert not [text for text in report.remarks.values() if "{{" in text]
