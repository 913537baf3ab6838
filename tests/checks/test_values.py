"""What cannot be computed is no value to the rules; it was reported before they ran."""

from __future__ import annotations

from pathlib import Path

from generator.checks.mentions import value_at, value_in
from generator.scoring.symbols import Symbols
from tests.small_template import small

FIELDS = """\
组: {类型: 组, 标签: 组, 字段: {甲: {类型: 整数, 标签: 甲, 必填: 否}, 乙: {类型: 整数, 标签: 乙, 公式: 组.甲 + 1}}}
"""


def test_values_and_gaps(tmp_path: Path) -> None:
    form = small(tmp_path, FIELDS)
    for text, value in (("组: {甲: 1}\n", "2"), ("组: {甲: ~}\n", None)):
        facts, _ = form.accept(text)
        symbols, group = Symbols(facts), facts.facts.members["组"]
        for trace in (value_at(symbols, "组.乙"), value_in(symbols, group, "乙")):  # type: ignore[arg-type]
            assert (trace.text if trace is not None else None) == value
    assert value_at(symbols, "组.甲") is None
    assert value_at(symbols, "组.丙") is None
    assert value_in(symbols, group, "丙") is None  # type: ignore[arg-type]
