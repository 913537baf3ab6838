"""Reviews of a filing and the answers to them: read from files beside it, scored, printed, compared."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import docx
import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner

import generator
from generator.cli import main
from generator.workflows.audit.inputs import read_criteria
from generator.workflows.audit.recompute import audit
from generator.yamlfile.source import parse_yaml
from tests.small_template import FILE, Small, small, underlined
from tests.test_schema import as_editors_see

ROOT = Path(__file__).parents[2]
INDICATORS = """\
- 名称: 产出
  分值: 10
  下级:
  - {名称: 数量, 分值: 6, 得分: 自评分}
  - {名称: 质量, 分值: 4, 得分: 自评分}
"""
FILLED = "年度: 2021\n指标: {数量: {自评分: 6}, 质量: {自评分: 4}}\n"
REVIEW = """\
轮次:
- 日期: 2022-03-15
  复核单位: 某县财政局
  意见:
  - {指标: 数量, 复核得分: 5.5, 意见: 有一场没有签到表。}
  - {指标: 整份填报, 意见: 请附问卷。}
- 日期: 2022年4月2日
  意见:
  - {指标: 数量, 意见: 补来的签到表没有日期。}
  - {指标: 质量, 复核得分: 3, 意见: 合格率没有依据。}
"""
ROUNDS = "{% for 轮 in 复核轮次 %}{{ 轮.日期 }}{% endfor %}"
ANSWERS = """\
答复:
- {轮次: 1, 指标: 数量, 答复: 采纳, 说明: 已补签到表}
- {轮次: 1, 指标: 整份填报, 答复: 采纳}
- {指标: 质量, 答复: 说明, 说明: 依据在佐证第二项}
"""


@pytest.fixture
def reviewed(tmp_path: Path) -> Small:
    one = small(tmp_path, "", INDICATORS)
    layout = docx.Document()
    layout.add_paragraph("{%p if 复核轮次 %}")
    layout.add_paragraph("复核情况表")
    table = layout.add_table(4, 4)
    lines = (
        ("{%tr for 行 in 评分表 %}",),
        ("{{ 行.三级 or 行.二级 }}", "{{ 行.得分 }}", "{{ 行.复核得分 }}", "{{ 行.复核意见 }}|{{ 行.答复 }}"),
        ("{%tr endfor %}",),
        (*("{{ 评分.总分 }}", "{{ 评分.复核总分 }}", "{{ 评分.复核等级 }}"), ROUNDS),
    )
    for row, texts in zip(table.rows, lines, strict=True):
        for cell, text in zip(row.cells, texts, strict=False):
            cell.text = text
    layout.add_paragraph("{%p endif %}")
    layout.save(str(one.folder / "templates/小/报告.docx"))
    one.write(FILLED)
    (tmp_path / "填报.复核.yaml").write_text(REVIEW, "utf-8")
    (tmp_path / "填报.答复.yaml").write_text(ANSWERS, "utf-8")
    return one


def jixiao(one: Small, *arguments: str) -> str:
    result = CliRunner().invoke(main, [arguments[0], str(one.folder / FILE), *arguments[1:]])
    assert result.exit_code == 0, result.output
    return result.stdout


def tables_of(one: Small) -> list[list[list[str]]]:
    rendered = generator.render(one.folder / FILE, one.folder / "报告.docx")
    tables = docx.Document(str(rendered.path)).tables
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in tables]


def test_layouts_print_both_sides_and_every_round(reviewed: Small) -> None:
    said = "第1轮：有一场没有签到表。\n第2轮：补来的签到表没有日期。|第1轮：采纳：已补签到表"
    assert tables_of(reviewed) == [
        [
            ["数量", "6", "5.5", said],
            ["质量", "4", "3", "合格率没有依据。|说明：依据在佐证第二项"],
            ["10", "8.5", "差", "2022年3月15日2022年4月2日"],
        ]
    ]
    for file in reviewed.folder.glob("填报.??.yaml"):
        file.unlink()
    # The table of docs/审核指南.md is printed only where there is a review.
    assert tables_of(reviewed) == []


def test_commands_tell_both_sides(reviewed: Small) -> None:
    told = json.loads(jixiao(reviewed, "score", "--format", "json"))["result"]
    assert told["reviewed"] == {"total": "8.5", "rating": "差"}
    assert [node["reviewed"] for node in told["indicators"]] == ["8.5", "5.5", "3"]
    assert told["rounds"][1]["remarks"][1]["answer"] == "说明"
    assert "8.5 差" in jixiao(reviewed, "score")
    explained = jixiao(reviewed, "explain", "数量")
    assert "数量.复核得分 = 5.5" in explained
    assert "填报.复核.yaml:5:10]" in explained
    jixiao(reviewed, "score", "--format", "xlsx", "-o", str(reviewed.folder / "表.xlsx"))
    rows = list(openpyxl.load_workbook(reviewed.folder / "表.xlsx").worksheets[0].values)
    assert [row[-2] for row in rows[2:]] == ["复核得分", 5.5, 3, "=ROUND(SUM(I4:I5),2)", "=ROUND(SUM(I6),2)"]
    jixiao(reviewed, "review", "-o", str(reviewed.folder / "页.html"))
    page = (reviewed.folder / "页.html").read_text("utf-8")
    assert "复核总分：8.5，等级 差" in page
    assert "合格率没有依据" in page
    line = audit(reviewed.folder / FILE, read_criteria()).forms[0].lines[0]
    assert (line.score, line.reviewed) == (Fraction(6), Fraction(11, 2))


def test_reviewers_may_deduct_more_where_a_row_has_no_weight(reviewed: Small) -> None:
    form = reviewed.folder / "templates/小/indicators.yaml"
    form.write_text(form.read_text("utf-8") + "- {名称: 违规, 分值: 0, 附加: 是, 得分: 自评分}\n", "utf-8")
    filing, review = reviewed.folder / FILE, reviewed.folder / "填报.复核.yaml"
    filing.write_text(filing.read_text("utf-8").replace("质量: {", "违规: {自评分: -2}, 质量: {"), "utf-8")
    more = "- {指标: 违规, 复核得分: -3, 意见: 另有一处。}\n  - {指标: 质量"
    review.write_text(review.read_text("utf-8").replace("- {指标: 质量", more), "utf-8")
    told = json.loads(jixiao(reviewed, "score", "--format", "json"))["result"]
    assert (told["total"], told["reviewed"]["total"]) == ("8", "5.5")


def test_differences_name_remarks_and_scores_of_the_review(reviewed: Small) -> None:
    before = reviewed.folder / "旧.yaml"
    before.write_text((reviewed.folder / FILE).read_text("utf-8"), "utf-8")
    result = CliRunner().invoke(main, ["diff", str(before), str(reviewed.folder / FILE), "--format", "json"])
    told = json.loads(result.stdout)["result"]
    assert {one["indicator"]: one["reviewed"]["new"] for one in told["scores"]} == {
        "产出": "8.5", "数量": "5.5", "质量": "3",
    }  # fmt: skip
    assert [(one["round"], one["indicator"]) for one in told["reviews"]] == [
        (1, "数量"), (1, "整份填报"), (2, "数量"), (2, "质量"),
    ]  # fmt: skip
    assert told["total"]["reviewed"] == {"old": None, "new": "8.5"}


@pytest.mark.parametrize(
    ("old", "new", "code", "text"),
    [
        ("指标: 质量, 复核", "指标: 质里, 复核", "JX683", "质里"),
        ("轮次:\n", "复核人: 甲\n轮次:\n", "JX681", "复核人"),
        ("复核得分: 3", "复核得份: 3", "JX681", "复核得份"),
        ("复核得分: 3", "复核得分: 4.5", "JX219", "4.5"),
        ("复核得分: 3", "复核得分: 高", "JX207", "高"),
        ("指标: 质量, 复核得分: 3", "指标: 产出, 复核得分: 3", "JX216", "3"),
        ("指标: 质量", "指标: 数量", "JX296", "数量"),
        (", 意见: 合格率没有依据。", "", "JX686", "质量"),
        ("复核得分: 3, 意见: 合格率没有依据。", "意见:", "JX682", "质量"),
        ("2022年4月2日", "4月2日", "JX210", "4月2日"),
        ("答复: 采纳}", "答复: 同意}", "JX682", "同意"),
        ("指标: 质量, 答复", "指标: 质最, 答复", "JX684", "质最"),
        ("轮次: 1, 指标: 数量", "轮次: 3, 指标: 数量", "JX684", "数量"),
        (", 说明: 依据在佐证第二项", "", "JX682", "说明"),
        ("- {指标: 质量, 答复: 说明, 说明: 依据在佐证第二项}\n", "", "JX685", "质量"),
    ],
)
def test_faults_are_told_at_their_place(reviewed: Small, old: str, new: str, code: str, text: str) -> None:
    for name in ("填报.复核.yaml", "填报.答复.yaml"):
        file = reviewed.folder / name
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    found = [one for one in generator.check(reviewed.folder / FILE) if one.code == code]
    assert text in [underlined(one) for one in found]
    assert not any(one.path.startswith(".") for one in found)


def test_a_bureau_went_below_the_score_of_its_review(reviewed: Small) -> None:
    reviewed.write(FILLED.replace("自评分: 4", "自评分: 2"))
    (found,) = [one for one in generator.check(reviewed.folder / FILE) if one.code == "JX680"]
    assert (underlined(found), found.severity.value) == ("质量", "info")


def test_an_earlier_round_may_name_what_is_gone(reviewed: Small) -> None:
    review = reviewed.folder / "填报.复核.yaml"
    review.write_text(REVIEW.replace("指标: 数量, 复核得分: 5.5", "指标: 数目, 复核得分: 5.5"), "utf-8")
    answers = reviewed.folder / "填报.答复.yaml"
    answers.write_text(ANSWERS.replace("轮次: 1, 指标: 数量", "轮次: 1, 指标: 数目"), "utf-8")
    found = {one.code: one.severity.value for one in generator.check(reviewed.folder / FILE)}
    assert found["JX683"] == "warning"
    assert generator.score(reviewed.folder / FILE).scorecard.reviewed is not None


def test_reviews_are_no_filings_and_change_no_report_that_does_not_print_them(tmp_path: Path) -> None:
    filing = tmp_path / "hunan.yaml"
    filing.write_bytes((ROOT / "inputs/hunan-slj-2024.yaml").read_bytes())
    templates = ("--templates", str(ROOT / "templates"))
    before = generator.render(filing, tmp_path / "a.docx", templates=ROOT / "templates")
    review = tmp_path / "hunan.复核.yaml"
    review.write_text("轮次:\n- {日期: 2025-03-01, 意见: [{指标: 整份填报, 意见: 请附合同。}]}\n", "utf-8")
    result = CliRunner().invoke(main, ["check", str(tmp_path), *templates, "--format", "json"])
    assert "JX685" in result.stdout
    assert "JX701" not in result.stdout
    result = CliRunner().invoke(main, ["verify", str(before.path), "--input", str(filing), *templates])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("meizhou-gxj-2021", {}),
        # An indicator of the whole and one of a project have one name.
        (
            "tongyong-whlj-2024",
            {
                "观众满意度": "群众对公共文化服务的满意度",
                "92.6%": "52.6%",
                "93.4%, 分": "53.4%, 分",
                "农村公": "农村/公",
            },
        ),
    ],
)
def test_audit_starts_a_review_that_check_can_read(tmp_path: Path, name: str, changes: dict[str, str]) -> None:
    out, filing, templates = tmp_path / "复核", tmp_path / "填报.yaml", ROOT / "templates"
    text = (ROOT / f"inputs/{name}.yaml").read_text("utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    filing.write_text(text, "utf-8")
    CliRunner().invoke(main, ["audit", str(filing), "-o", str(out), "--jobs", "1", "--templates", str(templates)])
    start = (out / "填报.复核.yaml").read_text("utf-8").replace("日期:", "日期: 2022-03-01")
    (tmp_path / "填报.复核.yaml").write_text(start, "utf-8")
    assert start.count('的满意度",') == (2 if changes else 0)
    found = {one.code for one in generator.check(filing, templates=templates)}
    assert "JX685" in found
    assert not found & {"JX681", "JX682", "JX683"}


def test_editors_accept_what_the_program_accepts() -> None:
    schema = json.loads((ROOT / "templates/复核.schema.json").read_text("utf-8"))
    for text in (REVIEW, ANSWERS):
        root = parse_yaml(text.encode(), "x").root
        assert root is not None
        jsonschema.validate(as_editors_see(root), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"轮次": [{"日期": "2022-03-15", "意见": [{"指标": "数量", "得分": 3}]}]}, schema)


def test_a_wrong_name_below_an_indicator_brings_the_names_that_are_there(reviewed: Small) -> None:
    review = reviewed.folder / "填报.复核.yaml"
    review.write_text(REVIEW.replace("指标: 质量, 复核", "指标: 产出/及时性, 复核"), "utf-8")
    (found,) = [one for one in generator.check(reviewed.folder / FILE) if one.code == "JX683"]
    assert found.hint == "可用的有：数量、质量。"


def test_a_remark_on_a_whole_project_is_told_where_to_go(tmp_path: Path) -> None:
    filing = tmp_path / "某局.yaml"
    filing.write_text((ROOT / "tests/audit/少见的事.yaml").read_text("utf-8"), "utf-8")
    review = "轮次:\n- {日期: 2025-03-28, 意见: [{指标: 光缆迁改, 意见: 请说明复工时间。}]}\n"
    (tmp_path / "某局.复核.yaml").write_text(review, "utf-8")
    (found,) = [one for one in generator.check(filing, templates=ROOT / "templates") if one.code == "JX683"]
    assert "「光缆迁改工程/年度预算执行率」；对整个项目的写「整份填报」" in found.hint
