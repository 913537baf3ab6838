"""A number that is not known: nothing that is made of it looks like a number."""

import copy
import pickle
from datetime import date
from fractions import Fraction

import pytest

from generator.base.amount import Amount, Placeholder, to_compute, to_fill_in
from generator.base.formats import FILTERS, RATE, Format, format_filter, plain
from generator.base.passage import Origin, Passage
from generator.word.render.environment import STOCK_FILTERS
from generator.word.render.limits import combined

GAP = Placeholder("【待填：收入】", Origin("收支.收入"))


@pytest.mark.parametrize("name", FILTERS)
def test_every_printing_form_prints_the_placeholder(name: str) -> None:
    printed = FILTERS[name](GAP)
    assert printed == "【待填：收入】"
    assert isinstance(printed, Passage)
    assert printed.stretches[0].origin.path == "收支.收入"


def test_so_do_the_forms_of_a_template() -> None:
    assert format_filter(Format("万元", 2, suffix="万元"))(GAP) == RATE.print(GAP) == plain(GAP) == "【待填：收入】"


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "//", "%"])
def test_whatever_is_computed_with_it_is_not_known(sign: str) -> None:
    assert combined(sign, GAP, 1) is GAP
    assert combined(sign, Fraction(1), GAP) is GAP


def test_the_same_in_python() -> None:
    made = [
        GAP + 1,
        1 + GAP,
        Fraction(1, 2) * GAP,
        Amount(3, "3") - GAP,
        GAP / 3,
        3 / GAP,
        -GAP,
        abs(GAP),
    ]
    assert all(one is GAP for one in made)


def test_it_is_there_and_equals_nothing_else() -> None:
    assert GAP
    assert GAP != 0
    assert GAP == GAP  # noqa: PLR0124 - what is tested
    assert len({GAP, Placeholder("【待填：收入】")}) == 2


def test_rounding_does_not_make_it_nought() -> None:
    assert str(STOCK_FILTERS["round"](GAP, 2)) == "【待填：收入】"


def test_it_survives_the_way_to_another_process() -> None:
    again = pickle.loads(pickle.dumps(GAP))  # noqa: S301 - our own
    assert (type(again), again.text, again.origin) == (Placeholder, GAP.text, GAP.origin)
    assert copy.deepcopy(GAP) is GAP


def test_a_label_cannot_end_the_placeholder() -> None:
    assert to_fill_in("甲【乙】\n丙") == "【待填：甲〔乙〕 丙】"
    assert to_compute("得分") == "【待算：得分】"


def test_a_date_that_is_known_is_printed() -> None:
    assert FILTERS["日期"](date(2022, 5, 1)) == "2022年5月1日"
