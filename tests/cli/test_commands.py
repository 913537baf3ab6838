"""The commands as people and programs use them: what they print, in which form, and how they end."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from generator import __version__, pipeline
from generator.base.diagnostics import Code, Severity, Span, width
from generator.cli import COMMANDS, main
from generator.cli.chinese import ChineseGroup
from generator.cli.options import FileName, summary, table
from generator.cli.template import AUTHORING, template

INPUT = Path("inputs") / "meizhou-gxj-2021.yaml"
REPORT = "梅州市工业和信息化局2021年度部门整体支出绩效自评报告.docx"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CLICKS_OWN = re.compile(r"Usage|Options|Commands|Show|message|exit|Error|Missing|argument|required|default|Try")

# What table 2-1 and the issue print; DOMAIN's figures, not the program's.
SECOND_LEVEL = {
    "预算编制": "10",
    "目标设置": "10",
    "资金管理": "10",
    "信息公开": "4",
    "采购管理": "8",
    "项目管理": "19.66",
    "资产管理": "8",
    "经济性": "7.92",
    "效率性": "6.83",
    "效果性": "10",
    "公平性": "3.93",
    "工作受表彰或批评": "4",
}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="jixiao")


@pytest.fixture
def here(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(workplace)
    return workplace


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command, by the words that call it."""
    found = [path]
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        found += commands(command, (*path, name)) if isinstance(command, click.Group) else [(*path, name)]
    return found


class TestHelp:
    @pytest.mark.parametrize("words", commands(), ids=" ".join)
    @pytest.mark.parametrize("option", ["-h", "--help"])
    def test_is_chinese_for_every_command(self, words: tuple[str, ...], option: str) -> None:
        result = run(*words, option)
        assert result.exit_code == 0
        assert result.stdout.startswith("用法：")
        assert "选项：" in result.stdout or "选项:" in result.stdout
        assert "-h, --help" in result.stdout
        assert not CLICKS_OWN.search(re.sub(r"--[a-z]+", "", result.stdout))
        described = re.findall(r"^  (?:-\S|[a-z]+  ).*\n(?: {8,}.*\n)*", result.stdout, re.MULTILINE)
        assert described
        assert all(CHINESE.search(entry) for entry in described)

    def test_is_shown_where_no_command_is_given(self) -> None:
        result = run()
        assert result.exit_code == 2
        for name in ("render", "score", "check", "explain"):
            assert re.search(rf"^  {name} +\S", result.output, re.MULTILINE)

    def test_the_version_is_a_number(self) -> None:
        assert re.fullmatch(r"jixiao \d+\.\d+\.\d+\n", run("--version").stdout)


class TestWrongUsage:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["scor", "x"], "没有「scor」这个命令。是否为「score」"),
            (["甲"], "没有「甲」这个命令。可用的命令：audit、bundle、"),
            (["render", "x", "--jobs", "0"], "「--jobs」的值不对：要写 1 到 256 的整数。"),
            (["render", "x", "--jobs", "五"], "「--jobs」的值不对：要写 1 到 256 的整数。"),
            (["render", "x", "--time-limit", "0"], "「--time-limit」的值不对：要写大于 0 的数。"),
            (["render", "x", "--memory-limit", "1"], "「--memory-limit」的值不对：要写不小于 256 的整数。"),
            (["render"], "缺少「填报文件」。"),
            (["explain", "x", "y", "z"], "参数过多"),
            (["explain", "x", "y", "—templates", "z"], "选项前面是两个半角的「-」，不是破折号。"),
            (
                ["check", "x", "－－templates"],
                "「填报文件」的值不对：没有「－－templates」；要写的是选项的，前面是两个半角的「-」。",
            ),
            (["score", "x", "-o", "—总表.xlsx"], "「--output」的值不对：只有 --format xlsx 写成文件。"),
            (["audit", ""], "「文件」的值不对：文件名是空的。"),
            (["check", "x", "--templates", ""], "「--templates」的值不对：文件名是空的。"),
            (["score", "x", "--formt", "json"], "没有「--formt」这个选项。是否为「--format」"),
            (["check", "x", "--format", "xml"], "「--format」的值不对：可用的值是 text、json、sarif、github。"),
            (["render", "x", "-o"], "选项「-o」后面缺少值。"),
            (["template", "fields"], "缺少「模板」。"),
            (["score", "x", "-o", "y"], "「--output」的值不对：只有 --format xlsx 写成文件。"),
        ],
    )
    def test_is_told_in_chinese_with_the_way_to_the_help(self, arguments: list[str], said: str) -> None:
        result = run(*arguments)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert f"命令写法不对：{said}" in result.stderr
        assert re.search(r"查看写法：jixiao[a-z ]* -h\n", result.stderr)


class TestADash:
    """「-」 is a standard stream or refused, never a file of this name."""

    @pytest.mark.parametrize("words", commands(), ids=" ".join)
    def test_is_refused_where_it_is_no_stream(
        self, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        command: click.Command = main
        for word in words:
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), word)
            assert found is not None
            command = found
        named = [one for one in command.params if re.search("文件|填报|稿", one.make_metavar(click.Context(command)))]
        assert all(isinstance(one.type, FileName) for one in named)
        arguments = [one for one in command.params if isinstance(one, click.Argument)]
        for one in named:
            if isinstance(one.type, FileName) and one.type.piped:
                continue
            given = ["-" if argument is one else "甲.yaml" for argument in arguments]
            result = run(
                *words,
                *(["乙"] if words == ("new",) else []),
                *given,
                *([] if one in arguments else [one.opts[-1], "-"]),
            )
            assert result.exit_code == 2
            assert "不能用「-」" in result.stderr
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        "words",
        [["convert", "-", "甲.yaml"], ["render", "-", "甲.yaml"], ["render", "-", "--jobs", "2"],
         ["score", "-", "--format", "xlsx"], ["check", "-", "--annotate"], ["check", "-", "--fix-text"]],
    )  # fmt: skip
    def test_is_refused_where_it_cannot_be_what_was_asked(self, words: list[str]) -> None:
        result = run(*words)
        assert result.exit_code == 2
        assert re.search("标准输入|批注只写进|一次改一个", result.stderr)


@pytest.mark.usefixtures("here")
class TestScore:
    def test_json_has_the_promised_shape_and_figures(self) -> None:
        result = run("score", str(INPUT), "--format", "json")
        assert (result.exit_code, result.stderr) == (0, "")
        scores = json.loads(result.stdout)["result"]
        assert list(scores) == ["total", "full", "rate", "rating", "indicators"]
        assert {key: scores[key] for key in list(scores)[:4]} == {
            "total": "102.34",
            "full": "110",
            "rate": "93.04%",
            "rating": "优",
        }
        for row in scores["indicators"]:
            assert list(row) == ["name", "level", "weight", "score", "rate", "value", "path"]
            assert all(isinstance(value, str) for key, value in row.items() if key != "value")
            assert row["value"] is None or isinstance(row["value"], str)

    def test_json_has_every_level_of_the_form(self) -> None:
        rows: list[dict[str, Any]] = json.loads(run("score", str(INPUT), "--format", "json").stdout)["result"][
            "indicators"
        ]
        by_name = {row["name"]: row for row in rows}
        assert len(rows) == len(by_name)
        assert {name: row["score"] for name, row in by_name.items() if row["level"] == "2"} == SECOND_LEVEL
        assert [row["score"] for row in rows if row["level"] == "1"] == ["20", "49.66", "28.68"]
        assert len([row for row in rows if row["level"] == "3"]) == 27
        assert by_name["结转结余率"] == {
            "name": "结转结余率",
            "level": "3",
            "weight": "5",
            "score": "5",
            "rate": "100%",
            "value": "2.19%",
            "path": "预算执行情况/资金管理/结转结余率",
        }
        assert by_name["专项资金绩效完成情况"]["score"] == "9.66"
        assert by_name["预算编制合理性"]["value"] is None

    def test_text_is_a_table_whose_columns_stand_under_each_other(self) -> None:
        result = run("score", str(INPUT))
        assert result.exit_code == 0
        header, rule, *rows, below, total = result.stdout.splitlines()
        assert header.split() == ["指标", "分值", "得分", "得分率", "指标值"]
        assert set(rule) == set(below) == {"─"}
        assert total.split() == ["总分", "110", "102.34", "93.04%", "优"]
        assert len(rows) == 3 + 12 + 27
        # Numbers are flush right: every score ends in the column in which the heading ends.
        end = width(header[: header.index("得分") + 2])
        for row in rows:
            name, weight, score = row.split()[:3]
            assert width(row[: row.index(score, row.index(name) + len(name) + len(weight))]) + len(score) <= end
        ends = {width(re.match(r" *\S+ +\S+ +\S+", row)[0]) for row in rows}  # type: ignore[index]
        assert ends == {end}

    @pytest.mark.parametrize("command", [["score"], ["score", "--format", "json"], ["explain"]])
    def test_errors_are_told_beside_the_figures(self, tmp_path: Path, root: Path, command: list[str]) -> None:
        """Nobody may take the figures of a refused input for those of a report."""
        wrong = INPUT.read_text(encoding="utf-8").replace("采购:\n", "专项资金合计: {金额: 1 万元}\n采购:\n", 1)
        file = tmp_path / "错.yaml"
        file.write_text(wrong, encoding="utf-8")
        result = run(*command, str(file), "--templates", str(root / "templates"))
        assert result.exit_code == 1
        assert "102.34" in result.stdout
        assert "JX412" in (result.stdout if "json" in command else result.stderr)

    def test_indicators_are_indented_by_what_they_are_part_of(self) -> None:
        text = run("score", str(INPUT)).stdout
        assert "\n预算编制情况 " in text
        assert "\n  预算编制 " in text
        assert "\n    预算编制合理性 " in text
        assert "\n工作受表彰或批评 " in text  # outside the groups: no part of the one above it

    def test_a_template_without_a_scoring_form_says_so(self, root: Path) -> None:
        file = str(root / "inputs" / "jiangmen-gxj-2021.yaml")
        assert "没有评分表" in run("score", file).stdout
        scores = json.loads(run("score", file, "--format", "json").stdout)["result"]
        assert scores == {"total": None, "full": None, "rate": None, "rating": None, "indicators": []}


def without_findings() -> None:
    """Give the input the basis that it lacks, and switch off the checks that find something in it."""
    text = INPUT.read_text("utf-8")
    INPUT.write_text(text.replace("  # 剔除依据：原报告没有写明", "  剔除依据: 某通知\n  # 原报告没有写明"), "utf-8")
    with Path("templates/meizhou/checks.yaml").open("a", encoding="utf-8") as checks:
        checks.write("检查: {事实一致: 关闭, 超额: 关闭, 期间: 关闭, 金额单位: 关闭}\n")


@pytest.mark.usefixtures("here")
class TestCheck:
    def test_json_has_the_promised_keys(self) -> None:
        result = run("check", str(INPUT), "--format", "json")
        assert result.exit_code == 0
        whole = json.loads(result.stdout)
        findings = whole.pop("findings")
        assert whole == {
            "version": 1,
            "program": f"jixiao {__version__}",
            "command": "check",
            "input": [str(INPUT)],
            "result": {"errors": 0, "warnings": 6, "infos": 1},
        }
        assert findings
        for finding in findings:
            assert list(finding) == ["code", "severity", "file", "line", "column", "path", "message", "hint"]
            assert finding["severity"] in ("warning", "info")
            assert finding["file"] == str(INPUT)
            assert isinstance(finding["line"], int)

    def test_json_of_an_input_without_findings_is_an_empty_list(self) -> None:
        without_findings()
        assert json.loads(run("check", str(INPUT), "--format", "json").stdout)["findings"] == []
        assert run("check", str(INPUT)).stdout == "没有发现问题。\n"

    def test_text_shows_every_finding_and_how_many_there_are(self) -> None:
        result = run("check", str(INPUT))
        assert (result.exit_code, result.stderr) == (0, "")
        assert re.search(
            rf"^警告 JX415  {re.escape(str(INPUT))}:\d+:\d+  结转结余\.剔除金额$", result.stdout, re.MULTILINE
        )
        assert "  改法：在「结转结余.剔除依据」写明" in result.stdout
        assert result.stdout.endswith("\n共 6 个警告、1 个提示。\n")

    def test_errors_end_with_1_in_either_form(self) -> None:
        INPUT.write_text(INPUT.read_text("utf-8").replace("计划: 349177 元", "计划: 349177"), "utf-8")
        for shape in ("text", "json"):
            result = run("check", str(INPUT), "--format", shape)
            assert result.exit_code == 1
            assert "JX205" in result.stdout

    def test_a_summary_counts_by_severity(self) -> None:
        codes = [Code(f"JX09{n}", "题", "文。", "", severity) for n, severity in enumerate(Severity, 5)]
        error, warning, info = (code.at(Span("f")) for code in codes)
        assert summary([]) == "没有发现问题。"
        assert summary([warning, error, info, warning]) == "共 1 个错误、2 个警告、1 个提示。"


@pytest.mark.usefixtures("here")
class TestRender:
    def test_says_where_the_report_is_and_what_it_scores(self) -> None:
        result = run("render", str(INPUT))
        assert result.exit_code == 0
        assert result.stdout.splitlines() == [
            f"报告：{Path('outputs') / REPORT}",
            "模板：templates/meizhou（2021）",
            "总分：102.34 / 110（得分率 93.04%），等级：优",
            "检查：共 6 个警告、1 个提示。",
        ]
        assert "警告 JX415" in result.stderr
        assert (Path("outputs") / REPORT).read_bytes().startswith(b"PK")

    @pytest.mark.parametrize(
        ("output", "path"),
        [("我的报告.docx", "我的报告.docx"), ("报送/2022", f"报送/2022/{REPORT}"), ("a.DOCX", "a.DOCX"), (".", REPORT)],
    )
    def test_writes_to_a_file_or_a_folder(self, output: str, path: str) -> None:
        assert run("render", str(INPUT), "-o", output).exit_code == 0
        assert [str(p) for p in Path().rglob("*") if p.suffix.lower() == ".docx" and p.parts[0] != "templates"] == [
            path
        ]

    def test_a_report_without_findings_prints_no_findings(self) -> None:
        without_findings()
        result = run("render", str(INPUT))
        assert result.stderr == ""
        assert result.stdout.endswith("检查：没有发现问题。\n")

    def test_the_templates_folder_that_is_asked_for_is_the_one_that_counts(self, here: Path) -> None:
        Path("templates").rename("别处")
        assert run("render", str(INPUT), "--templates", "别处").exit_code == 0
        Path("空").mkdir()
        result = run("render", str(INPUT), "--templates", "空")
        assert result.exit_code == 1
        assert "JX701" in result.stderr
        assert (here / "outputs" / REPORT).is_file()


@pytest.mark.usefixtures("here")
class TestExplain:
    def test_without_a_name_explains_the_total(self) -> None:
        result = run("explain", str(INPUT))
        assert result.exit_code == 0
        assert result.stdout.startswith("总分 = 102.34  [")
        assert "代入：20+49.66+28.68+4" in result.stdout
        assert run("explain", str(INPUT), "总分").stdout == result.stdout

    def test_an_indicator_leads_down_to_the_lines_of_the_input(self) -> None:
        lines = run("explain", str(INPUT), "结转结余率").stdout.splitlines()
        source = INPUT.read_text("utf-8").splitlines()
        assert lines[0].startswith("结转结余率 = 5  [")
        assert any("代入：1892499.62/86559961.25" in line for line in lines)
        for name, figure in (("年末", "1892499.62"), ("可用资金", "86559961.25")):
            (line,) = [line for line in lines if f"结转结余.{name} = " in line]
            place = re.search(rf"\[{re.escape(str(INPUT))}:(\d+):(\d+)\]$", line)
            assert place
            number, column = int(place[1]), int(place[2])
            assert source[number - 1][column - 1 :].startswith(figure)

    def test_every_line_of_the_tree_has_its_place(self) -> None:
        for line in run("explain", str(INPUT)).stdout.splitlines():
            assert "公式：" in line or "代入：" in line or re.search(r"\[[^\[\]]+:\d+:\d+\](（见上）)?$", line)

    def test_a_rounded_score_shows_its_exact_value(self) -> None:
        text = run("explain", str(INPUT), "专项资金绩效完成情况").stdout
        assert text.startswith("专项资金绩效完成情况 = 9.66")
        assert "四舍五入为 9.66" in text
        assert "9.65925" in text or "9.65926" in text

    def test_a_computed_field_is_explained_too(self) -> None:
        text = run("explain", str(INPUT), "收入.合计").stdout
        assert text.splitlines()[0].startswith("收入.合计 = 8280.03")
        assert text.count(f"[{INPUT}:") == 8

    @pytest.mark.parametrize(
        ("name", "hint"),
        [("结转结余绿", "「结转结余率」"), ("收入.和计", "「收入.合计」"), ("防汛抗旱", "可用的有：预算编制情况")],
    )
    def test_an_unknown_name_is_told_with_near_misses(self, name: str, hint: str) -> None:
        result = run("explain", str(INPUT), name)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert f"没有名为「{name}」的指标或计算字段。" in result.stderr
        assert hint in result.stderr


@pytest.mark.usefixtures("here")
class TestTemplate:
    def test_list_names_the_templates_and_their_folders(self) -> None:
        lines = run("template", "list").stdout.splitlines()
        (line,) = [line for line in lines if line.startswith("meizhou ")]
        assert "梅州市部门整体支出绩效自评报告" in line
        assert "2021" in line
        assert len(run("template", "list", "--templates", "templates").stdout.splitlines()) == 2 + len(
            list(Path("templates").glob("*/template.yaml"))
        )

    def test_list_of_no_folder(self) -> None:
        result = run("template", "list", "--templates", "没有")
        assert (result.exit_code, result.stdout) == (3, "")
        assert "错误 JX711" in result.stderr

    def test_fields_lists_what_can_be_named(self) -> None:
        text = run("template", "fields", "meizhou").stdout
        for name in ("部门.名称", "收入.合计", "结转结余.年末"):
            assert name in text
        result = run("template", "fields", "meizou")
        assert result.exit_code == 1
        assert "「meizhou」" in result.stderr

    @pytest.fixture(autouse=True)
    def _inputs_of_all(self, root: Path, here: Path) -> None:
        # The cases of a template start from its shipped input.
        for file in (root / "inputs").glob("*.yaml"):
            shutil.copy(file, here / "inputs")
        # One case each: all of them run in tests/authoring.
        for folder, name, rating in (("meizhou", "meizhou-gxj-2021", "优"), ("tongyong", "tongyong-whlj-2024", "优")):
            tests = here / "templates" / folder / "tests"
            shutil.rmtree(tests)
            tests.mkdir()
            case = f"填报: ../../../inputs/{name}.yaml\n用例:\n- {{名称: 等级, 等级: {rating}}}\n"
            (tests / "一.yaml").write_text(case, "utf-8")
        for folder in ("jiangmen", "hunan"):
            shutil.rmtree(here / "templates" / folder, ignore_errors=True)

    def test_test_runs_the_cases_of_a_template(self) -> None:
        one = run("template", "test", "meizhou")
        assert one.exit_code == 0
        assert "通过  meizhou  " in one.stdout
        assert re.search(r"共 [1-9]\d* 个用例，0 处不符。\n$", one.stdout)

    def test_test_ends_with_1_where_a_case_does_not_hold(self) -> None:
        file = Path("templates") / "meizhou" / "template.yaml"
        file.write_text(file.read_text("utf-8").replace("总分 ≥ 90", "总分 ≥ 105"), "utf-8")
        result = run("template", "test", "meizhou")
        assert result.exit_code == 1
        assert "不符  meizhou" in result.stdout

    def test_test_runs_those_of_all_though_one_template_is_at_fault(self) -> None:
        (Path("templates") / "tongyong" / "fields.yaml").write_text("年度: {类型: 年纪, 标签: 年度}\n", "utf-8")
        result = run("template", "test", "--templates", "templates")
        assert result.exit_code == 1
        assert "JX707" in result.stdout
        assert "通过  meizhou" in result.stdout

    def test_text_prints_a_layout_as_lines(self) -> None:
        result = run("template", "text", "templates/meizhou/报告.docx")
        assert result.exit_code == 0
        assert "{{" in result.stdout
        assert len(result.stdout.splitlines()) > 50


def test_a_table_pads_by_columns_of_the_terminal() -> None:
    rows = [("名称", "数"), ("甲", "10"), ("a", "5")]
    assert table(rows, right=(1,)) == "名称  数\n────────\n甲    10\na      5"
    assert table([*rows, ("和", "15")], right=(1,), footer=True).splitlines()[-2:] == ["────────", "和    15"]


@pytest.mark.parametrize(
    ("group", "name", "short_help"),
    [(main, name, text) for name, (_, text) in COMMANDS.items()]
    + [(template, name, text) for name, (_, text) in AUTHORING.items()],
)
def test_the_list_of_commands_has_their_own_short_help(group: ChineseGroup, name: str, short_help: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert command.get_short_help_str(120) == short_help


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_the_list_of_commands_loads_none_of_them(option: str) -> None:
    code = (
        "import sys; from generator.cli import main\ntry: main([sys.argv[1]], prog_name='jixiao')\n"
        "except SystemExit: print([name for name in ('generator.pipeline', 'jinja2', 'lxml') if name in sys.modules])"
    )
    process = subprocess.run([sys.executable, "-c", code, option], check=True, capture_output=True, text=True)
    assert process.stdout.splitlines()[-1] == "[]"


class TestDoor:
    """Whatever goes wrong is printed as a finding, never as a traceback."""

    def test_an_error_of_the_program_itself_is_a_finding(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object) -> None:
            raise ZeroDivisionError("坏了")

        monkeypatch.setattr(pipeline, "assess", broken)
        monkeypatch.delenv("JIXIAO_DEBUG", raising=False)
        result = run("score", "x")
        assert result.exit_code == 70
        assert "错误 JX999" in result.stderr
        assert "ZeroDivisionError: 坏了" in result.stderr
        assert "Traceback" not in result.output
        monkeypatch.setenv("JIXIAO_DEBUG", "1")
        assert isinstance(run("score", "x").exception, ZeroDivisionError)

    def test_an_interruption_is_no_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(pipeline, "assess", interrupted)
        result = run("score", "x")
        assert result.exit_code == 130
        assert "已中止。" in result.stderr

    @pytest.mark.parametrize("encoding", ["gbk", "utf-8", ""])
    def test_what_is_piped_is_utf_8_or_what_was_asked_for(self, here: Path, encoding: str) -> None:
        command = [sys.executable, "-m", "generator", "explain", str(INPUT)]
        environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
        process = subprocess.run(command, cwd=here, env=environment, capture_output=True, check=False)
        assert process.returncode == 0
        printed = process.stdout.decode(encoding or "utf-8")
        assert printed.startswith("总分 = 102.34")
        assert "≤" in printed


def test_a_report_is_written_as_docx_only(tmp_path: Path) -> None:
    """「-o 报告.pdf」 must not make a folder of that name."""
    result = run("render", str(INPUT), "-o", str(tmp_path / "报告.pdf"))
    assert result.exit_code == 2
    assert "报告只写成 .docx" in result.stderr
    assert list(tmp_path.iterdir()) == []


class TestHardSituations:
    """Whatever surrounds the program: it ends with a documented code and a message of its own."""

    def end(self, command: str, cwd: Path) -> tuple[int, str]:
        program = f"{sys.executable} -m generator"
        done = subprocess.run(
            ["bash", "-c", command.replace("jixiao", program)],
            cwd=cwd, capture_output=True, text=True, errors="replace", timeout=60, check=False,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    @pytest.mark.skipif(os.name == "nt", reason="a shell of Unix")
    @pytest.mark.parametrize(
        ("command", "code", "said"),
        [
            ("jixiao check 填.yaml > /dev/full", 3, "JX998"),
            ("mkdir d; cd d; rmdir ../d; jixiao template list", 3, "当前文件夹已经删去"),
            ("mkfifo f.docx; jixiao template text f.docx", 3, "JX500"),
            ("mkfifo f.yaml; jixiao check f.yaml", 3, "f.yaml"),
            ("jixiao render 填.yaml --time-limit inf", 2, "要写大于 0 的数"),
            ("jixiao render 填.yaml --report /tmp", 2, "要写一个文件，"),
            ("jixiao render 填.yaml --force=1", 2, "不带值"),
            ("jixiao diff 填.yaml 填.yaml --redline r.docx --author $'\\a'", 2, "「\\u0007」里有控制字符"),
            ("jixiao check $'\\e[2J\\u202e.yaml'", 3, "\\u001b[2J\\u202e.yaml"),
            ("cp 填.yaml $'in\\xf7\\xd6.yaml'; jixiao review $'in\\xf7\\xd6.yaml' -o r.html", 0, "审核页"),
            ("cp 填.yaml $'in\\xf7\\xd6.yaml'; jixiao audit $'in\\xf7\\xd6.yaml' -o 复核", 0, "in\\udcf7\\udcd6.yaml"),
        ],
    )
    def test_is_told(self, tmp_path: Path, command: str, code: int, said: str) -> None:
        shutil.copy(INPUT, tmp_path / "填.yaml")
        found, told = self.end(command, tmp_path)
        assert (found, "JX999" in told) == (code, False), told
        assert said in told
