"""Whatever the bytes are, reading answers with a tree or with findings, and a place always points at the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.base.diagnostics import Finding
from generator.yamlfile import build as building_module
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence
from generator.yamlfile.source import Source, parse_yaml
from generator.yamlfile.syntax import key_in
from generator.yamlfile.text import Edit, Page

FILE = "甲.yaml"
BREAK = re.compile(r"\r\n|\r|\n")

SINGLE = "：:-?[]{},&*!|>'\"%@`#~ \t\n\r\u3000\u00a0\u200b\ufeff\x07\\甲1𠮷"
MARKS = ("：", ": ", "- ", "\n  ", "\n\t", "\n- ", "<<: ", "---\n", "名称", "{{ ", " }}", "{% ", "\r\n")
RARE_MARKS = ("|\n", ">-\n", "\\x00", "&a ", "*a", "!!str ", "# ", "%YAML 1.2\n")
PIECES = st.sampled_from([*SINGLE, *MARKS, *RARE_MARKS])
SOUP = st.lists(PIECES, max_size=60).map("".join)
WORDS = st.text(alphabet="名称金额甲乙𠮷19aé（）。", min_size=1, max_size=8).filter(lambda word: word[0] not in "-?")


def scalars(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield entry.key
            yield from scalars(entry.value)


def consistent(source: Source) -> None:
    """There is a tree or a reason; every place is in the file."""
    assert source.root is not None or source.findings
    lines = BREAK.split(source.text)
    for place in [finding.span for finding in source.findings] + [scalar.span for scalar in scalars(source.root)]:
        assert place.file == FILE
        assert place.length >= 1
        if source.text and place.line:
            assert place.line <= len(lines)
            assert 1 <= place.column <= len(lines[place.line - 1]) + 1


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    consistent(parse_yaml(data, FILE))


@given(st.text(max_size=100))
def test_any_text_is_read_or_refused(text: str) -> None:
    consistent(parse_yaml(text.encode("utf-8", "surrogatepass"), FILE))


@settings(max_examples=400)
@given(SOUP)
def test_any_soup_of_yamls_marks_is_read_or_refused(text: str) -> None:
    consistent(parse_yaml(text.encode(), FILE))


@settings(max_examples=200)
@given(SOUP)
def test_a_plain_scalars_place_starts_with_its_text(text: str) -> None:
    source = parse_yaml(text.encode(), FILE)
    if source.findings:
        return
    lines = BREAK.split(source.text)
    for scalar in scalars(source.root):
        if not scalar.quoted and not scalar.block and scalar.text:
            first = lines[scalar.span.line - 1][scalar.span.column - 1 :][: scalar.span.length]
            assert scalar.text.startswith(first.rstrip())
            assert first.strip(" \t")  # an ideographic space is a text like any other


TREES: st.SearchStrategy[object] = st.recursive(
    WORDS, lambda deeper: st.lists(deeper, max_size=4) | st.dictionaries(WORDS, deeper, max_size=4), max_leaves=12
)


def written(value: object, indent: int) -> str:
    """The value in block style."""
    pad = "\n" + "  " * indent
    if isinstance(value, dict) and value:
        return "".join(f"{pad}{key}: {written(item, indent + 1)}" for key, item in value.items())
    if isinstance(value, list) and value:
        return "".join(f"{pad}- {written(item, indent + 1)}" for item in value)
    return "{}" if value == {} else "[]" if value == [] else f"{value}"


def plain(node: Node | None) -> object:
    if isinstance(node, Mapping):
        return {entry.key.text: plain(entry.value) for entry in node.entries}
    return [plain(item) for item in node.items] if isinstance(node, Sequence) else getattr(node, "text", None)


@given(st.dictionaries(WORDS, TREES, min_size=1, max_size=5))
def test_what_is_written_is_read_back(value: dict[str, object]) -> None:
    source = parse_yaml(written(value, 0).encode(), FILE)
    assert source.findings == ()
    assert plain(source.root) == value


@given(st.dictionaries(WORDS, WORDS, min_size=2, max_size=6), st.data())
def test_a_full_width_colon_among_keys_is_always_found_and_mended(value: dict[str, str], data: st.DataObject) -> None:
    keys = [key for key in value if key_in(f"{key}：") == key]
    wide = data.draw(st.sets(st.sampled_from(keys), max_size=len(value) - 1) if keys else st.just(set()))
    text = "\n".join(f"{key}：{item}" if key in wide else f"{key}: {item}" for key, item in value.items())
    source = parse_yaml(text.encode(), FILE)
    assert [(f.code, f.span.line) for f in source.findings] == [
        ("JX110", number) for number, key in enumerate(value, 1) if key in wide
    ]
    assert plain(source.root) == value


@given(st.text("甲乙", max_size=12), st.data())
def test_places_on_an_edited_page_lead_back_to_the_file(text: str, data: st.DataObject) -> None:
    starts = sorted(data.draw(st.sets(st.integers(0, max(0, len(text) - 1)), max_size=4))) if text else []
    edits = [
        Edit(0, start, data.draw(st.integers(0, 1)), data.draw(st.sampled_from(["", "x", "xy"]))) for start in starts
    ]
    page = Page.of(FILE, text).edited(edits)
    kept = [at for at, char in enumerate(page.lines[0]) if char in "甲乙"]
    removed = {edit.column for edit in edits if edit.removed}
    assert [page.span(0, at).column - 1 for at in kept] == [at for at in range(len(text)) if at not in removed]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("名称：梅州", "名称"),
        ("名称 ：梅州", "名称"),
        ("名称:梅州", "名称"),
        ("项目数（个）：3", "项目数（个）"),
        ("名称: 梅州", None),
        ("10:30", None),
        ("http://example.com", None),
        ("加强管理，规范程序：一是", None),
        ("这是一个很长很长的句子它没有标点但是显然不可能是一个键的名字因为太长了：甲", None),
        ("梅州", None),
    ],
)
def test_the_key_that_a_text_seems_to_begin_with(text: str, key: str | None) -> None:
    assert key_in(text) == key


@pytest.mark.parametrize("error", [AssertionError, IndexError, RecursionError, ValueError, MemoryError])
@pytest.mark.parametrize(("events", "place"), [(1, (0, 0)), (5, (1, 4))])
def test_an_error_of_any_kind_within_yaml_is_a_finding(
    error: type[Exception], events: int, place: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Breaking:
        def __init__(self, text: str) -> None:
            self.parser = parser(text)
            self.left = events

        def get_event(self) -> object:
            self.left -= 1
            if self.left < 0:
                raise error
            return self.parser.get_event()

    parser = building_module.Parser  # type: ignore[attr-defined]
    monkeypatch.setattr(building_module, "Parser", Breaking)
    source = parse_yaml("甲: 1\n乙: 2".encode(), FILE)
    findings: list[Finding] = list(source.findings)
    assert [(f.code, f.span.line, f.span.column) for f in findings] == [("JX129", *place)]
    assert source.root is None
