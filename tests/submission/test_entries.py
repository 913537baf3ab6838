"""The part 指标 of an input: judgements, conclusions, remarks; every fault, and near misses told only once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.small_template import Small, small

INDICATORS = """\
- 名称: 管理情况
  分值: 7
  下级:
  - {名称: 制度建设, 分值: 3, 得分: 自评分}
  - 名称: 信息公开
    分值: 4
    要点:
    - {名称: 目标公开, 分值: 1}
    - {名称: 报告公开, 分值: 1, 结论: {不适用: 100%}}
    - {名称: 时效, 分值: 2, 得分: 分值 if 甲 ≥ 1 else 0}
- {名称: 执行率, 分值: 3, 取值: 甲 ÷ 10, 得分: 取值 × 分值}
"""
GOOD = """\
甲: "5"
指标:
  制度建设:
    自评分: 3 分
    说明: 已制定制度。
    原因: 无
    佐证: [制度汇编, 发文记录]
  信息公开:
    要点:
      目标公开: {结论: 符合, 说明: 已公开, 自评分: 1}
      报告公开: {结论: 不适用, 说明: 本年没有报告}
    佐证: 网页截图
  执行率: {}
"""


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, "甲: {类型: 数值, 标签: 甲, 必填: 否}\n", INDICATORS)


def test_what_a_bureau_says_of_an_indicator(form: Small) -> None:
    submission, findings = form.accept(GOOD)
    assert findings == []
    entry = submission.entries["制度建设"]
    assert (entry.stated.value, str(entry.stated.value), entry.stated.text) == (3, "3", "3 分")
    assert (entry.stated.path, entry.stated.span.line) == ("指标.制度建设.自评分", 5)
    assert (entry.remarks.value, entry.reason.value) == ("已制定制度。", None)
    assert entry.evidence.value == ("制度汇编", "发文记录")
    assert [span.line for span in entry.evidence.spans] == [8, 8]
    public = submission.entries["信息公开"]
    assert public.evidence.value == ("网页截图",)
    assert public.items["目标公开"].conclusion.value == "符合"
    assert public.items["目标公开"].stated.value == 1
    assert public.items["报告公开"].remarks.path == "指标.信息公开.要点.报告公开.说明"
    assert public.evidence.span.line == 13
    nothing = submission.entries["执行率"].remarks
    assert (nothing.path, nothing.value, nothing.text) == ("指标.执行率.说明", None, "")


@pytest.mark.parametrize(("score", "value"), [("0", 0), ("0.00 分", 0), ("0.5", Fraction(1, 2)), ("3", 3)])
def test_a_score_lies_between_nothing_and_the_weight(form: Small, score: str, value: Fraction) -> None:
    submission, findings = form.accept(GOOD.replace("自评分: 3 分", f"自评分: {score}"))
    assert findings == []
    assert submission.entries["制度建设"].stated.value == value


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  制度建设:", "  制度建没:", [("JX215", 4, 3)]),
        ("  制度建设:", "  防汛抗旱:", [("JX215", 4, 3), ("JX221", 3, 1)]),
        ("  执行率: {}", "  管理情况: {}", [("JX216", 14, 3)]),
        ("    自评分: 3 分", "    自评份: 3 分", [("JX201", 5, 5)]),
        ("    自评分: 3 分\n", "", [("JX221", 4, 3)]),
        ("    自评分: 3 分", '    自评分: "  "', [("JX221", 4, 3)]),
        ("    自评分: 3 分", "    自评分: 3.01", [("JX219", 5, 10)]),
        ("    自评分: 3 分", "    自评分: -1", [("JX208", 5, 10)]),
        ("    自评分: 3 分", "    自评分: 优", [("JX207", 5, 10)]),
        ("    自评分: 3 分", "    自评分: 3 家", [("JX206", 5, 10)]),
        ("    自评分: 3 分", "    自评分: [3]", [("JX204", 5, 10), ("JX221", 4, 3)]),
        ("    说明: 已制定制度。", "    说明: [已制定制度]", [("JX204", 6, 9)]),
        ("    佐证: 网页截图", "    佐证: {网页: 截图}", [("JX201", 13, 10)]),
        ("    佐证: 网页截图", "    佐证: [[网页]]", [("JX261", 13, 10)]),
        ("  执行率: {}", "  执行率: 满分", [("JX204", 14, 8)]),
        ("  执行率: {}", "  执行率: {要点: {甲: 乙}}", [("JX220", 14, 13)]),
        ("      目标公开: {", "      目标公示: {", [("JX217", 11, 7)]),
        ("      目标公开: {", "      防汛: {", [("JX217", 11, 7), ("JX222", 9, 3)]),
        ("{结论: 符合, 说", "{结论: 符和, 说", [("JX218", 11, 18)]),
        ("{结论: 符合, 说", "{结伦: 符合, 说", [("JX201", 11, 14)]),
        ("{结论: 符合, 说", "{说", [("JX222", 11, 13)]),
        ("自评分: 1}", "自评分: 2}", [("JX219", 11, 36)]),
        (
            "      目标公开: {结论: 符合, 说明: 已公开, 自评分: 1}",
            "      目标公开: 符合",
            [("JX204", 11, 13), ("JX222", 11, 13)],
        ),
        (", 说明: 本年没有报告", "", [("JX225", 12, 18)]),
        ("    要点:\n      目标公开", "    要点: [是]\n    点:\n      目标公开", None),
    ],
)
def test_every_fault_has_its_code_and_place(
    form: Small, old: str, new: str, expected: list[tuple[str, int, int]] | None
) -> None:
    assert GOOD.count(old) == 1
    faults = form.faults(GOOD.replace(old, new))
    if expected is None:
        assert [code for code, _, _ in faults] == ["JX201", "JX204", "JX222", "JX222"]
    else:
        assert faults == expected


@pytest.mark.parametrize(
    ("old", "new", "path", "message", "hint"),
    [
        (
            "  制度建设:",
            "  制度建没:",
            "指标.制度建没",
            "评分表里没有「制度建没」这个指标。",
            "是否为「制度建设」？",
        ),
        (
            "  执行率: {}",
            "  管理情况: {}",
            "指标.管理情况",
            "「管理情况」的得分由它的下级相加，不在这里填报。",
            "改填它的下级：制度建设、信息公开。",
        ),
        (
            "  执行率: {}",
            "  执行率: 满分",
            "指标.执行率",
            "「指标.执行率」应当是一组「名称: 值」，这里是一个值。",
            "可填的名称：说明、自评分、结论、要点、原因、佐证。",
        ),
        (
            "  执行率: {}",
            "  执行率: [满分]",
            "指标.执行率",
            "「指标.执行率」应当是一组「名称: 值」，这里是一个列表。",
            "可填的名称：说明、自评分、结论、要点、原因、佐证。",
        ),
        (
            "说明: 已公开",
            "说明: {甲: 乙}",
            "指标.信息公开.要点.目标公开.说明",
            "「指标.信息公开.要点.目标公开.说明」应当是一个值，这里是一组「名称: 值」。",
            "在冒号后面直接写。",
        ),
        (
            "  执行率: {}",
            "  执行率: {要点: {甲: 乙}}",
            "指标.执行率.要点",
            "指标「执行率」不按要点评分，不填「要点」。",
            "把内容写进「说明」。",
        ),
        (
            "    自评分: 3 分",
            "    自评份: 3 分",
            "指标.制度建设.自评份",
            "模板里没有「自评份」这个字段。",
            "是否为「自评分」？",
        ),
        (
            "    自评分: 3 分\n",
            "",
            "指标.制度建设",
            "指标「制度建设」由人评定，缺少「自评分」。",
            "填写「自评分」，在 0 与 3 之间。",
        ),
        (
            "    自评分: 3 分",
            "    自评分: 5",
            "指标.制度建设.自评分",
            "「制度建设」的自评分 5 超过了分值 3。",
            "自评分最高为 3。",
        ),
        (
            "    自评分: 3 分",
            "    自评分: -1",
            "指标.制度建设.自评分",
            "「制度建设」的「-1」小于 0。",
            "核对这个数；金额、人数等不能是负数。",
        ),
        (
            "    自评分: 3 分",
            "    自评分: 3 家",
            "指标.制度建设.自评分",
            "「制度建设」的「3 家」中，单位「家」不是「分」。",
            "写成「3 分」。",
        ),
        (
            "自评分: 1}",
            "自评分: 优}",
            "指标.信息公开.要点.目标公开.自评分",
            "「目标公开」应当填数字，「优」没有数字。",
            "只填一个数字和单位，如「1」。",
        ),
        (
            "      目标公开: {",
            "      目标公示: {",
            "指标.信息公开.要点.目标公示",
            "指标「信息公开」没有名为「目标公示」的要点。",
            "是否为「目标公开」？",
        ),
        (
            "{结论: 符合, 说",
            "{结论: 部分符和, 说",
            "指标.信息公开.要点.目标公开.结论",
            "「目标公开」的结论「部分符和」不是可选的结论。",
            "是否为「部分符合」？",
        ),
        (
            "{结论: 符合, 说",
            "{说",
            "指标.信息公开.要点.目标公开",
            "指标「信息公开」的要点「目标公开」没有结论。",
            "在「要点」下的「目标公开」里填写「结论」，从「符合」「部分符合」「不符合」「不适用」中选一个。",
        ),
        (
            ", 说明: 本年没有报告",
            "",
            "指标.信息公开.要点.报告公开",
            "指标「信息公开」的要点「报告公开」写明不适用，没有说明理由。",
            "在它的「说明」写明为什么不适用。",
        ),
    ],
)
def test_a_finding_says_where_what_and_what_to_write(
    form: Small, old: str, new: str, path: str, message: str, hint: str
) -> None:
    _, (finding,) = form.accept(GOOD.replace(old, new))
    assert (finding.path, finding.message, finding.hint) == (path, message, hint)


def test_the_whole_part_may_be_absent_or_of_the_wrong_shape(form: Small) -> None:
    _, (absent,) = form.accept('甲: "5"\n')
    assert (absent.path, absent.hint) == ("指标", "加上「指标」这一部分，逐项填写。")
    _, (wrong,) = form.accept("指标: []\n")
    assert wrong.path == "指标"
    assert wrong.message == "「指标」应当是一组「指标名称: 值」，这里是一个列表。"
    assert wrong.hint == "在它下面缩进两格，逐个指标写「名称:」。"


def test_a_point_that_is_left_out_is_not_taken_from_one_of_a_like_name(form: Small) -> None:
    """目标公开 and 报告公开 are alike; what is said of the one that is there stays with it."""
    text = GOOD.replace("      目标公开: {结论: 符合, 说明: 已公开, 自评分: 1}\n", "")
    submission, (finding,) = form.accept(text)
    assert (finding.code, finding.path) == ("JX222", "指标.信息公开.要点.目标公开")
    assert list(submission.entries["信息公开"].items) == ["报告公开"]


def test_a_misspelt_point_is_the_one_most_like_it_and_no_other(form: Small) -> None:
    text = GOOD.replace("      目标公开: {", "      标公开: {").replace(
        "      报告公开: {结论: 不适用, 说明: 本年没有报告}\n", ""
    )
    submission, findings = form.accept(text)
    assert [(finding.code, finding.path) for finding in findings] == [
        ("JX217", "指标.信息公开.要点.标公开"),
        ("JX222", "指标.信息公开.要点.报告公开"),
    ]
    assert list(submission.entries["信息公开"].items) == ["目标公开"]


def test_what_stands_below_a_misspelt_name_is_read_as_well(form: Small) -> None:
    text = GOOD.replace("  制度建设:", "  制度建没:").replace("自评分: 3 分", "自评分: 9")
    assert form.faults(text) == [("JX215", 4, 3), ("JX219", 5, 10)]


def test_what_is_said_of_a_group_is_not_taken_for_a_member_of_a_like_name(tmp_path: Path) -> None:
    form = small(tmp_path, "", "- {名称: 信息公开情况, 分值: 10, 下级: [{名称: 信息公开, 分值: 10, 得分: 自评分}]}\n")
    submission, findings = form.accept("指标:\n  信息公开情况: {自评分: 3}\n")
    assert [(finding.code, finding.path) for finding in findings] == [
        ("JX216", "指标.信息公开情况"),
        ("JX221", "指标.信息公开"),
    ]
    assert submission.entries["信息公开"].stated.value is None


def test_an_indicator_of_which_nothing_is_said_knows_its_path(form: Small) -> None:
    submission, _ = form.accept(GOOD.replace("  执行率: {}\n", ""))
    assert submission.entries["执行率"].remarks.path == "指标.执行率.说明"
    assert submission.entries["执行率"].remarks.span.line == 3


def test_a_name_with_nothing_behind_it_says_nothing(form: Small) -> None:
    assert form.faults(GOOD.replace("执行率: {}", "执行率:")) == []
    assert form.faults(GOOD.replace("执行率: {}", "执行率: ~")) == []


def test_without_the_part_there_are_no_judgements(form: Small) -> None:
    assert form.faults('甲: "5"\n') == [("JX223", 1, 1)]
    assert form.faults("指标:\n") == [("JX223", 2, 4)]
    assert form.faults("指标: []\n") == [("JX204", 2, 5)]
    assert form.faults("指票:\n  制度建设: {}\n") == [("JX201", 2, 1)]


def test_a_template_without_a_scoring_form_asks_for_none(tmp_path: Path) -> None:
    form = small(tmp_path, "甲: {类型: 文字, 标签: 甲, 必填: 否}\n")
    assert form.faults("甲: 乙\n") == []
