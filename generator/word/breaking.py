"""Breaking paragraphs where a ``Listing`` asks for it, in the format of the paragraph and run that it stands in."""

from __future__ import annotations

import re

__all__ = ["break_paragraphs"]

_SIGN = re.compile(r"<\?jx (page|paragraph)\?>")
_PARAGRAPH = re.compile(r"<w:p(?:>| [^>]*[^/]>)")
_RUN = re.compile(r"<w:r(?:>| [^>]*[^/]>)")
_PARAGRAPH_STYLE = re.compile(r"\s*(<w:pPr>.*?</w:pPr>(?!</w:pPrChange>))", re.DOTALL)
_RUN_STYLE = re.compile(r"\s*(<w:rPr>.*?</w:rPr>)", re.DOTALL)
_SECTION = re.compile(r"<w:sectPr\b.*?</w:sectPr>|<w:sectPr\b[^>]*/>", re.DOTALL)


def break_paragraphs(text: str) -> str:
    """The part's XML with the signs of ``Listing.text_xml`` turned into new paragraphs."""
    parts: list[str] = []
    at = 0
    for sign in _SIGN.finditer(text):
        parts += (text[at : sign.start()], _broken(text, sign))
        at = sign.end()
    return "".join((*parts, text[at:]))


def _broken(text: str, sign: re.Match[str]) -> str:
    paragraph = _SECTION.sub("", _style(text, sign.start(), _PARAGRAPH, _PARAGRAPH_STYLE))
    run = _style(text, sign.start(), _RUN, _RUN_STYLE)
    page = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' if sign.group(1) == "page" else ""
    return f'</w:t></w:r></w:p>{page}<w:p>{paragraph}<w:r>{run}<w:t xml:space="preserve">'


def _style(text: str, before: int, opening: re.Pattern[str], style: re.Pattern[str]) -> str:
    """The format written first in the innermost element of a kind that is open at a place."""
    window = max(0, before - 200_000)
    last = None
    for last in opening.finditer(text, window, before):  # noqa: B007 - only the last one counts
        pass
    found = style.match(text, last.end()) if last else None
    return found.group(1) if found else ""
