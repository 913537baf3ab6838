"""Rows of a table as indicators of the form, and rows that have a form of their own."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from generator.authoring.lint import check_settings
from generator.base.diagnostics import Refused
from generator.exports.scoring_form import scoring_workbook
from generator.pipeline import Assessment, Mode, assess
from generator.scoring.model import find_traces, tree
from generator.scoring.values import number
from generator.submission.attachments import list_evidence
from generator.template.load import load_template
from tests.small_template import FILE, Small, small, underlined

COLUMNS = """
    一级指标: {类型: 文字, 标签: 一级指标, 必填: 否}
    二级指标: {类型: 文字, 标签: 二级指标, 必填: 否}
    三级指标: {类型: 文字, 标签: 三级指标}
    指标值: {类型: 目标, 标签: 指标值}
    完成值: {类型: 目标, 标签: 完成值}
    分值: {类型: 数值, 标签: 分值}
    原因: {类型: 文字, 标签: 原因, 必填: 否}
    佐证: {类型: 列表, 标签: 佐证, 必填: 否}
    得分: {类型: 数值, 标签: 得分, 公式: "分值 if 达标(指标值, 完成值) else 分值 × 完成率(指标值, 完成值)"}
"""
FIELDS = f"""
执行率: {{类型: 比率, 标签: 执行率}}
指标表:
  类型: 表
  标签: 指标表
  列:{COLUMNS}
项目:
  类型: 表
  标签: 项目
  必填: 否
  列:
    名称: {{类型: 文字, 标签: 名称}}
    预算: {{类型: 金额, 标签: 预算}}
    指标:
      类型: 表
      标签: 指标
      必填: 否
      列:{COLUMNS.replace("    ", "        ")}
    得分: {{类型: 数值, 标签: 得分, 公式: 评分.总分}}
    等级: {{类型: 文字, 标签: 等级, 公式: 评分.等级}}
    得分率: {{类型: 比率, 标签: 得分率, 公式: 评分.得分率}}
    失分: {{类型: 数值, 标签: 失分, 公式: 评分.满分 - 评分.合计}}
项目平均: {{类型: 数值, 标签: 项目平均, 公式: '加权平均(项目, 得分, 预算)', 必填: 否}}
优: {{类型: 整数, 标签: 优, 公式: '计数(项目, 等级 = "优")'}}
"""
ROWS = """
    层级: [一级指标, 二级指标]
    权重: {产出指标: 60, 效益指标: 30}
    可选下级: {产出指标: [数量指标, 质量指标]}
    名称: 三级指标
    分值: 分值
    得分: 得分
    原因: 原因
    佐证: 佐证
"""
INDICATORS = f"""
- 名称: 预算执行率
  分值: 10
  评分标准: 得分=执行率×{{{{ 分值 }}}}，满分{{{{ 评分.满分 }}}}分
  取值: 执行率
  得分: 取值 × 分值
- 指标来自:
    表: 指标表{ROWS}
    必需佐证: 是
评分对象:
- 表: 项目
  名称: 名称
  评分: {{小数位: 2, 满分: 90}}
  等级: [{{名称: 优, 条件: 得分率 ≥ 90%}}, {{名称: 差, 条件: 得分率 < 90%}}]
  指标:
  - 指标来自:
      表: 指标{ROWS.replace("    ", "      ")}
"""
GOOD = """\
年度: 2024
执行率: 100%
指标表:
- {一级指标: 产出指标, 二级指标: 数量指标, 三级指标: 电影,
   指标值: ≥3场, 完成值: 2场, 分值: 5, 原因: 线路检修停电改期放映, 佐证: [台账]}
- {三级指标: 演出, 指标值: ≥3场, 完成值: 2场, 分值: 5, 原因: 演出团队隔离两周，少演一场, 佐证: [台账]}
- {二级指标: 质量指标, 三级指标: 合格率, 指标值: ≥90%, 完成值: 95%, 分值: 50, 佐证: [台账, 报告]}
- {一级指标: 效益指标, 二级指标: 满意度, 三级指标: 满意度, 指标值: ≥90%, 完成值: 91%, 分值: 30, 佐证: [问卷]}
项目:
- 名称: 送戏
  预算: 1 万元
  指标:
  - {一级指标: 产出指标, 二级指标: 数量指标, 三级指标: 电影,
     指标值: ≥3场, 完成值: 2场, 分值: 60, 原因: 线路检修停电改期放映}
  - {一级指标: 效益指标, 三级指标: 覆盖, 指标值: ≥3场, 完成值: 3场, 分值: 30, 佐证: [照片]}
- 名称: 送书
  预算: 3 万元
  指标:
  - {一级指标: 产出指标, 三级指标: 送书, 指标值: ≥3册, 完成值: 3册, 分值: 60}
  - {一级指标: 效益指标, 三级指标: 覆盖, 指标值: ≥3场, 完成值: 3场, 分值: 30}
"""


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return small(tmp_path_factory.mktemp("rows"), FIELDS, INDICATORS, full=100)


@pytest.fixture(scope="module")
def scored(form: Small) -> Assessment:
    return form.assess(GOOD)


def test_a_row_is_rounded_once_and_groups_and_total_add_awarded_scores(scored: Assessment) -> None:
    names = [(node.indicator.level, node.indicator.name, node.score.text) for node in scored.scorecard.walk()]
    assert names == [
        (1, "预算执行率", "10"),
        (1, "产出指标", "56.66"),
        *[(2, "数量指标", "6.66"), (3, "电影", "3.33"), (3, "演出", "3.33")],
        *[(2, "质量指标", "50"), (3, "合格率", "50")],
        (1, "效益指标", "30"),
        *[(2, "满意度", "30"), (3, "满意度", "30")],
    ]
    assert scored.scorecard.total is not None
    assert scored.scorecard.total.score.text == "96.66"
    assert scored.findings == ()


def test_every_row_has_a_form_of_its_own_and_the_whole_computes_with_them(scored: Assessment) -> None:
    forms = [
        (form.form.title, form.total and (form.total.score.text, form.total.rating))
        for form in scored.scorecard.row_forms
    ]
    assert forms == [("送戏", ("70", "差")), ("送书", ("90", "优"))]
    content = scored.report.content
    assert (str(content["项目平均"]), str(content["优"])) == ("85", "1")


def test_a_row_computes_with_the_figures_of_its_form(scored: Assessment) -> None:
    said = {name: find_traces(scored.scorecard, f"项目.{name}") for name in ("得分率", "失分", "等级")}
    assert {name: [one.text for one in traces] for name, traces in said.items()} == {
        "得分率": ["77.78%", "100%"],
        "失分": ["20", "0"],
        "等级": ["差", "优"],
    }
    # Each is explained down to the scores behind it.
    ways = {name: [line.split("  [")[0] for line in tree(traces[0])] for name, traces in said.items()}
    assert ways["得分率"][3:7] == [
        "└─ 得分率 = 0.777778",
        "   └─ 项目[1].总分 = 70",
        "      │  公式：合计",
        "      │  代入：70",
    ]
    assert ways["失分"][3:6] == ["├─ 满分 = 90", "└─ 合计 = 70", "   │  公式：产出指标 + 效益指标"]
    assert ways["等级"][3:7] == ["└─ 等级 = 差", "   │  公式：等级", "   │  代入：", "   └─ 项目[1].总分 = 70"]
    assert all("indicators.yaml:" in list(tree(said[name][0]))[3] for name in said)


@pytest.mark.parametrize(
    ("earned", "done", "score", "rating"),
    [("0", "3场", "30", "优"), ("0", "2场", "20", "差"), ("分值", "0场", "60", "差")],
)
def test_a_row_that_does_not_apply_and_earns_nothing_is_left_out(
    tmp_path: Path, earned: str, done: str, score: str, rating: str
) -> None:
    fields = FIELDS.replace("分值 if 达标(", f"{earned} if 不适用(完成值) else 分值 if 达标(")
    one = small(tmp_path, fields, INDICATORS.replace("条件: 得分率", "条件: 总分 ÷ 适用分值"), full=100)
    before, after = GOOD.split("指标值: ≥3册, 完成值: 3册")
    text = f"{before}指标值: ≥3册, 完成值: 不适用{after.replace('完成值: 3场', f'完成值: {done}')}"
    total = one.assess(text).scorecard.row_forms[1].total
    assert total is not None
    assert (total.score.text, total.rating) == (score, rating)


def test_a_group_of_which_the_table_is_missing_has_no_score(form: Small) -> None:
    before, after = GOOD[: GOOD.index("指标表:")], GOOD[GOOD.index("项目:") :]
    draft = assess(form.write(before + after), mode=Mode.DRAFT)
    assert [(node.indicator.name, node.score.text) for node in draft.scorecard.walk()] == [
        ("预算执行率", "10"),
        ("产出指标", "【待算：得分】"),
        ("效益指标", "【待算：得分】"),
    ]
    assert {finding.code for finding in draft.findings} >= {"JX202"}


def test_explain_ends_in_the_lines_of_the_bureau(scored: Assessment) -> None:
    [department], [project] = (find_traces(scored.scorecard, name) for name in ("电影", "项目[1].电影"))
    assert f"指标表[1].完成值 = 2场  [{FILE}:6:" in "\n".join(tree(department)).replace(scored.submission.file, FILE)
    assert (number(project), number(department)) == (Fraction(40), Fraction("3.33"))
    assert len(find_traces(scored.scorecard, "覆盖")) == 2
    assert find_traces(scored.scorecard, "送戏") == find_traces(scored.scorecard, "项目[1]") != []


def test_standards_name_the_weight_of_their_indicator(scored: Assessment) -> None:
    assert str(scored.report.indicators["指标.预算执行率"]["评分标准"]) == "得分=执行率×10，满分100分"


def test_evidence_is_listed_by_row_and_by_project(scored: Assessment) -> None:
    lines = [(line.form, line.place, line.indicator, line.title) for line in list_evidence(scored.submission)]
    assert lines[2:4] == [("", 4, "合格率", "台账"), ("", 4, "合格率", "报告")]
    assert lines[-1] == ("送戏", 2, "覆盖", "照片")


def test_the_workbook_has_the_rows_and_a_sheet_of_the_projects(scored: Assessment) -> None:
    data = scoring_workbook(scored.submission, scored.scorecard, scored.report)
    book = load_workbook(BytesIO(data), data_only=True)
    whole, projects = (list(sheet.iter_rows(min_row=3, values_only=True)) for sheet in book)
    assert [row[2] for row in whole[2:4]] == ["电影", "演出"]
    assert projects[0][:4] == ("名称", "一级指标", "二级指标", "三级指标")
    assert [row[0] for row in projects[1:] if row[0]] == ["送戏", "送书"]
    assert [row[6] for row in projects if row[1] == "总分"] == [70, 90]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("效益指标, 二级指标: 满意度", "效益, 二级指标: 满意度", ("JX274", "效益", "指标表[4].一级指标")),
        ("二级指标: 质量指标", "二级指标: 成本指标", ("JX274", "成本指标", "指标表[3].二级指标")),
        (
            "一级指标: 产出指标, 二级指标: 数量指标, 三级指标: 电影",
            "三级指标: 电影",
            ("JX275", "{", "指标表[1].一级指标"),
        ),
        ("三级指标: 演出", "三级指标: 电影", ("JX276", "电影", "指标表[2].三级指标")),
        ("91%, 分值: 30", "91%, 分值: 20", ("JX273", "20", "指标表[4]")),
        ("95%, 分值: 50", "95%, 分值: 60", ("JX273", "60", "指标表[3]")),
        ("名称: 送书\n", "名称: 送戏\n", ("JX277", "送戏", "项目[2].名称")),
        ("2场, 分值: 5, 原因: 线路检修停电改期放映", "2场, 分值: 5", ("JX420", "2场", "指标表[1].完成值")),
        (
            ", 原因: 线路检修停电改期放映, 佐证: [台账]}",
            ", 原因: 线路检修停电改期放映}",
            ("JX440", "电影", "指标表[1].佐证"),
        ),
    ],
)
def test_what_is_wrong_is_told_once_at_the_cell(form: Small, old: str, new: str, found: tuple[str, str, str]) -> None:
    assert old in GOOD
    told = form.check(GOOD.replace(old, new, 1))
    assert [(one.code, underlined(one), one.path) for one in told] == [found]


def test_a_project_without_indicators_is_told_once(form: Small) -> None:
    empty = GOOD[: GOOD.index("  指标:\n  - {一级指标: 产出指标, 三级指标: 送书")]
    assert form.pointed(empty, "JX280") == [("送书", "项目[2].指标")]
    assert len(form.check(empty)) == 1


def test_a_blank_level_is_that_above_only_within_the_same_group(scored: Assessment) -> None:
    shapes = [
        [(node.indicator.level, node.indicator.name) for node in one.walk()] for one in scored.scorecard.row_forms
    ]
    assert shapes == [
        [(1, "产出指标"), (2, "数量指标"), (3, "电影"), (1, "效益指标"), (2, "覆盖")],
        [(1, "产出指标"), (2, "送书"), (1, "效益指标"), (2, "覆盖")],
    ]


def test_a_weight_may_depend_on_the_project(tmp_path: Path) -> None:
    fields = FIELDS.replace(
        "    预算: {类型: 金额, 标签: 预算}\n",
        "    预算: {类型: 金额, 标签: 预算}\n    倍数: {类型: 整数, 标签: 倍数}\n",
    )
    form = small(tmp_path, fields, INDICATORS.replace("      分值: 分值\n", "      分值: 分值 × 倍数\n"), full=100)
    text = GOOD.replace("  预算: 1 万元\n", "  预算: 1 万元\n  倍数: 1\n").replace(
        "  预算: 3 万元\n", "  预算: 3 万元\n  倍数: 2\n"
    )
    text = text.replace("3册, 完成值: 3册, 分值: 60", "3册, 完成值: 3册, 分值: 30")
    made = form.assess(text[: text.rindex("30}")] + "15}\n")
    weights = [
        [str(node.indicator.weight) for node in one.walk() if not node.children] for one in made.scorecard.row_forms
    ]
    assert weights == [["60", "30"], ["60", "30"]]


def test_projects_without_a_name_are_not_of_one_name(form: Small) -> None:
    text = GOOD.replace("名称: 送戏\n", "名称:\n").replace("名称: 送书\n", "名称:\n")
    assert {one.code for one in form.check(text)} == {"JX202"}


def test_a_draft_leaves_open_what_a_row_lacks(form: Small) -> None:
    draft = assess(form.write(GOOD.replace("完成值: 91%, ", "")), mode=Mode.DRAFT)
    known = {node.indicator.name: node.score.is_known for node in draft.scorecard.walk() if node.indicator.is_scored}
    assert known == {"预算执行率": True, "电影": True, "演出": True, "合格率": True, "满意度": False}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("表: 指标表", "表: 指标", ("JX720", "指标")),
        ("名称: 三级指标", "名称: 三级", ("JX719", "三级")),
        ("    原因: 原因\n", "    原因: 偏差原因\n", ("JX719", "偏差原因")),
        ("权重: {产出指标: 60, 效益指标: 30}", "权重: {产出指标: 60, 效益指标: 40}", ("JX708", "100")),
        ("    权重: {产出指标: 60, 效益指标: 30}\n", "", ("JX718", "表")),
        ("可选下级: {产出指标:", "可选下级: {产出:", ("JX707", "产出")),
        ("    分值: 分值\n", "    分值: 分数\n", ("JX305", "分数")),
    ],
)
def test_a_template_with_such_rows_is_checked(tmp_path: Path, old: str, new: str, found: tuple[str, str]) -> None:
    broken = small(tmp_path, FIELDS, INDICATORS.replace(old, new, 1), full=100)
    with pytest.raises(Refused) as refused:
        load_template(broken.folder / "templates" / "小")
    assert found in [(one.code, underlined(one)) for one in refused.value.findings]


def test_a_column_of_reasons_that_nothing_reads_is_told(tmp_path: Path) -> None:
    made = small(tmp_path, FIELDS, INDICATORS.replace("    原因: 原因\n", "", 1), full=100)
    found = check_settings(load_template(made.folder / "templates" / "小"))
    assert [one.path for one in found if "没有写「原因」" in one.message] == ["指标来自.指标表"]


def test_a_group_that_cannot_be_chosen_is_told_at_its_weight(tmp_path: Path) -> None:
    column = "一级指标: {类型: 文字,"
    fields = FIELDS.replace(column, "一级指标: {类型: 选项, 选项: [产出指标, 满意度], 示例: 满意度,", 1)
    broken = small(tmp_path, fields, INDICATORS, full=100)
    with pytest.raises(Refused) as refused:
        load_template(broken.folder / "templates" / "小")
    assert [(one.code, underlined(one)) for one in refused.value.findings] == [("JX707", "效益指标")]


def test_a_filing_that_only_the_program_scores_needs_no_part_for_indicators(tmp_path: Path) -> None:
    form = small(tmp_path, "率: {类型: 比率, 标签: 率}\n", "- {名称: 执行率, 分值: 10, 得分: 率 × 分值}\n")
    assert form.check("年度: 2024\n率: 100%\n") == ()
    assert form.check("年度: 2024\n率: 100%\n指标:\n") == ()


def test_the_reason_may_be_a_field_of_a_group(tmp_path: Path) -> None:
    fields = (
        "资金: {类型: 组, 标签: 资金, 字段: {率: {类型: 比率, 标签: 率}, 说明: {类型: 文字, 标签: 说明, 必填: 否}}}\n"
    )
    form = small(tmp_path, fields, "- {名称: 执行率, 分值: 10, 得分: 资金.率 × 分值, 原因: 资金.说明}\n")
    assert [one.code for one in form.check("年度: 2024\n资金: {率: 90%}\n")] == ["JX414"]
    assert form.check("年度: 2024\n资金: {率: 90%, 说明: 设备到货晚，尾款下年支付。}\n") == ()
    broken = small(tmp_path / "又", fields, "- {名称: 执行率, 分值: 10, 得分: 资金.率 × 分值, 原因: 资金}\n")
    assert [(one.code, one.path) for one in broken.check("年度: 2024\n资金: {率: 90%}\n")] == [
        ("JX305", "指标.执行率.原因")
    ]


def test_the_column_of_scores_prints_what_is_awarded(scored: Assessment) -> None:
    rows = scored.report.content["指标表"]
    assert isinstance(rows, list)
    assert [str(row["得分"]) for row in rows] == ["3.33", "3.33", "50", "30"]
