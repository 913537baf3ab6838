"""What a program may mend by itself: until nothing is left, and no further."""

from __future__ import annotations

import pytest

from generator.checks import rules as mendable
from generator.checks.rules import MENDABLE, mended, slips_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("制度健全,,资金。到位 , 完成", "制度健全，资金。到位，完成"),
        ("某发〔２０２１〕１２号", "某发〔2021〕12号"),
        ("某发(2021)12号;(甲)", "某发〔2021〕12号；（甲）"),
        ("落实““1+6+3””部署", "落实“1+6+3”部署"),
        ("≧3家", "≥3家"),
        ("（甲", "（甲"),
        ("{{ 甲,乙 }};{{ 丙 }}", "{{ 甲,乙 }}；{{ 丙 }}"),
    ],
)
def test_one_mending_may_call_for_another(text: str, expected: str) -> None:
    assert mended(text, MENDABLE) == expected
    assert mended(expected, MENDABLE) == expected
    assert all(slip.mended is None for _, slip in slips_in(expected, MENDABLE))


def test_it_stops_after_a_number_of_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mendable, "_MOST_ROUNDS", 1)
    assert mended("制度,,资金", MENDABLE) == "制度，,资金"
