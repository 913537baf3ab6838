"""Files with mistakes: for each the code and the place, and that all mistakes of a file come at once."""

from __future__ import annotations

import pytest

from generator.yamlfile.build import Mapping, Node, Scalar, Sequence
from generator.yamlfile.source import parse_yaml

FILE = "填报.yaml"

UNREADABLE: list[tuple[str, str, int, int]] = [
    ("", "JX107", 0, 0),
    ("# 只有注释\n\n", "JX107", 0, 0),
    ("---\n", "JX107", 0, 0),
    ("~\n", "JX107", 0, 0),
    ("%甲: 乙", "JX117", 1, 1),
    ("%FOO x\n---\n甲: 1", "JX117", 1, 1),
    ("%YAML 3.0\n---\n甲: 1", "JX117", 1, 1),
    ("[" * 100_000, "JX119", 1, 31),
    ("[" * 100_000 + "]" * 100_000, "JX119", 1, 31),
    ("- " * 100_000, "JX119", 1, 61),
    ("? " * 100_000, "JX119", 1, 61),
    ("{a: " * 100_000, "JX119", 1, 121),
    ("\n".join("  " * level + "a:" for level in range(40)), "JX119", 31, 61),
    ("- 甲: 1\n- 乙: 2", "JX121", 1, 1),
    ("[甲, 乙]", "JX121", 1, 1),
    ("梅州市工业和信息化局", "JX121", 1, 1),
    ('"梅州市"', "JX121", 1, 1),
    ("甲: 1\n- 乙", "JX125", 2, 1),
    ("...\n", "JX129", 1, 1),
]

MENDED: list[tuple[str, list[tuple[str, int, int]], object]] = [
    ("甲: \x07一\n", [("JX108", 1, 4)], {"甲": "一"}),
    ("甲: \u202e一\u2069\n\u200b乙: 2", [("JX108", 1, 4), ("JX108", 1, 6), ("JX108", 2, 1)], {"甲": "一", "乙": "2"}),
    (
        "甲: 一\u0085二\u2028三\ufffd\n乙: 1\n乙: 2",
        [("JX108", 1, 5), ("JX108", 1, 7), ("JX108", 1, 9), ("JX113", 3, 1)],
        ...,
    ),
    ('甲: "\\x00"\n', [("JX108", 1, 4)], {"甲": "\0"}),
    ("甲:\n\t乙: 1\n\t丙: 2\n丁: 3", [("JX109", 2, 1), ("JX109", 3, 1)], {"甲": {"乙": "1", "丙": "2"}, "丁": "3"}),
    ("甲:\n    乙:\n\t- 1\n    丙: 2", [("JX109", 3, 1)], {"甲": {"乙": ["1"], "丙": "2"}}),
    (
        "甲:\n  - 乙:\n      丙:\n        丁: 1\n\t戊: 2\n        己: 3",
        [("JX109", 5, 1)],
        {"甲": [{"乙": {"丙": {"丁": "1", "戊": "2", "己": "3"}}}]},
    ),
    (
        "甲:\n  乙:\n    丙: 1\n   丁: 2\n    戊: 3\n己: 4",
        [("JX125", 4, 4)],
        {"甲": {"乙": {"丙": "1", "丁": "2", "戊": "3"}}, "己": "4"},
    ),
    ("甲:\n  - \t乙: 1\n", [("JX109", 2, 4)], {"甲": [{"乙": "1"}]}),
    ("甲:\n  -\t-\t一\n", [("JX109", 2, 4)], {"甲": [["一"]]}),
    ("甲: 一\n\t二\n", [("JX109", 2, 1)], {"甲": "一 二"}),
    ("甲: |\n\t一\n\t二\n乙: 1", [("JX109", 2, 1), ("JX109", 3, 1)], {"甲": "一\n二\n", "乙": "1"}),
    ("甲: |\n  一\n\t二\n乙: 1", [("JX109", 3, 1)], {"甲": "一\n二\n", "乙": "1"}),
    ("部门:\n　名称: 甲\n　简称: 乙\n", [("JX109", 2, 1), ("JX109", 3, 1)], {"部门": {"名称": "甲", "简称": "乙"}}),
    ("\u00a0部门: 甲\n", [("JX109", 1, 1)], {"部门": "甲"}),
    ("名称：梅州", [("JX110", 1, 3)], {"名称": "梅州"}),
    ("名称：梅州\n年度: 2021\n年度: 2022", [("JX110", 1, 3), ("JX113", 3, 1)], {"名称": "梅州", "年度": "2021"}),
    ("名称：{甲: 1, 甲: 2}", [("JX110", 1, 3), ("JX113", 1, 11)], {"名称": {"甲": "1"}}),
    ("部门:\n  名称：梅州\n  简称: 甲", [("JX110", 2, 5)], {"部门": {"名称": "梅州", "简称": "甲"}}),
    ("项:\n  - 名称：甲\n    金额: 1\n", [("JX110", 2, 7)], {"项": [{"名称": "甲", "金额": "1"}]}),
    ("项:\n- 名称：甲\n- 名称: 乙\n", [("JX110", 2, 5)], {"项": [{"名称": "甲"}, {"名称": "乙"}]}),
    ("项:\n- - 名称：甲\n  - 名称: 乙\n", [("JX110", 2, 7)], {"项": [[{"名称": "甲"}, {"名称": "乙"}]]}),
    ("项: {名称：甲, 金额: 1}", [("JX110", 1, 7)], {"项": {"名称": "甲", "金额": "1"}}),
    ("说明: |\n  名称：甲\n名称：乙\n", [("JX110", 3, 3)], {"说明": "名称：甲\n", "名称": "乙"}),
    ("名称：{甲: 1}", [("JX110", 1, 3)], {"名称": {"甲": "1"}}),
    ('名称："甲: 一"\n年度："2021"', [("JX110", 1, 3), ("JX110", 2, 3)], {"名称": "甲: 一", "年度": "2021"}),
    ("名称： 甲\n简称 ：乙\n", [("JX110", 1, 3), ("JX110", 2, 4)], {"名称": "甲", "简称": "乙"}),
    ("名称:梅州\n年度: 2021", [("JX111", 1, 3)], {"名称": "梅州", "年度": "2021"}),
    ("年度: 2021\n名称:　梅州", [("JX111", 2, 3)], {"年度": "2021", "名称": "梅州"}),
    ("项:\n- 1\n-2\n", [("JX112", 3, 1)], {"项": ["1", "2"]}),
    (
        "项:\n  -名称: 甲\n    金额: 1\n  -名称: 乙\n",
        [("JX112", 2, 3), ("JX112", 4, 3)],
        {"项": [{"名称": "甲", "金额": "1"}, {"名称": "乙"}]},
    ),
    ("项:\n- 名称: 甲\n-名称：乙\n", [("JX112", 3, 1), ("JX110", 3, 4)], {"项": [{"名称": "甲"}, {"名称": "乙"}]}),
    ("甲: 1\n乙: 2\n甲: 3\n", [("JX113", 3, 1)], {"甲": "1", "乙": "2"}),
    ("甲: &b 1\n丙: *b\n", [("JX114", 1, 4), ("JX114", 2, 4)], {"甲": "1", "丙": "*b"}),
    ("甲: &b {c: 1}\n乙: &d [1]\n", [("JX114", 1, 4), ("JX114", 2, 4)], {"甲": {"c": "1"}, "乙": ["1"]}),
    ("甲: !!str 1\n乙: !x {c: 1}\n", [("JX115", 1, 4), ("JX115", 2, 4)], {"甲": "1", "乙": {"c": "1"}}),
    (
        "甲: &b {c: 1}\n乙:\n  <<: *b\n  d: 2\n",
        [("JX114", 1, 4), ("JX114", 3, 7), ("JX116", 3, 3)],
        {"甲": {"c": "1"}, "乙": {"d": "2"}},
    ),
    ("%YAML 1.2\n---\n甲: 1", [("JX117", 1, 1)], {"甲": "1"}),
    ("%TAG ! x\n---\n甲: 1", [("JX117", 1, 1)], {"甲": "1"}),
    ("? [甲]\n: 1\n乙: 2", [("JX120", 1, 3)], {"乙": "2"}),
    ("? {甲: 1}\n: 1\n乙: 2", [("JX120", 1, 3)], {"乙": "2"}),
    ("甲: {{ 名称 }}\n乙: 2", [("JX127", 1, 4)], {"甲": "{{ 名称 }}", "乙": "2"}),
    ("值: [", [("JX124", 1, 4)], {"值": []}),
    ("甲: *重点*", [("JX114", 1, 4)], {"甲": "*重点*"}),
    ("甲: &\n", [("JX114", 1, 4)], {"甲": "&"}),
    ("甲: *乙", [("JX114", 1, 4)], {"甲": "*乙"}),
    ("甲: !重要 事项", [("JX115", 1, 4)], {"甲": "!重要 事项"}),
    ("甲: !a!b c", [("JX115", 1, 4)], {"甲": "!a!b c"}),
    ('甲: 1\n备注: "说明\n乙: 2\n', [("JX122", 2, 5)], {"甲": "1", "备注": "说明", "乙": "2"}),
    ("备注: '说明\n乙: 2\n", [("JX122", 1, 5)], {"备注": "说明", "乙": "2"}),
    ('备注: "说明\n乙: "二"\n丙: "三"\n', [("JX122", 1, 5)], {"备注": "说明", "乙": "二", "丙": "三"}),
    ("备注: '说明\n乙: '二'\n", [("JX122", 1, 5)], {"备注": "说明", "乙": "二"}),
    ('路径: "C:\\数据"', [("JX123", 1, 8)], {"路径": "C:\\数据"}),
    ('路径: "\\ud800"', [("JX123", 1, 6)], {"路径": "\\ud800"}),
    ('路径: "\\u12"', [("JX123", 1, 6)], {"路径": "\\u12"}),
    ("甲: [1, 2\n乙: 3", [("JX124", 1, 4)], {"甲": ["1", "2"], "乙": "3"}),
    ("甲: {乙: 1\n丙: 3", [("JX124", 1, 4)], {"甲": {"乙": "1"}, "丙": "3"}),
    ("甲: {乙: 丙: 丁, 戊: 己}", [("JX124", 1, 8)], {"甲": {"乙": "丙: 丁", "戊": "己"}}),
    ("甲: ]", [("JX124", 1, 4)], {"甲": "]"}),
    ("甲: ,", [("JX124", 1, 4)], {"甲": ","}),
    ("  甲: 1\n乙: 2", [("JX125", 2, 1)], {"甲": "1", "乙": "2"}),
    ("甲:\n  乙: 1\n 丙: 2", [("JX125", 3, 2)], {"甲": {"乙": "1", "丙": "2"}}),
    ("甲: 1\n  乙: 2", [("JX125", 2, 3)], {"甲": "1", "乙": "2"}),
    ("甲:\n  - 乙\n  丙: 1", [("JX125", 3, 3)], {"甲": ["乙"], "丙": "1"}),
    ("甲: 1\n没有冒号的一行\n乙: 2", [("JX125", 2, 1)], {"甲": "1 没有冒号的一行", "乙": "2"}),
    ("指标: 甲: 乙", [("JX126", 1, 6)], {"指标": "甲: 乙"}),
    ("\ufeff指标: 甲: 乙", [("JX126", 1, 6)], {"指标": "甲: 乙"}),
    ("甲: 1\r\n指标: 甲: 乙\r\n", [("JX126", 2, 6)], {"甲": "1", "指标": "甲: 乙"}),
    ("联系: @市工信局", [("JX127", 1, 5)], {"联系": "@市工信局"}),
    ("联系: `a`", [("JX127", 1, 5)], {"联系": "`a`"}),
    ("比例: %5", [("JX127", 1, 5)], {"比例": "%5"}),
    ("比例: >30%", [("JX127", 1, 5)], {"比例": ">30%"}),
    ("比例: | 30%", [("JX127", 1, 5)], {"比例": "| 30%"}),
    ("说明: {% if 甲 %}乙{% endif %}", [("JX127", 1, 5)], {"说明": "{% if 甲 %}乙{% endif %}"}),
    ("甲: - 乙", [("JX127", 1, 4)], {"甲": "- 乙"}),
    ("甲: ? 乙", [("JX127", 1, 4)], {"甲": "? 乙"}),
    ('甲: "乙" 丙', [("JX128", 1, 8)], {"甲": '"乙" 丙'}),
    ("甲: [附件1]说明", [("JX128", 1, 9)], {"甲": "[附件1]说明"}),
    ('"甲":1\n乙: 2', [("JX111", 1, 4)], {"甲": "1", "乙": "2"}),
    ("甲: [乙:丙]", [("JX111", 1, 6)], {"甲": ["乙:丙"]}),
    ("甲: {乙:丙, 丁: 1}", [("JX111", 1, 6)], {"甲": {"乙": "丙", "丁": "1"}}),
    ("甲: {网址: http://example.com}", [("JX126", 1, 13)], {"甲": {"网址": "http://example.com"}}),
    ("甲: [8:30, 9:00]", [("JX126", 1, 6)], {"甲": ["8:30", "9:00"]}),
    ("甲: {{ 名称\n  }}\n乙: 2", [("JX127", 1, 4)], ...),
]


def plain(node: Node | None) -> object:
    """The tree as Python's own values."""
    if isinstance(node, Mapping):
        return {entry.key.text: plain(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.text if isinstance(node, Scalar) else None


def places(text: str) -> list[tuple[str, int, int]]:
    return [(f.code, f.span.line, f.span.column) for f in parse_yaml(text.encode(), FILE).findings]


@pytest.mark.parametrize(("text", "code", "line", "column"), UNREADABLE, ids=lambda value: repr(value)[:40])
def test_what_cannot_be_read_is_named_once_with_its_place(text: str, code: str, line: int, column: int) -> None:
    source = parse_yaml(text.encode(), FILE)
    assert (code, line, column) in [(f.code, f.span.line, f.span.column) for f in source.findings]
    assert len(source.findings) == 1
    assert source.root is None


@pytest.mark.parametrize(("text", "expected", "tree"), MENDED, ids=lambda value: repr(value)[:40])
def test_what_can_be_mended_is_named_and_reading_goes_on(
    text: str, expected: list[tuple[str, int, int]], tree: object
) -> None:
    source = parse_yaml(text.encode(), FILE)
    assert sorted(places(text)) == sorted(expected)
    assert source.root is not None
    if tree is not ...:
        assert plain(source.root) == tree


def test_all_problems_of_a_file_come_in_one_run_in_its_order() -> None:
    text = (
        "模板：meizhou\n"
        "年度: 2021\n"
        "年度: 2022\n"
        "部门:\n"
        "\t名称: 梅州市\u200b工业和信息化局\n"
        "\t简称:市工信局\n"
        "专项资金:\n"
        "  - 项目: &a 甲\n"
        "  -项目：乙\n"
        "备注: *a\n"
        "指标: {说明: 一: 二}\n"
    )
    assert places(text) == [
        ("JX110", 1, 3),
        ("JX113", 3, 1),
        ("JX109", 5, 1),
        ("JX108", 5, 9),
        ("JX109", 6, 1),
        ("JX111", 6, 4),
        ("JX114", 8, 9),
        ("JX112", 9, 3),
        ("JX110", 9, 6),
        ("JX114", 10, 5),
        ("JX124", 11, 10),
    ]


def test_slips_behind_a_quote_that_is_never_closed_are_found_as_well() -> None:
    assert places('甲: 1\n备注: "说明\n乙：2\n丙: [1\n丁:3\n') == [
        ("JX122", 2, 5),
        ("JX110", 3, 2),
        ("JX124", 4, 4),
        ("JX111", 5, 2),
    ]


def test_places_are_those_of_the_file_though_characters_and_tabs_were_taken_out() -> None:
    assert places("甲:\n\t\u200b乙：{丙: 1, 丙: 2}\n") == [
        ("JX109", 2, 1),
        ("JX108", 2, 2),
        ("JX110", 2, 4),
        ("JX113", 2, 12),
    ]


def test_trouble_that_may_come_of_mending_the_indentation_is_not_blamed_on_the_file() -> None:
    assert places("项:\n -甲: 1\n  乙: 2\n -甲: 3\n") == [("JX112", 2, 2), ("JX112", 4, 2)]


def test_other_trouble_is_named_along_with_the_indentation() -> None:
    assert places("甲:\n\t乙: @\n丙：1\n") == [("JX109", 2, 1), ("JX127", 2, 5), ("JX110", 3, 2)]


def test_a_duplicate_names_its_first_place() -> None:
    (finding,) = parse_yaml("年度: 2021\n备注:\n年度: 2022".encode(), FILE).findings
    assert finding.message == "「年度」重复：第 1 行已经写过。"


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    levels = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 25))
    source = parse_yaml(f"b0: &b0 [甲, 乙]\n{levels}".encode(), FILE)
    assert {finding.code for finding in source.findings} == {"JX114"}
    assert len(source.findings) == 25 + 24 * 9


def test_at_most_a_hundred_characters_are_named() -> None:
    assert len(places("甲: " + "\x07" * 5000)) == 100


def test_too_many_nodes_are_refused() -> None:
    (finding,) = parse_yaml(("甲: [" + "1," * 200_001 + "]").encode(), FILE).findings
    assert (finding.code, finding.message) == ("JX102", "文件太大，超过了 200,000 项的上限。")


@pytest.mark.parametrize("text", [text for text, *_ in UNREADABLE + MENDED], ids=lambda value: repr(value)[:40])
def test_every_finding_says_what_and_how_to_mend_it(text: str) -> None:
    for finding in parse_yaml(text.encode(), FILE).findings:
        assert finding.severity == "error"
        assert finding.message.endswith("。")
        assert finding.hint.endswith("。")
        assert finding.span.file == FILE


def test_a_spans_length_underlines_what_is_meant() -> None:
    source = parse_yaml('年度: 2021\n没有冒号的一行 \n备注: "甲" 乙丙'.encode(), FILE)
    assert [f.span.length for f in source.findings] == [7, 2]
    source = parse_yaml('备注: "甲" 乙丙'.encode(), FILE)
    assert [f.span.length for f in source.findings] == [2]


def test_behind_a_second_document_nothing_is_said_to_be_missing() -> None:
    source = parse_yaml("甲: 1\n---\n乙: 2\n".encode(), "填报.yaml")
    assert [(finding.code, finding.span.line) for finding in source.findings] == [("JX118", 2)]
    assert source.root is None


@pytest.mark.parametrize(
    ("text", "expected", "tree"),
    [
        ("项:\n  - {岗: 长，数: 1}\n", [("JX124", 2, 10)], {"项": [{"岗": "长", "数": "1"}]}),
        ("项:\n  - ｛岗: 长, 数: 1｝\n", [("JX124", 2, 5)], {"项": [{"岗": "长", "数": "1"}]}),
        ("项: {岗: 长, 数: 1\n乙: 2\n", [("JX124", 1, 4)], {"项": {"岗": "长", "数": "1"}, "乙": "2"}),
        (
            "项: {明: “于{{ 日 }}盘点。”, 佐: 表}\n",
            [("JX124", 1, 8)],
            {"项": {"明": "“于{{ 日 }}盘点。”", "佐": "表"}},
        ),
        ("项: {额: 1,234.56 万元, 分: 9}\n", [("JX131", 1, 8)], {"项": {"额": "1,234.56 万元", "分": "9"}}),
        ("项: {额: 1,234,567.8 元}\n", [("JX131", 1, 8)], {"项": {"额": "1,234,567.8 元"}}),
        ("项: {明: 一, 二, 佐: 表}\n", [("JX131", 1, 8)], {"项": {"明": "一, 二", "佐": "表"}}),
        (
            "项:\n  - 甲: 1\n  • 甲: 2\n  3、甲: 3\n",
            [("JX132", 3, 3), ("JX132", 4, 3)],
            {"项": [{"甲": "1"}, {"甲": "2"}, {"甲": "3"}]},
        ),
        # A dash mended by guess hides no bracket that is another slip.
        (
            "项:\n  -甲: 一\n  - ｛甲: 二, 乙: 三｝\n",
            [("JX112", 2, 3), ("JX124", 3, 5)],
            {"项": [{"甲": "一"}, {"甲": "二", "乙": "三"}]},
        ),
        # The first row of all, with the other columns below what comes behind the number.
        (
            "项:\n  1、甲: 一\n     乙: [二]\n  2、甲: 三\n",
            [("JX132", 2, 3), ("JX132", 4, 3)],
            {"项": [{"甲": "一", "乙": ["二"]}, {"甲": "三"}]},
        ),
        ("项:\n  （一）甲: 一\n    乙: 二\n", [("JX132", 2, 3)], {"项": [{"甲": "一", "乙": "二"}]}),
        ("项:\n  － 甲: 1\n  － 甲: 2\n", [("JX132", 2, 3), ("JX132", 3, 3)], {"项": [{"甲": "1"}, {"甲": "2"}]}),
        ("项:\n  甲: 1\n   乙: 2\n丙: 3\n", [("JX125", 3, 4)], {"项": {"甲": "1", "乙": "2"}, "丙": "3"}),
        ("文: {{ 年 }}年的\n乙: 2\n", [("JX127", 1, 4)], {"文": "{{ 年 }}年的", "乙": "2"}),
        ("甲: -\n乙: 2\n", [], {"甲": "-", "乙": "2"}),
    ],
)
def test_a_fault_of_structure_does_not_hide_what_follows(
    text: str, expected: list[tuple[str, int, int]], tree: object
) -> None:
    source = parse_yaml((text + "尾: 1\n尾: 2\n").encode(), FILE)
    last = text.count("\n") + 2
    assert [(f.code, f.span.line, f.span.column) for f in source.findings] == [*expected, ("JX113", last, 1)]
    assert plain(source.root) == {**tree, "尾": "1"}  # type: ignore[dict-item]


def test_a_number_cut_by_its_comma_is_given_back_in_quotes() -> None:
    (finding,) = parse_yaml("项: {额: 1,234.56 万元}".encode(), FILE).findings
    assert '写成 "1,234.56 万元"' in finding.hint


def test_a_value_in_braces_is_not_joined_without_end() -> None:
    found = parse_yaml(("a: {b: 1" + ", c" * 20_000 + "}").encode(), "").findings
    assert {one.code for one in found} == {"JX131", "JX113"}
    assert max(len(one.message) for one in found) < 15_000
