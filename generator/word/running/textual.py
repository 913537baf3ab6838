"""What tags do to texts, as filters or as methods: as in Python and Jinja, but never more than fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jinja2 import filters as stock

from generator.base.passage import Passage
from generator.word.running.formatting import check_width
from generator.word.running.limiting import check_length
from generator.word.running.wording import passage_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Environment

__all__ = ["centred", "indented", "joined", "padded", "replaced", "wrapped"]

_PYTHON_ALIGN: Final = {"<": str.ljust, ">": str.rjust, "^": str.center}


def joined(values: Iterable[Any], separator: str = "") -> str:
    """The values one after another, each as it would be printed alone."""
    texts = [passage_of(value) for value in values]
    check_length(sum(map(len, texts)) + len(texts) * len(separator))
    return Passage.joined(texts, separator)


def replaced(text: Any, old: str, new: str, count: int | None = None) -> str:
    """The text with ``old`` replaced, everywhere or so many times."""
    plain, new = text_of(text), text_of(new)
    check_length(plain.count(old) * len(new) + len(plain))
    return plain.replace(old, new, -1 if count is None else count)


def padded(align: str, text: Any, width: Any, fill: str = " ") -> str:
    """The text, filled up to a width on the side that ``align`` (``<``, ``>``, ``^``) leaves free."""
    check_width(width)
    return _PYTHON_ALIGN[align](text_of(text), int(width), fill)


def centred(text: Any, width: Any = 80, fill: str = " ") -> str:
    """The text in the middle of a width."""
    return padded("^", text, width, fill)


def indented(text: Any, width: Any = 4, first: Any = False, blank: Any = False) -> str:
    """The lines of a text behind so many blanks, or behind a text."""
    plain = text_of(text)
    if not isinstance(width, str):
        check_width(width)
    check_length((plain.count("\n") + 1) * (len(width) if isinstance(width, str) else int(width)) + len(plain))
    return stock.do_indent(plain, width, bool(first), bool(blank))


def wrapped(  # noqa: PLR0913, PLR0917 - as Jinja has it
    environment: Environment,
    text: Any,
    width: int = 79,
    break_long_words: bool = True,
    wrapstring: str | None = None,
    break_on_hyphens: bool = True,
) -> str:
    """The text in lines of at most so many characters."""
    plain = text_of(text)
    check_length(len(plain) * (len(wrapstring or "\n") + 1))
    return stock.do_wordwrap(environment, plain, max(1, int(width)), break_long_words, wrapstring, break_on_hyphens)
