"""Garbage is searched for rarely while a report is made, and as before afterwards."""

import gc
from collections.abc import Iterator

import pytest

from generator.garbage import MANY, rarely_collected


@pytest.fixture(autouse=True)
def thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_rarely_within_and_as_before_outside() -> None:
    gc.set_threshold(700, 10, 10)
    with rarely_collected():
        assert gc.get_threshold() == (MANY, 10, 10)
    assert gc.get_threshold() == (700, 10, 10)


def test_as_before_after_a_fault_too() -> None:
    gc.set_threshold(700, 10, 10)
    with pytest.raises(KeyError), rarely_collected():
        raise KeyError
    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("threshold", [0, MANY, MANY * 2])
def test_who_wants_it_rarer_still_is_left_alone(threshold: int) -> None:
    gc.set_threshold(threshold, 10, 10)
    with rarely_collected():
        assert gc.get_threshold()[0] == threshold
    assert gc.get_threshold()[0] == threshold
