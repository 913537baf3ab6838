"""The Jiangmen report as a whole: its text, its computed figures, its tables and package, and what the checks find."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.table import Table
from openxml_audit import OpenXmlValidator

import generator
from tests.reading_word import text_of

ROOT = Path(__file__).resolve().parents[2]
INPUT = ROOT / "inputs" / "jiangmen-gxj-2021.yaml"
GOLDEN = Path(__file__).with_name("jiangmen.txt")
TARGETS = ROOT / "tests" / "base" / "targets.csv"
NAME = "江门市工业和信息化局2021年度部门整体支出绩效自评报告.docx"

MONEY = [
    "| 部门整体支出 | 5463 | 2841.5 | 8304.5 | 8287.07 | 99.79% |",
    "| 工业扶持专项资金 | 4320 | 2720.8 | 7040.8 | 7040.8 | 100% |",
    "| 工业发展管理经费 | 1007 | 120.7 | 1127.7 | 1114.44 | 98.82% |",
    "| 专项业务支出 | 119 | 0 | 119 | 114.84 | 96.5% |",
    "| 大型修缮 | 17 | 0 | 17 | 16.99 | 99.94% |",
]

# What only the program may write: these figures stand nowhere in the input.
COMPUTED = ["5463", "2841.5", "8304.5", "8287.07", "99.79%", "98.82%", "96.5%", "99.94%", "13项", "81项", "79项"]

UNMET = {"5G应用示范项目": "0个", "5G示范园区": "0个"}
FAR_OVER = {
    "新增认定总部企业数量": "4家",
    "拉动总部企业主营业务收入增长额度": "21.58亿元",
    "财政贡献额度增长额度": "3.11亿元",
    "地方财政贡献额度增长额度": "7506.95万元",
    "推动企业实现主营业务倍增的数量": "16家",
    "推动企业获省级企业技术中心认定的数量": "10家",
    "扶持省级企业技术中心开展创新能力建设的数量": "7家",
    "带动企业投入创新研发资金金额": "≥5000万元",
    "建设能源管理中心数量": "4家",
    "全市省产业园完成规模以上工业增加值": "316.78亿元",
    "全市省产业园全口径税收增速": "10.7%",
    "印刷宣传册数量": "7000本",
    "组织工业设计师走进产业集群活动次数": "10场",
    "2021年江门大型产业集聚区完成规上工业总产值": "3199亿元",
}
ONLY_BOUNDS = {
    "带动企业投入创新研发资金金额": "≥5000万元",
    "工业设计作品成果转化数量": "≥8件",
    "参会人数": "＞150人",
}
COPIED = {"“江门工信”微信公众号更新频率": "≥3次/周"}
QUALITATIVE = {"安全隐患": "消除, 实际", "同一地点修缮后发生问题时间": "间隔5年"}
OTHER_FIGURES = {
    "全年有471家工业企业": "471家",
    "清洁生产审核全年验收企业": "52家",
    "标杆示范项目实施6个": "6个，新会",
    "第四批总部企业新认定": "5家，已认定",
    "首批有10家企业": "10家企业的",
}
"""What the texts say otherwise than the table: words of the line, and the figure."""
OTHER_UNITS = {"参会企业人数": "1000人", "参训企业高层管理人员数量": "102人"}

Found = set[tuple[int, int, str]]
"""Findings as line, column (from 1) and the words of the message that say what it is."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generator.render(INPUT, tmp_path_factory.mktemp("report")).path


@pytest.fixture(scope="module")
def text(report: Path) -> str:
    return text_of(report)


@pytest.fixture(scope="module")
def tables(report: Path) -> list[Table]:
    """The money table, the target table, the appendix (the cover is laid out in a table as well)."""
    document = Document(str(report))
    return list(document.tables)[1:]


@pytest.fixture
def copy(workplace: Path) -> Path:
    """A copy of the input, free to be changed."""
    return Path(shutil.copy(INPUT, workplace / "inputs" / INPUT.name))


def change(file: Path, old: str, new: str) -> None:
    """One change of the input, at the one place where ``old`` stands."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), encoding="utf-8")


def printed(file: Path) -> str:
    return text_of(generator.render(file, file.parent / "out").path)


def rows_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|")]


class TestText:
    def test_name(self, report: Path) -> None:
        assert report.name == NAME

    def test_golden(self, text: str, golden: Callable[[Path, str], None]) -> None:
        golden(GOLDEN, text)

    @pytest.mark.parametrize("figure", COMPUTED)
    def test_figure_is_computed(self, text: str, figure: str) -> None:
        assert figure not in INPUT.read_text(encoding="utf-8")
        assert figure in text

    def test_money_table(self, text: str) -> None:
        rows = rows_of(text)
        start = rows.index(MONEY[0])
        assert rows[start : start + len(MONEY)] == MONEY

    def test_counts_in_prose(self, text: str) -> None:
        assert "承担重点工作任务13项，已完成13项，重点工作完成率为100%" in text
        counts = "共设绩效指标81项：实际完成值达到目标值的79项，未达到目标值的2项（5G应用示范项目、5G示范园区）。"
        assert counts in text
        assert "无法比较的" not in text

    def test_counts_below_the_appendix(self, text: str) -> None:
        counts = "已完成79项，未完成2项；超出目标值逾30%的14项"
        assert rows_of(text)[-1].endswith(f"| 81项 | {' | '.join([counts] * 5)} |")

    def test_the_score_is_said_to_be_reported(self, text: str) -> None:
        assert "申报自评得分97.5分，绩效等级为“优”" in text


class TestTables:
    def test_all_targets_as_printed(self, tables: list[Table]) -> None:
        with TARGETS.open(encoding="utf-8", newline="") as file:
            wanted = [
                [row["三级指标"], row["目标值"].replace("≧", "≥"), row["实际完成值"].replace("≧", "≥")]
                for row in csv.DictReader(file)
            ]
        assert len(wanted) == 81
        assert [[cell.text for cell in row.cells[3:]] for row in tables[1].rows[1:]] == wanted
        assert [[cell.text for cell in row.cells[2:5]] for row in tables[2].rows[1:-1]] == wanted

    @pytest.mark.parametrize("number", [1, 2])
    def test_merged_on_two_levels(self, tables: list[Table], number: int) -> None:
        rows = [row._tr.tc_lst for row in tables[number].rows[1:82]]
        # The first ends at each group of the second: no page begins with a blank cell.
        for column in (0, 1):
            merges = [cells[column].vMerge for cells in rows]
            assert merges[0] == "restart"
            assert (merges.count("restart"), merges.count("continue")) == (24, 81 - 24)

    @pytest.mark.parametrize("number", [0, 1, 2])
    def test_header_row_repeats_and_rows_stay_whole(self, tables: list[Table], number: int) -> None:
        rows = [row._tr for row in tables[number].rows]
        headers = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
        assert headers == [True] + [False] * (len(rows) - 1)
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)

    def test_completion_in_the_appendix(self, text: str) -> None:
        rows = rows_of(text)
        for end in (
            "| 新增认定总部企业数量 | 2-3家 | 4家 | 已完成 | 133.33% |  |",
            "| 总部企业实现主营业务收入、财政贡献额度双增长数量 | 6-8家 | 7家 | 已完成 | 100% |  |",
            "| 地方财政贡献额度增长额度 | 超过2000万元 | 7506.95万元 | 已完成 | 375.35% |  |",
            "| 5G应用示范项目 | 5个 | 0个 | 未完成 | 0% |  |",
            "| 安全隐患 | 消除 | 消除 | 已完成 |  |  |",
            "| 同一地点修缮后发生问题时间 | 间隔5年 | 预期达标 | 已完成 |  |  |",
        ):
            assert sum(row.endswith(end) for row in rows) == 1, end


class TestPackage:
    @pytest.mark.slow
    def test_is_valid(self, report: Path) -> None:
        assert [str(error) for error in OpenXmlValidator().validate(report).errors] == []

    @pytest.mark.slow
    def test_two_processes_write_the_same_bytes(self, tmp_path: Path) -> None:
        written = []
        for seed in ("1", "2"):
            command = [sys.executable, "-m", "generator", "render", str(INPUT), "-o", str(tmp_path / seed)]
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env={"PYTHONHASHSEED": seed})
            written.append((tmp_path / seed / NAME).read_bytes())
        assert written[0] == written[1]

    def test_sections(self, report: Path) -> None:
        """A cover without page numbers, the body from page 1, the appendix across the page with numbers going on."""
        cover, body, appendix = Document(str(report)).sections
        across = [section.orientation == WD_ORIENT.LANDSCAPE for section in (cover, body, appendix)]
        assert across == [False, False, True]
        numbered = [qn("w:footerReference") in {child.tag for child in s._sectPr} for s in (cover, body, appendix)]
        assert numbered == [False, True, True]
        starts = [section._sectPr.find(qn("w:pgNumType")) for section in (body, appendix)]
        assert starts[0] is not None
        assert starts[0].get(qn("w:start")) == "1"
        assert starts[1] is None

    def test_the_layout_names_no_city(self) -> None:
        with zipfile.ZipFile(ROOT / "templates" / "jiangmen" / "报告.docx") as package:
            parts = [package.read(name).decode("utf-8") for name in package.namelist()]
        assert any("{{ 部门.名称 }}" in part for part in parts)
        assert not any(city in part for part in parts for city in ("江门", "梅州"))


class TestFindings:
    def test_everything_at_its_place(self) -> None:
        assert found_in(INPUT) == {
            at("得分: ", "97.5", "不能复算"),
            at("项目: 专项业务支出,", "专项业务支出", "没有它的指标"),
            at("项目: 工业扶持专项资金, 预算", "2720.8 万元", "占年初预算的52%，没有说明原因"),
            *of_targets(UNMET, "没有完成"),
            *of_targets(FAR_OVER, "超出目标"),
            *of_targets(ONLY_BOUNDS, "只是一个界限"),
            *of_targets(COPIED, "写法相同"),
            *of_targets(OTHER_UNITS, "单位不同"),
            *of_targets(QUALITATIVE, "不是数量"),
            *(at(words, figure, "两处不同") for words, figure in OTHER_FIGURES.items()),
            *(at(f"指标: {name}, 目标值", name, "比率说的是") for name in RATES_AMONG_COUNTS),
            at("指标: 无线电使用单位满意度", "100%", "都没有提到问卷"),
        }

    def test_the_numbers_of_each_kind(self) -> None:
        kinds = (UNMET, FAR_OVER, ONLY_BOUNDS, COPIED, OTHER_UNITS, QUALITATIVE, OTHER_FIGURES)
        assert [len(kind) for kind in kinds] == [2, 14, 3, 1, 2, 2, 5]
        assert len(generator.check(INPUT)) == 35

    def test_a_bound_is_shown_the_figure_that_a_text_has(self) -> None:
        (finding,) = [f for f in generator.check(INPUT) if "工业设计作品成果转化数量" in f.message]
        assert "9件作品与制造业合作转化成果" in finding.hint

    def test_nothing_keeps_the_report_from_being_written(self) -> None:
        assert {finding.severity.value for finding in generator.check(INPUT)} == {"warning", "info"}


KINDS = (
    "不能复算",
    "没有它的指标",
    "占年初预算的52%，没有说明原因",
    "没有完成",
    "超出目标",
    "只是一个界限",
    "写法相同",
    "单位不同",
    "不是数量",
    "两处不同",
    "比率说的是",
    "都没有提到问卷",
)
RATES_AMONG_COUNTS = ("通过认定清洁生产企业及通过审核能源管理中心企业公示率", "公示率")


def found_in(file: Path) -> Found:
    found = generator.check(file)
    kinds = [[kind for kind in KINDS if kind in finding.message] for finding in found]
    assert all(len(kind) == 1 for kind in kinds), found
    return {(finding.span.line, finding.span.column, kind[0]) for finding, kind in zip(found, kinds, strict=True)}


def at(row: str, value: str, kind: str) -> tuple[int, int, str]:
    """The place of a value on the one line of the input with ``row`` in it."""
    lines = [pair for pair in enumerate(INPUT.read_text(encoding="utf-8").splitlines(), 1) if row in pair[1]]
    assert len(lines) == 1, row
    number, line = lines[0]
    return number, line.rindex(value) + 1, kind


def of_targets(values: dict[str, str], kind: str) -> Found:
    return {at(f"指标: {name}, 目标值", value, kind) for name, value in values.items()}


class TestOneChange:
    """One fact changed in the input changes every place that rests on it, with no other edit."""

    def test_a_target_met_after_all(self, copy: Path) -> None:
        change(copy, "5G应用示范项目, 目标值: 5个, 实际完成值: 0个", "5G应用示范项目, 目标值: 5个, 实际完成值: 5个")
        text = printed(copy)
        assert "达到目标值的80项，未达到目标值的1项（5G示范园区）。" in text
        assert "已完成80项，未完成1项；超出目标值逾30%的14项" in text
        assert "| 5G应用示范项目 | 5个 | 5个 | 已完成 | 100% |  |" in text
        assert found_in(INPUT) - found_in(copy) == of_targets({"5G应用示范项目": "0个"}, "没有完成")
        assert found_in(copy) < found_in(INPUT)

    def test_a_target_no_longer_met(self, copy: Path) -> None:
        change(copy, "目标值: 2-3家, 实际完成值: 4家", "目标值: 2-3家, 实际完成值: 1家")
        text = printed(copy)
        assert "达到目标值的78项，未达到目标值的3项（新增认定总部企业数量、5G应用示范项目、5G示范园区）。" in text
        assert "已完成78项，未完成3项；超出目标值逾30%的13项" in text
        assert "| 新增认定总部企业数量 | 2-3家 | 1家 | 未完成 | 50% |  |" in text
        one = {"新增认定总部企业数量": "4家"}
        # Two texts say four and five: now neither is what the table says.
        said = {at("全年认定总部企业4家", "4家，有7家", "两处不同")}
        assert found_in(copy) == found_in(INPUT) - of_targets(one, "超出目标") | of_targets(one, "没有完成") | said

    def test_an_actual_that_cannot_be_compared(self, copy: Path) -> None:
        change(copy, "目标值: 2-3家, 实际完成值: 4家", "目标值: 2-3家, 实际完成值: 4份")
        text = printed(copy)
        assert "达到目标值的78项，未达到目标值的2项" in text
        assert "无法比较的1项" in text
        assert "| 新增认定总部企业数量 | 2-3家 | 4份 | 无法比较 |  |  |" in text
        one = {"新增认定总部企业数量": "4家"}
        # Against a figure in another unit no text can be held.
        said = {at("第四批总部企业新认定", "5家，已认定", "两处不同")}
        assert found_in(copy) == found_in(INPUT) - of_targets(one, "超出目标") - said | of_targets(one, "单位不同")

    def test_a_reason_stated(self, copy: Path) -> None:
        change(
            copy,
            "5G示范园区, 目标值: 1个, 实际完成值: 0个",
            "5G示范园区, 目标值: 1个, 实际完成值: 0个, 偏差原因: 园区改为下年度认定。",
        )
        assert "| 5G示范园区 | 1个 | 0个 | 未完成 | 0% | 园区改为下年度认定。 |" in printed(copy)
        assert found_in(INPUT) - found_in(copy) == of_targets({"5G示范园区": "0个"}, "没有完成")

    def test_a_task_not_finished(self, copy: Path) -> None:
        text = copy.read_text(encoding="utf-8")
        assert text.count("完成: 是\n") == 13
        copy.write_text(text.replace("完成: 是\n", "完成: 否\n", 1), encoding="utf-8")
        after = printed(copy)
        assert "承担重点工作任务13项，已完成12项，重点工作完成率为92.31%" in after
        assert "（1）对2个5G产业公共服务平台给予扶持。（尚未完成）" in after

    def test_an_amount_spent(self, copy: Path) -> None:
        change(copy, "支出: 114.84 万元", "支出: 119 万元")
        text = printed(copy)
        assert "| 专项业务支出 | 119 | 0 | 119 | 119 | 100% |" in text
        assert "| 部门整体支出 | 5463 | 2841.5 | 8304.5 | 8291.23 | 99.84% |" in text
        assert "实际支出8291.23万元，整体支出率为99.84%" in text

    def test_an_amount_that_does_not_add_up(self, copy: Path) -> None:
        change(copy, "下达: 1127.7 万元", "下达: 1127.8 万元")
        errors = [finding for finding in generator.check(copy) if finding.severity.value == "error"]
        assert [finding.message for finding in errors] == [
            "「工业发展管理经费」的实际下达金额1127.8万元，不等于预算1007万元与调剂追加120.7万元之和。"
        ]
        line, column, _ = at("项目: 工业发展管理经费, 预算", "1127.7 万元", "")
        assert (errors[0].span.line, errors[0].span.column) == (line, column)

    def test_the_reason_for_an_addition(self, copy: Path) -> None:
        change(copy, "# 重点工作任务。", "资金合计:\n  追加说明: 省级财政年中下达扶持资金。\n\n# 重点工作任务。")
        assert "调剂追加相当于预算的52%，原因：省级财政年中下达扶持资金。各项目的资金执行情况见表2-1。" in printed(copy)
        assert not any("追加金额占" in finding.message for finding in generator.check(copy))
