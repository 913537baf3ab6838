"""A rule that first searches with a cheap pattern misses nothing that the rule itself would find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
