"""Text that remembers where its parts come from, whatever is done with it."""

import copy
import pickle
from datetime import date
from fractions import Fraction
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import astuple

from generator.base.amount import Amount
from generator.base.formats import FILTERS, Format, format_filter
from generator.base.passage import Day, Origin, Passage, Stretch, bare, marks_meet, sentence, settled, settled_xml

NAME = Origin("部门.名称")
TOTAL = Origin("评分.总分", computed=True)

texts = st.text("ab\n 。", max_size=6)
parts = st.one_of(texts, st.builds(Passage.of, texts, st.sampled_from([NAME, TOTAL])))
passages = st.lists(parts, max_size=5).map(lambda listed: Passage.of(Passage.joined(listed), None))


def sources(text: str) -> list[Origin | None]:
    """The origin of every character."""
    found: list[Origin | None] = [None] * len(text)
    for one in text.stretches if isinstance(text, Passage) else ():
        start, end, origin = one.start, one.end, one.origin
        assert start < end
        assert found[start:end] == [None] * (end - start)
        found[start:end] = [origin] * (end - start)
    return found


def test_a_passage_is_its_text() -> None:
    passage = Passage.of("某市某局", NAME)
    assert passage == "某市某局"
    assert hash(passage) == hash("某市某局")
    assert str(passage) is passage
    assert passage.stretches == (Stretch(0, 4, NAME),)


def test_an_empty_text_has_no_stretch() -> None:
    assert Passage.of("", NAME).stretches == ()


def test_what_has_an_origin_keeps_it() -> None:
    inner = "总分" + Passage.of("102.34", TOTAL) + "。"
    assert [astuple(one) for one in Passage.of(inner, NAME).stretches] == [(0, 2, NAME), (2, 8, TOTAL), (8, 9, NAME)]
    assert Passage.of(inner, None) == inner


@given(st.lists(parts), texts)
def test_joining_keeps_every_origin(listed: list[str], between: str) -> None:
    whole = Passage.joined(listed, between)
    assert whole == between.join(listed)
    gaps: list[Origin | None] = [None] * len(between)
    expected = [origin for part in listed for origin in (*sources(part), *gaps)]
    assert sources(whole) == expected[: len(whole)]


def test_joining_plain_texts_gives_a_plain_one() -> None:
    assert type(Passage.joined(["a", "b"])) is str
    assert type(Passage.joined([Passage("a"), "b"])) is str


@given(passages, st.integers(-8, 8), st.integers(-8, 8))
def test_a_cut_keeps_the_origins_within(passage: Passage, start: int, end: int) -> None:
    cut = passage[start:end]
    assert cut == str.__str__(passage)[start:end]
    assert sources(cut) == sources(passage)[start:end]


def test_single_characters_and_steps_are_plain() -> None:
    passage = Passage.of("abc", NAME)
    assert (passage[1], passage[::2]) == ("b", "ac")
    assert type(passage[1]) is str


@given(passages)
def test_stripping_and_lines_are_those_of_the_text(passage: Passage) -> None:
    plain = "".join(list(passage))
    assert passage.rstrip("。") == plain.rstrip("。")
    assert passage.strip() == plain.strip()
    assert [str(line) for line in passage.splitlines()] == plain.splitlines()
    assert sources(passage.strip()) == sources(passage)[len(plain) - len(plain.lstrip()) :][: len(plain.strip())]
    assert [one for line in passage.splitlines(keepends=True) for one in sources(line)] == sources(passage)


@given(passages, parts)
def test_adding_on_both_sides(passage: Passage, part: str) -> None:
    assert sources(passage + part) == sources(passage) + sources(part)
    assert sources("前" + passage) == [None, *sources(passage)]


def test_copies_keep_the_stretches() -> None:
    passage = "a" + Passage.of("b", NAME)
    for same in (pickle.loads(pickle.dumps(passage)), copy.deepcopy(passage)):  # noqa: S301 - our own bytes
        assert isinstance(same, Passage)
        assert (same, same.stretches) == (passage, (Stretch(1, 2, NAME),))


def test_a_day_knows_where_it_comes_from() -> None:
    day = Day.of(date(2021, 12, 31), Origin("封面.填报日期"))
    printed = FILTERS["日期"](day)
    assert (day, printed) == (date(2021, 12, 31), "2021年12月31日")
    assert isinstance(printed, Passage)
    assert printed.stretches[0].origin == Origin("封面.填报日期")


@pytest.mark.parametrize(
    ("form", "text", "unit"),
    [
        (Format("万元"), "8280.03", "万元"),
        (Format("万元", suffix="万元"), "8280.03万元", ""),
        (Format(places=0), "82800288", ""),
    ],
)
def test_a_printed_figure_remembers_its_origin_and_the_unit_left_out(form: Format, text: str, unit: str) -> None:
    figure = Amount(Fraction("82800287.60"), "82800287.60元", Origin("收支.收入决算数"))
    printed = format_filter(form)(figure)
    assert isinstance(printed, Passage)
    assert (printed, printed.stretches) == (text, (Stretch(0, len(text), Origin("收支.收入决算数", unit=unit)),))


@pytest.mark.parametrize(("name", "text"), [("中文数字", "十二"), ("圈号", "⑫"), ("大写金额", "壹拾贰元整")])
def test_a_number_in_words_follows_the_fact(name: str, text: str) -> None:
    printed = FILTERS[name](Amount(12, "12项", Origin("重点工作.项数")))
    assert isinstance(printed, Passage)
    assert (printed, printed.stretches[0].origin) == (text, Origin("重点工作.项数", computed=True))


def test_a_figure_without_origin_prints_plain_text() -> None:
    assert type(FILTERS["万元"](Amount(10_000, "1万元"))) is str
    assert FILTERS["圈号"](None) == ""


def test_a_form_gives_one_filter() -> None:
    """A layout is compiled for its filters: a new one each time would have it compiled each time."""
    assert format_filter(Format("万元")) is format_filter(Format("万元"))


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("没有租金。；某中心", "没有租金；某中心"),
        ("已完成。。", "已完成。"),
        ("甲、乙、。", "甲、乙。"),
        ("甲。，乙", "甲，乙"),
        ("甲。。，乙", "甲，乙"),
        ("甲。。乙，；丙", "甲。乙；丙"),
        ("好吗？。", "好吗？"),
        ("甲……。乙", "甲……。乙"),
        ("（甲。）。", "（甲。）。"),
    ],
)
def test_no_two_marks_meet_where_texts_are_joined(text: str, joined: str) -> None:
    assert settled(text) == settled_xml(text) == joined
    at = len(text) // 2
    passage = settled(Passage.of(text[:at], NAME) + text[at:])
    assert passage == joined
    in_runs = f"<w:t>{text[:at]}</w:t></w:r><w:r><w:t>{text[at:]}</w:t>"
    assert settled_xml(in_runs).replace("</w:t></w:r><w:r><w:t>", "") == f"<w:t>{joined}</w:t>"


words = ("。", "，", "！", "：", "甲乙", "（", "3")
whole_tags = ("<w:r>", "</w:t></w:r>", "<w:t>", "</w:p>", "<w:p>", "<w:br/>", "<w:tab/>", "<?jx paragraph?>")
constants = st.lists(st.sampled_from((*words, *whole_tags)), max_size=5).map(lambda pieces: [("".join(pieces), True)])
values = st.lists(st.sampled_from(words), max_size=3).map(lambda pieces: [("".join(pieces), False)])
torn_tags = st.sampled_from(("gridSpan", "p")).map(
    lambda name: [(f'<w:{name} w:a="', True), ("3", False), ('"/>', True)]
)


@given(st.lists(st.one_of(constants, values, torn_tags)).map(chain.from_iterable).map(list))
@example([("甲。</w:t></w:r><w:r><w:t>", True), ("，乙", False)])
@example([('甲。<w:r w:a="', True), ("3", False), ('"/>，乙丙丁', True)])
@example([('甲。<w:p w:a="', True), ("3", False), ('"/>，乙丙丁', True)])
@example([("甲。", False), ("<w:br/>", True), ("，乙", False)])
def test_marks_that_meet_are_found_in_bare_pieces_too(pieces: list[tuple[str, bool]]) -> None:
    text = "".join(piece for piece, _ in pieces)
    assert marks_meet("".join(bare(piece) if constant else piece for piece, constant in pieces)) is (
        settled_xml(text) != text
    )


def test_marks_of_two_paragraphs_do_not_meet() -> None:
    assert settled_xml("甲。</w:t></w:p><w:p><w:t>，乙") == "甲。</w:t></w:p><w:p><w:t>，乙"


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("甲", "甲。"),
        ("甲。", "甲。"),
        ("甲，", "甲。"),
        ("甲" + "，" * 2000, "甲。"),
        ("“甲。”", "“甲。”"),
        ("《甲》", "《甲》。"),
        ("甲；", "甲；"),
        ("", ""),
    ],
)
def test_a_text_is_ended_as_a_sentence(text: str, ended: str) -> None:
    assert sentence(text) == ended
    assert FILTERS["句"]([text]) == [ended]
