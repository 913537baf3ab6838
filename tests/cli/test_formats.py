"""Commands among other programs: several filings, the standard input, JSON, SARIF and GitHub's annotations."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

from generator import pipeline
from generator.base.diagnostics import width
from generator.cli import main
from tests.small_template import small

INPUT = Path("inputs") / "meizhou-gxj-2021.yaml"
BROKEN = Path("inputs") / "坏.yaml"


@pytest.fixture(autouse=True)
def broken(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second filing, which lacks a unit."""
    monkeypatch.chdir(workplace)
    BROKEN.write_text(INPUT.read_text("utf-8").replace("计划: 349177 元", "计划: 349177"), "utf-8")


def run(*words: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="jixiao", input=stdin)


def told(*words: object) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(run(*words, "--format", "json").stdout)
    assert list(whole) == ["version", "program", "command", "input", "result", "findings"]
    return whole


@pytest.mark.parametrize("named", [["inputs"], ["inputs/*.yaml"], [INPUT, BROKEN, BROKEN]])
def test_several_are_checked_and_one_does_not_stop_the_others(named: list[object]) -> None:
    result = run("check", *named)
    assert result.exit_code == 1
    assert f"{INPUT}  共 6 个警告、1 个提示。" in result.stdout
    assert f"{BROKEN}  共 1 个错误" in result.stdout
    assert "\n2 份填报，" in result.stdout


def test_what_is_not_there_is_told_beside_the_others() -> None:
    whole = told("score", "没有.yaml", INPUT, BROKEN)
    assert [one["input"] for one in whole["result"]] == [str(INPUT)]
    assert {one["code"] for one in whole["findings"] if one["severity"] == "error"} == {"JX101", "JX205"}
    assert run("score", "没有.yaml", INPUT).exit_code == 3
    assert run("check", "没有*.yaml").exit_code == 3


def test_the_standard_input_is_a_filing_too() -> None:
    data = INPUT.read_bytes()
    result = run("check", "-", "--stdin-filename", "inputs/正在写.yaml", stdin=data)
    assert result.exit_code == 0
    assert result.stdout.count("inputs/正在写.yaml:") == 7
    assert "102.34" in run("score", "-", "--stdin-filename", "inputs/正在写.yaml", stdin=data).stdout
    piped = run("render", "-", "--stdin-filename", INPUT, "-o", "由管道.docx", stdin=data)
    assert piped.exit_code == 0
    assert Path("由管道.docx").read_bytes() == next(iter(pipeline.prepare(INPUT).files.values()))
    assert run("check", "-", INPUT).exit_code != 0


def test_warnings_may_count_as_failures() -> None:
    assert run("check", INPUT).exit_code == 0
    assert run("check", INPUT, "--fail-on", "warning").exit_code == 1


def test_a_failure_is_told_in_the_form_that_was_asked_for() -> None:
    result = run("score", BROKEN, "--format", "json")
    whole = json.loads(result.stdout)
    assert (result.exit_code, result.stderr, whole["result"]) == (1, "", None)
    assert "JX205" in [one["code"] for one in whole["findings"]]


@pytest.mark.parametrize(
    "words",
    [["audit", INPUT, "-o", "甲.docx/下"], ["diff", INPUT, INPUT, "--redline", "甲.docx/修订.docx"]],
)
def test_a_program_gets_one_answer_also_where_a_file_cannot_be_written(words: list[object]) -> None:
    Path("甲.docx").write_bytes(b"PK")
    whole = told(*words)
    assert (whole["result"], [one["code"] for one in whole["findings"]]) == (None, ["JX601"])


@pytest.mark.parametrize(
    ("error", "code", "told_as"), [(RuntimeError("甲"), 70, "JX999"), (OSError(28, "full"), 3, "JX998")]
)
def test_what_nobody_foresaw_is_told_in_the_form_that_was_asked_for(
    error: Exception, code: int, told_as: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "assess", fail)
    result = run("score", INPUT, "--format", "json")
    assert (result.exit_code, result.stderr) == (code, "")
    assert [one["code"] for one in json.loads(result.stdout)["findings"]] == [told_as]
    assert told_as in run("score", INPUT).stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
@pytest.mark.parametrize("command", ["check {}", "template fields meizhou --format json"])
def test_a_reader_that_stops_is_no_error(command: str) -> None:
    words = [sys.executable, "-m", "generator", *command.format(INPUT).split()]
    program = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert program.stdout is not None
    program.stdout.close()
    _, said = program.communicate(timeout=60)
    assert (program.returncode, said) == (0, b"")


def test_other_commands_speak_json_too() -> None:
    (trace,) = told("explain", INPUT, "结转结余率")["result"]
    assert (trace["name"], trace["file"]) == ("结转结余率", "templates/meizhou/indicators.yaml")
    assert trace["inputs"]
    assert "meizhou" in [one["name"] for one in told("template", "list")["result"]]
    assert "收入.合计" in [one["name"] for one in told("template", "fields", "meizhou")["result"]]


def test_sarif_has_rules_and_places() -> None:
    log = json.loads(run("check", BROKEN, "--format", "sarif").stdout)
    (found,) = log["runs"]
    (result,) = [one for one in found["results"] if one["level"] == "error"]
    assert result["ruleId"] == found["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "JX205"
    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "inputs/%E5%9D%8F.yaml"
    region = place["physicalLocation"]["region"]
    line = BROKEN.read_text("utf-8").splitlines()[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "349177"


def test_annotations_are_one_line_each_and_escaped() -> None:
    lines = run("check", INPUT, "--format", "github").stdout.splitlines()
    assert len(lines) == 7
    assert all(
        line.startswith(("::warning file=inputs/meizhou-gxj-2021.yaml,line=", "::notice file=")) for line in lines
    )
    assert "260%25" in "".join(lines)


@pytest.mark.parametrize("columns", [100, 80, 50])
def test_help_is_laid_out_by_what_a_terminal_shows(columns: int) -> None:
    for command in ([], ["render"], ["score"], ["template", "new"]):
        lines = CliRunner().invoke(main, [*command, "--help"], terminal_width=columns).stdout.splitlines()
        # A mark that may begin no line may stand one over.
        assert max(map(width, lines)) <= columns + 2
        options = lines[lines.index("选项:") + 1 :]
        meanings = [re.match(r" +-\S.*?\S {2,}", line) for line in options]
        assert len({width(found[0]) for found in meanings if found is not None}) == 1


def test_a_file_goes_to_the_standard_output_and_what_is_said_to_the_other() -> None:
    made = run("render", INPUT, "-o", "-")
    assert made.stdout_bytes.startswith(b"PK")
    assert "报告：标准输出\n" in made.stderr
    run("render", INPUT, "-o", "甲.docx")
    assert Path("甲.docx").read_bytes() == made.stdout_bytes
    assert run("verify", "-", stdin=made.stdout_bytes).exit_code == 0
    scores = run("score", INPUT, "--format", "xlsx", "-o", "-", "--quiet")
    assert scores.stdout_bytes.startswith(b"PK")
    assert scores.stderr == ""
    for words in (["render", INPUT, "--pdf"], ["render", "inputs"]):
        assert run(*words, "-o", "-").exit_code == 2


def test_workbooks_in_folders_are_filings_unless_the_yaml_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = small(tmp_path / "小", "名称: {类型: 文字, 标签: 名称}\n人数: {类型: 整数, 标签: 人数}\n")
    monkeypatch.chdir(form.folder)
    filing = form.write("年度: 2021\n名称: 某局\n人数: 很多\n")
    Path("inputs").mkdir()
    assert run("convert", filing, "inputs/局.xlsx").exit_code == 0
    assert "inputs/局.xlsx!" in run("check", "inputs").stdout
    filing.rename("inputs/局.yaml")
    assert [line for line in run("check", "inputs/*").stdout.splitlines() if "局.xlsx" in line] == []


def test_of_many_findings_of_one_kind_the_first_are_listed() -> None:
    text = INPUT.read_text("utf-8")
    BROKEN.write_text(text + "".join(f"多余{number}: 一\n" for number in range(25)), "utf-8")
    few, all_of_them = run("check", BROKEN), run("check", BROKEN, "-v")
    assert few.stdout.count("错误 JX201") == 5
    assert "还有 20 个没有列出" in few.stdout
    assert all_of_them.stdout.count("错误 JX201") == 25
    assert few.stdout.splitlines()[-1] == all_of_them.stdout.splitlines()[-1]


def test_quiet_says_what_keeps_a_report_from_being_written_only() -> None:
    assert run("check", INPUT, "-q").output == ""
    assert "JX422" in run("check", INPUT, "-q", "--fail-on", "warning").stdout
    assert "JX205" in run("render", BROKEN, "-q").stderr
    assert run("check", INPUT, "-q", "-v").exit_code == 2


def test_verify_finds_the_input_where_render_was_run() -> None:
    Path("二〇二一").mkdir()
    moved = INPUT.rename(Path("二〇二一") / INPUT.name)
    run("render", moved, "-o", "写出/甲.docx")
    assert "现行" in run("verify", "写出/甲.docx").stdout


def test_the_hook_runs_what_it_names() -> None:
    (hook,) = YAML(typ="safe").load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text("utf-8"))
    program, *words = hook["entry"].split()
    assert (program, hook["language"]) == ("jixiao", "python")
    assert re.search(hook["files"], INPUT.as_posix())
    assert run(*words, INPUT).exit_code == 0
