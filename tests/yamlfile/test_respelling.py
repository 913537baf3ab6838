"""Other values in a YAML text, and every other character of it as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from generator.base.diagnostics import Span
from generator.yamlfile.build import Scalar, scalars
from generator.yamlfile.regrow import exact, regrown, with_values
from generator.yamlfile.source import parse_yaml

Place = tuple[int, int]
Changed = tuple[Place, Callable[[list[Scalar]], list[Scalar]]]
"""Where a value begins, and what becomes of it."""
NOWHERE = Span("")


class CannotSpell(Exception):
    """It cannot be written so."""


def NewValue(line: int, column: int, text: str) -> Changed:
    def new(values: list[Scalar]) -> list[Scalar]:
        return [replace(one, text=text, quoted=True) if one.span != NOWHERE else one for one in values if text]

    return (line, column), new


def NewItems(line: int, column: int, texts: tuple[str, ...], before: bool = False) -> Changed:
    added = [Scalar(text, NOWHERE, quoted=True) for text in texts]
    return (line, column), lambda old: [*added, *old] if before else [*old, *added]


def NoItem(line: int, column: int) -> Changed:
    return (line, column), lambda _: []


def respelled(text: str, changes: list[Changed]) -> str:
    """The text with these changes."""
    source = parse_yaml(text.encode(), "x.yaml")
    assert source.root is not None
    known = {(one.span.line, one.span.column): one for one in scalars(source.root)}
    made: dict[Span, list[Scalar]] = {}
    for place, new in changes:
        made[known[place].span] = new(made.get(known[place].span, [known[place]]))
    after = regrown(source, with_values(source.root, made), exact)
    if after is None:
        raise CannotSpell
    return after.text


TEXT = """\
# 头
金额: 8280.03 万元   # 注
行: {甲: 一, 乙: "二 三", 丙: '丁''戊'}
段: |
  一行
  二行

折: >-
  长文
  接着
列:
  # 前注
  - 第一项  # 尾
  - "第二项"

  - 第三项
行列: [A, B, C]
末: 值
"""


def place(text: str, value: str) -> tuple[int, int]:
    """Where a value begins."""
    found: list[Scalar] = []

    def walk(node: object) -> None:
        for child in getattr(node, "entries", ()):
            walk(child.value)
        for child in getattr(node, "items", ()) if hasattr(node, "items") else ():
            walk(child)
        if isinstance(node, Scalar):
            found.append(node)

    walk(parse_yaml(text.encode(), "x.yaml").root)
    span = next(one.span for one in found if one.text == value)
    return span.line, span.column


def changed(
    *changes: tuple[Callable[..., Changed], str, object] | tuple[Callable[..., Changed], str, object, bool],
    text: str = TEXT,
) -> list[tuple[str, ...]]:
    """The lines that change: those that go with ``-``, those that come with ``+``."""
    import difflib

    made = [
        kind(*place(text, value), *more) if more != [None] else kind(*place(text, value))
        for kind, value, *more in changes
    ]
    after = respelled(text, made)
    lines = difflib.ndiff(text.splitlines(), after.splitlines())
    return [(line[0], line[2:]) for line in lines if line[0] in "+-"]


class TestValues:
    def test_only_what_differs(self) -> None:
        assert changed((NewValue, "8280.03 万元", "8281.00 万元")) == [
            ("-", "金额: 8280.03 万元   # 注"),
            ("+", "金额: 8281.00 万元   # 注"),
        ]

    def test_quotes_stay(self) -> None:
        assert changed((NewValue, "二 三", '二 "三"'), (NewValue, "丁'戊", "丁'己")) == [
            ("-", "行: {甲: 一, 乙: \"二 三\", 丙: '丁''戊'}"),
            ("+", "行: {甲: 一, 乙: \"二 \\\"三\\\"\", 丙: '丁''己'}"),
        ]

    @pytest.mark.parametrize(
        "new",
        [
            "一, 二",
            "一: 二",
            "8:30",
            "-",
            "[一]",
            "- 一",
            "# 一",
            "~",
            "null",
            "'",
            '"',
            "&一",
            "*一",
            " 一",
            "一 ",
            "\\",
        ],
    )
    def test_quotes_where_they_are_needed(self, new: str) -> None:
        assert changed((NewValue, "一", new))[1][1].startswith(('行: {甲: "', "行: {甲: '", f"行: {{甲: {new}, 乙"))
        after = respelled(TEXT, [NewValue(*place(TEXT, "一"), new), NewValue(*place(TEXT, "值"), new)])
        assert place(after, new)

    def test_lines_of_a_block(self) -> None:
        assert changed((NewValue, "一行\n二行\n", "一行改\n二行\n")) == [("-", "  一行"), ("+", "  一行改")]
        assert changed((NewValue, "一行\n二行\n", "一行\n中间\n二行\n")) == [("+", "  中间")]

    def test_lines_of_a_folded_block(self) -> None:
        assert changed((NewValue, "长文 接着", "长文章 接着了")) == [
            ("-", "  长文"),
            ("+", "  长文章"),
            ("-", "  接着"),
            ("+", "  接着了"),
        ]
        assert changed((NewValue, "长文 接着", "长文\n接着")) == [("+", "")]

    def test_new_lines(self) -> None:
        assert changed((NewValue, "值", "值一\n值二")) == [
            ("-", "末: 值"),
            ("+", "末: |-"),
            ("+", "  值一"),
            ("+", "  值二"),
        ]
        assert changed((NewValue, "一", "一\n二"))[1] == ("+", "行: {甲: \"一\\n二\", 乙: \"二 三\", 丙: '丁''戊'}")
        assert changed((NewValue, "第三项", "三\n项")) == [
            ("-", "  - 第三项"),
            ("+", "  - |-"),
            ("+", "    三"),
            ("+", "    项"),
        ]

    def test_lines_within_quotes(self) -> None:
        assert changed((NewValue, "丁'戊", "丁\n'戊"))[1] == ("+", '行: {甲: 一, 乙: "二 三", 丙: "丁\\n\'戊"}')
        assert respelled("甲: '一'\n", [NewValue(1, 4, "一\n二")]) == "甲: |-\n  一\n  二\n"

    def test_filled_in(self) -> None:
        assert respelled("甲: ''\n乙: \"\"\n", [NewValue(1, 4, "一"), NewValue(2, 4, "二")]) == "甲: '一'\n乙: \"二\"\n"

    def test_emptied(self) -> None:
        assert changed((NewValue, "8280.03 万元", "")) == [("-", "金额: 8280.03 万元   # 注"), ("+", "金额:   # 注")]
        assert changed((NewValue, "一", ""))[1] == ("+", "行: {甲: , 乙: \"二 三\", 丙: '丁''戊'}")
        assert "\n段:\n\n折:" in respelled(TEXT, [NewValue(*place(TEXT, "一行\n二行\n"), "")])
        assert changed((NewValue, "第三项", "")) == [("-", "  - 第三项")]


class TestItems:
    def test_behind(self) -> None:
        assert changed((NewItems, "第一项", ("新: 一", "新二"))) == [("+", '  - "新: 一"'), ("+", "  - 新二")]
        assert changed((NewItems, "第三项", ("末项",))) == [("+", "  - 末项")]
        assert changed((NewItems, "A", ("8:30",)))[1] == ("+", '行列: [A, "8:30", B, C]')
        assert changed((NewItems, "B", ("B2,x",))) == [("-", "行列: [A, B, C]"), ("+", '行列: [A, B, "B2,x", C]')]

    def test_before(self) -> None:
        assert changed((NewItems, "第一项", ("零", "null"), True)) == [("+", "  - 零"), ("+", '  - "null"')]
        assert changed((NewItems, "A", ("零",), True))[1] == ("+", "行列: [零, A, B, C]")

    def test_at_the_end_of_a_file_without_a_line_end(self) -> None:
        assert respelled("列:\n- 甲", [NewItems(2, 3, ("乙", "丙"))]) == "列:\n- 甲\n- 乙\n- 丙"

    def test_taken_out(self) -> None:
        assert changed((NoItem, "第二项", None)) == [("-", '  - "第二项"')]
        assert changed((NoItem, "A", None))[1] == ("+", "行列: [B, C]")
        assert changed((NoItem, "B", None))[1] == ("+", "行列: [A, C]")
        assert changed((NoItem, "C", None))[1] == ("+", "行列: [A, B]")
        assert respelled("列:\n- 甲\n- 乙", [NoItem(3, 3)]) == "列:\n- 甲\n"

    def test_neighbours_in_brackets(self) -> None:
        text = "列: [A, \"B\", 'C', D]\n"
        assert respelled(text, [NoItem(1, 13), NoItem(1, 18)]) == '列: [A, "B"]\n'
        assert respelled(text, [NoItem(1, 8), NewItems(1, 13, ("新",)), NewItems(1, 5, ("零",), before=True)]) == (
            "列: [零, A, 'C', 新, D]\n"
        )
        lines = "列: [A,  # 一\n  B,  # 二\n  C]\n"
        assert respelled(lines, [NoItem(1, 5), NewItems(3, 3, ("新",))]) == "列: [B,  # 二\n  C, 新]\n"
        assert (
            respelled(lines, [NewItems(2, 3, ("新",)), NewValue(3, 3, "丙")])
            == "列: [A,  # 一\n  B, 新,  # 二\n  丙]\n"
        )
        mixed = "列: [A,  # 一\n  {题: 丁},  # 二\n  C]\n"
        assert (
            respelled(mixed, [NewItems(1, 5, ("新",)), NoItem(3, 3)]) == "列: [A, 新,  # 一\n  {题: 丁},  # 二\n  ]\n"
        )
        assert respelled("列:\n- 甲\n- 乙\n", [NoItem(2, 3), NoItem(3, 3)]) == "列:\n"

    def test_several_of_one_list(self) -> None:
        made = changed(
            (NewItems, "第一项", ("新",)),
            (NewValue, "第一项", "第 # 项"),
            (NoItem, "第三项", None),
            (NewItems, "第一项", ("零",), True),
        )
        assert sorted(made) == sorted(
            [
                ("-", "  - 第一项  # 尾"),
                ("+", "  - 零"),
                ("+", '  - "第 # 项"  # 尾'),
                ("+", "  - 新"),
                ("-", "  - 第三项"),
            ]
        )

    def test_value_on_the_line_behind_its_dash(self) -> None:
        assert respelled("列:\n  -\n    甲\n  - 乙\n", [NoItem(3, 5)]) == "列:\n  - 乙\n"
        assert (
            respelled("列:\n  -\n    甲\n  - 乙\n", [NewItems(3, 5, ("零",), before=True)])
            == "列:\n  - 零\n  -\n    甲\n  - 乙\n"
        )


class TestPlaces:
    def test_all_other_line_ends(self) -> None:
        text = TEXT.replace("\n", "\r\n")
        made: list[Changed] = [
            NewValue(*place(text, "值"), "甲\n乙"),
            NewItems(*place(text, "第一项"), ("新",)),
            NewValue(*place(text, "一行\n二行\n"), "一\n二\n三\n"),
        ]
        after = respelled(text, made)
        assert after.count("\n") == after.count("\r\n")
        assert place(after, "甲\n乙")
        assert place(after, "一\n二\n三\n")

    def test_only_item(self) -> None:
        with pytest.raises(CannotSpell):
            respelled("列: 甲\n", [NewItems(1, 4, ("乙",))])

    def test_beside_a_lone_dash(self) -> None:
        text = "备注: -\n金额: 1 元\n行:\n  - 名: 甲\n    注: -  \n"
        assert respelled(text, [NewValue(2, 5, "2 元"), NewValue(4, 8, "乙")]) == (
            '备注: "-"\n金额: 2 元\n行:\n  - 名: 乙\n    注: "-"  \n'
        )
        assert respelled(text, [NewValue(1, 5, "无")]).startswith('备注: "无"\n')

    def test_nothing_to_do(self) -> None:
        assert respelled(TEXT, []) == TEXT


_WORDS = st.text(st.sampled_from("甲乙 :#-'\"[]{},&*!|>%@`\\\n\t~0."), max_size=12)


@given(
    _WORDS, st.sampled_from(["8280.03 万元", "一", "二 三", "丁'戊", "一行\n二行\n", "长文 接着", "第一项", "C", "值"])
)
def test_whatever_is_put_in_comes_out(new: str, old: str) -> None:
    """Or it is said that it cannot be; and what is left out of the change stays as it was."""
    assume(new or old not in ("第一项", "C"))  # which would go
    before = parse_yaml(TEXT.encode(), "x.yaml")
    try:
        after = respelled(TEXT, [NewValue(*place(TEXT, old), new)])
    except CannotSpell:
        return
    assert after.count("# ") >= TEXT.count("# ")
    read = parse_yaml(after.encode(), "x.yaml")
    assert read.root is not None
    assert before.root is not None
    assert [entry.key.text for entry in read.root.entries] == [entry.key.text for entry in before.root.entries]
    place(after, new)
