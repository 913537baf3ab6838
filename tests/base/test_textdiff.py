"""How two texts differ: figures whole, Chinese by characters, and which items belong together."""

from __future__ import annotations

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.base.textdiff import align, differences, likeness, longest_increasing, pieces, same_start, word_changes

texts = st.text(st.sampled_from("甲乙丙工作1234.,%‰-+ab（）。， \n"), max_size=30)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("得85.71%，", ["得", "85.71%", "，"]),
        ("1,009.31万元", ["1,009.31", "万", "元"]),
        ("增减-4.75%", ["增", "减", "-4.75%"]),
        ("表2-1", ["表", "2", "-", "1"]),
        ("（5+1）/7", ["（", "5", "+", "1", "）", "/", "7"]),
        ("GDP and 5G", ["GDP", " ", "and", " ", "5", "G"]),
        ("2021-12-31", ["2021", "-", "12", "-", "31"]),
        ("3，120", ["3", "，", "120"]),
        ("", []),
    ],
)
def test_a_text_is_cut_into_figures_words_and_characters(text: str, cut: list[str]) -> None:
    assert pieces(text) == cut


def signed(old: str, new: str) -> str:
    return "".join(f"{sign}{text}|" for sign, text in word_changes(old, new))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("得1.43分", "得1.71分", "=得|-1.43|+1.71|=分|"),
        ("得1.43分", "得1.43分", "=得1.43分|"),
        ("推进中的工作", "已完成的工作", "-推进中|+已完成|=的工作|"),
        # A lone character between two new wordings is no island to read around.
        ("扎实推进宣传", "全面开进讲解", "-扎实推进宣传|+全面开进讲解|"),
        # Figures are never read past: what lies between them stays.
        ("4项，2项", "5项，1项", "-4|+5|=项，|-2|+1|=项|"),
        ("", "新", "+新|"),
        ("旧", "", "-旧|"),
        ("", "", ""),
    ],
)
def test_changes_are_told_word_by_word(old: str, new: str, said: str) -> None:
    assert signed(old, new) == said


@given(texts, texts)
def test_nothing_is_lost_and_no_figure_is_cut(old: str, new: str) -> None:
    found = word_changes(old, new)
    assert "".join(text for sign, text in found if sign != "+") == old
    assert "".join(text for sign, text in found if sign != "-") == new
    assert all(one.sign != other.sign for one, other in pairwise(found))
    gone = [piece for sign, text in found if sign == "-" for piece in pieces(text) if piece[0].isdigit()]
    assert set(gone) <= {piece for piece in pieces(old) if piece[0].isdigit()} | {
        piece.lstrip("+-") for piece in pieces(old)
    }


def test_texts_are_the_same_up_to_their_first_difference_or_their_end() -> None:
    assert [same_start("报告一", other) for other in ("报告二", "报告一份", "报告", "一", "")] == [2, 3, 2, 0, 0]


@given(texts, texts)
def test_likeness_is_from_0_to_1_and_1_for_the_same(old: str, new: str) -> None:
    assert 0 <= likeness(old, new) <= 1
    assert likeness(old, old) == 1


@given(st.lists(texts, max_size=8), st.lists(texts, max_size=8))
def test_every_item_is_told_once_and_in_order(old: list[str], new: list[str]) -> None:
    found = list(align(old, new, (lambda text: text,), likeness))
    assert [i for i, _ in found if i is not None] == list(range(len(old)))
    assert [j for _, j in found if j is not None] == list(range(len(new)))


def test_the_first_key_counts_before_the_second_and_likeness_last() -> None:
    old = ["甲 1", "乙 2", "丙丙丙丙丙丙 3"]
    new = ["新的一项", "甲 9", "乙 2", "丙丙丙丙丙丁 4"]
    keys = (lambda text: text, lambda text: text.split()[0] if " " in text else None)
    assert list(align(old, new, keys, likeness)) == [(None, 0), (0, 1), (1, 2), (2, 3)]
    assert list(align(old, new, (), lambda *_: 0.0)) == [
        (0, None),
        (1, None),
        (2, None),
        *((None, at) for at in range(4)),
    ]


def test_what_has_no_key_is_never_the_same_for_it() -> None:
    assert list(align(["甲"], ["甲"], (lambda _: None,), lambda *_: 0.0)) == [(0, None), (None, 0)]


def test_very_many_items_without_a_key_are_not_weighed_one_against_the_other() -> None:
    calls = []

    def alike(one: int, other: int) -> float:
        calls.append((one, other))
        return 1.0

    many = list(range(300))
    found = list(align(many, many, (lambda _: None,), alike))
    assert len(found) == 600
    assert not calls


@given(st.lists(st.sampled_from("甲乙丙"), max_size=12), st.lists(st.sampled_from("甲乙丙"), max_size=12))
def test_an_edit_script_covers_both_sides(old: list[str], new: list[str]) -> None:
    found = differences(old, new)
    assert [item for one in found for item in old[one.start : one.end]] == old
    assert [item for one in found for item in new[one.new_start : one.new_end]] == new
    assert all(old[one.start : one.end] == new[one.new_start : one.new_end] for one in found if one.same)
    assert all(one.same != other.same for one, other in pairwise(found))


def test_long_texts_that_repeat_themselves_are_compared_quickly() -> None:
    digits = "".join(str(number * number) for number in range(4_000))
    changed = digits[:500] + "新" + digits[510:10_000] + digits[10_500:] + "尾"
    began = process_time()
    found = differences(digits, changed)
    differences("9" * 30_000, "79" * 15_000)
    assert process_time() - began < 10  # about one second on a busy machine
    assert sum(one.end - one.start for one in found if one.same) > len(digits) - 600


@given(st.lists(st.integers(0, 20), max_size=12))
def test_longest_increasing_run(numbers: list[int]) -> None:
    found = longest_increasing(numbers)
    assert all(i < j and numbers[i] < numbers[j] for i, j in pairwise(found))
    longest = [1] * len(numbers)
    for at, number in enumerate(numbers):
        longest[at] += max((longest[below] for below in range(at) if numbers[below] < number), default=0)
    assert len(found) == max(longest, default=0)
