"""What came of a run, in three forms."""

import csv
import io
import json
from pathlib import Path

from generator.base.diagnostics import Span
from generator.workflows.codes import NOTHING_THERE
from generator.workflows.jobs import Outcome, Score, Status, Summary

GOOD = Outcome(2, Path("乙.yaml"), Status.WRITTEN, Path("乙.docx"), score=Score("102.34", "110", "优"), seconds=0.12)
FOUND = tuple(NOTHING_THERE.at(Span("甲.yaml", line), file="甲") for line in range(1, 6))
BAD = Outcome(1, Path("=甲.yaml"), Status.REFUSED, findings=FOUND)


def test_text_names_what_is_not_there_and_why() -> None:
    text = Summary([GOOD, BAD], 3, 75).as_text()
    assert text.splitlines()[0] == "有错误  =甲.yaml"
    assert "另有 2 个错误" in text
    assert text.endswith(
        "共 3 份：已生成 1 份，有错误 1 份，没有做到的 1 份。用时 1 分 15 秒。再次运行同一命令，从没有做到的接着做。"
    )


def test_it_is_good_only_when_every_report_is_there() -> None:
    assert Summary([GOOD], 1, 1).is_good
    assert not Summary([GOOD], 2, 1).is_good
    assert not Summary([GOOD, BAD], 2, 1).is_good
    assert Summary([], 0, 0.04).as_text() == "共 0 份：无。用时 0.0 秒。"


def test_json_adds_up() -> None:
    whole = json.loads(Summary([GOOD, BAD], 3, 75).as_json())
    assert whole["总数"] == sum(whole["结果"].values()) == 3
    assert [entry["结果"] for entry in whole["明细"]] == ["有错误", "已生成"]
    assert whole["明细"][1]["总分"] == "102.34"
    assert whole["明细"][0]["问题"][0]["code"] == "JX821"


def test_csv_opens_in_a_spreadsheet_as_text() -> None:
    text = Summary([GOOD, BAD], 2, 1).as_csv()
    assert text.startswith("\ufeff填报文件,结果,报告,")
    _, first, second = csv.reader(io.StringIO(text))
    assert first[:2] == ["'=甲.yaml", "有错误"]
    assert first[6:8] == ["5", "0"]
    assert second[3:6] == ["102.34", "110", "优"]
