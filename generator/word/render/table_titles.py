"""Give tables the title above them as their name, for those who hear a report read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_TABLE: Final = re.compile(r"<w:tbl>\s*<w:tblPr>(.*?)</w:tblPr>", re.DOTALL)
_CODE: Final = re.compile(r"<w:(instrText|delText)\b.*?</w:\1>", re.DOTALL)
_WORDS: Final = re.compile(r">([^<]+)<")
_TITLE: Final = re.compile(r"^附?表\s*\d|(?:表|清单|一览|名单)(?:（[^（）]*）)?$")
_BELOW: Final = re.compile(r"单位[：:]|名称[：:]|（.*）$")
"""What may stand between a title and its table: the unit, the department, the year."""
_LONGEST, _MOST_BETWEEN, _KEPT = 80, 3, 20_000
_CHANGED: Final = "<w:tblPrChange"


def titled(chunks: Iterable[str]) -> Iterator[str]:
    """The pieces of a printed part, each table with its title and what is said below it.

    A piece ends with a paragraph, so that no table's properties are torn.
    """
    above = ""
    for chunk in chunks:
        text, at, pieces = above + chunk, len(above), list[str]()
        for table in _TABLE.finditer(text, at):
            named = "" if "<w:tblCaption" in table[1] else _named(text[max(0, table.start() - _KEPT) : table.start()])
            end = table.start(1) + len(table[1].partition(_CHANGED)[0])
            pieces += (text[at:end], named)
            at = end
        yield "".join((*pieces, text[at:]))
        above = text[-_KEPT:]


def _named(above: str) -> str:
    """The elements that name a table below this text; blank where no title stands there."""
    between: list[str] = []
    end = len(above)
    for _ in range(_MOST_BETWEEN + 1):
        if not above[:end].endswith("</w:p>"):
            break
        start = max(above.rfind("<w:p>", 0, end), above.rfind("<w:p ", 0, end))
        said = "".join(_WORDS.findall(_CODE.sub("", above[max(start, 0) : end]))).strip()
        if start < 0 or len(said) > _LONGEST:
            break
        if _TITLE.search(said):
            description = f'<w:tblDescription w:val="{_quoted("　".join(between))}"/>' if between else ""
            return f'<w:tblCaption w:val="{_quoted(said)}"/>{description}'
        if said and not _BELOW.search(said):
            break
        between[:0] = [said] if said else []
        end = start
    return ""


def _quoted(text: str) -> str:
    """A text of an element as one of an attribute."""
    return text.replace('"', "&quot;")
