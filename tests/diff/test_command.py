"""``jixiao diff`` as people and programs use it."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from generator.cli import main
from generator.workflows.diff.differences import marked
from tests.small_template import small
from tests.tracked import accepted, part, plain, rejected
from tests.word.conftest import package, paragraph

OLD = Path("inputs") / "meizhou-gxj-2021.yaml"
NEW = Path("inputs") / "改.yaml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["diff", *arguments], prog_name="jixiao")


@pytest.fixture
def here(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(workplace)
    correct(("进展: 推进中", "进展: 已完成"))
    return workplace


def correct(*pairs: tuple[str, str], file: Path = NEW) -> None:
    text = OLD.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")


@pytest.mark.usefixtures("here")
class TestText:
    def test_one_fact_is_told_up_to_the_total(self) -> None:
        result = run(str(OLD), str(NEW))
        assert result.exit_code == 0
        assert result.stderr == ""
        lines = result.stdout.splitlines()
        assert lines[:2] == [f"旧：{OLD}", f"新：{NEW}"]
        assert "      推进中 → 已完成" in lines
        assert "  总分  102.34 → 102.62" in lines
        assert "  得分率  93.04% → 93.29%" in lines
        assert "等级  优" not in result.stdout
        (way,) = [line for line in lines if line.strip().startswith("⇒")]
        assert way.strip() == (
            "⇒ 重点工作统计.已完成 4 → 5 ⇒ 重点工作完成率（取值） 71.43% → 85.71% ⇒ 重点工作完成率 1.43 → 1.71"
            " ⇒ 效率性 6.83 → 7.11 ⇒ 预算使用效益 28.68 → 28.96 ⇒ 总分 102.34 → 102.62"
        )
        place = re.search(rf"\[旧 {re.escape(str(OLD))}:(\d+):\d+；新 {re.escape(str(NEW))}:(\d+):\d+\]", result.stdout)
        assert place
        assert OLD.read_text("utf-8").splitlines()[int(place[1]) - 1].strip() == "进展: 推进中"

    def test_no_change_is_one_sentence(self) -> None:
        shutil.copy(OLD, NEW)
        assert run(str(OLD), str(NEW)).stdout.endswith("\n\n没有变化。\n")

    def test_texts_have_their_changes_marked(self) -> None:
        correct(("预算编制遵循市财政", "预算编制严格遵循市财政"))
        result = run(str(OLD), str(NEW))
        assert "预算编制{+严格+}遵循" in result.stdout
        assert "总分仍为 102.34，等级仍为优" in result.stdout

    def test_findings_rows_and_moves_are_told(self) -> None:
        correct(
            ("  # 剔除依据：原报告没有写明", "  剔除依据: 某文〔2021〕1号\n  # 原报告没有写明"),
            (
                "  - {项目: 阿里云创新中心项目,",
                "  - {项目: 一个新的项目, 金额: 20.00 万元, 自评分: 99}\n  - {项目: 阿里云创新中心项目,",
            ),
            ("    - {岗位: 行政编制, 核定: 48名, 实有: 47名}\n", ""),
            ("    - {岗位: 后勤服务人员", "    - {岗位: 行政编制, 核定: 48名, 实有: 47名}\n    - {岗位: 后勤服务人员"),
            ("收入决算数: 82800287.60 元", "收入决算数: 8280.02876 万元"),
        )
        text = run(str(OLD), str(NEW)).stdout
        assert "  增  专项资金[7]  " in text
        assert "  移  人员.局机关[1] → 人员.局机关[5]  " in text
        assert "（写法不同，数值相同）" in text
        assert re.search(r"消失的问题(?:.|\n)*JX415  \S+  结转结余.剔除金额", text)
        assert "9.66（得分不变，指标值变了）" in text
        assert "专项资金[7] 新增" in text

    def test_one_side_with_errors_is_no_failure(self) -> None:
        correct(("收入决算数: 82800287.60 元", "收入决算数: 828万圆"))
        result = run(str(OLD), str(NEW))
        assert result.exit_code == 0
        assert "  总分  102.34 → （算不出）" in result.stdout
        assert "新出现的问题\n  错误 JX206  " in result.stdout

    def test_two_unscored_ones_have_no_totals(self, root: Path) -> None:
        shutil.copy(root / "inputs" / "jiangmen-gxj-2021.yaml", OLD)
        correct(("得分: 97.5", "得分: 97"))
        result = run(str(OLD), str(NEW))
        assert result.exit_code == 0
        assert "\n总分\n" not in result.stdout

    def test_a_missing_file_is_told_with_3_and_a_wrong_option_with_2(self) -> None:
        assert run(str(OLD), "没有.yaml").exit_code == 3
        assert run(str(OLD)).exit_code == 2
        assert run(str(OLD), str(NEW), "--redline", "稿.pdf").exit_code == 2
        assert run(str(OLD), str(NEW), "--redline", "稿").exit_code == 2
        assert run(str(OLD), str(NEW), "--date", "2021-02-30").exit_code == 2
        assert run(str(OLD), str(NEW), "--date", "昨天").exit_code == 2

    def test_many_facts_of_one_score_are_counted(self) -> None:
        names = re.findall(r"- \{项目: .*自评分: 100\}", OLD.read_text("utf-8"))
        correct(*((name, name.replace("自评分: 100", "自评分: 99")) for name in names[:8]))
        assert "…等 8 个事实" in run(str(OLD), str(NEW)).stdout


def test_long_stretches_that_stay_are_cut_and_breaks_are_shown() -> None:
    same = "保持不变的很长的一段文字" * 5
    assert marked(f"{same}4{same}1{same}", f"{same}5{same}2{same}") == (
        f"…{same[-10:]}[-4-]{{+5+}}{same[:10]}…{same[-10:]}[-1-]{{+2+}}{same[:10]}…"
    )
    assert marked("甲", "甲\n乙") == "甲{+⏎乙+}"


SHAPE: dict[str, Any] = {
    "format": int, "same": bool, "old": dict, "new": dict, "remarks": list, "facts": list, "values": list,
    "scores": list, "total": dict, "findings": dict, "texts": list, "reviews": list,
}  # fmt: skip
FACT = {"change", "path", "old_path", "label", "row", "old", "new", "same_value", "old_place", "new_place", "pieces"}


@pytest.mark.usefixtures("here")
class TestJson:
    def test_its_shape_is_the_documented_one(self, root: Path) -> None:
        found = json.loads(run(str(OLD), str(NEW), "--format", "json").stdout)["result"]
        assert {key: type(value) for key, value in found.items()} == SHAPE
        assert found["format"] == 1
        assert set(found["facts"][0]) == FACT
        assert set(found["old"]) == {"file", "template", "template_version", "year", "readable", "scored", "errors"}
        assert set(found["scores"][0]) == {"indicator", "path", "level", "old", "new", "reviewed", "template", "why"}
        page = (root / "docs" / "比较与修订.md").read_text("utf-8")
        for key in (*SHAPE, *FACT, *found["old"], *found["scores"][0], "facts", "way", "gone", "came", "pieces"):
            assert f"`{key}`" in page, key

    def test_figures_are_texts(self) -> None:
        found = json.loads(run(str(OLD), str(NEW), "--format", "json").stdout)["result"]
        assert found["total"]["score"] == {"old": "102.34", "new": "102.62"}
        assert found["scores"][-1]["why"][0]["facts"] == [
            {"name": "重点工作[3].进展", "old": "推进中", "new": "已完成"}
        ]
        assert found["texts"][0]["pieces"][1] == {"change": "removed", "text": "4"}
        assert found["facts"][0]["old_place"]["file"] == str(OLD)
        assert found["findings"] == {"gone": [], "came": []}


@pytest.mark.usefixtures("here")
class TestRedline:
    def test_it_is_written_and_says_of_itself_what_it_is(self) -> None:
        result = run(str(OLD), str(NEW), "--redline", "稿/修订稿.docx", "--format", "json")
        assert result.exit_code == 0
        assert json.loads(result.stdout)["result"]["same"] is False
        assert result.stderr.startswith(f"修订稿：{Path('稿/修订稿.docx')}（")
        assert "图表" in result.stderr
        data = Path("稿/修订稿.docx").read_bytes()
        assert "修订稿".encode() in part_bytes(data, "docProps/core.xml")
        assert "修订稿".encode() in part_bytes(data, "docProps/custom.xml")
        assert "正式".encode() not in part_bytes(data, "docProps/custom.xml")
        verdict = CliRunner().invoke(main, ["verify", "稿/修订稿.docx", "--input", str(NEW)])
        assert "修订稿，不是正式的报告" in verdict.stdout
        assert verdict.exit_code == 1

    def test_it_leads_to_both_reports(self) -> None:
        run(str(OLD), str(NEW), "--redline", "稿.docx")
        for file, settle in ((OLD, rejected), (NEW, accepted)):
            made = Path("报告.docx")
            made.unlink(missing_ok=True)
            CliRunner().invoke(main, ["render", str(file), "-o", str(made)])
            assert plain(settle(part(Path("稿.docx").read_bytes()))) == plain(part(made.read_bytes()))

    def test_the_date_of_the_report_is_that_of_its_changes(self) -> None:
        text = NEW.read_text("utf-8").replace("# 封面:\n", "封面:\n  填报日期: 2022-05-20\n# 封面:\n", 1)
        NEW.write_text(text, "utf-8")
        assert run(str(OLD), str(NEW), "--redline", "稿.docx").exit_code == 0
        (mark, *_) = [one for one in part(Path("稿.docx").read_bytes()).iter() if one.get(f"{W}author")]
        assert mark.get(f"{W}date") == "2022-05-20T00:00:00Z"

    def test_with_errors_on_one_side_there_is_none_but_the_comparison_stands(self) -> None:
        correct(("收入决算数: 82800287.60 元", "收入决算数: 828万圆"))
        result = run(str(OLD), str(NEW), "--redline", "稿.docx")
        assert result.exit_code == 1
        assert "828万圆" in result.stdout
        assert "JX843" in result.stderr
        assert "JX206" in result.stderr
        assert not Path("稿.docx").exists()
        assert "旧的一份" in run(str(NEW), str(OLD), "--redline", "稿.docx").stderr


@pytest.fixture
def of_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two filings whose reports have one line."""
    monkeypatch.chdir(small(tmp_path, "名称: {类型: 文字, 标签: 名称}\n").folder)
    Path("templates/小/报告.docx").write_bytes(package(paragraph("{{ 名称 }}")))
    OLD.parent.mkdir()
    for file, name in ((OLD, "甲局"), (NEW, "乙局")):
        file.write_text(f"模板: 小\n年度: 2021\n名称: {name}\n", "utf-8")


@pytest.mark.usefixtures("of_a_line")
class TestRedlineOfALine:
    @pytest.mark.parametrize(
        ("options", "author", "when"),
        [
            ((), "绩效自评报告程序", "2022-01-01T00:00:00Z"),
            (("--author", "某局", "--date", "2022年5月20日"), "某局", "2022-05-20T00:00:00Z"),
            (("--date", "今天"), "绩效自评报告程序", f"{date.today()}T00:00:00Z"),
        ],
    )
    def test_author_and_date(self, options: tuple[str, ...], author: str, when: str) -> None:
        assert run(str(OLD), str(NEW), "--redline", "稿.docx", *options).exit_code == 0
        marks = [one for one in part(Path("稿.docx").read_bytes()).iter() if one.get(f"{W}author")]
        assert {(one.get(f"{W}author"), one.get(f"{W}date")) for one in marks} == {(author, when)}

    def test_it_is_the_same_each_time_and_replaces_its_own_only(self) -> None:
        run(str(OLD), str(NEW), "--redline", "稿.docx")
        first = Path("稿.docx").read_bytes()
        assert run(str(OLD), str(NEW), "--redline", "稿.docx").exit_code == 0
        assert Path("稿.docx").read_bytes() == first
        Path("稿.docx").write_bytes(b"other")
        refused = run(str(OLD), str(NEW), "--redline", "稿.docx")
        assert refused.exit_code == 1
        assert Path("稿.docx").read_bytes() == b"other"
        assert run(str(OLD), str(NEW), "--redline", "稿.docx", "--backup").exit_code == 0
        assert Path("稿.docx").read_bytes() == first
        assert [file.read_bytes() for file in Path().glob("稿.备份*.docx")] == [b"other"]
        Path("稿.docx").write_bytes(b"other")
        assert run(str(OLD), str(NEW), "--redline", "稿.docx", "--force").exit_code == 0


def part_bytes(data: bytes, name: str) -> bytes:
    import io
    import zipfile

    return zipfile.ZipFile(io.BytesIO(data)).read(name)
