"""Facts that changed: by what they are, not by where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.workflows.diff.compare import compare
from generator.workflows.diff.differences import Differences
from generator.workflows.diff.facts import compare_facts, match_rows, moved_rows
from generator.workflows.diff.side import open_side
from generator.yamlfile.build import Mapping, Node, Sequence
from generator.yamlfile.source import parse_yaml
from tests.diff.conftest import BASE, Compare


def said(found: Differences) -> list[tuple[str, str, str | None, str | None]]:
    return [(one.kind, one.path, one.old, one.new) for one in found.facts]


def test_the_same_input_has_no_changes(compared: Compare) -> None:
    found = compared(BASE, f"# 注释不算变化\n{BASE}")
    assert found.is_same
    assert found.remarks == ()


def test_a_figure_is_told_with_its_label_and_both_places(compared: Compare) -> None:
    (one,) = compared(BASE, BASE.replace("收入: 100 万元", "收入: 90 万元", 1)).facts
    assert (one.kind, one.path, one.label, one.old, one.new) == ("changed", "收入", "收入决算数", "100 万元", "90 万元")
    assert one.old_span is not None
    assert one.new_span is not None
    assert (one.old_span.file[-6:], one.old_span.line, one.new_span.file[-6:]) == ("旧.yaml", 3, "新.yaml")
    assert not one.same_value
    assert not one.is_text


def test_another_way_of_writing_is_told_as_one(compared: Compare) -> None:
    found = compared(BASE, BASE.replace("收入: 100 万元", "收入: 1000000 元", 1))
    assert [one.same_value for one in found.facts] == [True]
    assert found.scores == ()


def test_facts_come_and_go_in_groups_and_blank_is_none(compared: Compare) -> None:
    without = BASE.replace("组: {甲: 1}", "组: {甲: }").replace("总述: 收入{{ 收入 }}，平稳。\n", "")
    assert said(compared(BASE, without)) == [
        ("removed", "组.甲", "1", None),
        ("removed", "总述", "收入{{ 收入 }}，平稳。", None),
    ]
    assert {one[0] for one in said(compared(without, BASE))} == {"added"}


def test_rows_are_known_by_their_first_text(compared: Compare) -> None:
    new = BASE.replace(
        "  - {名称: 甲项目经费, 金额: 10 万元}\n",
        "  - {名称: 全新的事, 金额: 3 万元}\n  - {名称: 甲项目经费, 金额: 11 万元}\n",
    ).replace("  - {名称: 乙项目经费, 金额: 20 万元}\n", "")
    assert said(compared(BASE, new)) == [
        ("removed", "项目[2]", "名称：乙项目经费，金额：20 万元", None),
        ("added", "项目[1]", None, "名称：全新的事，金额：3 万元"),
        ("changed", "项目[2].金额", "10 万元", "11 万元"),
    ]
    changed = compared(BASE, new).facts[-1]
    assert (changed.old_path, changed.label) == ("项目[1].金额", "项目「甲项目经费」：金额")


def test_a_row_that_was_renamed_is_the_row_it_resembles(compared: Compare) -> None:
    found = compared(BASE, BASE.replace("乙项目经费", "乙项目工作经费"))
    assert said(found) == [("changed", "项目[2].名称", "乙项目经费", "乙项目工作经费")]


def test_rows_of_the_same_name_are_told_apart_by_the_next_text(compared: Compare) -> None:
    rows = "项目:\n  - {名称: 同名, 备注: 一, 金额: 1 元}\n  - {名称: 同名, 备注: 二, 金额: 2 元}\n"
    old = BASE[: BASE.index("项目:")] + rows + BASE[BASE.index("指标:") :]
    new = old.replace("金额: 2 元", "金额: 5 元").replace(
        "  - {名称: 同名, 备注: 一, 金额: 1 元}\n",
        "  - {名称: 同名, 备注: 三, 金额: 9 元}\n  - {名称: 同名, 备注: 一, 金额: 1 元}\n",
    )
    assert said(compared(old, new)) == [
        ("added", "项目[1]", None, "名称：同名，备注：三，金额：9 元"),
        ("changed", "项目[3].金额", "2 元", "5 元"),
    ]


def test_a_row_that_stands_elsewhere_is_told_as_moved(compared: Compare) -> None:
    first = "  - {名称: 甲项目经费, 金额: 10 万元}\n"
    last = "  - {名称: 丙项目经费, 金额: 5 万元}\n"
    new = BASE.replace(first, "").replace(last, last + first)
    (one,) = compared(BASE, new).facts
    assert (one.kind, one.old_path, one.path, one.is_row) == ("moved", "项目[1]", "项目[3]", True)


def test_paragraphs_are_compared_one_by_one_also_if_written_as_one_text(compared: Compare) -> None:
    old = BASE.replace("要闻: [", "要闻: [最前面的一段。, ")
    new = BASE.replace(
        "要闻: [第一段的文字说得很清楚。, 第二段的文字也很清楚。]",
        "要闻: |\n  第一段的文字说得更清楚。\n  第二段的文字也很清楚。\n  末了又添的话。",
    )
    assert said(compared(old, new)) == [
        ("removed", "要闻[1]", "最前面的一段。", None),
        ("changed", "要闻[1]", "第一段的文字说得很清楚。", "第一段的文字说得更清楚。"),
        ("added", "要闻[3]", None, "末了又添的话。"),
    ]


def test_what_is_said_of_indicators_and_what_no_field_knows_is_compared_too(compared: Compare) -> None:
    found = compared(BASE, BASE.replace("年中追加的投入没有按时到位", "投入略有不足") + "附件: [说明.docx]\n")
    assert said(found) == [
        ("changed", "指标.投入.原因", "年中追加的投入没有按时到位", "投入略有不足"),
        ("added", "附件[1]", None, "说明.docx"),
    ]
    assert found.facts[0].is_text
    assert found.facts[0].label == "投入：原因"


def test_a_value_of_another_shape_went_and_came(compared: Compare) -> None:
    assert [one[:2] for one in said(compared(BASE, BASE.replace("组: {甲: 1}", "组: 无")))] == [
        ("removed", "组"),
        ("added", "组"),
    ]


def rows(*names: str) -> tuple[Node, ...]:
    root = parse_yaml("表:\n".encode() + "".join(f"- {{名: {name}}}\n" for name in names).encode(), "x").root
    assert isinstance(root, Mapping)
    table = root.get("表")
    return table.items if isinstance(table, Sequence) else ()


@given(st.permutations(range(7)), st.integers(0, 7))
def test_every_row_that_stayed_is_found_and_those_in_order_are_not_moved(order: list[int], cut: int) -> None:
    words = ["甲甲", "乙乙", "丙丙", "丁丁", "戊戊", "己己", "庚庚"]
    old, new = rows(*words), rows(*(words[at] for at in order[:cut]))
    found = match_rows(old, new, {})
    assert found == dict(enumerate(order[:cut]))
    moved = moved_rows(found)
    kept = [found[at] for at in sorted(found) if at not in moved]
    assert kept == sorted(kept)
    assert not moved or list(found.values()) != sorted(found.values())


@pytest.mark.parametrize(
    ("was", "now", "paths"),
    [
        ("[甲表, 佐证/乙.pdf]", "[{标题: 甲表}, {文件: 佐证/乙.pdf}]", []),
        ("甲表", "[甲表]", []),
        ("[甲表]", "[{标题: 乙表}]", ["指标.制度.佐证[1]", "指标.制度.佐证[1]"]),
    ],
)
def test_evidence_said_another_way_is_the_same(was: str, now: str, paths: list[str]) -> None:
    old, new = (parse_yaml(f"指标: {{制度: {{佐证: {one}}}}}".encode(), "a.yaml").root for one in (was, now))
    assert [one.path for one in compare_facts(old, new, {}).changes] == paths


def test_one_more_piece_of_evidence_is_one_change(tmp_path: Path) -> None:
    old = Path("inputs") / "meizhou-gxj-2021.yaml"
    few, more = "佐证: [2021年部门预算, 财决01-1表]", "佐证: [2021年部门预算, 新增的材料, 财决01-1表]"
    new = tmp_path / "新.yaml"
    new.write_text(old.read_text("utf-8").replace(few, more, 1), encoding="utf-8")
    with open_side(str(old)) as before, open_side(str(new), Path("templates")) as after:
        found = compare(before, after)
    assert [one.path for one in found.facts] == ["指标.预算编制合理性.佐证[2]"]
    # The numbered list of all evidence is a longer one, and says nothing else of what was there.
    assert [one.path for one in found.texts] == ["指标.预算编制合理性.依据"]
