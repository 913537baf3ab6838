"""A rule that first searches with a cheap pattern misses nothing that the rule itself would find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.checks.claims import OF_A_PERSON, other_bureaus
from generator.checks.rule import TextFinder
from generator.checks.rules import RULES

RULES_WITH_TRIGGER = {rule.name: rule.find for rule in RULES if isinstance(rule.find, TextFinder)}
PIECES = "，。；：、！？,;:!?.…（）()[]〔〕《》“”\"'‘’「」{}｛｝%％ \u3000\t\u00a0\n-—–年号第页发函办共汉一①12０１Ａ≧"
TEXTS = st.lists(st.sampled_from([*PIECES, "。。。", "2021", "第1页共2页", "— 3 —", "某发"]), max_size=12).map("".join)


@pytest.mark.parametrize("name", RULES_WITH_TRIGGER)
@given(TEXTS | st.text(max_size=20))
def test_the_cheap_pattern_misses_nothing(name: str, text: str) -> None:
    finder = RULES_WITH_TRIGGER[name]
    if list(finder.slips(text)):
        assert finder.trigger.search(text)


SEARCHES = {
    "person": (OF_A_PERSON, ["1", "62", "13800000000", "0753-", "2345678", "11010119900101", "x", "、"]),
    "bureau": (
        other_bureaus("青山市水利局", ["某局"]),
        [
            *"青山白石市县局厅室委员会办公的《",
            "水利",
            "教育",
            "制定",
            "印发",
            "职能配置",
            "本级",
            "部门整体支出",
            "2021年度部门",
        ],
    ),
}


@pytest.mark.parametrize("name", SEARCHES)
@given(st.data())
def test_the_cheap_pattern_of_a_search_misses_nothing(name: str, data: st.DataObject) -> None:
    search, pieces = SEARCHES[name]
    text = data.draw(st.lists(st.sampled_from(pieces), max_size=10).map("".join))
    assert search is not None
    if search.pattern.search(text):
        assert search.trigger.search(text)
