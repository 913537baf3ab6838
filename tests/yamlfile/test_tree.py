"""What a readable file becomes: text as typed, every piece with its place."""

from __future__ import annotations

import hashlib

import pytest

from generator.base.diagnostics import Span
from generator.yamlfile.build import Entry, Mapping, Node, Scalar, Sequence
from generator.yamlfile.source import parse_yaml

FILE = "填报.yaml"


def tree(text: str) -> Mapping:
    source = parse_yaml(text.encode(), FILE)
    assert source.findings == ()
    assert source.root is not None
    return source.root


def value(text: str) -> Node:
    found = tree(text).get("值")
    assert found is not None
    return found


def scalar(text: str) -> Scalar:
    found = value(text)
    assert isinstance(found, Scalar)
    return found


@pytest.mark.parametrize(
    "typed", ["010", "1.10", "0x1F", "1e3", "yes", "2021-12-31", "1_000", "12:30", "125.00 万元", "-5"]
)
def test_values_stay_as_typed(typed: str) -> None:
    assert scalar(f"值: {typed}").text == typed


def test_every_piece_is_located() -> None:
    assert tree("部门: {名称: 梅州市}\n专项资金:\n  - 金额: 1.10 万元\n") == Mapping(
        (
            Entry(
                Scalar("部门", Span(FILE, 1, 1, 2)),
                Mapping(
                    (Entry(Scalar("名称", Span(FILE, 1, 6, 2)), Scalar("梅州市", Span(FILE, 1, 10, 3))),),
                    Span(FILE, 1, 5),
                ),
            ),
            Entry(
                Scalar("专项资金", Span(FILE, 2, 1, 4)),
                Sequence(
                    (
                        Mapping(
                            (Entry(Scalar("金额", Span(FILE, 3, 5, 2)), Scalar("1.10 万元", Span(FILE, 3, 9, 7))),),
                            Span(FILE, 3, 5),
                        ),
                    ),
                    Span(FILE, 3, 3),
                ),
            ),
        ),
        Span(FILE, 1, 1),
    )


def test_columns_count_characters_even_beyond_the_basic_plane() -> None:
    root = tree("{𠮷野: 𠮷, b: c}")
    assert [entry.value.span for entry in root.entries] == [Span(FILE, 1, 6, 1), Span(FILE, 1, 12, 1)]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(line_break: str) -> None:
    root = tree(f"a: 1{line_break}{line_break}b: |{line_break}  x{line_break}  y{line_break}c: 3")
    assert [entry.key.span.line for entry in root.entries] == [1, 3, 6]
    block = root.get("b")
    assert isinstance(block, Scalar)
    assert block.text == "x\ny\n"


def test_a_byte_order_mark_is_not_counted() -> None:
    source = parse_yaml(b"\xef\xbb\xbf" + "值: 1".encode(), FILE)
    assert source.findings == ()
    assert source.root is not None
    assert source.root.span == Span(FILE, 1, 1)
    assert source.text == "值: 1"


@pytest.mark.parametrize("typed", ["", "~", "null", "Null", "NULL", "# 说明"])
def test_an_empty_value_is_blank(typed: str) -> None:
    assert scalar(f"值: {typed}").is_blank


@pytest.mark.parametrize("typed", ["''", '"~"', "'null'", "无", "nULL", "0", "|\n  ~"])
def test_a_value_given_on_purpose_is_not_blank(typed: str) -> None:
    assert not scalar(f"值: {typed}").is_blank


def test_an_empty_block_is_blank() -> None:
    assert scalar("值: |\nb: 1").is_blank


def test_an_empty_value_stands_behind_its_colon() -> None:
    assert scalar("值:\nb: 1").span == Span(FILE, 1, 3, 1)


@pytest.mark.parametrize(("typed", "text"), [("'甲''乙'", "甲'乙"), ('"甲\\"乙\\t\\u4e19"', '甲"乙\t丙')])
def test_quotes_and_escapes_are_undone(typed: str, text: str) -> None:
    found = scalar(f"值: {typed}")
    assert (found.text, found.quoted, found.block) == (text, True, False)
    assert found.span == Span(FILE, 1, 4, len(typed))


@pytest.mark.parametrize(
    ("mark", "text"), [("|", "第一段\n第二段\n"), (">", "第一段 第二段\n"), ("|-", "第一段\n第二段")]
)
def test_a_block_is_located_at_its_mark(mark: str, text: str) -> None:
    found = scalar(f"值: {mark}\n  第一段\n  第二段\n")
    assert (found.text, found.quoted, found.block) == (text, False, True)
    assert found.span == Span(FILE, 1, 4, 1)


def test_text_over_several_lines_is_located_on_its_first() -> None:
    found = scalar("值: 第一句，  \n  第二句。\nb: 1")
    assert found.text == "第一句， 第二句。"
    assert found.span == Span(FILE, 1, 4, 4)


def test_quoted_text_over_several_lines_is_located_on_its_first() -> None:
    found = scalar('值: "第一句，\n  第二句。"')
    assert found.span == Span(FILE, 1, 4, 5)


def test_get_and_keys() -> None:
    root = tree("甲: 1\n乙: 2")
    assert root.keys() == (Scalar("甲", Span(FILE, 1, 1)), Scalar("乙", Span(FILE, 2, 1)))
    assert root.get("丙") is None
    assert root.get("乙") == Scalar("2", Span(FILE, 2, 4))


def test_nodes_are_immutable() -> None:
    root = tree("甲: 1")
    with pytest.raises(AttributeError):
        root.span = Span("")  # type: ignore[misc]


def test_a_leading_and_a_closing_document_mark_are_allowed() -> None:
    assert tree("---\n甲: 1\n...\n# 完\n").keys() == (Scalar("甲", Span(FILE, 2, 1)),)


def test_thirty_levels_are_allowed() -> None:
    assert tree("值: " + "[" * 29 + "]" * 29)


def test_a_source_knows_its_bytes() -> None:
    data = "值: 1\r\n".encode()
    source = parse_yaml(data, FILE)
    assert (source.file, source.text, source.digest) == (FILE, "值: 1\r\n", hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    "text",
    [
        "说明: 一是：加强管理",
        "说明:\n  注：以上为决算数\n  单位：万元\n",
        "说明:\n  - 注：以上为决算数\n  - 一是：加强管理\n",
        "说明: |\n  名称：梅州\n  -x\n  a:b\n年度: 2021",
        "说明: >-\n  名称：梅州\n年度: 2021",
        '说明: "名称：梅州\n  年度：2021"\n年度: 2021',
        "# 名称：梅州\n年度: 2021 # 名称：梅州",
        "说明: [名称：梅州, 年度：2021]",
        "网址: http://example.com/a:b\n时间: 10:30",
        "列表:\n  - 10:30\n  - {a: 1}\n  - http://example.com\n",
        "列表: {甲, 乙: 丙}",
        "列表: {'名称：甲'}",
        "列表: {注，以上：甲}",
        "减: -5\n列表:\n  - -5\n  - 1\n",
        "说明: 第一句\n  　　第二句：好\n年度: 2021",
        "说明: |\n  　　第一段\n  　　第二段\n",
        "说明: |\n  甲\n  \t乙\n年度: 2021",
        '甲: [1,\n\t2]\n乙: "x\n\ty"\n丙:\t3\n',
        "甲:\n  乙: 1\n\t\n\t# 说明\n  丙: 2\n",
    ],
)
def test_colons_dashes_and_tabs_within_texts_are_left_alone(text: str) -> None:
    assert tree(text)
