"""What a bureau says of its indicators, edited within the narratives that a template weaves around it."""

from __future__ import annotations

import pytest

from tests.pull.conftest import Edited, Office


def lines(office: Office, edited: Edited) -> list[str]:
    plan = office.plan(edited.save())
    assert plan.findings == ()
    return [after for _, after in office.changed_lines(plan)]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("程序规范，用款", "程序较规范，用款", "      程序较规范，用款{{ 金额 | 万元 }}万元。"),
        ("资料齐全。", "资料较齐全。", "      资料较齐全。"),
        ("有一次逾期", "有两次逾期", "    原因: 有两次逾期"),
        ("乙文件", "丙文件", "    佐证: [甲文件, 丙文件]"),
        ("全部招标", "全部公开招标", "      程序合规: {结论: 符合, 说明: 全部公开招标；}"),
        ("3.00", "4.00", "金额: 4.00 万元"),
    ],
)
def test_written_where_it_was_typed(scored: Office, old: str, new: str, line: str) -> None:
    edited = scored.edited()
    edited.as_word(old, new)
    assert lines(scored, edited) == [line]


def test_labels(scored: Office) -> None:
    edited = scored.edited()
    edited.as_word("有一次逾期", "有两次逾期")
    edited.as_word("全部招标", "全部公开招标")
    plan = scored.plan(edited.save())
    assert [(edit.path, edit.label) for edit in plan.edits] == [
        ("指标.规范性.原因", "规范性的原因"),
        ("指标.执行率.要点.程序合规.说明", "执行率的说明"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("9", "10", "指标.规范性.自评分"), ("6", "7", "执行率.分值（"), ("3", "4", "指标.规范性.自评分")],
)
def test_scores_are_computed(scored: Office, old: str, new: str, said: str) -> None:
    edited = scored.edited()
    edited.as_text(old, new)
    plan = scored.plan(edited.save())
    assert (plan.edits, [finding.code for finding in plan.findings]) == ((), ["JX856"])
    assert said in plan.findings[0].hint


def test_part_of_the_text_and_its_reference(scored: Office) -> None:
    """Each edit of one paragraph goes to its own place."""
    edited = scored.edited()
    edited.as_word("程序规范，用款", "程序合规，用款")
    edited.as_word("3.00", "5.00")
    plan = scored.plan(edited.save())
    assert plan.findings == ()
    assert [(edit.path, edit.note) for edit in plan.edits] == [
        ("金额", "改在「指标.规范性.说明」对它的引用里"),
        ("指标.规范性.说明", ""),
    ]


def test_score_that_was_given(scored: Office) -> None:
    """It is printed as a figure, and typed with its unit as before."""
    edited = scored.edited()
    edited.as_text("3", "4", number=1)
    assert lines(scored, edited) == ["    自评分: 4分"]


def test_a_score_is_a_figure(scored: Office) -> None:
    edited = scored.edited()
    edited.as_text("3", "很好", number=1)
    plan = scored.plan(edited.save())
    assert [finding.code for finding in plan.findings] == ["JX857"]
    assert "「很好」不是一个得分" in plan.findings[0].message
