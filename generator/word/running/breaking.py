r"""Breaking paragraphs where a text asks for it (``\a``, ``\f``), in the format it stands in."""

from __future__ import annotations

import re
from typing import Final

from generator.patterns import regex

__all__ = ["break_paragraphs"]

_TOKEN = regex(r"<\?jx (?P<sign>page|paragraph)\?>|<(?P<end>/?)(?P<name>[A-Za-z_][\w.:-]*)[^>]*?(?P<empty>/?)>")
_PARAGRAPH_STYLE = regex(r"\s*(<w:pPr>.*?</w:pPr>(?!</w:pPrChange>))", re.DOTALL)
_RUN_STYLE = regex(r"\s*(<w:rPr>.*?</w:rPr>)", re.DOTALL)
_SECTION = regex(r"<w:sectPr\b.*?</w:sectPr>|<w:sectPr\b[^>]*/>", re.DOTALL)
_SPACE: Final = '<w:t xml:space="preserve">'
_PAGE: Final = '<w:br w:type="page"/>'
# Only a run that stands in its paragraph directly can be parted; in a link, a control or a field a line ends instead.
_PATH: Final = ["w:p", "w:r", "w:t"]


def break_paragraphs(text: str) -> str:
    """The part's XML with the signs of ``text_xml`` turned into new paragraphs."""
    parts: list[str] = []
    around: list[re.Match[str]] = []
    at = 0
    for token in _TOKEN.finditer(text):
        if token["sign"]:
            parts += (text[at : token.start()], _broken(text, token["sign"], around[-3:]))
            at = token.end()
        elif token["end"]:
            around.pop()
        elif not token["empty"]:
            around.append(token)
    return "".join((*parts, text[at:]))


def _broken(text: str, sign: str, around: list[re.Match[str]]) -> str:
    if [token["name"] for token in around] != _PATH:
        return f"</w:t>{_PAGE if sign == 'page' else '<w:br/>'}{_SPACE}"
    paragraph = _SECTION.sub("", _style(text, around[0], _PARAGRAPH_STYLE))
    run = _style(text, around[1], _RUN_STYLE)
    page = f"<w:p><w:r>{_PAGE}</w:r></w:p>" if sign == "page" else ""
    return f"</w:t></w:r></w:p>{page}<w:p>{paragraph}<w:r>{run}{_SPACE}"


def _style(text: str, opening: re.Match[str], style: re.Pattern[str]) -> str:
    """The format that stands first in an element; blank if it has none."""
    found = style.match(text, opening.end())
    return found.group(1) if found else ""
