"""Characters exchanged in the values of a YAML text, and nothing else."""

from __future__ import annotations

import pytest

from generator.base.diagnostics import Span
from generator.yamlfile.edit import Cut, spliced, value_cuts
from generator.yamlfile.text import spelled

FILE = "填报.yaml"


def exchanged(text: str, column: int, value: str, before: str, after: str) -> str:
    """The text with a part of the value on its first line made another one."""
    spelling = spelled(text, value, Span(FILE, 1, column, 1))
    assert spelling is not None
    return spliced(text, value_cuts(spelling, value.index(before), before, after))


@pytest.mark.parametrize(
    ("text", "value", "before", "after", "expected"),
    [
        ("甲: 一;二  # 注\n", "一;二", "一;二", "一；二", "甲: 一；二  # 注\n"),
        ("甲: '一''二;三'\n", "一'二;三", "一'二;三", "一'二；三", "甲: '一''二；三'\n"),
        ("甲: '一二'\n", "一二", "一二", "一'二", "甲: '一''二'\n"),
        ('甲: "一\\"二;三"\n', '一"二;三', '一"二;三', "一“二；三", '甲: "一“二；三"\n'),
        ('甲: "一二"\n', "一二", "一二", '一"\\二', '甲: "一\\"\\\\二"\n'),
        ("甲: 一二\n  三四\n", "一二 三四", "一二 三四", "一二三四", "甲: 一二三四\n"),
        (
            "甲: >-\r\n  一二\r\n  三四\r\n乙: 1\r\n",
            "一二 三四",
            "一二 三四",
            "一二三四",
            "甲: >-\r\n  一二三四\r\n乙: 1\r\n",
        ),
        ("甲: |\n  一;\n  二\n", "一;\n二\n", "二", "二。", "甲: |\n  一;\n  二。\n"),
        ("甲: 一二\n", "一二", "一二", "一二。", "甲: 一二。\n"),
        ("甲: 一二\n", "一二", "二", "，二", "甲: 一，二\n"),
    ],
)
def test_the_characters_are_written_as_the_style_has_them(
    text: str, value: str, before: str, after: str, expected: str
) -> None:
    assert exchanged(text, 4, value, before, after) == expected


def test_the_same_cut_twice_is_made_once() -> None:
    assert spliced("甲;乙", [Cut(1, 2, "；"), Cut(1, 2, "；")]) == "甲；乙"
