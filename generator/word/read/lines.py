"""Reads a Word file as lines, and as paragraphs and tables with the places of their cells.

Lines leave out what office programs change when they save a file: blank paragraphs, page numbers, duplicate headers,
the second copy of text boxes. The same text gives the same lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Final, Literal, NamedTuple, cast

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Span
from generator.word import names
from generator.word.inspect import Places, first_words
from generator.word.names import Tree, below, inside, is_on, own_text, value, w
from generator.word.opc import Entry, main_part, open_package, targets
from generator.word.read import document
from generator.word.render.state import Marked, PrintedValue
from generator.word.xml import accept_changes, fields_of, parse_xml, style_chain, styles_by_id


class Line(Struct, frozen=True):
    """A paragraph that is not blank.

    ``place`` is for messages: 「第 12 段「…」」, 「表 2 行 3 列 1」. ``row`` is the number of its table row within the
    part and ``cells`` the number of cells there, both 0 outside tables; ``style`` is an id.
    """

    pieces: tuple[document.Piece, ...]
    place: str
    row: int = 0
    style: str = ""
    ends_section: bool = False
    cells: int = 0

    @property
    def text(self) -> str:
        """Its whole text."""
        return "".join(piece.text for piece in self.pieces)


class ReadBack(Struct, frozen=True):
    """The lines of a Word file.

    Lines of headers and footers come last, each once. ``values`` are those of a marked print, by the numbers in pieces;
    ``revisions`` counts open tracked insertions, deletions and moves, ``pictures`` also charts.
    ``charted`` are the words and figures of charts, ``images`` the digests of pictures, also in headers and footers.
    """

    lines: tuple[Line, ...]
    values: dict[int, PrintedValue] = {}
    revisions: int = 0
    comments: int = 0
    pictures: int = 0
    charted: frozenset[str] = frozenset()
    images: frozenset[str] = frozenset()


def read_back(data: bytes, span: Span) -> ReadBack:
    """Reads a Word file; ``span`` names it in findings.

    Raises:
        Refused: It is not a Word file, or broken.
    """
    entries = open_package(data, span)
    with document.only_word(span):
        main = main_part(entries)
        document.check_body(parse_xml(entries[main].data()))
        comments = f"{main.rpartition('/')[0]}/comments.xml"
        count = len(parse_xml(entries[comments].data()).findall(w("comment"))) if comments in entries else 0
        return replace(read_lines(entries, whole=True), comments=count)


def read_marked(report: Marked) -> ReadBack:
    """Reads a report that this program printed with marks."""
    return replace(read_lines(report.entries, whole=True), values=dict(enumerate(report.values, 1)))


def read_lines(
    entries: Mapping[str, Entry], skipped: frozenset[str] = document.VOLATILE, *, whole: bool = False
) -> ReadBack:
    """The lines of a package, without the results of ``skipped`` fields; ``whole`` adds symbols and formulas.

    Raises:
        ValueError: There is no body, or a part is not XML.
    """
    lines: list[Line] = []
    margins: dict[tuple[str, str], Line] = {}
    revisions = pictures = 0
    for name, kind in document.parts_of(entries):
        title, root = document.MARGINS.get(kind, ""), parse_xml(entries[name].data())
        # Places count what is struck out as well, as Word shows it.
        places = Places(root, title)
        revisions += accept_changes(root)
        blocks = document.paragraphs_in(document.Reader(skipped, whole=whole).blocks(root))
        found = [_line(paragraph, places, row) for paragraph, row in blocks if paragraph.text.strip()]
        if title:
            margins |= {(title, line.text.strip()): line for line in found}
        else:
            lines += found
        pictures += 0 if title or not whole else sum(1 for _ in root.iter(*_PICTURES))
    read = ReadBack((*lines, *(margins[key] for key in sorted(margins))), {}, revisions, 0, pictures)
    if not whole:
        return read
    named = {part for holder, _ in document.parts_of(entries) for part in targets(entries, holder, "image")}
    images = frozenset(sha256(entries[name].data()).hexdigest() for name in named)
    return replace(read, charted=charted_in(entries), images=images)


def charted_in(entries: Mapping[str, Entry]) -> frozenset[str]:
    """The words and figures of charts; figures without the noise that programs add when they save."""
    charts = (parse_xml(entries[name].data()) for name in entries if _CHART.fullmatch(name))
    return frozenset(_figure(one.text or "") for chart in charts for one in chart.iter(*_CHARTED))


def _figure(text: str) -> str:
    try:
        return f"{float(text):.6g}"
    except ValueError:
        return text.strip()


def _line(paragraph: document.Paragraph, places: Places, row: int) -> Line:
    # The place quotes the text without the results of fields.
    place, sign, _ = places.of(paragraph.element).partition("「")
    return Line(
        paragraph.pieces,
        f"{place}「{first_words(paragraph.text)}」" if sign else place,
        row,
        value(paragraph.element, "pPr/pStyle"),
        below(paragraph.element, "pPr/sectPr") is not None,
        len(list(inside(next(paragraph.element.iterancestors(names.TR)), names.TC))) if row else 0,
    )


_DRAWINGML: Final = "http://schemas.openxmlformats.org/drawingml/2006"
_PICTURES: Final = (f"{{{_DRAWINGML}/picture}}pic", f"{{{_DRAWINGML}/chart}}chart")
_CHARTED: Final = (f"{{{_DRAWINGML}/chart}}v", f"{{{_DRAWINGML}/main}}t")
_CHART: Final = re.compile(r"word/charts/chart\d*\.xml")
_ALTERNATIVES: Final = names.FALLBACK.replace("Fallback", "AlternateContent")
_UNSEEN: Final = {"rPr/vanish": "隐藏的文字", "rPr/color": "白色的文字", "rPr/sz": "小得看不见的文字"}
_WHITE: Final = re.compile("(?:[Ff][89A-Fa-f]){3}")
_TINY: Final = 4  # half points
_ANCHOR: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}anchor"
_STORES: Final = r"(?:customXml/item\d+|docProps/(?:core|app|custom))\.xml"
_STEPS: Final = r"(?:/(?:\w+:)?[\w.-]+(?:\[\d+\])?)+"
_COUNTING: Final = frozenset(["PAGE", "PAGEREF", "NUMPAGES", "SECTION", "SECTIONPAGES"])
_COUNT: Final = r"[\s\-—–ivxlcdm\d一二三四五六七八九十]{0,12}"
_RELATION_KINDS: Final = (
    "officeDocument|(core|extended|custom)-properties|thumbnail|styles|stylesWithEffects|settings|webSettings|fontTable"
    "|theme|themeOverride|numbering|footnotes|endnotes|header|footer|image|hyperlink|chart|package|chartColorStyle"
    "|chartStyle|customXml|customXmlProps|font|comments|comments(Extended|Ids|Extensible)|people"
)


class Oddity(NamedTuple):
    """A reason why an office program may show something else than the lines of a file, in Chinese, and its kind.

    ``part``: a part or link that this program does not write. ``variants``: several contents for one place.
    ``look``: text that is struck out, hidden, white on white or tiny.
    """

    text: str
    kind: Literal["part", "variants", "look", "other"] = "other"


def shown_otherwise(entries: Mapping[str, Entry], *, is_redline: bool) -> list[Oddity]:
    """Reasons why an office program may show something else than the lines; redlines may have tracked changes."""
    found: list[Oddity] = []
    for name, entry in sorted(entries.items()):
        for relation in parse_xml(entry.data()) if name.endswith(".rels") else ():
            kind = str(relation.get("Type", "")).rpartition("/")[2]
            is_outside = relation.get("TargetMode") == "External" and kind != "hyperlink"
            if is_outside or not re.fullmatch(_RELATION_KINDS, kind):
                found.append(Oddity(f"有本程序不写的部件或链接：{kind}（{relation.get('Target')}）", "part"))
    changes = sum(document.accepted(entries[name].data())[1] for name, _ in document.parts_of(entries))
    if changes and not is_redline:
        found.append(Oddity(f"有 {changes} 处修订没有接受或拒绝，文字按全部接受读取"))
    stores = [parse_xml(entries[name].data()) for name in sorted(entries) if re.fullmatch(_STORES, name)]
    roots = [(parse_xml(entries[name].data()), kind in document.MARGINS) for name, kind in document.parts_of(entries)]
    for root, is_margin in roots:
        found += _hidden_in(root, stores, is_margin=is_margin)
    found += (Oddity(said, "look") for said in unseen_in([root for root, _ in roots], entries))
    return list(dict.fromkeys(found))


def unseen_in(roots: Sequence[Tree], entries: Mapping[str, Entry]) -> Iterator[str]:
    """What is hidden, white on white or tiny in these parts of a package, in Chinese."""
    sheets = (parse_xml(entries[name].data()) for name in sorted(entries) if name.endswith("/styles.xml"))
    styles = {key: style for sheet in sheets for key, style in styles_by_id(sheet).items()}
    for path, said in _UNSEEN.items():
        if text := "".join(_unseen(roots, path, styles)):
            yield f"有{said}{_quoted(text)}"


def _quoted(text: str) -> str:
    return f"（{len(text)} 个字）「{first_words(text)}」"


def _unseen(roots: Sequence[Tree], path: str, styles: Mapping[str, Tree]) -> Iterator[str]:
    """The texts that a property of their runs or styles keeps from being seen, without blanks."""
    by_style = _inherited(styles, lambda style: _keeps_unseen(below(style, path)))
    # White text may be seen before a colour or a picture.
    is_white = path.endswith("color")
    behind = (one for root in roots for one in root.iter(w("background"), _ANCHOR))
    if is_white and any(one.get("behindDoc", "1") == "1" for one in behind):
        return
    shaded = _inherited(styles, lambda style: any(map(_is_shaded, style.iter())) or None)
    # A paragraph without any has to be searched to its end: once, not for each of its runs.
    properties_of = cache(lambda one: one.findall(f"{one.tag}Pr/*"))
    for run in (run for root in roots for run in root.iter(names.R)):
        own = _keeps_unseen(below(run, path))
        if own is False or (own is None and not any(by_style.values())):
            continue
        # The properties of the run and of its paragraph, cell and table; the nearest style that says something counts.
        around = [run, *run.iterancestors(names.P, names.TC, names.TBL, names.BOX)]
        properties = [one for each in around for one in properties_of(each)]
        named = [*(str(one.get(w("val"))) for one in properties if one.tag.endswith("Style")), ""]
        said = own if own is not None else next((by for one in named if (by := by_style.get(one)) is not None), False)
        is_before = any(
            [*map(shaded.get, named), *map(_is_shaded, properties), *(one.tag == names.BOX for one in around)]
        )
        if said and not (is_white and is_before):
            # Text boxes vanish with the run that holds them, but have their own colours and sizes.
            yield "".join((_said(run) if path.endswith("vanish") else own_text(run)).split())


def _keeps_unseen(one: Tree | None) -> bool | None:
    """Whether this switch, colour or size of characters keeps them from being seen; None for none."""
    said = "" if one is None else str(one.get(w("val"), ""))
    if one is None or one.tag == w("vanish"):
        return None if one is None else said not in {"0", "false", "off"}
    return 0 < names.number(said) <= _TINY if one.tag == w("sz") else _WHITE.fullmatch(said) is not None


def _is_shaded(one: Tree) -> bool:
    """Whether it colours what is behind a text: a shade that is not white, or a marker."""
    fill, pattern = str(one.get(w("fill"), "auto")), one.get(w("val"), "clear")
    is_blank = pattern in {"clear", "nil"} and (fill == "auto" or _WHITE.fullmatch(fill) is not None)
    return one.tag == w("highlight") or (one.tag == w("shd") and not is_blank)


def _inherited(styles: Mapping[str, Tree], said: Callable[[Tree], bool | None]) -> dict[str, bool | None]:
    """What each style, by its id, says by itself or as the one that it is based on; blank for that of paragraphs.

    Nothing if none says yes.
    """
    own = {name: said(style) for name, style in styles.items()}
    known: dict[str, bool | None] = {}
    for name in styles if any(own.values()) else ():
        chain = (own[str(one.get(w("styleId")))] for one in style_chain(styles, name))
        known[name] = next((each for each in chain if each is not None), None)
        if styles[name].get(w("default")) and styles[name].get(w("type")) == "paragraph":
            known[""] = known[name]
    return known


def _hidden_in(root: Tree, stores: list[Tree], *, is_margin: bool) -> Iterator[Oddity]:
    for one in root.iter(_ALTERNATIVES):
        if len({_said(branch) for branch in one}) > 1 or (len(one) == 1 and _said(one)):
            yield Oddity(f"同一处存有几种内容，别的程序显示的可能不同：「{first_words(_said(one))}」", "variants")
    for binding in root.iter(w("dataBinding")):
        control = next(binding.iterancestors(names.SDT), root)
        bound = _bound_text(binding, stores)
        if bound is not None and "".join(bound.split()) != "".join(_said(control).split()):
            yield Oddity(f"「{first_words(_said(control))}」处 Word 显示的是另存的数据「{first_words(bound)}」")
    # Text that digests leave out, or that is shown in an unusual way.
    if formulas := "".join(text.text or "" for text in root.iter(document.FORMULA)):
        yield Oddity(f"有公式「{first_words(formulas)}」")
    if next(root.iter(w("sym")), None) is not None:
        yield Oddity("有用符号字体插入的符号")
    struck = (run for run in root.iter(names.R) if is_on(run, "rPr/strike") or is_on(run, "rPr/dstrike"))
    if text := "".join(map(_said, struck)):
        yield Oddity(f"有加了删除线的文字{_quoted(text)}，照没有删去的读取", "look")
    for coded in fields_of(root):
        word = next(iter(coded.code.upper().split()), "")
        is_count = word in _COUNTING and (is_margin or word == "PAGEREF") and re.fullmatch(_COUNT, coded.result)
        if word in document.VOLATILE - {"TOC"} and coded.result.strip() and not is_count:
            yield Oddity(f"域 {word} 里存着文字「{first_words(coded.result)}」")


def _said(element: Tree) -> str:
    return "".join(text.text or "" for text in element.iter(names.T))


def _bound_text(binding: Tree, stores: list[Tree]) -> str | None:
    """The data that a control shows instead of its own text; None where it is not found."""
    path = str(binding.get(w("xpath"), ""))
    spaces = dict(re.findall(r"""xmlns:(\w+)=["']([^"']*)""", str(binding.get(w("prefixMappings"), ""))))
    if not re.fullmatch(_STEPS, path):
        return path
    for store in stores:
        try:
            # Plain steps select elements.
            nodes = cast("list[Tree]", store.xpath(path, namespaces=spaces))
        except etree.XPathError:
            return path
        if nodes:
            return "".join(map(str, nodes[0].itertext()))
    return None


def read_body(data: bytes, span: Span) -> tuple[list[str | document.Table], int]:
    """The paragraphs that are not blank and the tables of a Word file, and the number of its open tracked changes.

    Symbols and formulas are read as well; text boxes and nested tables follow what holds them.

    Raises:
        Refused: It is not a Word file, or broken.
    """
    entries = open_package(data, span)
    with document.only_word(span):
        root, changes = document.accepted(entries[main_part(entries)].data())
    body = root.find(w("body"))
    return list(_plain(document.Reader(whole=True).blocks(body if body is not None else ()))), changes


def _plain(blocks: Iterable[document.Block]) -> Iterator[str | document.Table]:
    for block in blocks:
        if isinstance(block, document.Table):
            yield block
            cells = (cell for row in block.rows for cell in row.cells)
            yield from _plain(one for cell in cells for one in cell.blocks if isinstance(one, document.Table))
            continue
        if (text := _known(block)).strip():
            yield text
        for box in block.boxes:
            yield from _plain(box)


def text_of_cell(cell: document.Cell) -> str:
    """The paragraphs of a cell that are not blank, without those of nested tables."""
    texts = [_known(block) for block in cell.blocks if isinstance(block, document.Paragraph)]
    return "\n".join(text for text in texts if text.strip()).strip()


def _known(paragraph: document.Paragraph) -> str:
    """The text of a paragraph, without characters for private use."""
    return re.sub("[\uf000-\uf0ff]", "", paragraph.text)
