"""What autocorrect would mend in a text: a second pair of eyes, of which only what is beyond doubt is taken.

The library is made for texts of the web. It puts blanks between Chinese and figures, which official texts do not have,
takes any dot behind Chinese for a full stop and reads into references: those of its rules are off, and of what the
others propose, only other forms of one and the same mark, digit or letter are taken, and blanks left out.
"""

from __future__ import annotations

import json
import unicodedata
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from generator.base.diagnostics import Span
from generator.base.errors import Refused
from generator.checking.text.masking import OPAQUE, numbers_masked
from generator.checking.text.punctuation import HALF_WIDTH
from generator.checking.text.spacing import BLANKS, FULL_WIDTH
from generator.checking.texts import HIDDEN
from generator.correcting import codes
from generator.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from generator.checking import Rule

__all__ = ["corrected"]

_ON = ("fullwidth", "halfwidth-word", "no-space-fullwidth", "no-space-fullwidth-quote")
_OFF = (
    "halfwidth-punctuation",
    "space-backticks",
    "space-bracket",
    "space-dash",
    "space-dollar",
    "space-punctuation",
    "space-word",
    "spellcheck",
)
_WIDE = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
_BLANK = regex(r"[ \u3000\u00a0]+")
_PLACEHOLDERS = regex(f"[{HIDDEN}{OPAQUE}]")
_TITLE = regex(r"《[^》]*》|“[^”]*”")


def corrected(text: str, rules: Collection[Rule]) -> str:
    """The text as the library would have it, as far as these rules go.

    Args:
        text: The text, references and all: they, addresses and file numbers stay as they are.
        rules: The rules that are on; a change that belongs to another one is not made.

    Raises:
        Refused: The library is not installed.
    """
    shown = numbers_masked(text)
    # A figure behaves as what a reference or an address most often is.
    plain = _PLACEHOLDERS.sub("0", shown)
    proposed = _format()(plain)
    if proposed == plain:
        return text
    pieces, at = [], 0
    for what, start, end, new_start, new_end in SequenceMatcher(None, shown, proposed, autojunk=False).get_opcodes():
        new = proposed[new_start:new_end]
        if (
            what in ("replace", "delete")
            and _rule_of(text, start, end, new) in rules
            and not _PLACEHOLDERS.search(shown, start, end)
        ):
            pieces += [text[at:start], new]
            at = end
    return "".join([*pieces, text[at:]])


def _rule_of(text: str, start: int, end: int, new: str) -> Rule | None:
    """The rule that a change belongs to; None of a change that is not taken."""
    old = text[start:end]
    if not new:
        meant = any(match.start() < start < match.end() for match in _TITLE.finditer(text))
        return BLANKS if _BLANK.fullmatch(old) and not meant else None
    if [_WIDE.get(char) for char in old] == list(new):
        return HALF_WIDTH
    return FULL_WIDTH if new.isalnum() and unicodedata.normalize("NFKC", old) == new else None


@cache
def _format() -> Callable[[str], str]:
    try:
        import autocorrect_py  # noqa: PLC0415 - an extra that only --fix-text needs
    except ImportError as fault:
        raise Refused([codes.NO_LIBRARY.at(Span(""))]) from fault
    autocorrect_py.load_config(json.dumps({"rules": {**dict.fromkeys(_ON, 1), **dict.fromkeys(_OFF, 0)}}))  # type: ignore[attr-defined]  # its stubs lack it
    return autocorrect_py.format
