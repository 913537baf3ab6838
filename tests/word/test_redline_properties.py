"""Any two documents: accepting what their redline tracks gives the newer one, rejecting it the older one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from xml.etree.ElementTree import Element

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.word.redline.compare import redline
from tests.tracked import accepted, content, part, rejected, tracked_texts
from tests.word.conftest import package, table

AUTHOR, DATE = "某局", "2022-05-20T00:00:00Z"
WORDS = (
    "完成",
    "推进中",
    "85.71%",
    "1.71",
    "102.34",
    "万元",
    "。",
    "，",
    "2021",
    "年",
    "GDP",
    " ",
    "重点工作",
    "-4.75%",
)
PROPERTIES = ("", "<w:rPr><w:b/></w:rPr>", '<w:rPr><w:sz w:val="28"/></w:rPr>')
FORMATS = ("", "<w:pPr><w:keepNext/></w:pPr>", '<w:pPr><w:jc w:val="center"/></w:pPr>')

Run = tuple[str, str]


@dataclass(frozen=True)
class Para:
    runs: tuple[Run, ...]
    form: str = ""

    def xml(self) -> str:
        runs = (f'<w:r>{form}<w:t xml:space="preserve">{text}</w:t></w:r>' for text, form in self.runs if text)
        return f"<w:p>{self.form}{''.join(runs)}</w:p>"


@dataclass(frozen=True)
class Tab:
    rows: tuple[tuple[tuple[Para, ...], ...], ...]

    def xml(self) -> str:
        return table(*([("".join(one.xml() for one in cell)) for cell in row] for row in self.rows))


Block = Para | Tab
run = st.tuples(st.lists(st.sampled_from(WORDS), max_size=6).map("".join), st.sampled_from(PROPERTIES))
para = st.builds(Para, st.lists(run, max_size=3).map(tuple), st.sampled_from(FORMATS))
cell = st.lists(para, min_size=1, max_size=2).map(tuple)


def tables(columns: int) -> st.SearchStrategy[Tab]:
    return st.builds(Tab, st.lists(st.tuples(*[cell] * columns), min_size=1, max_size=4).map(tuple))


block = st.one_of(para, para, tables(2), tables(3))


def document(blocks: Sequence[Block]) -> bytes:
    """The blocks as a Word file; behind a last table an empty paragraph, as Word has it."""
    last = () if blocks and isinstance(blocks[-1], Para) else (Para(()),)
    return package("".join(one.xml() for one in (*blocks, *last)))


@st.composite
def corrected(draw: st.DrawFn, blocks: Sequence[Block]) -> list[Block]:
    """The blocks with some of them changed, gone, cut in two, or with others before them."""
    made: list[Block] = []
    for one in blocks:
        way = draw(st.sampled_from(("keep", "keep", "change", "drop", "before", "split")))
        if way == "before":
            made.append(draw(block))
        if way == "split" and isinstance(one, Para) and len(one.runs) > 1:
            made += [Para(one.runs[:1], one.form), Para(one.runs[1:], one.form)]
        elif way == "change":
            made.append(_changed(draw, one))
        elif way != "drop":
            made.append(one)
    return made


def _changed(draw: st.DrawFn, one: Block) -> Block:
    if isinstance(one, Para):
        return Para((*one.runs[:1], draw(run), *one.runs[1:]), draw(st.sampled_from(FORMATS)))
    rows = list(one.rows)
    columns = len(rows[0])
    at = draw(st.integers(0, len(rows)))
    new = cast("tuple[tuple[Para, ...], ...]", draw(st.tuples(*[cell] * columns)))
    return Tab((*rows[:at], new, *rows[at + draw(st.integers(0, 1)) :]))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[list[Block], list[Block]]:
    old = draw(st.lists(block, max_size=6))
    return old, draw(st.one_of(corrected(old), st.lists(block, max_size=6)))


@settings(max_examples=20)
@given(pairs())
def test_accepting_gives_the_newer_and_rejecting_the_older(both: tuple[list[Block], list[Block]]) -> None:
    old, new = map(document, both)
    made = redline(old, new, AUTHOR, DATE)
    root = part(made.data)
    assert content(accepted(part(made.data))) == content(part(new))
    assert content(rejected(part(made.data))) == content(part(old))
    assert (made.count == 0) == (content(part(old)) == content(part(new)))
    assert made.remarks == ()
    figures_are_whole(root)
    marks_are_numbered_once(root, made.count)


def figures_are_whole(root: Element) -> None:
    for text in (*tracked_texts(root, "ins"), *tracked_texts(root, "del")):
        assert not text.startswith((".", "%"))
        assert not text.endswith(("-", "."))


def marks_are_numbered_once(root: Element, count: int) -> None:
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    marks = [one for one in root.iter() if one.get(f"{word}author") is not None]
    assert len(marks) == count
    assert len({one.get(f"{word}id") for one in marks}) == len(marks)
    assert {(one.get(f"{word}author"), one.get(f"{word}date")) for one in marks} <= {(AUTHOR, DATE)}


@settings(max_examples=5)
@given(pairs())
def test_the_same_two_give_the_same_bytes(both: tuple[list[Block], list[Block]]) -> None:
    old, new = map(document, both)
    assert redline(old, new, AUTHOR, DATE).data == redline(old, new, AUTHOR, DATE).data
