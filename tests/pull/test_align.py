"""Which paragraph or row became which."""

from __future__ import annotations

import pytest

from generator.workflows.pull.align import Pair, Paragraph, Part, align, rejoined


def plain(*texts: str, row: int = 0, section: bool = False) -> list[Paragraph]:
    return [
        Paragraph((Part(text),), f"表 1 行 {row} 列 {column}" if row else "", row, "", text, section)
        for column, text in enumerate(texts, 1)
    ]


def pairs(old: list[Paragraph], new: list[Paragraph]) -> list[Pair]:
    return align(old, new)


def test_same() -> None:
    assert pairs(plain("甲", "乙"), plain("甲", "乙")) == [(0, 0), (1, 1)]
    assert pairs([], []) == []


def test_added_and_removed() -> None:
    assert pairs(plain("甲", "乙", "丙"), plain("甲", "丙", "丁")) == [(0, 0), (1, None), (2, 1), (None, 2)]


def test_alone_between_two_pairs() -> None:
    assert pairs(plain("甲", "旧", "丙"), plain("甲", "全然不同", "丙")) == [(0, 0), (1, 1), (2, 2)]


def test_likeness_within_a_gap() -> None:
    old = plain("第一段的文字在这里", "第二段说的是别的事情", "完全无关的一段话语", "末")
    new = plain("新加的段落不像任何一段", "第二段说的是另外的事情", "第一段", "另一", "末")
    assert (1, 1) in pairs(old, new)
    assert (0, None) not in pairs(old, new) or (None, 0) in pairs(old, new)


def test_best_of_several() -> None:
    old = plain("预算执行情况良好，支出合理")
    new = plain("预算执行情况", "预算执行情况良好，支出较为合理", "别的")
    assert pairs(old, new) == [(None, 0), (0, 1), (None, 2)]


def test_numbers_of_items_do_not_count() -> None:
    old = plain("（1）起草规章", "（2）指导行业", "（3）组织考核")
    new = plain("（1）指导行业", "（2）组织考核", "（3）其他")
    assert pairs(old, new) == [(0, None), (1, 0), (2, 1), (None, 2)]


def test_rows_are_wholes() -> None:
    """A cell that reads like the one in the row above stays in its row."""
    old = plain("甲", "100%", row=1) + plain("乙", "100%", row=2)
    new = plain("甲", "100%", row=1) + plain("乙", "98%", row=2)
    assert pairs(old, new) == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert pairs(old, plain("乙", "100%", row=1)) == [(0, None), (1, None), (2, 0), (3, 1)]


def test_a_sorted_row_became_no_other() -> None:
    """Not either where several rows say the same, or the row has a single text that is not short."""
    v, d, e = ["验收合格率", "≥90%", "100%"], ["质量达标率", "100%", "100%"], ["按期完成率", "≥90%", "已完成"]
    p, q, r, s = ([f"第{word}个项目", "10", "20"] for word in "一二三四")
    several, single = [p, v, q, d, r, v, s, e], [p, ["国有资产年报"], q, ["项目检查记录"], r]
    for old, order in ((several, (0, 3, 2, 1, 4, 7, 6, 5)), (single, (0, 3, 2, 1, 4))):
        new = [old[at] for at in order]
        before, after = ([one for n, row in enumerate(each, 1) for one in plain(*row, row=n)] for each in (old, new))
        assert all(before[i].text == after[j].text for i, j in pairs(before, after) if i is not None and j is not None)


@pytest.mark.parametrize("more", [(), ("已归档的材料",), ("100%", "已完成")])
def test_a_row_that_got_another_number_has_not_moved(more: tuple[str, ...]) -> None:
    names = ["验收合格率", "质量达标率", "项目检查记录", "按期完成率", "国有资产年报"]
    sides = (names, [*names[:1], *names[2:]])
    old, new = ([one for n, name in enumerate(each, 1) for one in plain(str(n), name, *more, row=n)] for each in sides)
    same = [old[i].text for i, j in pairs(old, new) if i is not None and j is not None and old[i].text == new[j].text]
    assert [text for text in same if text in names] == sides[1]


def test_cells_by_column() -> None:
    """An emptied cell says nothing, and its neighbours stay in their columns."""
    old, new = plain("甲", "10", "20", row=1), plain("甲", "", "20", row=1)
    assert pairs(old, [one for one in new if one.text]) == [(0, 0), (1, None), (2, 1)]


def test_cell_never_becomes_a_paragraph() -> None:
    assert pairs(plain("某项内容的说明", row=1), plain("某项内容的说明一")) == [(0, None), (None, 0)]


def test_gap_too_large_to_compare() -> None:
    old, new = plain(*(f"旧{n}" for n in range(60))), plain(*(f"新{n}" for n in range(60)))
    assert pairs(old, new) == [(n, n) for n in range(60)]
    assert len(pairs(old, new[:50])) == 110


def test_paragraph_cut_at_the_end_of_a_page() -> None:
    old = plain("前一段", "这一段在页末被切开，后半在下一页。")
    cut = plain("前一段") + plain("这一段在页末被切开，", section=True) + plain("后半在下一页。")
    assert [one.text for one in rejoined(old, cut)] == [one.text for one in old]
    by_hand = plain("前一段", "这一段在页末被切开，", "后半在下一页。")
    assert rejoined(old, by_hand) == by_hand
