"""Edits in the tables of the two reports that the corpus does not edit: rows of rows, merged cells, blank cells."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator import pipeline
from generator.workflows.pull.plan import Input, open_input, plan_edits
from tests.pull.corpus import Step, add, join, over
from tests.pull.word import Document, w

INPUTS = Path(__file__).parents[2] / "inputs"
HUNAN, COUNTY = "hunan-slj-2024", "tongyong-whlj-2024"


@cache
def opened(name: str) -> tuple[Input, bytes]:
    now = open_input(INPUTS / f"{name}.yaml")
    return now, pipeline.print_report(now.assessment)


def row(document: Document, words: str, number: int = 0) -> Any:
    rows = (one for one in document.root.iter(w("tr")) if words in "".join(map(document.text, one.iter(w("p")))))
    return list(rows)[number]


def cell(words: str, column: int, text: str, number: int = 0) -> Step:
    def step(document: Document) -> None:
        paragraph = next(list(row(document, words, number).iter(w("tc")))[column].iter(w("p")))
        document.replace(paragraph, 0, len(document.text(paragraph)), text)

    return step


def gone(words: str, number: int = 0) -> Step:
    return lambda document: row(document, words, number).getparent().remove(row(document, words, number))


def moved(words: str, before: str) -> Step:
    return lambda document: row(document, before).addprevious(row(document, words))


NAMES = ("河湖长制工作", "山洪灾害防御")
TELLS: dict[str, tuple[str, list[Step], str, str]] = {
    "a blank cell": (HUNAN, [cell("更新预警站点数", 5, "提前完工")], "JX873", "「产出目标[4]」里填写「原因」"),
    "a blank cell of the cover": (HUNAN, [cell("填报人", 1, "李四")], "JX873", "「填报人」"),
    "a row moved": (HUNAN, [moved(NAMES[1], NAMES[0])], "JX872", "「项目[4]」"),
    "words of one row to another": (
        HUNAN,
        [cell(NAMES[1], 0, NAMES[0]), cell(NAMES[0], 0, NAMES[1])],
        "JX861",
        "项目[4].名称",
    ),
    "a heading of one's own": (HUNAN, [add("用好枯水期", "（三）在职人员超编")], "JX863", "「问题」里加一项"),
    "two texts joined": (HUNAN, [join("汛期增加两期基层")], "JX859", ""),
    "words behind a figure": (COUNTY, [cell("年度资金总额", 6, "100%：按进度支付。", 1)], "JX864", ""),
    "two rows made one": (
        HUNAN,
        [gone(NAMES[1]), cell(NAMES[0], 0, "".join(NAMES))],
        "JX859",
        "",
    ),
    "a cell emptied": (COUNTY, [cell("培养乡土演员", 7, "")], "JX865", ""),
    "a row of a row": (COUNTY, [gone("新创小戏", 1)], "JX862", ""),
}


@pytest.mark.parametrize("what", TELLS)
def test_the_true_reason(what: str, tmp_path: Path) -> None:
    name, steps, code, hint = TELLS[what]
    now, report = opened(name)
    document = Document(report)
    for step in steps:
        step(document)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    found = [one for one in plan.findings if one.code == code]
    assert plan.after is None
    assert [hint in one.hint for one in found] == [True]
    assert {one.code for one in plan.findings} <= {code, "JX865"}


def test_enter_in_a_cell(tmp_path: Path) -> None:
    """The break is the table's; the text is not cut there."""
    now, report = opened(HUNAN)
    document = Document(report)
    document.enter(document.paragraph("工程一次验收合格率"), "一次验收")
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert (plan.findings, plan.after) == ((), None)


def test_a_title_in_the_list_of_evidence(tmp_path: Path) -> None:
    now, report = opened(COUNTY)
    document = Document(report)
    over("放映补贴结算单", "放映", "公益放映")(document)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert (plan.findings, plan.after) == ((), now.source.text.replace("[放映补贴", "[公益放映补贴"))
