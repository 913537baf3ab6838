"""Which paragraph became which."""

from __future__ import annotations

from generator.pulling.aligning import Pair, Paragraph, Part, align


def plain(*texts: str, row: int = 0) -> list[Paragraph]:
    return [Paragraph((Part(text),), "", row, "", text) for text in texts]


def valued(*paths: str, text: str = "") -> list[Paragraph]:
    """Paragraphs of one value each."""
    keys = [(path, False, "", 1, 1) for path in paths]
    return [Paragraph((Part(text or key[0], key),), "", 0, "", text or key[0], frozenset({key})) for key in keys]


def pairs(old: list[Paragraph], new: list[Paragraph]) -> list[Pair]:
    return align(old, new)


def test_same() -> None:
    assert pairs(plain("甲", "乙"), plain("甲", "乙")) == [(0, 0), (1, 1)]
    assert pairs([], []) == []


def test_added_and_removed() -> None:
    assert pairs(plain("甲", "乙", "丙"), plain("甲", "丙", "丁")) == [(0, 0), (1, None), (2, 1), (None, 2)]


def test_value_tells_whatever_it_says() -> None:
    old, new = valued("a", "b", "c", text="旧"), valued("a", "c", text="全然不同的文字")
    assert pairs(old, new) == [(0, 0), (1, None), (2, 1)]


def test_likeness_within_a_gap() -> None:
    old = plain("第一段的文字在这里", "第二段说的是别的事情", "完全无关的一段话语")
    new = plain("新加的段落不像任何一段", "第二段说的是另外的事情", "第一段")
    assert pairs(old, new) == [(0, None), (None, 0), (1, 1), (2, None), (None, 2)]


def test_best_of_several() -> None:
    old = plain("预算执行情况良好，支出合理")
    new = plain("预算执行情况", "预算执行情况良好，支出较为合理", "别的")
    assert pairs(old, new) == [(None, 0), (0, 1), (None, 2)]


def test_shared_values_in_a_gap() -> None:
    key = ("a", False, "", 1, 1)
    old = [Paragraph((Part("本年"), Part("5", key)), "", 0, "", "本年5", frozenset({key})), *plain("别的文字")]
    new = [
        *plain("插入的一段"),
        Paragraph((Part("今年度共计"), Part("6", key)), "", 0, "", "今年度共计6", frozenset({key})),
    ]
    assert (0, 1) in pairs(old, new)


def test_cells_are_told_apart_by_their_rows() -> None:
    old = plain("甲", "100", row=1) + plain("乙", "100", row=2)
    new = plain("乙", "100", row=1)
    assert pairs(old, new) == [(0, None), (1, None), (2, 0), (3, 1)]


def test_cell_never_becomes_a_paragraph() -> None:
    assert pairs(plain("某项内容的说明", row=1), plain("某项内容的说明一")) == [(0, None), (None, 0)]


def test_gap_too_large_to_compare() -> None:
    old, new = plain(*(f"旧{n}" for n in range(60))), plain(*(f"新{n}" for n in range(60)))
    assert pairs(old, new) == [(n, n) for n in range(60)]
    assert len(pairs(old, new[:50])) == 110
