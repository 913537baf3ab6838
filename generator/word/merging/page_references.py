"""Lines of a contents list that lead to bookmarks elsewhere, with the pages on which these stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.word.running.values import RunValue
from generator.word.running.wording import attribute, text_xml

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PageLine", "numbered"]

# Noncharacters: no text that is printed holds any.
_LEFT, _RIGHT = "\ufdd1", "\ufdd2"
_MARK: Final = re.compile(f"{_LEFT}([^{_RIGHT}]*){_RIGHT}")


class PageLine(RunValue):
    """A text, a tab and a page number, all of it a link, for ``{{r x }}``.

    Args:
        text: What the line says.
        bookmark: Where it leads to.
    """

    __slots__ = ("_bookmark", "_text")

    def __init__(self, text: str, bookmark: str) -> None:
        self._text, self._bookmark = text, bookmark

    def runs_xml(self, style: str) -> str:
        """Its runs; the page number is a field whose result ``numbered`` knows."""
        name = attribute(self._bookmark)
        begin, middle, end = (
            f'<w:r>{style}<w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
        )
        code = f'<w:r>{style}<w:instrText xml:space="preserve"> PAGEREF {name} \\h </w:instrText></w:r>'
        words = f'<w:r>{style}<w:t xml:space="preserve">{text_xml(self._text)}</w:t></w:r><w:r>{style}<w:tab/></w:r>'
        number = f"<w:r>{style}<w:t>{_LEFT}{name}{_RIGHT}</w:t></w:r>"
        return f'<w:hyperlink w:anchor="{name}" w:history="1">{words}{begin}{code}{middle}{number}{end}</w:hyperlink>'


def numbered(text: str, pages: Mapping[str, int]) -> str:
    """The XML with the pages in it; a reference to a bookmark whose page is not known shows none."""
    return _MARK.sub(lambda mark: str(pages.get(mark[1], "")), text)
