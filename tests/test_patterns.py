"""Patterns that are compiled late behave like those that are compiled at once."""

from __future__ import annotations

import re

import pytest

from generator.patterns import regex


def test_it_is_a_pattern_like_any_other() -> None:
    late, now = regex(r"(?P<n>\d+)B", re.IGNORECASE), re.compile(r"(?P<n>\d+)B", re.IGNORECASE)
    for text in ("a12b", "12", ""):
        assert [found.span() for found in late.finditer(text)] == [found.span() for found in now.finditer(text)]
    assert (late.pattern, late.flags, late.groupindex) == (now.pattern, now.flags, now.groupindex)


def test_a_faulty_one_fails_when_it_is_used() -> None:
    late = regex("(")
    with pytest.raises(re.error):
        late.search("x")
