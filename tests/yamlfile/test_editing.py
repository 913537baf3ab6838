"""Other values under some keys, and not one other character changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.base.diagnostics import Span
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence
from generator.yamlfile.edit import KeyPath
from generator.yamlfile.regrow import exact, put_at, regrown
from generator.yamlfile.source import parse_yaml


def put(text: str, values: dict[KeyPath, str]) -> str:
    source = parse_yaml(text.encode(), "")
    assert source.root is not None
    new = {path: Scalar(value, Span("")) if value else None for path, value in values.items()}
    made = regrown(source, put_at(source.root, new), exact)
    assert made is not None
    return made.text


@pytest.mark.parametrize(
    ("text", "path", "value", "expected"),
    [
        ("年度: 2021\n部门: 局\n", "年度", "2022", "年度: 2022\n部门: 局\n"),
        ("年度:   2021   # 报告年度\n", "年度", "2022", "年度:   2022   # 报告年度\n"),
        ("年度:\n部门: 局\n", "年度", "2022", "年度: 2022\n部门: 局\n"),
        ("年度 : 2021\n", "年度", "", "年度 :\n"),
        ('"年度": "2021"\n', "年度", "", '"年度":\n'),
        ("文: 一行\n  二行\n下: 1\n", "文", "", "文:\n下: 1\n"),
        ("文:\n  另起一行\n下: 1\n", "文", "", "文:\n下: 1\n"),
        ("文:\n  另起一行\n下: 1\n", "文", "新", "文:\n  新\n下: 1\n"),
        ("文: |\n  一\n\n  二\n\n# 下面的注释\n下: 1\n", "文", "", "文:\n\n# 下面的注释\n下: 1\n"),
        ("文: >-\n  一\n  二", "文", "", "文:"),
        ("文: ''\n", "文", "", "文:\n"),
        ("文: '甲'  #含税\n", "文", "", "文:  # 含税\n"),
        ("文:\n  '甲'  #含税\n下: 1\n", "文", "", "文:\n下: 1\n"),
        ("表: ['甲']  ## 表\n", "表", "", "表:  ## 表\n"),
        ("表:\n  - 甲\n  - 乙  # 行尾\n  # 表后\n\n# 下\n下: 1\n", "表", "", "表:\n  # 表后\n\n# 下\n下: 1\n"),
        (
            "表:  # 表头\n  # 第一行之前\n  - {a: 1}\n  # 行间\n  - b: |\n      x\n下: 1\n",
            "表",
            "",
            "表:  # 表头\n  # 第一行之前\n下: 1\n",
        ),
        ("表:\n- a: 1\n  b:\n- c\n下: 1", "表", "", "表:\n下: 1"),
        ("表:\n- a\n- b", "表", "", "表:\n"),
        ("组:\n  a: 1\n  b: 2\n", "组", "", "组:\n"),
        ("组:\n  a: 1\n  b: 2\n", "组/b", "3", "组:\n  a: 1\n  b: 3\n"),
        ("表:\n  - a: 1\n  - a: 2\n    b: 3\n", "表/1/a", "", "表:\n  - a: 1\n  - a:\n    b: 3\n"),
        ("表:\n  - {a: 1, b: 2}\n", "表/0/a", "", "表:\n  - {a: , b: 2}\n"),
        ("{a: 1}\n", "a", "", "{a: }\n"),
        ('{"a":1, b: [1,\n 2], c: 3}\n', "a", "9", '{"a":9, b: [1,\n 2], c: 3}\n'),
        ('{"a":1, b: [1,\n 2], c: 3}\n', "b", "", '{"a":1, b: , c: 3}\n'),
        ("表: [甲,\n  乙]  # 尾\n", "表", "", "表:  # 尾\n"),
        ("会: {时间: 九点}\n", "会/时间", "9:30", '会: {时间: "9:30"}\n'),
        ("会: {时间: 九点, 地点: }\n", "会/地点", "http://x", '会: {时间: 九点, 地点: "http://x"}\n'),
        ("文: 😀𠮷\n下: 一\n", "下", "二", "文: 😀𠮷\n下: 二\n"),
    ],
)
def test_puts_a_value(text: str, path: str, value: str, expected: str) -> None:
    steps: KeyPath = tuple(int(step) if step.isdecimal() else step for step in path.split("/"))
    assert put(text, {steps: value}) == expected
    read = parse_yaml(expected.encode(), "")
    assert not read.findings


@pytest.mark.parametrize("path", [("无",), ("a", "无"), ("表", 7), ("表", "甲"), ("表", 0, "甲"), ("光",)])
def test_passes_over_what_is_no_key(path: KeyPath) -> None:
    text = "a: 1\n表: [{光}, 二]\n"
    assert put(text, {path: "3"}) == text


def test_many_at_once() -> None:
    text = "a: 1\nb:\n  - 2\nc: {d: 3, e: 4}\n"
    assert put(text, {("c", "e"): "", ("a",): "9", ("b",): "", ("c", "d"): "5"}) == "a: 9\nb:\nc: {d: 5, e: }\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a: { b: 1, c: 2}\n", "a: { x: 8, y: 9, b: 1, c: 2}\n"),
        ("a: {b: 1}\n", "a: {b: 1, x: 8}\n"),
        ("{}\n", "{x: 8}\n"),
        ("a: {}\n", "a: {x: 8, y: 9, z: 1}\n"),
    ],
)
def test_a_new_key_in_braces_stands_at_its_place(old: str, new: str) -> None:
    root = parse_yaml(new.encode(), "").root
    assert root is not None
    made = regrown(parse_yaml(old.encode(), ""), root, exact)
    assert made is not None
    assert made.text == new


def test_nothing_to_do_changes_nothing(meizhou: Path) -> None:
    text = meizhou.read_text(encoding="utf-8")
    assert put(text, {}) == text


def keys_of(node: Node, path: KeyPath = ()) -> Iterator[KeyPath]:
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield (*path, entry.key.text)
            yield from keys_of(entry.value, (*path, entry.key.text))
    if isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from keys_of(item, (*path, number))


def at(node: Node | None, path: KeyPath) -> Node | None:
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
    return node


def without_places(node: Node | None) -> object:
    if isinstance(node, Mapping):
        return {entry.key.text: without_places(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [without_places(item) for item in node.items]
    return node.text if node is not None else None


TEXT = (Path(__file__).parents[2] / "inputs" / "meizhou-gxj-2021.yaml").read_text(encoding="utf-8")
ROOT = parse_yaml(TEXT.encode(), "").root
assert ROOT is not None
PATHS = list(keys_of(ROOT))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(PATHS), st.sampled_from(["", "新"]))
def test_only_the_one_value_of_a_real_input_changes(path: KeyPath, value: str) -> None:
    read = parse_yaml(put(TEXT, {path: value}).encode(), "")
    assert not read.findings
    now = at(read.root, path)
    assert isinstance(now, Scalar)
    assert now.text == value
    for other in PATHS:
        if other[: len(path)] != path and path[: len(other)] != other:
            assert without_places(at(read.root, other)) == without_places(at(ROOT, other))
    comments = re.findall(r"^ *#.*$", TEXT, re.MULTILINE)
    kept = re.findall(r"^ *#.*$", read.text, re.MULTILINE)
    # Only a comment between two rows may go, and with its rows.
    assert set(comments) - set(kept) <= {"  # 下一项的目标是“十四五”时期五年平均，完成值是两年平均。"}
