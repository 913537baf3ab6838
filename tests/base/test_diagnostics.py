"""Places, findings, near misses, and how they are printed."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import generator.pipeline  # noqa: F401 - so that the codes of all stages are registered
from generator.base.diagnostics import (
    Code,
    FileProblem,
    Finding,
    JixiaoError,
    Refused,
    Severity,
    Span,
    all_codes,
    column_letters,
    findings_as_text,
    has_errors,
    in_order,
    nearest,
    suggestion,
    width,
)

LATE = Code("JX091", "晚到", "「{name}」晚了 {days} 天。", "提前 {days} 天。", Severity.WARNING)
WRONG = Code("JX092", "有误", "「{name}」有误。")


def test_a_code_makes_a_finding_with_what_it_names() -> None:
    finding = LATE.at(Span("填报.yaml", 3, 5, 2), "甲.乙", name="{报送}", days=3)
    assert finding == Finding(
        "JX091", Severity.WARNING, "「{报送}」晚了 3 天。", "提前 3 天。", Span("填报.yaml", 3, 5, 2), "甲.乙"
    )
    assert LATE.at(Span("f"), hint="另法。", name="甲", days=1).hint == "另法。"
    assert WRONG.at(Span("f"), name="甲").hint == ""


def test_no_number_stands_for_two_codes() -> None:
    with pytest.raises(ValueError, match="JX091 is already used for 晚到"):
        Code("JX091", "另一个", "另一个。")


def test_every_code_is_chinese_and_speaks_in_sentences() -> None:
    numbers = [code.number for code in all_codes()]
    assert numbers == sorted(set(numbers))
    assert {"JX101", "JX201", "JX307", "JX403", "JX412", "JX601", "JX701"} <= set(numbers)
    for code in all_codes():
        assert code.title
        assert code.message.endswith(("。", "}"))
        assert not code.hint or code.hint.endswith(("。", "}"))


def test_a_span_is_printed_as_editors_understand_it() -> None:
    assert str(Span("填报.yaml", 12, 3)) == "填报.yaml:12:3"
    assert str(Span("填报.yaml")) == "填报.yaml"


def test_a_cell_of_a_workbook_is_named_as_spreadsheets_name_it() -> None:
    assert str(Span("表.xlsx", 14, 4, 0, "目标")) == "表.xlsx!目标!D14"
    assert str(Span("表.xlsx", sheet="目标")) == "表.xlsx!目标"
    assert [column_letters(number) for number in (0, 1, 26, 27, 52, 702, 703)] == [
        "",
        "A",
        "Z",
        "AA",
        "AZ",
        "ZZ",
        "AAA",
    ]


def test_programs_read_a_place_as_file_line_and_column() -> None:
    assert Span("填报.yaml", 3, 5).as_dict() == {"file": "填报.yaml", "line": 3, "column": 5}
    assert Span("表.xlsx", 14, 4, 0, "目标").as_dict() == {"file": "表.xlsx!目标!D14", "line": 0, "column": 0}


def test_only_an_error_keeps_a_report_from_being_written() -> None:
    warning = LATE.at(Span("f"), name="甲", days=1)
    assert not has_errors([])
    assert not has_errors([warning])
    assert has_errors([warning, WRONG.at(Span("f"), name="甲")])


def test_findings_come_by_place_the_graver_first_and_none_twice() -> None:
    late = LATE.at(Span("f", 2, 1), name="甲", days=1)
    wrong = WRONG.at(Span("f", 2, 1), name="甲")
    first = WRONG.at(Span("f", 1, 9), name="乙")
    tenth = WRONG.at(Span("f", 10, 1), name="丙")
    assert in_order([tenth, late, wrong, first, late]) == (first, wrong, late, tenth)


def test_an_exception_carries_its_findings_through_a_process() -> None:
    findings = (WRONG.at(Span("f", 1, 1), name="甲"), LATE.at(Span("f"), name="乙", days=2))
    for kind, code in ((Refused, 1), (FileProblem, 3)):
        error = pickle.loads(pickle.dumps(kind(findings)))  # noqa: S301 - our own bytes
        assert isinstance(error, JixiaoError)
        assert (type(error), error.findings, error.exit_code) == (kind, findings, code)
        assert str(error) == "JX092 「甲」有误。\nJX091 「乙」晚了 2 天。"


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("自平分", ["金额", "自评分", "项目"], "是否为「自评分」？"),
        ("指标", ["指标一", "指标二", "目标", "指标三", "别的"], "是否为「指标一」「指标三」「指标二」？"),
        ("防汛", ["金额", "自评分"], "可用的有：金额、自评分。"),
        ("防汛", [str(number) for number in range(13)], "可用的有：0、1、2、3、4、5、6、7、8、9、10、11等。"),
        ("防汛", [], ""),
        ("", ["金额"], "可用的有：金额。"),
    ],
)
def test_a_suggestion_names_near_misses_else_what_there_is(word: str, known: list[str], hint: str) -> None:
    assert suggestion(word, known) == hint


def test_the_nearest_come_first_and_few() -> None:
    assert nearest("完成率", ["完成率", "完成", "率", "金额", "未完成率"]) == ["完成率", "未完成率", "完成"]
    assert nearest("完成率", ["完成率", "完成"], most=1) == ["完成率"]
    assert nearest("完成率", ["金额"]) == []


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("绩效", 4), ("（1）", 5), ("ｱ", 1), ("e\u0301", 1), ("甲a", 3)]
)
def test_width_counts_terminal_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def test_findings_for_programs_have_the_promised_keys() -> None:
    item = LATE.at(Span("填报.yaml", 3, 5), "甲", name="乙", days=1).as_dict()
    assert item == {
        "code": "JX091",
        "severity": "warning",
        "file": "填报.yaml",
        "line": 3,
        "column": 5,
        "path": "甲",
        "message": "「乙」晚了 1 天。",
        "hint": "提前 1 天。",
    }
    assert list(item) == ["code", "severity", "file", "line", "column", "path", "message", "hint"]


def shown(path: Path, text: str, line: int, column: int, length: int = 1) -> list[str]:
    path.write_bytes(text.encode())
    return findings_as_text([WRONG.at(Span(str(path), line, column, length), "甲", name="乙")]).splitlines()


def test_a_finding_shows_its_line_and_a_caret_under_full_width_characters(tmp_path: Path) -> None:
    path = tmp_path / "填报.yaml"
    lines = shown(path, "年度: 2021\r\n部门: 梅州市局\r\n", 2, 5, 4)
    assert lines == [f"错误 JX092  {path}:2:5  甲", "  「乙」有误。", "    2 | 部门: 梅州市局", " " * 14 + "^" * 8]


def test_the_hint_comes_last_and_findings_are_parted_by_a_line() -> None:
    text = findings_as_text([LATE.at(Span("没有"), name="甲", days=1), WRONG.at(Span(""), name="乙")])
    assert text == "警告 JX091  没有\n  「甲」晚了 1 天。\n  改法：提前 1 天。\n\n错误 JX092\n  「乙」有误。"


def test_of_a_long_line_the_part_around_the_place_is_shown(tmp_path: Path) -> None:
    quoted, caret = shown(tmp_path / "f", "甲: " + "长" * 100 + "短" + "长" * 100, 1, 104, 1)[-2:]
    assert quoted == f"    1 | …{'长' * 30}短{'长' * 30}…"
    assert width(caret) == width(quoted.partition("短")[0]) + 2
    assert shown(tmp_path / "f", "长" * 200, 1, 1, 500)[-1].count("^") == 120


@pytest.mark.parametrize(("text", "line"), [("甲: 1\n", 9), ("甲: 1\n", 0)])
def test_no_line_is_shown_that_is_not_there(tmp_path: Path, text: str, line: int) -> None:
    assert len(shown(tmp_path / "f", text, line, 1)) == 2


def test_no_line_is_shown_of_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes("年度".encode("gbk"))
    assert findings_as_text([WRONG.at(Span(str(path), 1, 1), name="乙")]).count("\n") == 1
    assert findings_as_text([WRONG.at(Span(str(tmp_path), 1, 1), name="乙")]).count("\n") == 1


def test_a_cell_of_a_table_shows_no_line(tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    path.write_text("甲,乙\n1,2\n", "utf-8")
    text = findings_as_text([WRONG.at(Span(str(path), 2, 2, 0), name="乙")])
    assert "^" not in text
    assert f"{path}:2:2" in text


def test_control_characters_reach_no_terminal_and_move_no_caret(tmp_path: Path) -> None:
    lines = shown(tmp_path / "f", "甲: \x1b[31m\t乙\n", 1, 10)
    assert lines[2] == "    1 | 甲:  [31m 乙"
    assert lines[3] == " " * (8 + 10) + "^^"


def test_lines_are_counted_as_the_reading_stage_counts_them(tmp_path: Path) -> None:
    assert shown(tmp_path / "f", "甲: 一\x0b二\u2028三\n乙: 2\n", 2, 4)[2].endswith("| 乙: 2")


def test_a_caret_behind_the_end_of_a_line_is_still_one(tmp_path: Path) -> None:
    assert shown(tmp_path / "f", "甲\n", 1, 2)[3] == " " * 10 + "^"
