"""No text check costs the square of a text: four times the text takes about four times as long.

Run it with ``python -m tests.bench.bench_checks``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from time import process_time

from generator.base.diagnostics import Span
from generator.base.passage import Origin, Passage, sentence, settled
from generator.checks import known_values, mentions, stated, targets
from generator.checks.texts import Text
from generator.checks.typography import (
    comparison_signs,
    doubled_punctuation,
    empty_headings,
    half_width_punctuation,
    numbers_out_of_order,
    skipped_levels,
    unpaired_marks,
)
from generator.checks.wording import (
    blank_references,
    distant_years,
    file_numbers,
    full_width_characters,
    literal_braces,
    relative_years,
    stray_blanks,
    stray_page_numbers,
)

PIECES = (
    *("1", " ", "\u3000", "\n", "471家", "471家 ", "1,", "12.", "1.", "2019", "a.", "a@", "，。", "第一，"),
    *("）", "（", "((汉", ")(", "[", "汉)", "“", "《", "「", "{{", "{%"),
    *("；其中：", "综上", "此项得", "（分值", "甲甲甲甲7项", "完成"),
)
SHORT, TIMES, ALLOWED = 5_000, 4, 10
"""So many characters, then so many times as many; a square would take sixteen times as long."""


def statements_of(text: str) -> Iterable[object]:
    found = mentions.statements_in([Text("概况", "概况", text, Span(""), "文字")], 2021)
    return [(one.pairs, stated._subject(one)) for one in found]


CHECKS: dict[str, Callable[[str], Iterable[object]]] = {
    one.__name__: one
    for one in (
        unpaired_marks,
        half_width_punctuation,
        doubled_punctuation,
        comparison_signs,
        stray_blanks,
        full_width_characters,
        stray_page_numbers,
        literal_braces,
        file_numbers,
        statements_of,
    )
}
CHECKS |= {
    "relative_years": lambda text: relative_years(text, 2021),
    "distant_years": lambda text: distant_years(text, 2021),
    "blank_references": lambda text: blank_references(text, {}),
    "numbers_out_of_order": lambda text: numbers_out_of_order([text]),
    "skipped_levels": lambda text: skipped_levels([text]),
    "empty_headings": lambda text: empty_headings([text, text]),
    "names": known_values._core,
    "sentence": lambda text: [sentence(text)],
    "settled": lambda text: [settled(Passage.of(text, Origin("说明")))],
}
PATTERNS = {
    f"{module.__name__.rpartition('.')[2]}{name}": pattern
    for module in (stated, targets)
    for name, pattern in vars(module).items()
    if hasattr(pattern, "finditer") and name != "re"
}


def searched(pattern: re.Pattern[str]) -> Callable[[str], Iterable[object]]:
    return lambda text: list(pattern.finditer(text))


CHECKS |= {name: searched(pattern) for name, pattern in PATTERNS.items()}


def seconds(check: Callable[[str], Iterable[object]], text: str) -> float:
    before = process_time()
    list(check(text))
    return process_time() - before


def growth(check: Callable[[str], Iterable[object]], piece: str) -> float:
    """How much longer a check takes on ``TIMES`` times the text; 0 where it takes no time to speak of."""
    long = (piece * SHORT * TIMES)[: SHORT * TIMES]
    taken = seconds(check, long)
    return taken / max(min(seconds(check, long[:SHORT]) for _ in range(2)), 0.005) if taken > 0.1 else 0


def main() -> int:
    """Prints the checks whose time grows faster than the text; 1 where there is one."""
    worst = {name: max(growth(check, piece) for piece in PIECES) for name, check in CHECKS.items()}
    bad = {name: times for name, times in worst.items() if times > ALLOWED}
    print(f"{len(CHECKS)} checks of texts, {TIMES} times the text: at most {max(worst.values()):.1f} times the time")
    for name, times in bad.items():
        print(f"{name}: {times:.1f} times")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
