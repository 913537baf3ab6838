"""Numbered outlines: what is out of order, left out or empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from generator.checks.typography import Place, empty_headings, numbers_out_of_order, skipped_levels

Read = Callable[[Sequence[str]], Iterator[Place]]


def marked(read: Read, *paragraphs: str) -> list[str]:
    """The numbers that are underlined."""
    return [paragraphs[at][slip.start : slip.end] for at, slip in read(paragraphs)]


class TestOrder:
    @pytest.mark.parametrize(
        ("paragraphs", "expected"),
        [
            (["一、甲", "三、乙"], ["三、"]),
            (["（一）甲", "（二）乙", "（四）丙", "（五）丁"], ["（四）"]),
            (["1.甲", "2.乙", "2.丙"], ["2."]),
            (["1、甲", "3、乙"], ["3、"]),
            (["（1）甲", "（3）乙"], ["（3）"]),
            (["①甲", "③乙"], ["③"]),
            (["一是甲；二是乙；四是丙。"], ["四是"]),
            (["一是甲。", "没有序号的一段。", "三是乙。"], ["三是"]),
            (["第一，甲。第三，乙。"], ["第三"]),
            (["其一，甲；其三，乙。"], ["其三"]),
            (["（1）甲", "（二）乙"], ["（二）"]),
            (["二是甲。"], ["二是"]),
            (["甲：①乙；③丙。"], ["③"]),
            (["（1）甲（2）乙。（4）丙"], ["（4）"]),
            (["  十、甲", "  十二、乙"], ["十、", "十二、"]),
        ],
    )
    def test_a_number_that_does_not_follow_is_found(self, paragraphs: list[str], expected: list[str]) -> None:
        assert marked(numbers_out_of_order, *paragraphs) == expected

    @pytest.mark.parametrize(
        "paragraphs",
        [
            ["一、甲", "（一）乙", "1.丙", "2.丁", "（二）戊", "1.己", "二、庚", "（一）辛"],
            ["一是甲；二是乙。", "一是丙；二是丁；三是戊。"],
            ["（1）甲", "一是乙；二是丙。", "（2）丁", "一是戊；二是己。"],
            ["唯一是甲，第二产业、第三产业，十四五"],
            ["3.5亿元，2.1%", "12.5%"],
            ["（一）甲。①乙；②丙。", "（二）丁。①戊。"],
            ["没有序号"],
            ["主要做法一是甲；二是乙。"],
            ["（百）甲", "百、乙"],
        ],
    )
    def test_what_follows_or_begins_anew_is_not(self, paragraphs: list[str]) -> None:
        assert marked(numbers_out_of_order, *paragraphs) == []

    def test_what_was_expected_is_said(self) -> None:
        said = [place.slip.said for place in numbers_out_of_order(["一是甲；三是乙。", "（二）丙"])]
        assert said == ["接在「一是」后面，应为「二是」", "前面没有「（一）」，应为「（一）」"]


class TestLevels:
    @pytest.mark.parametrize(
        ("paragraphs", "expected"),
        [
            (["一、甲", "①乙"], ["①"]),
            (["（一）甲", "①乙"], ["①"]),
            (["一、甲", "（1）乙"], ["（1）"]),
            (["一、甲", "1.乙", "二、丙", "（一）丁"], ["1."]),
        ],
    )
    def test_one_that_is_left_out_is_found(self, paragraphs: list[str], expected: list[str]) -> None:
        assert marked(skipped_levels, *paragraphs) == expected

    @pytest.mark.parametrize(
        "paragraphs",
        [
            ["一、甲", "（一）乙", "1.丙", "（1）丁", "①戊", "二、己"],
            ["一、甲", "1.乙", "2.丙"],
            ["（一）甲", "（1）乙"],
            ["①甲", "②乙"],
            ["一、甲。①乙；②丙。"],
        ],
    )
    def test_what_is_allowed_is_not(self, paragraphs: list[str]) -> None:
        assert marked(skipped_levels, *paragraphs) == []

    def test_what_is_missing_is_said(self) -> None:
        (place,) = skipped_levels(["一、甲", "（1）乙"])
        assert place.slip.said == "上一级是「一、」，中间少了「（一）」、「1.」一级"


class TestEmptyHeadings:
    @pytest.mark.parametrize(
        ("paragraphs", "expected"),
        [
            (["（一）甲", "说明。", "（二）乙", "（三）丙", "说明。"], ["（二）"]),
            (["一、甲", "说明。", "二、乙"], ["二、"]),
            (["一、甲", "（一）乙", "说明。", "二、丙", "三、丁", "说明。"], ["二、"]),
            (["甲", "情况如下："], ["如下："]),
        ],
    )
    def test_are_found_where_others_have_something_below(self, paragraphs: list[str], expected: list[str]) -> None:
        assert marked(empty_headings, *paragraphs) == expected

    @pytest.mark.parametrize(
        "paragraphs",
        [
            ["（一）甲", "（二）乙", "（三）丙"],
            ["1.完成甲项任务，成效很好。", "2.乙"],
            ["（一）甲", "说明。", "（二）这一条自己就是一句话。", "（三）丙", "说明。"],
            ["一、甲", "（一）乙", "说明。"],
            ["情况如下："],
            ["情况如下：", "甲。"],
        ],
    )
    def test_are_not_found_in_lists(self, paragraphs: list[str]) -> None:
        assert marked(empty_headings, *paragraphs) == []
