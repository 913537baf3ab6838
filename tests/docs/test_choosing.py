"""The chapter 指标由部门自选 word by word: its files make a template, its input is scored and printed as it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document
from openpyxl import Workbook, load_workbook

import generator
from generator.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "指标由部门自选.md").read_text("utf-8")
FENCE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
INDENTED = re.compile(r"(?:^    \S.*\n|^\n(?=    ))+", re.MULTILINE)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of somebody who did what the chapter says."""
    folder = tmp_path_factory.mktemp("某县")
    template = folder / "templates" / "某县"
    template.mkdir(parents=True)
    (folder / "inputs").mkdir()
    for fence in FENCE.finditer(PAGE):
        name, text = re.findall(r"`([\w/]+\.yaml)`", PAGE[: fence.start()])[-1], fence[1]
        file = folder / name if "/" in name else template / name
        file.write_text((file.read_text("utf-8") if file.exists() else "") + text, "utf-8")
    blocks = INDENTED.findall(PAGE[PAGE.index("## 第五步") : PAGE.index("## 第六步")])
    _write_word(template / "报告.docx", "".join(f"{block}\n" for block in blocks[:-1]))
    _write_word(template / "项目.docx", blocks[-1])
    book = Workbook()
    for row in _rows(PAGE[PAGE.index("## 第六步") : PAGE.index("## 第七步")]):
        if "---" not in row[0] and row[0] != "A":
            book.worksheets[0].append([cell.strip("`") or None for cell in row])
    book.save(template / "汇总表.xlsx")
    return folder


def _rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.strip().startswith("|"):
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def _write_word(file: Path, text: str) -> None:
    """A Word file of paragraphs and tables as the chapter draws them; ``|`` within a tag parts no cells."""
    document = Document()
    for block in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        rows = [re.split(r"\|(?![^{]*[%}]\})", line.strip("|")) for line in lines if line.startswith("|")]
        for line in lines if not rows else ():
            document.add_paragraph(line)
        table = document.add_table(0, len(rows[0])) if rows else None
        for row in rows if table is not None else ():
            for cell, words in zip(table.add_row().cells, row, strict=False):  # type: ignore[union-attr]
                cell.text = words.strip()
    document.save(str(file))


def test_the_input_is_scored_as_the_chapter_says(followed: Path) -> None:
    file = followed / "inputs" / "试填.yaml"
    made = generator.score(file).scorecard
    assert made.total is not None
    assert (made.total.score.text, made.total.rating) == ("98", "优")
    assert [form.total.score.text for form in made.row_forms if form.total] == ["98.5", "98.75"]
    assert [one.code for one in generator.check(file)] == []
    explained = CliRunner().invoke(main, ["explain", str(file), "项目[1].观影人次"]).output
    assert "试填.yaml:19:" in explained


def test_its_layouts_print_loops_in_loops_groups_and_subtotals(followed: Path) -> None:
    done = CliRunner().invoke(main, ["render", str(followed / "inputs" / "试填.yaml"), "-o", str(followed / "out")])
    assert done.exit_code == 0, done.output
    assert "（5 份文件）" in done.output
    folder = followed / "out" / "某县文化局2024年度绩效自评"
    report = Document(str(folder / "某县文化局自评报告.docx"))
    form, grouped, *projects = [[[cell.text for cell in row.cells] for row in one.rows] for one in report.tables]
    assert form[1:4] == [
        ["预算执行率", "预算执行率", "10", "9.5"],
        ["产出指标", "公益电影放映", "30", "30"],
        ["产出指标", "补助资金拨付", "20", "20"],
    ]
    assert form[-1] == ["总分", "优", "100", "98"]
    assert [row for row in grouped if "小计" in row[0]] == [
        ["预算执行率小计", "10", "9.5"],
        ["产出指标小计", "50", "50"],
        ["效益指标小计", "30", "28.5"],
        ["满意度指标小计", "10", "10"],
    ]
    assert [table[2] for table in projects] == [
        ["观影人次", "≥8万人次", "7.6万人次", "28.5"],
        ["设备使用年限", "≥8年", "8年", "30"],
    ]
    assert [one.text for one in Document(str(folder / "2 设备更新.docx")).paragraphs] == [
        "设备更新自评得 98.75 分，等级为优"
    ]
    rows = list(load_workbook(folder / "项目自评结果汇总表.xlsx").worksheets[0].iter_rows(values_only=True))
    assert rows[2:4] == [("电影放映", "观众满意度", 10), ("电影放映", "总分", 98.5)]


def test_conditions_of_inner_tables_see_the_row_outside(followed: Path) -> None:
    file = followed / "inputs" / "试填.yaml"
    changed = file.with_name("另.yaml")
    text = file.read_text("utf-8").replace("执行数: 35 万元", "执行数: 0 万元").replace("执行数: 95", "执行数: 60")
    changed.write_text(text, "utf-8")
    found = [one for one in generator.check(changed) if one.code == "JX415"]
    assert [one.path for one in found] == [f"项目[2].指标表[{row}].实际完成值" for row in (1, 2, 3)]
    assert "「设备更新」没有支出，「更新放映机」" in found[0].message


def test_a_table_is_grouped_by_a_column(followed: Path) -> None:
    [loop] = re.findall(r"`\{%tr (for 组 in .*?) %\}`", PAGE)
    template = followed / "templates" / "某县"
    (followed / "templates" / "分组").mkdir()
    for file in template.iterdir():
        (followed / "templates" / "分组" / file.name).write_bytes(file.read_bytes())
    _write_word(
        followed / "templates" / "分组" / "报告.docx",
        "{% " + loop + " %}{{ 组.grouper }}{% for 行 in 组.list %}·{{ 行.三级指标 }}{% endfor %}；{% endfor %}",
    )
    file = followed / "inputs" / "分组.yaml"
    file.write_text((followed / "inputs" / "试填.yaml").read_text("utf-8").replace("模板: 某县", "模板: 分组"), "utf-8")
    generator.render(file, followed / "分组")
    report = followed / "分组" / "某县文化局2024年度绩效自评" / "某县文化局自评报告.docx"
    assert "社会效益指标·观影人次；" in Document(str(report)).paragraphs[0].text
