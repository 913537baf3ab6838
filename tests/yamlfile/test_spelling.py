"""Where each character of a value stands in its file, however YAML lets it be written."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.base.diagnostics import Span
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence
from generator.yamlfile.source import parse_yaml
from generator.yamlfile.text import spelled

FILE = "填报.yaml"
STYLES = """\
甲: 一二 三
乙: "四\\"五\\u516d\\x41\\U0001F600
  七\\
  八\\
  \\ 九

  十\\t"
丙: '一''二
  三

  四'
丁: |
  甲乙
    丙

  丁
戊: >-

  甲乙
  丙

  丁
    戊

    己
  庚
己: 甲
  乙
  # 注

庚: [甲, "乙", {丙: 丁, 戊: 己
      庚}]
辛: |2-
    甲
   乙
壬: |+
  甲

癸: >

  甲{blank}
  乙
子: |
丑: ""
""".replace("{blank}", "  ")


def scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    else:
        for entry in node.entries:
            yield entry.key
            yield from scalars(entry.value)


def read(text: str) -> list[Scalar]:
    source = parse_yaml(text.encode(), FILE)
    assert isinstance(source.root, Mapping), source.findings
    return list(scalars(source.root))


def pieces(text: str, scalar: Scalar) -> list[str]:
    """What stands in the file for each character of the value."""
    spelling = spelled(text, scalar.text, scalar.span)
    assert spelling is not None, scalar
    assert len(spelling.places) == len(scalar.text)
    assert all(before[1] <= after[0] for before, after in zip(spelling.places, spelling.places[1:], strict=False))
    return [text[start:end] for start, end in spelling.places]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_character_has_its_place_in_every_style(line_end: str) -> None:
    text = STYLES.replace("\n", line_end)
    for scalar in read(text):
        for char, piece in zip(scalar.text, pieces(text, scalar), strict=True):
            if char not in " \n":
                assert piece == char or piece[0] in "\\'", (scalar, char, piece)


def test_escapes_and_doubled_quotes_are_one_character() -> None:
    by_text = {scalar.text: pieces(STYLES, scalar) for scalar in read(STYLES)}
    doubled = next(value for value in by_text if value.startswith("四"))
    assert doubled == '四"五六A😀 七八 九\n十\t'
    assert by_text[doubled][1:6] == ['\\"', "五", "\\u516d", "\\x41", "\\U0001F600"]
    assert by_text["一'二 三\n四"][1] == "''"


def test_a_folded_line_break_is_the_blank() -> None:
    by_text = {scalar.text: pieces(STYLES, scalar) for scalar in read(STYLES)}
    assert by_text["甲 乙"] == ["甲", "\n  ", "乙"]
    assert by_text["\n甲乙 丙\n丁\n  戊\n\n  己\n庚"][:5] == ["\n", "甲", "乙", "\n  ", "丙"]


def test_the_place_counts_lines_and_columns_from_one() -> None:
    scalar = next(one for one in read(STYLES) if one.text.startswith("一'二"))
    spelling = spelled(STYLES, scalar.text, scalar.span)
    assert spelling is not None
    assert (spelling.span(2, 3), spelling.span(4, 5)) == (Span(FILE, 8, 8, 1), Span(FILE, 9, 3, 1))
    assert spelling.span(0, 5) == Span(FILE, 8, 5, 4)  # as far as the first line goes


@pytest.mark.parametrize(
    ("text", "value", "span"),
    [
        ("甲: 乙\n", "丙", Span(FILE, 1, 4, 1)),
        ("甲: 乙\n  丙\n", "乙丙", Span(FILE, 1, 4, 1)),
        ("甲: '乙'\n", "'乙", Span(FILE, 1, 4, 3)),
        ('甲: "\\q\\u00zz\\UFFFFFFFF"\n', "乙", Span(FILE, 1, 4, 3)),
        ('甲: "\\UFFFFFFFF"\n', "乙", Span(FILE, 1, 4, 3)),
        ("甲: |\n  乙\n", "丙\n", Span(FILE, 1, 4, 1)),
        ("甲: |\n  乙\n  丙\n", "乙丙\n", Span(FILE, 1, 4, 1)),
        ("甲: |\n\n  乙\n", "乙\n", Span(FILE, 1, 4, 1)),
        ("甲: |", "乙", Span(FILE, 1, 4, 1)),
        ("甲,乙\n", "乙", Span("表.csv", 1, 2, 0)),
        ("甲: 乙\n", "乙", Span(FILE, 9, 4, 1)),
        ("甲: 乙\n", "乙", Span(FILE)),
    ],
)
def test_nothing_is_said_of_what_the_file_does_not_say_there(text: str, value: str, span: Span) -> None:
    assert spelled(text, value, span) is None


LINES = st.lists(st.text(alphabet="甲乙 ；,'\"\\", max_size=6), max_size=5)


@given(LINES, st.sampled_from(["'", '"', "|", "|-", "|+", ">", ">-", "|2"]))
def test_any_text_in_any_style_is_spelled(lines: list[str], style: str) -> None:
    if style == '"':
        text = f"值: {json.dumps(chr(10).join(lines), ensure_ascii=False)}\n"
    elif style == "'":
        text = "值: '" + "\n  ".join(line.replace("'", "''").strip(" ") for line in lines) + "'\n"
    else:
        text = f"值: {style}\n" + "".join(f"  {line}\n" if line else "\n" for line in lines) + "后: 甲\n"
    source = parse_yaml(text.encode(), FILE)
    if source.findings or source.root is None:
        return
    for scalar in scalars(source.root):
        # Of blank lines alone, nobody asks where they are.
        assert not scalar.text.strip() or len(pieces(text, scalar)) == len(scalar.text)
