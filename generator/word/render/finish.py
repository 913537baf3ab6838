r"""Post-processes printed XML: paragraph breaks (``\a``), page breaks (``\f``), emphasis, grids of tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from generator.word.names import w

if TYPE_CHECKING:
    from generator.word.opc import Entry


_STYLE: Final = "着重"
"""The name of the character style for what is emphasised; where a layout has none, it is bold."""

_TOKEN = re.compile(
    r"<\?jx (?P<sign>page|paragraph|strong|weak)\?>|<(?P<end>/?)(?P<name>[A-Za-z_][\w.:-]*)[^>]*?(?P<empty>/?)>"
)
_PARAGRAPH_STYLE = re.compile(r"\s*(<w:pPr>.*?</w:pPr>(?!</w:pPrChange>))", re.DOTALL)
_RUN_STYLE = re.compile(r"\s*(<w:rPr>.*?</w:rPr>)", re.DOTALL)
_SECTION = re.compile(r"<w:sectPr\b.*?</w:sectPr>|<w:sectPr\b[^>]*/>", re.DOTALL)
# The schema orders these before bold.
_FIRST = re.compile(r"(?:<w:rStyle\b[^>]*/>)?(?:<w:rFonts\b[^>]*/>)?")
_SPACE: Final = '<w:t xml:space="preserve">'
_PAGE: Final = '<w:br w:type="page"/>'
# Only a run directly in its paragraph can be split; in a link, a control or a field, the line breaks instead.
_PATH: Final = ["w:p", "w:r", "w:t"]


class _Emphasis(NamedTuple):
    """How to emphasise a run: what its properties get, and what they lose."""

    added: str
    dropped: re.Pattern[str]


def break_paragraphs(text: str, entries: Mapping[str, Entry]) -> str:
    """The part's XML with the signs of ``text_xml`` turned into new paragraphs and emphasised runs.

    Args:
        text: The XML.
        entries: The files of the package, for its styles.
    """
    emphasis = _emphasis_of(entries) if "<?jx strong?>" in text else None
    parts: list[str] = []
    around: list[re.Match[str]] = []
    at = 0
    for token in _TOKEN.finditer(text):
        if token["sign"]:
            parts += (text[at : token.start()], _broken(text, token["sign"], around[-3:], emphasis))
            at = token.end()
        elif token["end"]:
            around.pop()
        elif not token["empty"]:
            around.append(token)
    return "".join((*parts, text[at:]))


def _emphasis_of(entries: Mapping[str, Entry]) -> _Emphasis:
    from generator.word.xml import parse_xml  # noqa: PLC0415 - emphasis is rare, and lxml slow to import

    styles = parse_xml(entries["word/styles.xml"].data()) if "word/styles.xml" in entries else ()
    for style in styles:
        name = style.find(w("name"))
        if style.get(w("type")) == "character" and name is not None and name.get(w("val")) == _STYLE:
            own = [str(one.tag).rpartition("}")[2] for one in style.iterfind(f"{w('rPr')}/*")]
            # What a run sets itself would win over its style.
            dropped = re.compile(rf"<w:(?:{'|'.join(['rStyle', *own])})\b[^>]*/>")
            return _Emphasis(f'<w:rStyle w:val="{style.get(w("styleId"))}"/>', dropped)
    return _Emphasis("<w:b/><w:bCs/>", re.compile(r"<w:b(?:Cs)?\b[^>]*/>"))


def _emphasised(style: str, emphasis: _Emphasis) -> str:
    inner = emphasis.dropped.sub("", style.removeprefix("<w:rPr>").removesuffix("</w:rPr>"))
    first = _FIRST.match(inner)
    at = first.end() if first is not None and not emphasis.added.startswith("<w:rStyle") else 0
    return f"<w:rPr>{inner[:at]}{emphasis.added}{inner[at:]}</w:rPr>"


def _broken(text: str, sign: str, around: list[re.Match[str]], emphasis: _Emphasis | None) -> str:
    if emphasis is not None and sign in {"strong", "weak"}:
        if [token["name"] for token in around[-2:]] != _PATH[1:]:
            return ""
        style = _style(text, around[-2], _RUN_STYLE)
        return f"</w:t></w:r><w:r>{_emphasised(style, emphasis) if sign == 'strong' else style}{_SPACE}"
    if [token["name"] for token in around] != _PATH:
        return f"</w:t>{_PAGE if sign == 'page' else '<w:br/>'}{_SPACE}"
    paragraph = _SECTION.sub("", _style(text, around[0], _PARAGRAPH_STYLE))
    run = _style(text, around[1], _RUN_STYLE)
    page = f"<w:p><w:r>{_PAGE}</w:r></w:p>" if sign == "page" else ""
    return f"</w:t></w:r></w:p>{page}<w:p>{paragraph}<w:r>{run}{_SPACE}"


def _style(text: str, opening: re.Match[str], style: re.Pattern[str]) -> str:
    """The properties at the start of an element; blank if it has none."""
    found = style.match(text, opening.end())
    return found.group(1) if found else ""


_TABLE_TOKEN = re.compile(r"<(/?)w:(tbl|tr|tc|gridCol|gridSpan|tblGrid|tcW)\b([^>]*)>")
_VALUE = re.compile(r'w:val="(\d+)"')
_WIDTH = re.compile(r'w:w="(\d+)"')
_NARROWEST: Final = 100


def keep_rows(table: str) -> str:
    """The table, or nothing if no row is left of it."""
    return table if "<w:tr>" in table or "<w:tr " in table else ""


def finish_table(table: str) -> str:
    """The table with as many grid columns as its rows have, widths in proportion, written into grid and cells."""
    if not keep_rows(table):
        return ""
    rows = _spans(table)
    start = table.find("<w:tblGrid")
    grid: list[int] = [int(width) for width in _WIDTH.findall(table, start, max(start, table.find("</w:tblGrid>")))]
    columns = max((sum(row) for row in rows), default=0)
    if not columns or not grid:
        return table
    if columns != len(grid):
        # As many columns as the rows have, as wide in all as before.
        total = sum(grid)
        kept = (grid + [total // len(grid)] * columns)[:columns]
        grid = [max(_NARROWEST, width * total // max(1, sum(kept))) for width in kept]
    return _rewrite(table, grid)


def _spans(table: str) -> list[list[int]]:
    """How many columns each cell of each row takes; tables inside do not count."""
    rows: list[list[int]] = []
    depth = 0
    for closing, name, rest in _TABLE_TOKEN.findall(table):
        if name == "tbl":
            depth += -1 if closing else 1
        elif depth == 1 and not closing and name == "tr":
            rows.append([])
        elif depth == 1 and not closing and name == "tc":
            rows[-1].append(1)
        elif depth == 1 and name == "gridSpan" and rows and rows[-1]:
            found = _VALUE.search(rest)
            rows[-1][-1] = int(found.group(1)) if found else 1
    return rows


def _rewrite(table: str, grid: list[int]) -> str:
    """The table with a new grid, and the widths of its cells added up from it."""
    coming = iter(sum(grid[sum(row[:at]) : sum(row[: at + 1])]) for row in _spans(table) for at in range(len(row)))
    state = {"depth": 0, "width": 0}

    def replaced(token: re.Match[str]) -> str:
        closing, name, _ = token.groups()
        if name == "tbl":
            state["depth"] += -1 if closing else 1
        elif state["depth"] == 1 and name == "tc" and not closing:
            state["width"] = next(coming)
        elif state["depth"] == 1 and name == "tcW":
            return f'<w:tcW w:w="{state["width"]}" w:type="dxa"/>'
        elif state["depth"] == 1 and name == "gridCol":
            return ""
        elif state["depth"] == 1 and name == "tblGrid" and not closing:
            return token.group() + "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
        return token.group()

    return _TABLE_TOKEN.sub(replaced, table)
