"""Edits: which lines were changed, added or taken out, with or without knowing what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.provenance.finished import Edit, find_edits
from generator.provenance.stamp import check_sum
from generator.word.read.document import Piece
from generator.word.read.lines import Line


def lines(*texts: str) -> list[Line]:
    return [Line((Piece(text),), f"第 {number} 段") for number, text in enumerate(texts, 1)]


def blind(old: list[Line], new: list[Line]) -> tuple[Edit, ...]:
    """The edits where only check sums are known of what was written."""
    return find_edits([check_sum(line.text) for line in old], new)


OLD = lines("甲", "乙", "丙", "丁")


@pytest.mark.parametrize(
    ("new", "known", "unknown"),
    [
        (("甲", "乙", "丙", "丁"), (), ()),
        (("甲", "乙改", "丙", "丁"), (Edit("第 2 段", "乙", "乙改"),), (Edit("第 2 段", None, "乙改"),)),
        (("甲", "新", "乙", "丙", "丁"), (Edit("第 2 段", "", "新"),), (Edit("第 2 段", "", "新"),)),
        (("甲", "丙", "丁"), (Edit("第 2 段", "乙", ""),), (Edit("第 1 段之后", None, ""),)),
        (("乙", "丙", "丁"), (Edit("第 1 段", "甲", ""),), (Edit("开头", None, ""),)),
        ((), tuple(Edit(line.place, line.text, "") for line in OLD), (Edit("开头", None, ""),) * 4),
    ],
)
def test_each_kind_of_edit(new: tuple[str, ...], known: tuple[Edit, ...], unknown: tuple[Edit, ...]) -> None:
    assert find_edits([], lines(*new), OLD) == known
    assert blind(OLD, lines(*new)) == unknown


def test_a_paragraph_that_a_program_broke_is_no_edit() -> None:
    old = lines("甲", "这一段在页末被分成了两段", "乙")
    assert blind(old, lines("甲", "这一段在页末", "被分成了", "两段", "乙")) == ()
    assert len(blind(old, lines("甲", "这一段在页末", "被分成三段", "乙"))) == 2
    # Figures that went from one cell to the next are an edit.
    assert len(blind(lines("得分1", "0分"), lines("得分", "10分"))) == 2


def test_what_was_edited_is_told_from_what_was_added_beside_it() -> None:
    old = lines("甲", "本年度收入决算数为一百万元。", "乙")
    new = lines("甲", "新加的一段话，讲别的事情。", "本年度收入决算数为二百万元。", "也是新加的。", "乙")
    assert find_edits([], new, old) == (
        Edit("第 2 段", "", "新加的一段话，讲别的事情。"),
        Edit("第 3 段", "本年度收入决算数为一百万元。", "本年度收入决算数为二百万元。"),
        Edit("第 4 段", "", "也是新加的。"),
    )


def test_many_changes_are_paired_in_order() -> None:
    old, new = lines(*(f"旧{n}" for n in range(100))), lines(*(f"新{n}" for n in range(103)))
    edits = find_edits([], new, old)
    assert len(edits) == 103
    assert edits[0] == Edit("第 1 段", "旧0", "新0")
    assert edits[-1] == Edit("第 103 段", "", "新102")
    assert find_edits([], old, new)[-1] == Edit("第 103 段", "新102", "")


TEXTS = st.lists(st.sampled_from(["甲", "乙", "丙", "一段长一点的话", "一段长一些的话"]), max_size=9)


@given(TEXTS, TEXTS)
def test_edits_lead_from_the_old_text_to_the_new(old: list[str], new: list[str]) -> None:
    edits = find_edits([], lines(*new), lines(*old))
    assert (edits == ()) == (old == new or (len(old) == 1 and len(new) > 1 and "".join(new) == old[0]))
    before, after = sorted(edit.old for edit in edits if edit.old), sorted(edit.new for edit in edits if edit.new)
    assert len(old) - len(before) == len(new) - len(after)
    for text in before:
        assert text in old
    for text in after:
        assert text in new


@given(TEXTS, TEXTS)
def test_without_the_old_text_as_many_edits_are_found(old: list[str], new: list[str]) -> None:
    known, unknown = find_edits([], lines(*new), lines(*old)), blind(lines(*old), lines(*new))
    assert len(known) == len(unknown) or len(known) > len(unknown)
    assert [edit.new for edit in known if edit.new] == [edit.new for edit in unknown if edit.new]
