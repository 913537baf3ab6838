"""Slips mended in an input: what changes, what stays, and what is left to people."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import generator
from generator.base.diagnostics import FileProblem, Refused
from generator.checks.rules import MENDABLE
from generator.workflows.fix import as_diff, propose, remaining, write
from generator.yamlfile.build import Scalar, scalars
from generator.yamlfile.source import parse_yaml
from tests.small_template import Small, small

FIELDS = """\
部门: {类型: 文字, 标签: 部门, 必填: 否}
概况: {类型: 段落, 标签: 概况, 必填: 否}
制度: {类型: 列表, 标签: 制度, 必填: 否}
进展: {类型: 选项, 标签: 进展, 必填: 否, 选项: ["已完成;", 推进中]}
金额: {类型: 金额, 标签: 金额, 必填: 否}
目标:
  类型: 表
  标签: 目标
  必填: 否
  列:
    名称: {类型: 文字, 标签: 名称}
    目标: {类型: 目标, 标签: 目标}
"""
INPUT = """\
# 注释;不动
部门: 某局;某科   # 行尾的注释;也不动

概况:
- "一是制度健全;\\"甲\\"  "
- '二是''资金''到位,'
- |
    三是分 行，
    — 2 —
- {{ 年度 }}年;完成
制度: [《办法》（某发（2021）12号）, 〈甲〉]
进展: 已完成;
金额: １００.00 万元
目标:
  - {名称: 甲;乙, 目标: ≧3家}
  - 名称: >-
      丙丙
      丁丁
    目标: 超过5家
"""
MENDED = """\
# 注释;不动
部门: 某局；某科   # 行尾的注释;也不动

概况:
- "一是制度健全；“甲”  "
- '二是''资金''到位，'
- |
    三是分行，
    — 2 —
- {{ 年度 }}年；完成
制度: [《办法》（某发〔2021〕12号）, 〈甲〉]
进展: 已完成;
金额: １００.00 万元
目标:
  - {名称: 甲；乙, 目标: ≥3家}
  - 名称: >-
      丙丙丁丁
    目标: 超过5家
"""


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS)


def quoted(text: str) -> str:
    """A line that begins with a reference must stand in quotes."""
    return text.replace("- {{ 年度 }}年;完成", '- "{{ 年度 }}年;完成"').replace(
        "- {{ 年度 }}年；完成", '- "{{ 年度 }}年；完成"'
    )


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_only_the_slips_change(form: Small, line_end: str, mark: bytes) -> None:
    file = form.write("")
    file.write_bytes(mark + f"模板: 小\n年度: 2021\n{quoted(INPUT)}".replace("\n", line_end).encode())
    file.chmod(0o640)
    proposal = propose(file)
    assert write(proposal) == file
    expected = f"模板: 小\n年度: 2021\n{quoted(MENDED)}".replace("\n", line_end).encode()
    assert file.read_bytes() == mark + expected
    assert file.stat().st_mode & 0o777 == 0o640
    assert {path.name for path in form.folder.iterdir()} == {"templates", "填报.yaml"}


def test_each_correction_names_its_text_and_its_rules(form: Small) -> None:
    proposal = propose(form.write(f"年度: 2021\n{quoted(INPUT)}"))
    assert [(one.text.path, one.rules) for one in proposal.corrections] == [
        ("部门", ("半角标点",)),
        ("概况[1]", ("半角标点", "括号引号")),
        ("概况[2]", ("半角标点",)),
        ("概况[3]", ("多余空格",)),
        ("概况[4]", ("半角标点",)),
        ("制度[1]", ("文号",)),
        ("目标[1].名称", ("半角标点",)),
        ("目标[1].目标", ("比较符号",)),
        ("目标[2].名称", ("多余空格",)),
    ]


def test_after_it_the_check_finds_none_of_them_and_there_is_nothing_more_to_mend(form: Small) -> None:
    file = form.write(f"年度: 2021\n{quoted(INPUT)}")
    codes = {rule.code.number for rule in MENDABLE}
    before = {finding.code for finding in generator.check(file)}
    assert before & codes == {"JX456", "JX460", "JX461", "JX463", "JX465"}
    write(propose(file))
    assert not {finding.code for finding in generator.check(file)} & codes
    again = propose(file)
    assert (again.corrections, again.after, as_diff(again)) == ((), again.source.text, "")


def test_the_diff_has_a_heading_for_every_value(form: Small) -> None:
    proposal = propose(form.write("部门: 某局;某科\n目标:\n  - {名称: 甲;乙, 目标: ≧3家}\n"))
    name = proposal.source.file
    assert as_diff(proposal).splitlines() == [
        f"--- {name}（改前）",
        f"+++ {name}（改后）",
        f"@@ {name}:2  部门（半角标点） @@",
        "-部门: 某局;某科",
        "+部门: 某局；某科",
        f"@@ {name}:4  目标[1].名称（半角标点） @@",
        f"@@ {name}:4  目标[1].目标（比较符号） @@",
        "-  - {名称: 甲;乙, 目标: ≧3家}",
        "+  - {名称: 甲；乙, 目标: ≥3家}",
    ]


def test_joined_lines_are_shown_together(form: Small) -> None:
    proposal = propose(form.write("部门: 某局\n  某科\n"))
    assert as_diff(proposal).splitlines()[2:] == [
        f"@@ {proposal.source.file}:2  部门（多余空格） @@",
        "-部门: 某局",
        "-  某科",
        "+部门: 某局某科",
    ]


def test_what_only_a_person_can_judge_is_left_and_named(form: Small) -> None:
    proposal = propose(form.write('部门: （某局;某科\n制度: [某发〔21〕3号]\n概况: "**甲**;乙"\n'))
    assert proposal.after.endswith('部门: （某局；某科\n制度: [某发〔21〕3号]\n概况: "**甲**;乙"\n')
    left = remaining(proposal)
    assert [(finding.code, finding.span.line, finding.span.column) for finding in left] == [
        ("JX461", 2, 5),
        ("JX456", 3, 8),
        ("JX460", 4, 11),
    ]
    assert left[-1].hint == "改为全角标点。"


def test_names_of_files_are_no_texts(form: Small) -> None:
    proposal = propose(form.write('制度: ["某 局/≧办法,一.pdf", "办法;二"]\n'))
    assert proposal.after.endswith('制度: ["某 局/≧办法,一.pdf", "办法；二"]\n')
    assert remaining(proposal) == ()


def test_what_stands_in_a_table_file_is_named_and_not_changed(form: Small) -> None:
    table = form.folder / "目标.csv"
    table.write_text("名称,目标\n甲;乙,≧3家\n", "utf-8")
    proposal = propose(form.write("部门: 某局;某科\n目标: {来源: 目标.csv}\n"))
    assert [one.text.path for one in proposal.corrections] == ["部门"]
    write(proposal)
    assert table.read_text("utf-8") == "名称,目标\n甲;乙,≧3家\n"
    assert [(finding.code, Path(finding.span.file).name) for finding in remaining(proposal)] == [
        ("JX460", "目标.csv"),
        ("JX463", "目标.csv"),
    ]


def test_a_rule_that_the_template_has_switched_off_mends_nothing(form: Small) -> None:
    (form.folder / "templates" / "小" / "checks.yaml").write_text("检查:\n  半角标点: 关闭\n", "utf-8")
    proposal = propose(form.write("部门: 某局;某科,甲 乙\n"))
    assert proposal.after.endswith("部门: 某局;某科,甲乙\n")


def test_an_input_whose_figures_are_wrong_is_mended_all_the_same(form: Small) -> None:
    assert propose(form.write("部门: 某局;某科\n金额: 很多\n")).corrections


def test_a_value_that_yaml_would_then_read_otherwise_stays(form: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "generator.workflows.fix.corrected",
        lambda text, _rules: text.replace("某局；", "某局 #").replace("甲；", "甲，"),
    )
    proposal = propose(form.write("部门: 某局；某科\n概况: [甲；乙]\n"))
    assert [one.text.path for one in proposal.corrections] == ["概况[1]"]
    assert proposal.after.endswith("部门: 某局；某科\n概况: [甲，乙]\n")


def test_a_file_that_was_changed_meanwhile_is_not_written(form: Small) -> None:
    file = form.write("部门: 某局;某科\n")
    proposal = propose(file)
    file.write_text(file.read_text("utf-8") + "# 又改\n", "utf-8")
    with pytest.raises(Refused) as refused:
        write(proposal)
    assert [finding.code for finding in refused.value.findings] == ["JX831"]
    assert "某局;某科" in file.read_text("utf-8")


@pytest.mark.parametrize(("text", "code"), [("部门: [\n", "JX1"), ("部门: 甲\n部门: 乙\n", "JX1")])
def test_a_file_that_is_no_yaml_is_refused(form: Small, text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        propose(form.write(text))
    assert refused.value.findings[0].code.startswith(code)


@pytest.mark.parametrize("first", ["部门: 某局\n", "模板:\n"])
def test_an_input_that_names_no_template_is_refused(form: Small, first: str) -> None:
    file = form.folder / "填报.yaml"
    file.write_text(first, "utf-8")
    with pytest.raises(Refused) as refused:
        propose(file)
    assert refused.value.findings[0].path == "模板"


def test_a_missing_file_is_a_problem_of_files(tmp_path: Path) -> None:
    with pytest.raises(FileProblem):
        propose(tmp_path / "没有.yaml")


TEXTS = st.text(
    alphabet='甲乙一是。，；,;:.!? \u3000“”"（）()〔〕[]《》20１２%％≧…{}|第号年发—', min_size=1, max_size=30
)


def written(value: str, style: str) -> str:
    """The value in one of YAML's styles."""
    if style == "'":
        return "'" + value.replace("'", "''") + "'"
    if style == '"':
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"|-\n  {value}" if style == "|" else f">-\n  {value}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return small(tmp_path_factory.mktemp("改"), FIELDS)


@given(st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from(["'", '"', "|", ">"]))
def test_any_text_is_mended_once_and_for_all(place: Small, texts: list[str], style: str) -> None:
    lines = "".join(f"项{at}: {written(text, style)}\n" for at, text in enumerate(texts))
    head = place.folder / "templates" / "小" / "fields.yaml"
    head.write_text("".join(f"项{at}: {{类型: 文字, 标签: 项, 必填: 否}}\n" for at in range(3)), "utf-8")
    file = place.write(lines)
    source = parse_yaml(file.read_bytes(), str(file))
    if source.root is None or source.findings:
        return
    proposal = propose(file)
    after = parse_yaml(proposal.after.encode(), str(file))
    assert after.root is not None
    assert not after.findings
    kept = [[char for char in scalar.text if char.isalnum()] for scalar in scalars(source.root)]
    wide = str.maketrans("１２", "12")
    assert [[char.translate(wide) for char in value if char != "第"] for value in kept] == [
        [char.translate(wide) for char in scalar.text if char.isalnum() and char != "第"]
        for scalar in scalars(after.root)
        if isinstance(scalar, Scalar)
    ]
    write(proposal)
    assert propose(file).corrections == ()


class TestSeeds:
    """The slips that the printed reports have, put into copies of the inputs."""

    @pytest.fixture
    def folder(self, tmp_path: Path, root: Path) -> Path:
        shutil.copytree(root / "templates", tmp_path / "templates")
        shutil.copytree(root / "inputs", tmp_path / "inputs")
        return tmp_path / "inputs"

    def test_the_inputs_as_they_are_have_none(self, folder: Path) -> None:
        for file in sorted(folder.glob("*.yaml")):
            assert propose(file).corrections == ()
            assert remaining(propose(file)) == ()
            assert [one.message for one in generator.check(file) if "JX450" <= one.code <= "JX469"] == []

    def test_half_width_semicolons_and_brackets_of_mixed_width(self, folder: Path) -> None:
        file = folder / "meizhou-gxj-2021.yaml"
        text = file.read_text("utf-8")
        lines, left = text.splitlines(keepends=True), 28
        for at, line in enumerate(lines):
            count = 0 if "#" in line else min(left, line.count("；"))  # not in comments
            lines[at], left = line.replace("；", ";", count), left - count
        planted = (
            "".join(lines)
            .replace("工业（食品", "工业(食品")
            .replace("台（站）", "台（站)")
            .replace("首台（套）", "首台（套)")
        )
        file.write_text(planted, "utf-8")
        found = [one for one in generator.check(file) if one.code in ("JX460", "JX461")]
        assert [one.code for one in found] == ["JX460", "JX461"]
        assert "共 28 处" in found[0].message
        assert found[0].message.count(":") >= 10  # so many places are listed
        assert "共 5 处" in found[1].message
        write(propose(file))
        assert file.read_text("utf-8") == text
        assert propose(file).corrections == ()

    def test_signs_and_doubled_quotes(self, folder: Path) -> None:
        file = folder / "jiangmen-gxj-2021.yaml"
        text = file.read_text("utf-8")
        assert text.count("≥") >= 32
        file.write_text(text.replace("≥", "≧", 32).replace("“1+6+3”", "“1+6+3””"), "utf-8")
        found = {one.code: one for one in generator.check(file) if one.code in ("JX461", "JX463")}
        assert "共 32 处" in found["JX463"].message
        assert "“1+6+3””" in found["JX461"].message
        write(propose(file))
        assert file.read_text("utf-8") == text


def test_numbers_before_texts_that_reports_number_go(tmp_path: Path) -> None:
    fields = "职责: {类型: 列表, 标签: 职责, 编号: 是}\n要点: {类型: 列表, 标签: 要点}\n"
    text = (
        "年度: 2021\n职责: [（一）甲工作。, 2.乙工作。, 一是丙工作。, 1.5万亩丁地。, （3）号楼。]\n要点: [一是戊。]\n"
    )
    proposal = propose(small(tmp_path, fields).write(text))
    assert "职责: [甲工作。, 乙工作。, 丙工作。, 1.5万亩丁地。, （3）号楼。]\n要点: [一是戊。]\n" in proposal.after
