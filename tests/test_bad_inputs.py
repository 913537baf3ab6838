"""The bad inputs of real life, each through the real command: code, exact place, Chinese message and hint, exit status.

Every case is the Meizhou input with one textual change. What the change is says where the fault is expected, so the
places are counted here and not copied from what the program prints.
"""

from __future__ import annotations

import errno
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from generator.cli import main

INPUT = Path("inputs") / "meizhou-gxj-2021.yaml"
REPORT = Path("outputs") / "梅州市工业和信息化局2021年度部门整体支出绩效自评报告.docx"
OLD_REPORT = "上一次的报告".encode()
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Fault:
    """A change of the input, what is to be found, and the piece of the new text that the finding is to point at."""

    id: str
    old: str
    new: str
    code: str
    at: str
    hint: str = ""

    def applied(self, text: str) -> tuple[str, int, int]:
        """The changed text; the line and the column of the fault in it, from 1."""
        assert text.count(self.old) == 1, f"「{self.old}」 must stand in the input exactly once"
        start = text.index(self.old) + self.new.index(self.at)
        changed = text.replace(self.old, self.new)
        before = changed[:start]
        return changed, before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1


FAULTS = [
    Fault("tab", "  简称: 梅州市工信局\n", "\t简称: 梅州市工信局\n", "JX109", "\t", "半角空格"),
    Fault("ideographic-space", "  简称: 梅州市工信局\n", "　简称: 梅州市工信局\n", "JX109", "　", "半角空格"),
    Fault("full-width-colon", "年度: 2021\n", "年度：2021\n", "JX110", "：", "年度: "),
    Fault("full-width-colon-below", "  简称: 梅州市工信局", "  简称：梅州市工信局", "JX110", "：", "简称: "),
    Fault("colon-without-space", "年度: 2021\n", "年度:2021\n", "JX111", ":", "空格"),
    Fault("duplicate-key", "年度: 2021\n", "年度: 2021\n年度: 2022\n", "JX113", "年度: 2022", "只写一次"),
    Fault(
        "duplicate-below", "  预算: 37 万元\n", "  预算: 37 万元\n  预算: 38 万元\n", "JX113", "预算: 38", "只写一次"
    ),
    Fault("anchor", "简称: 梅州市工信局", "简称: &局 梅州市工信局", "JX114", "&局", "英文双引号"),
    Fault("alias", "简称: 梅州市工信局", "简称: *局", "JX114", "*局", "英文双引号"),
    Fault("tag", "年度: 2021\n", "年度: !!int 2021\n", "JX115", "!!int", "标签"),
    Fault("merge-key", "  简称: 梅州市工信局", "  <<: {简称: 局}\n  简称: 梅州市工信局", "JX116", "<<", "照写"),
    Fault("second-document", "  工作受表彰或批评:\n", "---\n  工作受表彰或批评:\n", "JX118", "---", "分成两个文件"),
    Fault("control-character", "简称: 梅州市工信局", "简称: 梅州市\x07工信局", "JX108", "\x07", "删去"),
    Fault("zero-width-space", "简称: 梅州市工信局", "简称: 梅州市\u200b工信局", "JX108", "\u200b", "删去"),
    Fault("bidi-override", "简称: 梅州市工信局", "简称: \u202e梅州市工信局", "JX108", "\u202e", "删去"),
    Fault(
        "list-for-group",
        "三公经费:\n  预算: 37 万元\n  实际: 118966.46 元",
        "三公经费:\n  - 37 万元",
        "JX204",
        "- 37",
        "预算",
    ),
    Fault(
        "text-for-group", "三公经费:\n  预算: 37 万元\n  实际: 118966.46 元", "三公经费: 37 万元", "JX204", "37", "预算"
    ),
    Fault("list-for-value", "简称: 梅州市工信局", "简称: [梅州市工信局]", "JX204", "[", "直接写"),
    Fault("group-for-value", "计划: 349177 元", "计划: {金额: 349177 元}", "JX204", "{", "直接写"),
    Fault("misspelt-top", "\n绩效目标:\n", "\n绩效目表:\n", "JX201", "绩效目表", "「绩效目标」"),
    Fault("misspelt-nested", "  简称: 梅州市工信局", "  简你: 梅州市工信局", "JX201", "简你", "「简称」"),
    Fault("misspelt-in-row", "125.00 万元, 自评分: 98}", "125.00 万元, 自平分: 98}", "JX201", "自平分", "「自评分」"),
    Fault("misspelt-part", "\n指标:\n", "\n指票:\n", "JX201", "指票", "「指标」"),
    Fault(
        "misspelt-entry", "  数据质量:\n    自评分: 2", "  数据质量:\n    自评份: 2", "JX201", "自评份", "「自评分」"
    ),
    Fault("misspelt-template-key", "模板: meizhou", "模版: meizhou", "JX702", "模版", "「模版」"),
    Fault("no-such-field", "年度: 2021\n", "年度: 2021\n电子邮箱: 无\n", "JX201", "电子邮箱", "可用的有"),
    Fault("no-unit", "计划: 349177 元", "计划: 349177", "JX205", "349177", "349177 元"),
    Fault("unknown-unit", "计划: 349177 元", "计划: 349177 圆", "JX206", "349177", "元"),
    Fault("text-for-amount", "计划: 349177 元", "计划: 待定", "JX207", "待定", "125.00 万元"),
    Fault("text-for-score", "125.00 万元, 自评分: 98}", "125.00 万元, 自评分: 优秀}", "JX207", "优秀", "98"),
    Fault("text-for-count", "项数: 6项", "项数: 若干项", "JX207", "若干", "6 项"),
    Fault("two-numbers", "计划: 349177 元", "计划: 349177 元至 35 万元", "JX207", "349177", "一个数字"),
    Fault("negative-amount", "计划: 349177 元", "计划: -349177 元", "JX208", "-349177", "不能是负数"),
    Fault("negative-count", "项数: 6项", "项数: -6项", "JX208", "-6", "不能是负数"),
    Fault("above-bound", "数值: 96.69%", "数值: 196.69%", "JX209", "196.69%", "核对"),
    Fault("rate-without-sign", "数值: 96.69%", "数值: 0.9669", "JX212", "0.9669", "96.69%"),
    Fault("half-a-person", "项数: 6项", "项数: 6.5项", "JX213", "6.5", "核对"),
    Fault("impossible-date", "盘点日期: 2021-12-31", "盘点日期: 2021-02-30", "JX210", "2021-02-30", "2021-12-31"),
    Fault("date-in-words", "盘点日期: 2021-12-31", "盘点日期: 年底", "JX210", "年底", "2021-12-31"),
    Fault("not-a-year", "年度: 2021\n", "年度: 21\n", "JX214", "21", "2021"),
    Fault(
        "not-a-choice",
        "推动铜箔行业发展\n    进展: 按计划推进",
        "推动铜箔行业发展\n    进展: 按计画推进",
        "JX211",
        "按计画",
        "「按计划推进」",
    ),
    Fault("missing-fact", "  项数: 6项\n  内容: 审计", "  内容: 审计", "JX202", "内容: 审计", "6 项"),
    Fault("blank-fact", "计划: 349177 元", "计划:", "JX202", "计划", "349177 元"),
    Fault(
        "missing-group",
        "\n三公经费:\n  预算: 37 万元\n  实际: 118966.46 元\n",
        "\n三公经费:\n",
        "JX202",
        "三公经费",
        "预算",
    ),
    Fault(
        "missing-in-group", "  基本支出: 4111.99 万元\n  项目支出", "  项目支出", "JX202", "项目支出", "4111.99 万元"
    ),
    Fault("unknown-indicator", "  数据质量:\n", "  数据质良:\n", "JX215", "数据质良", "「数据质量」"),
    Fault("group-as-indicator", "  数据质量:\n", "  资产管理: {}\n  数据质量:\n", "JX216", "资产管理", "数据质量"),
    Fault(
        "unknown-item", "      绩效目标公开:\n", "      绩效目标公示:\n", "JX217", "绩效目标公示", "「绩效目标公开」"
    ),
    Fault(
        "unknown-conclusion",
        "管理制度:\n        结论: 符合\n",
        "管理制度:\n        结论: 符和\n",
        "JX218",
        "符和",
        "「符合」",
    ),
    Fault("above-weight", "  资产盘点情况:\n    自评分: 1", "  资产盘点情况:\n    自评分: 2", "JX219", "2", "最高为 1"),
    Fault(
        "items-where-none-are",
        "  数据质量:\n",
        "  数据质量:\n    要点: {完整: {结论: 符合}}\n",
        "JX220",
        "{完整",
        "说明",
    ),
    Fault(
        "no-judgement",
        "  资产配置合规性:\n    自评分: 2\n    说明: 局本部及",
        "  资产配置合规性:\n    说明: 局本部及",
        "JX221",
        "资产配置合规性",
        "0 与 2 之间",
    ),
    Fault(
        "no-conclusion",
        "        结论: 符合\n        说明: 已制定固定资产",
        "        说明: 已制定固定资产",
        "JX222",
        "说明",
        "结论",
    ),
    Fault("unknown-template", "模板: meizhou", "模板: meizou", "JX701", "meizou", "「meizhou」"),
    Fault("template-as-path", "模板: meizhou", "模板: ../templates/meizhou", "JX701", "../", "meizhou"),
    Fault("blank-template", "模板: meizhou", "模板: ~", "JX702", "~", "模板: "),
    Fault("zero-divisor", "可用资金: 86559961.25 元", "可用资金: 0 元", "JX307", "0 元", "核对"),
    Fault("text-names-nothing", "于{{ 资产.盘点日期 }}按", "于{{ 资产.盘点日 }}按", "JX403", "盘点日 ", "「盘点日期」"),
    Fault("text-in-quotes", '"{{ 年度 }}年的群众', '"{{ 年渡 }}年的群众', "JX403", "年渡", "「年度」"),
    Fault(
        "text-prints-wrongly", "于{{ 资产.盘点日期 }}按", "于{{ 资产.盘点日期 | 日其 }}按", "JX404", "日其", "「日期」"
    ),
    Fault(
        "text-loops", "市政府部署和年度重点", "{% for x in 重点工作 %}{% endfor %}重点", "JX402", "{% for", "只能引用"
    ),
    Fault("text-not-closed", "于{{ 资产.盘点日期 }}按", "于{{ 资产.盘点日期 按", "JX401", "{{ 资产", "花括号"),
    Fault(
        "total-differs",
        "  其他收入: 0.43 万元\n",
        "  其他收入: 0.43 万元\n  合计: 8280.30 万元\n",
        "JX412",
        "8280.30",
        "核对",
    ),
    Fault("score-differs", "按规定盘点资产。", "按规定盘点资产，自评得2分。", "JX413", "自评得2分", "核对"),
]

TOGETHER = (
    "full-width-colon",
    "control-character",
    "misspelt-in-row",
    "misspelt-top",
    "no-unit",
    "text-for-count",
    "impossible-date",
    "above-bound",
    "not-a-choice",
    "list-for-group",
    "missing-in-group",
    "unknown-indicator",
    "unknown-item",
    "above-weight",
    "no-judgement",
    "no-conclusion",
)
"""Faults of different kinds and stages, which do not touch the same lines."""

OF_EACH_STAGE = ("tab", "unknown-template", "no-unit", "above-weight", "zero-divisor", "text-loops", "total-differs")
"""Reading, finding the template, accepting, scoring, narrating, checking."""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def errors_of(result: Result) -> list[dict[str, Any]]:
    return [finding for finding in json.loads(result.stdout)["findings"] if finding["severity"] == "error"]


@pytest.fixture
def here(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workplace with the report of an earlier run in it, as the current folder."""
    monkeypatch.chdir(workplace)
    REPORT.parent.mkdir()
    REPORT.write_bytes(OLD_REPORT)
    return workplace


def assert_nothing_changed() -> None:
    assert [path.name for path in REPORT.parent.iterdir()] == [REPORT.name]
    assert REPORT.read_bytes() == OLD_REPORT


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_fault_is_told_with_its_code_its_place_and_how_to_mend_it(fault: Fault) -> None:
    changed, line, column = fault.applied(INPUT.read_text("utf-8"))
    INPUT.write_text(changed, "utf-8")

    result = run("check", str(INPUT), "--format", "json")
    assert result.exit_code == 1
    (error,) = errors_of(result)
    assert (error["code"], error["file"], error["line"], error["column"]) == (fault.code, str(INPUT), line, column)
    assert CHINESE.search(error["message"])
    assert CHINESE.search(error["hint"])
    assert fault.hint in error["hint"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("fault", [one for one in FAULTS if one.id in OF_EACH_STAGE], ids=lambda fault: fault.id)
def test_render_tells_the_same_and_writes_nothing(fault: Fault) -> None:
    changed, line, column = fault.applied(INPUT.read_text("utf-8"))
    INPUT.write_text(changed, "utf-8")
    rendered = run("render", str(INPUT))
    assert rendered.exit_code == 1
    assert rendered.stdout == ""
    assert f"错误 {fault.code}  {INPUT}:{line}:{column}" in rendered.stderr
    assert "Traceback" not in rendered.stderr
    assert_nothing_changed()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("data", "code", "line", "said"),
    [
        (b"", "JX107", 0, "没有任何内容"),
        ("# 只有注释\n".encode(), "JX107", 0, "只有注释"),
        ("- 年度: 2021\n- 部门: 局\n".encode(), "JX121", 1, "一个列表"),
        ("梅州市工业和信息化局".encode(), "JX121", 1, "一段文字"),
        ("模板: meizhou\n年度: 2021".encode("utf-16"), "JX104", 0, "UTF-16"),
        (b"PK\x03\x04\x00\x00", "JX105", 1, "空字节"),
    ],
)
def test_a_file_that_is_no_input_at_all(data: bytes, code: str, line: int, said: str) -> None:
    INPUT.write_bytes(data)
    for command in ("render", "score", "check", "explain"):
        result = run(command, str(INPUT))
        assert result.exit_code == 1
        assert code in result.output
        assert said in result.output
        assert (f"{INPUT}:{line}:" in result.output) == bool(line)
    assert_nothing_changed()


@pytest.mark.usefixtures("here")
def test_gbk_is_named_with_its_first_chinese_line() -> None:
    text = "# yaml\n" + INPUT.read_text("utf-8").replace("\ufeff", "").partition("\n")[2]
    INPUT.write_bytes(text.encode("gb18030"))
    (error,) = errors_of(run("check", str(INPUT), "--format", "json"))
    first = next(number for number, line in enumerate(text.splitlines(), 1) if CHINESE.search(line))
    assert (error["code"], error["line"]) == ("JX103", first)
    assert error["column"] == CHINESE.search(text.splitlines()[first - 1]).start() + 1  # type: ignore[union-attr]
    assert "像是 GBK" in error["message"]
    assert "UTF-8" in error["hint"]
    assert run("render", str(INPUT)).exit_code == 1
    assert_nothing_changed()


@pytest.mark.usefixtures("here")
def test_every_fault_of_a_file_is_told_in_one_run() -> None:
    text = INPUT.read_text("utf-8")
    chosen = [fault for fault in FAULTS if fault.id in TOGETHER]
    for fault in chosen:
        text, _, _ = fault.applied(text)
    INPUT.write_text(text, "utf-8")
    # Lines move as changes are made above them: look every place up in the finished text.
    expected = set()
    for fault in chosen:
        start = text.index(fault.new) + fault.new.index(fault.at)
        before = text[:start]
        expected.add((fault.code, before.count("\n") + 1, start - before.rfind("\n")))
    errors = errors_of(run("check", str(INPUT), "--format", "json"))
    assert len(chosen) == len(TOGETHER)
    assert {(error["code"], error["line"], error["column"]) for error in errors} == expected
    places = [(error["line"], error["column"]) for error in errors]
    assert places == sorted(places)
    stderr = run("render", str(INPUT)).stderr
    assert f"共 {len(errors)} 个错误。" in stderr
    assert_nothing_changed()


@pytest.mark.usefixtures("here")
def test_the_line_is_shown_with_a_caret_below_the_value() -> None:
    INPUT.write_text(INPUT.read_text("utf-8").replace("计划: 349177 元", "计划: 349177 圆"), "utf-8")
    lines = run("render", str(INPUT)).stderr.splitlines()
    shown = next(number for number, line in enumerate(lines) if "| " in line and "圆" in line)
    # 「计划: 」 is four characters wide in full width, two in half width.
    assert lines[shown].endswith("|   计划: 349177 圆")
    assert lines[shown + 1].strip() == "^" * (len("349177 ") + 2)
    assert lines[shown + 1].index("^") == lines[shown].index("349177") + 2


@pytest.mark.usefixtures("here")
def test_a_missing_input_and_a_folder_end_with_3() -> None:
    for path, why in (("没有.yaml", "没有这个文件"), ("inputs", "这是一个文件夹")):
        # The others take folders: every input in them.
        for command in ("explain", *(["score", "check", "render"] if path == "没有.yaml" else [])):
            result = run(command, path)
            assert result.exit_code == 3
            assert result.stdout == ""
            assert f"错误 JX101  {path}" in result.stderr
            assert why in result.stderr
    assert_nothing_changed()


@pytest.mark.usefixtures("here")
def test_an_output_that_cannot_be_written_ends_with_3() -> None:
    Path("占用").write_text("一个文件", "utf-8")
    for output, why in (
        ("占用", "已有一个文件"),
        ("占用/报告.docx", "已有一个文件"),
        ("占用/下/报告.docx", "不是文件夹"),
    ):
        result = run("render", str(INPUT), "-o", output)
        assert result.exit_code == 3
        assert "错误 JX601" in result.stderr
        assert why in result.stderr
        assert "改法" in result.stderr
    assert Path("占用").read_text("utf-8") == "一个文件"
    assert_nothing_changed()


@pytest.mark.usefixtures("here")
def test_a_read_only_folder_ends_with_3(monkeypatch: pytest.MonkeyPatch) -> None:
    # Not by real permissions: who runs the tests as root may write everywhere.
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    result = run("render", str(INPUT))
    assert result.exit_code == 3
    assert "没有写入的权限" in result.stderr
    assert "denied" not in result.stderr
    assert_nothing_changed()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["render"],
        ["score", str(INPUT), "--format", "xml"],
        ["explain", str(INPUT), "总分", "多余"],
        ["check", str(INPUT), "--formt", "json"],
        ["render", str(INPUT), "-o"],
        ["rendr", str(INPUT)],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert CHINESE.search(result.output)
    assert "Usage" not in result.output
    assert "Error" not in result.output
    assert_nothing_changed()


@pytest.mark.parametrize("id_", ["misspelt-nested", "zero-divisor"])
def test_the_same_in_a_process_of_its_own(here: Path, id_: str) -> None:
    fault = next(fault for fault in FAULTS if fault.id == id_)
    changed, line, column = fault.applied(INPUT.read_text("utf-8"))
    INPUT.write_text(changed, "utf-8")
    process = subprocess.run(
        [sys.executable, "-m", "generator", "render", str(INPUT)], cwd=here, capture_output=True, check=False
    )
    stderr = process.stderr.decode("utf-8")
    assert process.returncode == 1
    assert process.stdout == b""
    assert f"错误 {fault.code}  {INPUT}:{line}:{column}" in stderr
    assert "Traceback" not in stderr
    assert_nothing_changed()


def test_a_process_of_its_own_that_cannot_write_ends_with_3(here: Path) -> None:
    Path("占用").write_text("", "utf-8")
    command = [sys.executable, "-m", "generator", "render", str(INPUT), "-o", "占用"]
    process = subprocess.run(command, cwd=here, capture_output=True, check=False)
    assert process.returncode == 3
    assert "JX601" in process.stderr.decode("utf-8")
    assert "Traceback" not in process.stderr.decode("utf-8")
