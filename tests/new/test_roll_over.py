"""jixiao new --from: what stays is there byte for byte, what is new is empty, nothing else is touched."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from generator import check
from generator.base.diagnostics import FileProblem, Refused
from generator.submission.model import field_path
from generator.workflows.convert import roll_over
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence
from generator.yamlfile.source import read_yaml

ROOT = Path(__file__).parents[2]
INPUTS = sorted((ROOT / "inputs").glob("*.yaml"))
every_input = pytest.mark.parametrize("file", INPUTS, ids=lambda file: file.stem)


def tree(file: Path) -> Mapping:
    source = read_yaml(file)
    assert not source.findings
    assert source.root is not None
    return source.root


def at(node: Node | None, path: str) -> Node | None:
    for step in path.split("/"):
        assert isinstance(node, Mapping)
        node = node.get(step)
    return node


def is_blank(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.is_blank


@pytest.fixture(scope="module")
def next_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("next")
    shutil.copytree(ROOT / "templates", place / "templates")
    shutil.copytree(ROOT / "inputs", place / "inputs")
    return roll_over(place / "inputs" / "meizhou-gxj-2021.yaml", place / "inputs" / "2022.yaml", 2022).path


def part(text: str, start: str, end: str) -> str:
    return text[text.index(start) : text.index(end)]


def test_kept_parts_are_the_same_bytes(next_year: Path, meizhou: Path) -> None:
    old, new = meizhou.read_bytes().decode(), next_year.read_bytes().decode()
    for start, end in (("# yaml-language-server", "年度:"), ("部门:", "# 年度总体工作。")):
        assert part(new, start, end) == part(old, start, end)


@every_input
def test_nothing_is_added_but_the_year_and_what_helps(file: Path, tmp_path: Path) -> None:
    """Every line but comments and what was brought is one of the old, in its order, as it was or without its value."""
    old = file.read_text(encoding="utf-8").splitlines()[1:]
    started = roll_over(file, tmp_path / "新.yaml", 2033)
    lines = iter(old)
    for line in started.path.read_text(encoding="utf-8").splitlines()[1:]:
        if line.lstrip().startswith("#") or line.startswith(("  - {指标: ", "  上年")):
            continue
        wanted = next(one for one in old if one.startswith("年度: ")) if line == "年度: 2033" else line
        emptied = re.compile(f"{re.escape(wanted)}( .*)?" if wanted.endswith(":") else re.escape(wanted))
        within = re.escape(wanted).replace(r"结论:\ \}", r"结论:[^{}]*\}")
        within = re.sub(r"([上本]年\w+):\\ [^,}]*", r"\1:[^,}]*", within)
        assert any(emptied.fullmatch(one) or re.fullmatch(within, one) for one in lines)


def test_a_plan_becomes_goals_and_figures_those_of_the_year_before(next_year: Path) -> None:
    root = tree(next_year)
    goals = at(root, "绩效目标")
    assert isinstance(goals, Sequence)
    first = goals.items[0]
    assert isinstance(first, Mapping)
    assert [(key.text, value.text) for key in first.keys() if isinstance(value := first.get(key.text), Scalar)] == [
        ("指标", "规上工业增加值"),
        ("目标", "增长8%"),
    ]
    output = at(root, "经济/上年工业总产值")
    assert isinstance(output, Scalar)
    assert output.text == "822.82 亿元"


@pytest.mark.parametrize("year", [2021, 2020, 2024])
def test_figures_are_those_of_the_year_before_only_in_the_next(workplace: Path, meizhou: Path, year: int) -> None:
    started = roll_over(workplace / "inputs" / meizhou.name, workplace / "inputs" / "另.yaml", year)
    assert is_blank(at(tree(started.path), "经济/上年工业总产值"))
    assert is_blank(at(tree(started.path), "绩效目标"))
    assert (started.brought, [one.code for one in started.findings]) == ((), ["JX813"])
    assert "经济.上年工业总产值" in started.findings[0].message


def test_what_stays_is_listed_and_old_comments_go(workplace: Path, meizhou: Path) -> None:
    started = roll_over(workplace / "inputs" / meizhou.name, workplace / "inputs" / "2022.yaml")
    assert {"部门.名称", "职责", "人员.超职数"} <= {fact.path for fact in started.kept}
    lines = started.path.read_text(encoding="utf-8").splitlines()
    assert all(lines[fact.span.line - 1].lstrip().startswith(fact.path.rpartition(".")[2]) for fact in started.kept)
    assert started.brought == ("绩效目标", "经济.上年工业总产值", "经济.上年规上增加值")
    assert not any("原报告" in line for line in lines if line.lstrip().startswith("#"))
    assert lines[lines.index("专项资金:") + 1].startswith("  #   项目：")


def test_a_text_that_stays_and_names_last_year_is_told(workplace: Path, meizhou: Path) -> None:
    file = workplace / "inputs" / meizhou.name
    text = file.read_text(encoding="utf-8").replace("由局本级和编制", "按2020年的口径由局本级和编制")
    file.write_text(text, encoding="utf-8")
    assert ("JX457", "人员.预算口径") in {(finding.code, finding.path) for finding in check(file)}


def test_a_spreadsheet_of_last_year_is_looked_for_under_this_year(tmp_path: Path) -> None:
    text = "模板: 小\n届: 2021\n项目: {来源: 2021年项目.xlsx, 工作表: 一}\n"
    started = roll_over(lesser(tmp_path, text), tmp_path / "今年.yaml")
    assert started.path.read_text(encoding="utf-8").splitlines()[3] == "项目: {来源: 2022年项目.xlsx, 工作表: 一}"
    assert started.sheets == ("项目",)
    (tmp_path / "2021年项目.xlsx").write_bytes(b"")
    missing = next(finding for finding in check(started.path) if finding.code == "JX235")
    assert "2021" not in missing.hint


def test_figures_of_the_year_before_come_row_by_row(tmp_path: Path) -> None:
    last = tmp_path / "2024.yaml"
    text = (ROOT / "inputs" / "hunan-slj-2024.yaml").read_text(encoding="utf-8")
    text = text.replace("本年决算: 9.32 万元}", '本年决算: "1,009.32 万元"}')
    last.write_text(text.replace("  编制数: 86 名\n", "  编制数: 86 名  # 2024年编办文件\n"), encoding="utf-8")
    started = roll_over(last, tmp_path / "2025.yaml", templates=ROOT / "templates")
    lines = started.path.read_text(encoding="utf-8").splitlines()
    assert '- {项目: 公务用车运行维护费, 上年决算: "1,009.32 万元", 本年预算: , 本年决算: }' in lines
    assert "  上年实有: 88 名" in lines
    assert "  编制数: 86 名" in lines
    assert started.brought == (
        "人员.上年实有", "三公经费.上年决算", "公用经费.上年决算", "采购.上年实际", "预算.上年结转", "项目.上年决算"
    )  # fmt: skip


def test_goals_of_a_plan_in_a_sheet(workplace: Path, meizhou: Path) -> None:
    file = workplace / "inputs" / meizhou.name
    (file.parent / "计划.csv").write_text('指标,目标\n改造小区,"1,200户"\n', encoding="utf-8")
    text = file.read_text(encoding="utf-8")
    start = text.index("  目标:\n", text.index("下年计划:"))
    plan = text[start : text.index("  工作:", start)]
    file.write_text(text.replace(plan, "  目标: {来源: 计划.csv}\n"), encoding="utf-8")
    next_year = roll_over(file, file.parent / "2022.yaml").path.read_text(encoding="utf-8")
    assert '绩效目标:\n  - {指标: 改造小区, 目标: "1,200户"}\n' in next_year


def test_keys_and_their_order_stay(next_year: Path, meizhou: Path) -> None:
    old, new = tree(meizhou), tree(next_year)
    assert [key.text for key in new.keys()] == [key.text for key in old.keys()]
    for path in ("收入", "结转结余", "资产", "指标", "指标/采购合规性", "指标/采购合规性/要点"):
        before, after = at(old, path), at(new, path)
        assert isinstance(before, Mapping)
        assert isinstance(after, Mapping)
        assert [key.text for key in after.keys()] == [key.text for key in before.keys()]


@pytest.mark.parametrize(
    "path",
    ["总体要求", "收入/其他收入", "专项资金", "重点工作", "资产/收益", "问题", "下年计划/引言", "表彰"]
    + [f"指标/预算编制合理性/{key}" for key in ("自评分", "说明", "佐证")]
    + [f"指标/采购合规性/要点/采购制度/{key}" for key in ("结论", "说明")]
    + ["指标/重点工作完成率/原因"],
)
def test_what_is_new_is_empty(path: str, next_year: Path) -> None:
    assert is_blank(at(tree(next_year), path))


def test_what_stays_is_there(next_year: Path) -> None:
    root = tree(next_year)
    duties, offices = at(root, "职责"), at(root, "内设机构")
    assert isinstance(duties, Sequence)
    assert isinstance(offices, Sequence)
    assert (len(duties.items), len(offices.items)) == (16, 16)
    year = at(root, "年度")
    assert isinstance(year, Scalar)
    assert year.text == "2022"


@every_input
def test_the_gaps_are_what_checking_reports(file: Path, tmp_path: Path) -> None:
    started = roll_over(file, tmp_path / "新.yaml")
    assert started.year is not None
    assert f"\n年度: {started.year - 1}\n" in file.read_text(encoding="utf-8")
    findings = check(started.path)
    # Of a column that is blank in every row, one finding tells.
    assert len(findings) == len({field_path(one.path) for one in started.missing})
    assert {finding.code for finding in findings} <= {"JX202", "JX221", "JX222"}
    assert all(fact.label for fact in started.missing)


def lesser(folder: Path, text: str) -> Path:
    """An input of a small template that has every shape of what stays and what does not."""
    template = folder / "templates" / "小"
    template.mkdir(parents=True)
    (template / "template.yaml").write_text("名称: 小\n版本: 一\n文件名: 小\n版式: 无.docx\n", encoding="utf-8")
    (template / "fields.yaml").write_text(FIELDS, encoding="utf-8")
    file = folder / "去年.yaml"
    file.write_bytes(text.encode())
    return file


FIELDS = """
届: {类型: 年份, 标签: 届}
项目:
  类型: 表
  标签: 项目
  列:
    名: {类型: 文字, 标签: 名, 沿用: 是}
    额: {类型: 金额, 标签: 额}
    细: {类型: 表, 标签: 细, 必填: 否, 列: {a: {类型: 文字, 标签: a, 沿用: 是}, b: {类型: 文字, 标签: b, 必填: 否}}}
机构: {类型: 表, 标签: 机构, 沿用: 是, 列: {名: {类型: 文字, 标签: 名}, 数: {类型: 整数, 标签: 数, 沿用: 否}}}
组: {类型: 组, 标签: 组, 字段: {数: {类型: 整数, 标签: 数}, 倍: {类型: 整数, 标签: 倍, 公式: 组.数 × 2}}}
"""
LAST = """模板: 小
届: 2021年  # 届次
项目:
  - 名: 甲
    额: 3 万元
    细: [{a: 1, b: 2}]
  - {名: 乙, 额: 4 元, 生: 字段}
  - 一段文字
机构:
  - {名: 丙, 数: 5}
组:
  数: 1
  倍: 2
生字段: 留着
"""
NEXT = """# yaml-language-server: $schema=小.schema.json
模板: 小
届: 2022  # 届次
项目:
  - 名: 甲
    额:
    细: [{a: 1, b: }]
  - {名: 乙, 额: , 生: 字段}
  - 一段文字
机构:
  - {名: 丙, 数: }
组:
  数:
  倍:
生字段: 留着
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_of_which_columns_stay_keeps_its_rows(end: str, tmp_path: Path) -> None:
    started = roll_over(lesser(tmp_path, LAST.replace("\n", end)), tmp_path / "今年.yaml")
    assert started.path.read_bytes().decode() == NEXT
    assert [(fact.path, fact.label, fact.span.line) for fact in started.missing] == [
        ("项目[1].额", "额", 6),
        ("项目[2].额", "额", 8),
        ("机构[1].数", "数", 11),
        ("组.数", "数", 13),
    ]
    # What was wrong last year is wrong still, and told.
    assert {finding.path for finding in started.findings} == {"项目[2].生", "项目[3]", "生字段"}


def test_a_table_in_a_spreadsheet_is_let_go(tmp_path: Path) -> None:
    text = "模板: 小\n届: 2021\n项目: {来源: 去年.xlsx, 工作表: 一}\n组:\n"
    started = roll_over(lesser(tmp_path, text), tmp_path / "今年.yaml")
    lines = started.path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines[3:] if not line.lstrip().startswith("#")] == ["项目:", "组:"]
    assert "  # - 名:" in lines


def test_a_mark_of_the_byte_order_goes(tmp_path: Path) -> None:
    started = roll_over(lesser(tmp_path, "\ufeff" + LAST), tmp_path / "今年.yaml")
    assert started.path.read_bytes().decode() == NEXT


def test_the_line_that_names_the_schema_follows_the_file(workplace: Path, meizhou: Path) -> None:
    started = roll_over(workplace / "inputs" / meizhou.name, workplace / "2022" / "甲" / "新.yaml")
    lines = started.path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# yaml-language-server: $schema=../../templates/meizhou/fields.schema.json"
    assert lines[1] == "模板: meizhou"


def test_without_a_year_to_go_on_from_it_is_asked_for(tmp_path: Path) -> None:
    file = lesser(tmp_path, "模板: 小\n届:\n")
    with pytest.raises(Refused) as caught:
        roll_over(file, tmp_path / "今年.yaml")
    assert [(finding.code, finding.span.line) for finding in caught.value.findings] == [("JX812", 2)]
    assert "\n届: 2030\n" in roll_over(file, tmp_path / "今年.yaml", 2030).path.read_text(encoding="utf-8")


def test_a_template_without_a_year_has_none_put(tmp_path: Path) -> None:
    file = lesser(tmp_path, "模板: 小\n组:\n  数: 1\n")
    fields = tmp_path / "templates" / "小" / "fields.yaml"
    fields.write_text(fields.read_text(encoding="utf-8").replace("类型: 年份", "类型: 文字"), encoding="utf-8")
    started = roll_over(file, tmp_path / "今年.yaml")
    assert started.year is None
    assert started.path.read_text(encoding="utf-8").endswith("模板: 小\n组:\n  数:\n")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("模板: 小\n届： 2021\n", "JX110"),
        ("模板: 小\n届: 2021\n届: 2022\n", None),
        ("", None),
        ("- 一\n", None),
        ("届: 2021\n", "JX702"),
        ("模板:\n届: 2021\n", "JX702"),
        ("模板: 大\n", "JX701"),
    ],
)
def test_an_input_that_does_not_read_is_refused(text: str, code: str | None, tmp_path: Path) -> None:
    file = lesser(tmp_path, text)
    with pytest.raises(Refused) as caught:
        roll_over(file, tmp_path / "今年.yaml")
    assert caught.value.findings
    assert code in (None, caught.value.findings[0].code)
    assert not (tmp_path / "今年.yaml").exists()


def test_never_writes_over_what_is_there(meizhou: Path, tmp_path: Path) -> None:
    output = tmp_path / "新.yaml"
    output.write_text("原有", encoding="utf-8")
    with pytest.raises(FileProblem):
        roll_over(meizhou, output)
    assert output.read_text(encoding="utf-8") == "原有"


def test_rolled_over_again_only_the_year_changes(tmp_path: Path) -> None:
    templates = ROOT / "templates"
    once = roll_over(ROOT / "inputs" / "jiangmen-gxj-2021.yaml", tmp_path / "2022.yaml", templates=templates).path
    again = roll_over(once, tmp_path / "2023.yaml", templates=templates).path.read_text(encoding="utf-8")
    assert again == once.read_text(encoding="utf-8").replace("年度: 2022", "年度: 2023")
