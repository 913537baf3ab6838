"""An amount is parsed where an input is accepted; nothing behind that parses its text again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import generator
from generator.base import amount, target_text

ROOT = Path(__file__).parents[2]
INPUT = ROOT / "inputs" / "meizhou-gxj-2021.yaml"


def test_no_text_is_parsed_more_often_than_it_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    parsed: Counter[str] = Counter()

    def counted(text: str) -> str:
        parsed[text] += 1
        return normalised(text)

    normalised = amount.normalised
    target_text.parse_target.cache_clear()
    monkeypatch.setattr(amount, "normalised", counted)
    monkeypatch.setattr(target_text, "normalised", counted)
    generator.render(INPUT, tmp_path)
    folder = ROOT / "templates" / "meizhou"
    written = "".join(path.read_text("utf-8") for path in (INPUT, *folder.glob("**/*.yaml")))
    again = {text: times for text, times in parsed.items() if times > max(1, written.count(text))}
    assert parsed
    assert not again, sum(parsed.values())
