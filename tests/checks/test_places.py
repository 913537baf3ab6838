"""A finding on a piece of a text points at that piece, however the text is written in YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.checks.rule import Case
from tests.small_template import Small, small

FIELDS = """\
话: {类型: 文字, 标签: 话, 必填: 否}
段: {类型: 段落, 标签: 段, 必填: 否}
"""


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS)


def place(form: Small, text: str, piece: str, number: int = 0) -> str:
    """Line, column and what stands there, for the piece of the input's only text."""
    assessment = form.assess(text)
    source = (form.folder / "填报.yaml").read_text("utf-8")
    case = Case(assessment.submission, assessment.scorecard, assessment.report, source)
    words = case.texts[number]
    at = words.raw.rindex(piece)
    span = words.place(at, at + len(piece))
    line = source.splitlines()[span.line - 1]
    return f"{span.line}:{line[span.column - 1 :][: span.length]}"


@pytest.mark.parametrize(
    ("text", "piece", "found"),
    [
        ("话: 甲乙丙丁\n", "丙", "2:丙"),
        ("话: '甲乙丙丁'\n", "丙丁", "2:丙丁"),
        ('话: "甲乙丙丁"\n', "丙", "2:丙"),
        ('话: "甲\\t丙丁"\n', "丁", "2:丁"),
        ("话: >-\n  甲乙\n  丙丁\n", "丁", "4:丁"),
        ("话: |\n  甲乙丙丁\n", "丁", "3:丁"),
        ("话: 甲乙甲乙\n", "甲", "2:甲乙"[:3]),
        ("段:\n  - 甲乙\n  - 丙丁\n", "乙", "3:乙"),
        ("话: 甲乙\n  丙丁甲\n", "甲", "3:甲"),
    ],
)
def test_the_piece_is_found(form: Small, text: str, piece: str, found: str) -> None:
    assert place(form, text, piece) == found


def test_the_second_paragraph_of_a_block_is_found_on_its_line(form: Small) -> None:
    assert place(form, "段: |\n  甲乙\n  丙乙\n", "乙", number=1) == "4:乙"


def test_without_the_source_the_whole_text_is_pointed_at(form: Small) -> None:
    assessment = form.assess("话: 甲乙丙丁\n")
    (words,) = Case(assessment.submission, assessment.scorecard, assessment.report).texts
    assert words.place(2, 3) == words.span


def test_references_are_hidden_where_they_stand(form: Small) -> None:
    assessment = form.assess("年度: 2024\n话: '{{ 年度 }}年甲'\n")
    (words,) = Case(assessment.submission, assessment.scorecard, assessment.report).texts
    assert len(words.plain) == len(words.raw)
    assert words.plain.replace("\x00", "") == "年甲"


def test_a_report_without_a_year_has_none(form: Small) -> None:
    assessment = form.assess("话: 甲\n")
    assert Case(assessment.submission, assessment.scorecard, assessment.report).year is None
    assessment = form.assess("年度: 2024\n话: 甲\n")
    assert Case(assessment.submission, assessment.scorecard, assessment.report).year == 2024
