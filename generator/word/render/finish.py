"""Post-processes printed XML: paragraph and page breaks, emphasis, grids and titles of tables, notes, lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Final

from msgspec import Struct

from generator.word.names import MARK_SPACE, value, w
from generator.word.opc import Entry, appended, targets
from generator.word.render.state import Rendering
from generator.word.render.values import DRAWING

_STYLE: Final = "着重"
"""The character style of emphasised text; layouts without it get bold."""

# A sign, or the start or end of an element that is not empty.
_TOKEN = re.compile(r"<\?jx (page|paragraph|strong|weak|v(?: \d+)?)\?>|<(/?)([A-Za-z_][\w.:-]*)(?:\s[^>]*)?(?<!/)>")
_PARAGRAPH_STYLE = re.compile(r"\s*(<w:pPr>.*?</w:pPr>(?!</w:pPrChange>))", re.DOTALL)
RUN_STYLE = re.compile(r"\s*(<w:rPr>.*?</w:rPr>)", re.DOTALL)
_SECTION = re.compile(r"<w:sectPr\b.*?</w:sectPr>|<w:sectPr\b[^>]*/>", re.DOTALL)
# The schema requires these before bold.
_FIRST = re.compile(r"(?:<w:rStyle\b[^>]*/>)?(?:<w:rFonts\b[^>]*/>)?")
_SPACE: Final = '<w:t xml:space="preserve">'
_PAGE: Final = '<w:br w:type="page"/>'
# Only a run directly in its paragraph can be split; in links, controls and fields, the line breaks instead.
_PATH: Final = ["w:p", "w:r", "w:t"]
_HOLDERS: Final = frozenset(("w:p", "w:hyperlink", "w:ins", "w:moveTo", "w:sdtContent"))
_NO_TEXT = re.compile(r"<w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t(?: [^>]*)?></w:t></w:r>", re.DOTALL)


def replace_signs(text: str, entries: Mapping[str, Entry]) -> str:
    """Replaces the signs that values left in a part's XML by new paragraphs, emphasised runs and marks."""
    emphasis = _emphasis_of(entries) if "<?jx strong?>" in text else None
    parts: list[str] = []
    around: list[tuple[str, int]] = []  # the open elements: name and where the start tag ends
    at = 0
    for token in _TOKEN.finditer(text):
        sign, end, name = token.groups()
        if sign:
            parts += (text[at : token.start()], _broken(text, sign, token.start(), around, emphasis))
            at = token.end()
        elif end:
            around.pop()
        else:
            around.append((name, token.end()))
    made = "".join((*parts, text[at:]))
    return _NO_TEXT.sub("", made) if "<jx:v" in made else made


def _emphasis_of(entries: Mapping[str, Entry]) -> tuple[str, re.Pattern[str]]:
    """How to emphasise a run: properties to add and to drop."""
    from generator.word.xml import parse_xml  # noqa: PLC0415 - emphasis is rare, and lxml slow to import

    styles = parse_xml(entries["word/styles.xml"].data()) if "word/styles.xml" in entries else ()
    for style in styles:
        if style.get(w("type")) == "character" and value(style, "name") == _STYLE:
            own = [str(one.tag).rpartition("}")[2] for one in style.iterfind(f"{w('rPr')}/*")]
            # Direct formatting would win over the style.
            dropped = re.compile(rf"<w:(?:{'|'.join(['rStyle', *own])})\b[^>]*/>")
            return f'<w:rStyle w:val="{style.get(w("styleId"))}"/>', dropped
    return "<w:b/><w:bCs/>", re.compile(r"<w:b(?:Cs)?\b[^>]*/>")


def _broken(
    text: str, sign: str, at: int, around: list[tuple[str, int]], emphasis: tuple[str, re.Pattern[str]] | None
) -> str:
    path = [name for name, _ in around[-3:]]
    if sign not in {"page", "paragraph"}:
        if path[-2:] != _PATH[1:] or (sign[0] == "v" and not _takes_mark(text, at, around)):
            return ""
        style = _style(text, around[-2][1], RUN_STYLE)
        if sign == "strong" and emphasis is not None:
            added, dropped = emphasis
            inner = dropped.sub("", style.removeprefix("<w:rPr>").removesuffix("</w:rPr>"))
            first = _FIRST.match(inner)
            before = first.end() if first is not None and not added.startswith("<w:rStyle") else 0
            style = f"<w:rPr>{inner[:before]}{added}{inner[before:]}</w:rPr>"
        mark = "</jx:v>" if sign == "v" else ""
        mark = f'<jx:v xmlns:jx="{MARK_SPACE}" n="{sign[2:]}">' if sign.startswith("v ") else mark
        return f"</w:t></w:r>{mark}<w:r>{style}{_SPACE}"
    if path != _PATH:
        return f"</w:t>{_PAGE if sign == 'page' else '<w:br/>'}{_SPACE}"
    paragraph = _SECTION.sub("", _style(text, around[-3][1], _PARAGRAPH_STYLE))
    run = _style(text, around[-2][1], RUN_STYLE)
    page = f"<w:p><w:r>{_PAGE}</w:r></w:p>" if sign == "page" else ""
    return f"</w:t></w:r></w:p>{page}<w:p>{paragraph}<w:r>{run}{_SPACE}"


def _takes_mark(text: str, at: int, around: list[tuple[str, int]]) -> bool:
    """Whether a mark is allowed here: in the text of a paragraph that people read, and not inside a field."""
    path = [name for name, _ in around]
    if path[-3] not in _HOLDERS or "w:comment" in path or "mc:Fallback" in path:
        return False
    start = next(end for name, end in reversed(around) if name == "w:p")
    return text.count('fldCharType="begin"', start, at) <= text.count('fldCharType="end"', start, at)


def _style(text: str, start: int, style: re.Pattern[str]) -> str:
    found = style.match(text, start)
    return found[1] if found else ""


_PLACE = re.compile(rf"<w:(p|tc)[ >]|</w:tc>|{re.escape(DRAWING)}")
_CELL_WIDTH = re.compile(r'<w:tcW (?=[^>]*w:type="dxa")[^>]*w:w="(\d+)"')
_MARGINS, _EMU = 216, 635  # twips at the sides of a cell; in a twip
_SIZE = re.compile(r'\bc([xy])="(\d+)"')
_ON_ITS_SIDE = re.compile(r'rot="(?:5400000|16200000)"')
_LINE = re.compile(r' w:line(?:Rule)?="[^"]*"')
_INDENT = re.compile(r"(?:<w:ind\b(.*?)/>)?")
_FIRST_LINE = re.compile(r' w:(?:firstLine|hanging)(?:Chars)?="[^"]*"')
_BEHIND_SPACING = re.compile(
    r"<w:(?:ind|contextualSpacing|mirrorIndents|suppressOverlap|jc|text\w+|outlineLvl|divId|cnfStyle|rPr|sectPr|pPrCh)|</w:pPr"
)


def fit_drawings(text: str) -> str:
    """The part with the pictures and charts of values fitted to their cells, in lines as high as they are.

    Of a picture in a line of exact height, Word shows only a strip.
    """
    pieces: list[str] = []
    at = paragraph = 0
    cell = -1
    for found in _PLACE.finditer(text):
        if found[1]:
            paragraph, cell = (found.start(), cell) if found[1] == "p" else (paragraph, found.start())
        elif found[0] == "</w:tc>":
            cell = -1
        else:
            width = _CELL_WIDTH.search(text, cell, paragraph) if cell >= 0 else None
            drawing = text[found.start() : text.index("</w:drawing>", found.start())]
            # The first one of a paragraph changes its format.
            before = text[at : found.start()] if paragraph < at else _loosened(text[paragraph : found.start()])
            pieces += (text[at : max(at, paragraph)], before)
            pieces.append(drawing if width is None else _narrowed(drawing, (int(width[1]) - _MARGINS) * _EMU))
            at = found.start() + len(drawing)
    return "".join((*pieces, text[at:]))


def _narrowed(drawing: str, most: int) -> str:
    sizes = {axis: int(size) for axis, size in _SIZE.findall(drawing)}
    wide = sizes["y" if _ON_ITS_SIDE.search(drawing) else "x"]
    if not 0 < most < wide:  # a width of 0 is not stated
        return drawing
    return _SIZE.sub(lambda one: f'c{one[1]}="{max(1, int(one[2]) * most // wide)}"', drawing)


def _loosened(paragraph: str) -> str:
    """The beginning of a paragraph, with lines of single height; where a picture is first, without an indent.

    A picture as wide as the text would stand out of it by the indent.
    """
    start = paragraph.index(">") + 1
    found = _PARAGRAPH_STYLE.match(paragraph, start)
    given = found[1] if found else "<w:pPr></w:pPr>"
    place = _BEHIND_SPACING.search(given)
    head, rest = (given[: place.start()], given[place.start() :]) if place else (given, "")
    before, sign, spacing = head.partition("<w:spacing")
    spacing = _LINE.sub("", spacing) if sign else "/>"
    at = found.end() if found else start
    if not _WORDS.search(paragraph, at) and (indent := _INDENT.match(rest)):
        kept = _FIRST_LINE.sub("", indent[1] or "")
        rest = f'<w:ind{kept} w:firstLineChars="0" w:firstLine="0"/>{rest[indent.end() :]}'
    changed = f'{before}<w:spacing w:line="240" w:lineRule="auto"{spacing}{rest}'
    return paragraph[:start] + changed + paragraph[at:]


_TABLE_TOKEN = re.compile(r"<(/?)w:(tbl|tr|tc|gridSpan|tcW)\b([^>]*)>")
_VALUE = re.compile(r'w:val="(\d+)"')
_WIDTH = re.compile(r'w:w="(\d+)"')
_NARROWEST: Final = 100


def keep_rows(table: str) -> str:
    """The table, or nothing if it has no rows left."""
    return table if "<w:tr>" in table or "<w:tr " in table else ""


class _Cell(Struct):
    """The column span of a cell, its width (0 if unknown), and the element that states it."""

    span: int = 1
    width: int = 0
    size: re.Match[str] | None = None


def fit_table(table: str, *, by_cells: bool) -> str:
    """The table with a grid that fits its rows; widths, in proportion, are written into grid and cells.

    Where columns were copied, widths go ``by_cells``: each copy keeps the relative width of its cell.
    """
    start = table.find(">", table.find("<w:tblGrid")) + 1
    end = max(start, table.find("</w:tblGrid>"))
    grid, rows = [int(width) for width in _WIDTH.findall(table, start, end)], _cells(table)
    columns = max((sum(cell.span for cell in row) for row in rows), default=0)
    if not columns or not grid:
        return keep_rows(table)
    shares = [[cell.width // cell.span for cell in row for _ in range(cell.span)] for row in rows if by_cells]
    widest = max((row for row in shares if all(row)), key=len, default=[])
    if len(widest) == columns or columns != len(grid):
        # The total width stays.
        total = sum(grid)
        kept = widest if len(widest) == columns else (grid + [total // len(grid)] * columns)[:columns]
        grid = [max(_NARROWEST, width * total // max(1, sum(kept))) for width in kept]
    pieces = [table[:start], *(f'<w:gridCol w:w="{width}"/>' for width in grid)]
    at = end
    for row in rows:
        column = 0
        for cell in row:
            width = sum(grid[column : column + cell.span])
            column += cell.span
            if cell.size is not None:
                pieces += (table[at : cell.size.start()], f'<w:tcW w:w="{width}" w:type="dxa"/>')
                at = cell.size.end()
    return "".join((*pieces, table[at:]))


def _cells(table: str) -> list[list[_Cell]]:
    """The cells of each row, nested tables left out."""
    rows: list[list[_Cell]] = []
    depth = 0
    for token in _TABLE_TOKEN.finditer(table):
        closing, name, rest = token.groups()
        if name == "tbl":
            depth += -1 if closing else 1
        elif depth == 1 and not closing and name == "tr":
            rows.append([])
        elif depth == 1 and not closing and name == "tc":
            rows[-1].append(_Cell())
        elif depth == 1 and name in {"gridSpan", "tcW"} and rows and rows[-1]:
            cell, found = rows[-1][-1], (_VALUE if name == "gridSpan" else _WIDTH).search(rest)
            number = int(found.group(1)) if found and 'w:type="pct"' not in rest else 0
            if name == "gridSpan":
                cell.span = number or 1
            else:
                cell.width, cell.size = number, token
    return rows


_REFERENCE = r"<w:({kind})Reference\b([^>]*)>(<w:\1\b.*?</w:\1>)</w:\1Reference>"
_COMMENT = re.compile(_REFERENCE.format(kind="comment"), re.DOTALL)
_NOTE = re.compile(_REFERENCE.format(kind="footnote|endnote"), re.DOTALL)
_RANGE = re.compile(
    r'<w:comment(?:Range(Start|End)|Reference)\b[^>]*?w:id="(\d+)"[^>]*>(?:<w:comment\b[^>]*?w:id="(\d+)")?'
)
_ID = re.compile(r'w:id="(\d+)"')
_DECLARED = re.compile(r'xmlns:(\w+)="([^"]*)"')


def move_notes(entries: dict[str, Entry], state: Rendering) -> None:
    """Moves printed notes and comments out of their references (see ``embed_notes``) into their parts."""
    body = state.sheet.body
    text = entries[body].text()
    declared = _DECLARED.findall(text, 0, text.find("<w:body"))
    found: dict[str, list[str]] = {}

    def taken(reference: re.Match[str]) -> str:
        kind, attributes, note = reference.groups()
        number = _ID.search(attributes)
        head, sign, rest = note.partition(">")
        spaces = "".join(f' xmlns:{name}="{space}"' for name, space in declared if f"{name}:" in rest and name != "w")
        head = _ID.sub(number.group() if number else "", head, count=1) + spaces
        found.setdefault(kind, []).append(head + sign + rest)
        return f"<w:{kind}Reference{attributes}/>"

    text = _NOTE.sub(taken, _COMMENT.sub(taken, _numbered_ranges(text)))
    entries[body] = Entry(body, text)
    for kind, notes in found.items():
        for part in targets(entries, body, f"/{kind}s")[:1]:
            added = "".join(notes)
            entries[part] = Entry(part, appended(entries[part].text(), added))
            state.share(body, part, added)


def _numbered_ranges(text: str) -> str:
    """Renumbers the ends of comment ranges like the printed comments; drops those without a comment."""
    numbers: dict[int, str] = {}
    waiting: dict[str, list[int]] = {}
    for at, one in enumerate(_RANGE.finditer(text)):
        edge, number, old = one.groups()
        if edge == "Start":
            waiting[number] = [at]
        elif edge:
            waiting.setdefault(number, []).append(at)
        else:
            numbers |= dict.fromkeys(waiting.pop(old or number, ()), number)
    places = count()

    def renumbered(one: re.Match[str]) -> str:
        number = numbers.get(next(places), "")
        return one[0] if not one[1] else _ID.sub(f'w:id="{number}"', one[0]) if number else ""

    return _RANGE.sub(renumbered, text)


def restart_lists(entries: dict[str, Entry], state: Rendering) -> None:
    """Defines the lists of the copies that loops printed; each restarts its numbering."""
    from generator.word.xml import add_restarted_lists, parse_xml, serialize  # noqa: PLC0415 - lxml; rarely needed

    for name in targets(entries, state.sheet.body, "/numbering")[:1]:
        numbering = parse_xml(entries[name].data())
        add_restarted_lists(numbering, state.lists)
        entries[name] = Entry(name, serialize(numbering))


_TABLE: Final = "<w:tbl>"
_PROPERTIES: Final = re.compile(rf"{_TABLE}\s*<w:tblPr>(.*?)</w:tblPr>", re.DOTALL)
_CODE: Final = re.compile(r"<w:(instrText|delText)\b.*?</w:\1>", re.DOTALL)
_WORDS: Final = re.compile(r">([^<]+)<")
_TITLE: Final = re.compile(r"^附?表\s*\d|(?:表|清单|一览|名单)(?:（[^（）]*）)?$")
_BELOW: Final = re.compile(r"单位[：:]|名称[：:]|（.*）$")
"""What may come between a title and its table: the unit, the department, the year."""
_LONGEST, _MOST_BETWEEN, _KEPT = 80, 3, 20_000
_CHANGED: Final = "<w:tblPrChange"


def titled(chunks: Iterable[str]) -> Iterator[str]:
    """Adds title and description to the tables of a printed part, for screen readers.

    Each piece ends with a paragraph, so that no table's properties are cut.
    """
    above = ""
    for chunk in chunks:
        at, found, pieces = 0, 0, list[str]()
        # str.find skips the text between tables several times as fast as a pattern.
        while (found := chunk.find(_TABLE, found)) >= 0:
            table, found = _PROPERTIES.match(chunk, found), found + len(_TABLE)
            if table is None:
                continue
            before = chunk[max(0, table.start() - _KEPT) : table.start()]
            named = "" if "<w:tblCaption" in table[1] else _named((above + before)[-_KEPT:])
            end = table.start(1) + len(table[1].partition(_CHANGED)[0])
            pieces += (chunk[at:end], named)
            at = end
        yield "".join((*pieces, chunk[at:])) if pieces else chunk
        above = (above + chunk[-_KEPT:])[-_KEPT:]


def _named(above: str) -> str:
    """The title and description elements of a table below this text; blank without a title."""
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
            title, description = (one.replace('"', "&quot;") for one in (said, "　".join(between)))
            described = f'<w:tblDescription w:val="{description}"/>' if between else ""
            return f'<w:tblCaption w:val="{title}"/>{described}'
        if said and not _BELOW.search(said):
            break
        between[:0] = [said] if said else []
        end = start
    return ""
